/**
 * The request pipeline: every call of the library becomes requests here. One call has a span, attempts by the retry
 * policy, and in each attempt the bearer, a permit of the rate limiter, the transport and the decoder.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Tracer from "effect/Tracer"
import { millis, millisOf, withMillis } from "../../internal/clock.js"
import { parseJsonOrUndefined } from "../../internal/json.js"
import type { FieldIssue } from "../../internal/parseResult.js"
import {
  redactText,
  redactUrl,
  safeRequestId,
  secretsOf,
  secretsOfHeaders,
  secretsOfUrl,
  withRedactedPrint
} from "../../internal/redaction.js"
import type { ApiRequest, Credential } from "../ApiClient.js"
import * as ClientMetrics from "../ClientMetrics.js"
import { type Permit, type Priority, RateLimiter, RequestPriority } from "../RateLimiter.js"
import { RequestHeaders, RequestTimeout } from "../RequestOptions.js"
import type { DecodeIssue, RawResponse, ResponseDecoder } from "../ResponseDecoder.js"
import { RetryBudget, RetryOverride, type RetryPolicy } from "../RetryPolicy.js"
import { ScalingoConfig } from "../ScalingoConfig.js"
import { DecodeError, InvalidRequest, type RequestContext, type ScalingoError } from "../ScalingoError.js"
import * as Transport from "../Transport.js"
import { callOptions } from "./callOptions.js"
import * as CallSpan from "./callSpan.js"
import { isSendable } from "./issuedToken.js"
import { endAttempt } from "./permit.js"
import { headerIssue } from "./requestHeaders.js"
import { isUuid, makeRequestId } from "./requestId.js"
import { maxErrorSize } from "./responseBody.js"
import { carriesCredentials, isTokenRefused, shownBody, toResponseError } from "./responseError.js"
import { ResponseLog, toApiResponse } from "./responseLog.js"
import { type RetryProgress, withRetries } from "./retry.js"
import { freshToken, type TokenSource } from "./tokenSource.js"
import { toTransportError } from "./transportError.js"
import { fillPath, queryText } from "./url.js"
import * as Waits from "./waits.js"

/** The base URL of an API. */
export interface BaseUrl {
  readonly url: string
  readonly region: string | null
}

/** What all requests of a layer share. */
export interface Dependencies {
  readonly client: HttpClient.HttpClient
  readonly transport: Transport.Transport
  readonly config: typeof ScalingoConfig.Service
  readonly rateLimiter: typeof RateLimiter.Service
  readonly budget: typeof RetryBudget.Service
  readonly waits: Waits.Waits
  /** The headers of the library and of the configuration. */
  readonly sharedHeaders: Either.Either<Headers, FieldIssue>
}

/** The API that a request goes to. */
export interface Target {
  /** May ask the auth API for the region's hosts. */
  readonly base: Effect.Effect<BaseUrl, ScalingoError>
  /** The source of the bearer for `credential: "bearer"`. */
  readonly tokens: TokenSource<ScalingoError> | undefined
  /** The database API refuses tokens in its own way. */
  readonly isDatabaseApi?: boolean | undefined
  /** Overrides the priority of the effect: the sign-in has its own. */
  readonly priority?: Priority | undefined
}

export type SendRequest = <A>(target: Target, request: ApiRequest<A>) => Effect.Effect<A, ScalingoError>

interface Authorization {
  readonly header: string | undefined
  readonly bearer: Redacted.Redacted | undefined
  readonly secrets: ReadonlyArray<string>
}

/** A request may be sent now, with this authorization. */
interface Admission {
  readonly permit: Permit
  readonly authorization: Authorization
}

const encodeBasic = (username: string, password: string) => Encoding.encodeBase64(`${username}:${password}`)

