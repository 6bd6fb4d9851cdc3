/**
 * Calls every endpoint of the inventory, each with a request that succeeds.
 */
import { Effect, TestClock } from "effect"
import type { Tour, Visit } from "./inventoryCheck.js"
import { at, basic, listOf, Sandbox, type SandboxResponse, withSandbox } from "./sandboxClient.js"

const seed = {
  accounts: [
    { username: "john", company: "Example" },
    { username: "alice" },
    { username: "poor", paymentMethod: false },
    { username: "gone" },
    { username: "tired" }
  ],
  projects: [{ name: "main", default: true }],
  apps: [
    {
      name: "example-app",
      containers: { web: 2, worker: 1 },
      variables: { RAILS_ENV: "production" },
      addons: ["postgresql-business-1024", "opensearch"],
      collaborators: ["alice"]
    },
    { name: "other-app", deployed: false }
  ]
}

/** The id of the resource in a response, or of the first one in its list. */
const idOf = (response: SandboxResponse, root: string): unknown =>
  at(response, `${root}.id`) ?? at(response, `${root}.0.id`)

const pem = (name: string) => `-----BEGIN ${name}-----\nMIIB\n-----END ${name}-----\n`

const apps = ({ visit }: Tour) =>
  Effect.gen(function*() {
    const { id } = yield* Effect.map(visit("Apps.list"), (response) => ({ id: idOf(response, "apps") }))
    yield* visit("Apps.create", { body: { app: { name: "third-app" } } })
    yield* visit("Apps.find", { params: { app: id } })
    const containers = yield* visit("Apps.listContainers")
    yield* visit("Apps.listContainerTypes")
    yield* visit("Apps.stats")
    yield* visit("Apps.metrics", { params: { metric: "cpu", containerType: "web", containerIndex: 1 } })
    yield* visit("Apps.recommendedValue", { params: { metric: "cpu" }, query: { container_type: "web" } })
    yield* visit("Apps.logsUrl")
    yield* visit("Apps.logsArchives")
    yield* visit("CronTasks.find")
    yield* visit("Apps.sendSignal", { params: { containerId: idOf(containers, "containers") } })
    const run = yield* visit("Apps.run")
    yield* TestClock.adjust("1 minute")
    yield* visit("Operations.find", { params: { operationId: at(run, "operation") } })
    const events = yield* visit("Events.listForApp")
    const started = listOf(events, "events").find((event) => event["type"] === "run")
    yield* visit("Events.find", { params: { eventId: started?.["id"] } })
    const recording = typeof started?.["type_data"] === "object"
      ? Reflect.get(started["type_data"] ?? {}, "audit_log_id")
      : ""
    yield* visit("AuditLogs.find", { params: { auditLogId: recording } })
    yield* visit("Apps.stopContainer", { params: { containerId: at(run, "container.id") } })
    yield* visit("Apps.scale")
    yield* TestClock.adjust("1 minute")
    yield* visit("Apps.restart")
    yield* TestClock.adjust("1 minute")
    yield* visit("Apps.createChildApp")
    yield* visit("Apps.listChildApps")
    const { project } = yield* Effect.map(
      visit("Projects.list"),
      (response) => ({ project: idOf(response, "projects") })
    )
    yield* visit("Apps.update", { body: { app: { force_https: true, project_id: project } } })
    yield* visit("Apps.rename", {
      params: { app: "other-app" },
      body: { current_name: "other-app", new_name: "new-name" }
    })
    yield* visit("Apps.delete", { params: { app: "new-name" }, query: { current_name: "new-name" } })
    yield* visit("Events.listForUser")
    yield* visit("Apps.transfer", {
      query: { current_name: "example-app" },
      body: { app: { owner: "alice@example.com" } }
    })
  })

