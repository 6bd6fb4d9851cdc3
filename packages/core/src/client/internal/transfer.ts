/**
 * Transfers to and from pre-signed URLs: no bearer, no JSON, and the body is never held in memory as a whole where the
 * HTTP client can stream it.
 */
import * as HttpBody from "@effect/platform/HttpBody"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { concatBytes } from "../../internal/bytes.js"
import { wholeMillis } from "../../internal/clock.js"
import { redactText, secretsOfUrl } from "../../internal/redaction.js"
import * as ClientMetrics from "../ClientMetrics.js"
import { RequestPriority } from "../RateLimiter.js"
import { RequestTimeout } from "../RequestOptions.js"
import { RetryOverride } from "../RetryPolicy.js"
import { InvalidRequest, type RequestContext, type ScalingoError } from "../ScalingoError.js"
import { orResponse, type TransportFailure, withoutRedirects } from "../Transport.js"
import { callOptions } from "./callOptions.js"
import { describeRequest, describeResult, withCallSpan } from "./callSpan.js"
import { endAttempt } from "./permit.js"
import type { Dependencies } from "./request.js"
import { maxErrorSize, readBody } from "./responseBody.js"
import { toResponseError } from "./responseError.js"
import { withRetries } from "./retry.js"
import { toTransportError } from "./transportError.js"
import { isApiHost, isPrivateHost, isSafeUrl } from "./url.js"

interface Upload<E> {
  readonly content: Stream.Stream<Uint8Array, E>
  readonly length: number
  readonly contentType: string
}

interface SignedResponse {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly content: Stream.Stream<Uint8Array, ScalingoError>
}

const maxRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])
/** These keep the method and the body. The others turn a PUT into a GET. */
const bodyRedirects = new Set([301, 302, 307, 308])

/** A transfer with everything that stays the same for all attempts and redirects. */
interface PreparedTransfer {
  readonly name: string
  readonly method: "GET" | "PUT"
  readonly firstUrl: string
  readonly startedAt: number
  readonly timeout: Duration.Duration
}

interface Opened {
  readonly prepared: PreparedTransfer
  readonly url: string
  readonly response: HttpClientResponse.HttpClientResponse
}

/** Every query parameter of a pre-signed URL may be the permission, and so may a part of its path. */
const secretsOf = (url: string): ReadonlyArray<string> => [
  url,
  ...new URL(url).searchParams.values(),
  ...secretsOfUrl(url)
]

/** The whole query is the permission, whatever its parameters are called. */
const shownUrl = (url: string): string => redactText(url.split("?", 1)[0] ?? "")

const contextOf = (
  prepared: PreparedTransfer,
  url: string,
  attempts: number,
  requestId = "none"
): Effect.Effect<RequestContext> =>
  Effect.map(wholeMillis, (now) => ({
    endpoint: prepared.name,
    method: prepared.method,
    url: shownUrl(url),
    requestId,
    attempts,
    elapsed: Duration.millis(Math.max(0, now - prepared.startedAt))
  }))

const fail = (prepared: PreparedTransfer, url: string, attempts: number, failure: TransportFailure) =>
  Effect.flatMap(
    contextOf(prepared, url, attempts),
    (context) => Effect.fail(toTransportError(context, failure, secretsOf(url)))
  )

const failBody = (prepared: PreparedTransfer, url: string, error: HttpClientError.HttpClientError) =>
  fail(prepared, url, 1, { kind: "response", cause: error.cause ?? error.description })