/** A request with everything that stays the same for all attempts. */
interface PreparedRequest<A> {
  readonly request: ApiRequest<A>
  readonly endpoint: string
  readonly base: BaseUrl
  readonly isDatabaseApi: boolean
  readonly url: string
  readonly requestId: string
  readonly headers: Headers
  readonly body: string | undefined
  readonly timeout: Duration.Duration
  readonly policy: RetryPolicy
  readonly priority: Priority
  readonly idempotent: boolean
  readonly startedAt: number
  readonly log: typeof ResponseLog.Service
  /** The span of the call, when somebody looks. */
  readonly span: Tracer.Span | undefined
}

const since = (startedAt: number) =>
  Effect.map(millis, (now) => Duration.millis(Math.max(0, Math.round(now - startedAt))))

type Headers = { readonly [name: string]: string }

/** Adds headers to those that all requests of a layer have, by lower-case name. */
const mergeHeaders = (
  shared: Headers,
  ...groups: ReadonlyArray<Headers | undefined>
): Either.Either<Headers, FieldIssue> => {
  let merged: { [name: string]: string } | undefined
  for (const group of groups) {
    if (group === undefined) continue
    for (const name of Object.keys(group)) {
      const value = group[name] ?? ""
      const expected = headerIssue(name, value)
      if (expected !== undefined) return Either.left({ field: `headers.${name}`, expected })
      merged ??= { ...shared }
      merged[name.toLowerCase()] = value
    }
  }
  return Either.right(merged ?? shared)
}

const encodeBody = ({ body, method }: ApiRequest<unknown>): Either.Either<string | undefined, FieldIssue> => {
  // The official clients send an empty object where a POST has no parameters.
  const value = body === undefined && method === "POST" ? {} : body
  if (value === undefined) return Either.right(undefined)
  try {
    return Either.right(JSON.stringify(value))
  } catch {
    return Either.left({ field: "body", expected: "a JSON value" })
  }
}

/** A one-time password is typed by people, and goes into a header. */
const credentialIssue = (credential: Credential | undefined): FieldIssue | undefined =>
  typeof credential !== "object"
    ? undefined
    : credential.username.includes(":")
    ? { field: "username", expected: "text without a colon" }
    : credential.otp !== undefined && !isSendable(credential.otp)
    ? { field: "otp", expected: "a one-time password, without blanks" }
    : undefined

/** The parts of a request that are sent, or the first thing in it that cannot be sent. */
const encodeRequest = (
  request: ApiRequest<unknown>,
  shared: Either.Either<Headers, FieldIssue>,
  callHeaders: Headers
): Either.Either<
  { readonly path: string; readonly headers: Headers; readonly body: string | undefined },
  FieldIssue
> => {
  const path = fillPath(request.path, request.pathParams)
  if (Either.isLeft(path)) return Either.left(path.left)
  const query = queryText(request.query)
  if (Either.isLeft(query)) return Either.left(query.left)
  const headers = Either.isLeft(shared) ? shared : mergeHeaders(shared.right, request.headers, callHeaders)
  if (Either.isLeft(headers)) return Either.left(headers.left)
  const body = encodeBody(request)
  if (Either.isLeft(body)) return Either.left(body.left)
  const invalid = credentialIssue(request.credential)
  return invalid === undefined
    ? Either.right({ path: path.right + query.right, headers: headers.right, body: body.right })
    : Either.left(invalid)
}

const endpointOf = ({ method, name, path }: ApiRequest<unknown>): string => name ?? `${method} ${path}`

/** What is known of a call before its base URL. The options come from the fiber. */
const prepare = <A>(
  { config, sharedHeaders }: Dependencies,
  target: Target,
  request: ApiRequest<A>,
  span: Tracer.Span | undefined,
  fiber: Fiber.RuntimeFiber<unknown, unknown>
): Either.Either<(base: BaseUrl) => PreparedRequest<A>, InvalidRequest> => {
  const options = fiber.currentContext
  const endpoint = endpointOf(request)
  const startedAt = millisOf(fiber)
  const encoded = encodeRequest(request, sharedHeaders, Context.get(options, RequestHeaders))
  if (Either.isLeft(encoded)) return Either.left(new InvalidRequest({ endpoint, ...encoded.left }))
  const { body, headers, path } = encoded.right
  const own = callOptions(config, Context.get(options, RequestTimeout), Context.get(options, RetryOverride))
  if (Either.isLeft(own)) return Either.left(new InvalidRequest({ endpoint, ...own.left }))
  const { retryPolicy, timeout } = own.right
  return Either.right((base) => ({
    request,
    endpoint,
    base,
    isDatabaseApi: target.isDatabaseApi === true,
    url: base.url + path,
    requestId: headers["x-request-id"] ?? makeRequestId(),
    headers,
    body,
    timeout,
    policy: retryPolicy,
    priority: target.priority ?? Context.get(options, RequestPriority),
    idempotent: request.idempotent ?? request.method !== "POST",
    startedAt,
    log: Context.get(options, ResponseLog),
    span
  }))
}

