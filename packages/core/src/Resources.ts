/**
 * All resources together: one service each, in one layer.
 *
 * @since 0.1.0
 */
import * as Layer from "effect/Layer"
import * as AddonProviders from "./AddonProviders.js"
import * as Addons from "./Addons.js"
import * as Alerts from "./Alerts.js"
import type { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "./ApiClient.js"
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
import * as Referral from "./Referral.js"
import * as Regions from "./Regions.js"
import * as ScmIntegrations from "./ScmIntegrations.js"
import * as ScmRepoLinks from "./ScmRepoLinks.js"
import type { SignedUrls } from "./SignedUrls.js"
import * as Sources from "./Sources.js"
import * as Stacks from "./Stacks.js"
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
 * All resources, over the four APIs.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  Resources,
  never,
  RegionalApi | AuthApi | BillingApi | DatabaseApi | SignedUrls
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