const aroundApps = ({ visit }: Tour) =>
  Effect.gen(function*() {
    const alert = { alertId: idOf(yield* visit("Alerts.create"), "alert") }
    yield* visit("Alerts.list")
    yield* visit("Alerts.find", { params: alert })
    yield* visit("Alerts.update", { params: alert })
    yield* visit("Alerts.delete", { params: alert })

    const autoscaler = { autoscalerId: idOf(yield* visit("Autoscalers.create"), "autoscaler") }
    yield* visit("Autoscalers.list")
    yield* visit("Autoscalers.find", { params: autoscaler })
    yield* visit("Autoscalers.update", { params: autoscaler })
    yield* visit("Autoscalers.delete", { params: autoscaler })

    const tls = { tlscert: pem("CERTIFICATE"), tlskey: pem("RSA PRIVATE KEY") }
    const created = yield* visit("Domains.create", { body: { domain: { name: "example.com", ...tls } } })
    yield* visit("Domains.create", { body: { domain: { name: "*.example.com" } } })
    yield* visit("Domains.create", { body: { domain: { name: "example.localhost" } } })
    yield* TestClock.adjust("1 minute")
    const domain = { domainId: idOf(created, "domain") }
    yield* visit("Domains.list")
    yield* visit("Domains.find", { params: domain })
    yield* visit("Domains.update", { params: domain, body: { domain: tls } })
    yield* visit("Domains.delete", { params: domain })

    const platforms = yield* visit("NotificationPlatforms.list")
    const webhook = idOf(
      yield* visit("NotificationPlatforms.search", { query: { name: "webhook" } }),
      "notification_platforms"
    )
    yield* visit("NotificationPlatforms.find", { params: { platformId: idOf(platforms, "notification_platforms") } })
    const notifier = yield* visit("Notifiers.create", {
      body: { notifier: { platform_id: webhook, name: "Hook", type_data: { webhook_url: "https://example.com" } } }
    })
    const notifierId = idOf(notifier, "notifier")
    yield* visit("Notifiers.list")
    yield* visit("Notifiers.find", { params: { notifierId } })
    yield* visit("Notifiers.update", { params: { notifierId }, body: { notifier: { active: false } } })
    yield* visit("Notifiers.test", { params: { notifierId } })
    yield* visit("Notifiers.delete", { params: { notifierId } })

    const variable = yield* visit("Environment.create", { body: { variable: { name: "RACK_ENV", value: "test" } } })
    yield* visit("Environment.list")
    yield* visit("Environment.update", { params: { variableId: idOf(variable, "variable") } })
    yield* visit("Environment.delete", { params: { variableId: idOf(variable, "variable") } })
    const several = yield* visit("Environment.bulkUpdate")
    yield* visit("Environment.bulkDelete", { body: { variable_ids: [idOf(several, "variables")] } })

    const until = "1970-01-15T00:00:00.000+00:00"
    yield* visit("DataAccessConsents.create", { body: { data_access_consent: { databases_until: until } } })
    yield* visit("DataAccessConsents.update", { body: { data_access_consent: { containers_until: until } } })
    yield* visit("Apps.find")
    yield* visit("DataAccessConsents.delete")

    const health = { app: "health-app" }
    yield* visit("Apps.create", { body: { app: { name: "health-app", hds_resource: true } } })
    yield* visit("HdsContacts.update", { params: health, body: { hds_contact: { name: "Ada", org_type: "company" } } })
    yield* visit("Apps.find", { params: health })

    const invited = yield* visit("Collaborators.invite", { body: { collaborator: { email: "poor@example.com" } } })
    const collaborator = { collaboratorId: idOf(invited, "collaborator") }
    const link = new URL(String(at(invited, "collaborator.invitation_link")))
    yield* visit("Collaborators.acceptInvitation", {
      as: "poor",
      query: { token: link.searchParams.get("token") ?? "" }
    })
    yield* visit("Collaborators.list")
    yield* visit("Collaborators.listAll")
    yield* visit("Collaborators.update", { params: collaborator })
    yield* visit("Collaborators.delete", { params: collaborator })
  })

