/**
 * A sandbox of Scalingo in memory. It responds as the API's documentation says, keeps its state, and follows the Clock:
 * with TestClock an hour of the platform takes no time.
 *
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Scalingo"
 * import { layerClient, Sandbox } from "@effect-scalingo/core/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const apps = yield* Apps
 *   yield* apps.scale("my-app", [{ name: "web", amount: 2 }])
 *   const { formation } = yield* sandbox.app("my-app")
 *   yield* Effect.log(`${formation["web"]?.amount} containers, ${yield* sandbox.countRequests()} requests`)
 * })
 *
 * program.pipe(Effect.provide(layerClient({ apps: [{ name: "my-app" }] })))
 * ```
 *
 * Permissions are checked as well. Add further accounts to the seed; {@link SandboxService.tokenOf} has their tokens.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Socket from "@effect/platform/Socket"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Rule } from "./Fault.js"
import { planOf, suspend } from "./internal/addons.js"
import { makeLocate } from "./internal/addressing.js"
import { findAccount, issueBearer } from "./internal/authentication.js"
import { renderEvent } from "./internal/events.js"
import { makeFaults } from "./internal/faults.js"
import { makeClient } from "./internal/inMemoryClient.js"
import {
  type Connection,
  type ConnectionError,
  type ConnectionRequest,
  makeConnect
} from "./internal/inMemoryConnection.js"
import { makeWebSocketConstructor, type RunInBackground } from "./internal/inMemorySocket.js"
import type { Change } from "./internal/journal.js"
import { cutSockets, openSockets } from "./internal/live.js"
import { writeLog } from "./internal/logStore.js"
import type { AppStatus, DeploymentStatus, FailedDeploymentStatus } from "./internal/models.js"
import { makeRateLimit } from "./internal/rateLimit.js"
import { makeHandle, type Outcome, type RequestLogEntry } from "./internal/router.js"
import { routes } from "./internal/routes/index.js"
import { seedState } from "./internal/seedState.js"
import { makeSettings, type SandboxOptions } from "./internal/settings.js"
import { makeState, ofApp, type State } from "./internal/state.js"
import { platformUrls, serverUrls } from "./internal/urls.js"
import type { Seed } from "./Seed.js"

/**
 * The options of a sandbox. The defaults are those of the platform, as far as they are known.
 *
 * @category models
 */
export interface Options extends SandboxOptions {}

/**
 * A request that has arrived, without its secrets.
 *
 * @category models
 */
export interface LoggedRequest extends RequestLogEntry {}

export type { Position } from "./internal/ids.js"
export type { Change, RequestLogEntry } from "./internal/journal.js"
export type { RequestEvent } from "./internal/settings.js"

/**
 * A rule that has been injected.
 *
 * @category models
 */
export interface Injection {
  /** How many requests have had the fault so far. */
  readonly hits: Effect.Effect<number>
  readonly remove: Effect.Effect<void>
}

export type { AppStatus, DeploymentStatus, FailedDeploymentStatus } from "./internal/models.js"

/**
 * A snapshot of an app for assertions.
 *
 * @category models
 */
export interface AppView {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly owner: string
  readonly project: string
  readonly status: AppStatus
  /** `{ web: { amount: 1, size: "M" } }` */
  readonly formation: { readonly [type: string]: { readonly amount: number; readonly size: string } }
  /** The running containers: `web-1`, `one-off-3`. */
  readonly containers: ReadonlyArray<string>
  readonly variables: { readonly [name: string]: string }
  /** The plan of each addon. */
  readonly addons: ReadonlyArray<string>
  readonly collaborators: ReadonlyArray<string>
  /** Oldest first. */
  readonly operations: ReadonlyArray<{ readonly id: string; readonly type: string; readonly status: string }>
  readonly deployments: ReadonlyArray<{ readonly id: string; readonly status: DeploymentStatus }>
}

export { type Connection, ConnectionError, type ConnectionRequest } from "./internal/inMemoryConnection.js"
export type { LiveSocket } from "./internal/live.js"
export type { RawSocket } from "./internal/rawSocket.js"
export type { Outcome } from "./internal/router.js"

