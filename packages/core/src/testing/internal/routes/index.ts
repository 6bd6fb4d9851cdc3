/**
 * All routes of the sandbox.
 */
import { onRegionalHost, type Route } from "../route.js"
import { addons } from "./addons.js"
import { alerts } from "./alerts.js"
import { apps } from "./apps.js"
import { auditLogs } from "./auditLogs.js"
import { autoscalers } from "./autoscalers.js"
import { billing } from "./billing.js"
import { collaborators } from "./collaborators.js"
import { containers } from "./containers.js"
import { containerSizes } from "./containerSizes.js"
import { stats } from "./containerStats.js"
import { contracts } from "./contracts.js"
import { cronTasks } from "./cronTasks.js"
import { dataAccessConsents } from "./dataAccessConsents.js"
import { databaseActions } from "./databaseActions.js"
import { databaseBackups } from "./databaseBackups.js"
import { databaseFirewallRules } from "./databaseFirewallRules.js"
import { databaseLogs } from "./databaseLogs.js"
import { databaseMaintenance } from "./databaseMaintenance.js"
import { databaseMetrics } from "./databaseMetrics.js"
import { databases } from "./databases.js"
import { databaseStatus } from "./databaseStatus.js"
import { databaseTypes } from "./databaseTypes.js"
import { databaseUsers } from "./databaseUsers.js"
import { dedicatedDatabases } from "./dedicatedDatabases.js"
import { deployments } from "./deployments.js"
import { deploymentStream } from "./deploymentStream.js"
import { domains } from "./domains.js"
import { environment } from "./environment.js"
import { eventCategories } from "./eventCategories.js"
import { events } from "./events.js"
import { eventTypes } from "./eventTypes.js"
import { hdsContacts } from "./hdsContacts.js"
import { invoices } from "./invoices.js"
import { keys } from "./keys.js"
import { logArchives } from "./logArchives.js"
import { logDrains } from "./logDrains.js"
import { logs } from "./logs.js"
import { metrics } from "./metrics.js"
import { notificationPlatforms } from "./notificationPlatforms.js"
import { notifiers } from "./notifiers.js"
import { oneOffs } from "./oneOffs.js"
import { operations } from "./operations.js"
import { organizations } from "./organizations.js"
import { privateNetworks } from "./privateNetworks.js"
import { projects } from "./projects.js"
import { providerApps } from "./providerApps.js"
import { referral } from "./referral.js"
import { regions } from "./regions.js"
import { scmIntegrations } from "./scmIntegrations.js"
import { scmRepoLinks } from "./scmRepoLinks.js"
import { sources } from "./sources.js"
import { stacks } from "./stacks.js"
import { tokens } from "./tokens.js"
import { twoFactorAuth } from "./twoFactorAuth.js"
import { users } from "./users.js"

const all: ReadonlyArray<Route> = [
  ...addons,
  ...alerts,
  ...apps,
  ...auditLogs,
  ...autoscalers,
  ...billing,
  ...collaborators,
  ...containers,
  ...containerSizes,
  ...contracts,
  ...cronTasks,
  ...dataAccessConsents,
  ...databaseActions,
  ...databaseBackups,
  ...databaseFirewallRules,
  ...databaseLogs,
  ...databaseMaintenance,
  ...databaseMetrics,
  ...databases,
  ...databaseStatus,
  ...databaseTypes,
  ...databaseUsers,
  ...dedicatedDatabases,
  ...deployments,
  ...deploymentStream,
  ...domains,
  ...environment,
  ...eventCategories,
  ...events,
  ...eventTypes,
  ...hdsContacts,
  ...invoices,
  ...keys,
  ...logArchives,
  ...logDrains,
  ...logs,
  ...metrics,
  ...notificationPlatforms,
  ...notifiers,
  ...oneOffs,
  ...operations,
  ...organizations,
  ...privateNetworks,
  ...projects,
  ...providerApps,
  ...referral,
  ...regions,
  ...scmIntegrations,
  ...scmRepoLinks,
  ...sources,
  ...stacks,
  ...stats,
  ...tokens,
  ...twoFactorAuth,
  ...users
]

export const routes: ReadonlyArray<Route> = [...all, ...onRegionalHost(all)]
