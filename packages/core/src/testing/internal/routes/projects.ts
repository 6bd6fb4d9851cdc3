/**
 * Projects and their transfers to other accounts.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findProject } from "../access.js"
import { accountById, renderUser } from "../accounts.js"
import { day } from "../durations.js"
import { newestFirst, record } from "../events.js"
import { NonBlank } from "../inputSchemas.js"
import type { Account, InvitationStatus, Project, TransferInvitation } from "../models.js"
import { createProject, makeDefault, projectsOf, renderProject } from "../projects.js"
import { conflict, empty, forbidden, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso, select, type State } from "../state.js"
import { checkFrom, recentEvents } from "./events.js"

const renderInvitation = (state: State, it: TransferInvitation) => ({
  id: it.id,
  project_id: it.projectId,
  invited_user_id: it.invitedId,
  invited_user_name: accountById(state, it.invitedId).username,
  inviter_user_id: it.inviterId,
  status: it.status,
  status_reason: "",
  expires_at: iso(it.expiresAt),
  created_at: iso(it.createdAt),
  updated_at: iso(it.updatedAt)
})

const isOpen = (state: State, it: TransferInvitation) => it.status === "pending" && state.now() < it.expiresAt

/** The eligible new owners: the collaborators of the apps of the project. */
const eligible = (state: State, project: Project): Array<Account> => {
  const found = new Set<Account>()
  for (const app of state.apps.values()) {
    if (app.projectId !== project.id) continue
    for (const it of app.collaborators) {
      const account = it.accountId === undefined ? undefined : state.accounts.get(it.accountId)
      if (account !== undefined && it.status === "accepted" && account.id !== project.ownerId) found.add(account)
    }
  }
  return Array.from(found)
}

const checkName = (call: Call, name: string, self?: Project): Effect.Effect<void, Refusal> =>
  projectsOf(call.state, call.region, call.account).some((it) => it.name === name && it !== self)
    ? invalid({ name: ["has already been taken"] })
    : Effect.void

const recordInvitation = (call: Call, project: Project, it: TransferInvitation, type: string) =>
  record(call.state, {
    type,
    user: call.account,
    project,
    data: {
      transfer_invitation_id: it.id,
      invitation_id: it.id,
      invited_user: renderUser(accountById(call.state, it.invitedId)),
      inviter: renderUser(accountById(call.state, it.inviterId)),
      status: it.status,
      status_reason: "",
      expires_at: iso(it.expiresAt)
    }
  })

/** The invitation that the path names, for its inviter and for the invited account. */
const findInvitation = (call: Call): Effect.Effect<TransferInvitation, Refusal> => {
  const it = call.state.invitations.get(call.param("invitationId"))
  return it === undefined || it.projectId !== call.param("projectId") ||
      (it.inviterId !== call.account.id && it.invitedId !== call.account.id)
    ? notFound("transfer_invitation")
    : Effect.succeed(it)
}

/** Ends an invitation, on behalf of the side that may do so. */
const settle = (call: Call, side: "invited" | "inviter", status: InvitationStatus, event: string) =>
  Effect.gen(function*() {
    const it = yield* findInvitation(call)
    if ((side === "invited" ? it.invitedId : it.inviterId) !== call.account.id) {
      return yield* forbidden(
        side === "invited" ? "only the invited user can do this" : "only the owner of the project can do this"
      )
    }
    if (!isOpen(call.state, it)) return yield* invalid({ status: ["is not pending"] })
    const project = call.state.projects.get(it.projectId)
    if (project === undefined) return yield* notFound("project")
    if (status === "accepted") {
      project.ownerId = it.invitedId
      project.default = false
      project.updatedAt = call.now
      for (const app of call.state.apps.values()) {
        if (app.projectId !== project.id) continue
        app.ownerId = it.invitedId
        app.collaborators = app.collaborators.filter((known) => known.accountId !== it.invitedId)
      }
    }
    it.status = status
    it.updatedAt = call.now
    recordInvitation(call, project, it, event)
    return json({ transfer_invitation: renderInvitation(call.state, it) })
  })