/** The region is wrong for this call, so the error names this call and not the search for the region. */
const ofCall = (endpoint: string, error: ScalingoError): ScalingoError =>
  error._tag === "InvalidRequest"
    ? new InvalidRequest({ endpoint, field: error.field, expected: error.expected })
    : error

/** A retry has waited before, so it does not go to the end of the queue again. */
const priorityOf = (prepared: PreparedRequest<unknown>, earlierAttempts: number): Priority =>
  earlierAttempts > 0 && prepared.priority === "user" ? "retry" : prepared.priority

const credentialOf = ({ request }: PreparedRequest<unknown>): Credential => request.credential ?? "bearer"

/** Mostly the bearer and a permit are both at hand, and then nothing is waited for. */
const admit = (
  dependencies: Dependencies,
  target: Target,
  prepared: PreparedRequest<unknown>,
  earlierAttempts: number
): Effect.Effect<Admission, ScalingoError> => {
  const { tryAcquire } = dependencies.rateLimiter
  const { tokens } = target
  const wait = () => waitForAdmission(dependencies, target, prepared, earlierAttempts)
  if (credentialOf(prepared) !== "bearer" || tokens === undefined || tryAcquire === undefined) return wait()
  return withMillis((now) => {
    const bearer = freshToken(tokens, now)
    return bearer === undefined
      ? wait()
      : Effect.flatMap(
        tryAcquire(priorityOf(prepared, earlierAttempts)),
        (permit) => Option.isSome(permit) ? Effect.succeed(admitBearer(permit.value, bearer)) : wait()
      )
  })
}

/**
 * Waits for the bearer, then for a permit, and makes sure that both are valid at the same moment: the bearer may expire
 * while the request waits for its permit. Only the waits can be interrupted, so no permit is lost.
 */
const waitForAdmission = (
  dependencies: Dependencies,
  target: Target,
  prepared: PreparedRequest<unknown>,
  earlierAttempts: number
): Effect.Effect<Admission, ScalingoError> => {
  const { rateLimiter, waits } = dependencies
  const { tokens } = target
  const credential = credentialOf(prepared)
  const priority = priorityOf(prepared, earlierAttempts)
  const acquire = Effect.suspend(() =>
    waits.acquire(rateLimiter, priority, { endpoint: prepared.endpoint, attempt: earlierAttempts + 1 })
  )
  const withAuthorization = (authorization: Authorization) =>
    Effect.map(acquire, (permit): Admission => ({ permit, authorization }))
  if (typeof credential === "object") {
    const password = Redacted.value(credential.password)
    const otp = credential.otp === undefined ? [] : [Redacted.value(credential.otp)]
    const encoded = encodeBasic(credential.username, password)
    return withAuthorization({ header: `Basic ${encoded}`, bearer: undefined, secrets: [encoded, password, ...otp] })
  }
  if (credential === "none" || tokens === undefined) {
    return withAuthorization({ header: undefined, bearer: undefined, secrets: [] })
  }
  const withBearer = (permit: Permit): Effect.Effect<Admission, ScalingoError> =>
    Effect.flatMap(tokens.current, (current) =>
      Option.isNone(current)
        ? Effect.zipRight(permit.release, waitForAdmission(dependencies, target, prepared, earlierAttempts))
        : Effect.succeed(admitBearer(permit, current.value))).pipe(
        // The token manager of a user may die.
        Effect.tapErrorCause(() => permit.release)
      )
  return Effect.zipRight(Effect.interruptible(tokens.get), Effect.flatMap(acquire, withBearer))
}

