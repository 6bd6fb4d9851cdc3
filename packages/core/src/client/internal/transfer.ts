/**
 * Bytes to and from pre-signed addresses: no bearer, no JSON, no whole body in memory.
 */
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
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
import { CallPriority } from "../RateLimiter.js"
import { CallTimeout } from "../RequestOptions.js"
import { RetryOverride } from "../RetryPolicy.js"
import { InvalidRequest, type RequestContext, type ScalingoError, TransportError } from "../ScalingoError.js"
import type { Parts } from "./request.js"
import { fromAnswer } from "./responseError.js"
import { retrying } from "./retry.js"
import { toFailure, withoutRedirects } from "./transport.js"
import { isSafeUrl } from "./url.js"

interface Upload<E> {
  readonly content: Stream.Stream<Uint8Array, E>
  readonly length: number
  readonly contentType: string
}

const maxRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])
/** These keep the method and the body; the others of old turn a PUT into a GET. */
const bodyRedirects = new Set([301, 302, 307, 308])

/** What is fixed for all tries and hops of a transfer. */
interface Plan {
  readonly name: string
  readonly method: "GET" | "PUT"
  readonly startedAt: number
  readonly timeout: Duration.Duration
}

const contextOf = (plan: Plan, url: string, attempts: number, requestId = "none"): Effect.Effect<RequestContext> =>
  Effect.map(wholeMillis, (now) => ({
    endpoint: plan.name,
    method: plan.method,
    // The whole query is the permission, whatever its parameters are called.
    url: url.split("?", 1)[0] ?? "",
    requestId,
    attempts,
    elapsed: Duration.millis(Math.max(0, now - plan.startedAt))
  }))

const failed = (plan: Plan, url: string, attempts: number, error: HttpClientError.HttpClientError) =>
  Effect.flatMap(contextOf(plan, url, attempts), (context) => {
    const { code, ...failure } = toFailure(error, [url, ...new URL(url).searchParams.values()])
    return Effect.fail(new TransportError({ ...context, ...failure, ...(code === undefined ? {} : { code }) }))
  })

const timedOut = (plan: Plan, url: string, attempts: number) =>
  Effect.flatMap(contextOf(plan, url, attempts), (context) =>
    Effect.fail(
      new TransportError({ ...context, reason: "timeout", detail: "nothing came for too long", sent: true })
    ))

const refusedAnswer = (
  plan: Plan,
  url: string,
  attempts: number,
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<never, ScalingoError> =>
  Effect.gen(function*() {
    const text = yield* Effect.orElseSucceed(response.text, () => "")
    const context = yield* contextOf(plan, url, attempts, response.headers["x-request-id"])
    return yield* Effect.fail(
      fromAnswer(context, { status: response.status, headers: response.headers, text }, {
        // Every value of such an address may be its permission.
        known: [url, ...new URL(url).searchParams.values()],
        nowMillis: yield* Effect.clockWith((clock) => clock.currentTimeMillis),
        random: yield* Random.next
      })
    )
  })

/** Sends the request, and again to where redirects lead: there is no bearer that could leak. */
const follow = (
  parts: Parts,
  plan: Plan,
  first: string,
  attempts: number,
  build: (url: string) => HttpClientRequest.HttpClientRequest
): Effect.Effect<{ readonly url: string; readonly response: HttpClientResponse.HttpClientResponse }, ScalingoError> => {
  const kept = plan.method === "GET" ? redirects : bodyRedirects
  const hop = (
    url: string,
    left: number
  ): Effect.Effect<{ readonly url: string; readonly response: HttpClientResponse.HttpClientResponse }, ScalingoError> =>
    withoutRedirects(parts.client.execute(build(url))).pipe(
      Effect.catchAll((error) => failed(plan, url, attempts, error)),
      Effect.zipLeft(Metric.increment(ClientMetrics.requests)),
      Effect.flatMap((response) => {
        if (response.status >= 200 && response.status < 300) return Effect.succeed({ url, response })
        const location = response.headers["location"]
        const next = location !== undefined && kept.has(response.status) && URL.canParse(location, url)
          ? new URL(location, url).href
          : undefined
        return next !== undefined && left > 0 && isSafeUrl(next)
          ? hop(next, left - 1)
          : refusedAnswer(plan, url, attempts, response)
      })
    )
  return hop(first, maxRedirects)
}

/** Everything up to the first byte of the answer, with its tries. */
const open = (
  parts: Parts,
  name: string,
  method: "GET" | "PUT",
  url: Redacted.Redacted,
  send: (plan: Plan, url: string, attempts: number) => ReturnType<typeof follow>
): Effect.Effect<
  { readonly plan: Plan; readonly url: string; readonly response: HttpClientResponse.HttpClientResponse },
  ScalingoError
> =>
  Effect.gen(function*() {
    const address = Redacted.value(url)
    if (!isSafeUrl(address)) {
      return yield* new InvalidRequest({ endpoint: name, field: "url", expected: "an https address" })
    }
    const timeout = Option.match(yield* CallTimeout, { onNone: () => parts.config.timeout, onSome: Duration.decode })
    const plan: Plan = { name, method, startedAt: yield* wholeMillis, timeout }
    const policy = { ...parts.config.retryPolicy, ...(yield* RetryOverride) }
    const priority = yield* CallPriority
    const answer = yield* retrying(
      { endpoint: name, policy, repeatability: "repeatable", budget: parts.budget, quota: parts.quota },
      ({ retries }) => Effect.zipRight(parts.quota.take(priority), send(plan, address, retries + 1))
    )
    return { plan, ...answer }
  }).pipe(Effect.withSpan(`Scalingo.${name}`, { kind: "client", captureStackTrace: false }))

export const make = (given: Parts) => {
  const parts: Parts = { ...given, client: HttpClient.withTracerDisabledWhen(given.client, () => true) }

  const download = (name: string, url: Redacted.Redacted): Stream.Stream<Uint8Array, ScalingoError> =>
    Stream.unwrap(
      open(parts, name, "GET", url, (plan, address, attempts) =>
        Effect.timeoutFail(
          follow(
            parts,
            plan,
            address,
            attempts,
            (url) => HttpClientRequest.get(url, { headers: { "user-agent": parts.config.userAgent } })
          ),
          { duration: plan.timeout, onTimeout: () => undefined }
        ).pipe(
          Effect.catchAll((error) => error === undefined ? timedOut(plan, address, attempts) : Effect.fail(error))
        )).pipe(
          Effect.map(({ plan, response, url }) =>
            response.stream.pipe(
              Stream.catchAll((error) => Stream.fromEffect(failed(plan, url, 1, error))),
              Stream.timeoutTo(plan.timeout, Stream.fromEffect(timedOut(plan, url, 1)))
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
      // The client knows only its own errors: the caller's is kept aside, and comes out in place of the client's.
      let own = Option.none<E>()
      const content = Stream.tapError(upload.content, (error) =>
        Effect.sync(() => {
          own = Option.some(error)
        }))
      const body = HttpBody.stream(content, upload.contentType, upload.length)
      return open(
        parts,
        name,
        "PUT",
        url,
        (plan, address, attempts) =>
          follow(
            parts,
            plan,
            address,
            attempts,
            (url) => HttpClientRequest.put(url, { headers: { "user-agent": parts.config.userAgent }, body })
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
