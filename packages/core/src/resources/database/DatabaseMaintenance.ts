/**
 * The past and the scheduled maintenance of a database.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import type { Page, PageOptions, WalkOptions } from "../../client/Pagination.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { struct } from "../../internal/lazySchema.js"
import { openEnum, optionalTimestamp } from "../../schema/ScalingoSchema.js"
import { callDatabase, callDatabasePage, callDatabasePages } from "../internal/databaseClient.js"
import { rootOrBare } from "../internal/decoders.js"

/**
 * One maintenance of a database.
 *
 * @category schemas
 */
export const Maintenance = struct(() => ({
  id: Schema.String,
  database_id: Schema.String,
  type: openEnum(
    "no-op",
    "failing",
    "instance-migration",
    "pg-md5-to-sha256-auth-migration",
    "db-upgrade",
    "plan-update"
  ),
  status: openEnum("scheduled", "notified", "queued", "cancelled", "running", "failed", "done"),
  /** `null` before the start. */
  started_at: optionalTimestamp,
  ended_at: optionalTimestamp
}))

export interface Maintenance extends Schema.Schema.Type<typeof Maintenance> {}

/**
 * The methods of {@link DatabaseMaintenance}. `Databases.update` sets the maintenance window.
 *
 * @category models
 */
export interface DatabaseMaintenanceService {
  /**
   * The maintenance of a database, across all pages: `GET /databases/:databaseId/maintenance`.
   */
  readonly list: (database: DatabaseRef, options?: WalkOptions) => Stream.Stream<Maintenance, ScalingoError>

  /**
   * One page of the maintenance of a database: `GET /databases/:databaseId/maintenance`.
   */
  readonly listPage: (database: DatabaseRef, options?: PageOptions) => Effect.Effect<Page<Maintenance>, ScalingoError>

  /**
   * One maintenance: `GET /databases/:databaseId/maintenance/:maintenanceId`.
   */
  readonly get: (database: DatabaseRef, maintenanceId: string) => Effect.Effect<Maintenance, ScalingoError>
}

/**
 * The maintenance of databases.
 *
 * @category tags
 */
export class DatabaseMaintenance extends Context.Tag("@effect-scalingo/core/DatabaseMaintenance")<
  DatabaseMaintenance,
  DatabaseMaintenanceService
>() {}

const list = endpoint(
  "DatabaseMaintenance.list",
  "GET /databases/:databaseId/maintenance",
  Decode.page("maintenance", Maintenance)
)
const get = endpoint(
  "DatabaseMaintenance.get",
  "GET /databases/:databaseId/maintenance/:maintenanceId",
  rootOrBare("maintenance", Maintenance)
)

export const make: Effect.Effect<DatabaseMaintenanceService, never, DatabaseApi> = Effect.map(
  DatabaseApi,
  (api) =>
    DatabaseMaintenance.of({
      list: (database, options) => callDatabasePages(api, database, list, {}, options),
      listPage: (database, options) => callDatabasePage(api, database, list, {}, options),
      get: (database, maintenanceId) => callDatabase(api, database, get, { path: { maintenanceId } })
    })
)

export const layer: Layer.Layer<DatabaseMaintenance, never, DatabaseApi> = Layer.effect(DatabaseMaintenance, make)
