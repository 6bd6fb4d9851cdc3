/**
 * Addresses that carry their own permission: backups, archives of logs, invoices, the sources of deployments. They are
 * read and written without signing in, and never shown: whoever has one can use it. Transfers take their place in the
 * quota like all requests, since some of these addresses are the API's own.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Stream from "effect/Stream"
import * as Transfer from "./internal/transfer.js"
import { Quota } from "./RateLimiter.js"
import { RetryBudget } from "./RetryPolicy.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import type { ScalingoError } from "./ScalingoError.js"

/**
 * What is uploaded. The stream is run anew when the upload is tried again or led to another address, so it must give
 * the same bytes each time.
 *
 * @category models
 */
export interface Upload<E = never> {
  readonly content: Stream.Stream<Uint8Array, E>
  /** In bytes, exactly: the platform does not take uploads of unknown length. */
  readonly length: number
  readonly contentType: string
}

/**
 * The methods of {@link SignedUrls}.
 *
 * @category models
 */
export interface Service {
  /**
   * The bytes behind an address: `GET`. Nothing is read before it is asked for, and a connection on which nothing
   * comes for as long as the configured timeout fails with `TransportError`. Tried again only until the first byte.
   */
  readonly download: (name: string, url: Redacted.Redacted) => Stream.Stream<Uint8Array, ScalingoError>
  /**
   * Writes to an address: `PUT`, following redirects that keep the body. There is no time limit; `Effect.timeout` sets
   * one.
   */
  readonly upload: <E>(
    name: string,
    url: Redacted.Redacted,
    upload: Upload<E>
  ) => Effect.Effect<void, ScalingoError | E>
}

/**
 * Transfers to and from addresses that carry their own permission.
 *
 * @category tags
 */
export class SignedUrls extends Context.Tag("@effect-scalingo/core/SignedUrls")<SignedUrls, Service>() {}

export const layer: Layer.Layer<
  SignedUrls,
  never,
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget
> = Layer.effect(
  SignedUrls,
  Effect.gen(function*() {
    return Transfer.make({
      client: yield* HttpClient.HttpClient,
      config: yield* ScalingoConfig,
      quota: yield* Quota,
      budget: yield* RetryBudget
    })
  })
)
