/**
 * Drivers of the contract tests: for each endpoint of the inventory, the call that sends its request.
 */
import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { type Apis, fakeApis, type FakeResponse, type RespondHttp } from "../fakePlatform.js"

export type Calls<S> = {
  readonly [inventoryName: string]: Call<S> | {
    readonly send: Call<S>
    /** The expected JSON body, where the inventory has no example or the library sends another one. */
    readonly body?: unknown
    /** The expected query. By default, every parameter of the inventory is expected. */
    readonly query?: Readonly<Record<string, string>>
    /** Parts of the response that replace those of the inventory. */
    readonly response?: FakeResponse
    /** Plays the platform, where a method sends several requests. */
    readonly respond?: RespondHttp
    /** Why body, query or response differ from the inventory. */
    readonly because?: string
  }
}

/** Gives every path parameter its own name as value: `apps.get("app")` for `/apps/:app`. */
export type Call<S> = (service: S) => Effect.Effect<unknown, unknown> | Stream.Stream<unknown, unknown>

export interface Driver {
  /** The inventory's name of the resource. */
  readonly resource: string
  readonly calls: {
    readonly [inventoryName: string]: {
      readonly run: Effect.Effect<unknown, unknown, Apis>
      readonly body?: unknown
      readonly query?: Readonly<Record<string, string>> | undefined
      readonly response?: FakeResponse | undefined
      readonly respond?: RespondHttp | undefined
    }
  }
}

/** The service over the APIs of the context. It is built once for each of them, since tests run thousands of calls. */
const serviceOver = <I, S>(
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, Apis>
): Effect.Effect<S, never, Apis> => {
  const built = new WeakMap<object, S>()
  return Effect.flatMap(RegionalApi, (api) => {
    const service = built.get(api)
    return service === undefined
      ? Effect.map(Effect.provide(tag, layer), (service) => {
        built.set(api, service)
        return service
      })
      : Effect.succeed(service)
  })
}

/**
 * The calls of one resource, over all the APIs that it is split over. A name that two APIs share is prefixed with the
 * API: `auth.list`.
 */
export const driver = <I, S>(
  resource: string,
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, Apis>,
  calls: Calls<S>
): Driver => {
  const service = serviceOver(tag, layer)
  return {
    resource,
    calls: Object.fromEntries(
      Object.entries(calls).map(([name, entry]) => {
        const { send, ...expected } = typeof entry === "function" ? { send: entry } : entry
        const run = Effect.flatMap(service, (service) => {
          const result = send(service)
          return Effect.isEffect(result) ? result : Stream.runCollect(result)
        })
        return [name, { run, ...expected }]
      })
    )
  }
}

/** Runs calls over fake APIs, whose response is given with each call. */
export const runner = (options: { readonly lenient?: boolean } = {}) => {
  let current: RespondHttp = () => ({})
  const apis = Effect.runSync(
    Effect.provide(Effect.context<Apis>(), fakeApis([], (call) => current(call as never) as FakeResponse, options))
  )
  return (run: Effect.Effect<unknown, unknown, Apis>, respond: RespondHttp): Exit.Exit<unknown, unknown> => {
    current = respond
    return Effect.runSyncExit(Effect.provide(run, apis))
  }
}
