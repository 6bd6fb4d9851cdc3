/**
 * The databases behind addons. A database is created from its addon when a request first names it.
 */
import * as Effect from "effect/Effect"
import { domainOf, planOf, providerOf } from "./addons.js"
import { addonCategories } from "./catalog.js"
import {
  defaultVersion,
  findTechnology,
  nextVersion,
  offerOf,
  readable,
  type Technology,
  type Version
} from "./databaseCatalog.js"
import type { Addon, App } from "./models.js"
import { startTimedTask } from "./operations.js"
import { invalid, notFound, type Refusal } from "./responses.js"
import { type AddonCall, refuseToken } from "./route.js"
import { iso, isoOrNull, memoizeByKey, type State, statePart } from "./state.js"

type FeatureStatus = "ACTIVATED" | "PENDING_TO_ACTIVATE" | "FAILED"

interface RetentionPolicy {
  readonly name: string
  readonly duration: string
  readonly default: boolean
}

/** The content of a database, as far as the API shows it. Immutable, since backups share it. */
export interface Content {
  /** The logical databases, without the protected one. */
  readonly databases: ReadonlyArray<string>
  readonly extensions: ReadonlyArray<{ readonly name: string; readonly version: string }>
  readonly policies: ReadonlyArray<RetentionPolicy>
}

export interface DatabaseOperation {
  readonly id: string
  readonly type: string
  status: "pending" | "running" | "finished" | "error"
  readonly createdAt: number
  finishedAt: number | null
  error: string | null
}

type DatabaseStatus = "creating" | "running" | "updating" | "upgrading" | "stopped"

export interface Database {
  /** Requests name a database by the id of its addon instead. */
  readonly id: string
  readonly app: App
  readonly addon: Addon
  readonly technology: Technology
  version: Version
  readonly createdAt: number
  readonly features: Map<string, FeatureStatus>
  backupsEnabled: boolean
  /** Hours of the day, UTC. */
  backupHours: ReadonlyArray<number>
  window: { readonly weekday: number; readonly hour: number }
  /** As many as the largest plan has. */
  readonly dataNodeIds: ReadonlyArray<string>
  readonly gatewayIds: ReadonlyArray<string>
  readonly operations: Map<string, DatabaseOperation>
  /** The operation under way, and the status of the database meanwhile. */
  current: { readonly operation: DatabaseOperation; readonly status: DatabaseStatus } | undefined
  content: Content
  /** Every content and when it began, oldest first. */
  readonly history: Array<{ readonly at: number; readonly content: Content }>
}

const databases = statePart(() => new Map<string, Database>())

const initialContent: Content = {
  databases: [],
  extensions: [{ name: "plpgsql", version: "v1.0" }],
  policies: [{ name: "autogen", duration: "0", default: true }]
}

const technologyOf = (addon: Addon): Technology | undefined => {
  const provider = providerOf(addon)
  return provider.categoryId === addonCategories[0].id ? findTechnology(provider.id) : undefined
}

const create = (state: State, app: App, addon: Addon, technology: Technology): Database => {
  const ids = state.idsOf(addon.id)
  return {
    id: ids.hex(),
    app,
    addon,
    technology,
    version: defaultVersion(technology),
    createdAt: addon.provisionedAt,
    features: new Map(technology.name === "redis" ? [["redis-rdb", "ACTIVATED"]] : []),
    backupsEnabled: offerOf(technology, planOf(addon)).backups,
    backupHours: [0],
    window: { weekday: 3, hour: 21 },
    dataNodeIds: [ids.uuid(), ids.uuid(), ids.uuid()],
    gatewayIds: [ids.uuid(), ids.uuid()],
    operations: new Map(),
    current: undefined,
    content: initialContent,
    history: [{ at: addon.provisionedAt, content: initialContent }]
  }
}

/** The database of an addon; `undefined` for an addon that is not a database. */
export const databaseOf = (state: State, app: App, addon: Addon): Database | undefined => {
  const known = databases(state).get(addon.id)
  if (known !== undefined) return known
  const technology = technologyOf(addon)
  if (technology === undefined) return undefined
  const database = create(state, app, addon, technology)
  databases(state).set(addon.id, database)
  return database
}

/** Whether the addon has been removed, so that what was scheduled for the database must not happen. */
export const isGone = (state: State, database: Database): boolean =>
  state.addons.get(database.addon.id) !== database.addon

/** A part of the state for each database: `const users = perDatabase(() => new Map<string, User>())`. */
export const perDatabase = <A>(
  initial: (state: State, database: Database) => A
): (state: State, database: Database) => A => {
  const of = memoizeByKey<Database, A>()
  return (state, database) => of(database, () => initial(state, database))
}

/**
 * The database that the path names by the id of its addon. 404 when the region has no such database; 400 with the token
 * of another addon.
 */
export const findDatabase = (call: AddonCall): Effect.Effect<Database, Refusal> => {
  const addon = call.state.addons.get(call.param("databaseId"))
  const app = addon === undefined ? undefined : call.state.apps.get(addon.appId)
  if (addon === undefined || app === undefined || app.region !== call.region) return notFound("database")
  if (addon.id !== call.addon.id) return refuseToken
  const database = databaseOf(call.state, app, addon)
  return database === undefined ? notFound("database") : Effect.succeed(database)
}

/** What the current plan offers. */
export const currentOffer = ({ addon, technology }: Database) => offerOf(technology, planOf(addon))

export const isPostgresql = ({ technology }: Database): boolean => technology.name.startsWith("postgresql")

