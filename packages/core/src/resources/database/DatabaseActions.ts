/**
 * Actions inside the database system: logical databases, extensions, running queries, retention policies. The methods
 * are part of the `Databases` service.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { DatabaseRef } from "../../client/ApiClient.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { errorClass } from "../../internal/errorClass.js"
import { struct } from "../../internal/lazySchema.js"
import { DurationFromNanos, Json, nullish, optionalTimestamp } from "../../schema/ScalingoSchema.js"

/**
 * The response to an action.
 *
 * @category schemas
 */
export const DatabaseActionResult = struct(() => ({
  /** 1, or 0 when the action failed. The status alone does not show this. */
  ok: Schema.Number,
  result: nullish(Json),
  /** Why it failed. */
  error: nullish(Schema.String)
}))

export interface DatabaseActionResult extends Schema.Schema.Type<typeof DatabaseActionResult> {}

/**
 * The database system refused an action or failed to run it. The request itself was valid: `status` is often 200.
 *
 * @category errors
 */
export class DatabaseActionFailed extends errorClass(() =>
  Schema.TaggedError<DatabaseActionFailed>(
    "@effect-scalingo/core/DatabaseActionFailed"
  )("DatabaseActionFailed", {
    app: Schema.String,
    addonId: Schema.String,
    /** The action's name on the wire, such as `list-databases`. */
    action: Schema.String,
    /** The HTTP status of the response. */
    status: Schema.Number,
    /** The message of the platform. */
    detail: Schema.String
  })
) {
  override get message(): string {
    return `${this.action} failed on database ${this.addonId} of ${this.app}: ${this.detail}`
  }
}

/**
 * A database inside a MySQL or MongoDB server.
 *
 * @category schemas
 */
export const LogicalDatabase = struct(() => ({
  name: Schema.String,
  /** Whether the platform created it; it then cannot be deleted. */
  protected: nullish(Schema.Boolean)
}))

export interface LogicalDatabase extends Schema.Schema.Type<typeof LogicalDatabase> {}

/**
 * An extension of a PostgreSQL database.
 *
 * @category schemas
 */
export const PgExtension = struct(() => ({
  name: Schema.String,
  /** Such as `v2.5.0`. */
  version: nullish(Schema.String)
}))

export interface PgExtension extends Schema.Schema.Type<typeof PgExtension> {}

/**
 * A query that a PostgreSQL database is running. PostgreSQL's own workers have neither a user nor a start, so all
 * fields except `pid` may be `null`.
 *
 * @category schemas
 */
export const PgQuery = struct(() => ({
  /** The process id, for `pgCancelQuery` and `pgTerminateQuery`. */
  pid: Schema.Number,
  query: nullish(Schema.String),
  /** The state in PostgreSQL: `active`, `idle` … */
  state: nullish(Schema.String),
  username: nullish(Schema.String),
  query_start: optionalTimestamp,
  query_duration: nullish(DurationFromNanos)
}))

export interface PgQuery extends Schema.Schema.Type<typeof PgQuery> {}

/**
 * PostgreSQL's statistics of a statement. All times are in milliseconds.
 *
 * @category schemas
 */
export const PgStatStatement = struct(() => ({
  user_id: nullish(Schema.Number),
  query: Schema.String,
  calls: nullish(Schema.Number),
  rows: nullish(Schema.Number),
  total_time: nullish(Schema.Number),
  min_time: nullish(Schema.Number),
  max_time: nullish(Schema.Number),
  mean_time: nullish(Schema.Number),
  std_dev: nullish(Schema.Number)
}))

export interface PgStatStatement extends Schema.Schema.Type<typeof PgStatStatement> {}

/**
 * How long an InfluxDB database keeps its points.
 *
 * @category schemas
 */
export const InfluxRetentionPolicy = struct(() => ({
  name: Schema.String,
  /** In InfluxDB's notation: `30d`, or `0` for no limit. */
  duration: nullish(Schema.String),
  default: nullish(Schema.Boolean)
}))

export interface InfluxRetentionPolicy extends Schema.Schema.Type<typeof InfluxRetentionPolicy> {}

/**
 * A new retention policy.
 *
 * @category schemas
 */
export const AddRetentionPolicy = struct(() => ({
  name: Schema.NonEmptyString,
  /** In InfluxDB's notation: `30d`, or `0` for no limit. */
  duration: Schema.NonEmptyString,
  default: Schema.Boolean
}))

