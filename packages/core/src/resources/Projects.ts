/**
 * Projects group the apps and databases of an account, and can be transferred to another account as a whole.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import type { Page, PageOptions } from "../client/Pagination.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { Event } from "../events/Event.js"
import { struct } from "../internal/lazySchema.js"
import { Owner } from "../schema/Owner.js"
import { mapOf, nullish, openEnum, Timestamp } from "../schema/ScalingoSchema.js"
import type { EventsOptions, EventWalkOptions } from "./internal/eventPages.js"
import { eventPages } from "./internal/eventPages.js"

/**
 * A project.
 *
 * @category schemas
 */
export const Project = struct(() => ({
  /** `pr-…` */
  id: Schema.String,
  name: Schema.String,
  /** Whether new apps are created in it by default. */
  default: Schema.Boolean,
  created_at: Timestamp,
  updated_at: Timestamp,
  owner: Owner,
  flags: nullish(mapOf(Schema.Boolean))
}))

export interface Project extends Schema.Schema.Type<typeof Project> {}

/**
 * An invitation to take over a project. It expires after three days.
 *
 * @category schemas
 */
export const ProjectTransferInvitation = struct(() => ({
  /** `tin-…` */
  id: Schema.String,
  project_id: Schema.String,
  invited_user_id: Schema.String,
  invited_user_name: Schema.String,
  inviter_user_id: Schema.String,
  status: openEnum("pending", "accepted", "declined", "canceled", "failed", "error"),
  /** Why the transfer failed; empty otherwise. */
  status_reason: nullish(Schema.String),
  expires_at: Timestamp,
  created_at: Timestamp,
  updated_at: Timestamp
}))

export interface ProjectTransferInvitation extends Schema.Schema.Type<typeof ProjectTransferInvitation> {}

/**
 * A user who can take over a project.
 *
 * @category schemas
 */
export const EligibleNewOwner = struct(() => ({
  user_id: Schema.String,
  user_name: Schema.String
}))

export interface EligibleNewOwner extends Schema.Schema.Type<typeof EligibleNewOwner> {}

/**
 * The fields of a new project.
 *
 * @category schemas
 */
export const CreateProject = struct(() => ({
  name: Schema.NonEmptyString,
  /** Makes it the default project. */
  default: Schema.optional(Schema.Boolean)
}))

export interface CreateProject extends Schema.Schema.Type<typeof CreateProject> {}

/**
 * The fields of a project that can be changed.
 *
 * @category schemas
 */
export const UpdateProject = struct(() => ({
  name: Schema.optional(Schema.NonEmptyString),
  /** Only `true` is accepted: a project stops being the default when another project becomes the default. */
  default: Schema.optional(Schema.Literal(true))
}))

export interface UpdateProject extends Schema.Schema.Type<typeof UpdateProject> {}

/**
 * The methods of {@link Projects}.
 *
 * @category models
 */
export interface ProjectsService {
  /**
   * The projects of the account: `GET /projects`.
   */
  readonly list: Effect.Effect<ReadonlyArray<Project>, ScalingoError>

  /**
   * One project: `GET /projects/:projectId`.
   */
  readonly get: (projectId: string) => Effect.Effect<Project, ScalingoError>

  /**
   * Creates a project: `POST /projects`.
   */
  readonly create: (project: CreateProject) => Effect.Effect<Project, ScalingoError>

  /**
   * Renames a project or makes it the default: `PATCH /projects/:projectId`.
   */
  readonly update: (projectId: string, changes: UpdateProject) => Effect.Effect<Project, ScalingoError>

  /**
   * Deletes an empty project: `DELETE /projects/:projectId`. Fails with `Conflict` while it has apps.
   */
  readonly delete: (projectId: string) => Effect.Effect<void, ScalingoError>

  /**
   * The invitations to take over a project: `GET /projects/:projectId/transfer_invitations`. Returns only pending ones
   * that have not expired, unless `status` is `"all"`.
   */
  readonly listTransferInvitations: (
    projectId: string,
    options?: { readonly status?: "all" | undefined }
  ) => Effect.Effect<ReadonlyArray<ProjectTransferInvitation>, ScalingoError>

  /**
   * One invitation: `GET /projects/:projectId/transfer_invitations/:invitationId`.
   */
  readonly getTransferInvitation: (
    projectId: string,
    invitationId: string
  ) => Effect.Effect<ProjectTransferInvitation, ScalingoError>

  /**
   * The users who can take over a project: `GET /projects/:projectId/eligible_new_owners`. Only for the project's
   * owner.
   */
  readonly listEligibleNewOwners: (projectId: string) => Effect.Effect<ReadonlyArray<EligibleNewOwner>, ScalingoError>

  /**
   * Invites a user to take over a project: `POST /projects/:projectId/transfer_invitations`. Fails while another
   * invitation is pending. The invitation expires after three days.
   */
  readonly createTransferInvitation: (
    projectId: string,
    invitedUserId: string
  ) => Effect.Effect<ProjectTransferInvitation, ScalingoError>

  /**
   * Accepts an invitation and takes over the project:
   * `POST /projects/:projectId/transfer_invitations/:invitationId/accept`. Only for the invited user.
   */
  readonly acceptTransferInvitation: (
    projectId: string,
    invitationId: string
  ) => Effect.Effect<ProjectTransferInvitation, ScalingoError>

