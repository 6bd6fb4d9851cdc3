/**
 * How one request reaches the server, and how its whole response comes back. `@effect-scalingo/node` has a fast
 * implementation for Node; over any other `HttpClient` the portable one of this module is used.
 *
 * Programs need this module only to implement a transport of their own. To change how requests are sent, provide an
 * `HttpClient`.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { readBody } from "./internal/responseBody.js"

/**
 * A request as it is sent.
 *
 * @category models
 */
export interface TransportRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly url: string
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string }
  /** JSON text. */
  readonly body: string | undefined
}

/**
 * The limits of one attempt.
 *
 * @category models
 */
export interface TransportOptions {
  /** From the start to the last byte of the response. */
  readonly timeout: Duration.Duration
  /** The largest body in bytes, after decompression, that a response with this status may have. */
  readonly maxBodySize: (status: number) => number
  /** Runs as soon as the response headers are here. It may be left out when the whole response comes at once. */
  readonly onHeaders: Effect.Effect<void>
}

/**
 * A whole response.
 *
 * @category models
 */
export interface TransportResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
  /** Whether the body is larger than allowed. `text` then holds the first part of it, or nothing. */
  readonly isTruncated: boolean
}

/**
 * Why there is no response.
 *
 * - `timeout`: the attempt took too long
 * - `invalid`: the request cannot be sent, such as a header that the client refuses
 * - `request`: the connection failed before the response headers
 * - `response`: the response was cut short
 * - `redirected`: the client followed a redirect to another origin
 * - `encoding`: the body has a compression that cannot be decoded
 *
 * @category models
 */
export interface TransportFailure {
  readonly kind: "timeout" | "invalid" | "request" | "response" | "redirected" | "encoding"
  /** The error of the client or the system; for `encoding` its name, for `redirected` the URL. */
  readonly cause: unknown
}

/**
 * Sends requests.
 *
 * @category models
 */
export interface Transport {
  readonly send: (
    request: TransportRequest,
    options: TransportOptions
  ) => Effect.Effect<TransportResponse, TransportFailure>
  /** Whether a body that is a stream goes out with the length that was announced, and not in chunks. */
  readonly streamsKeepLength: boolean
}

const TransportKey: unique symbol = Symbol.for("@effect-scalingo/core/Transport")

/**
 * An `HttpClient` that brings a transport of its own. A client that is derived from it (with a retry, a log, a prefix)
 * is another client without it, so what a user changes is always honoured.
 *
 * @category constructors
 */
export const attach = (client: HttpClient.HttpClient, transport: Transport): HttpClient.HttpClient =>
  Object.assign(Object.create(client), { [TransportKey]: transport })

const isTransport = (u: unknown): u is Transport => Predicate.hasProperty(u, "send")

/**
 * The transport of a client: the attached one, or the portable one over the client.
 *
 * @category constructors
 */
export const fromHttpClient = (client: HttpClient.HttpClient): Transport => {
  const attached = Object.getOwnPropertyDescriptor(client, TransportKey)?.value
  return isTransport(attached) ? attached : portable(client)
}

/**
 * Does not follow redirects: the bearer must not reach another host. A client that follows them by itself cannot be
 * stopped from outside.
 */
export const withoutRedirects = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.mapInputContext(effect, (context: Context.Context<R>) =>
    Context.add(context, FetchHttpClient.RequestInit, {
      ...Option.getOrUndefined(Context.getOption(context, FetchHttpClient.RequestInit)),
      redirect: "manual"
    }) as Context.Context<R>)

/** A client that fails for some statuses has a response nevertheless. */
export const orResponse = (
  error: HttpClientError.HttpClientError
): Effect.Effect<HttpClientResponse.HttpClientResponse, TransportFailure> =>
  error._tag === "ResponseError" && error.reason === "StatusCode"
    ? Effect.succeed(error.response)
    : Effect.fail(toFailure(error))

const toFailure = (error: HttpClientError.HttpClientError): TransportFailure => ({
  kind: error._tag === "ResponseError" ? "response" : error.reason === "Transport" ? "request" : "invalid",
  cause: error.cause ?? error.description
})

const originOf = (url: string): string => URL.canParse(url) ? new URL(url).origin : ""

/** The response of `fetch`. Clients of the platform hold it, in a wrapper that aborts the request. */
const sourceOf = (response: unknown): unknown =>
  Predicate.hasProperty(response, "original")
    ? sourceOf(response.original)
    : Predicate.hasProperty(response, "source")
    ? response.source
    : undefined

/** The URL of another origin that the client was led to. */
const redirectedTo = (sent: string, response: HttpClientResponse.HttpClientResponse): string | undefined => {
  const source = sourceOf(response)
  const final = Predicate.hasProperty(source, "redirected") && source.redirected === true &&
      Predicate.hasProperty(source, "url") && typeof source.url === "string"
    ? source.url
    : response.request.url
  // A prefix for a gateway is the user's own wish: the whole URL is still part of the one that was called.
  return originOf(final) === originOf(sent) || final.includes(sent) ? undefined : final
}

const portable = (client: HttpClient.HttpClient): Transport => {
  // The client would open a span of its own for every attempt, with the whole URL in it.
  const silent = HttpClient.withTracerDisabledWhen(client, () => true)
  return {
    streamsKeepLength: false,
    send: ({ body, headers, method, url }, { maxBodySize, onHeaders, timeout }) => {
      const bare = HttpClientRequest.make(method)(url, { headers })
      const request = body === undefined ? bare : HttpClientRequest.bodyText(bare, body, "application/json")
      return silent.execute(request).pipe(
        withoutRedirects,
        Effect.catchAll(orResponse),
        Effect.tap(onHeaders),
        Effect.flatMap((response): Effect.Effect<TransportResponse, TransportFailure> => {
          const redirected = redirectedTo(url, response)
          if (redirected !== undefined) return Effect.fail({ kind: "redirected", cause: redirected })
          return Effect.mapBoth(readBody(response, maxBodySize(response.status)), {
            onFailure: (error): TransportFailure => ({ kind: "response", cause: error.cause ?? error.description }),
            onSuccess: (body) => ({ status: response.status, headers: response.headers, ...body })
          })
        }),
        Effect.timeoutFail({
          duration: timeout,
          onTimeout: (): TransportFailure => ({ kind: "timeout", cause: undefined })
        })
      )
    }
  }
}
