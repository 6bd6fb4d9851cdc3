/**
 * The entities of the database API: databases, their plans, features and operations.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { Json, nullish, openEnum, optionalTimestamp, Timestamp } from "./ScalingoSchema.js"

/**
 * An instance: one of the containers of a database.
 *
 * @category schemas
 */
export const DatabaseInstance = /* @__PURE__ */ struct(() => ({
  id: Schema.String,
  hostname: Schema.String,
  port: Schema.Number,
  status: openEnum("booting", "running", "restarting", "migrating", "upgrading", "stopped", "removing"),
  /** `db-node` holds data, `gateway` (on some databases `haproxy`) routes to the nodes. */
  type: openEnum("db-node", "gateway", "utility", "haproxy"),
  features: nullish(Schema.Array(Schema.String)),
  private_ip: nullish(Schema.String)
}))

export interface DatabaseInstance extends Schema.Schema.Type<typeof DatabaseInstance> {}

const featureStatus = /* @__PURE__ */ openEnum(
  "ACTIVATED",
  "PENDING",
  "PENDING_TO_ACTIVATE",
  "PENDING_TO_REMOVE",
  "FAILED"
)

/**
 * A feature of a database, such as `force-ssl`, and the status of its activation.
 *
 * @category schemas
 */
export const DatabaseFeature = /* @__PURE__ */ struct(() => ({
  name: Schema.String,
  status: featureStatus
}))

export interface DatabaseFeature extends Schema.Schema.Type<typeof DatabaseFeature> {}

/**
 * The weekly window in which the platform may do maintenance.
 *
 * @category schemas
 */
export const MaintenanceWindow = /* @__PURE__ */ struct(() => ({
  /** 0 is Sunday. */
  weekday_utc: Schema.Number,
  /** 0 to 23. */
  starting_hour_utc: Schema.Number,
  /** Set by the platform. */
  duration_in_hour: Schema.Number
}))

export interface MaintenanceWindow extends Schema.Schema.Type<typeof MaintenanceWindow> {}

/**
 * The settings that only PostgreSQL databases have.
 *
 * @category schemas
 */
export const PostgresqlConfig = /* @__PURE__ */ struct(() => ({
  timescaledb_enabled: nullish(Schema.Boolean)
}))

export interface PostgresqlConfig extends Schema.Schema.Type<typeof PostgresqlConfig> {}

/**
 * A database.
 *
 * @category schemas
 */
export const Database = /* @__PURE__ */ struct(() => ({
  /** The id within the database API. Requests take the id of the addon. */
  id: Schema.String,
  /** The `resource_id` of the addon, such as `my-app-1234`. */
  resource_id: Schema.String,
  app_name: Schema.String,
  created_at: Timestamp,
  encryption_at_rest: Schema.Boolean,
  features: nullish(Schema.Array(DatabaseFeature)),
  /** The plan's name. */
  plan: Schema.String,
  /** `updating` is a change of plan, `upgrading` a change of version. */
  status: openEnum("creating", "running", "migrating", "updating", "upgrading", "stopped"),
  type_id: Schema.String,
  /** The technology: `postgresql`, `redis` … */
  type_name: Schema.String,
  version_id: Schema.String,
  readable_version: Schema.String,
  /** MongoDB only; empty elsewhere. */
  mongo_repl_set_name: nullish(Schema.String),
  /** Host and port. */
  hostname: nullish(Schema.String),
  instances: nullish(Schema.Array(DatabaseInstance)),
  /** The target version of `upgrade`. `null` or empty on the last version. */
  next_version_id: nullish(Schema.String),
  /** The operation in progress; see `Databases.getOperation`. */
  current_operation_id: nullish(Schema.String),
  cluster: Schema.Boolean,
  periodic_backups_enabled: Schema.Boolean,
  /** Hours of the day, in UTC. */
  periodic_backups_scheduled_at: nullish(Schema.Array(Schema.Number)),
  first_pitr_backup: optionalTimestamp,
  flags: nullish(Schema.Array(Schema.String)),
  maintenance_window: MaintenanceWindow,
  postgresql_config: nullish(PostgresqlConfig)
}))

export interface Database extends Schema.Schema.Type<typeof Database> {}

/**
 * A started upgrade: the operation and the target version.
 *
 * @category schemas
 */
export const DatabaseUpgradeResult = /* @__PURE__ */ struct(() => ({
  message: nullish(Schema.String),
  /** For `Databases.getOperation` and `Databases.awaitOperation`. */
  operation_id: Schema.String,
  /** The id of the version. */
  id: nullish(Schema.String),
  major: nullish(Schema.Number),
  minor: nullish(Schema.Number),
  patch: nullish(Schema.Number),
  build: nullish(Schema.Number),
  release_number: nullish(Schema.Number),
  created_at: optionalTimestamp,
  updated_at: optionalTimestamp,
  deleted_at: optionalTimestamp,
  database_type_id: nullish(Schema.String),
  features: nullish(Schema.Array(Schema.String)),
  maintenance_window: nullish(MaintenanceWindow),
  /** May be empty. */
  warning_message: nullish(Schema.String),
  /** `null` when the version has no plugins, as in `DatabaseTypeVersion`. */
  allowed_plugins: nullish(Schema.Array(Json))
}))

