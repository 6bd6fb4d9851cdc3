/**
 * How the instances of a database are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef } from "./ApiClient.js"
import * as Answer from "./internal/answer.js"
import { databaseClient } from "./internal/database.js"
import { call, endpoint } from "./internal/endpoint.js"
import type { ScalingoError } from "./ScalingoError.js"
import { openEnum } from "./ScalingoSchema.js"

/**
 * How an instance of a database is.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DatabaseInstanceStatus = Schema.Struct({
  id: Schema.String,
  type: openEnum("db-node", "gateway", "utility"),
  status: openEnum("running", "booting", "restarting", "migrating", "upgrading", "stopped", "removing"),
  /** Of a `db-node` in a cluster; empty elsewhere. */
  role: Schema.optional(openEnum("leader", "follower", "master", "")),
  /** What the database system itself says. */
  dbms_status: Schema.optional(Schema.NullOr(Schema.String))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface DatabaseInstanceStatus extends Schema.Schema.Type<typeof DatabaseInstanceStatus> {}

/**
 * The methods of {@link DatabaseStatus}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * How each instance of a database is, and which node leads: `GET /databases/:databaseId/instances_status`.
   */
  readonly instances: (database: DatabaseRef) => Effect.Effect<ReadonlyArray<DatabaseInstanceStatus>, ScalingoError>
}

/**
 * How the instances of databases are.
 *
 * @since 0.1.0
 * @category tags
 */
export class DatabaseStatus extends Context.Tag("@effect-scalingo/core/DatabaseStatus")<DatabaseStatus, Service>() {}

const instances = endpoint({
  name: "DatabaseStatus.instances",
  method: "GET",
  path: "/databases/:databaseId/instances_status",
  response: Answer.json(Schema.Array(DatabaseInstanceStatus))
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Service, never, DatabaseApi> = Effect.map(DatabaseApi, (api) =>
  DatabaseStatus.of({
    instances: (database) => call(databaseClient(api, database), instances, { path: { databaseId: database.addonId } })
  }))

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<DatabaseStatus, never, DatabaseApi> = Layer.effect(DatabaseStatus, make)