const addonsAndCode = ({ visit }: Tour) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const dedicated = yield* visit("AddonProviders.list", { query: { dedicated: "true" } })
    yield* visit("AddonProviders.list")
    yield* visit("AddonProviders.listCategories")
    yield* visit("AddonProviders.listPlans", { params: { addonProviderId: idOf(dedicated, "addon_providers") } })
    yield* visit("Addons.list")
    const addon = yield* visit("Addons.provision", {
      body: { addon: { addon_provider_id: "redis", plan_id: "redis-starter-512" } }
    })
    yield* TestClock.adjust("1 minute")
    const addonId = idOf(addon, "addon")
    yield* visit("Addons.find", { params: { addonId } })
    yield* visit("Addons.upgrade", { params: { addonId }, body: { addon: { plan_id: "redis-starter-1024" } } })
    yield* visit("Addons.token", { params: { addonId } })
    yield* visit("Addons.sso", { params: { addonId } })
    yield* visit("LogDrains.createForAddon", { params: { addonId } })
    yield* visit("LogDrains.listForAddon", { params: { addonId } })
    yield* visit("LogDrains.deleteForAddon", { params: { addonId } })
    yield* sandbox.suspendAddons("example-app")
    yield* visit("Addons.resume", { params: { addonId } })
    yield* visit("Addons.delete", { params: { addonId } })
    yield* visit("LogDrains.create")
    yield* visit("LogDrains.list")
    yield* visit("LogDrains.delete")

    const app = idOf(yield* visit("Apps.find"), "app")
    const headers = basic("postgresql", "postgresql-password")
    yield* visit("ProviderApps.list", { headers })
    yield* visit("ProviderApps.find", { headers, params: { appId: app } })
    const config = { SCALINGO_POSTGRESQL_URL: "postgres://new" }
    yield* visit("ProviderApps.update", { headers, params: { appId: app }, body: { config } })

    const source = yield* visit("Sources.create")
    yield* visit("Sources.upload", {
      url: at(source, "source.upload_url"),
      headers: { "content-type": "application/x-gzip" },
      body: new Uint8Array([0x1f, 0x8b])
    })
    yield* visit("Sources.download", { url: at(source, "source.download_url") })
    yield* TestClock.adjust("1 minute")
    const deployment = { deploymentId: idOf(yield* visit("Deployments.create"), "deployment") }
    yield* TestClock.adjust("2 minutes")
    yield* visit("Deployments.list")
    yield* visit("Deployments.find", { params: deployment })
    yield* visit("Deployments.output", { params: deployment })
    yield* visit("Deployments.resetCache")

    const integration = { integrationId: idOf(yield* visit("ScmIntegrations.list"), "scm_integrations") }
    const hosted = idOf(yield* visit("ScmIntegrations.create"), "scm_integration")
    yield* visit("ScmIntegrations.find", { params: integration })
    yield* visit("ScmIntegrations.importKeys", { params: integration })
    yield* visit("ScmIntegrations.listOrganizations", { params: integration })
    yield* visit("ScmIntegrations.searchRepositories", { params: integration, query: { query: "example" } })
    yield* visit("ScmIntegrations.searchPullRequests", { params: integration, query: { query: "is:open" } })
    const repo_name = "john/example-repository"
    yield* visit("ScmIntegrations.listBranches", { params: integration, query: { repo_name } })
    yield* visit("ScmIntegrations.delete", { params: { integrationId: hosted } })

    yield* visit("ScmRepoLinks.create")
    yield* visit("ScmRepoLinks.list")
    yield* visit("ScmRepoLinks.find")
    yield* visit("ScmRepoLinks.update")
    yield* visit("ScmRepoLinks.manualDeploy")
    yield* visit("ScmRepoLinks.listDeployments")
    yield* visit("ScmRepoLinks.manualReviewApp")
    yield* visit("ScmRepoLinks.listReviewApps")
    yield* visit("ScmRepoLinks.listPullRequests")
    yield* visit("ScmRepoLinks.findPullRequest", { params: { pullNumber: 42 } })
    yield* visit("ScmRepoLinks.listBranches")
    yield* visit("ScmRepoLinks.delete")
  })

