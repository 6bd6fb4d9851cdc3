/**
 * The events of projects and of their transfers between accounts.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { union } from "../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp } from "../schema/ScalingoSchema.js"
import { EventAccount, EventProjectValue } from "./EventData.js"
import { event } from "./internal/eventSchema.js"

/** The documentation and the Go client use different names for this data, so that no field is certain. */
const transferData = {
  transfer_invitation_id: nullish(Schema.String),
  invited_user: nullish(EventAccount),
  inviter: nullish(EventAccount),
  status: nullish(openEnum("pending", "accepted", "declined", "canceled", "failed", "error")),
  /** Why the transfer failed; empty otherwise. */
  status_reason: nullish(Schema.String),
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
  default: nullish(Schema.Boolean)
})

export interface NewProjectEvent extends Schema.Schema.Type<typeof NewProjectEvent> {}

/**
 * `edit_project`: a project was renamed or made the default project.
 *
 * @category schemas
 */
export const EditProjectEvent = event("edit_project", {
  updated_values: nullish(Schema.Array(EventProjectValue))
})

export interface EditProjectEvent extends Schema.Schema.Type<typeof EditProjectEvent> {}

/**
 * `delete_project`: a project was deleted.
 *
 * @category schemas
 */
export const DeleteProjectEvent = event("delete_project", {
  project_id: nullish(Schema.String)
})

export interface DeleteProjectEvent extends Schema.Schema.Type<typeof DeleteProjectEvent> {}

/**
 * `new_project_transfer_invitation`: a user was invited to take over a project.
 *
 * @category schemas
 */
export const NewProjectTransferInvitationEvent = event("new_project_transfer_invitation", {
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
export const AcceptProjectTransferInvitationEvent = event("accept_project_transfer_invitation", {
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
export const AcceptProjectTransferInvitationErrorEvent = event("accept_project_transfer_invitation_error", {
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
export const CancelProjectTransferInvitationEvent = event("cancel_project_transfer_invitation", {
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
export const DeclineProjectTransferInvitationEvent = event("decline_project_transfer_invitation", {
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
export const ProjectEvent = union(
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