const admitBearer = (permit: Permit, token: Redacted.Redacted): Admission => {
  const bearer = Redacted.value(token)
  return { permit, authorization: { header: `Bearer ${bearer}`, bearer: token, secrets: [bearer] } }
}

/** Texts of the request that must not be shown, wherever the server repeats them. */
const secretsIn = (prepared: PreparedRequest<unknown>, authorization: Authorization): ReadonlyArray<string> => {
  const found = secretsByAttempt.get(authorization)
  if (found !== undefined) return found
  const secrets = [
    ...authorization.secrets,
    ...secretsOfHeaders(prepared.headers),
    ...secretsOf(prepared.request.body),
    ...secretsOfCommand(prepared.request),
    ...secretsOfUrl(prepared.url)
  ]
  secretsByAttempt.set(authorization, secrets)
  return secrets
}

/** Each attempt has an authorization of its own. */
const secretsByAttempt = new WeakMap<Authorization, ReadonlyArray<string>>()

/** The command of a one-off container may contain anything. */
const secretsOfCommand = ({ body, path }: ApiRequest<unknown>): ReadonlyArray<string> =>
  /\/run\/*$/.test(path) && Predicate.hasProperty(body, "command") && typeof body.command === "string"
    ? [body.command]
    : []

/** A response, and what its request was sent with. */
interface Received {
  readonly response: RawResponse
  readonly authorization: Authorization
}

type Outcome =
  | Received & { readonly _tag: "Response"; readonly isTruncated: boolean }
  | {
    readonly _tag: "Failure"
    readonly failure: Transport.TransportFailure
    readonly authorization: Authorization
  }

/** Ends an attempt without a response. An interruption goes on. */
const endFailed = (
  permit: Permit,
  authorization: Authorization,
  cause: Cause.Cause<Transport.TransportFailure>
): Effect.Effect<Outcome> =>
  Effect.zipRight(
    endAttempt(permit, Exit.failCause(cause)),
    Either.match(Cause.failureOrCause(cause), {
      onLeft: (failure) => Effect.succeed<Outcome>({ _tag: "Failure", failure, authorization }),
      onRight: Effect.failCause
    })
  )

/** A loop, since a spread of these few headers costs as much as the rest of an attempt's preparation. */
const headersOf = (
  { headers, request: { credential }, requestId }: PreparedRequest<unknown>,
  { header }: Authorization
): Headers => {
  const sent: { [name: string]: string } = {}
  for (const name of Object.keys(headers)) sent[name] = headers[name] ?? ""
  sent["x-request-id"] = requestId
  if (header !== undefined) sent["authorization"] = header
  if (typeof credential === "object" && credential.otp !== undefined) {
    sent["x-authorization-otp"] = Redacted.value(credential.otp)
  }
  return sent
}

/** Like `Metric.increment`, without steps of its own. */
const countRequest = (fiber: Fiber.RuntimeFiber<unknown, unknown>): void =>
  ClientMetrics.requests.unsafeUpdate(1, fiber.getFiberRef(FiberRef.currentMetricLabels))

const attempt = (
  dependencies: Dependencies,
  target: Target,
  prepared: PreparedRequest<unknown>,
  earlierAttempts: number
): Effect.Effect<Outcome, ScalingoError> => {
  const { config, transport } = dependencies
  return Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(admit(dependencies, target, prepared, earlierAttempts), ({ authorization, permit }) => {
      // A transport of a user may throw, which must not cost the permit.
      const sent = Effect.withFiberRuntime<Transport.TransportResponse, Transport.TransportFailure>((fiber) => {
        countRequest(fiber)
        const { body, request: { method }, timeout, url } = prepared
        return transport.send({ method, url, headers: headersOf(prepared, authorization), body }, {
          timeout,
          maxBodySize: (status) => isSuccess(prepared, status) ? config.maxResponseSize : maxErrorSize,
          onHeaders: permit.complete
        })
      })
      return Effect.matchCauseEffect(restore(sent), {
        onFailure: (cause) => endFailed(permit, authorization, cause),
        onSuccess: ({ headers, isTruncated, status, text }) => {
          const response: RawResponse = { status, headers, text, region: prepared.base.region }
          return Effect.as(permit.complete, { _tag: "Response", response, isTruncated, authorization } as const)
        }
      })
    })
  )
}

