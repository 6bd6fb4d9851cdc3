/**
 * The one place where a call becomes requests: span, quota, sign-in, attempts, retries, decoding.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Client from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { millis } from "../../internal/clock.js"
import { redactBody, redactUrl, secretsOf, secretsOfUrl, withQuietPrint } from "../../internal/redaction.js"
import type { ApiRequest, Credential, RawAnswer, Repeatability } from "../ApiRequest.js"
import * as ClientMetrics from "../ClientMetrics.js"
import { CallPriority, type Permit, type Priority, type Service as Quota } from "../RateLimiter.js"
import { CallHeaders, CallTimeout, ResponseNotes } from "../RequestOptions.js"
import { type RetryBudgetService, RetryOverride, type RetryPolicy } from "../RetryPolicy.js"
import type { Service as Config } from "../ScalingoConfig.js"
import {
  DecodeError,
  InvalidRequest,
  type RequestContext,
  type ScalingoError,
  TransportError
} from "../ScalingoError.js"
import { headerMisfit } from "./requestHeaders.js"
import { fromAnswer, parseMaybe } from "./responseError.js"
import { note } from "./responseLog.js"
import { type Progress, retrying } from "./retry.js"
import type { TokenSource } from "./tokenSource.js"
import { send, type WireAnswer, type WireFailure } from "./transport.js"
import { fillPath, queryText } from "./url.js"

/** Where a request goes. */
export interface Base {
  readonly url: string
  readonly region: string | null
}

/** What all requests of a layer share. */
export interface Parts {
  readonly client: HttpClient.HttpClient
  readonly config: Config
  readonly quota: Quota
  readonly budget: RetryBudgetService
}

export interface Target {
  /** The API's root; may ask the auth API for it. */
  readonly base: Effect.Effect<Base, ScalingoError>
  /** What `credential: "bearer"` means. */
  readonly tokens: TokenSource<ScalingoError> | undefined
  /** Overrides the priority of the effect: the sign-in's. */
  readonly priority?: Priority | undefined
}

export type Requester = <A>(target: Target, request: ApiRequest<A>) => Effect.Effect<A, ScalingoError>

interface Authorization {
  readonly header: string | undefined
  readonly bearer: Redacted.Redacted | undefined
  readonly secrets: ReadonlyArray<string>
}

const encodeBasic = (username: string, password: string) => Encoding.encodeBase64(`${username}:${password}`)

/** What is decided once for all attempts of a call. */
interface Plan<A> {
  readonly request: ApiRequest<A>
  readonly endpoint: string
  readonly base: Base
  readonly url: string
  readonly shownUrl: string
  readonly requestId: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | undefined
  readonly timeout: Duration.Duration
  readonly policy: RetryPolicy
  readonly priority: Priority
  readonly repeatability: Repeatability
  readonly startedAt: number
}

const since = (startedAt: number) =>
  Effect.map(millis, (now) => Duration.millis(Math.max(0, Math.round(now - startedAt))))

const cleanHeaders = (
  endpoint: string,
  groups: ReadonlyArray<{ readonly [name: string]: string } | undefined>
): Either.Either<{ readonly [name: string]: string }, InvalidRequest> => {
  const headers: { [name: string]: string } = {}
  for (const group of groups) {
    for (const [name, value] of Object.entries(group ?? {})) {
      const expected = headerMisfit(name, value)
      if (expected !== undefined) {
        return Either.left(new InvalidRequest({ endpoint, field: `headers.${name}`, expected }))
      }
      headers[name.toLowerCase()] = value
    }
  }
  return Either.right(headers)
}

const encodeBody = (
  endpoint: string,
  request: ApiRequest<unknown>
): Either.Either<string | undefined, InvalidRequest> => {
  // The official clients send an empty object where a POST has no parameters.
  const value = request.body === undefined && request.method === "POST" ? {} : request.body
  if (value === undefined) return Either.right(undefined)
  return Either.try({
    try: () => JSON.stringify(value),
    catch: () => new InvalidRequest({ endpoint, field: "body", expected: "a JSON value" })
  })
}