export const statusOf = (database: Database): DatabaseStatus => {
  switch (database.addon.status) {
    case "suspended":
      return "stopped"
    case "provisioning":
      return database.addon.hasRun ? "updating" : "creating"
    case "running":
      return database.current?.status ?? "running"
  }
}

/** 422 unless the database is running. */
const requireRunning = (database: Database): Effect.Effect<void, Refusal> => {
  const status = statusOf(database)
  return status === "running" ? Effect.void : invalid({ database: [`is ${status}, nothing can be done to it`] })
}

/** The database that the path names. 422 unless it is running. */
export const findRunning = (call: AddonCall): Effect.Effect<Database, Refusal> =>
  Effect.tap(findDatabase(call), (database) => requireRunning(database))

/** Starts an operation: pending, running, then finished or error. */
export const startDatabaseOperation = (state: State, database: Database, input: {
  readonly type: string
  /** The status of the database meanwhile. */
  readonly status: DatabaseStatus
  readonly finish: () => void
}): DatabaseOperation => {
  const operation: DatabaseOperation = {
    id: state.ids.hex(),
    type: input.type,
    status: "pending",
    createdAt: state.now(),
    finishedAt: null,
    error: null
  }
  database.operations.set(operation.id, operation)
  database.current = { operation, status: input.status }
  startTimedTask(state, database.app, {
    begin: () => {
      operation.status = "running"
    },
    end: (failure) => {
      operation.finishedAt = state.now()
      operation.status = failure === undefined ? "finished" : "error"
      operation.error = failure ?? null
      database.current = undefined
      if (failure === undefined && !isGone(state, database)) input.finish()
    }
  })
  return operation
}

export const renderDatabaseOperation = (operation: DatabaseOperation) => ({
  id: operation.id,
  type: operation.type,
  status: operation.status,
  created_at: iso(operation.createdAt),
  finished_at: isoOrNull(operation.finishedAt),
  error: operation.error
})

export const setContent = (state: State, database: Database, content: Content): void => {
  database.content = content
  database.history.push({ at: state.now(), content })
}

export const contentAt = (database: Database, at: number): Content =>
  database.history.findLast((known) => known.at <= at)?.content ?? initialContent

export interface Instance {
  readonly id: string
  readonly hostname: string
  readonly port: number
  readonly status: "booting" | "running" | "migrating" | "upgrading" | "stopped"
  readonly type: "db-node" | "gateway"
  readonly role: "leader" | "follower" | ""
  readonly privateIp: string
}

const instanceStatus: { readonly [status in DatabaseStatus]: Instance["status"] } = {
  creating: "booting",
  running: "running",
  updating: "migrating",
  upgrading: "upgrading",
  stopped: "stopped"
}

/** Gateways first. The plan decides how many there are of each type. */
export const instancesOf = (database: Database): ReadonlyArray<Instance> => {
  const { dataNodes, gateways } = currentOffer(database)
  const status = instanceStatus[statusOf(database)]
  const { port } = providerOf(database.addon)
  const instance = (id: string, type: Instance["type"], index: number): Instance => ({
    id,
    hostname: `${id}.${domainOf(database.app, database.addon)}`,
    port: port + index,
    status,
    type,
    role: type === "gateway" || dataNodes === 1 ? "" : index === 0 ? "leader" : "follower",
    privateIp: `10.20.${type === "gateway" ? 1 : 0}.${10 + index}`
  })
  return [
    ...database.gatewayIds.slice(0, gateways).map((id, index) => instance(id, "gateway", index)),
    ...database.dataNodeIds.slice(0, dataNodes).map((id, index) => instance(id, "db-node", index))
  ]
}

/** Host and port, as in the variable of the app. */
export const addressOf = ({ addon, app }: Database) => ({ host: domainOf(app, addon), port: providerOf(addon).port })

export const renderWindow = ({ window }: Database) => ({
  weekday_utc: window.weekday,
  starting_hour_utc: window.hour,
  duration_in_hour: 8
})

export const renderDatabase = (database: Database) => {
  const { addon, app, technology, version } = database
  const { name, pitrDays } = currentOffer(database)
  const { host, port } = addressOf(database)
  const instances = instancesOf(database)
  return {
    id: database.id,
    resource_id: addon.resourceId,
    app_name: app.name,
    created_at: iso(database.createdAt),
    encryption_at_rest: true,
    features: Array.from(database.features, ([name, status]) => ({ name, status })),
    plan: name,
    status: statusOf(database),
    type_id: technology.id,
    type_name: technology.name,
    version_id: version.id,
    readable_version: readable(version),
    mongo_repl_set_name: technology.name === "mongodb" ? `${addon.resourceId}-rs0` : "",
    hostname: `${host}:${port}`,
    instances: instances.map((it) => ({
      id: it.id,
      hostname: it.hostname,
      port: it.port,
      status: it.status,
      type: it.type,
      features: [],
      private_ip: it.privateIp
    })),
    next_version_id: nextVersion(version)?.id ?? null,
    current_operation_id: database.current?.operation.id ?? null,
    cluster: instances.length > 1,
    periodic_backups_enabled: database.backupsEnabled,
    periodic_backups_scheduled_at: database.backupHours,
    first_pitr_backup: pitrDays > 0 ? iso(database.createdAt) : null,
    flags: [],
    maintenance_window: renderWindow(database),
    ...(isPostgresql(database) ? { postgresql_config: { timescaledb_enabled: false } } : {})
  }
}
