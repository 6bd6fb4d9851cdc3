/**
 * What a request to Scalingo is made of, and what comes back before it is decoded.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import type { ScalingoError } from "./ScalingoError.js"

/**
 * The methods that the APIs use.
 *
 * @category models
 */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"

/**
 * A value of a query: lists are sent as `name[]=a&name[]=b`, `undefined` is left out.
 *
 * @category models
 */
export type QueryValue = string | number | boolean | ReadonlyArray<string> | undefined

/**
 * What may be done after a failure that leaves open whether the request was carried out.
 *
 * - `repeatable`: doing it twice is the same as once (reads, deletions, writes of absolute values)
 * - `once`: it is only repeated when it certainly was not carried out (429, connection refused)
 *
 * @category models
 */
export type Repeatability = "repeatable" | "once"

/**
 * With what a request proves who sends it. `bearer` is the default.
 *
 * @category models
 */
export type Credential =
  | "bearer"
  | "none"
  | {
    readonly username: string
    readonly password: Redacted.Redacted
    /** The one-time password of an account with two-factor authentication. */
    readonly otp?: Redacted.Redacted | undefined
  }

/**
 * An answer with a 2xx status, before it is decoded.
 *
 * @category models
 */
export interface RawAnswer {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
  /** The region that the request went to; `null` where there is none (auth and billing). */
  readonly region: string | null
}

/**
 * Why an answer does not fit.
 *
 * @category models
 */
export interface Misfit {
  /** Where in the answer, such as `apps.3.owner.id`; empty for the answer as a whole. */
  readonly path: string
  readonly reason: string
  /** The parsed answer as far as there is one. */
  readonly value: unknown
  /** What a caller gets instead of an error when the configuration is `lenient`. */
  readonly unchecked?: { readonly value: unknown } | undefined
}

/**
 * Reads a value from an answer.
 *
 * @category models
 */
export interface AnswerDecoder<A> {
  readonly decode: (answer: RawAnswer) => Either.Either<A, Misfit>
}

/**
 * One request.
 *
 * @category models
 */
export interface ApiRequest<A> {
  /** The name in errors, spans and metrics; the method and the path when it is not given. */
  readonly name?: string | undefined
  readonly method: HttpMethod
  /** Below the API's root, with `:name` for what `pathParams` fill in: `/apps/:app/ps`. */
  readonly path: string
  /** Are percent-encoded; an empty one, `.` and `..` are refused. */
  readonly pathParams?: { readonly [name: string]: string } | undefined
  readonly query?: { readonly [name: string]: QueryValue } | undefined
  readonly headers?: { readonly [name: string]: string } | undefined
  /** A JSON value. */
  readonly body?: unknown
  readonly decoder: AnswerDecoder<A>
  /** By default everything but POST is `repeatable`. */
  readonly repeatability?: Repeatability | undefined
  readonly credential?: Credential | undefined
  /** Statuses that are a success beside 2xx, such as a redirect whose `Location` is the answer. */
  readonly acceptStatus?: ReadonlyArray<number> | undefined
}

/**
 * An addon that is a database.
 *
 * @category models
 */
export interface DatabaseRef {
  /** The app's name or id. */
  readonly app: string
  /** The addon's id. */
  readonly addonId: string
}

/**
 * One of the APIs.
 *
 * @category models
 */
export interface ApiClient {
  /**
   * Makes a request: waits for the quota, signs in, retries what may be retried, and decodes the answer.
   */
  readonly request: <A>(request: ApiRequest<A>) => Effect.Effect<A, ScalingoError>
}
