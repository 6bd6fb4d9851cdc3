/**
 * The events of an app's lifecycle, containers, deployments and region.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { union } from "../internal/lazySchema.js"
import { HdsContact } from "../schema/HdsContact.js"
import { DurationFromSeconds, nullish, openEnum, optionalTimestamp, Secret } from "../schema/ScalingoSchema.js"
import { EventAccount, EventFormation, EventLastCommits } from "./EventData.js"
import { bareEvent, event } from "./internal/eventSchema.js"

const crashData = {
  container_type: nullish(Schema.String),
  /** The last lines of the container's output. */
  crash_logs: nullish(Schema.String),
  /** Contains a token: anyone who has the URL can read the logs. */
  logs_url: nullish(Secret)
}

/**
 * `new_app`: an app was created.
 *
 * @category schemas
 */
export const NewAppEvent = event("new_app", {
  /** The repository that the app was created from, if any. */
  git_source: nullish(Schema.String)
})

export interface NewAppEvent extends Schema.Schema.Type<typeof NewAppEvent> {}

/**
 * `edit_app`: the settings of an app were changed.
 *
 * @category schemas
 */
export const EditAppEvent = event("edit_app", {
  /** The new value. `null` when this setting did not change. */
  force_https: nullish(Schema.Boolean)
})

export interface EditAppEvent extends Schema.Schema.Type<typeof EditAppEvent> {}

/**
 * `delete_app`: an app was deleted.
 *
 * @category schemas
 */
export const DeleteAppEvent = bareEvent("delete_app")

export interface DeleteAppEvent extends Schema.Schema.Type<typeof DeleteAppEvent> {}

/**
 * `rename_app`: an app was renamed.
 *
 * @category schemas
 */
export const RenameAppEvent = event("rename_app", {
  old_name: nullish(Schema.String),
  new_name: nullish(Schema.String)
})

export interface RenameAppEvent extends Schema.Schema.Type<typeof RenameAppEvent> {}

/**
 * `update_app_project`: an app was moved to another project.
 *
 * @category schemas
 */
export const UpdateAppProjectEvent = event("update_app_project", {
  old_project_name: nullish(Schema.String),
  old_project_id: nullish(Schema.String),
  new_project_name: nullish(Schema.String),
  new_project_id: nullish(Schema.String)
})

export interface UpdateAppProjectEvent extends Schema.Schema.Type<typeof UpdateAppProjectEvent> {}

/**
 * `transfer_app`: an app was handed over to another owner.
 *
 * @category schemas
 */
export const TransferAppEvent = event("transfer_app", {
  old_owner: nullish(EventAccount),
  new_owner: nullish(EventAccount)
})

export interface TransferAppEvent extends Schema.Schema.Type<typeof TransferAppEvent> {}

/**
 * `restart`: containers of an app were restarted. The event has no `user` when an addon restarted them.
 *
 * @category schemas
 */
export const RestartEvent = event("restart", {
  /** The restarted container types. `null` stands for all of them. */
  scope: nullish(Schema.Array(Schema.String)),
  /** The addon that requested the restart. */
  addon_name: nullish(Schema.String),
  /** Another spelling of `addon_name` in the documentation. */
  addon_provider: nullish(Schema.String),
  reason: nullish(openEnum("user_restart", "unexpected_failure", "rebalancing_operation", "security_maintenance"))
})

export interface RestartEvent extends Schema.Schema.Type<typeof RestartEvent> {}

/**
 * `scale`: the number or the size of an app's containers changed.
 *
 * @category schemas
 */
export const ScaleEvent = event("scale", {
  /** By container type, before the change. */
  previous_containers: nullish(EventFormation),
  /** By container type, after the change. */
  containers: nullish(EventFormation)
})

export interface ScaleEvent extends Schema.Schema.Type<typeof ScaleEvent> {}

/**
 * `stop_app`: the platform stopped an app.
 *
 * @category schemas
 */
export const StopAppEvent = event("stop_app", {
  reason: nullish(Schema.String)
})

export interface StopAppEvent extends Schema.Schema.Type<typeof StopAppEvent> {}

/**
 * `crash`: a container crashed.
 *
 * @category schemas
 */
export const CrashEvent = event("crash", crashData)

export interface CrashEvent extends Schema.Schema.Type<typeof CrashEvent> {}

/**
 * `repeated_crash`: a container crashed repeatedly.
 *
 * @category schemas
 */
export const RepeatedCrashEvent = event("repeated_crash", crashData)

