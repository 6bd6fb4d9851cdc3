/**
 * A Scalingo in memory. It answers as the API's documentation says, remembers what was done to it, and moves on with
 * the Clock: with TestClock an hour of the platform passes in no time.
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
 * Rights are checked as well: another account is one more in the seed, and {@link SandboxService.tokenOf} signs it in.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Rule } from "./Fault.js"
import { planOf, suspend } from "./internal/addons.js"
import { findAccount, issueBearer } from "./internal/authentication.js"
import { renderEvent } from "./internal/events.js"
import { makeFaults } from "./internal/faults.js"
import { makeClient } from "./internal/inMemoryClient.js"
import type { AppStatus, DeploymentStatus } from "./internal/models.js"
import { makeRateLimit } from "./internal/rateLimit.js"
import { makeHandle, type Outcome as InternalOutcome, type RequestLogEntry } from "./internal/router.js"
import { routes } from "./internal/routes/index.js"
import { seedState } from "./internal/seedState.js"
import { makeSettings, type SandboxOptions } from "./internal/settings.js"
import { makeState, ofApp, type State } from "./internal/state.js"
import { platformUrls, serverUrls } from "./internal/urls.js"
import type { Seed } from "./Seed.js"

/**
 * How a sandbox behaves. The defaults are the platform's, as far as they are known.
 *
 * @category models
 */
export interface Options extends SandboxOptions {}

/**
 * A request that has come, without its secrets.
 *
 * @category models
 */
export interface LoggedRequest extends RequestLogEntry {}

/**
 * A rule that is in force.
 *
 * @category models
 */
export interface Injection {
  /** The requests it happened to so far. */
  readonly hits: Effect.Effect<number>
  readonly remove: Effect.Effect<void>
}

/**
 * An app, as a test looks at it.
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
  /** The containers that run: `web-1`, `one-off-3`. */
  readonly containers: ReadonlyArray<string>
  readonly variables: { readonly [name: string]: string }
  /** The plans of its addons. */
  readonly addons: ReadonlyArray<string>
  readonly collaborators: ReadonlyArray<string>
  /** Oldest first: `restart: done`. */
  readonly operations: ReadonlyArray<{ readonly id: string; readonly type: string; readonly status: string }>
  readonly deployments: ReadonlyArray<{ readonly id: string; readonly status: DeploymentStatus }>
}

/**
 * How a request ends: mostly with an answer. What a server has to do for it is in `@effect-scalingo/node`.
 *
 * @category models
 */
export type Outcome = InternalOutcome

/**
 * What can be done with a sandbox beside sending requests to it.
 *
 * @category models
 */
export interface SandboxService {
  /** The API token of the first account. */
  readonly token: Redacted.Redacted
  /** The first API token of an account; for a name that is not seeded, a token that opens nothing. */
  readonly tokenOf: (username: string) => Redacted.Redacted
  /** A fresh bearer of an account (the first one by default), without any request. */
  readonly bearer: (username?: string) => Effect.Effect<Redacted.Redacted>
  /** Every bearer issued so far is refused from now on. API tokens stay good. */
  readonly expireBearers: Effect.Effect<void>

  /** Puts a rule in force. Of several that are about a request, the first one that is not used up happens. */
  readonly inject: (rule: Rule) => Effect.Effect<Injection>
  /** Takes all rules away. */
  readonly clearFaults: Effect.Effect<void>
  /** The next operation of an app, or of its database, ends in an error with this text. */
  readonly failNextOperation: (app: string, error: string) => Effect.Effect<void>
  /** The next deployment of an app ends like this. */
  readonly failNextDeployment: (app: string, status: DeploymentStatus) => Effect.Effect<void>

  /** What came so far, oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<LoggedRequest>>
  /** How many requests came so far, or how many of a kind. */
  readonly countRequests: (fits?: (request: LoggedRequest) => boolean) => Effect.Effect<number>
  /** Forgets what came so far: the next count starts from none. */
  readonly clearRequests: Effect.Effect<void>

  /** The apps at this moment. */
  readonly apps: Effect.Effect<ReadonlyArray<AppView>>
  /** An app by its name, at this moment; a defect when there is none. */
  readonly app: (name: string) => Effect.Effect<AppView>
  /** The events so far as the API shows them, oldest first; those of an app when it is named. */
  readonly events: (app?: string) => Effect.Effect<ReadonlyArray<EventView>>
  /** What was sent to the accounts by mail, oldest first: invitations and confirmations, with their tokens. */
  readonly mails: Effect.Effect<ReadonlyArray<MailView>>
  /** Suspends the addons of an app, as the platform does when a bill is not paid. */
  readonly suspendAddons: (app: string) => Effect.Effect<void>
  /** When the next thing happens by itself: milliseconds of the Clock. */
  readonly nextChange: Effect.Effect<number | undefined>