  /**
   * Declines an invitation: `POST /projects/:projectId/transfer_invitations/:invitationId/decline`. Only for the
   * invited user.
   */
  readonly declineTransferInvitation: (
    projectId: string,
    invitationId: string
  ) => Effect.Effect<ProjectTransferInvitation, ScalingoError>

  /**
   * Cancels an invitation: `POST /projects/:projectId/transfer_invitations/:invitationId/cancel`. Only for the
   * project's owner.
   */
  readonly cancelTransferInvitation: (
    projectId: string,
    invitationId: string
  ) => Effect.Effect<ProjectTransferInvitation, ScalingoError>

  /**
   * The events of a project, newest first, across all pages: `GET /projects/:projectId/events`. With `from` it reads
   * the events of the last 1 to 72 hours in one request; with `exact` it misses none when others are removed meanwhile.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly listEvents: (
    projectId: string,
    options?: EventWalkOptions
  ) => Stream.Stream<Event, ScalingoError>

  /**
   * One page of the events of a project: `GET /projects/:projectId/events`. `from` selects the last 1 to 72 hours
   * instead of a page.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly listEventsPage: (
    projectId: string,
    options?: PageOptions & EventsOptions
  ) => Effect.Effect<Page<Event>, ScalingoError>
}

/**
 * Projects of the account, and their transfers to other accounts.
 *
 * @category tags
 */
export class Projects extends Context.Tag("@effect-scalingo/core/Projects")<Projects, ProjectsService>() {}

const project = Decode.root("project", Project)
const invitation = Decode.root("transfer_invitation", ProjectTransferInvitation)

const list = endpoint("Projects.list", "GET /projects", Decode.list("projects", Project))
const get = endpoint("Projects.get", "GET /projects/:projectId", project)
const create = endpoint("Projects.create", "POST /projects", project, { body: body(CreateProject, "project") })
const update = endpoint("Projects.update", "PATCH /projects/:projectId", project, {
  body: body(UpdateProject, "project")
})
const remove = endpoint("Projects.delete", "DELETE /projects/:projectId", Decode.empty)
const listTransferInvitations = endpoint(
  "Projects.listTransferInvitations",
  "GET /projects/:projectId/transfer_invitations",
  Decode.list("transfer_invitations", ProjectTransferInvitation)
)
const getTransferInvitation = endpoint(
  "Projects.getTransferInvitation",
  "GET /projects/:projectId/transfer_invitations/:invitationId",
  invitation
)
const listEligibleNewOwners = endpoint(
  "Projects.listEligibleNewOwners",
  "GET /projects/:projectId/eligible_new_owners",
  Decode.list("eligible_new_owners", EligibleNewOwner)
)
const createTransferInvitation = endpoint(
  "Projects.createTransferInvitation",
  "POST /projects/:projectId/transfer_invitations",
  invitation,
  { body: body(struct(() => ({ invited_user_id: Schema.NonEmptyString })), "transfer_invitation") }
)
const acceptTransferInvitation = endpoint(
  "Projects.acceptTransferInvitation",
  "POST /projects/:projectId/transfer_invitations/:invitationId/accept",
  invitation
)
const declineTransferInvitation = endpoint(
  "Projects.declineTransferInvitation",
  "POST /projects/:projectId/transfer_invitations/:invitationId/decline",
  invitation
)
const cancelTransferInvitation = endpoint(
  "Projects.cancelTransferInvitation",
  "POST /projects/:projectId/transfer_invitations/:invitationId/cancel",
  invitation
)
const listEvents = endpoint("Projects.listEvents", "GET /projects/:projectId/events", Decode.page("events", Event))

export const make: Effect.Effect<ProjectsService, never, RegionalApi> = Effect.map(RegionalApi, (api) => {
  const events = eventPages(api, listEvents)
  return Projects.of({
    list: call(api, list, {}),
    get: (projectId) => call(api, get, { path: { projectId } }),
    create: (project) => call(api, create, { body: project }),
    update: (projectId, changes) => call(api, update, { path: { projectId }, body: changes }),
    delete: (projectId) => call(api, remove, { path: { projectId } }),
    listTransferInvitations: (projectId, options) =>
      call(api, listTransferInvitations, { path: { projectId }, query: { status: options?.status } }),
    getTransferInvitation: (projectId, invitationId) =>
      call(api, getTransferInvitation, { path: { projectId, invitationId } }),
    listEligibleNewOwners: (projectId) => call(api, listEligibleNewOwners, { path: { projectId } }),
    createTransferInvitation: (projectId, invitedUserId) =>
      call(api, createTransferInvitation, { path: { projectId }, body: { invited_user_id: invitedUserId } }),
    acceptTransferInvitation: (projectId, invitationId) =>
      call(api, acceptTransferInvitation, { path: { projectId, invitationId } }),
    declineTransferInvitation: (projectId, invitationId) =>
      call(api, declineTransferInvitation, { path: { projectId, invitationId } }),
    cancelTransferInvitation: (projectId, invitationId) =>
      call(api, cancelTransferInvitation, { path: { projectId, invitationId } }),
    listEvents: (projectId, options) => events.all({ path: { projectId } }, options),
    listEventsPage: (projectId, options) => events.page({ path: { projectId } }, options)
  })
})

export const layer: Layer.Layer<Projects, never, RegionalApi> = Layer.effect(Projects, make)
