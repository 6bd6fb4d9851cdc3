/**
 * Pre-signed URLs, which carry their own permission: backups, log archives, invoices, sources of deployments. They are
 * read and written without a bearer, and never shown, since whoever has one can use it. Transfers count against the rate
 * limit, because some of these URLs are the API's own.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as Pipeline from "./internal/request.js"
import * as Transfer from "./internal/transfer.js"
import type { RateLimiter } from "./RateLimiter.js"
import type { RetryBudget } from "./RetryPolicy.js"
import type { ScalingoConfig } from "./ScalingoConfig.js"
import type { ScalingoError } from "./ScalingoError.js"

/**
 * The content of an upload. A retry or a redirect runs the stream again, so it must give the same bytes each time.
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
 * A successful response, whose body has not been read yet.
 *
 * @category models
 */
export interface SignedResponse {
  /** 200 to 299: 206 for a part of the file. */
  readonly status: number
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** Like the stream of `download`. Can be run once, while the scope is open. */
  readonly content: Stream.Stream<Uint8Array, ScalingoError>
}

/**
 * The methods of {@link SignedUrls}.
 *
 * @category models
 */
export interface SignedUrlsService {
  /**
   * Reads the bytes behind a URL: `GET`. Reads only as fast as the stream is consumed. A connection that is silent for
   * the configured timeout fails with `TransportError`. Retried only until the first byte.
   */
  readonly download: (name: string, url: Redacted.Redacted) => Stream.Stream<Uint8Array, ScalingoError>
  /**
   * Opens a URL for reading, with headers such as `Range`: `GET`. Retries and redirects are those of `download`. Any
   * response that is not a success is an error. A body that is not read is closed with the scope.
   *
   * ```ts
   * const { content, status } = yield* urls.open("tail", url, { headers: { range: "bytes=1000-" } })
   * ```
   */
  readonly open: (
    name: string,
    url: Redacted.Redacted,
    options?: { readonly headers?: { readonly [name: string]: string } | undefined }
  ) => Effect.Effect<SignedResponse, ScalingoError, Scope.Scope>
  /**
   * Writes to a URL: `PUT`. Follows redirects that keep the body. There is no time limit; `Effect.timeout` sets one.
   */
  readonly upload: <E>(
    name: string,
    url: Redacted.Redacted,
    upload: Upload<E>
  ) => Effect.Effect<void, ScalingoError | E>
}

/**
 * Transfers to and from pre-signed URLs.
 *
 * @category tags
 */
export class SignedUrls extends Context.Tag("@effect-scalingo/core/SignedUrls")<SignedUrls, SignedUrlsService>() {}

export const layer: Layer.Layer<
  SignedUrls,
  never,
  HttpClient.HttpClient | ScalingoConfig | RateLimiter | RetryBudget
> = Layer.effect(
  SignedUrls,
  Effect.map(Pipeline.RequestPipeline, ({ dependencies }) => Transfer.make(dependencies))
).pipe(Layer.provide(Pipeline.layer))
