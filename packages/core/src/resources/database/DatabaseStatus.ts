/**
 * The status of the instances of a database.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { struct } from "../../internal/lazySchema.js"
import { nullish, openEnum } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"
import { bareList } from "../internal/decoders.js"

/**
 * The status of an instance of a database.
 *
 * @category schemas
 */
export const DatabaseInstanceStatus = struct(() => ({
  id: Schema.String,
  type: openEnum("db-node", "gateway", "utility"),
  status: openEnum("running", "booting", "restarting", "migrating", "upgrading", "stopped", "removing"),
  /** The role of a `db-node` in a cluster; empty elsewhere. */
  role: nullish(openEnum("leader", "follower", "master", "")),
  /** The status from the database system itself. */
  dbms_status: nullish(Schema.String)
}))

export interface DatabaseInstanceStatus extends Schema.Schema.Type<typeof DatabaseInstanceStatus> {}

/**
 * The methods of {@link DatabaseStatus}.
 *
 * @category models
 */
export interface DatabaseStatusService {
  /**
   * The status of each instance of a database, and which node is the leader:
   * `GET /databases/:databaseId/instances_status`.
   */
  readonly instances: (database: DatabaseRef) => Effect.Effect<ReadonlyArray<DatabaseInstanceStatus>, ScalingoError>
}

/**
 * The status of the instances of databases.
 *
 * @category tags
 */
export class DatabaseStatus
  extends Context.Tag("@effect-scalingo/core/DatabaseStatus")<DatabaseStatus, DatabaseStatusService>()
{}

const instances = endpoint(
  "DatabaseStatus.instances",
  "GET /databases/:databaseId/instances_status",
  bareList(DatabaseInstanceStatus)
)

export const make: Effect.Effect<DatabaseStatusService, never, DatabaseApi> = Effect.map(
  DatabaseApi,
  (api) =>
    DatabaseStatus.of({
      instances: (database) => callDatabase(api, database, instances, {})
    })
)

export const layer: Layer.Layer<DatabaseStatus, never, DatabaseApi> = Layer.effect(DatabaseStatus, make)
