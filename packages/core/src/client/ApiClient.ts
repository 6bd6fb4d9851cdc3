/**
 * The APIs of Scalingo, and the form of a request to them. The resources (`Apps`, `Addons` …) are built on these. A path
 * that no resource has yet is reached through `request`, with the same sign-in, rate limit, retries and errors.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { ResponseDecoder } from "./ResponseDecoder.js"
import type { ScalingoError } from "./ScalingoError.js"

/**
 * The HTTP methods that the APIs use.
 *
 * @category models
 */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"

/**
 * A query parameter. A list is sent as `name[]=a&name[]=b`, `undefined` is left out.
 *
 * @category models
 */
export type QueryValue = string | number | boolean | ReadonlyArray<string> | undefined

/**
 * How a request is authenticated: with the bearer (the default), with nothing, or with a name and a password.
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
 * One request.
 *
 * @category models
 */
export interface ApiRequest<A> {
  /** The name in errors, spans and metrics. Default: the method and the path. */
  readonly name?: string | undefined
  readonly method: HttpMethod
  /** The path below the API's base URL, with `:name` for each of the `pathParams`: `/apps/:app/ps`. */
  readonly path: string
  /** Are percent-encoded. An empty one, `.` and `..` are refused with `InvalidRequest`. */
  readonly pathParams?: { readonly [name: string]: string } | undefined
  readonly query?: { readonly [name: string]: QueryValue } | undefined
  readonly headers?: { readonly [name: string]: string } | undefined
  /** A JSON value. */
  readonly body?: unknown
  readonly decoder: ResponseDecoder<A>
  /**
   * Whether sending the request twice has the same effect as sending it once. Only then is it retried after a failure
   * that leaves open whether the platform has carried it out. Default: `true` for every method but POST.
   */
  readonly idempotent?: boolean | undefined
  readonly credential?: Credential | undefined
  /** Statuses that count as success in addition to 2xx, such as a redirect whose `Location` is the result. */
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
   * Sends a request: signs in, waits for the rate limiter, retries by the `RetryPolicy`, and decodes the response.
   */
  readonly request: <A>(request: ApiRequest<A>) => Effect.Effect<A, ScalingoError>
}

/**
 * The API of a region: `https://api.<region>.scalingo.com/v1`. `CurrentRegion.withRegion` chooses the region.
 *
 * @category tags
 */
export class RegionalApi
  extends /* @__PURE__ */ Context.Tag("@effect-scalingo/core/ApiClient/RegionalApi")<RegionalApi, ApiClient>()
{}

/**
 * The API of accounts, tokens and regions: `https://auth.scalingo.com/v1`.
 *
 * @category tags
 */
export class AuthApi
  extends /* @__PURE__ */ Context.Tag("@effect-scalingo/core/ApiClient/AuthApi")<AuthApi, ApiClient>()
{}

/**
 * The API of billing profiles: `https://cashmachine.scalingo.com`.
 *
 * @category tags
 */
export class BillingApi
  extends /* @__PURE__ */ Context.Tag("@effect-scalingo/core/ApiClient/BillingApi")<BillingApi, ApiClient>()
{}

/**
 * The API of databases: `https://db-api.<region>.scalingo.com/api`. Each database has its own token, which
 * `AddonTokens` obtains and renews.
 *
 * @category models
 */
export interface DatabaseApiClient {
  /**
   * Sends a request with the token of that database. A token that the API refuses, with 401 or with 400 `unauthorized`,
   * is replaced and the request replayed once; then it fails with `Unauthorized`.
   */
  readonly request: <A>(database: DatabaseRef, request: ApiRequest<A>) => Effect.Effect<A, ScalingoError>
}

/**
 * The API of databases, see {@link DatabaseApiClient}.
 *
 * @category tags
 */
export class DatabaseApi extends /* @__PURE__ */ Context.Tag("@effect-scalingo/core/ApiClient/DatabaseApi")<
  DatabaseApi,
  DatabaseApiClient
>() {}