const plan = <A>(parts: Parts, target: Target, request: ApiRequest<A>): Effect.Effect<Plan<A>, ScalingoError> =>
  Effect.gen(function*() {
    const endpoint = request.name ?? `${request.method} ${request.path}`
    const startedAt = yield* millis
    const address = yield* Either.all([fillPath(request.path, request.pathParams), queryText(request.query)]).pipe(
      Either.mapBoth({
        onLeft: ({ expected, field }) => new InvalidRequest({ endpoint, field, expected }),
        onRight: ([path, query]) => path + query
      })
    )
    const callHeaders = yield* CallHeaders
    const headers = yield* cleanHeaders(endpoint, [
      { accept: "application/json", "user-agent": parts.config.userAgent },
      parts.config.headers,
      request.headers,
      callHeaders
    ])
    const body = yield* encodeBody(endpoint, request)
    const override = yield* RetryOverride
    const timeout = Option.match(yield* CallTimeout, {
      onNone: () => parts.config.timeout,
      onSome: Duration.decode
    })
    const priority = target.priority ?? (yield* CallPriority)
    const base = yield* Effect.mapError(target.base, (error) =>
      // The region is wrong for this call: its name says more than that of the search for the region.
      error._tag === "InvalidRequest"
        ? new InvalidRequest({ endpoint, field: error.field, expected: error.expected })
        : error)
    const url = base.url + address
    return {
      request,
      endpoint,
      base,
      url,
      shownUrl: redactUrl(url),
      requestId: headers["x-request-id"] ?? (yield* Effect.sync(() => globalThis.crypto.randomUUID())),
      headers,
      body,
      timeout,
      policy: { ...parts.config.retryPolicy, ...override },
      priority,
      repeatability: request.repeatability ?? (request.method === "POST" ? "once" : "repeatable"),
      startedAt
    }
  })

/**
 * The quota's permit and the bearer, both at hand in the same moment: a permit that waited for a sign-in would start
 * later than it was counted, so it is given back and taken again.
 */
const admit = (
  parts: Parts,
  target: Target,
  credential: Credential,
  priority: Priority
): Effect.Effect<Authorization, ScalingoError> => {
  const { tokens } = target
  if (typeof credential === "object") {
    const password = Redacted.value(credential.password)
    const otp = credential.otp === undefined ? [] : [Redacted.value(credential.otp)]
    const encoded = encodeBasic(credential.username, password)
    return Effect.as(parts.quota.take(priority), {
      header: `Basic ${encoded}`,
      bearer: undefined,
      secrets: [encoded, password, ...otp]
    })
  }
  if (credential === "none" || tokens === undefined) {
    return Effect.as(parts.quota.take(priority), { header: undefined, bearer: undefined, secrets: [] })
  }
  const together = (permit: Permit): Effect.Effect<Authorization, ScalingoError> =>
    Effect.flatMap(tokens.current, (current) => {
      if (Option.isNone(current)) return Effect.zipRight(permit.giveBack, admit(parts, target, credential, priority))
      const bearer = Redacted.value(current.value)
      return Effect.succeed({ header: `Bearer ${bearer}`, bearer: current.value, secrets: [bearer] })
    })
  return Effect.zipRight(tokens.get, Effect.flatMap(parts.quota.take(priority), together))
}

/** What was sent and must not be shown, whatever the server makes of it. */
const secretsIn = (plan: Plan<unknown>, authorization: Authorization): ReadonlyArray<string> => [
  ...authorization.secrets,
  ...secretsOf(plan.request.body),
  ...secretsOfUrl(plan.url)
]

type Attempt =
  | { readonly _tag: "Answer"; readonly answer: WireAnswer; readonly authorization: Authorization }
  | { readonly _tag: "Failure"; readonly failure: WireFailure }