/**
 * What a test can do with a sandbox besides sending requests to it.
 *
 * @category models
 */
export interface SandboxService {
  /** The API token of the first account. */
  readonly token: Redacted.Redacted
  /** The first API token of an account. For a username that is not seeded, a token that is always refused. */
  readonly tokenOf: (username: string) => Redacted.Redacted
  /** Issues a bearer for an account, the first one by default, without a request. */
  readonly bearer: (username?: string) => Effect.Effect<Redacted.Redacted>
  /** Expires every bearer that has been issued. API tokens stay valid. */
  readonly expireBearers: Effect.Effect<void>

  /** Adds a rule. When several match a request, the first one that is not used up applies. */
  readonly inject: (rule: Rule) => Effect.Effect<Injection>
  /** Removes all rules. */
  readonly clearFaults: Effect.Effect<void>
  /** Makes the next operation of an app, or of its database, end in an error with this text. */
  readonly failNextOperation: (app: string, error: string) => Effect.Effect<void>
  /** Makes the next deployment of an app fail with this status. */
  readonly failNextDeployment: (app: string, status: FailedDeploymentStatus) => Effect.Effect<void>

  /** The requests so far, oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<LoggedRequest>>
  /** Counts the requests so far, or those that match. */
  readonly countRequests: (matches?: (request: LoggedRequest) => boolean) => Effect.Effect<number>
  /** Clears the log of requests. */
  readonly clearRequests: Effect.Effect<void>
  /** Counts the WebSockets, event streams and raw connections that are open. */
  readonly countSockets: Effect.Effect<number>
  /** Cuts all of them, and returns how many there were. */
  readonly cutSockets: Effect.Effect<number>

  /** All apps, as they are now. */
  readonly apps: Effect.Effect<ReadonlyArray<AppView>>
  /** An app by its name, as it is now. A defect when there is none. */
  readonly app: (name: string) => Effect.Effect<AppView>
  /**
   * The events so far as the API shows them, oldest first: all of them, or those of the app with a name. An app that is
   * renamed keeps its events.
   */
  readonly events: (app?: string) => Effect.Effect<ReadonlyArray<EventView>>
  /** The mails so far, oldest first: invitations and confirmations, with their tokens. */
  readonly mails: Effect.Effect<ReadonlyArray<MailView>>
  /**
   * Writes lines to the log of an app, or of an addon by its id: texts of a container, or whole lines with a time and a
   * container. The default of `container` is `web-1`. A defect when there is no such app or addon.
   */
  readonly writeLogs: (
    app: string,
    lines: ReadonlyArray<string>,
    options?: { readonly container?: string | undefined }
  ) => Effect.Effect<void>
  /** Suspends the addons of an app, as the platform does for an unpaid bill. */
  readonly suspendAddons: (app: string) => Effect.Effect<void>
  /** When the next scheduled change is due, in milliseconds of the Clock; `undefined` when there is none. */
  readonly nextChange: Effect.Effect<number | undefined>

  /** The URLs of the APIs: `https://auth.scalingo.com/v1` in memory, a path of the origin on a server. */
  readonly urls: {
    readonly auth: string
    readonly billing: string
    readonly api: (region: string) => string
    readonly database: (region: string) => string
  }
  /**
   * Opens a raw connection by a `CONNECT`, in memory and on the Clock of the fiber: the terminal of a one-off. A response
   * with any status is a success.
   */
  readonly connect: (request: ConnectionRequest) => Effect.Effect<Connection, ConnectionError, Scope.Scope>
  /**
   * The canonical path of a URL (a path, with its query) that was sent to a server: by the host, as on the platform
   * (`api.osc-fr1.…`, `auth.…`), or by the path alone (`/v1/…`). Any other URL stays as it is.
   */
  readonly locate: (url: string, host: string | undefined, authorization?: string | undefined) => string
  /**
   * Makes a change of another sandbox with the same seed and options again, at its own time, and returns the status of
   * the response. What has come before must have been replayed before, and the Clock must not be behind.
   */
  readonly replay: (change: Change) => Effect.Effect<number>
  /** Handles one request, whose URL is a canonical path such as `/api/osc-fr1/v1/apps`. */
  readonly handle: Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest>
}

