/**
 * Everything at once, for a start: all services in one layer, and the words that most programs use.
 *
 * A program that must stay small imports the modules that it needs instead: `@effect-scalingo/core/Apps` has the
 * service `Apps` and its own layer over `ApiLayer`.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as AddonProviders from "./AddonProviders.js"
import * as Addons from "./Addons.js"
import * as AddonTokens from "./AddonTokens.js"
import * as Alerts from "./Alerts.js"
import type { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "./ApiClient.js"
import * as ApiLayer from "./ApiLayer.js"
import * as Apps from "./Apps.js"
import * as AuditLogs from "./AuditLogs.js"
import * as Autoscalers from "./Autoscalers.js"
import * as Billing from "./Billing.js"
import * as Collaborators from "./Collaborators.js"
import * as ContainerSizes from "./ContainerSizes.js"
import * as Contracts from "./Contracts.js"
import * as CronTasks from "./CronTasks.js"
import * as DatabaseBackups from "./DatabaseBackups.js"
import * as DatabaseFirewallRules from "./DatabaseFirewallRules.js"
import * as DatabaseLogs from "./DatabaseLogs.js"
import * as DatabaseMaintenance from "./DatabaseMaintenance.js"
import * as DatabaseMetrics from "./DatabaseMetrics.js"
import * as Databases from "./Databases.js"
import * as DatabaseStatus from "./DatabaseStatus.js"
import * as DatabaseTypes from "./DatabaseTypes.js"
import * as DatabaseTypeVersions from "./DatabaseTypeVersions.js"
import * as DatabaseUsers from "./DatabaseUsers.js"
import * as DedicatedDatabases from "./DedicatedDatabases.js"
import * as Deployments from "./Deployments.js"
import * as Domains from "./Domains.js"
import * as Environment from "./Environment.js"
import * as EventCategories from "./EventCategories.js"
import * as Events from "./Events.js"
import * as EventTypes from "./EventTypes.js"
import * as HdsContacts from "./HdsContacts.js"
import * as Invoices from "./Invoices.js"
import * as Keys from "./Keys.js"
import * as LogDrains from "./LogDrains.js"
import * as Metrics from "./Metrics.js"
import * as NotificationPlatforms from "./NotificationPlatforms.js"
import * as Notifiers from "./Notifiers.js"
import * as Operations from "./Operations.js"
import * as Organizations from "./Organizations.js"
import * as PrivateNetworks from "./PrivateNetworks.js"
import * as Projects from "./Projects.js"
import * as ProviderApps from "./ProviderApps.js"
import * as Quota from "./Quota.js"
import * as Referral from "./Referral.js"
import type { RegionDirectory } from "./RegionDirectory.js"
import * as Regions from "./Regions.js"
import * as RetryPolicy from "./RetryPolicy.js"
import * as ScalingoConfig from "./ScalingoConfig.js"
import type { OtpRequired, ScalingoError } from "./ScalingoError.js"
import * as ScmIntegrations from "./ScmIntegrations.js"
import * as ScmRepoLinks from "./ScmRepoLinks.js"
import * as SignedUrls from "./SignedUrls.js"
import * as Sources from "./Sources.js"
import * as Stacks from "./Stacks.js"
import * as TokenManager from "./TokenManager.js"
import * as Tokens from "./Tokens.js"
import * as TwoFactorAuth from "./TwoFactorAuth.js"
import * as Users from "./Users.js"

/**
 * What only reads and writes resources: one service each.
 *
 * @since 0.1.0
 * @category models
 */
export type Resources =
  | AddonProviders.AddonProviders
  | Addons.Addons
  | Alerts.Alerts
  | Apps.Apps
  | AuditLogs.AuditLogs
  | Autoscalers.Autoscalers
  | Billing.Billing
  | Collaborators.Collaborators
  | ContainerSizes.ContainerSizes
  | Contracts.Contracts
  | CronTasks.CronTasks
  | DatabaseBackups.DatabaseBackups
  | DatabaseFirewallRules.DatabaseFirewallRules
  | DatabaseLogs.DatabaseLogs
  | DatabaseMaintenance.DatabaseMaintenance
  | DatabaseMetrics.DatabaseMetrics
  | DatabaseStatus.DatabaseStatus
  | DatabaseTypeVersions.DatabaseTypeVersions
  | DatabaseTypes.DatabaseTypes
  | DatabaseUsers.DatabaseUsers
  | Databases.Databases
  | DedicatedDatabases.DedicatedDatabases
  | Deployments.Deployments
  | Domains.Domains
  | Environment.Environment
  | EventCategories.EventCategories
  | EventTypes.EventTypes
  | Events.Events
  | HdsContacts.HdsContacts
  | Invoices.Invoices
  | Keys.Keys
  | LogDrains.LogDrains
  | Metrics.Metrics
  | NotificationPlatforms.NotificationPlatforms
  | Notifiers.Notifiers
  | Operations.Operations
  | Organizations.Organizations
  | PrivateNetworks.PrivateNetworks
  | Projects.Projects
  | ProviderApps.ProviderApps
  | Referral.Referral
  | Regions.Regions
  | ScmIntegrations.ScmIntegrations
  | ScmRepoLinks.ScmRepoLinks
  | Sources.Sources
  | Stacks.Stacks
  | Tokens.Tokens
  | TwoFactorAuth.TwoFactorAuth
  | Users.Users

/**
 * Everything that the layers of this module provide.
 *
 * @since 0.1.0
 * @category models
 */
export type Services =
  | Resources
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
 * All resources, over the four APIs.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerResources: Layer.Layer<
  Resources,
  never,
  RegionalApi | AuthApi | BillingApi | DatabaseApi | SignedUrls.SignedUrls
> = Layer
  .mergeAll(
    AddonProviders.layer,
    Addons.layer,
    Alerts.layer,
    Apps.layer,
    AuditLogs.layer,
    Autoscalers.layer,
    Billing.layer,
    Collaborators.layer,
    ContainerSizes.layer,
    Contracts.layer,
    CronTasks.layer,
    DatabaseBackups.layer,
    DatabaseFirewallRules.layer,
    DatabaseLogs.layer,
    DatabaseMaintenance.layer,
    DatabaseMetrics.layer,
    DatabaseStatus.layer,
    DatabaseTypeVersions.layer,
    DatabaseTypes.layer,
    DatabaseUsers.layer,
    Databases.layer,
    DedicatedDatabases.layer,
    Deployments.layer,
    Domains.layer,
    Environment.layer,
    EventCategories.layer,
    EventTypes.layer,
    Events.layer,
    HdsContacts.layer,
    Invoices.layer,
    Keys.layer,
    LogDrains.layer,
    Metrics.layer,
    NotificationPlatforms.layer,
    Notifiers.layer,
    Operations.layer,
    Organizations.layer,
    PrivateNetworks.layer,
    Projects.layer,
    ProviderApps.layer,
    Referral.layer,
    Regions.layer,
    ScmIntegrations.layer,
    ScmRepoLinks.layer,
    Sources.layer,
    Stacks.layer,
    Tokens.layer,
    TwoFactorAuth.layer,
    Users.layer
  )

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
  return layerResources.pipe(
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
export const layerLogin = (
  { login, otp, password, tokenName, ...options }: ScalingoConfig.Options & TokenManager.Login
): Layer.Layer<Services, ConfigError.ConfigError | ScalingoError | OtpRequired, HttpClient.HttpClient> =>
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
