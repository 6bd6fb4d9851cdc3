/**
 * The events of an app's settings: domains, collaborators, variables, alerts, autoscalers, log drains and notifiers.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { union } from "../internal/lazySchema.js"
import { Json, nullish, Secret } from "../schema/ScalingoSchema.js"
import { EventCollaborator, EventCount, EventVariable } from "./EventData.js"
import { event } from "./internal/eventSchema.js"

const autoscalerData = {
  container_type: nullish(Schema.String),
  min_containers: nullish(EventCount),
  max_containers: nullish(EventCount),
  metric: nullish(Schema.String),
  /** The target value of the metric. */
  target: nullish(Schema.Number),
  target_text: nullish(Schema.String)
}

const addonLogDrainData = {
  /** Often contains the credentials of the log service. */
  url: nullish(Secret),
  /** The addon's id, `ad-…`. */
  addon_uuid: nullish(Schema.String),
  addon_name: nullish(Schema.String)
}

const notifierData = {
  notifier_name: nullish(Schema.String),
  active: nullish(Schema.Boolean),
  send_all_events: nullish(Schema.Boolean),
  selected_events: nullish(Schema.Array(Schema.String)),
  notifier_type: nullish(Schema.String),
  /** The settings of the notification platform, such as its URL. They depend on `notifier_type`. */
  notifier_type_data: nullish(Schema.Struct(
    {
      /** Anyone who has this URL can post to it. */
      webhook_url: nullish(Secret)
    },
    { key: Schema.String, value: Json }
  )),
  platform_name: nullish(Schema.String)
}

/**
 * `new_domain`: a domain was added to an app.
 *
 * @category schemas
 */
export const NewDomainEvent = event("new_domain", {
  hostname: nullish(Schema.String),
  /** Some responses have this field instead of `hostname`. */
  name: nullish(Schema.String),
  /** Whether the domain was added with a certificate. */
  ssl: nullish(Schema.Boolean)
})

export interface NewDomainEvent extends Schema.Schema.Type<typeof NewDomainEvent> {}

/**
 * `edit_domain`: the certificate of a domain was changed.
 *
 * @category schemas
 */
export const EditDomainEvent = event("edit_domain", {
  hostname: nullish(Schema.String),
  ssl: nullish(Schema.Boolean),
  old_ssl: nullish(Schema.Boolean)
})

export interface EditDomainEvent extends Schema.Schema.Type<typeof EditDomainEvent> {}

/**
 * `delete_domain`: a domain was removed from an app.
 *
 * @category schemas
 */
export const DeleteDomainEvent = event("delete_domain", {
  hostname: nullish(Schema.String)
})

export interface DeleteDomainEvent extends Schema.Schema.Type<typeof DeleteDomainEvent> {}

/**
 * `new_collaborator`: a collaborator was invited to an app.
 *
 * @category schemas
 */
export const NewCollaboratorEvent = event("new_collaborator", {
  collaborator: nullish(EventCollaborator)
})

export interface NewCollaboratorEvent extends Schema.Schema.Type<typeof NewCollaboratorEvent> {}

/**
 * `accept_collaborator`: a collaborator accepted an invitation to an app.
 *
 * @category schemas
 */
export const AcceptCollaboratorEvent = event("accept_collaborator", {
  collaborator: nullish(EventCollaborator)
})

export interface AcceptCollaboratorEvent extends Schema.Schema.Type<typeof AcceptCollaboratorEvent> {}

/**
 * `delete_collaborator`: a collaborator or a pending invitation was removed from an app.
 *
 * @category schemas
 */
export const DeleteCollaboratorEvent = event("delete_collaborator", {
  collaborator: nullish(EventCollaborator)
})

export interface DeleteCollaboratorEvent extends Schema.Schema.Type<typeof DeleteCollaboratorEvent> {}

/**
 * `change_collaborator_role`: the role of a collaborator of an app was changed.
 *
 * @category schemas
 */
export const ChangeCollaboratorRoleEvent = event("change_collaborator_role", {
  collaborator: nullish(EventCollaborator)
})

