/**
 * Turns the routes into one handler of requests: log, faults, rate limit, authentication, route.
 */
import type { HttpMethod } from "@effect/platform/HttpMethod"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Fault, Seen } from "../Fault.js"
import { urlsFor } from "./addressing.js"
import { identify, type Identity } from "./authentication.js"
import type { Faults } from "./faults.js"
import { makeServerRequest } from "./inMemoryRequest.js"
import { type Change, keepHeaders, mayChange, type RequestLogEntry } from "./journal.js"
import { eventStream, liveBodyOf, type LiveSocket, runSession } from "./live.js"
import type { RateLimit } from "./rateLimit.js"
import { rawBodyOf, type RawSocket, runRawSession } from "./rawSocket.js"
import { bodyBytes, errorResponse, type Response, text } from "./responses.js"
import { type PublicCall, readInput, readJson, type Route } from "./route.js"
import type { SandboxOptions } from "./settings.js"
import { expireSigned } from "./signedUrls.js"
import { type State, viewOf } from "./state.js"
import { placeOf, services } from "./urls.js"

/**
 * How a request ends: with a response, unless the connection breaks. `SandboxServer` of `@effect-scalingo/node` turns it
 * into what happens on a socket.
 */
export type Outcome =
  | { readonly _tag: "Response"; readonly response: HttpServerResponse.HttpServerResponse }
  /** The headers arrive, and then only the first part of the body: `keep`, from 0 to 1. */
  | { readonly _tag: "BrokenResponse"; readonly response: HttpServerResponse.HttpServerResponse; readonly keep: number }
  /** The connection becomes a WebSocket. `run` uses it until it ends, and closes it. */
  | { readonly _tag: "Upgrade"; readonly run: (socket: LiveSocket) => Effect.Effect<void> }
  /** The connection carries raw bytes. `run` uses it until it ends, and closes it. */
  | { readonly _tag: "Connected"; readonly run: (socket: RawSocket) => Effect.Effect<void> }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "NeverSent"; readonly code: string }

export type { RequestLogEntry } from "./journal.js"

interface Dependencies {
  /** Runs sessions on the clock of the sandbox. */
  readonly onClock: (session: Effect.Effect<void>) => Effect.Effect<void>
  readonly state: State
  readonly faults: Faults
  readonly rateLimit: RateLimit
  readonly log: Array<RequestLogEntry>
  readonly routes: ReadonlyArray<Route>
  readonly options: SandboxOptions
}

/** Tells who wants to know what happens to one request. */
interface Trace {
  entry: RequestLogEntry | undefined
  readonly tell: (tag: "Responded" | "Closed") => Effect.Effect<void>
}

const makeTrace = ({ onRequest }: SandboxOptions): Trace => {
  const trace: Trace = {
    entry: undefined,
    tell: (_tag) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        onRequest === undefined || trace.entry === undefined
          ? Effect.void
          : onRequest({ _tag, request: { ...trace.entry }, milliseconds: Math.max(0, now - trace.entry.time) }))
  }
  return trace
}

const respond = (response: Response): Outcome => ({ _tag: "Response", response })

const throttled = (retryAfter: string | undefined) =>
  text("Retry later", 429, retryAfter === undefined ? undefined : { "retry-after": retryAfter })

const htmlPage = (status: number) =>
  HttpServerResponse.text(
    `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>`,
    { status, contentType: "text/html" }
  )

const secretHeaders = ["authorization", "x-authorization-otp", "cookie"]

const redactHeaders = (headers: { readonly [name: string]: string }) => {
  const redacted: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(headers)) {
    redacted[name] = secretHeaders.includes(name) ? value.replace(/\S+$/, "<redacted>") : value
  }
  return redacted
}

/** The tokens of pre-signed URLs and of invitations are credentials. */
const redactQuery = (query: URLSearchParams) =>
  Object.fromEntries(Array.from(query, ([name, value]) => [name, name === "token" ? "<redacted>" : value]))

/** The rate limit is that of the APIs, not of the services that they give URLs of. */
const isLimited = (api: string): boolean => !["logs", "deployments", "one-off"].includes(api)

/** The account whose rate limit a request counts against. */
const rateLimitKey = (identity: Identity): string =>
  "account" in identity && identity.account !== undefined ? identity.account.id : "anonymous"

/** The same response with another body; keeps the content type unless one is given. */
const withBody = (response: Response, bytes: Uint8Array, contentType?: string): Response => {
  const { "content-length": _, "content-type": known, ...headers } = response.headers
  return HttpServerResponse.uint8Array(bytes, {
    status: response.status,
    headers,
    contentType: contentType ?? known ?? "application/json"
  })
}

const truncate = (response: Response, keep: number): Response => {
  const bytes = bodyBytes(response)
  return bytes.length === 0 ? response : withBody(response, bytes.slice(0, Math.floor(bytes.length * keep)))
}

