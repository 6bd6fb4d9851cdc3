/**
 * The events of databases: features, versions, backups and maintenance.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { union } from "../internal/lazySchema.js"
import { DurationFromSeconds, nullish, openEnum, optionalTimestamp } from "../schema/ScalingoSchema.js"
import { event } from "./internal/eventSchema.js"

const featureData = {
  feature: nullish(Schema.String),
  addon_provider_name: nullish(Schema.String),
  addon_provider_id: nullish(Schema.String),
  /** The addon's id, `ad-…`. */
  addon_uuid: nullish(Schema.String),
  remote_ip: nullish(Schema.String)
}

const backupData = {
  addon_name: nullish(Schema.String),
  resource_id: nullish(Schema.String),
  /** The addon's id, `ad-…`. */
  addon_uuid: nullish(Schema.String),
  backup_id: nullish(Schema.String),
  backup_status: nullish(Schema.String),
  backup_method: nullish(openEnum("periodic", "manual", "automated")),
  started_at: optionalTimestamp,
  ended_at: optionalTimestamp,
  remote_ip: nullish(Schema.String)
}

const continuousBackupData = {
  addon_name: nullish(Schema.String),
  resource_id: nullish(Schema.String),
  /** The addon's id, `ad-…`. */
  addon_uuid: nullish(Schema.String),
  status: nullish(openEnum("healthy", "pgbackrest_error", "wal_error")),
  /** `null` when the backup is healthy. */
  error: nullish(Schema.String),
  /** Whether the database can currently be restored to a point in time. */
  recoverable: nullish(Schema.Boolean),
  checked_at: optionalTimestamp,
  /** How long the database could not be restored, in seconds on the wire. */
  unrecoverable_duration_seconds: nullish(DurationFromSeconds),
  remote_ip: nullish(Schema.String)
}

const maintenanceData = {
  maintenance_id: nullish(Schema.String),
  addon_name: nullish(Schema.String),
  maintenance_type: nullish(Schema.String),
  /** The length of the maintenance window, in hours. */
  maintenance_window_in_hours: nullish(Schema.Number),
  /** When the maintenance window opens. */
  next_maintenance_window: optionalTimestamp
}

/**
 * `upgrade_database`: a database was upgraded to another version.
 *
 * @category schemas
 */
export const UpgradeDatabaseEvent = event("upgrade_database", {
  addon_name: nullish(Schema.String),
  old_version: nullish(Schema.String),
  new_version: nullish(Schema.String)
})

export interface UpgradeDatabaseEvent extends Schema.Schema.Type<typeof UpgradeDatabaseEvent> {}

/**
 * `database/add_feature`: a feature of a database was turned on.
 *
 * @category schemas
 */
export const DatabaseAddFeatureEvent = event("database/add_feature", featureData)

export interface DatabaseAddFeatureEvent extends Schema.Schema.Type<typeof DatabaseAddFeatureEvent> {}

/**
 * `database/remove_feature`: a feature of a database was turned off.
 *
 * @category schemas
 */
export const DatabaseRemoveFeatureEvent = event("database/remove_feature", featureData)

export interface DatabaseRemoveFeatureEvent extends Schema.Schema.Type<typeof DatabaseRemoveFeatureEvent> {}

/**
 * `database_backup_succeeded`: a backup of a database succeeded.
 *
 * @category schemas
 */
export const DatabaseBackupSucceededEvent = event("database_backup_succeeded", backupData)

export interface DatabaseBackupSucceededEvent extends Schema.Schema.Type<typeof DatabaseBackupSucceededEvent> {}

/**
 * `database_backup_failed`: a backup of a database failed.
 *
 * @category schemas
 */
export const DatabaseBackupFailedEvent = event("database_backup_failed", backupData)

export interface DatabaseBackupFailedEvent extends Schema.Schema.Type<typeof DatabaseBackupFailedEvent> {}

/**
 * `database_continuousbackup_healthy`: the continuous backup of a database works again.
 *
 * @category schemas
 */
export const DatabaseContinuousBackupHealthyEvent = event(
  "database_continuousbackup_healthy",
  continuousBackupData
)

export interface DatabaseContinuousBackupHealthyEvent
  extends Schema.Schema.Type<typeof DatabaseContinuousBackupHealthyEvent>
{}

/**
 * `database_continuousbackup_delayed`: the continuous backup of a database lags behind.
 *
 * @category schemas
 */
export const DatabaseContinuousBackupDelayedEvent = event(
  "database_continuousbackup_delayed",
  continuousBackupData
)

export interface DatabaseContinuousBackupDelayedEvent
  extends Schema.Schema.Type<typeof DatabaseContinuousBackupDelayedEvent>
{}

/**
 * `database_continuousbackup_stale`: the continuous backup of a database has been stalled for too long.
 *
 * @category schemas
 */
export const DatabaseContinuousBackupStaleEvent = event("database_continuousbackup_stale", continuousBackupData)

export interface DatabaseContinuousBackupStaleEvent
  extends Schema.Schema.Type<typeof DatabaseContinuousBackupStaleEvent>
{}

/**
 * `plan_database_maintenance`: maintenance of a database was scheduled.
 *
 * @category schemas
 */
export const PlanDatabaseMaintenanceEvent = event("plan_database_maintenance", maintenanceData)

export interface PlanDatabaseMaintenanceEvent extends Schema.Schema.Type<typeof PlanDatabaseMaintenanceEvent> {}

/**
 * `start_database_maintenance`: maintenance of a database began.
 *
 * @category schemas
 */
export const StartDatabaseMaintenanceEvent = event("start_database_maintenance", maintenanceData)

export interface StartDatabaseMaintenanceEvent extends Schema.Schema.Type<typeof StartDatabaseMaintenanceEvent> {}

/**
 * `complete_database_maintenance`: maintenance of a database was completed.
 *
 * @category schemas
 */
export const CompleteDatabaseMaintenanceEvent = event("complete_database_maintenance", maintenanceData)

export interface CompleteDatabaseMaintenanceEvent extends Schema.Schema.Type<typeof CompleteDatabaseMaintenanceEvent> {}

/**
 * An event of a database.
 *
 * @category schemas
 */
export const DatabaseEvent = union(
  UpgradeDatabaseEvent,
  DatabaseAddFeatureEvent,
  DatabaseRemoveFeatureEvent,
  DatabaseBackupSucceededEvent,
  DatabaseBackupFailedEvent,
  DatabaseContinuousBackupHealthyEvent,
  DatabaseContinuousBackupDelayedEvent,
  DatabaseContinuousBackupStaleEvent,
  PlanDatabaseMaintenanceEvent,
  StartDatabaseMaintenanceEvent,
  CompleteDatabaseMaintenanceEvent
)

export type DatabaseEvent =
  | UpgradeDatabaseEvent
  | DatabaseAddFeatureEvent
  | DatabaseRemoveFeatureEvent
  | DatabaseBackupSucceededEvent
  | DatabaseBackupFailedEvent
  | DatabaseContinuousBackupHealthyEvent
  | DatabaseContinuousBackupDelayedEvent
  | DatabaseContinuousBackupStaleEvent
  | PlanDatabaseMaintenanceEvent
  | StartDatabaseMaintenanceEvent
  | CompleteDatabaseMaintenanceEvent
