/**
 * The errors of calls: tagged classes with the request, the response and what is needed to act on them.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import { errorClass } from "../internal/errorClass.js"
import { lazy, union } from "../internal/lazySchema.js"

/**
 * Marks the errors of calls, see {@link isScalingoError}.
 *
 * @category type ids
 */
export const TypeId: unique symbol = Symbol.for("@effect-scalingo/core/ScalingoError")

export type TypeId = typeof TypeId

/**
 * What every error of a call says about its request.
 *
 * @category models
 */
export interface RequestContext {
  /** The library's name of the call, such as `Apps.restart`. */
  readonly endpoint: string
  readonly method: string
  /** The URL, with secrets in its query replaced. */
  readonly url: string
  /** The `X-Request-ID`: the server's, or ours when there was no response. Scalingo's support asks for it. */
  readonly requestId: string
  /** The number of attempts, the first one included. */
  readonly attempts: number
  /** From the call to the failure, waits included. */
  readonly elapsed: Duration.Duration
}

const contextFields = {
  endpoint: Schema.String,
  method: Schema.String,
  url: Schema.String,
  requestId: Schema.String,
  attempts: Schema.Number,
  elapsed: Schema.Duration
}

const responseFields = {
  ...contextFields,
  /** The HTTP status. */
  status: Schema.Number,
  /** The platform's message, or the name of the status. */
  detail: Schema.String,
  /** The body, at most 8 KiB of it, with secrets replaced. */
  body: Schema.String
}

const headline = (error: { readonly endpoint: string; readonly method: string; readonly url: string }) =>
  `${error.endpoint} (${error.method} ${error.url})`

const tail = (error: { readonly attempts: number; readonly requestId: string }) =>
  ` [${error.attempts === 1 ? "1 attempt" : `${error.attempts} attempts`}, request ${error.requestId}]`

const responseMessage = (
  error: {
    readonly endpoint: string
    readonly method: string
    readonly url: string
    readonly status: number
    readonly detail: string
    readonly attempts: number
    readonly requestId: string
  },
  advice?: string
) =>
  `${headline(error)} returned ${error.status}: ${error.detail}${
    advice === undefined ? "" : `${/[.!?]$/.test(error.detail) ? "" : "."} ${advice}`
  }${tail(error)}`

/** Whether a request names an app, which may be one of another region or of another account. */
const namesApp = ({ url }: { readonly url: string }) => /\/apps\/[^/?]/.test(url)

const signInAdvice: { readonly [endpoint: string]: string } = {
  "Tokens.exchange": "The API token is wrong, or was revoked: create another one in the dashboard",
  "Tokens.createWithPassword": "Check the login and the password"
}

/**
 * 400: the platform does not understand the request.
 *
 * @category errors
 */
export class BadRequest
  extends errorClass(() =>
    Schema.TaggedError<BadRequest>("@effect-scalingo/core/BadRequest")("BadRequest", {
      ...responseFields,
      code: Schema.optional(Schema.String)
    })
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this)
  }
}

/**
 * 401: the credentials are wrong, or the account has no access to this resource. The platform does not tell these
 * apart. The database API responds with 400 `unauthorized` instead, which is this error too: its `status` is 400.
 *
 * @category errors
 */
export class Unauthorized
  extends errorClass(() =>
    Schema.TaggedError<Unauthorized>("@effect-scalingo/core/Unauthorized")(
      "Unauthorized",
      responseFields
    )
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(
      this,
      signInAdvice[this.endpoint] ??
        (namesApp(this) ? "Check the token, and that its account is a collaborator of this app" : "Check the token")
    )
  }
}

/**
 * 401 on a sign-in with a password: the account has two-factor authentication, and the one-time password is missing.
 *
 * @category errors
 */
export class OtpRequired extends errorClass(() =>
  Schema.TaggedError<OtpRequired>("@effect-scalingo/core/OtpRequired")(
    "OtpRequired",
    responseFields
  )
) {
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this, "Sign in again with the one-time password of this account")
  }
}

/**
 * 402: the account needs a payment method or a verification. `paymentUrl` says where, and `code` which, such as
 * `payment-method-required`. It is called `name` on the wire.
 *
 * @category errors
 */
export class PaymentRequired
  extends errorClass(() =>
    Schema.TaggedError<PaymentRequired>("@effect-scalingo/core/PaymentRequired")(
      "PaymentRequired",
      { ...responseFields, code: Schema.optional(Schema.String), paymentUrl: Schema.optional(Schema.String) }
    )
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this, this.paymentUrl === undefined ? undefined : `See ${this.paymentUrl}`)
  }
}