export interface ChangeCollaboratorRoleEvent extends Schema.Schema.Type<typeof ChangeCollaboratorRoleEvent> {}

/**
 * `new_variable`: an environment variable was added.
 *
 * @category schemas
 */
export const NewVariableEvent = event("new_variable", {
  name: nullish(Schema.String),
  value: nullish(Secret),
  /** The addon that made the change, when it was not a user. */
  addon_name: nullish(Schema.String)
})

export interface NewVariableEvent extends Schema.Schema.Type<typeof NewVariableEvent> {}

/**
 * `edit_variable`: the value of an environment variable was changed.
 *
 * @category schemas
 */
export const EditVariableEvent = event("edit_variable", {
  name: nullish(Schema.String),
  value: nullish(Secret),
  old_value: nullish(Secret),
  /** The addon that made the change, when it was not a user. */
  addon_name: nullish(Schema.String)
})

export interface EditVariableEvent extends Schema.Schema.Type<typeof EditVariableEvent> {}

/**
 * `edit_variables`: several environment variables were changed at once.
 *
 * @category schemas
 */
export const EditVariablesEvent = event("edit_variables", {
  new_vars: nullish(Schema.Array(EventVariable)),
  updated_vars: nullish(Schema.Array(EventVariable)),
  deleted_vars: nullish(Schema.Array(EventVariable))
})

export interface EditVariablesEvent extends Schema.Schema.Type<typeof EditVariablesEvent> {}

/**
 * `delete_variable`: an environment variable was deleted.
 *
 * @category schemas
 */
export const DeleteVariableEvent = event("delete_variable", {
  name: nullish(Schema.String),
  value: nullish(Secret)
})

export interface DeleteVariableEvent extends Schema.Schema.Type<typeof DeleteVariableEvent> {}

/**
 * `new_alert`: an alert was created.
 *
 * @category schemas
 */
export const NewAlertEvent = event("new_alert", {
  container_type: nullish(Schema.String),
  metric: nullish(Schema.String),
  limit: nullish(Schema.Number),
  limit_text: nullish(Schema.String),
  /** Whether the alert watches for values below its limit. */
  send_when_below: nullish(Schema.Boolean)
})

export interface NewAlertEvent extends Schema.Schema.Type<typeof NewAlertEvent> {}

/**
 * `alert`: an alert was triggered or resolved.
 *
 * @category schemas
 */
export const AlertEvent = event("alert", {
  sender_name: nullish(Schema.String),
  metric: nullish(Schema.String),
  limit: nullish(Schema.Number),
  limit_text: nullish(Schema.String),
  value: nullish(Schema.Number),
  value_text: nullish(Schema.String),
  /** `false` when the alert is resolved. */
  activated: nullish(Schema.Boolean),
  send_when_below: nullish(Schema.Boolean),
  raw_limit: nullish(Schema.Number),
  raw_value: nullish(Schema.Number)
})

export interface AlertEvent extends Schema.Schema.Type<typeof AlertEvent> {}

/**
 * `delete_alert`: an alert was removed.
 *
 * @category schemas
 */
export const DeleteAlertEvent = event("delete_alert", {
  container_type: nullish(Schema.String),
  metric: nullish(Schema.String)
})

export interface DeleteAlertEvent extends Schema.Schema.Type<typeof DeleteAlertEvent> {}

/**
 * `new_autoscaler`: an autoscaler was created.
 *
 * @category schemas
 */
export const NewAutoscalerEvent = event("new_autoscaler", autoscalerData)

export interface NewAutoscalerEvent extends Schema.Schema.Type<typeof NewAutoscalerEvent> {}

/**
 * `edit_autoscaler`: an autoscaler was changed.
 *
 * @category schemas
 */
export const EditAutoscalerEvent = event("edit_autoscaler", autoscalerData)

export interface EditAutoscalerEvent extends Schema.Schema.Type<typeof EditAutoscalerEvent> {}

/**
 * `delete_autoscaler`: an autoscaler was removed.
 *
 * @category schemas
 */
export const DeleteAutoscalerEvent = event("delete_autoscaler", {
  container_type: nullish(Schema.String),
  metric: nullish(Schema.String)
})

