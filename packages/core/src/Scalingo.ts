/**
 * All services in one layer, and the functions that most programs use.
 *
 * A program that is not bundled and must start fast imports only the modules that it needs:
 * `@effect-scalingo/core/Apps` has the service `Apps` and its own layer on top of `ApiLayer`.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as AddonTokens from "./client/AddonTokens.js"
import type { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "./client/ApiClient.js"
import * as ApiLayer from "./client/ApiLayer.js"
import * as LiveSockets from "./client/LiveSockets.js"
import * as RateLimiter from "./client/RateLimiter.js"
import type { RegionDirectory } from "./client/RegionDirectory.js"
import * as RetryPolicy from "./client/RetryPolicy.js"
import * as ScalingoConfig from "./client/ScalingoConfig.js"
import type { OtpRequired, ScalingoError } from "./client/ScalingoError.js"
import * as SignedUrls from "./client/SignedUrls.js"
import * as TokenManager from "./client/TokenManager.js"
import { AddonProviders } from "./resources/AddonProviders.js"
import { Addons } from "./resources/Addons.js"
import { Alerts } from "./resources/Alerts.js"
import { Apps } from "./resources/Apps.js"
import { AuditLogs } from "./resources/AuditLogs.js"
import { Autoscalers } from "./resources/Autoscalers.js"
import { Billing } from "./resources/Billing.js"
import { Collaborators } from "./resources/Collaborators.js"
import { ContainerSizes } from "./resources/ContainerSizes.js"
import { Contracts } from "./resources/Contracts.js"
import { CronTasks } from "./resources/CronTasks.js"
import { DataAccessConsents } from "./resources/DataAccessConsents.js"
import { DatabaseBackups } from "./resources/database/DatabaseBackups.js"
import { DatabaseFirewallRules } from "./resources/database/DatabaseFirewallRules.js"
import { DatabaseLogs } from "./resources/database/DatabaseLogs.js"
import { DatabaseMaintenance } from "./resources/database/DatabaseMaintenance.js"
import { DatabaseMetrics } from "./resources/database/DatabaseMetrics.js"
import { Databases } from "./resources/database/Databases.js"
import { DatabaseStatus } from "./resources/database/DatabaseStatus.js"
import { DatabaseTypes } from "./resources/database/DatabaseTypes.js"
import { DatabaseTypeVersions } from "./resources/database/DatabaseTypeVersions.js"
import { DatabaseUsers } from "./resources/database/DatabaseUsers.js"
import { DedicatedDatabases } from "./resources/DedicatedDatabases.js"
import { Deployments } from "./resources/Deployments.js"
import { Domains } from "./resources/Domains.js"
import { Environment } from "./resources/Environment.js"
import { EventCategories } from "./resources/EventCategories.js"
import { Events } from "./resources/Events.js"
import { EventTypes } from "./resources/EventTypes.js"
import { HdsContacts } from "./resources/HdsContacts.js"
import { Invoices } from "./resources/Invoices.js"
import { Keys } from "./resources/Keys.js"
import { LogDrains } from "./resources/LogDrains.js"
import { Logs } from "./resources/Logs.js"
import { Metrics } from "./resources/Metrics.js"
import { NotificationPlatforms } from "./resources/NotificationPlatforms.js"
import { Notifiers } from "./resources/Notifiers.js"
import { Operations } from "./resources/Operations.js"
import { Organizations } from "./resources/Organizations.js"
import { PrivateNetworks } from "./resources/PrivateNetworks.js"
import { Projects } from "./resources/Projects.js"
import { ProviderApps } from "./resources/ProviderApps.js"
import { Referral } from "./resources/Referral.js"
import { Regions } from "./resources/Regions.js"
import * as Resources from "./resources/Resources.js"
import { ScmIntegrations } from "./resources/ScmIntegrations.js"
import { ScmRepoLinks } from "./resources/ScmRepoLinks.js"
import { Sources } from "./resources/Sources.js"
import { Stacks } from "./resources/Stacks.js"
import { Tokens } from "./resources/Tokens.js"
import { TwoFactorAuth } from "./resources/TwoFactorAuth.js"
import { Users } from "./resources/Users.js"

/**
 * The services that the layers of this module provide.
 *
 * @category models
 */