/**
 * A snapshot of an event for assertions.
 *
 * @category models
 */
export interface EventView {
  readonly type: string
  readonly created_at: string
  readonly type_data?: { readonly [name: string]: unknown }
}

/**
 * A mail that the platform would have sent.
 *
 * @category models
 */
export interface MailView {
  readonly to: string
  readonly subject: string
  /** What its links contain: ids and tokens. */
  readonly data: { readonly [name: string]: string }
}

/**
 * The sandbox, for tests.
 *
 * @category tags
 */
export class Sandbox extends Context.Tag("@effect-scalingo/core/testing/Sandbox")<Sandbox, SandboxService>() {}

const viewApps = (state: State): ReadonlyArray<AppView> =>
  Array.from(state.apps.values(), (app) => ({
    id: app.id,
    name: app.name,
    region: app.region,
    owner: state.accounts.get(app.ownerId)?.username ?? "",
    project: state.projects.get(app.projectId)?.name ?? "",
    status: app.status,
    formation: Object.fromEntries(app.formation.map(({ amount, name, size }) => [name, { amount, size }])),
    containers: app.containers.map((container) => `${container.type}-${container.index}`),
    variables: Object.fromEntries(app.variables.map(({ name, value }) => [name, value])),
    addons: ofApp(state.addons, app).map((addon) => planOf(addon).name),
    collaborators: app.collaborators.map((it) => it.email),
    operations: ofApp(state.operations, app).map(({ id, status, type }) => ({ id, type, status })),
    deployments: ofApp(state.deployments, app).map(({ id, status }) => ({ id, status }))
  }))

const push = <A>(map: Map<string, Array<A>>, key: string, value: A): void => {
  map.set(key, [...(map.get(key) ?? []), value])
}

interface SandboxAndClient {
  readonly service: SandboxService
  readonly client: HttpClient.HttpClient
  readonly webSockets: (run: RunInBackground) => Context.Tag.Service<typeof Socket.WebSocketConstructor>
}