/** A page of a proxy in the place of a response. */
const isHtml = ({ headers, text }: RawResponse): boolean =>
  (/^text\/html\b/i.test(headers["content-type"] ?? "") || /^\s*<(!doctype html|html)\b/i.test(text)) &&
  text.trim() !== ""

const decodeResponse = <A>({ request }: PreparedRequest<A>, response: RawResponse): Either.Either<A, DecodeIssue> =>
  response.status < 300 && isHtml(response)
    ? Either.left({ path: "", reason: "Expected a response of the API, this is an HTML page", value: undefined })
    : decodeTotal(request.decoder, response)

/** A recursive schema runs out of stack on a response that is nested thousands of levels deep. */
const decodeTotal = <A>(decoder: ResponseDecoder<A>, response: RawResponse): Either.Either<A, DecodeIssue> => {
  try {
    return decoder.decode(response)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return Either.left({ path: "", reason: "Expected a response that is nested less deeply", value: response.text })
  }
}

/**
 * Whether a 404 can be about what the DELETE was to delete: the platform names the kind of the missing resource, and it
 * may be the app that holds it.
 */
const isAboutDeleted = ({ request }: PreparedRequest<unknown>, response: RawResponse): boolean => {
  const json = parseJsonOrUndefined(response.text)
  const resource = Predicate.hasProperty(json, "resource") ? json.resource : undefined
  if (typeof resource !== "string" || resource === "") return true
  const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, "").replace(/s$/, "")
  const segments = request.path.split("/").filter((segment) => segment !== "" && !segment.startsWith(":"))
  // A path without parameters ends in the id.
  const collections = request.path.includes(":") ? segments.slice(-1) : segments.slice(-2)
  return collections.some((collection) => letters(collection) === letters(resource))
}

const isSuccess = (prepared: PreparedRequest<unknown>, status: number) =>
  (status >= 200 && status < 300) || (prepared.request.acceptStatus?.includes(status) ?? false)

/** The server's request id, unless it could hold something that was sent. */
const requestIdOf = (prepared: PreparedRequest<unknown>, received: Received | undefined): string => {
  const id = received?.response.headers["x-request-id"]
  if (received === undefined || id === undefined || id === prepared.requestId) return prepared.requestId
  // The usual form, on every successful call: no secret has it, so there is nothing to search for.
  if (isUuid(id)) return id
  return safeRequestId(id, secretsIn(prepared, received.authorization)) ?? prepared.requestId
}

const contextOf = (
  prepared: PreparedRequest<unknown>,
  attempts: number,
  received?: Received
): Effect.Effect<RequestContext> =>
  Effect.map(since(prepared.startedAt), (elapsed) => ({
    endpoint: prepared.endpoint,
    method: prepared.request.method,
    url: redactUrl(prepared.url),
    requestId: requestIdOf(prepared, received),
    attempts,
    elapsed
  }))

const toError = (
  prepared: PreparedRequest<unknown>,
  attempts: number,
  outcome: Outcome
): Effect.Effect<ScalingoError> =>
  Effect.gen(function*() {
    if (outcome._tag === "Failure") {
      return toTransportError(
        yield* contextOf(prepared, attempts),
        outcome.failure,
        secretsIn(prepared, outcome.authorization)
      )
    }
    const { authorization, response } = outcome
    return toResponseError(yield* contextOf(prepared, attempts, outcome), response, {
      known: secretsIn(prepared, authorization),
      withholdBody: carriesCredentials(prepared.request.method, prepared.request.path),
      isDatabaseApi: prepared.isDatabaseApi,
      nowMillis: yield* Effect.clockWith((clock) => clock.currentTimeMillis),
      random: yield* Random.next
    })
  })

