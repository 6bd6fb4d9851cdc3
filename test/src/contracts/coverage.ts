/**
 * How much of the platform's inventory the library covers. Every method runs over a fake platform, every endpoint is
 * requested from a sandbox, and schemas and events are looked up in the modules.
 */
import { AddonDashboard, AddonResources } from "@effect-scalingo/core/AddonProvider"
import { knownEventTypes } from "@effect-scalingo/core/Event"
import { toUrl } from "@effect-scalingo/core/OneClick"
import type { HttpApiEndpoint } from "@effect/platform"
import { Effect, Either, Schema, TestClock, TestContext } from "effect"
import entities from "../../fixtures/entities.json" with { type: "json" }
import events from "../../fixtures/events.json" with { type: "json" }
import { type HttpRequest, pipeline } from "../fakePlatform.js"
import type { FakeWebSocket } from "../fakeWebSocket.js"
import { api, at, sendTo, withSandbox } from "../sandbox/sandboxClient.js"
import { turn } from "../turn.js"
import { callFor, inventory, type InventoryEndpoint, isExternal, isLive, respondAs, urlOf } from "./inventory.js"
import { oneOffRequests } from "./oneOff.js"

interface Count {
  readonly done: number
  readonly due: number
}

export interface Row {
  readonly resource: string
  readonly endpoints: number
  /** Endpoints that a method sends a request to. */
  readonly methods: Count
  /** Endpoints that the sandbox has a route for; external ones are not due. */
  readonly routes: Count
  /** Example responses that the method decodes. */
  readonly examples: Count
}

export interface Coverage {
  readonly rows: ReadonlyArray<Row>
  /** Endpoints whose example shows only a part of the response, so that the driver adds the rest. */
  readonly completed: ReadonlyArray<string>
  readonly missing: ReadonlyArray<string>
  /** The totals in one line. */
  readonly summary: string
}

interface Checked {
  readonly endpoint: InventoryEndpoint
  readonly sent: boolean
  /** The example shows only a part of the response, and the driver adds the rest. */
  readonly completed: boolean
  /** `undefined` where no route is due. */
  readonly route: boolean | undefined
  readonly decoded: boolean | undefined
}

const hasExample = (endpoint: InventoryEndpoint) =>
  endpoint.exampleResponse !== null || endpoint.exampleResponseText !== undefined

interface Result {
  readonly sent: boolean
  readonly decoded: boolean
}

const isCompleted = (endpoint: InventoryEndpoint) =>
  endpoint.examplePartial === true && callFor(endpoint)?.response?.json !== undefined

const isRequestOf = (endpoint: InventoryEndpoint, request: HttpRequest | undefined): boolean =>
  request !== undefined && request.method === endpoint.method &&
  request.url.origin + request.path === urlOf(endpoint)

/** Runs the method of an endpoint: whether it sends the request, and whether it decodes the documented response. */
const runMethod = (endpoint: InventoryEndpoint): Effect.Effect<Result> =>
  Effect.gen(function*() {
    const driven = callFor(endpoint)
    if (driven === undefined) return { sent: false, decoded: false }
    const requests: Array<HttpRequest> = []
    const isOwnExample = hasExample(endpoint) && !isCompleted(endpoint)
    const response = isOwnExample ? { headers: driven.response?.headers ?? {} } : driven.response
    const sockets: Array<URL> = []
    const platform = pipeline(requests, driven.respond ?? respondAs(endpoint, response), {
      bearer: "bearer",
      addonBearer: "addon-bearer",
      ...(endpoint.messageExamples === undefined ? {} : {
        webSocket: (socket: FakeWebSocket) => {
          sockets.push(new URL(socket.url.replace(/^wss:/, "https:")))
          socket.open()
          for (const { value } of endpoint.messageExamples ?? []) socket.emit(value)
        }
      })
    })
    const result = yield* Effect.either(Effect.provide(driven.run, platform))
    const sent = isLive(endpoint)
      ? [...sockets, ...requests.filter(({ method }) => method === endpoint.method).map(({ url }) => url)].some((url) =>
        url.origin + url.pathname === urlOf(endpoint) &&
        endpoint.query.every(({ name, required }) => !required || url.searchParams.has(name))
      )
      : isRequestOf(endpoint, requests.at(-1))
    return { sent, decoded: Either.isRight(result) }
  })

const contracts: { readonly [name: string]: HttpApiEndpoint.HttpApiEndpoint.Any } = {
  ...AddonResources.endpoints,
  ...AddonDashboard.endpoints
}