export interface AddRetentionPolicy extends Schema.Schema.Type<typeof AddRetentionPolicy> {}

/**
 * The actions, each a `POST /databases/:databaseId/action` with its name. They fail with `DatabaseActionFailed` when
 * the database system refuses, even when the response has a success status.
 *
 * @category models
 */
export interface DatabaseActions {
  /**
   * Runs an action that has no method of its own. Returns its undecoded result, or `null` when there is none.
   *
   * ```ts
   * databases.action({ app: "my-app", addonId }, "set-sqlmode", "NO_ZERO_DATE")
   * ```
   */
  readonly action: (
    database: DatabaseRef,
    name: string,
    params?: unknown
  ) => Effect.Effect<unknown, ScalingoError | DatabaseActionFailed>

  /**
   * The databases inside a MySQL or MongoDB server (`list-databases`).
   */
  readonly listDatabases: (
    database: DatabaseRef
  ) => Effect.Effect<ReadonlyArray<LogicalDatabase>, ScalingoError | DatabaseActionFailed>

  /**
   * Creates a database inside a MySQL or MongoDB server (`create-database`).
   */
  readonly createDatabase: (
    database: DatabaseRef,
    name: string
  ) => Effect.Effect<LogicalDatabase, ScalingoError | DatabaseActionFailed>

  /**
   * Deletes a database inside a MySQL or MongoDB server, with its data (`delete-database`).
   */
  readonly deleteDatabase: (
    database: DatabaseRef,
    name: string
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * Empties a database inside a MySQL or MongoDB server (`reset-database`).
   */
  readonly resetDatabase: (
    database: DatabaseRef,
    name: string
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * The SQL modes of a MySQL server, separated by commas (`get-sqlmode`).
   */
  readonly getSqlMode: (database: DatabaseRef) => Effect.Effect<string, ScalingoError | DatabaseActionFailed>

  /**
   * Replaces the SQL modes of a MySQL server, separated by commas (`set-sqlmode`).
   */
  readonly setSqlMode: (
    database: DatabaseRef,
    modes: string
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * The extensions of a PostgreSQL database (`list-extensions`).
   */
  readonly listExtensions: (
    database: DatabaseRef
  ) => Effect.Effect<ReadonlyArray<PgExtension>, ScalingoError | DatabaseActionFailed>

  /**
   * The running queries of a PostgreSQL database (`pg-list-queries`).
   */
  readonly pgListQueries: (
    database: DatabaseRef
  ) => Effect.Effect<ReadonlyArray<PgQuery>, ScalingoError | DatabaseActionFailed>

  /**
   * Cancels the query of a PostgreSQL process, which stays connected (`pg-cancel-query`).
   */
  readonly pgCancelQuery: (
    database: DatabaseRef,
    pid: number
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * Terminates a PostgreSQL process and its connection (`pg-terminate-query`).
   */
  readonly pgTerminateQuery: (
    database: DatabaseRef,
    pid: number
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * Enables PostgreSQL's statistics of statements (`pg-stat-statements-enable`).
   */
  readonly pgStatStatementsEnable: (
    database: DatabaseRef
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * Resets PostgreSQL's statistics of statements (`pg-stat-statements-reset`).
   */
  readonly pgStatStatementsReset: (database: DatabaseRef) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * PostgreSQL's statistics of statements (`pg-stat-statements-list`).
   */
  readonly pgStatStatementsList: (
    database: DatabaseRef
  ) => Effect.Effect<ReadonlyArray<PgStatStatement>, ScalingoError | DatabaseActionFailed>

  /**
   * The retention policies of an InfluxDB database (`list-retention-policies`).
   */
  readonly listRetentionPolicies: (
    database: DatabaseRef
  ) => Effect.Effect<ReadonlyArray<InfluxRetentionPolicy>, ScalingoError | DatabaseActionFailed>

  /**
   * Adds a retention policy to an InfluxDB database (`add-retention-policy`).
   */
  readonly addRetentionPolicy: (
    database: DatabaseRef,
    policy: AddRetentionPolicy
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>

  /**
   * Deletes a retention policy of an InfluxDB database (`del-retention-policy`).
   */
  readonly deleteRetentionPolicy: (
    database: DatabaseRef,
    name: string
  ) => Effect.Effect<void, ScalingoError | DatabaseActionFailed>
}
