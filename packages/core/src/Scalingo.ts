/**
 * Everything at once, for a start: all services in one layer, and the words that most programs use.
 *
 * A program that is not bundled and must start fast imports the modules that it needs instead:
 * `@effect-scalingo/core/Apps` has the service `Apps` and its own layer over `ApiLayer`.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as AddonTokens from "./client/AddonTokens.js"
import type { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "./client/ApiClient.js"
import * as ApiLayer from "./client/ApiLayer.js"
import * as RateLimiter from "./client/RateLimiter.js"
import type { RegionDirectory } from "./client/RegionDirectory.js"
import * as RetryPolicy from "./client/RetryPolicy.js"
import * as ScalingoConfig from "./client/ScalingoConfig.js"
import type { OtpRequired, ScalingoError } from "./client/ScalingoError.js"
import * as SignedUrls from "./client/SignedUrls.js"
import * as TokenManager from "./client/TokenManager.js"
import * as Resources from "./resources/Resources.js"

/**
 * Everything that the layers of this module provide.
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
  | RegionDirectory
  | AddonTokens.AddonTokens
  | TokenManager.TokenManager
  | RateLimiter.RateLimiter
  | ScalingoConfig.ScalingoConfig

/**
 * Everything, from parts: how it is configured, who signs in, and what keeps the rateLimiter. This is the layer for a quota
 * that many machines share, or for credentials of one's own.
 *
 * @category layers
 */
export const layerWith = <E1, R1, E2, R2, E3 = never, R3 = never>(parts: {
  readonly config: Layer.Layer<ScalingoConfig.ScalingoConfig, E1, R1>
  readonly tokens: Layer.Layer<TokenManager.TokenManager, E2, R2>
  /** One quota in memory for the whole layer by default. */
  readonly quota?: Layer.Layer<RateLimiter.RateLimiter, E3, R3> | undefined
}): Layer.Layer<
  Services,
  E1 | E2 | E3,
  | HttpClient.HttpClient
  | R1
  | Exclude<R2, RateLimiter.RateLimiter | RetryPolicy.RetryBudget | ScalingoConfig.ScalingoConfig>
  | Exclude<R3, ScalingoConfig.ScalingoConfig>
> => {
  const rateLimiter: Layer.Layer<RateLimiter.RateLimiter, E3, R3 | ScalingoConfig.ScalingoConfig> = parts.quota ??
    RateLimiter.layer
  const base = Layer.merge(rateLimiter, RetryPolicy.layerBudget).pipe(Layer.provideMerge(parts.config))
  return Resources.layer.pipe(
    Layer.provideMerge(ApiLayer.layerDatabase),
    Layer.provideMerge(AddonTokens.layer),
    Layer.provideMerge(ApiLayer.layer),
    Layer.provideMerge(parts.tokens),
    Layer.provideMerge(SignedUrls.layer),
    Layer.provideMerge(base)
  )
}

/**
 * An API token, and what shall differ from the defaults.
 *
 * @category models
 */
export interface LayerOptions extends ScalingoConfig.Options {
  /** Made in the dashboard, under the profile's API tokens. */
  readonly apiToken: Redacted.Redacted
}

/**
 * Everything, signed in with an API token.
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
 * Everything, with a bearer that is used as it is and never renewed.
 *
 * @category layers
 */
export const layerBearer = (
  { bearer, ...options }: ScalingoConfig.Options & { readonly bearer: Redacted.Redacted }
): Layer.Layer<Services, ConfigError.ConfigError, HttpClient.HttpClient> =>
  layerWith({ config: ScalingoConfig.layer(options), tokens: TokenManager.layerBearer(bearer) })

/**
 * Everything, signed in with a name and a password: see `TokenManager.layerLogin`.
 *
 * @category layers
 */
export const layerLogin = <E = never>(
  { login, otp, password, tokenName, ...options }: ScalingoConfig.Options & TokenManager.Login<E>
): Layer.Layer<Services, ConfigError.ConfigError | ScalingoError | OtpRequired | E, HttpClient.HttpClient> =>
  layerWith({
    config: ScalingoConfig.layer(options),
    tokens: TokenManager.layerLogin({ login, password, otp, tokenName })
  })

