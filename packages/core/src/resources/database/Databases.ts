/**
 * Databases: their state, settings, upgrades, point-in-time recovery, features and actions. All methods take the
 * database as `{ app, addonId }`; the library obtains its token.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { because } from "../../client/internal/because.js"
import { endpoint } from "../../client/internal/endpoint.js"
import * as Poll from "../../client/internal/poll.js"
import { body } from "../../client/internal/requestBody.js"
import type { DecodeIssue } from "../../client/ResponseDecoder.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../../client/ScalingoError.js"
import type { WaitOptions, WaitTimeout } from "../../client/Wait.js"
import { errorClass } from "../../internal/errorClass.js"
import { struct } from "../../internal/lazySchema.js"
import {
  type Database,
  DatabaseFeatureResult,
  DatabaseMessage,
  DatabaseOperation,
  DatabasePlan,
  DatabaseUpgradeResult,
  PitrRecoveryWindow,
  PitrRestoreResult,
  type StartedRestoration,
  UpdateDatabase
} from "../../schema/Database.js"
import { type OpenEnum, Timestamp } from "../../schema/ScalingoSchema.js"
import { makeActions } from "../internal/databaseActions.js"
import { callDatabase } from "../internal/databaseClient.js"
import { jsonOrNothing } from "../internal/decoders.js"
import { getDatabase } from "../internal/getDatabase.js"
import type { DatabaseActions } from "./DatabaseActions.js"

/**
 * The known features. Their availability depends on the technology of the database.
 *
 * @category models
 */
export type DatabaseFeatureName = OpenEnum<"force-ssl" | "publicly-available" | "redis-rdb">

/**
 * An operation on a database has failed or was cancelled. `operation.error` has the reason, if the platform gives one.
 *
 * @category errors
 */
export class DatabaseOperationFailed extends errorClass(() =>
  Schema.TaggedError<DatabaseOperationFailed>(
    "@effect-scalingo/core/DatabaseOperationFailed"
  )("DatabaseOperationFailed", {
    /** The app's name or id. */
    app: Schema.String,
    addonId: Schema.String,
    /** The operation in its final state. */
    operation: DatabaseOperation
  })
) {
  override get message(): string {
    const { error, id, status, type } = this.operation
    const end = status === "cancelled" ? "was cancelled" : "failed"
    return `Operation ${id} (${type ?? "of unknown type"}) on database ${this.addonId} of ${this.app} ${end}${
      because(error)
    }`
  }
}

/**
 * The methods of {@link Databases}.
 *
 * @category models
 */
export interface DatabasesService extends DatabaseActions {
  /**
   * One database: `GET /databases/:databaseId`.
   *
   * ```ts
   * const database = yield* databases.get({ app: "my-app", addonId: "ad-…" })
   * ```
   */
  readonly get: (database: DatabaseRef) => Effect.Effect<Database, ScalingoError>

  /**
   * Changes the periodic backups or the maintenance window: `PATCH /databases/:databaseId`. Hours are in UTC. Omitted
   * fields keep their values.
   */
  readonly update: (database: DatabaseRef, changes: UpdateDatabase) => Effect.Effect<Database, ScalingoError>

  /**
   * Starts the upgrade to the next version: `POST /databases/:databaseId/upgrade`. Returns at once, with the id of the
   * operation.
   */
  readonly upgrade: (database: DatabaseRef) => Effect.Effect<DatabaseUpgradeResult, ScalingoError>

  /**
   * Starts to restore a PostgreSQL database to a point in time: `POST /databases/:databaseId/pitr/restore`. Returns the
   * id of the operation.
   */
  readonly pitrRestore: (
    database: DatabaseRef,
    restoreTime: DateTime.Utc
  ) => Effect.Effect<StartedRestoration, ScalingoError>