/**
 * 403: the account is not allowed to do this.
 *
 * @category errors
 */
export class Forbidden
  extends errorClass(() =>
    Schema.TaggedError<Forbidden>("@effect-scalingo/core/Forbidden")("Forbidden", {
      ...responseFields,
      code: Schema.optional(Schema.String)
    })
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this)
  }
}

/**
 * 404: the resource does not exist. `resource` names its kind, if the platform does. An app in another region is not
 * found either.
 *
 * @category errors
 */
export class NotFound
  extends errorClass(() =>
    Schema.TaggedError<NotFound>("@effect-scalingo/core/NotFound")("NotFound", {
      ...responseFields,
      resource: Schema.optional(Schema.String)
    })
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(
      this,
      this.resource === "app" && namesApp(this)
        ? "Is it in another region, or is this account not one of its collaborators?"
        : undefined
    )
  }
}

/**
 * 409: the current state of the resource does not allow this. A retry does not help until the state changes.
 *
 * @category errors
 */
export class Conflict
  extends errorClass(() => Schema.TaggedError<Conflict>("@effect-scalingo/core/Conflict")("Conflict", responseFields))
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this)
  }
}

/**
 * 422: a value was refused. `errors` holds the platform's messages by field. A message without a field is under `base`.
 *
 * @category errors
 */
export class Unprocessable
  extends errorClass(() =>
    Schema.TaggedError<Unprocessable>("@effect-scalingo/core/Unprocessable")(
      "Unprocessable",
      {
        ...responseFields,
        errors: Schema.Record({ key: Schema.String, value: Schema.Array(Schema.String) })
      }
    )
  )
{
  readonly [TypeId] = TypeId
  /**
   * Whether a scale was refused because the formation is already as requested. Most callers treat that as success.
   */
  get isNoChange(): boolean {
    return this.detail.toLowerCase().includes("no change in containers formation")
  }
  /**
   * Whether the app is scaling, restarting or in another operation, and refuses everything until that is over. The same
   * call succeeds later.
   */
  get isBusy(): boolean {
    return /nothing else can be done|\bis (?:(?:already|being|currently|now|still) )*(?:re)?(?:scal|start|boot|stopp|deploy)ing\b(?! with)/i
      .test(this.detail)
  }
  override get message(): string {
    return responseMessage(this)
  }
}

/**
 * 429: too many requests. The library keeps the rate limit and has already waited and retried, unless the requested
 * wait was too long.
 *
 * @category errors
 */
export class RateLimited
  extends errorClass(() =>
    Schema.TaggedError<RateLimited>("@effect-scalingo/core/RateLimited")("RateLimited", {
      ...responseFields,
      /** How long to wait before the next request: the server's `Retry-After`, or computed when it sent none. */
      retryAfter: Schema.Duration
    })
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this)
  }
}

/**
 * 5xx: the platform failed.
 *
 * @category errors
 */
export class ServerError
  extends errorClass(() =>
    Schema.TaggedError<ServerError>("@effect-scalingo/core/ServerError")("ServerError", {
      ...responseFields,
      /** The server's `Retry-After`, if it sent one. */
      retryAfter: Schema.optional(Schema.Duration)
    })
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this)
  }
}

/**
 * A status that the API does not document: a redirect, a 410, a 418 of a proxy.
 *
 * @category errors
 */
export class UnexpectedStatus
  extends errorClass(() =>
    Schema.TaggedError<UnexpectedStatus>("@effect-scalingo/core/UnexpectedStatus")(
      "UnexpectedStatus",
      responseFields
    )
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return responseMessage(this)
  }
}

/**
 * There is no response: the connection failed or was lost, or the timeout was exceeded.
 *
 * @category errors
 */
export class TransportError
  extends errorClass(() =>
    Schema.TaggedError<TransportError>("@effect-scalingo/core/TransportError")(
      "TransportError",
      {
        ...contextFields,
        /**
         * `redirect`: the HTTP client followed a redirect to another origin. `encoding`: the body has a compression that
         * cannot be decoded.
         */
        reason: Schema.Literal("network", "timeout", "tls", "aborted", "redirect", "encoding"),
        /** The system's error code, such as `ECONNREFUSED`, if there is one. */
        code: Schema.optional(Schema.String),
        detail: Schema.String,
        /** `false` only when the request certainly did not reach the platform (connection refused, unknown host). */
        sent: Schema.Boolean
      }
    )
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return `${headline(this)} got no response (${this.reason}): ${this.detail}${tail(this)}`
  }
}