export type Services =
  | Resources.Resources
  | RegionalApi
  | AuthApi
  | BillingApi
  | DatabaseApi
  | SignedUrls.SignedUrls
  | LiveSockets.LiveSockets
  | RegionDirectory
  | AddonTokens.AddonTokens
  | TokenManager.TokenManager
  | RateLimiter.RateLimiter
  | ScalingoConfig.ScalingoConfig

/** Adds the services of a layer to those that are built already. */
type Put = <A, E, R>(
  layer: Layer.Layer<A, E, R>
) => <B, E2, R2>(
  below: Effect.Effect<Context.Context<B>, E2, R2>
) => Effect.Effect<Context.Context<A | B>, E | E2, Exclude<R, B> | R2>

/**
 * Layers on top of each other, each with the services of all below it, like a chain of `Layer.provideMerge`. Such a chain
 * looks the lower layers up again at each level, which takes most of the time of building them.
 */
const stack = <A, E, R>(build: (put: Put) => Effect.Effect<Context.Context<A>, E, R>): Layer.Layer<A, E, R> =>
  Layer.scopedContext(
    Effect.flatMap(
      Effect.zip(Layer.makeMemoMap, Effect.scope),
      ([memoMap, scope]) =>
        build((layer) => (below) =>
          Effect.flatMap(below, (services) =>
            Layer.buildWithMemoMap(layer, memoMap, scope).pipe(
              Effect.provide(services),
              Effect.map((built) => Context.merge(services, built))
            ))
        )
    )
    // A part that asks for a scope gets that of the stack, so that it ends with the services.
  ) as Layer.Layer<A, E, R>

/**
 * All services, built from a configuration, a source of bearers and a rate limiter. Use this layer to share a rate limit
 * between machines or to obtain bearers in a custom way.
 *
 * Each layer that this function returns has its own services, so a program can have several accounts. It builds the
 * parts for itself: what they should share with the rest of the program must be among their requirements.
 *
 * @category layers
 */
export const layerWith = <E1, R1, E2, R2, E3 = never, R3 = never>(parts: {
  readonly config: Layer.Layer<ScalingoConfig.ScalingoConfig, E1, R1>
  readonly tokens: Layer.Layer<TokenManager.TokenManager, E2, R2>
  /** Default: an in-memory rate limiter for the whole layer. */
  readonly rateLimiter?: Layer.Layer<RateLimiter.RateLimiter, E3, R3> | undefined
}): Layer.Layer<
  Services,
  E1 | E2 | E3,
  | HttpClient.HttpClient
  | R1
  | Exclude<R2, RateLimiter.RateLimiter | RetryPolicy.RetryBudget | ScalingoConfig.ScalingoConfig>
  | Exclude<R3, ScalingoConfig.ScalingoConfig>
> => {
  const rateLimiter: Layer.Layer<RateLimiter.RateLimiter, E3, R3 | ScalingoConfig.ScalingoConfig> = parts.rateLimiter ??
    RateLimiter.layer
  // The stack shares no layers with others: a second account must not get the services of the first one. The layer of
  // one account, used in several places, is built once.
  return stack((put) =>
    Effect.succeed(Context.empty()).pipe(
      put(parts.config),
      put(rateLimiter),
      put(RetryPolicy.layerBudget),
      put(parts.tokens),
      put(SignedUrls.layer),
      put(ApiLayer.layer),
      put(AddonTokens.layer),
      put(ApiLayer.layerDatabase),
      put(LiveSockets.layer),
      put(Resources.layer)
    )
  )
}

/**
 * An API token, and the options that differ from the defaults.
 *
 * @category models
 */
export interface LayerOptions extends ScalingoConfig.Options {
  /** Created in the dashboard, under the profile's API tokens. */
  readonly apiToken: Redacted.Redacted
}

/**
 * All services, signed in with an API token.
 *
 * @category layers
 * @example
 * ```ts
 * import * as Scalingo from "@effect-scalingo/core/Scalingo"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const ScalingoLive = Scalingo.layer({ apiToken: Redacted.make("tk-us-…") }).pipe(
 *   Layer.provide(FetchHttpClient.layer)
 * )
 *
 * const program = Effect.flatMap(Scalingo.Apps, (apps) => apps.list).pipe(Effect.provide(ScalingoLive))
 * ```
 */
