/**
 * What happens to an account: keys, tokens, sign-ins, integrations and payments.
 *
 * @since 0.1.0
 */
export * as AccountEvents from "./AccountEvents.js"

/**
 * What happens to the addons of an app.
 *
 * @since 0.1.0
 */
export * as AddonEvents from "./AddonEvents.js"

/**
 * The other side of addons: what a company implements so that its service can be provisioned on Scalingo.
 *
 * @since 0.1.0
 */
export * as AddonProvider from "./AddonProvider.js"

/**
 * The catalogue of addons: who provides them, in which plans and in which categories.
 *
 * @since 0.1.0
 */
export * as AddonProviders from "./AddonProviders.js"

/**
 * Addons: the databases and other services that are provisioned for an app.
 *
 * @since 0.1.0
 */
export * as Addons from "./Addons.js"

/**
 * The bearers of the database API: each addon has its own, kept fresh like the account's.
 *
 * @since 0.1.0
 */
export * as AddonTokens from "./AddonTokens.js"

/**
 * Alerts watch a metric of an app's containers, and tell notifiers when it stays beyond a limit.
 *
 * @since 0.1.0
 */
export * as Alerts from "./Alerts.js"

/**
 * Decoders of answers, for requests that one makes oneself with `RegionalApi.request` and the other APIs.
 *
 * @since 0.1.0
 */
export * as AnswerDecoder from "./AnswerDecoder.js"

/**
 * The APIs of Scalingo, and how a request to one of them is made. The resources (`Apps`, `Addons` …) stand on these; a
 * path that has no resource yet is reached through `request`, with the same sign-in, quota, retries and errors.
 *
 * @since 0.1.0
 */
export * as ApiClient from "./ApiClient.js"

/**
 * The APIs as layers: what the tags of `ApiClient` are made from.
 *
 * @since 0.1.0
 */
export * as ApiLayer from "./ApiLayer.js"

/**
 * What a request to Scalingo is made of, and what comes back before it is decoded.
 *
 * @since 0.1.0
 */
export * as ApiRequest from "./ApiRequest.js"

/**
 * An app, and what can be set of it. `Apps` holds the calls.
 *
 * @since 0.1.0
 */
export * as App from "./App.js"

/**
 * What happens to an app: its life, its containers, its deployments and where it runs.
 *
 * @since 0.1.0
 */
export * as AppEvents from "./AppEvents.js"

/**
 * Apps: their settings, their containers, their logs and what they use.
 *
 * @since 0.1.0
 */
export * as Apps from "./Apps.js"

/**
 * What is changed around an app: domains, collaborators, variables, alerts, autoscalers, log drains and notifiers.
 *
 * @since 0.1.0
 */
export * as AppSettingsEvents from "./AppSettingsEvents.js"

/**
 * Recordings of what was typed and shown in attached one-off containers.
 *
 * @since 0.1.0
 */
export * as AuditLogs from "./AuditLogs.js"

/**
 * Autoscalers start and stop containers of an app so that a metric stays near a target.
 *
 * @since 0.1.0
 */
export * as Autoscalers from "./Autoscalers.js"

/**
 * Who pays for an account, how, and the movements on its balance. The invoices are in `Invoices`.
 *
 * @since 0.1.0
 */
export * as Billing from "./Billing.js"

/**
 * What an effect may change of the calls in it: timeout, headers, dry run; and what it may learn beside their values.
 * The region is set by `Region.withRegion`, retries by `RetryPolicy.withRetryPolicy`, the place in the queue by
 * `Quota.withPriority`.
 *
 * @since 0.1.0
 */
export * as CallSettings from "./CallSettings.js"

/**
 * What the library counts while it works, as Effect metrics: any exporter of the application shows them.
 *
 * @since 0.1.0
 */
export * as ClientMetrics from "./ClientMetrics.js"

/**
 * The people who work on an app beside its owner, and their invitations.
 *
 * @since 0.1.0
 */
export * as Collaborators from "./Collaborators.js"

/**
 * The containers of an app: those that run, the formation that they are started from, and one-off ones. The calls are
 * those of `Apps`.
 *
 * @since 0.1.0
 */
export * as Containers from "./Containers.js"

/**
 * The sizes that containers come in.
 *
 * @since 0.1.0
 */
export * as ContainerSizes from "./ContainerSizes.js"