/**
 * Everything, configured by the environment: `SCALINGO_API_TOKEN`, and the variables that `ScalingoConfig` names.
 * `options` win over the environment, and the environment over `fallback`.
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

export { AddonProviders } from "./resources/AddonProviders.js"

export { Addons } from "./resources/Addons.js"

export { Alerts } from "./resources/Alerts.js"

export { Apps } from "./resources/Apps.js"

export { AuditLogs } from "./resources/AuditLogs.js"

export { Autoscalers } from "./resources/Autoscalers.js"

export { Billing } from "./resources/Billing.js"

export { withDryRun, withHeaders, withResponse, withTimeout } from "./client/RequestOptions.js"

export { Collaborators } from "./resources/Collaborators.js"

export { ContainerSizes } from "./resources/ContainerSizes.js"

export { Contracts } from "./resources/Contracts.js"

export { CronTasks } from "./resources/CronTasks.js"

export { DatabaseBackups } from "./resources/database/DatabaseBackups.js"

export { DatabaseFirewallRules } from "./resources/database/DatabaseFirewallRules.js"

export { DatabaseLogs } from "./resources/database/DatabaseLogs.js"

export { DatabaseMaintenance } from "./resources/database/DatabaseMaintenance.js"

export { DatabaseMetrics } from "./resources/database/DatabaseMetrics.js"

export { Databases } from "./resources/database/Databases.js"

export { DatabaseStatus } from "./resources/database/DatabaseStatus.js"

export { DatabaseTypes } from "./resources/database/DatabaseTypes.js"

export { DatabaseTypeVersions } from "./resources/database/DatabaseTypeVersions.js"

export { DatabaseUsers } from "./resources/database/DatabaseUsers.js"

export { DedicatedDatabases } from "./resources/DedicatedDatabases.js"

export { Deployments } from "./resources/Deployments.js"

export { Domains } from "./resources/Domains.js"

export { Environment } from "./resources/Environment.js"

export { EventCategories } from "./resources/EventCategories.js"

export { Events } from "./resources/Events.js"

export { EventTypes } from "./resources/EventTypes.js"

export { HdsContacts } from "./resources/HdsContacts.js"

export { Invoices } from "./resources/Invoices.js"

export { Keys } from "./resources/Keys.js"

export { LogDrains } from "./resources/LogDrains.js"

export { Metrics } from "./resources/Metrics.js"

export { NotificationPlatforms } from "./resources/NotificationPlatforms.js"

export { Notifiers } from "./resources/Notifiers.js"

export { Operations } from "./resources/Operations.js"

export { Organizations } from "./resources/Organizations.js"

export { PrivateNetworks } from "./resources/PrivateNetworks.js"

export { Projects } from "./resources/Projects.js"

export { ProviderApps } from "./resources/ProviderApps.js"

export { withPriority } from "./client/RateLimiter.js"

export { Referral } from "./resources/Referral.js"

export { streamWithRegion, withRegion } from "./client/CurrentRegion.js"

export { Regions } from "./resources/Regions.js"

export { withRetryPolicy } from "./client/RetryPolicy.js"

export type { OtpRequired, ScalingoError } from "./client/ScalingoError.js"

export { DeploymentFailed, OperationFailed, WaitTimeout } from "./client/WaitError.js"

export {
  isConflict,
  isForbidden,
  isNoChange,
  isNotFound,
  isRateLimited,
  isRetryable,
  isScalingoError,
  isUnauthorized,
  isUnprocessable,
  notFoundAsNone
} from "./client/ScalingoError.js"

export { ScmIntegrations } from "./resources/ScmIntegrations.js"

export { ScmRepoLinks } from "./resources/ScmRepoLinks.js"

export { Sources } from "./resources/Sources.js"

export { Stacks } from "./resources/Stacks.js"

export { Tokens } from "./resources/Tokens.js"

export { TwoFactorAuth } from "./resources/TwoFactorAuth.js"

export { Users } from "./resources/Users.js"
