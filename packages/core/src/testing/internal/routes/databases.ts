/**
 * Databases: settings, upgrades, features and point-in-time restoration.
 */
import * as Effect from "effect/Effect"

import * as Schema from "effect/Schema"
import { providerOf } from "../addons.js"
import { findPlan, findProvider } from "../catalog.js"
import { backupsOf } from "../databaseBackups.js"
import {
  caCertificate,
  findTechnology,
  nextVersion,
  offerOf,
  pluginsOf,
  readable,
  renderOffer
} from "../databaseCatalog.js"
import {
  contentAt,
  currentOffer,
  type Database,
  databaseOf,
  type DatabaseOperation,
  findDatabase,
  findRunning,
  instancesOf,
  isPostgresql,
  renderDatabase,
  renderDatabaseOperation,
  renderWindow,
  setContent,
  startDatabaseOperation
} from "../databases.js"
import { day } from "../durations.js"
import { record } from "../events.js"
import { between, Instant, NonBlank } from "../inputSchemas.js"
import { startTimedTask } from "../operations.js"
import { badRequest, invalid, json, notFound, type Refusal, text } from "../responses.js"
import { type AddonCall, database, databasePublic, type Route } from "../route.js"
import { iso } from "../state.js"
import { moveMaintenance } from "./databaseMaintenance.js"

const Hour = between(0, 23)

const Settings = Schema.Struct({
  periodic_backups_enabled: Schema.optional(Schema.Boolean),
  // One hour as documented; the official JavaScript client sends a list.
  periodic_backups_scheduled_at: Schema.optional(Schema.Union(Hour, Schema.Array(Hour))),
  maintenance_window: Schema.optional(Schema.Struct({
    weekday_utc: Schema.optional(between(0, 6)),
    starting_hour_utc: Schema.optional(Hour)
  }))
})

const update = (call: AddonCall) =>
  Effect.gen(function*() {
    const it = yield* findDatabase(call)
    const input = yield* call.input("database", Settings)
    if (input.periodic_backups_enabled === true && !currentOffer(it).backups) {
      return yield* invalid({ periodic_backups_enabled: ["is not available with this plan"] })
    }
    // Makes the backups that the old schedule demands up to now.
    backupsOf(call.state, it)
    it.backupsEnabled = input.periodic_backups_enabled ?? it.backupsEnabled
    const hours = input.periodic_backups_scheduled_at
    if (hours !== undefined) it.backupHours = typeof hours === "number" ? [hours] : hours
    if (input.maintenance_window !== undefined) {
      it.window = {
        weekday: input.maintenance_window.weekday_utc ?? it.window.weekday,
        hour: input.maintenance_window.starting_hour_utc ?? it.window.hour
      }
      moveMaintenance(call.state, it)
    }
    return json({ database: renderDatabase(it) })
  })

const upgrade = (call: AddonCall) =>
  Effect.gen(function*() {
    const it = yield* findRunning(call)
    const before = it.version
    const next = nextVersion(before)
    if (next === undefined) return yield* invalid({ version: ["is already the latest"] })
    const operation = startDatabaseOperation(call.state, it, {
      type: "upgrade",
      status: "upgrading",
      finish: () => {
        it.version = next
        record(call.state, {
          type: "upgrade_database",
          user: call.account,
          app: it.app,
          data: {
            addon_name: it.technology.displayName,
            old_version: readable(before),
            new_version: readable(next)
          }
        })
      }
    })
    return json(
      {
        message: `Database upgrade to ${readable(next)} is pending`,
        operation_id: operation.id,
        id: next.id,
        major: next.major,
        minor: next.minor,
        patch: next.patch,
        build: next.build,
        release_number: next.release,
        created_at: iso(next.releasedAt),
        updated_at: iso(next.releasedAt),
        deleted_at: null,
        database_type_id: next.typeId,
        features: next.features,
        maintenance_window: renderWindow(it),
        warning_message: "",
        allowed_plugins: pluginsOf(next) ?? []
      },
      202,
      { location: `${call.state.urls.database(call.region)}/api/operations/${operation.id}` }
    )
  })

/** The instants between which the content can be restored; `undefined` when the plan has no such backups. */
const recoveryWindow = (call: AddonCall, it: Database) => {
  const { pitrDays } = currentOffer(it)
  return pitrDays === 0 ? undefined : { from: Math.max(it.createdAt, call.now - pitrDays * day), to: call.now }
}

const onlyPostgresql = (it: Database) =>
  isPostgresql(it) ? Effect.void : badRequest("point-in-time restoration is only available for PostgreSQL databases")

const pitrRestore = (call: AddonCall) =>
  Effect.gen(function*() {
    const it = yield* findRunning(call)
    yield* onlyPostgresql(it)
    const { restore_time } = yield* call.input(undefined, Schema.Struct({ restore_time: Instant }))
    const at = Date.parse(restore_time)
    const window = recoveryWindow(call, it)
    if (window === undefined || at < window.from || at > window.to) {
      return yield* invalid({ restore_time: ["is not in the recovery window"] })
    }
    const operation = startDatabaseOperation(call.state, it, {
      type: "pitr_restore",
      status: "updating",
      finish: () => setContent(call.state, it, contentAt(it, at))
    })
    // Only the id is documented; the official clients read the operation.
    return json({ operation_id: operation.id, operation: renderDatabaseOperation(operation) }, 201)
  })