/** Ends the bearer of a request. */
const expireBearer = (state: State, request: HttpServerRequest.HttpServerRequest): void => {
  const token = (request.headers["authorization"] ?? "").replace(/^bearer\s+/i, "")
  const bearer = state.bearers.get(token) ?? state.addonTokens.get(token)
  if (bearer !== undefined) bearer.expiresAt = state.now()
}

/** What a fault does before the handler; `undefined` when the handler runs. */
const beforeHandler = (
  state: State,
  request: HttpServerRequest.HttpServerRequest,
  query: URLSearchParams,
  fault: Fault | undefined
): Outcome | undefined => {
  switch (fault?._tag) {
    case "Respond":
      return respond(HttpServerResponse.text(fault.body, {
        status: fault.status,
        headers: fault.headers,
        ...(fault.contentType === undefined ? {} : { contentType: fault.contentType })
      }))
    case "Garbage":
      return respond(htmlPage(fault.status))
    case "Throttle":
      return respond(throttled(fault.retryAfter))
    case "Redirect":
      return respond(HttpServerResponse.empty({ status: fault.status, headers: { location: request.originalUrl } }))
    case "Reset":
      return fault.done ? undefined : { _tag: "Reset" }
    case "ExpireBearer":
      expireBearer(state, request)
      return undefined
    case "ExpireUrl":
      expireSigned(state, query.get("token"))
      return undefined
    default:
      return undefined
  }
}

/** What a fault makes of the response of the handler. */
const afterHandler = (fault: Fault | undefined, response: Response): Effect.Effect<Outcome> => {
  switch (fault?._tag) {
    case "Delay":
      return Effect.as(Effect.sleep(fault.milliseconds), respond(response))
    case "Truncate":
      return Effect.succeed(respond(truncate(response, fault.keep)))
    case "BreakBody":
      return Effect.succeed({ _tag: "BrokenResponse", response, keep: fault.keep })
    case "EmptyBody":
      return Effect.succeed(respond(withBody(response, new Uint8Array())))
    case "ContentType":
      return Effect.succeed(respond(withBody(response, bodyBytes(response), fault.contentType)))
    case "Reset":
      return Effect.succeed({ _tag: "Reset" })
    default:
      return Effect.succeed(respond(response))
  }
}

const splitUrl = (url: string): { readonly path: string; readonly query: URLSearchParams } => {
  const mark = url.indexOf("?")
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) }
}

const headerOf = (request: HttpServerRequest.HttpServerRequest) => (name: string): string | undefined =>
  request.headers[name.toLowerCase()]

/** The state as a request sees it: with the URLs of its host, and with ids of its own when it only reads. */
const viewFor = (
  state: State,
  { followHost, origin }: SandboxOptions,
  request: HttpServerRequest.HttpServerRequest
): State => {
  const urls = followHost === true && origin !== undefined ? urlsFor(origin, request.headers["host"]) : undefined
  return viewOf(state, {
    ...(urls === undefined ? {} : { urls }),
    ...(request.method === "GET" ? { ids: state.readIds } : {})
  })
}

const routerOf = (state: State, routes: ReadonlyArray<Route>, options: SandboxOptions) =>
  HttpRouter.fromIterable(routes.map((route) =>
    HttpRouter.makeRoute(
      // The platform's type lacks CONNECT, its router takes any method.
      route.method as HttpMethod,
      route.path,
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const { params } = yield* HttpRouter.RouteContext
        const body = readJson(request)
        const call: PublicCall = {
          state: viewFor(state, options, request),
          request,
          identity: identify(state, request.headers["authorization"]),
          region: params["region"] ?? "",
          now: state.now(),
          query: splitUrl(request.url).query,
          param: (name) => params[name] ?? "",
          header: headerOf(request),
          json: body,
          input: (root, schema) => readInput(body, root, schema)
        }
        return yield* Effect.catchAll(route.handler(call), (refusal) => Effect.succeed(refusal.response))
      })
    )
  ))

/**
 * Tells an endpoint that the sandbox lacks from something that does not exist. The host of the regional API has nothing
 * of the database API but the databases.
 */
const noRoute = ({ method, url }: HttpServerRequest.HttpServerRequest): Response => {
  const { path } = splitUrl(url)
  const place = placeOf(path)
  const isElsewhere = /^\/api\/[^/]+\/api\//.test(path) && !place.path.startsWith("/databases/")
  return isElsewhere
    ? errorResponse(404, { error: "not found" })
    : errorResponse(501, {
      error: `not implemented in the sandbox: ${method} ${services.includes(place.api) ? place.path : path}`
    })
}

type Router = Effect.Effect<Response, never, HttpServerRequest.HttpServerRequest>

