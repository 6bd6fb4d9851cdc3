/**
 * Transfers to and from pre-signed URLs: no bearer, no JSON, and the body is never held in memory as a whole.
 */
import * as HttpBody from "@effect/platform/HttpBody"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { wholeMillis } from "../../internal/clock.js"
import * as ClientMetrics from "../ClientMetrics.js"
import { RequestPriority } from "../RateLimiter.js"
import { RequestTimeout } from "../RequestOptions.js"
import { RetryOverride } from "../RetryPolicy.js"
import { InvalidRequest, type RequestContext, type ScalingoError, TransportError } from "../ScalingoError.js"
import type { Dependencies } from "./request.js"
import { toResponseError } from "./responseError.js"
import { withRetries } from "./retry.js"
import { toFailure, withoutRedirects } from "./transport.js"
import { isSafeUrl } from "./url.js"

interface Upload<E> {
  readonly content: Stream.Stream<Uint8Array, E>
  readonly length: number
  readonly contentType: string
}

const maxRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])
/** These keep the method and the body. The others turn a PUT into a GET. */
const bodyRedirects = new Set([301, 302, 307, 308])

/** A transfer with everything that stays the same for all attempts and redirects. */
interface PreparedTransfer {
  readonly name: string
  readonly method: "GET" | "PUT"
  readonly startedAt: number
  readonly timeout: Duration.Duration
}

const contextOf = (
  prepared: PreparedTransfer,
  url: string,
  attempts: number,
  requestId = "none"
): Effect.Effect<RequestContext> =>
  Effect.map(wholeMillis, (now) => ({
    endpoint: prepared.name,
    method: prepared.method,
    // The whole query is the permission, whatever its parameters are called.
    url: url.split("?", 1)[0] ?? "",
    requestId,
    attempts,
    elapsed: Duration.millis(Math.max(0, now - prepared.startedAt))
  }))

const failed = (prepared: PreparedTransfer, url: string, attempts: number, error: HttpClientError.HttpClientError) =>
  Effect.flatMap(contextOf(prepared, url, attempts), (context) => {
    const { code, ...failure } = toFailure(error, [url, ...new URL(url).searchParams.values()])
    return Effect.fail(new TransportError({ ...context, ...failure, ...(code === undefined ? {} : { code }) }))
  })

const timedOut = (prepared: PreparedTransfer, url: string, attempts: number) =>
  Effect.flatMap(contextOf(prepared, url, attempts), (context) =>
    Effect.fail(
      new TransportError({ ...context, reason: "timeout", detail: "nothing came for too long", sent: true })
    ))