const isAny = (
  endpoint: HttpApiEndpoint.HttpApiEndpoint.Any
): endpoint is HttpApiEndpoint.HttpApiEndpoint.AnyWithProps => "successSchema" in endpoint

/** Compares an endpoint that an addon provider serves with the contract in `AddonProvider`. */
const readContract = (endpoint: InventoryEndpoint): Result => {
  const contract = contracts[endpoint.name]
  if (contract === undefined || !isAny(contract)) return { sent: false, decoded: false }
  const success = contract.successSchema as Schema.Schema<unknown, unknown>
  return {
    sent: contract.method === endpoint.method && contract.path === endpoint.path,
    decoded: Either.isRight(Schema.decodeUnknownEither(success)(endpoint.exampleResponse ?? undefined))
  }
}

/** The deploy button is not a method but a link. */
const readDeployLink = (endpoint: InventoryEndpoint): Result => {
  const url = Either.map(toUrl({ source: "https://github.com/owner/name" }), (text) => new URL(text))
  const sent = Either.match(url, {
    onLeft: () => false,
    onRight: ({ pathname, searchParams }) =>
      pathname === endpoint.path && endpoint.query.every(({ name }) => searchParams.has(name))
  })
  return { sent, decoded: sent }
}

/** A terminal needs a connection beside the HTTP client, so one program runs all its requests. */
const readOneOff = (endpoint: InventoryEndpoint): Effect.Effect<Result> =>
  Effect.match(oneOffRequests, {
    onFailure: () => ({ sent: false, decoded: false }),
    onSuccess: (requests) => {
      const sent = requests.includes(`${endpoint.method} ${urlOf(endpoint)}`)
      return { sent, decoded: sent }
    }
  })

const methodOf = (endpoint: InventoryEndpoint) =>
  endpoint.resource === "OneOff" ?
    readOneOff(endpoint) :
    endpoint.api === "addonProvider"
    ? Effect.succeed(readContract(endpoint))
    : endpoint.api === "dashboard"
    ? Effect.succeed(readDeployLink(endpoint))
    : runMethod(endpoint)

/** The URLs that a sandbox returns for endpoints whose path stands for a whole URL. */
const signedUrls = Effect.gen(function*() {
  const sources = yield* api("POST", "/sources")
  const addon = at(yield* api("GET", "/apps/example-app/addons"), "addons.0.id")
  const token = at(yield* api("POST", `/apps/example-app/addons/${addon}/token`), "addon.token")
  const database = (method: "GET" | "POST", path: string) =>
    sendTo(method, `https://db-api.osc-fr1.scalingo.com/api/databases/${addon}${path}`, {
      headers: { authorization: `Bearer ${token}` }
    })
  const created = yield* database("POST", "/backups")
  const backup = at(created, "database_backup.id")
  yield* TestClock.adjust("10 minutes")
  return new Map<string, unknown>([
    ["Sources.upload", at(sources, "source.upload_url")],
    ["Sources.download", at(sources, "source.download_url")],
    ["DatabaseBackups.download", at(yield* database("GET", `/backups/${backup}/archive`), "download_url")]
  ])
})

/** Whether the sandbox has a route for each endpoint. A refusal counts, since the requests have no proper input. */
const routes = Effect.gen(function*() {
  const signed = yield* signedUrls
  const found = new Map<InventoryEndpoint, boolean>()
  for (const endpoint of inventory) {
    yield* turn
    if (isLive(endpoint) || isExternal(endpoint)) continue
    const url = endpoint.pathIsFullUrl === true
      ? signed.get(`${endpoint.resource}.${endpoint.name}`)
      : urlOf(endpoint)
    const method = endpoint.method as "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
    const response = typeof url === "string" ? yield* sendTo(method, url) : undefined
    found.set(endpoint, response !== undefined && response.status !== 501)
  }
  return found
}).pipe(withSandbox(), Effect.provide(TestContext.TestContext))

const modules = import.meta.glob<Record<string, unknown>>([
  "../../../packages/core/src/{client,events,provider,resources,schema}/**/*.ts",
  "!**/internal/**"
], { eager: true })

const schemas = new Set(
  Object.values(modules).flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => Schema.isSchema(value) ? [name] : [])
  )
)

const countOf = (checked: ReadonlyArray<Checked>, f: (one: Checked) => boolean | undefined): Count => ({
  done: checked.filter((one) => f(one) === true).length,
  due: checked.filter((one) => f(one) !== undefined).length
})