  /**
   * The period that `pitrRestore` can restore to: `GET /databases/:databaseId/pitr/recovery_window`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly pitrRecoveryWindow: (database: DatabaseRef) => Effect.Effect<PitrRecoveryWindow, ScalingoError>

  /**
   * Starts to enable a feature: `POST /databases/:databaseId/features`. The feature is enabled when its state in `get`
   * is `ACTIVATED`. `publicly-available` requires `force-ssl`.
   */
  readonly enableFeature: (
    database: DatabaseRef,
    feature: DatabaseFeatureName
  ) => Effect.Effect<DatabaseFeatureResult, ScalingoError>

  /**
   * Disables a feature: `DELETE /databases/:databaseId/features?feature=`.
   */
  readonly disableFeature: (
    database: DatabaseRef,
    feature: DatabaseFeatureName
  ) => Effect.Effect<DatabaseMessage, ScalingoError>

  /**
   * The plan of a database: `GET /databases/:databaseId/plan`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly plan: (database: DatabaseRef) => Effect.Effect<DatabasePlan, ScalingoError>

  /**
   * Any plan: `GET /plans/:planName?type=`. `type` is the technology (`redis` …). A plan belongs to no database, but
   * the API requires the token of one: any database of the account works.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly getPlan: (
    database: DatabaseRef,
    planName: string,
    options: { readonly type: string }
  ) => Effect.Effect<DatabasePlan, ScalingoError>

  /**
   * Checks whether the database responds: `POST /databases/:databaseId/ping`. Returns the undecoded response, `null`
   * when it is empty.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly ping: (database: DatabaseRef) => Effect.Effect<unknown, ScalingoError>

  /**
   * The lag of the replicas: `GET /databases/:databaseId/lag`. Returns the undecoded response.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly lag: (database: DatabaseRef) => Effect.Effect<unknown, ScalingoError>

  /**
   * One operation: `GET /databases/:databaseId/operations/:operationId`. The id comes from `upgrade`, `pitrRestore` or
   * the database's `current_operation_id`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly getOperation: (
    database: DatabaseRef,
    operationId: string
  ) => Effect.Effect<DatabaseOperation, ScalingoError>

  /**
   * Waits for the end of an operation, 15 minutes by default. Fails with `DatabaseOperationFailed` when the operation
   * fails or is cancelled, and with `WaitTimeout` after the timeout. The module `Wait` says how waits poll.
   *
   * ```ts
   * const { operation_id } = yield* databases.upgrade(database)
   * yield* databases.awaitOperation(database, operation_id, { timeout: "1 hour" })
   * ```
   *
   * @experimental it uses `getOperation`, which is not documented
   */
  readonly awaitOperation: (
    database: DatabaseRef,
    operationId: string,
    options?: WaitOptions
  ) => Effect.Effect<DatabaseOperation, ScalingoError | DatabaseOperationFailed | WaitTimeout<DatabaseOperation>>