export const layer = (
  { apiToken, ...options }: LayerOptions
): Layer.Layer<Services, ConfigError.ConfigError, HttpClient.HttpClient> =>
  layerWith({ config: ScalingoConfig.layer(options), tokens: TokenManager.layer(apiToken) })

/**
 * All services, with a fixed bearer that is never renewed.
 *
 * @category layers
 */
export const layerBearer = (
  { bearer, ...options }: ScalingoConfig.Options & { readonly bearer: Redacted.Redacted }
): Layer.Layer<Services, ConfigError.ConfigError, HttpClient.HttpClient> =>
  layerWith({ config: ScalingoConfig.layer(options), tokens: TokenManager.layerBearer(bearer) })

/**
 * All services, signed in with a login and a password: see `TokenManager.layerLogin`.
 *
 * @category layers
 */
export const layerLogin = <E = never>(
  { deleteToken, login, otp, password, tokenName, ...options }: ScalingoConfig.Options & TokenManager.Login<E>
): Layer.Layer<Services, ConfigError.ConfigError | ScalingoError | OtpRequired | E, HttpClient.HttpClient> =>
  layerWith({
    config: ScalingoConfig.layer(options),
    tokens: TokenManager.layerLogin({ login, password, otp, tokenName, deleteToken })
  })

/**
 * All services, configured by environment variables: `SCALINGO_API_TOKEN` and those that `ScalingoConfig` lists.
 * `options` override the environment, and the environment overrides `fallback`.
 *
 * @category layers
 */
export const layerConfig = (parts: {
  readonly apiToken?: Config.Config<Redacted.Redacted> | undefined
  readonly options?: ScalingoConfig.Options | undefined
  readonly fallback?: ScalingoConfig.Options | undefined
} = {}): Layer.Layer<Services, ConfigError.ConfigError, HttpClient.HttpClient> =>
  layerWith({
    config: ScalingoConfig.layerConfig(parts.options, parts.fallback),
    tokens: TokenManager.layerConfig(parts.apiToken)
  })

export {
  AddonProviders,
  Addons,
  Alerts,
  Apps,
  AuditLogs,
  Autoscalers,
  Billing,
  Collaborators,
  ContainerSizes,
  Contracts,
  CronTasks,
  DataAccessConsents,
  DatabaseBackups,
  DatabaseFirewallRules,
  DatabaseLogs,
  DatabaseMaintenance,
  DatabaseMetrics,
  Databases,
  DatabaseStatus,
  DatabaseTypes,
  DatabaseTypeVersions,
  DatabaseUsers,
  DedicatedDatabases,
  Deployments,
  Domains,
  Environment,
  EventCategories,
  Events,
  EventTypes,
  HdsContacts,
  Invoices,
  Keys,
  LogDrains,
  Logs,
  Metrics,
  NotificationPlatforms,
  Notifiers,
  Operations,
  Organizations,
  PrivateNetworks,
  Projects,
  ProviderApps,
  Referral,
  Regions,
  ScmIntegrations,
  ScmRepoLinks,
  Sources,
  Stacks,
  Tokens,
  TwoFactorAuth,
  Users
}

export { streamWithRegion, withRegion } from "./client/CurrentRegion.js"
export { findOrCreate } from "./client/FindOrCreate.js"
export { withPriority } from "./client/RateLimiter.js"
export { forEachRegion } from "./client/RegionDirectory.js"
export { withDryRun, withHeaders, withResponse, withThrottleHandler, withTimeout } from "./client/RequestOptions.js"
export { withRetryPolicy } from "./client/RetryPolicy.js"

export {
  isBusy,
  isConflict,
  isForbidden,
  isNoChange,
  isNotFound,
  isRateLimited,
  isRetryable,
  isScalingoError,
  isUnauthorized,
  isUnprocessable,
  notFoundAsNone,
  type OtpRequired,
  type ScalingoError
} from "./client/ScalingoError.js"
export * from "./resources/WaitError.js"