export const projects: ReadonlyArray<Route> = [
  regional.get("/projects", (call) =>
    json({
      projects: projectsOf(call.state, call.region, call.account).map((it) => renderProject(call.state, it))
    })),

  regional.post("/projects", (call) =>
    Effect.gen(function*() {
      const input = yield* call.input(
        "project",
        Schema.Struct({ name: NonBlank, default: nullish(Schema.Boolean) })
      )
      yield* checkName(call, input.name)
      const project = createProject(call.state, call.region, call.account, input.name, input.default === true)
      record(call.state, { type: "new_project", user: call.account, project, data: { default: project.default } })
      return json({ project: renderProject(call.state, project) }, 201)
    })),

  regional.get(
    "/projects/:projectId",
    (call) => Effect.map(findProject(call), (project) => json({ project: renderProject(call.state, project) }))
  ),

  regional.patch("/projects/:projectId", (call) =>
    Effect.gen(function*() {
      const project = yield* findProject(call)
      const input = yield* call.input(
        "project",
        Schema.Struct({ name: Schema.optional(NonBlank), default: Schema.optional(Schema.Boolean) })
      )
      if (input.default === false && project.default) {
        return yield* invalid({ default: ["cannot be unset: make another project the default one"] })
      }
      const changes: Array<{ readonly name: string; readonly value: unknown; readonly old_value: unknown }> = []
      if (input.name !== undefined && input.name !== project.name) {
        yield* checkName(call, input.name, project)
        changes.push({ name: "name", value: input.name, old_value: project.name })
        project.name = input.name
      }
      if (input.default === true && !project.default) {
        changes.push({ name: "default", value: true, old_value: false })
        makeDefault(call.state, project)
      }
      project.updatedAt = call.now
      record(call.state, { type: "edit_project", user: call.account, project, data: { updated_values: changes } })
      return json({ project: renderProject(call.state, project) })
    })),

  regional.delete("/projects/:projectId", (call) =>
    Effect.gen(function*() {
      const project = yield* findProject(call)
      if (select(call.state.apps, (app) => app.projectId === project.id).length > 0) {
        return yield* conflict("the project is not empty")
      }
      if (project.default) return yield* conflict("the default project cannot be deleted")
      call.state.projects.delete(project.id)
      record(call.state, { type: "delete_project", user: call.account, project, data: {} })
      return empty()
    })),

  regional.get("/projects/:projectId/events", (call) =>
    Effect.gen(function*() {
      const project = yield* findProject(call)
      yield* checkFrom(call)
      return json(recentEvents(call, newestFirst(call.state.events.filter((it) => it.projectId === project.id))))
    })),

  regional.get("/projects/:projectId/eligible_new_owners", (call) =>
    Effect.map(findProject(call), (project) =>
      json({
        eligible_new_owners: eligible(call.state, project).map((it) => ({ user_id: it.id, user_name: it.username }))
      }))),

  regional.get("/projects/:projectId/transfer_invitations", (call) =>
    Effect.map(findProject(call), (project) => {
      const all = call.query.get("status") === "all"
      return json({
        transfer_invitations: select(
          call.state.invitations,
          (it) => it.projectId === project.id && (all || isOpen(call.state, it))
        ).map((it) => renderInvitation(call.state, it))
      })
    })),

  regional.post("/projects/:projectId/transfer_invitations", (call) =>
    Effect.gen(function*() {
      const project = yield* findProject(call)
      const { invited_user_id } = yield* call.input(
        "transfer_invitation",
        Schema.Struct({ invited_user_id: NonBlank })
      )
      const invited = eligible(call.state, project).find((it) => it.id === invited_user_id)
      if (invited === undefined) return yield* invalid({ invited_user_id: ["is not a collaborator of the project"] })
      if (select(call.state.invitations, (it) => it.projectId === project.id && isOpen(call.state, it)).length > 0) {
        return yield* conflict("another invitation is pending")
      }
      const it: TransferInvitation = {
        id: call.state.ids.uuid("tin-"),
        projectId: project.id,
        invitedId: invited.id,
        inviterId: call.account.id,
        status: "pending",
        expiresAt: call.now + 3 * day,
        createdAt: call.now,
        updatedAt: call.now
      }
      call.state.invitations.set(it.id, it)
      record(call.state, {
        type: "new_project_transfer_invitation",
        user: call.account,
        project,
        data: { invitation_id: it.id, recipient_email: invited.email, recipient_username: invited.username }
      })
      return json({ transfer_invitation: renderInvitation(call.state, it) }, 201)
    })),

  regional.get(
    "/projects/:projectId/transfer_invitations/:invitationId",
    (call) => Effect.map(findInvitation(call), (it) => json({ transfer_invitation: renderInvitation(call.state, it) }))
  ),

  regional.post(
    "/projects/:projectId/transfer_invitations/:invitationId/accept",
    (call) => settle(call, "invited", "accepted", "accept_project_transfer_invitation")
  ),

  regional.post(
    "/projects/:projectId/transfer_invitations/:invitationId/decline",
    (call) => settle(call, "invited", "declined", "decline_project_transfer_invitation")
  ),

  regional.post(
    "/projects/:projectId/transfer_invitations/:invitationId/cancel",
    (call) => settle(call, "inviter", "canceled", "cancel_project_transfer_invitation")
  )
]