const nameOf = ({ method, name, path, resource }: InventoryEndpoint) => `${resource}.${name} (${method} ${path})`

export const coverage: Effect.Effect<Coverage, unknown> = Effect.gen(function*() {
  const found = yield* routes
  const checked = yield* Effect.forEach(
    inventory,
    (endpoint) =>
      Effect.map(Effect.zipRight(turn, methodOf(endpoint)), ({ decoded, sent }): Checked => ({
        endpoint,
        sent,
        route: found.get(endpoint),
        completed: isCompleted(endpoint),
        decoded: isLive(endpoint) || hasExample(endpoint) ? decoded : undefined
      }))
  )
  const due = checked.filter(({ endpoint }) => !isLive(endpoint))
  const resources = [...new Set(due.map(({ endpoint }) => endpoint.resource))].sort()
  const rows = resources.map((resource): Row => {
    const own = due.filter(({ endpoint }) => endpoint.resource === resource)
    return {
      resource,
      endpoints: own.length,
      methods: countOf(own, ({ sent }) => sent),
      routes: countOf(own, ({ route }) => route),
      examples: countOf(own, ({ decoded }) => decoded)
    }
  })
  const live = checked.filter(({ endpoint }) => isLive(endpoint))
  const entityNames = Object.keys(entities)
  const eventTypes = events.map(({ type }) => type)
  const noSchema = entityNames.filter((name) => !schemas.has(name))
  const noEvent = eventTypes.filter((type) => !knownEventTypes.some((known) => known === type))
  const write = ({ done, due }: Count) => `${done}/${due}`
  const without = <A>(all: ReadonlyArray<A>, missing: ReadonlyArray<A>): Count => ({
    done: all.length - missing.length,
    due: all.length
  })
  return {
    rows,
    completed: due.filter(({ completed }) => completed).map(({ endpoint }) => `${endpoint.resource}.${endpoint.name}`),
    missing: [
      ...checked.filter(({ sent }) => !sent).map(({ endpoint }) => `no method: ${nameOf(endpoint)}`),
      ...due.filter(({ route }) => route === false).map(({ endpoint }) => `no route: ${nameOf(endpoint)}`),
      ...checked.filter(({ decoded }) => decoded === false).map(({ endpoint }) => `not decoded: ${nameOf(endpoint)}`),
      ...noSchema.map((name) => `no schema: ${name}`),
      ...noEvent.map((type) => `no event: ${type}`)
    ],
    summary: [
      `${write(countOf(checked, ({ sent }) => sent))} endpoints`,
      `${write(countOf(live, ({ sent }) => sent))} live`,
      `${write(without(entityNames, noSchema))} entities`,
      `${write(without(eventTypes, noEvent))} events`
    ].join(", ")
  }
})

const sum = (counts: ReadonlyArray<Count>): Count => ({
  done: counts.reduce((total, { done }) => total + done, 0),
  due: counts.reduce((total, { due }) => total + due, 0)
})

/** The lines of the report, with the summary last. */
export const table = ({ completed, missing, rows, summary }: Coverage): ReadonlyArray<string> => {
  const cell = ({ done, due }: Count) => due === 0 ? "-" : done === due ? String(done) : `${done} of ${due}`
  const lines: ReadonlyArray<ReadonlyArray<string>> = [
    ["resource", "endpoints", "methods", "sandbox", "examples"],
    ...rows.map(({ endpoints, examples, methods, resource, routes }) => [
      resource,
      String(endpoints),
      cell(methods),
      cell(routes),
      cell(examples)
    ]),
    [
      "all",
      String(rows.reduce((total, { endpoints }) => total + endpoints, 0)),
      cell(sum(rows.map(({ methods }) => methods))),
      cell(sum(rows.map(({ routes }) => routes))),
      cell(sum(rows.map(({ examples }) => examples)))
    ]
  ]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const text = lines.map((line) =>
    line.map((part, column) => column === 0 ? part.padEnd(widths[0] ?? 0) : part.padStart(widths[column] ?? 0)).join(
      "  "
    )
  )
  const note = `The documentation shows these examples only in part, and the tests complete them: ${
    completed.join(", ")
  }`
  return [
    ...text,
    "",
    ...(completed.length === 0 ? [] : [note]),
    ...missing,
    summary
  ]
}

/** `pnpm api:coverage` */
export const main = async (): Promise<number> => {
  const found = await Effect.runPromise(coverage)
  console.log(table(found).join("\n"))
  return found.missing.length === 0 ? 0 : 1
}