/**
 * The contracts between an account and Scalingo.
 *
 * @since 0.1.0
 */
export * as Contracts from "./Contracts.js"

/**
 * Commands that an app has the platform run at set times, as `CronTasks` shows them.
 *
 * @since 0.1.0
 */
export * as CronSchema from "./CronSchema.js"

/**
 * Commands that an app has the platform run at set times. They are declared in the `cron.json` of its code, so there
 * is nothing to create or change here.
 *
 * @since 0.1.0
 */
export * as CronTasks from "./CronTasks.js"

/**
 * The consent of an app's owner that Scalingo's operators may look into its containers and databases for a while.
 *
 * @since 0.1.0
 */
export * as DataAccessConsents from "./DataAccessConsents.js"

/**
 * What can be done inside the database system itself: logical databases, extensions, running queries, retention
 * policies. The methods are part of the `Databases` service.
 *
 * @since 0.1.0
 */
export * as DatabaseActions from "./DatabaseActions.js"

/**
 * The backups of databases: making, awaiting, downloading and restoring them.
 *
 * @since 0.1.0
 */
export * as DatabaseBackups from "./DatabaseBackups.js"

/**
 * What happens to databases: features, versions, backups and maintenance.
 *
 * @since 0.1.0
 */
export * as DatabaseEvents from "./DatabaseEvents.js"

/**
 * Who may reach a database from outside: the rules of its firewall.
 *
 * @since 0.1.0
 */
export * as DatabaseFirewallRules from "./DatabaseFirewallRules.js"

/**
 * The logs of databases: where they are, and the archives of past days.
 *
 * @since 0.1.0
 */
export * as DatabaseLogs from "./DatabaseLogs.js"

/**
 * What the platform has done to a database, or will do, in its maintenance window.
 *
 * @since 0.1.0
 */
export * as DatabaseMaintenance from "./DatabaseMaintenance.js"

/**
 * What databases use: now, and over the last hours.
 *
 * @since 0.1.0
 */
export * as DatabaseMetrics from "./DatabaseMetrics.js"

/**
 * What the database API says of what databases use.
 *
 * @since 0.1.0
 */
export * as DatabaseMetricsSchema from "./DatabaseMetricsSchema.js"

/**
 * Databases: their state and settings, upgrades, restorations to a point in time, features, and what can be done
 * inside them. All methods take the database as `{ app, addonId }`; its token is the library's business.
 *
 * @since 0.1.0
 */
export * as Databases from "./Databases.js"

/**
 * What the database API says of a database: its state, its plan, its features and its operations.
 *
 * @since 0.1.0
 */
export * as DatabaseSchema from "./DatabaseSchema.js"

/**
 * How the instances of a database are.
 *
 * @since 0.1.0
 */
export * as DatabaseStatus from "./DatabaseStatus.js"

/**
 * The technologies that databases are made with.
 *
 * @since 0.1.0
 */
export * as DatabaseTypes from "./DatabaseTypes.js"

/**
 * The versions of the technologies that databases are made with.
 *
 * @since 0.1.0
 */
export * as DatabaseTypeVersions from "./DatabaseTypeVersions.js"

/**
 * The users of a database: who may connect, and with which password.
 *
 * @since 0.1.0
 */
export * as DatabaseUsers from "./DatabaseUsers.js"

/**
 * Databases with dedicated resources, which belong to a project and not to an app, and their networks. What is inside
 * them is reached like any other database: see `Databases`.
 *
 * @since 0.1.0
 */
export * as DedicatedDatabases from "./DedicatedDatabases.js"

/**
 * A deployment of an app, as the platform's answers and its deployment stream show it. `Deployments` reads, starts and
 * awaits it.
 *
 * @since 0.1.0
 */
export * as Deployment from "./Deployment.js"

/**
 * Deployments of an app: past ones, new ones from an archive, their output and their end.
 *
 * @since 0.1.0
 */
export * as Deployments from "./Deployments.js"

/**
 * Domains under which an app is reached, and their certificates.
 *
 * @since 0.1.0
 */
export * as Domains from "./Domains.js"

/**
 * Environment variables of an app. A change reaches the containers when they are started again.
 *
 * @since 0.1.0
 */
export * as Environment from "./Environment.js"

/**
 * What the platform says in the body of an answer that is not a success.
 *
 * @since 0.1.0
 */
export * as ErrorBody from "./ErrorBody.js"