export interface DatabaseUpgradeResult extends Schema.Schema.Type<typeof DatabaseUpgradeResult> {}

/**
 * A background operation on a database, such as an upgrade or a restoration. Its final statuses are `finished`,
 * `error`, `user-error` and `cancelled`. Operations on apps have other statuses.
 *
 * @category schemas
 */
export const DatabaseOperation = /* @__PURE__ */ struct(() => ({
  id: Schema.String,
  /** `upgrade`, `pitr_restore` … */
  type: nullish(Schema.String),
  status: openEnum("pending", "running", "finished", "error", "user-error", "cancelling", "cancelled"),
  created_at: optionalTimestamp,
  finished_at: optionalTimestamp,
  /** Why the operation failed. */
  error: nullish(Schema.String)
}))

export interface DatabaseOperation extends Schema.Schema.Type<typeof DatabaseOperation> {}

/**
 * The wire form of a started restoration. The documentation has the id of the operation, the official clients have the
 * operation itself. The library returns a {@link StartedRestoration} for both.
 *
 * @category schemas
 */
export const PitrRestoreResult = /* @__PURE__ */ struct(() => ({
  operation_id: nullish(Schema.String),
  operation: nullish(DatabaseOperation)
}))

export interface PitrRestoreResult extends Schema.Schema.Type<typeof PitrRestoreResult> {}

/**
 * A started restoration to a point in time.
 *
 * @category models
 */
export interface StartedRestoration {
  /** For `Databases.getOperation` and `Databases.awaitOperation`. */
  readonly operation_id: string
  /** The operation at its start, if the response includes it. */
  readonly operation: DatabaseOperation | null
}

/**
 * The earliest and the latest point in time that a database can be restored to.
 *
 * @category schemas
 */
export const PitrRecoveryWindow = /* @__PURE__ */ struct(() => ({
  earliest_recoverable_at: optionalTimestamp,
  latest_recoverable_at: optionalTimestamp
}))

export interface PitrRecoveryWindow extends Schema.Schema.Type<typeof PitrRecoveryWindow> {}

/**
 * The status of a feature after a request to activate it.
 *
 * @category schemas
 */
export const DatabaseFeatureResult = /* @__PURE__ */ struct(() => ({
  name: Schema.String,
  status: featureStatus,
  message: Schema.String
}))

export interface DatabaseFeatureResult extends Schema.Schema.Type<typeof DatabaseFeatureResult> {}

/**
 * The platform's human-readable message after a change.
 *
 * @category schemas
 */
export const DatabaseMessage = /* @__PURE__ */ struct(() => ({
  message: Schema.String
}))

export interface DatabaseMessage extends Schema.Schema.Type<typeof DatabaseMessage> {}

/**
 * The limits of a database plan. A limit that the plan does not have is absent.
 *
 * @category schemas
 */
export const DatabasePlan = /* @__PURE__ */ struct(() => ({
  id: Schema.String,
  name: nullish(Schema.String),
  /** Whether the plan includes backups. */
  backup: nullish(Schema.Boolean),
  /** In megabytes. */
  disk: nullish(Schema.Number),
  /** In megabytes. */
  memory: nullish(Schema.Number),
  /** The number of manual backups that are kept. */
  manual_backups_count: nullish(Schema.Number),
  daily_scheduled_backups: nullish(Schema.Number),
  weekly_scheduled_backups: nullish(Schema.Number),
  monthly_scheduled_backups: nullish(Schema.Number),
  /** How far back a point-in-time restoration reaches. */
  pitr_backup_days: nullish(Schema.Number),
  gateway_nodes: nullish(Schema.Number)
}))

export interface DatabasePlan extends Schema.Schema.Type<typeof DatabasePlan> {}

/**
 * The input for updating a database.
 *
 * @category schemas
 */
export const UpdateDatabase = /* @__PURE__ */ struct(() => ({
  periodic_backups_enabled: Schema.optional(Schema.Boolean),
  /** The hour of the day, 0 to 23 in UTC. The platform takes one hour and returns a list. */
  periodic_backups_scheduled_at: Schema.optional(Schema.Int.pipe(Schema.between(0, 23))),
  maintenance_window: Schema.optional(Schema.Struct({
    /** 0 is Sunday. */
    weekday_utc: Schema.Int.pipe(Schema.between(0, 6)),
    /** 0 to 23. */
    starting_hour_utc: Schema.Int.pipe(Schema.between(0, 23))
  }))
}))

export interface UpdateDatabase extends Schema.Schema.Type<typeof UpdateDatabase> {}