const fail = (
  prepared: PreparedRequest<unknown>,
  attempts: number,
  outcome: Outcome
): Effect.Effect<never, ScalingoError> => Effect.flatMap(toError(prepared, attempts, outcome), Effect.fail)

const failToDecode = (
  prepared: PreparedRequest<unknown>,
  attempts: number,
  received: Received,
  issue: { readonly path: string; readonly reason: string; readonly body: string; readonly value: unknown }
): Effect.Effect<never, ScalingoError> =>
  Effect.flatMap(contextOf(prepared, attempts, received), (context) =>
    Effect.fail(
      new DecodeError({ ...context, status: received.response.status, ...issue, value: Redacted.make(issue.value) })
    ))

const decode = <A>(
  { config }: Dependencies,
  prepared: PreparedRequest<A>,
  attempts: number,
  received: Received
): Effect.Effect<A, ScalingoError> => {
  const { authorization, response } = received
  const decoded = decodeResponse(prepared, response)
  if (Either.isRight(decoded)) return Effect.succeed(decoded.right)
  const { unchecked, value, ...issue } = decoded.left
  const known = secretsIn(prepared, authorization)
  // Names of fields come from the response as well.
  const path = redactText(issue.path, known)
  const reason = redactText(issue.reason, known)
  const counted = Metric.increment(ClientMetrics.decodeErrors)
  if (config.lenient && unchecked !== undefined) {
    return Effect.logWarning(`${prepared.endpoint}: ${path || "the response"} does not fit: ${reason}`)
      .pipe(
        Effect.zipRight(counted),
        Effect.as(unchecked.value as A)
      )
  }
  const json = parseJsonOrUndefined(response.text)
  const { method, path: template } = prepared.request
  const body = shownBody(response.text, json, known, carriesCredentials(method, template))
  return Effect.zipRight(counted, failToDecode(prepared, attempts, received, { path, reason, body, value }))
}

/** A body above the limit is not kept, not even a part of it. */
const tooLarge = (
  { config }: Dependencies,
  prepared: PreparedRequest<unknown>,
  attempts: number,
  received: Received
): Effect.Effect<never, ScalingoError> =>
  failToDecode(prepared, attempts, received, {
    path: "",
    reason: `Expected at most ${config.maxResponseSize} bytes (maxResponseSize)`,
    body: "",
    value: undefined
  })

const succeed = <A>(
  dependencies: Dependencies,
  prepared: PreparedRequest<A>,
  attempts: number,
  received: Received
): Effect.Effect<A, ScalingoError> => {
  const { endpoint, log } = prepared
  if (Option.isNone(log)) return decode(dependencies, prepared, attempts, received)
  return Effect.flatMap(contextOf(prepared, attempts, received), ({ elapsed, requestId }) => {
    const { authorization, response } = received
    const headers = withRedactedPrint(response.headers, () => secretsIn(prepared, authorization))
    log.value(toApiResponse({ endpoint, attempts, elapsed, requestId, response: { ...response, headers } }))
    return decode(dependencies, prepared, attempts, received)
  })
}

const describeRequest = (span: Tracer.Span, { base, request, url }: PreparedRequest<unknown>): void => {
  CallSpan.describeRequest(span, { method: request.method, url, shownUrl: redactUrl(url) })
  if (base.region !== null) span.attribute("scalingo.region", base.region)
}

const describeResult = (
  span: Tracer.Span,
  prepared: PreparedRequest<unknown>,
  attempts: number,
  last: Outcome | undefined
): void => {
  const received = last?._tag === "Response" ? last : undefined
  CallSpan.describeResult(span, { attempts, status: received?.response.status })
  span.attribute("scalingo.request_id", requestIdOf(prepared, received))
}