/**
 * The categories that the platform sorts its types of events into.
 *
 * @since 0.1.0
 */
export * as EventCategories from "./EventCategories.js"

/**
 * What the data of several event types is made of.
 *
 * @since 0.1.0
 */
export * as EventData from "./EventData.js"

/**
 * What happened to the apps and to the account. `EventTypes` describes the events themselves.
 *
 * @since 0.1.0
 */
export * as Events from "./Events.js"

/**
 * The types of events: all that the platform can tell of, as one union discriminated by `type`; and the platform's own
 * list of types, which notifiers select from.
 *
 * @since 0.1.0
 */
export * as EventTypes from "./EventTypes.js"

/**
 * Whom to reach about an app that hosts health data under the French certification for it (HDS, "hébergeur de données
 * de santé").
 *
 * @since 0.1.0
 */
export * as HdsContacts from "./HdsContacts.js"

/**
 * The invoices of an account.
 *
 * @since 0.1.0
 */
export * as Invoices from "./Invoices.js"

/**
 * The SSH public keys with which an account pushes code.
 *
 * @since 0.1.0
 */
export * as Keys from "./Keys.js"

/**
 * Log drains send the logs of an app, or of a database addon, on to a log management service.
 *
 * @since 0.1.0
 */
export * as LogDrains from "./LogDrains.js"

/**
 * Logs of apps and databases: where they are, what a live tail sends, and the archives of past days.
 *
 * @since 0.1.0
 */
export * as Logs from "./Logs.js"

/**
 * The metrics that alerts and autoscalers can watch. What an app uses is in `Apps.stats` and `Apps.metrics`.
 *
 * @since 0.1.0
 */
export * as Metrics from "./Metrics.js"

/**
 * The services that notifiers can send to: e-mail, Slack, webhooks …
 *
 * @since 0.1.0
 */
export * as NotificationPlatforms from "./NotificationPlatforms.js"

/**
 * Notifiers tell people and programs what happens to an app: by e-mail, Slack, webhook …
 *
 * @since 0.1.0
 */
export * as Notifiers from "./Notifiers.js"

/**
 * Links that deploy a repository to Scalingo with one click, and the buttons that carry them. The page behind a link
 * reads `scalingo.json` from the repository, see `ScalingoManifest`.
 *
 * @since 0.1.0
 */
export * as OneClick from "./OneClick.js"

/**
 * A piece of work that the platform does on an app in the background, as its answers show it. `Operations` reads and
 * awaits it.
 *
 * @since 0.1.0
 */
export * as Operation from "./Operation.js"

/**
 * What goes on in the background after a scaling, a restart or the start of a one-off container: reading it, awaiting
 * its end, following it, and doing one thing at a time to an app.
 *
 * @since 0.1.0
 */
export * as Operations from "./Operations.js"

/**
 * The organisations that an account belongs to.
 *
 * @since 0.1.0
 */
export * as Organizations from "./Organizations.js"

/**
 * The owner of a resource, as resources show it.
 *
 * @since 0.1.0
 */
export * as Owner from "./Owner.js"

/**
 * Pages: their metadata, and walks over them as streams.
 *
 * @since 0.1.0
 */
export * as Pagination from "./Pagination.js"

/**
 * The plans of addons, and the prices that addons and container sizes have.
 *
 * @since 0.1.0
 */
export * as Plans from "./Plans.js"

/**
 * Private networks: how the containers of a project reach each other.
 *
 * @since 0.1.0
 */
export * as PrivateNetworks from "./PrivateNetworks.js"

/**
 * What happens to projects, and to their transfers between accounts.
 *
 * @since 0.1.0
 */
export * as ProjectEvents from "./ProjectEvents.js"

/**
 * Projects group the apps and databases of an account, and can be handed over to another account as a whole.
 *
 * @since 0.1.0
 */
export * as Projects from "./Projects.js"

/**
 * The apps that provisioned an addon, for the provider of that addon. It signs in with the username and the password
 * of its manifest, see `AddonProvider.AddonManifest`.
 *
 * @since 0.1.0
 */
export * as ProviderApps from "./ProviderApps.js"

/**
 * The client's side of Scalingo's request limit: calls wait here for their turn instead of being refused there.
 *
 * @since 0.1.0
 */
export * as Quota from "./Quota.js"

/**
 * What the referral link of an account has brought.
 *
 * @since 0.1.0
 */