/** A call that is tried again has waited before, and does not go to the end of the queue once more. */
const priorityOf = (plan: Plan<unknown>, earlierAttempts: number): Priority =>
  earlierAttempts === 0 || plan.priority === "urgent"
    ? plan.priority
    : plan.priority === "background"
    ? "user"
    : "again"

const attempt = <A>(
  parts: Parts,
  target: Target,
  plan: Plan<A>,
  earlierAttempts: number
): Effect.Effect<Attempt, ScalingoError> => {
  const credential = plan.request.credential ?? "bearer"
  return Effect.flatMap(admit(parts, target, credential, priorityOf(plan, earlierAttempts)), (authorization) => {
    const headers: { [name: string]: string } = { ...plan.headers, "x-request-id": plan.requestId }
    if (authorization.header !== undefined) headers["authorization"] = authorization.header
    if (typeof credential === "object" && credential.otp !== undefined) {
      headers["x-authorization-otp"] = Redacted.value(credential.otp)
    }
    const wire = { method: plan.request.method, url: plan.url, headers, body: plan.body }
    const sent = send(parts.client, wire, plan.timeout, () => secretsIn(plan, authorization)).pipe(
      Effect.match({
        onFailure: (failure): Attempt => ({ _tag: "Failure", failure }),
        onSuccess: (answer): Attempt => ({ _tag: "Answer", answer, authorization })
      })
    )
    return Effect.zipRight(Metric.increment(ClientMetrics.requests), sent)
  })
}

const isSuccess = (plan: Plan<unknown>, status: number) =>
  (status >= 200 && status < 300) || (plan.request.acceptStatus?.includes(status) ?? false)

const context = (plan: Plan<unknown>, attempts: number, answer?: WireAnswer): Effect.Effect<RequestContext> =>
  Effect.map(since(plan.startedAt), (elapsed) => ({
    endpoint: plan.endpoint,
    method: plan.request.method,
    url: plan.shownUrl,
    requestId: answer?.headers["x-request-id"] ?? plan.requestId,
    attempts,
    elapsed
  }))

const toError = (
  plan: Plan<unknown>,
  attempts: number,
  outcome: Attempt
): Effect.Effect<ScalingoError> =>
  Effect.gen(function*() {
    if (outcome._tag === "Failure") {
      const { code, ...failure } = outcome.failure
      return new TransportError({
        ...(yield* context(plan, attempts)),
        ...failure,
        ...(code === undefined ? {} : { code })
      })
    }
    const { answer, authorization } = outcome
    return fromAnswer(yield* context(plan, attempts, answer), answer, {
      known: secretsIn(plan, authorization),
      nowMillis: yield* Effect.clockWith((clock) => clock.currentTimeMillis),
      random: yield* Random.next
    })
  })

/** What a span says of how a call ended. */
const annotate = (plan: Plan<unknown>, attempts: number, answer: WireAnswer | undefined, errorType?: string) =>
  Effect.annotateCurrentSpan({
    "scalingo.attempts": attempts,
    "scalingo.request_id": answer?.headers["x-request-id"] ?? plan.requestId,
    ...(answer === undefined ? {} : { "http.response.status_code": answer.status }),
    ...(errorType === undefined ? {} : { "error.type": errorType })
  })

const failed = (plan: Plan<unknown>, attempts: number, outcome: Attempt): Effect.Effect<never, ScalingoError> =>
  Effect.flatMap(toError(plan, attempts, outcome), (error) =>
    Effect.zipRight(
      annotate(plan, attempts, outcome._tag === "Answer" ? outcome.answer : undefined, error._tag),
      Effect.fail(error)
    ))

