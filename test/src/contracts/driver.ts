/**
 * How the contract tests call a method: the inventory's name of an endpoint, and the call that should send it.
 */
import type { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import type { SignedUrls } from "@effect-scalingo/core/SignedUrls"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

/** What the services stand on. */
export type Apis = RegionalApi | AuthApi | BillingApi | DatabaseApi | SignedUrls

export type Calls<S> = {
  readonly [inventoryName: string]: Call<S> | {
    readonly send: Call<S>
    /** The JSON body that must be sent, where the inventory has no example or the library sends another one. */
    readonly body?: unknown
    /** The query that must be sent; without it every parameter of the inventory must be sent. */
    readonly query?: Readonly<Record<string, string>>
    /** The answer, where the inventory has no example. */
    readonly respond?: { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> }
    /** Why body, query or answer differ from the inventory. */
    readonly because?: string
  }
}

/**
 * A path parameter is given its own name as its value: `apps.get("app")` for `/apps/:app`.
 */
export type Call<S> = (service: S) => Effect.Effect<unknown, unknown> | Stream.Stream<unknown, unknown>

export interface Driver {
  /** The inventory's name of the resource. */
  readonly resource: string
  readonly calls: {
    readonly [inventoryName: string]: {
      readonly run: Effect.Effect<unknown, unknown, Apis>
      readonly body?: unknown
      readonly query?: Readonly<Record<string, string>> | undefined
      readonly respond?: {
        readonly status?: number
        readonly body?: unknown
        readonly headers?: Record<string, string>
      } | undefined
    }
  }
}

/**
 * The calls of one resource. Where the inventory splits a resource over several APIs, all are listed together; a
 * name that stands in two APIs is written with the API before it, `auth.list`.
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