const shorten = (text: string, length: number) => text.length > length ? `${text.slice(0, length)}…` : text

const Unprintable = lazy(() =>
  Schema.transform(Schema.Unknown, Schema.RedactedFromSelf(Schema.Unknown), {
    strict: true,
    decode: (value) => Redacted.make(value),
    encode: () => "<redacted>"
  })
)

/**
 * The platform responded with success, and the response does not fit its schema. A write was carried out: do not
 * blindly repeat it.
 *
 * `value` holds the parsed response for a caller that wants to continue with it. It is `Redacted`, since it may hold
 * secrets (variables, tokens).
 *
 * @category errors
 */
export class DecodeError
  extends errorClass(() =>
    Schema.TaggedError<DecodeError>("@effect-scalingo/core/DecodeError")("DecodeError", {
      ...contextFields,
      status: Schema.Number,
      /** The field, such as `apps.3.owner.id`; empty for the response as a whole. */
      path: Schema.String,
      /** What was expected there. The value itself is not shown. The message has the first 200 characters. */
      reason: Schema.String,
      body: Schema.String,
      value: Unprintable
    })
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    const where = this.path === "" ? "the response" : shorten(this.path, 100)
    const call = headline({ ...this, url: shorten(this.url, 200) })
    return `${call} returned ${this.status}, but ${where} does not fit: ${shorten(this.reason, 200)}${tail(this)}`
  }
}

/**
 * The request was refused before anything was sent: `field` is not valid.
 *
 * @category errors
 */
export class InvalidRequest
  extends errorClass(() =>
    Schema.TaggedError<InvalidRequest>("@effect-scalingo/core/InvalidRequest")(
      "InvalidRequest",
      {
        endpoint: Schema.String,
        /** The invalid field: an id (`app`), a field of the body (`app.name`), `region`, `perPage`, `apiToken` … */
        field: Schema.String,
        expected: Schema.String
      }
    )
  )
{
  readonly [TypeId] = TypeId
  override get message(): string {
    return `${this.endpoint} was not sent: ${this.field} must be ${this.expected}`
  }
}

/**
 * The error of every call. The server may respond with any status anywhere, so every call has the whole union. What
 * only some calls add (`OperationFailed`, `WaitTimeout`, `OtpRequired` …) is added in their types.
 *
 * @category models
 */
export type ScalingoError =
  | BadRequest
  | Unauthorized
  | PaymentRequired
  | Forbidden
  | NotFound
  | Conflict
  | Unprocessable
  | RateLimited
  | ServerError
  | UnexpectedStatus
  | TransportError
  | DecodeError
  | InvalidRequest

/**
 * The union as a schema, to send errors over a wire or keep them in a journal. Secrets are not encoded.
 *
 * @category schemas
 */
export const ScalingoError = /* @__PURE__ */ union(
  BadRequest,
  Unauthorized,
  PaymentRequired,
  Forbidden,
  NotFound,
  Conflict,
  Unprocessable,
  RateLimited,
  ServerError,
  UnexpectedStatus,
  TransportError,
  DecodeError,
  InvalidRequest
)

/** A `Cause` may be the defect of another one, and so on. */
const maxNesting = 8

const isError = (u: unknown): u is ScalingoError | OtpRequired => Predicate.hasProperty(u, TypeId)

const findError = (u: unknown): ScalingoError | OtpRequired | undefined => {
  let current = u
  for (let level = 0; level < maxNesting; level++) {
    if (isError(current)) return current
    if (Runtime.isFiberFailure(current)) current = Cause.squash(current[Runtime.FiberFailureCauseId])
    else if (Cause.isCause(current)) current = Cause.squash(current)
    else return undefined
  }
  return undefined
}

/**
 * The error of a call in whatever was caught: the error itself, what `Effect.runPromise` rejects with, or a `Cause`.
 *
 * @category accessors
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { fromUnknown } from "@effect-scalingo/core/ScalingoError"
 * import { Effect, type ManagedRuntime, Option } from "effect"
 *
 * const findOwner = async (runtime: ManagedRuntime.ManagedRuntime<Apps, never>) => {
 *   try {
 *     return await runtime.runPromise(Effect.flatMap(Apps, (apps) => apps.get("my-app")))
 *   } catch (error) {
 *     return Option.match(fromUnknown(error), { onNone: () => "something else", onSome: ({ message }) => message })
 *   }
 * }
 * ```
 */
export const fromUnknown = (u: unknown): Option.Option<ScalingoError | OtpRequired> => Option.fromNullable(findError(u))