export interface DeleteAutoscalerEvent extends Schema.Schema.Type<typeof DeleteAutoscalerEvent> {}

/**
 * `new_log_drain`: a log drain was added to an app.
 *
 * @category schemas
 */
export const NewLogDrainEvent = event("new_log_drain", {
  /** Often contains the credentials of the log service. */
  url: nullish(Secret)
})

export interface NewLogDrainEvent extends Schema.Schema.Type<typeof NewLogDrainEvent> {}

/**
 * `delete_log_drain`: a log drain was removed from an app.
 *
 * @category schemas
 */
export const DeleteLogDrainEvent = event("delete_log_drain", {
  /** Often contains the credentials of the log service. */
  url: nullish(Secret)
})

export interface DeleteLogDrainEvent extends Schema.Schema.Type<typeof DeleteLogDrainEvent> {}

/**
 * `new_addon_log_drain`: a log drain was added to an addon.
 *
 * @category schemas
 */
export const NewAddonLogDrainEvent = event("new_addon_log_drain", addonLogDrainData)

export interface NewAddonLogDrainEvent extends Schema.Schema.Type<typeof NewAddonLogDrainEvent> {}

/**
 * `delete_addon_log_drain`: a log drain was removed from an addon.
 *
 * @category schemas
 */
export const DeleteAddonLogDrainEvent = event("delete_addon_log_drain", addonLogDrainData)

export interface DeleteAddonLogDrainEvent extends Schema.Schema.Type<typeof DeleteAddonLogDrainEvent> {}

/**
 * `new_notifier`: a notifier was created.
 *
 * @category schemas
 */
export const NewNotifierEvent = event("new_notifier", notifierData)

export interface NewNotifierEvent extends Schema.Schema.Type<typeof NewNotifierEvent> {}

/**
 * `edit_notifier`: a notifier was changed.
 *
 * @category schemas
 */
export const EditNotifierEvent = event("edit_notifier", notifierData)

export interface EditNotifierEvent extends Schema.Schema.Type<typeof EditNotifierEvent> {}

/**
 * `delete_notifier`: a notifier was removed.
 *
 * @category schemas
 */
export const DeleteNotifierEvent = event("delete_notifier", notifierData)

export interface DeleteNotifierEvent extends Schema.Schema.Type<typeof DeleteNotifierEvent> {}

/**
 * An event of an app's settings.
 *
 * @category schemas
 */
export const AppSettingsEvent = union(
  NewDomainEvent,
  EditDomainEvent,
  DeleteDomainEvent,
  NewCollaboratorEvent,
  AcceptCollaboratorEvent,
  DeleteCollaboratorEvent,
  ChangeCollaboratorRoleEvent,
  NewVariableEvent,
  EditVariableEvent,
  EditVariablesEvent,
  DeleteVariableEvent,
  NewAlertEvent,
  AlertEvent,
  DeleteAlertEvent,
  NewAutoscalerEvent,
  EditAutoscalerEvent,
  DeleteAutoscalerEvent,
  NewLogDrainEvent,
  DeleteLogDrainEvent,
  NewAddonLogDrainEvent,
  DeleteAddonLogDrainEvent,
  NewNotifierEvent,
  EditNotifierEvent,
  DeleteNotifierEvent
)

export type AppSettingsEvent =
  | NewDomainEvent
  | EditDomainEvent
  | DeleteDomainEvent
  | NewCollaboratorEvent
  | AcceptCollaboratorEvent
  | DeleteCollaboratorEvent
  | ChangeCollaboratorRoleEvent
  | NewVariableEvent
  | EditVariableEvent
  | EditVariablesEvent
  | DeleteVariableEvent
  | NewAlertEvent
  | AlertEvent
  | DeleteAlertEvent
  | NewAutoscalerEvent
  | EditAutoscalerEvent
  | DeleteAutoscalerEvent
  | NewLogDrainEvent
  | DeleteLogDrainEvent
  | NewAddonLogDrainEvent
  | DeleteAddonLogDrainEvent
  | NewNotifierEvent
  | EditNotifierEvent
  | DeleteNotifierEvent