const projects = ({ visit }: Tour) =>
  Effect.gen(function*() {
    const projectId = idOf(yield* visit("Projects.list"), "projects")
    const created = yield* visit("Projects.create", { body: { project: { name: "second" } } })
    const second = { projectId: idOf(created, "project") }
    yield* visit("Projects.find", { params: second })
    yield* visit("Projects.update", { params: second, body: { project: { name: "renamed" } } })
    yield* visit("Projects.listEvents", { params: second })
    yield* visit("Projects.delete", { params: second })
    yield* visit("PrivateNetworks.findForProject", { params: { projectId } })
    yield* visit("PrivateNetworks.listDomainNames")

    const owners = yield* visit("Projects.listEligibleNewOwners", { params: { projectId } })
    const invited_user_id = at(owners, "eligible_new_owners.0.user_id")
    for (const [end, as] of [["cancel", "john"], ["decline", "alice"], ["accept", "alice"]] as const) {
      const invitation = yield* visit("Projects.createTransferInvitation", {
        params: { projectId },
        body: { transfer_invitation: { invited_user_id } }
      })
      const params = { projectId, invitationId: idOf(invitation, "transfer_invitation") }
      yield* visit("Projects.listTransferInvitations", { params })
      yield* visit("Projects.findTransferInvitation", { params })
      yield* visit(`Projects.${end}TransferInvitation`, { params, as })
    }
  })

const account = ({ visit }: Tour) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const user = yield* visit("Users.self")
    yield* visit("Users.selfAuth")
    yield* visit("Users.listRoles")
    yield* visit("Users.usage")
    yield* visit("Users.update", { params: { userId: idOf(user, "user") } })
    yield* visit("Users.updateAccount", { body: { user: { fullname: "John" } } })
    yield* visit("Users.updateProfile", { body: { user: { email: "john@example.org" } } })
    yield* visit("Users.signUp", { body: { user: { email: "new@example.com", password: "a long password" } } })
    yield* visit("Organizations.list")
    yield* visit("Referral.stats")
    yield* visit("Regions.list")

    yield* visit("Tokens.create", { headers: basic("john", "john-password") })
    const tokenId = idOf(yield* visit("Tokens.list"), "tokens")
    yield* visit("Tokens.find", { params: { tokenId } })
    const renewed = yield* visit("Tokens.renew", { params: { tokenId } })
    yield* visit("Tokens.exchange", { headers: basic("", String(at(renewed, "token.token"))) })
    yield* visit("Tokens.delete", { params: { tokenId: idOf(renewed, "token") } })

    const key = { keyId: idOf(yield* visit("Keys.create"), "key") }
    yield* visit("Keys.list")
    yield* visit("Keys.find", { params: key })
    yield* visit("Keys.delete", { params: key })

    const tfa = { attempt: "123456" }
    yield* visit("TwoFactorAuth.status")
    yield* visit("TwoFactorAuth.initiate", { body: { tfa: { provider: "totp" } } })
    yield* visit("TwoFactorAuth.validate", { body: { tfa } })
    yield* visit("TwoFactorAuth.disable", { body: { tfa } })

    const contractId = idOf(yield* visit("Contracts.list"), "contracts")
    yield* visit("Contracts.history")
    yield* visit("Contracts.find", { params: { contractId } })
    yield* visit("Contracts.accept", { params: { contractId }, body: { locale: "en" } })

    yield* visit("Users.requestDeletion", { as: "gone" })
    const [mail] = yield* sandbox.mails
    const { deletion_id: deletionId, token } = mail?.data ?? {}
    yield* visit("Users.confirmDeletion", { as: "gone", params: { deletionId }, body: { deletion: { token } } })
    yield* visit("Users.delete", { as: "tired" })
  })