export interface RepeatedCrashEvent extends Schema.Schema.Type<typeof RepeatedCrashEvent> {}

/**
 * `deployment`: a deployment ended, successfully or not.
 *
 * @category schemas
 */
export const DeploymentEvent = event("deployment", {
  deployment_id: nullish(Schema.String),
  deployment_uuid: nullish(Schema.String),
  deployment_type: nullish(Schema.String),
  /** The name of the user who deployed. */
  pusher: nullish(Schema.String),
  /** The commit, or the label of a deployed archive. */
  git_ref: nullish(Schema.String),
  git_ref_url: nullish(Schema.String),
  status: nullish(openEnum("success", "crashed-error", "timeout-error", "build-error", "hook-error", "aborted")),
  stack: nullish(Schema.String),
  /** How long the deployment took, in seconds on the wire. */
  duration: nullish(DurationFromSeconds),
  finished_at: optionalTimestamp,
  last_commits: nullish(EventLastCommits)
})

export interface DeploymentEvent extends Schema.Schema.Type<typeof DeploymentEvent> {}

/**
 * `run`: a one-off container was started.
 *
 * @category schemas
 */
export const RunEvent = event("run", {
  /** Empty when an operator of Scalingo ran it. */
  command: nullish(Schema.String),
  audit_log_id: nullish(Schema.String),
  /** In bytes. */
  audit_log_size: nullish(Schema.Number),
  detached: nullish(Schema.Boolean)
})

export interface RunEvent extends Schema.Schema.Type<typeof RunEvent> {}

/**
 * `stack_changed`: an app was moved to another stack.
 *
 * @category schemas
 */
export const StackChangedEvent = event("stack_changed", {
  previous_stack_id: nullish(Schema.String),
  current_stack_id: nullish(Schema.String),
  previous_stack_name: nullish(Schema.String),
  current_stack_name: nullish(Schema.String)
})

export interface StackChangedEvent extends Schema.Schema.Type<typeof StackChangedEvent> {}

/**
 * `start_region_migration`: an app began to move to another region. Only old timelines contain this event: the platform
 * no longer offers migrations.
 *
 * @category schemas
 */
export const StartRegionMigrationEvent = event("start_region_migration", {
  migration_id: nullish(Schema.String),
  /** The region the app moves to. */
  destination: nullish(Schema.String),
  /** The region the app leaves. */
  source: nullish(Schema.String),
  dst_app_name: nullish(Schema.String)
})

export interface StartRegionMigrationEvent extends Schema.Schema.Type<typeof StartRegionMigrationEvent> {}

/**
 * `create_data_access_consent`: Scalingo's support was given temporary access to an app.
 *
 * @category schemas
 */
export const CreateDataAccessConsentEvent = event("create_data_access_consent", {
  end_at: optionalTimestamp,
  databases: nullish(Schema.Boolean),
  containers: nullish(Schema.Boolean),
  remote_ip: nullish(Schema.String)
})

export interface CreateDataAccessConsentEvent extends Schema.Schema.Type<typeof CreateDataAccessConsentEvent> {}

/**
 * `edit_hds_contact`: the contact for health data (HDS) of an app was changed.
 *
 * @category schemas
 */
export const EditHdsContactEvent = event("edit_hds_contact", {
  ...HdsContact.fields,
  remote_ip: nullish(Schema.String)
})

export interface EditHdsContactEvent extends Schema.Schema.Type<typeof EditHdsContactEvent> {}

/**
 * An event of an app's lifecycle, containers, deployments or region.
 *
 * @category schemas
 */
export const AppEvent = union(
  NewAppEvent,
  EditAppEvent,
  DeleteAppEvent,
  RenameAppEvent,
  UpdateAppProjectEvent,
  TransferAppEvent,
  RestartEvent,
  ScaleEvent,
  StopAppEvent,
  CrashEvent,
  RepeatedCrashEvent,
  DeploymentEvent,
  RunEvent,
  StackChangedEvent,
  StartRegionMigrationEvent,
  CreateDataAccessConsentEvent,
  EditHdsContactEvent
)

export type AppEvent =
  | NewAppEvent
  | EditAppEvent
  | DeleteAppEvent
  | RenameAppEvent
  | UpdateAppProjectEvent
  | TransferAppEvent
  | RestartEvent
  | ScaleEvent
  | StopAppEvent
  | CrashEvent
  | RepeatedCrashEvent
  | DeploymentEvent
  | RunEvent
  | StackChangedEvent
  | StartRegionMigrationEvent
  | CreateDataAccessConsentEvent
  | EditHdsContactEvent