export * as Referral from "./Referral.js"

/**
 * In which region of Scalingo an effect runs.
 *
 * @since 0.1.0
 */
export * as Region from "./Region.js"

/**
 * Where the APIs of a region are: by name for the platform's own regions, from the auth API (`GET /regions`) for all
 * others.
 *
 * @since 0.1.0
 */
export * as RegionDirectory from "./RegionDirectory.js"

/**
 * The regions of Scalingo, and the addresses of their APIs.
 *
 * @since 0.1.0
 */
export * as Regions from "./Regions.js"

/**
 * All resources together: one service each, in one layer.
 *
 * @since 0.1.0
 */
export * as Resources from "./Resources.js"

/**
 * Which failures are tried again, when, and how often.
 *
 * @since 0.1.0
 */
export * as RetryPolicy from "./RetryPolicy.js"

/**
 * Everything at once, for a start: all services in one layer, and the words that most programs use.
 *
 * @since 0.1.0
 */
export * as Scalingo from "./Scalingo.js"

/**
 * Where Scalingo is and how the library talks to it. Every key has a default; only a credential is needed, and that
 * belongs to `TokenManager`.
 *
 * @since 0.1.0
 */
export * as ScalingoConfig from "./ScalingoConfig.js"

/**
 * Every way in which a call can fail, as tagged errors with what is needed to act on them.
 *
 * @since 0.1.0
 */
export * as ScalingoError from "./ScalingoError.js"

/**
 * `scalingo.json`, the file at the root of a repository that says how review apps and one-click deployments of it are
 * set up. The platform also reads `app.json`, which has the same form; `scalingo.json` goes first.
 *
 * @since 0.1.0
 */
export * as ScalingoManifest from "./ScalingoManifest.js"

/**
 * The forms in which Scalingo writes dates, durations, secrets and enumerations, as schemas.
 *
 * @since 0.1.0
 */
export * as ScalingoSchema from "./ScalingoSchema.js"

/**
 * What happens between an app and its repository: links and review apps.
 *
 * @since 0.1.0
 */
export * as ScmEvents from "./ScmEvents.js"

/**
 * The accounts on GitHub, GitLab and their self-hosted kin that an account is linked to, and what can be read there.
 * `ScmRepoLinks` links the apps themselves.
 *
 * @since 0.1.0
 */
export * as ScmIntegrations from "./ScmIntegrations.js"

/**
 * The link between an app and a repository of GitHub or GitLab: pushes that deploy by themselves, and a review app for
 * each pull request.
 *
 * @since 0.1.0
 */
export * as ScmRepoLinks from "./ScmRepoLinks.js"

/**
 * Addresses that carry their own permission: backups, archives of logs, invoices, the sources of deployments. They are
 * read and written without signing in, and never shown: whoever has one can use it.
 *
 * @since 0.1.0
 */
export * as SignedUrls from "./SignedUrls.js"

/**
 * Places to put the archive of a deployment for ten minutes.
 *
 * @since 0.1.0
 */
export * as Sources from "./Sources.js"

/**
 * Stacks: the operating systems that apps are built and run on.
 *
 * @since 0.1.0
 */
export * as Stacks from "./Stacks.js"

/**
 * What an app uses, now and over the last hours. The calls are those of `Apps`.
 *
 * @since 0.1.0
 */
export * as Stats from "./Stats.js"

/**
 * The bearer of every call: obtained from an API token, kept fresh, renewed ahead of its end.
 *
 * @since 0.1.0
 */
export * as TokenManager from "./TokenManager.js"

/**
 * API tokens, which stand for an account and never expire, and their exchange for the bearers of requests.
 *
 * @since 0.1.0
 */
export * as Tokens from "./Tokens.js"

/**
 * Two-factor authentication of the account.
 *
 * @since 0.1.0
 */
export * as TwoFactorAuth from "./TwoFactorAuth.js"

/**
 * The account that is signed in: who it is, what it uses, and how it is changed and deleted.
 *
 * @since 0.1.0
 */
export * as Users from "./Users.js"

/**
 * An account and its consumption, as the platform shows them.
 *
 * @since 0.1.0
 */
export * as UserSchema from "./UserSchema.js"

/**
 * How waiting for the platform can end badly: what was awaited failed, or it took too long.
 *
 * @since 0.1.0
 */
export * as WaitError from "./WaitError.js"