/** Handles one request, whose URL is a canonical path. Never fails: a fault is an outcome. */
const handleOne = (
  { faults, log, options, rateLimit, state, ...dependencies }: Dependencies,
  router: Router,
  trace: Trace
): Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest> => {
  const { onChange, requestLogSize = Number.POSITIVE_INFINITY } = options
  const onClock = (session: Effect.Effect<void>) => dependencies.onClock(Effect.ensuring(session, trace.tell("Closed")))
  return Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { path, query } = splitUrl(request.url)
    const place = placeOf(path)
    const isChange = onChange !== undefined && mayChange(place.api, request.method)
    // Read before the state is brought to the present, the body makes nobody wait in the middle of a change.
    const body = isChange ? yield* Effect.orElseSucceed(request.text, () => "") : ""
    const now = yield* Clock.currentTimeMillis
    state.advance(now)
    const header = headerOf(request)
    const key = rateLimitKey(identify(state, header("authorization")))
    const seen: Seen = { ...place, method: request.method, query, header }
    const fault = faults.find(seen)
    if (fault?._tag === "NeverSent") return { _tag: "NeverSent", code: fault.code }
    const requestId = header("x-request-id") ?? state.readIds.uuid()
    const entry: RequestLogEntry = {
      time: now,
      method: request.method,
      api: place.api,
      region: place.region,
      path: place.path,
      query: redactQuery(query),
      headers: redactHeaders(request.headers),
      requestId,
      status: undefined
    }
    log.push(entry)
    if (log.length > requestLogSize) log.splice(0, log.length - requestLogSize)
    trace.entry = entry
    const end = (outcome: Outcome): Outcome => {
      if (!("response" in outcome)) return outcome
      entry.status = outcome.response.status
      const response = HttpServerResponse.setHeaders(outcome.response, {
        "x-request-id": requestId,
        date: new Date(now).toUTCString()
      })
      return { ...outcome, response }
    }

    const acquire = () => isLimited(place.api) ? rateLimit.acquire(key, now) : undefined
    const early = beforeHandler(state, request, query, fault)
    if (early !== undefined) {
      acquire()
      return end(early)
    }
    const wait = acquire()
    if (wait !== undefined) {
      return end(respond(throttled(state.settings.retryAfter ? String(Math.ceil(wait / 1000)) : undefined)))
    }
    if (services.includes(place.api) && place.region !== undefined && !state.regions.has(place.region)) {
      return end(respond(errorResponse(404, { resource: "region", error: "not found" })))
    }
    const before = state.ids.position()
    const at = state.now()
    const response = yield* router
    const after = state.ids.position()
    if (isChange && (response.status < 400 || after.count !== before.count || after.random !== before.random)) {
      const { method, url } = request
      const headers = keepHeaders(request.headers)
      yield* onChange({ at, method, url, headers, body, status: response.status, ids: [before, after] })
    }
    if (state.settings.latency > 0) yield* Effect.sleep(state.settings.latency)
    const live = liveBodyOf(response)
    const raw = rawBodyOf(response)
    if (live === undefined && raw === undefined) return end(yield* afterHandler(fault, response))
    if (fault?._tag === "Delay") yield* Effect.sleep(fault.milliseconds)
    if (fault?._tag === "Reset") return { _tag: "Reset" }
    entry.status = response.status
    if (live === undefined) {
      return {
        _tag: "Connected",
        run: (socket) => raw === undefined ? Effect.void : onClock(runRawSession(state, raw.session, fault, socket))
      }
    }
    const run = (socket: LiveSocket) => onClock(runSession(state, live.session, fault, socket))
    return live.isUpgrade
      ? { _tag: "Upgrade", run }
      : end(respond(HttpServerResponse.stream(eventStream(run), { contentType: "text/event-stream" })))
  })
}

/** Handles requests, and makes changes again. */
export const makeHandle = (dependencies: Dependencies): {
  readonly handle: Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest>
  /** Makes a change again, and returns the status of the response. */
  readonly replay: (change: Change) => Effect.Effect<number>
} => {
  const { options, routes, state } = dependencies
  const router = Effect.catchTag(
    HttpRouter.withRouterConfig(routerOf(state, routes, options), { maxParamLength: 2000 }),
    "RouteNotFound",
    ({ request }) => Effect.succeed(noRoute(request))
  )
  return {
    handle: Effect.suspend(() => {
      const trace = makeTrace(options)
      return Effect.tap(handleOne(dependencies, router, trace), trace.tell("Responded"))
    }),
    replay: (change) =>
      Effect.suspend(() => {
        state.advance(change.at)
        state.ids.moveTo(change.ids[0])
        const request = makeServerRequest({
          method: change.method as HttpServerRequest.HttpServerRequest["method"],
          url: change.url,
          originalUrl: change.url,
          headers: change.headers,
          bytes: new TextEncoder().encode(change.body)
        })
        return Effect.map(
          Effect.provideService(router, HttpServerRequest.HttpServerRequest, request),
          ({ status }) => {
            state.ids.moveTo(change.ids[1])
            return status
          }
        )
      })
  }
}