const recordFeature = (call: AddonCall, it: Database, type: string, feature: string) =>
  record(call.state, {
    type,
    user: call.account,
    app: it.app,
    data: {
      feature,
      addon_provider_name: providerOf(it.addon).name,
      addon_provider_id: it.addon.providerId,
      addon_uuid: it.addon.id,
      remote_ip: "127.0.0.1"
    }
  })

const generalFeatures: ReadonlyArray<string> = ["force-ssl", "publicly-available"]

const enableFeature = (call: AddonCall) =>
  Effect.gen(function*() {
    const it = yield* findRunning(call)
    const { name } = yield* call.input("feature", Schema.Struct({ name: NonBlank }))
    if (![...generalFeatures, ...it.technology.features].includes(name)) {
      return yield* invalid({ name: ["is not a feature of this database"] })
    }
    if (name === "publicly-available" && it.features.get("force-ssl") !== "ACTIVATED") {
      return yield* invalid({ name: ["publicly-available requires force-ssl"] })
    }
    const known = it.features.get(name)
    if (known !== undefined && known !== "FAILED") {
      return json({ name, status: known, message: `${name} feature is already enabled` })
    }
    it.features.set(name, "PENDING_TO_ACTIVATE")
    startTimedTask(call.state, it.app, {
      end: (failure) => {
        if (it.features.get(name) === "PENDING_TO_ACTIVATE") {
          it.features.set(name, failure === undefined ? "ACTIVATED" : "FAILED")
        }
      }
    })
    recordFeature(call, it, "database/add_feature", name)
    return json({ name, status: "PENDING_TO_ACTIVATE", message: `${name} feature is being enabled` })
  })

const disableFeature = (call: AddonCall) =>
  Effect.gen(function*() {
    const it = yield* findRunning(call)
    const name = call.query.get("feature") ?? ""
    if (name === "") return yield* badRequest("param is missing or the value is empty: feature")
    if (!it.features.has(name)) return yield* notFound("feature")
    if (name === "force-ssl" && it.features.has("publicly-available")) {
      return yield* invalid({ name: ["force-ssl is required by publicly-available"] })
    }
    it.features.delete(name)
    recordFeature(call, it, "database/remove_feature", name)
    return json({ message: `${name} feature has been disabled` })
  })

/** The operation that the path names, of the database of the addon token. */
const findOperation = (call: AddonCall): Effect.Effect<DatabaseOperation, Refusal> => {
  const operation = databaseOf(call.state, call.app, call.addon)?.operations.get(call.param("operationId"))
  return operation === undefined ? notFound("operation") : Effect.succeed(operation)
}

const showOperation = (operation: DatabaseOperation) => json({ operation: renderDatabaseOperation(operation) })

export const databases: ReadonlyArray<Route> = [
  database.get(
    "/databases/:databaseId",
    (call) => Effect.map(findDatabase(call), (it) => json({ database: renderDatabase(it) }))
  ),

  database.patch("/databases/:databaseId", update),
  database.put("/databases/:databaseId", update),

  database.post("/databases/:databaseId/upgrade", upgrade),

  database.post("/databases/:databaseId/pitr/restore", pitrRestore),

  database.get("/databases/:databaseId/pitr/recovery_window", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      yield* onlyPostgresql(it)
      const window = recoveryWindow(call, it)
      return json({
        recovery_window: {
          earliest_recoverable_at: window === undefined ? null : iso(window.from),
          latest_recoverable_at: window === undefined ? null : iso(window.to)
        }
      })
    })),

  database.post("/databases/:databaseId/features", enableFeature),
  database.delete("/databases/:databaseId/features", disableFeature),

  database.get(
    "/databases/:databaseId/plan",
    (call) => Effect.map(findDatabase(call), (it) => json({ plan: renderOffer(currentOffer(it)) }))
  ),

  database.get("/plans/:planName", (call) => {
    const type = call.query.get("type")
    if (type === null || type === "") return badRequest("param is missing or the value is empty: type")
    const technology = findTechnology(type)
    const provider = findProvider(type)
    const plan = provider === undefined ? undefined : findPlan(provider, call.param("planName"))
    return technology === undefined || plan === undefined
      ? notFound("plan")
      : json({ plan: renderOffer(offerOf(technology, plan)) })
  }),

  database.post("/databases/:databaseId/ping", (call) => Effect.as(findRunning(call), json({}))),

  database.get("/databases/:databaseId/lag", (call) =>
    Effect.map(findRunning(call), (it) =>
      json({
        lag: instancesOf(it)
          .filter((instance) => instance.role === "follower")
          .map((instance) => ({ instance_id: instance.id, lag: 0 }))
      }))),

  database.get(
    "/databases/:databaseId/operations/:operationId",
    (call) => Effect.map(Effect.flatMap(findDatabase(call), () => findOperation(call)), showOperation)
  ),
  // The Location header of an upgrade points here.
  database.get("/operations/:operationId", (call) => Effect.map(findOperation(call), showOperation)),

  databasePublic.get("/ca_certificate", () => text(caCertificate))
]