const money = ({ visit }: Tour) =>
  Effect.gen(function*() {
    const found = yield* visit("Billing.findProfile")
    yield* visit("Billing.profile")
    const profile = {
      name: "Jane",
      address_line1: "1 rue Haute",
      address_zip: "67000",
      address_city: "Strasbourg",
      address_country: "France"
    }
    yield* visit("Billing.createProfile", { as: "poor", body: { profile } })
    yield* visit("Billing.updateProfile", { params: { profileId: idOf(found, "profile") }, body: { profile } })
    yield* visit("Users.stopFreeTrial")
    yield* TestClock.adjust("70 days")
    yield* visit("Billing.listOperations")
    const invoiceId = idOf(yield* visit("Invoices.list"), "invoices")
    yield* visit("Invoices.find", { params: { invoiceId } })
    yield* visit("Invoices.download", { params: { invoiceId } })
  })

const forAll = ({ visit }: Tour) =>
  Effect.forEach(
    ["ContainerSizes.list", "EventCategories.list", "EventTypes.list", "Metrics.list", "Stacks.list"],
    (name) => visit(name)
  )

/** Calls endpoints of the database API with the token of an addon. */
const withAddon = ({ visit }: Tour, index: number, app = "example-app") =>
  Effect.gen(function*() {
    const databaseId = at(yield* visit("Addons.list", { params: { app } }), `addons.${index}.id`)
    const token = String(at(yield* visit("Addons.token", { params: { app, addonId: databaseId } }), "addon.token"))
    return (name: string, { headers, params, ...rest }: Visit = {}) =>
      visit(name, {
        ...rest,
        headers: { ...headers, authorization: `Bearer ${token}` },
        params: { databaseId, ...params }
      })
  })