  /**
   * The certificate of the authority that signs the databases' certificates, in PEM: `GET /ca_certificate`. It is the
   * same for all databases of a region; `database` is only needed for its token, which the API may require.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly caCertificate: (database: DatabaseRef) => Effect.Effect<string, ScalingoError>
}

/**
 * Databases.
 *
 * @category tags
 */
export class Databases extends Context.Tag("@effect-scalingo/core/Databases")<Databases, DatabasesService>() {}

const startedRestoration = Decode.transform(
  Decode.json(PitrRestoreResult),
  ({ operation, operation_id }): Either.Either<StartedRestoration, DecodeIssue> => {
    const id = operation_id ?? operation?.id
    return typeof id === "string"
      ? Either.right({ operation_id: id, operation: operation ?? null })
      : Either.left({ path: "operation_id", reason: "Expected a value, it is missing", value: {} })
  }
)

const databasePlan = Decode.root("plan", DatabasePlan)

const update = endpoint("Databases.update", "PATCH /databases/:databaseId", getDatabase.response, {
  body: body(UpdateDatabase, "database")
})
const upgrade = endpoint("Databases.upgrade", "POST /databases/:databaseId/upgrade", Decode.json(DatabaseUpgradeResult))
const pitrRestore = endpoint("Databases.pitrRestore", "POST /databases/:databaseId/pitr/restore", startedRestoration, {
  body: body(struct(() => ({ restore_time: Timestamp })))
})
const pitrRecoveryWindow = endpoint(
  "Databases.pitrRecoveryWindow",
  "GET /databases/:databaseId/pitr/recovery_window",
  Decode.root("recovery_window", PitrRecoveryWindow)
)
const enableFeature = endpoint(
  "Databases.enableFeature",
  "POST /databases/:databaseId/features",
  Decode.json(DatabaseFeatureResult),
  { body: body(struct(() => ({ name: Schema.NonEmptyString })), "feature") }
)
const disableFeature = endpoint(
  "Databases.disableFeature",
  "DELETE /databases/:databaseId/features",
  Decode.json(DatabaseMessage)
)
const plan = endpoint("Databases.plan", "GET /databases/:databaseId/plan", databasePlan)
const getPlan = endpoint("Databases.getPlan", "GET /plans/:planName", databasePlan)
const ping = endpoint("Databases.ping", "POST /databases/:databaseId/ping", jsonOrNothing, { idempotent: true })
const lag = endpoint("Databases.lag", "GET /databases/:databaseId/lag", jsonOrNothing)
const getOperation = endpoint(
  "Databases.getOperation",
  "GET /databases/:databaseId/operations/:operationId",
  Decode.root("operation", DatabaseOperation)
)
const caCertificate = endpoint("Databases.caCertificate", "GET /ca_certificate", Decode.text)

const outcome = (database: DatabaseRef) => (operation: DatabaseOperation) => {
  switch (operation.status) {
    case "finished":
    // Operations of apps end with this status.
    case "done":
      return Either.right(true)
    case "error":
    case "user-error":
    case "cancelled":
      return Either.left(
        new DatabaseOperationFailed({ app: database.app, addonId: database.addonId, operation }, Poll.unchecked)
      )
    default:
      return Either.right(false)
  }
}

export const make: Effect.Effect<DatabasesService, never, DatabaseApi> = Effect.map(DatabaseApi, (api) => {
  const operation = (database: DatabaseRef, operationId: string) =>
    callDatabase(api, database, getOperation, { path: { operationId } })
  return Databases.of({
    ...makeActions(api),
    get: (database) => callDatabase(api, database, getDatabase, {}),
    update: (database, changes) => callDatabase(api, database, update, { body: changes }),
    upgrade: (database) => callDatabase(api, database, upgrade, {}),
    pitrRestore: (database, restoreTime) =>
      callDatabase(api, database, pitrRestore, { body: { restore_time: restoreTime } }),
    pitrRecoveryWindow: (database) => callDatabase(api, database, pitrRecoveryWindow, {}),
    enableFeature: (database, feature) => callDatabase(api, database, enableFeature, { body: { name: feature } }),
    disableFeature: (database, feature) =>
      feature === ""
        ? Effect.fail(
          new InvalidRequest({ endpoint: disableFeature.name, field: "feature", expected: "a non empty string" })
        )
        : callDatabase(api, database, disableFeature, { query: { feature } }),
    plan: (database) => callDatabase(api, database, plan, {}),
    getPlan: (database, planName, options) =>
      callDatabase(api, database, getPlan, { path: { planName }, query: { type: options.type } }),
    ping: (database) => callDatabase(api, database, ping, {}),
    lag: (database) => callDatabase(api, database, lag, {}),
    getOperation: operation,
    awaitOperation: (database, operationId, options) =>
      Poll.settle({
        subject: `operation ${operationId} on database ${database.addonId} of ${database.app}`,
        read: operation(database, operationId),
        outcome: outcome(database),
        seen: Poll.byStatus,
        options
      }),
    caCertificate: (database) => callDatabase(api, database, caCertificate, {})
  })
})

export const layer: Layer.Layer<Databases, never, DatabaseApi> = Layer.effect(Databases, make)
