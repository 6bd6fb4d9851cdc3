/**
 * The events of projects and of their transfers between accounts.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { nullish, openEnum, optionalTimestamp } from "../schema/ScalingoSchema.js"
import { EventProjectValue, EventUser } from "./EventData.js"
import { event, looseEvent } from "./internal/eventSchema.js"

/** The documentation and the Go client use different names for this data, so that no field is certain. */
const transferData = {
  transfer_invitation_id: Schema.optional(Schema.String),
  invited_user: Schema.optional(EventUser),
  inviter: Schema.optional(EventUser),
  status: Schema.optional(openEnum("pending", "accepted", "declined", "canceled", "failed", "error")),
  /** Why the transfer failed; empty otherwise. */
  status_reason: Schema.optional(Schema.String),
  expires_at: optionalTimestamp,
  invitation_id: nullish(Schema.String)
}

const recipientData = {
  recipient_email: nullish(Schema.String),
  recipient_username: nullish(Schema.String)
}

/**
 * `new_project`: a project was created.
 *
 * @category schemas
 */
export const NewProjectEvent = event("new_project", {
  /** Whether it is the default project. */
  default: Schema.Boolean
})

export interface NewProjectEvent extends Schema.Schema.Type<typeof NewProjectEvent> {}

/**
 * `edit_project`: a project was renamed or made the default project.
 *
 * @category schemas
 */
export const EditProjectEvent = event("edit_project", {
  updated_values: Schema.Array(EventProjectValue)
})

export interface EditProjectEvent extends Schema.Schema.Type<typeof EditProjectEvent> {}

/**
 * `delete_project`: a project was deleted.
 *
 * @category schemas
 */
export const DeleteProjectEvent = looseEvent("delete_project", {
  project_id: nullish(Schema.String)
})

export interface DeleteProjectEvent extends Schema.Schema.Type<typeof DeleteProjectEvent> {}

/**
 * `new_project_transfer_invitation`: a user was invited to take over a project.
 *
 * @category schemas
 */
export const NewProjectTransferInvitationEvent = looseEvent("new_project_transfer_invitation", {
  ...recipientData,
  invitation_id: nullish(Schema.String)
})

export interface NewProjectTransferInvitationEvent
  extends Schema.Schema.Type<typeof NewProjectTransferInvitationEvent>
{}

/**
 * `accept_project_transfer_invitation`: the invited user took over a project.
 *
 * @category schemas
 */
export const AcceptProjectTransferInvitationEvent = looseEvent("accept_project_transfer_invitation", {
  ...transferData,
  ...recipientData
})

export interface AcceptProjectTransferInvitationEvent
  extends Schema.Schema.Type<typeof AcceptProjectTransferInvitationEvent>
{}

/**
 * `accept_project_transfer_invitation_error`: the invited user tried to take over a project and failed.
 *
 * @category schemas
 */
export const AcceptProjectTransferInvitationErrorEvent = looseEvent("accept_project_transfer_invitation_error", {
  ...transferData,
  error: nullish(Schema.String)
})

export interface AcceptProjectTransferInvitationErrorEvent
  extends Schema.Schema.Type<typeof AcceptProjectTransferInvitationErrorEvent>
{}

/**
 * `cancel_project_transfer_invitation`: the inviter canceled the invitation to take over a project.
 *
 * @category schemas
 */
export const CancelProjectTransferInvitationEvent = looseEvent("cancel_project_transfer_invitation", {
  ...transferData,
  ...recipientData
})

export interface CancelProjectTransferInvitationEvent
  extends Schema.Schema.Type<typeof CancelProjectTransferInvitationEvent>
{}

/**
 * `decline_project_transfer_invitation`: the invited user declined to take over a project.
 *
 * @category schemas
 */
export const DeclineProjectTransferInvitationEvent = looseEvent("decline_project_transfer_invitation", {
  ...transferData,
  ...recipientData
})

export interface DeclineProjectTransferInvitationEvent
  extends Schema.Schema.Type<typeof DeclineProjectTransferInvitationEvent>
{}

/**
 * An event of a project.
 *
 * @category schemas
 */
export const ProjectEvent = Schema.Union(
  NewProjectEvent,
  EditProjectEvent,
  DeleteProjectEvent,
  NewProjectTransferInvitationEvent,
  AcceptProjectTransferInvitationEvent,
  AcceptProjectTransferInvitationErrorEvent,
  CancelProjectTransferInvitationEvent,
  DeclineProjectTransferInvitationEvent
)

export type ProjectEvent =
  | NewProjectEvent
  | EditProjectEvent
  | DeleteProjectEvent
  | NewProjectTransferInvitationEvent
  | AcceptProjectTransferInvitationEvent
  | AcceptProjectTransferInvitationErrorEvent
  | CancelProjectTransferInvitationEvent
  | DeclineProjectTransferInvitationEvent