/** Runs once: the state of the call is made here. */
const run = <A>(
  dependencies: Dependencies,
  target: Target,
  prepared: PreparedRequest<A>
): Effect.Effect<A, ScalingoError> => {
  const { endpoint, idempotent, policy, span } = prepared
  let attempts = 0
  /** Kept for the span alone. */
  let last: Outcome | undefined
  let replayed = false

  const once = (progress: RetryProgress): Effect.Effect<A, ScalingoError> =>
    Effect.flatMap(attempt(dependencies, target, prepared, attempts), (outcome) => {
      attempts++
      if (span !== undefined) last = outcome
      if (outcome._tag === "Failure") return fail(prepared, attempts, outcome)
      const { authorization, isTruncated, response } = outcome
      if (isSuccess(prepared, response.status)) {
        if (isTruncated) return tooLarge(dependencies, prepared, attempts, outcome)
        return succeed(dependencies, prepared, attempts, outcome)
      }
      if (
        response.status === 404 && prepared.request.method === "DELETE" && progress.maybeDone &&
        isAboutDeleted(prepared, response)
      ) {
        // An earlier attempt has deleted it, and its response was lost. A decoder that needs that response fails.
        const gone: RawResponse = { ...response, status: 204, text: "" }
        if (Either.isRight(prepared.request.decoder.decode(gone))) {
          return succeed(dependencies, prepared, attempts, { response: gone, authorization })
        }
      }
      const failed = fail(prepared, attempts, outcome)
      if (replayed || !isTokenRefused(response, prepared.isDatabaseApi)) return failed
      const { bearer } = authorization
      if (bearer === undefined || target.tokens === undefined) return failed
      return Effect.flatMap(target.tokens.reject(bearer), (hasAnother) => {
        if (!hasAnother) return failed
        replayed = true
        return once(progress)
      })
    })

  const { budget, rateLimiter, waits } = dependencies
  const called = withRetries({ endpoint, policy, idempotent, budget, rateLimiter, waits }, once)
  return span === undefined
    ? called
    : Effect.onExit(called, () => Effect.sync(() => describeResult(span, prepared, attempts, last)))
}

const make = (dependencies: Dependencies): SendRequest => (target, request) =>
  CallSpan.withCallSpan(
    request.name ?? request.method,
    (span, fiber) => {
      const prepareFor = prepare(dependencies, target, request, span, fiber)
      if (Either.isLeft(prepareFor)) return Effect.fail(prepareFor.left)
      return Effect.matchEffect(target.base, {
        onFailure: (error) => Effect.fail(ofCall(endpointOf(request), error)),
        onSuccess: (base) => {
          const prepared = prepareFor.right(base)
          if (span !== undefined) describeRequest(span, prepared)
          return run(dependencies, target, prepared)
        }
      })
    }
  )

/**
 * The pipeline as the services of this library share it. It is not public: each public layer provides it for itself,
 * and since all use the same layer there is one pipeline for each HTTP client.
 */
export class RequestPipeline extends Context.Tag("@effect-scalingo/core/client/internal/RequestPipeline")<
  RequestPipeline,
  { readonly dependencies: Dependencies; readonly request: SendRequest }
>() {}

/** What a layer needs to send requests. */
export type PipelineRequirements = HttpClient.HttpClient | ScalingoConfig | RateLimiter | RetryBudget

export const layer: Layer.Layer<RequestPipeline, never, PipelineRequirements> = Layer.scoped(
  RequestPipeline,
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const rateLimiter = yield* RateLimiter
    const config = yield* ScalingoConfig
    const dependencies: Dependencies = {
      // The client would open a span of its own for every transfer, with the whole pre-signed URL in it.
      client: HttpClient.withTracerDisabledWhen(client, () => true),
      transport: Transport.fromHttpClient(client),
      config,
      rateLimiter,
      budget: yield* RetryBudget,
      waits: yield* Waits.make(rateLimiter.limit),
      sharedHeaders: mergeHeaders({ accept: "application/json", "user-agent": config.userAgent }, config.headers)
    }
    return { dependencies, request: make(dependencies) }
  })
)
