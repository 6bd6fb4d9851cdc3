/**
 * The databases behind addons. A record is made when a request first asks for it: the addon tells all that matters.
 */
import * as Effect from "effect/Effect"
import { domainOf, planOf, providerOf } from "./addons.js"
import { addonCategories } from "./catalog.js"
import {
  findTechnology,
  nextVersion,
  offerOf,
  readable,
  type Technology,
  usualVersion,
  type Version
} from "./databaseCatalog.js"
import type { Addon, App } from "./models.js"
import { takeTime } from "./operations.js"
import { forbidden, invalid, notFound, type Refusal } from "./responses.js"
import type { AddonCall } from "./route.js"
import { iso, isoOrNull, remember, slot, type State } from "./state.js"

type FeatureStatus = "ACTIVATED" | "PENDING_TO_ACTIVATE" | "FAILED"

interface RetentionPolicy {
  readonly name: string
  readonly duration: string
  readonly default: boolean
}

/** What is inside a database, as far as the API can tell. Never changed in place: backups keep it as it was. */
export interface Content {
  /** The logical databases beside the one of the platform. */
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

type DatabaseStatus = "creating" | "running" | "migrating" | "updating" | "upgrading" | "stopped"

export interface Database {
  /** Its own id; requests name it by the id of its addon. */
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
  /** The operation under way, and what the database is meanwhile. */
  current: { readonly operation: DatabaseOperation; readonly status: DatabaseStatus } | undefined
  content: Content
  /** What was inside from when on, oldest first. */
  readonly history: Array<{ readonly at: number; readonly content: Content }>
}

const databases = slot(() => new Map<string, Database>())

const initialContent: Content = {
  databases: [],
  extensions: [{ name: "plpgsql", version: "v1.0" }],
  policies: [{ name: "autogen", duration: "0", default: true }]
}

const technologyOf = (addon: Addon): Technology | undefined => {
  const provider = providerOf(addon)
  return provider.categoryId === addonCategories[0].id ? findTechnology(provider.id) : undefined
}

const create = (state: State, app: App, addon: Addon, technology: Technology): Database => ({
  id: state.ids.hex(),
  app,
  addon,
  technology,
  version: usualVersion(technology),
  createdAt: addon.provisionedAt,
  features: new Map(technology.name === "redis" ? [["redis-rdb", "ACTIVATED"]] : []),
  backupsEnabled: offerOf(technology, planOf(addon)).backups,
  backupHours: [0],
  window: { weekday: 3, hour: 21 },
  dataNodeIds: [state.ids.uuid(), state.ids.uuid(), state.ids.uuid()],
  gatewayIds: [state.ids.uuid(), state.ids.uuid()],
  operations: new Map(),
  current: undefined,
  content: initialContent,
  history: [{ at: addon.provisionedAt, content: initialContent }]
})

/** The database of an addon; `undefined` for an addon that is something else. */
export const databaseOf = (state: State, app: App, addon: Addon): Database | undefined => {
  const known = databases(state).get(addon.id)
  if (known !== undefined) return known
  const technology = technologyOf(addon)
  if (technology === undefined) return undefined
  const database = create(state, app, addon, technology)
  databases(state).set(addon.id, database)
  return database
}

/** Whether the addon is still there: what was planned for a database may come too late. */
export const isGone = (state: State, database: Database): boolean =>
  state.addons.get(database.addon.id) !== database.addon

/** What one route file alone knows of each database. */
export const perDatabase = <A>(
  initial: (state: State, database: Database) => A
): (state: State, database: Database) => A => {
  const of = remember<Database, A>()
  return (state, database) => of(database, () => initial(state, database))
}

/**
 * The database that the path names by the id of its addon: 404 when there is none in the region, 403 with the token of
 * another addon.
 */
export const findDatabase = (call: AddonCall): Effect.Effect<Database, Refusal> => {
  const addon = call.state.addons.get(call.param("databaseId"))
  const app = addon === undefined ? undefined : call.state.apps.get(addon.appId)
  if (addon === undefined || app === undefined || app.region !== call.region) return notFound("database")
  if (addon.id !== call.addon.id) return forbidden("the token is the one of another database")
  const database = databaseOf(call.state, app, addon)
  return database === undefined ? notFound("database") : Effect.succeed(database)
}

/** What the plan of the moment offers. */
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

/** 422 while a database is being made or changed, or is stopped. */
const requireRunning = (database: Database): Effect.Effect<void, Refusal> => {
  const status = statusOf(database)
  return status === "running" ? Effect.void : invalid({ database: [`is ${status}, nothing can be done to it`] })
}

/** A database that exists and runs. */
export const findRunning = (call: AddonCall): Effect.Effect<Database, Refusal> =>
  Effect.tap(findDatabase(call), (database) => requireRunning(database))

/** Starts an operation: pending, running, then finished or error. */
export const startDatabaseOperation = (state: State, database: Database, input: {
  readonly type: string
  /** What the database is meanwhile. */
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
  takeTime(state, database.app, {
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
  migrating: "migrating",
  updating: "migrating",
  upgrading: "upgrading",
  stopped: "stopped"
}

/** Gateways first, as many of both kinds as the plan has. */
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

/** Host and port, those of the variable that the app got. */
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