const makeWithClient = (seed?: Seed, options?: Options): Effect.Effect<SandboxAndClient> => {
  const clock = options?.clock
  const onClock = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    clock === undefined ? effect : Effect.withClock(effect, clock)
  const currentTime = onClock(Clock.currentTimeMillis)
  return Effect.flatMap(currentTime, (present) => {
    const start = options?.startedAt ?? present
    const settings = makeSettings(options)
    const urls = options?.origin === undefined ? platformUrls : serverUrls(options.origin)
    const state = makeState(settings, urls, start)
    const { problems, tokens } = seedState(state, seed)
    if (problems.length > 0) return Effect.dieMessage(`the seed does not fit together: ${problems.join(", ")}`)
    const faults = makeFaults()
    const log: Array<RequestLogEntry> = []
    const rateLimit = makeRateLimit(settings.requestLimit, settings.limitWindow)
    const handler = makeHandle({ state, faults, rateLimit, log, routes, onClock, options: options ?? {} })
    const handle = onClock(handler.handle)

    /** Reads the state after what is due by now has happened. */
    const atPresent = <A>(f: () => A): Effect.Effect<A> =>
      Effect.map(currentTime, (now) => {
        state.advance(now)
        return f()
      })
    const firstName = tokens.keys().next().value ?? ""
    const defect = (message: string) => Effect.dieMessage(`the sandbox has no ${message}`)

    const service = Sandbox.of({
      token: Redacted.make(tokens.get(firstName)?.[0] ?? "tk-us-unknown"),
      tokenOf: (username) => Redacted.make(tokens.get(username)?.[0] ?? "tk-us-unknown"),
      bearer: (username = firstName) =>
        Effect.flatten(atPresent(() => {
          const account = findAccount(state, username)
          return account === undefined
            ? defect(`account ${username}`)
            : Effect.succeed(Redacted.make(issueBearer(state, account)))
        })),
      expireBearers: atPresent(() => {
        for (const bearer of state.bearers.values()) bearer.expiresAt = Math.min(bearer.expiresAt, state.now())
      }),
      inject: (rule) =>
        Effect.sync(() => {
          const injected = faults.add(rule)
          return {
            hits: Effect.sync(() => injected.hits),
            remove: Effect.sync(() => faults.remove(injected))
          }
        }),
      clearFaults: Effect.sync(faults.clear),
      failNextOperation: (app, error) => Effect.sync(() => push(state.operationFailures, app, error)),
      failNextDeployment: (app, status) => Effect.sync(() => push(state.deploymentFailures, app, status)),
      requests: Effect.sync(() => log.map((entry) => ({ ...entry }))),
      countRequests: (matches) => Effect.sync(() => matches === undefined ? log.length : log.filter(matches).length),
      clearRequests: Effect.sync(() => {
        log.length = 0
      }),
      apps: atPresent(() => viewApps(state)),
      app: (name) =>
        Effect.flatten(atPresent(() => {
          const app = viewApps(state).find((it) => it.name === name)
          return app === undefined ? defect(`app ${name}`) : Effect.succeed(app)
        })),
      events: (name) =>
        atPresent(() =>
          state.events
            .filter((event) =>
              name === undefined || event.appName === name ||
              (event.appId !== undefined && state.apps.get(event.appId)?.name === name)
            )
            .map((event) => renderEvent(state, event))
        ),
      mails: atPresent(() => state.mails.slice()),
      countSockets: Effect.sync(() => openSockets(state).size),
      cutSockets: cutSockets(state),
      writeLogs: (name, lines, { container = "web-1" } = {}) =>
        Effect.flatten(atPresent(() => {
          const app = Array.from(state.apps.values()).find((it) => it.name === name)
          const id = app?.id ?? state.addons.get(name)?.id
          if (id === undefined) return defect(`app ${name}`)
          writeLog(state, id, container, lines)
          return Effect.void
        })),
      suspendAddons: (name) =>
        atPresent(() => {
          for (const addon of state.addons.values()) {
            const app = state.apps.get(addon.appId)
            if (app?.name === name) suspend(state, app, addon)
          }
        }),
      nextChange: atPresent(() => state.scheduler.next()),
      urls: {
        auth: `${urls.auth}/v1`,
        billing: urls.billing,
        api: (region) => `${urls.api(region)}/v1`,
        database: (region) => `${urls.database(region)}/api`
      },
      connect: makeConnect(state, handle),
      locate: makeLocate(state, routes),
      replay: handler.replay,
      handle
    })
    return Effect.succeed({
      service,
      client: makeClient(state, handle),
      webSockets: (run) => makeWebSocketConstructor(state, handle, run)
    })
  })
}

/**
 * A sandbox without a client, for a server.
 *
 * @category constructors
 */
export const make = (seed?: Seed, options?: Options): Effect.Effect<SandboxService> =>
  Effect.map(makeWithClient(seed, options), ({ service }) => service)

/**
 * A sandbox without a client: requests reach it through {@link SandboxService.handle}.
 *
 * @category layers
 */
export const layerSandbox = (seed?: Seed, options?: Options): Layer.Layer<Sandbox> =>
  Layer.effect(Sandbox, make(seed, options))

/**
 * A sandbox, and an HttpClient and WebSockets that reach nothing but this sandbox. They open no sockets: a request runs
 * in the fiber that makes it. `layerClient` adds every service of the library.
 *
 * @category layers
 */
export const layer = (
  seed?: Seed,
  options?: Options
): Layer.Layer<Sandbox | HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.scopedContext(
    Effect.gen(function*() {
      const { client, service, webSockets } = yield* makeWithClient(seed, options)
      const run = yield* FiberSet.makeRuntime()
      return Context.make(Sandbox, service).pipe(
        Context.add(HttpClient.HttpClient, client),
        Context.add(Socket.WebSocketConstructor, webSockets((effect) => run(effect, { immediate: false })))
      )
    })
  )