/**
 * A predicate for errors of calls. It looks through what `Effect.runPromise` rejects with, and through a `Cause`.
 *
 * It narrows the type of an error. A value of type `unknown` keeps its type, since it may be the wrapper of the error:
 * {@link fromUnknown} returns the error.
 *
 * @category models
 */
export interface ErrorPredicate<A> {
  <U>(u: U & (unknown extends U ? unknown : never)): boolean
  (u: unknown): u is A
}

const predicate = <A extends ScalingoError | OtpRequired>(
  test: (error: ScalingoError | OtpRequired) => boolean
): ErrorPredicate<A> =>
(u: unknown): u is A => {
  const error = findError(u)
  return error !== undefined && test(error)
}

const hasTag = <Tag extends ScalingoError["_tag"]>(tag: Tag): ErrorPredicate<Extract<ScalingoError, { _tag: Tag }>> =>
  predicate((error) => error._tag === tag)

/**
 * Whether a value is an error of a call.
 *
 * @category guards
 */
export const isScalingoError: ErrorPredicate<ScalingoError | OtpRequired> = /* @__PURE__ */ predicate(() => true)

/**
 * Whether the resource does not exist.
 *
 * @category guards
 */
export const isNotFound: ErrorPredicate<NotFound> = /* @__PURE__ */ hasTag("NotFound")

/**
 * Whether the credentials were refused, or have no access to this resource.
 *
 * @category guards
 */
export const isUnauthorized: ErrorPredicate<Unauthorized> = /* @__PURE__ */ hasTag("Unauthorized")

/**
 * Whether the account is not allowed to do this.
 *
 * @category guards
 */
export const isForbidden: ErrorPredicate<Forbidden> = /* @__PURE__ */ hasTag("Forbidden")

/**
 * Whether the current state of the resource does not allow this.
 *
 * @category guards
 */
export const isConflict: ErrorPredicate<Conflict> = /* @__PURE__ */ hasTag("Conflict")

/**
 * Whether the platform refused a value, see {@link Unprocessable}.
 *
 * @category guards
 */
export const isUnprocessable: ErrorPredicate<Unprocessable> = /* @__PURE__ */ hasTag("Unprocessable")

/**
 * Whether there were too many requests in too short a time.
 *
 * @category guards
 */
export const isRateLimited: ErrorPredicate<RateLimited> = /* @__PURE__ */ hasTag("RateLimited")

/**
 * Whether a scale failed because the app already has the requested formation.
 *
 * @category guards
 */
export const isNoChange: ErrorPredicate<Unprocessable & { readonly isNoChange: true }> = /* @__PURE__ */ predicate(
  (error) => error._tag === "Unprocessable" && error.isNoChange
)

/**
 * Whether a call was refused because the app is busy: it is scaling or restarting, and nothing else can be done to it
 * until that is over. `Apps.scale` and `Apps.restart` can wait for that, see `waitWhileBusy`.
 *
 * @category guards
 */
export const isBusy: ErrorPredicate<Unprocessable & { readonly isBusy: true }> = /* @__PURE__ */ predicate(
  (error) => error._tag === "Unprocessable" && error.isBusy
)

/**
 * Whether the same call may succeed later without any change: throttling, an overloaded or restarting platform, a lost
 * connection. It does not say whether a retry is safe; `RetryPolicy` decides that. It narrows nothing, since an error of
 * the same class may be final.
 *
 * @category guards
 */
export const isRetryable: (u: unknown) => boolean = /* @__PURE__ */ predicate((error) =>
  error._tag === "RateLimited" ||
  (error._tag === "ServerError" && (error.status === 500 || (error.status >= 502 && error.status <= 504))) ||
  (error._tag === "TransportError" && error.reason !== "tls" && error.reason !== "redirect" &&
    error.reason !== "encoding")
)

/**
 * Turns `NotFound` into `None`: `apps.get("my-app").pipe(notFoundAsNone)`.
 *
 * @category combinators
 */
export const notFoundAsNone = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<Option.Option<A>, Exclude<E, NotFound>, R> =>
  Effect.catchAll(
    Effect.asSome(self),
    (error) => isNotFound(error) ? Effect.succeed(Option.none<A>()) : Effect.fail(error as Exclude<E, NotFound>)
  )

/**
 * How long the platform asks to wait, if it does.
 *
 * @category accessors
 */
export const retryAfter = (error: ScalingoError): Option.Option<Duration.Duration> =>
  error._tag === "RateLimited" || error._tag === "ServerError"
    ? Option.fromNullable(error.retryAfter)
    : Option.none()