  /** Where the services are: `https://auth.scalingo.com/v1` in memory, a path of the origin on a server. */
  readonly urls: {
    readonly auth: string
    readonly billing: string
    readonly api: (region: string) => string
    readonly database: (region: string) => string
  }
  /** The sandbox as an app: the request's URL is a canonical path such as `/api/osc-fr1/v1/apps`. */
  readonly handle: Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest>
}

/**
 * An event, as a test looks at it.
 *
 * @category models
 */
export interface EventView {
  readonly type: string
  readonly created_at: string
  readonly type_data?: { readonly [name: string]: unknown }
}

/**
 * A mail, as a test looks at it.
 *
 * @category models
 */
export interface MailView {
  readonly to: string
  readonly subject: string
  /** What its links carry. */
  readonly data: { readonly [name: string]: string }
}

/**
 * The sandbox.
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

interface Made {
  readonly service: SandboxService
  readonly client: HttpClient.HttpClient
}

const makeBoth = (seed?: Seed, options?: Options): Effect.Effect<Made> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) => {
    const settings = makeSettings(options)
    const urls = options?.origin === undefined ? platformUrls : serverUrls(options.origin)
    const state = makeState(settings, urls, start)
    const { problems, tokens } = seedState(state, seed)
    if (problems.length > 0) return Effect.dieMessage(`the seed does not fit together: ${problems.join(", ")}`)
    const faults = makeFaults()
    const log: Array<RequestLogEntry> = []
    const rateLimit = makeRateLimit(settings.requestLimit, settings.limitWindow)
    const handle = makeHandle({ state, faults, rateLimit, log, routes })

    /** Something with the state of this moment. */
    const present = <A>(f: () => A): Effect.Effect<A> =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        state.advance(now)
        return f()
      })
    const firstName = tokens.keys().next().value ?? ""
    const defect = (message: string) => Effect.dieMessage(`the sandbox has no ${message}`)

    const service = Sandbox.of({
      token: Redacted.make(tokens.get(firstName)?.[0] ?? "tk-us-unknown"),
      tokenOf: (username) => Redacted.make(tokens.get(username)?.[0] ?? "tk-us-unknown"),
      bearer: (username = firstName) =>
        Effect.flatten(present(() => {
          const account = findAccount(state, username)
          return account === undefined
            ? defect(`account ${username}`)
            : Effect.succeed(Redacted.make(issueBearer(state, account)))
        })),
      expireBearers: present(() => {
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
      countRequests: (fits) => Effect.sync(() => fits === undefined ? log.length : log.filter(fits).length),
      clearRequests: Effect.sync(() => {
        log.length = 0
      }),
      apps: present(() => viewApps(state)),
      app: (name) =>
        Effect.flatten(present(() => {
          const app = viewApps(state).find((it) => it.name === name)
          return app === undefined ? defect(`app ${name}`) : Effect.succeed(app)
        })),
      events: (name) =>
        present(() =>
          state.events
            .filter((event) => name === undefined || event.appName === name)
            .map((event) => renderEvent(state, event))
        ),
      mails: present(() => state.mails.slice()),
      suspendAddons: (name) =>
        present(() => {
          for (const addon of state.addons.values()) {
            const app = state.apps.get(addon.appId)
            if (app?.name === name) suspend(state, app, addon)
          }
        }),
      nextChange: present(() => state.scheduler.next()),
      urls: {
        auth: `${urls.auth}/v1`,
        billing: urls.billing,
        api: (region) => `${urls.api(region)}/v1`,
        database: (region) => `${urls.database(region)}/api`
      },
      handle
    })
    return Effect.succeed({ service, client: makeClient(state, handle) })
  })

/**
 * A sandbox without a client: what a server is made of.
 *
 * @category constructors
 */
export const make = (seed?: Seed, options?: Options): Effect.Effect<SandboxService> =>
  Effect.map(makeBoth(seed, options), ({ service }) => service)

/**
 * A sandbox alone: requests reach it only through {@link SandboxService.handle}, as those of a server do.
 *
 * @category layers
 */
export const layerSandbox = (seed?: Seed, options?: Options): Layer.Layer<Sandbox> =>
  Layer.effect(Sandbox, make(seed, options))

/**
 * A sandbox, and an HttpClient whose network is this sandbox and nothing else: no socket is opened, requests run in
 * the fiber that makes them.
 *
 * @category layers
 */
export const layer = (seed?: Seed, options?: Options): Layer.Layer<Sandbox | HttpClient.HttpClient> =>
  Layer.effectContext(
    Effect.map(
      makeBoth(seed, options),
      ({ client, service }) => Context.make(Sandbox, service).pipe(Context.add(HttpClient.HttpClient, client))
    )
  )