const refusedResponse = (
  prepared: PreparedTransfer,
  url: string,
  attempts: number,
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<never, ScalingoError> =>
  Effect.gen(function*() {
    const text = yield* Effect.orElseSucceed(response.text, () => "")
    const context = yield* contextOf(prepared, url, attempts, response.headers["x-request-id"])
    return yield* Effect.fail(
      toResponseError(context, { status: response.status, headers: response.headers, text, region: null }, {
        // Every query parameter may be the permission.
        known: [url, ...new URL(url).searchParams.values()],
        nowMillis: yield* Effect.clockWith((clock) => clock.currentTimeMillis),
        random: yield* Random.next
      })
    )
  })

/** Sends the request and follows redirects: there is no bearer that could leak. */
const follow = (
  dependencies: Dependencies,
  prepared: PreparedTransfer,
  first: string,
  attempts: number,
  build: (url: string) => HttpClientRequest.HttpClientRequest
): Effect.Effect<{ readonly url: string; readonly response: HttpClientResponse.HttpClientResponse }, ScalingoError> => {
  const kept = prepared.method === "GET" ? redirects : bodyRedirects
  const hop = (
    url: string,
    left: number
  ): Effect.Effect<{ readonly url: string; readonly response: HttpClientResponse.HttpClientResponse }, ScalingoError> =>
    withoutRedirects(dependencies.client.execute(build(url))).pipe(
      Effect.catchAll((error) => failed(prepared, url, attempts, error)),
      Effect.zipLeft(Metric.increment(ClientMetrics.requests)),
      Effect.flatMap((response) => {
        if (response.status >= 200 && response.status < 300) return Effect.succeed({ url, response })
        const location = response.headers["location"]
        const next = location !== undefined && kept.has(response.status) && URL.canParse(location, url)
          ? new URL(location, url).href
          : undefined
        return next !== undefined && left > 0 && isSafeUrl(next)
          ? hop(next, left - 1)
          : refusedResponse(prepared, url, attempts, response)
      })
    )
  return hop(first, maxRedirects)
}

/** Sends the request with its retries, up to the first byte of the response. */
const open = (
  dependencies: Dependencies,
  name: string,
  method: "GET" | "PUT",
  url: Redacted.Redacted,
  send: (prepared: PreparedTransfer, url: string, attempts: number) => ReturnType<typeof follow>
): Effect.Effect<
  {
    readonly prepared: PreparedTransfer
    readonly url: string
    readonly response: HttpClientResponse.HttpClientResponse
  },
  ScalingoError
> =>
  Effect.gen(function*() {
    const address = Redacted.value(url)
    if (!isSafeUrl(address)) {
      return yield* new InvalidRequest({ endpoint: name, field: "url", expected: "an https address" })
    }
    const timeout = Option.match(yield* RequestTimeout, {
      onNone: () => dependencies.config.timeout,
      onSome: Duration.decode
    })
    const prepared: PreparedTransfer = { name, method, startedAt: yield* wholeMillis, timeout }
    const policy = { ...dependencies.config.retryPolicy, ...(yield* RetryOverride) }
    const priority = yield* RequestPriority
    const opened = yield* withRetries(
      { endpoint: name, policy, idempotent: true, budget: dependencies.budget, rateLimiter: dependencies.rateLimiter },
      ({ retries }) => Effect.zipRight(dependencies.rateLimiter.acquire(priority), send(prepared, address, retries + 1))
    )
    return { prepared, ...opened }
  }).pipe(Effect.withSpan(`Scalingo.${name}`, { kind: "client", captureStackTrace: false }))

export const make = (dependencies: Dependencies) => {
  const download = (name: string, url: Redacted.Redacted): Stream.Stream<Uint8Array, ScalingoError> =>
    Stream.unwrap(
      open(dependencies, name, "GET", url, (prepared, address, attempts) =>
        Effect.timeoutFail(
          follow(
            dependencies,
            prepared,
            address,
            attempts,
            (url) => HttpClientRequest.get(url, { headers: { "user-agent": dependencies.config.userAgent } })
          ),
          { duration: prepared.timeout, onTimeout: () => undefined }
        ).pipe(
          Effect.catchAll((error) => error === undefined ? timedOut(prepared, address, attempts) : Effect.fail(error))
        )).pipe(
          Effect.map(({ prepared, response, url }) =>
            response.stream.pipe(
              Stream.catchAll((error) => Stream.fromEffect(failed(prepared, url, 1, error))),
              Stream.timeoutTo(prepared.timeout, Stream.fromEffect(timedOut(prepared, url, 1)))
            )
          )
        )
    )

  const upload = <E>(name: string, url: Redacted.Redacted, upload: Upload<E>): Effect.Effect<void, ScalingoError | E> =>
    Effect.suspend(() => {
      if (!Number.isSafeInteger(upload.length) || upload.length < 0) {
        return Effect.fail(
          new InvalidRequest({ endpoint: name, field: "length", expected: "the number of bytes" })
        )
      }
      // The HTTP client replaces the error of the stream by its own, so the caller's error is kept here.
      let own = Option.none<E>()
      const content = Stream.tapError(upload.content, (error) =>
        Effect.sync(() => {
          own = Option.some(error)
        }))
      const body = HttpBody.stream(content, upload.contentType, upload.length)
      return open(
        dependencies,
        name,
        "PUT",
        url,
        (prepared, address, attempts) =>
          follow(
            dependencies,
            prepared,
            address,
            attempts,
            (url) => HttpClientRequest.put(url, { headers: { "user-agent": dependencies.config.userAgent }, body })
          ).pipe(
            Effect.catchAll((error): Effect.Effect<never, ScalingoError> =>
              Option.isSome(own)
                ? Effect.fail(
                  new InvalidRequest({ endpoint: name, field: "content", expected: "a stream that does not fail" })
                )
                : Effect.fail(error)
            )
          )
      ).pipe(
        Effect.catchAll((error): Effect.Effect<never, ScalingoError | E> =>
          Effect.fail(Option.getOrElse(own, () => error))
        ),
        Effect.flatMap(({ response }) => Effect.ignore(response.text)),
        Effect.asVoid
      )
    })

  return { download, upload }
}
