/**
 * Drivers of the contract tests: for each endpoint of the inventory, the call that sends its request.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Apis, FakeResponse, RespondHttp } from "../fakePlatform.js"

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

/**
 * The calls of one resource, over all the APIs that it is split over. A name that two APIs share is prefixed with the
 * API: `auth.list`.
 */
export const driver = <I, S>(
  resource: string,
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, Apis>,
  calls: Calls<S>
): Driver => ({
  resource,
  calls: Object.fromEntries(
    Object.entries(calls).map(([name, entry]) => {
      const { send, ...expected } = typeof entry === "function" ? { send: entry } : entry
      const run = Effect.flatMap(tag, (service) => {
        const result = send(service)
        return Effect.isEffect(result) ? result : Stream.runCollect(result)
      })
      return [name, { run: Effect.provide(run, layer), ...expected }]
    })
  )
})