/** The beginning of a body whose content hardly matters. Without being read, it would keep its connection open. */
const drain = (
  { timeout }: PreparedTransfer,
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<string> =>
  readBody(response, maxErrorSize).pipe(
    Effect.timeout(timeout),
    Effect.match({ onFailure: () => "", onSuccess: ({ text }) => text })
  )

/** The error of a response that is not a success. */
const refused = (
  prepared: PreparedTransfer,
  url: string,
  attempts: number,
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<never, ScalingoError> =>
  Effect.gen(function*() {
    const text = yield* drain(prepared, response)
    const context = yield* contextOf(prepared, url, attempts, response.headers["x-request-id"])
    return yield* Effect.fail(
      toResponseError(context, { status: response.status, headers: response.headers, text, region: null }, {
        known: secretsOf(url),
        nowMillis: yield* Effect.clockWith((clock) => clock.currentTimeMillis),
        random: yield* Random.next
      })
    )
  })

/** Whether a redirect may be followed: never from https to http, and never to a private address from a public one. */
const isSafeRedirect = ({ config }: Dependencies, { firstUrl }: PreparedTransfer, next: string): boolean => {
  if (!isSafeUrl(next, config.insecureHosts)) return false
  const [from, to] = [new URL(firstUrl), new URL(next)]
  if (from.protocol === "https:" && to.protocol === "http:") return false
  return !isPrivateHost(to.hostname) || isPrivateHost(from.hostname) || config.insecureHosts.includes(to.hostname)
}

/** Makes the request for a URL. A redirect makes another one, since the body may be a stream that runs only once. */
type BuildRequest = (url: string) => Effect.Effect<HttpClientRequest.HttpClientRequest, ScalingoError, Scope.Scope>

type Executed = Effect.Effect<HttpClientResponse.HttpClientResponse, TransportFailure>

/** One request, up to the headers of its response. URLs of the APIs occupy a place of the rate limiter. */
const send = (
  { client, config, rateLimiter, waits }: Dependencies,
  prepared: PreparedTransfer,
  attempt: number,
  request: HttpClientRequest.HttpClientRequest,
  followRedirects: boolean
): Executed => {
  const executed = client.execute(request)
  const once = (followRedirects ? executed : withoutRedirects(executed)).pipe(
    Effect.catchAll(orResponse),
    prepared.method === "GET"
      ? Effect.timeoutFail({
        duration: prepared.timeout,
        onTimeout: (): TransportFailure => ({ kind: "timeout", cause: undefined })
      })
      : (effect) => effect,
    Effect.zipLeft(Metric.increment(ClientMetrics.requests))
  )
  if (!isApiHost(request.url, config)) return once
  return Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(
      RequestPriority,
      (priority) =>
        Effect.flatMap(waits.acquire(rateLimiter, priority, { endpoint: prepared.name, attempt }), (permit) =>
          Effect.onExit(restore(once), (exit) => endAttempt(permit, exit)))
    )
  )
}

/** A browser hides redirects. There is no bearer, so it may follow them by itself, with a second request. */
const execute = (
  dependencies: Dependencies,
  prepared: PreparedTransfer,
  attempt: number,
  request: HttpClientRequest.HttpClientRequest
): Executed =>
  Effect.flatMap(
    send(dependencies, prepared, attempt, request, false),
    (response) =>
      response.status === 0 ? send(dependencies, prepared, attempt, request, true) : Effect.succeed(response)
  )

/** Sends the request and follows redirects: there is no bearer that could leak. */
const follow = (
  dependencies: Dependencies,
  prepared: PreparedTransfer,
  attempts: number,
  build: BuildRequest
): Effect.Effect<Opened, ScalingoError, Scope.Scope> => {
  const followed = prepared.method === "GET" ? redirects : bodyRedirects
  const hop = (url: string, left: number): Effect.Effect<Opened, ScalingoError, Scope.Scope> =>
    Effect.flatMap(
      build(url),
      (request) =>
        Effect.catchAll(execute(dependencies, prepared, attempts, request), (failure) =>
          fail(prepared, url, attempts, failure))
    ).pipe(
      Effect.flatMap((response) => {
        if (response.status >= 200 && response.status < 300) {
          return Effect.succeed({ prepared, url, response })
        }
        const location = response.headers["location"]
        const next = location !== undefined && followed.has(response.status) && URL.canParse(location, url)
          ? new URL(location, url).href
          : undefined
        return next !== undefined && left > 0 && isSafeRedirect(dependencies, prepared, next)
          ? Effect.zipRight(drain(prepared, response), hop(next, left - 1))
          : refused(prepared, url, attempts, response)
      })
    )
  return hop(prepared.firstUrl, maxRedirects)
}

/** The status of the last attempt, if it had a response. */
const statusOf = (exit: Exit.Exit<Opened, ScalingoError>): number | undefined => {
  if (Exit.isSuccess(exit)) return exit.value.response.status
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
  return error !== undefined && "status" in error ? error.status : undefined
}

/** Sends the request with its retries, up to the first byte of the response. */
const open = (
  dependencies: Dependencies,
  name: string,
  method: "GET" | "PUT",
  url: Redacted.Redacted,
  attempt: (prepared: PreparedTransfer, attempts: number) => Effect.Effect<Opened, ScalingoError>
): Effect.Effect<Opened, ScalingoError> =>
  withCallSpan(name, (span) =>
    Effect.gen(function*() {
      const { budget, config, rateLimiter, waits } = dependencies
      const firstUrl = Redacted.value(url)
      if (!isSafeUrl(firstUrl, config.insecureHosts)) {
        return yield* new InvalidRequest({ endpoint: name, field: "url", expected: "an https URL" })
      }
      const own = callOptions(config, yield* RequestTimeout, yield* RetryOverride)
      if (Either.isLeft(own)) return yield* new InvalidRequest({ endpoint: name, ...own.left })
      const { retryPolicy: policy, timeout } = own.right
      const prepared: PreparedTransfer = { name, method, firstUrl, startedAt: yield* wholeMillis, timeout }
      if (span !== undefined) describeRequest(span, { method, url: firstUrl, shownUrl: shownUrl(firstUrl) })
      let attempts = 0
      const opened = withRetries(
        { endpoint: name, policy, idempotent: true, budget, rateLimiter, waits },
        ({ retries }) => {
          attempts = retries + 1
          return attempt(prepared, attempts)
        }
      )
      if (span === undefined) return yield* opened
      return yield* Effect.onExit(
        opened,
        (exit) => Effect.sync(() => describeResult(span, { attempts, status: statusOf(exit) }))
      )
    }))

/** What is wrong with the content of an upload: the caller's own error, or its length. */
type ContentProblem<E> = { readonly error: E | InvalidRequest }

/** The content, which fails when it is shorter or longer than announced. */
const withLength = <E>(
  name: string,
  { content, length }: Upload<E>
): Stream.Stream<Uint8Array, ContentProblem<E>> =>
  Stream.suspend(() => {
    let size = 0
    const wrongLength = () => ({
      error: new InvalidRequest({ endpoint: name, field: "length", expected: "the number of bytes of the content" })
    })
    return content.pipe(
      Stream.mapError((error): ContentProblem<E> => ({ error })),
      Stream.mapEffect((bytes) => {
        size += bytes.length
        return size > length ? Effect.fail(wrongLength()) : Effect.succeed(bytes)
      }),
      Stream.concat(Stream.suspend(() => size === length ? Stream.empty : Stream.fail(wrongLength())))
    )
  })

/**
 * The body of an upload. A client that sends streams in chunks gets the bytes, since the platform refuses uploads of
 * unknown length. In both cases nothing is sent when the content fails at once.
 */
const uploadBody = <E>(
  { transport }: Dependencies,
  content: Stream.Stream<Uint8Array, ContentProblem<E>>,
  { contentType, length }: Upload<E>
): Effect.Effect<HttpBody.HttpBody, ContentProblem<E>, Scope.Scope> =>
  transport.streamsKeepLength
    ? Effect.flatMap(Stream.toPull(content), (pull) =>
      pull.pipe(
        Effect.catchAll(Option.match({
          onNone: () => Effect.succeed(Chunk.empty<Uint8Array>()),
          onSome: (problem) => Effect.fail(problem)
        })),
        Effect.map((first) =>
          HttpBody.stream(
            Stream.concat(Stream.fromChunk(first), Stream.repeatEffectChunkOption(pull)),
            contentType,
            length
          )
        )
      ))
    : Effect.map(
      Stream.runCollect(content),
      (chunks) => HttpBody.uint8Array(concatBytes(chunks), contentType)
    )

/** Closes the connection of a body: begins to read it, and stops. */
const abandon = <E>(content: Stream.Stream<Uint8Array, E>): Effect.Effect<void> =>
  Effect.flatMap(
    Effect.fork(Effect.interruptible(Stream.runDrain(content))),
    (reading) => Effect.zipRight(Effect.yieldNow(), Effect.asVoid(Fiber.interrupt(reading)))
  )

export const make = (dependencies: Dependencies) => {
  const headers = { "user-agent": dependencies.config.userAgent }
  // Some HTTP clients decode a compressed body, and others do not. The file comes as it is stored.
  const downloadHeaders = { ...headers, "accept-encoding": "identity" }

  const get = (
    name: string,
    url: Redacted.Redacted,
    extra: { readonly [name: string]: string }
  ): Effect.Effect<SignedResponse, ScalingoError> =>
    Effect.map(
      open(dependencies, name, "GET", url, (prepared, attempts) =>
        Effect.scoped(
          follow(
            dependencies,
            prepared,
            attempts,
            (url) => Effect.succeed(HttpClientRequest.get(url, { headers: { ...downloadHeaders, ...extra } }))
          )
        )),
      ({ prepared, response, url }) => ({
        status: response.status,
        headers: response.headers,
        content: response.stream.pipe(
          // An empty body is no error.
          Stream.catchAll((error) =>
            error._tag === "ResponseError" && error.reason === "EmptyBody"
              ? Stream.empty
              : Stream.fromEffect(failBody(prepared, url, error))
          ),
          Stream.timeoutTo(
            prepared.timeout,
            Stream.fromEffect(fail(prepared, url, 1, { kind: "timeout", cause: undefined }))
          )
        )
      })
    )

  const download = (name: string, url: Redacted.Redacted): Stream.Stream<Uint8Array, ScalingoError> =>
    Stream.unwrap(Effect.map(get(name, url, {}), ({ content }) => content))

  const openScoped = (
    name: string,
    url: Redacted.Redacted,
    options: { readonly headers?: { readonly [name: string]: string } | undefined } = {}
  ): Effect.Effect<SignedResponse, ScalingoError, Scope.Scope> =>
    Effect.suspend(() => {
      let isRead = false
      return Effect.map(
        Effect.acquireRelease(
          Effect.interruptible(get(name, url, options.headers ?? {})),
          // A body that is read closes its connection. One that is not would keep it open.
          ({ content }) => isRead ? Effect.void : abandon(content)
        ),
        (response) => ({
          ...response,
          content: Stream.suspend(() => {
            isRead = true
            return response.content
          })
        })
      )
    })

  const upload = <E>(name: string, url: Redacted.Redacted, upload: Upload<E>): Effect.Effect<void, ScalingoError | E> =>
    Effect.suspend(() => {
      if (!Number.isSafeInteger(upload.length) || upload.length < 0) {
        return Effect.fail(
          new InvalidRequest({ endpoint: name, field: "length", expected: "the number of bytes" })
        )
      }
      // The HTTP client replaces the error of the stream by its own, so the problem with the content is kept here.
      let problem: ContentProblem<E> | undefined
      const content = Stream.tapError(withLength(name, upload), (found) =>
        Effect.sync(() => {
          problem = found
        }))
      const invalid = new InvalidRequest({ endpoint: name, field: "content", expected: "a stream that does not fail" })
      const build: BuildRequest = (url) =>
        uploadBody(dependencies, content, upload).pipe(
          Effect.map((body) => HttpClientRequest.put(url, { headers, body })),
          // A problem with the content is not retried.
          Effect.mapError(() => invalid)
        )
      return open(
        dependencies,
        name,
        "PUT",
        url,
        (prepared, attempts) =>
          Effect.scoped(follow(dependencies, prepared, attempts, build)).pipe(
            Effect.mapError((error): ScalingoError => problem === undefined ? error : invalid)
          )
      ).pipe(
        Effect.mapError((error): ScalingoError | E => problem === undefined ? error : problem.error),
        Effect.flatMap(({ prepared, response }) => Effect.asVoid(drain(prepared, response)))
      )
    })

  return { download, open: openScoped, upload }
}