const databases = (tour: Tour) =>
  Effect.gen(function*() {
    const visit = yield* withAddon(tour, 0)
    const database = yield* visit("Databases.find")
    yield* visit("Databases.update")
    yield* visit("Databases.plan")
    yield* visit("Databases.findPlan", { params: { planName: "postgresql-sandbox" }, query: { type: "postgresql" } })
    yield* visit("Databases.ping")
    yield* visit("Databases.lag")
    yield* tour.visit("Databases.caCertificate")
    yield* visit("Databases.action", { body: { action_name: "list-extensions", params: null } })
    yield* visit("Databases.enableFeature")
    yield* visit("Databases.disableFeature", { query: { feature: "force-ssl" } })
    const window = yield* visit("Databases.pitrRecoveryWindow")
    yield* TestClock.adjust("1 minute")
    const restore_time = at(window, "recovery_window.latest_recoverable_at")
    const restored = yield* visit("Databases.pitrRestore", { body: { restore_time } })
    yield* visit("Databases.findOperation", { params: { operationId: at(restored, "operation_id") } })
    yield* TestClock.adjust("1 minute")
    yield* visit("Databases.upgrade")
    yield* visit("Databases.find")
    yield* TestClock.adjust("1 minute")

    yield* visit("DatabaseMetrics.current")
    yield* visit("DatabaseMetrics.series", { params: { metric: "cpu" } })
    const instances = yield* visit("DatabaseStatus.instances")
    const instance = { instanceId: at(instances, "0.id"), metric: "memory" }
    yield* visit("DatabaseMetrics.instanceSeries", { params: instance })
    yield* visit("DatabaseLogs.url")
    yield* visit("DatabaseLogs.archives")
    const maintenance = yield* visit("DatabaseMaintenance.list")
    yield* visit("DatabaseMaintenance.find", { params: { maintenanceId: idOf(maintenance, "maintenance") } })

    const database_id = at(database, "database.id")
    const user = { database_id, name: "my-user", read_only: false }
    const username = { username: "my-user" }
    const password = "K_gaef6ripo7Ao4Uaxai6Kiey"
    yield* visit("DatabaseUsers.create", { body: { database_user: user } })
    yield* visit("DatabaseUsers.list")
    yield* visit("DatabaseUsers.update", {
      params: username,
      body: { database_user: { database_id, password, password_confirmation: password } }
    })
    yield* visit("DatabaseUsers.resetPassword", { params: username })
    yield* visit("DatabaseUsers.delete", { params: username })

    const backupId = idOf(yield* visit("DatabaseBackups.create"), "database_backup")
    yield* TestClock.adjust("1 minute")
    yield* visit("DatabaseBackups.list")
    yield* visit("DatabaseBackups.find", { params: { backupId } })
    yield* visit("DatabaseBackups.findById", { params: { backupId } })
    const { url } = yield* Effect.map(
      visit("DatabaseBackups.downloadUrl", { params: { backupId } }),
      (response) => ({ url: at(response, "download_url") })
    )
    yield* tour.visit("DatabaseBackups.download", { url })
    const restorationId = at(yield* visit("DatabaseBackups.restore", { params: { backupId } }), "id")
    yield* TestClock.adjust("1 minute")
    yield* visit("DatabaseBackups.findRestoration", { params: { restorationId } })

    const type = yield* visit("DatabaseTypes.list")
    yield* visit("DatabaseTypes.find", { params: { typeId: idOf(type, "database_types") } })
    yield* visit("DatabaseTypeVersions.find", { params: { versionId: at(database, "database.version_id") } })

    const rule = { type: "custom_range", cidr: "203.0.113.0/24", label: "office" }
    const ruleId = idOf(yield* visit("DatabaseFirewallRules.create", { body: { firewall_rule: rule } }), "rule")
    yield* visit("DatabaseFirewallRules.list")
    yield* visit("DatabaseFirewallRules.update", { params: { ruleId }, body: { firewall_rule: { label: "home" } } })
    yield* visit("DatabaseFirewallRules.delete", { params: { ruleId } })
    yield* visit("DatabaseFirewallRules.listManagedRanges")

    const search = yield* withAddon(tour, 1)
    yield* search("DatabaseMetrics.health")
  })

const dedicated = (tour: Tour) =>
  Effect.gen(function*() {
    const { visit } = tour
    const projectId = idOf(yield* visit("Projects.list"), "projects")
    yield* visit("DedicatedDatabases.create", {
      body: {
        database: {
          name: "my-postgres-db",
          technology: "postgresql-ng",
          plan: "postgresql-dr-starter-4096",
          project_id: projectId
        }
      }
    })
    yield* TestClock.adjust("1 minute")
    const params = { database: "my-postgres-db" }
    yield* visit("DedicatedDatabases.list")
    yield* visit("DedicatedDatabases.find", { params })
    yield* visit("DedicatedDatabases.networkConfiguration", { params })
    const peering = yield* visit("DedicatedDatabases.createNetPeering", {
      params,
      body: { outscale_net_peering_id: "pcx-12345678" }
    })
    const netPeeringId = idOf(peering, "net_peering")
    yield* visit("DedicatedDatabases.listEndpoints", { params })
    yield* visit("DedicatedDatabases.listNetPeerings", { params })
    yield* visit("DedicatedDatabases.findNetPeering", { params: { ...params, netPeeringId } })
    yield* visit("DedicatedDatabases.deleteNetPeering", { params: { ...params, netPeeringId } })
    const inside = yield* withAddon(tour, 0, "my-postgres-db")
    yield* inside("Databases.find")
    yield* inside("Databases.plan")
  })

const legs = [apps, aroundApps, addonsAndCode, projects, account, money, forAll, databases, dedicated]

/** Each leg has its own sandbox. */
export const wholeTour = (tour: Tour) =>
  Effect.forEach(legs, (leg) => leg(tour).pipe(withSandbox(seed)), { discard: true })