/** Turns an answer of success into the value, or into what does not fit about it. */
const decode = <A>(
  parts: Parts,
  plan: Plan<A>,
  attempts: number,
  answer: WireAnswer,
  authorization: Authorization
): Effect.Effect<A, ScalingoError> => {
  const raw: RawAnswer = { ...answer, region: plan.base.region }
  const decoded = plan.request.decoder.decode(raw)
  if (Either.isRight(decoded)) return Effect.succeed(decoded.right)
  const misfit = decoded.left
  const counted = Metric.increment(ClientMetrics.misfits)
  if (parts.config.lenient && misfit.unchecked !== undefined) {
    const value = misfit.unchecked.value as A
    return Effect.logWarning(`${plan.endpoint}: ${misfit.path || "the answer"} does not fit: ${misfit.reason}`).pipe(
      Effect.zipRight(counted),
      Effect.as(value)
    )
  }
  return Effect.zipRight(
    counted,
    Effect.flatMap(context(plan, attempts, answer), (context) =>
      Effect.fail(
        new DecodeError({
          ...context,
          status: answer.status,
          path: misfit.path,
          reason: misfit.reason,
          body: redactBody(answer.text, parseMaybe(answer.text), secretsIn(plan, authorization)),
          value: Redacted.make(misfit.value)
        })
      ))
  )
}

const run = <A>(parts: Parts, target: Target, plan: Plan<A>): Effect.Effect<A, ScalingoError> =>
  Effect.suspend(() => {
    let attempts = 0
    let replayed = false

    const once = (progress: Progress): Effect.Effect<A, ScalingoError> =>
      Effect.flatMap(attempt(parts, target, plan, attempts), (outcome) => {
        attempts++
        if (outcome._tag === "Failure") return failed(plan, attempts, outcome)
        const { answer, authorization } = outcome
        if (isSuccess(plan, answer.status)) return succeed(parts, plan, attempts, answer, authorization)
        if (answer.status === 404 && plan.request.method === "DELETE" && progress.maybeDone) {
          // An earlier try of this deletion, whose answer was lost, has worked. Where that answer should have told
          // something it cannot be made up.
          const gone: WireAnswer = { ...answer, status: 204, text: "" }
          const told = plan.request.decoder.decode({ ...gone, region: plan.base.region })
          if (Either.isRight(told)) return succeed(parts, plan, attempts, gone, authorization)
        }
        const fail = failed(plan, attempts, outcome)
        if (answer.status !== 401 || replayed) return fail
        const { bearer } = authorization
        if (bearer === undefined || target.tokens === undefined) return fail
        return Effect.flatMap(target.tokens.reject(bearer), (another) => {
          if (!another) return fail
          replayed = true
          return once(progress)
        })
      })

    const { endpoint, policy, repeatability } = plan
    return retrying({ endpoint, policy, repeatability, budget: parts.budget, quota: parts.quota }, once)
  })

const succeed = <A>(
  parts: Parts,
  plan: Plan<A>,
  attempts: number,
  answer: WireAnswer,
  authorization: Authorization
): Effect.Effect<A, ScalingoError> =>
  Effect.gen(function*() {
    const notes = yield* ResponseNotes
    if (Option.isSome(notes)) {
      const { elapsed, requestId } = yield* context(plan, attempts, answer)
      const headers = withQuietPrint(answer.headers, () => secretsIn(plan, authorization))
      const raw: RawAnswer = { ...answer, headers, region: plan.base.region }
      notes.value(note({ endpoint: plan.endpoint, attempts, elapsed, requestId, answer: raw }))
    }
    yield* annotate(plan, attempts, answer)
    return yield* decode(parts, plan, attempts, answer, authorization)
  })

export const make = (parts: Parts): Requester => {
  // The platform's client would open a span of its own for every attempt, with the whole address in it.
  const silent: Parts = { ...parts, client: Client.withTracerDisabledWhen(parts.client, () => true) }
  return (target, request) =>
    plan(silent, target, request).pipe(
      Effect.flatMap((plan) =>
        Effect.zipRight(
          Effect.annotateCurrentSpan({
            "http.request.method": request.method,
            "url.full": plan.shownUrl,
            ...(plan.base.region === null ? {} : { "scalingo.region": plan.base.region })
          }),
          run(silent, target, plan)
        )
      ),
      Effect.withSpan(`Scalingo.${request.name ?? request.method}`, { kind: "client", captureStackTrace: false })
    )
}
