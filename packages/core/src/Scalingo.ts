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
import * as AddonTokens from "./AddonTokens.js"
import type { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "./ApiClient.js"
import * as ApiLayer from "./ApiLayer.js"
import * as Quota from "./Quota.js"
import type { RegionDirectory } from "./RegionDirectory.js"
import * as Resources from "./Resources.js"
import * as RetryPolicy from "./RetryPolicy.js"
import * as ScalingoConfig from "./ScalingoConfig.js"
import type { OtpRequired, ScalingoError } from "./ScalingoError.js"
import * as SignedUrls from "./SignedUrls.js"
import * as TokenManager from "./TokenManager.js"

/**
 * Everything that the layers of this module provide.
 *
 * @since 0.1.0
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
  | Quota.Quota
  | ScalingoConfig.ScalingoConfig

/**
 * Everything, from parts: how it is configured, who signs in, and what keeps the quota. This is the layer for a quota
 * that many machines share, or for credentials of one's own.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWith = <E1, R1, E2, R2, E3 = never, R3 = never>(parts: {
  readonly config: Layer.Layer<ScalingoConfig.ScalingoConfig, E1, R1>
  readonly tokens: Layer.Layer<TokenManager.TokenManager, E2, R2>
  /** One quota in memory for the whole layer by default. */
  readonly quota?: Layer.Layer<Quota.Quota, E3, R3> | undefined
}): Layer.Layer<
  Services,
  E1 | E2 | E3,
  | HttpClient.HttpClient
  | R1
  | Exclude<R2, Quota.Quota | RetryPolicy.RetryBudget | ScalingoConfig.ScalingoConfig>
  | Exclude<R3, ScalingoConfig.ScalingoConfig>
> => {
  const quota: Layer.Layer<Quota.Quota, E3, R3 | ScalingoConfig.ScalingoConfig> = parts.quota ?? Quota.layer
  const base = Layer.merge(quota, RetryPolicy.layerBudget).pipe(Layer.provideMerge(parts.config))
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
 * @since 0.1.0
 * @category models
 */
export interface LayerOptions extends ScalingoConfig.Options {
  /** Made in the dashboard, under the profile's API tokens. */
  readonly apiToken: Redacted.Redacted
}

/**
 * Everything, signed in with an API token.
 *
 * @since 0.1.0
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
 * @since 0.1.0
 * @category layers
 */
export const layerBearer = (
  { bearer, ...options }: ScalingoConfig.Options & { readonly bearer: Redacted.Redacted }
): Layer.Layer<Services, ConfigError.ConfigError, HttpClient.HttpClient> =>
  layerWith({ config: ScalingoConfig.layer(options), tokens: TokenManager.layerBearer(bearer) })

/**
 * Everything, signed in with a name and a password: see `TokenManager.layerLogin`.
 *
 * @since 0.1.0
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
 * @since 0.1.0
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

/**
 * @since 0.1.0
 * @category tags
 */
export { AddonProviders } from "./AddonProviders.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Addons } from "./Addons.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Alerts } from "./Alerts.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Apps } from "./Apps.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { AuditLogs } from "./AuditLogs.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Autoscalers } from "./Autoscalers.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Billing } from "./Billing.js"

/**
 * @since 0.1.0
 * @category combinators
 */
export { withDryRun, withHeaders, withResponse, withTimeout } from "./CallSettings.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Collaborators } from "./Collaborators.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { ContainerSizes } from "./ContainerSizes.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Contracts } from "./Contracts.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { CronTasks } from "./CronTasks.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseBackups } from "./DatabaseBackups.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseFirewallRules } from "./DatabaseFirewallRules.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseLogs } from "./DatabaseLogs.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseMaintenance } from "./DatabaseMaintenance.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseMetrics } from "./DatabaseMetrics.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Databases } from "./Databases.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseStatus } from "./DatabaseStatus.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseTypes } from "./DatabaseTypes.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseTypeVersions } from "./DatabaseTypeVersions.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DatabaseUsers } from "./DatabaseUsers.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { DedicatedDatabases } from "./DedicatedDatabases.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Deployments } from "./Deployments.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Domains } from "./Domains.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Environment } from "./Environment.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { EventCategories } from "./EventCategories.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Events } from "./Events.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { EventTypes } from "./EventTypes.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { HdsContacts } from "./HdsContacts.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Invoices } from "./Invoices.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Keys } from "./Keys.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { LogDrains } from "./LogDrains.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Metrics } from "./Metrics.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { NotificationPlatforms } from "./NotificationPlatforms.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Notifiers } from "./Notifiers.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Operations } from "./Operations.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Organizations } from "./Organizations.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { PrivateNetworks } from "./PrivateNetworks.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Projects } from "./Projects.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { ProviderApps } from "./ProviderApps.js"

/**
 * @since 0.1.0
 * @category combinators
 */
export { withPriority } from "./Quota.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Referral } from "./Referral.js"

/**
 * @since 0.1.0
 * @category combinators
 */
export { streamWithRegion, withRegion } from "./Region.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Regions } from "./Regions.js"

/**
 * @since 0.1.0
 * @category combinators
 */
export { withRetryPolicy } from "./RetryPolicy.js"

/**
 * @since 0.1.0
 * @category models
 */
export type { OtpRequired, ScalingoError } from "./ScalingoError.js"

/**
 * @since 0.1.0
 * @category errors
 */
export { DeploymentFailed, OperationFailed, WaitTimeout } from "./WaitError.js"

/**
 * @since 0.1.0
 * @category combinators
 */
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
  optional
} from "./ScalingoError.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { ScmIntegrations } from "./ScmIntegrations.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { ScmRepoLinks } from "./ScmRepoLinks.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Sources } from "./Sources.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Stacks } from "./Stacks.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Tokens } from "./Tokens.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { TwoFactorAuth } from "./TwoFactorAuth.js"

/**
 * @since 0.1.0
 * @category tags
 */
export { Users } from "./Users.js"
