/**
 * The APIs of Scalingo, and how a request to one of them is made. The resources (`Apps`, `Addons` …) stand on these;
 * a path that has no resource yet is reached through `request`, with the same sign-in, quota, retries and errors.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ApiClient, ApiRequest, DatabaseRef } from "./ApiRequest.js"
import type { ScalingoError } from "./ScalingoError.js"

export type * from "./ApiRequest.js"

/**
 * The API of a region: `https://api.<region>.scalingo.com/v1`. The region is the one of the effect, see
 * `Region.withRegion`.
 *
 * @category tags
 */
export class RegionalApi extends Context.Tag("@effect-scalingo/core/ApiClient/RegionalApi")<RegionalApi, ApiClient>() {}

/**
 * The API of accounts, tokens and regions: `https://auth.scalingo.com/v1`.
 *
 * @category tags
 */
export class AuthApi extends Context.Tag("@effect-scalingo/core/ApiClient/AuthApi")<AuthApi, ApiClient>() {}

/**
 * The API of billing profiles: `https://cashmachine.scalingo.com`.
 *
 * @category tags
 */
export class BillingApi extends Context.Tag("@effect-scalingo/core/ApiClient/BillingApi")<BillingApi, ApiClient>() {}

/**
 * The API of databases: `https://db-api.<region>.scalingo.com/api`. Each database has its own token, which
 * `AddonTokens` gets and keeps fresh.
 *
 * @category models
 */
export interface DatabaseApiClient {
  /**
   * Makes a request with the token of that database.
   */
  readonly request: <A>(database: DatabaseRef, request: ApiRequest<A>) => Effect.Effect<A, ScalingoError>
}

/**
 * The API of databases, see {@link DatabaseApiClient}.
 *
 * @category tags
 */
export class DatabaseApi extends Context.Tag("@effect-scalingo/core/ApiClient/DatabaseApi")<
  DatabaseApi,
  DatabaseApiClient
>() {}
