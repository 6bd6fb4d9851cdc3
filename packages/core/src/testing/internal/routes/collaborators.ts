/**
 * The collaborators of apps.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, mayUseApp } from "../access.js"
import { accountById } from "../accounts.js"
import { renderApp } from "../apps.js"
import { findAppToChange, isLimited } from "../collaboratorRoles.js"
import { record } from "../events.js"
import { EmailAddress } from "../inputSchemas.js"
import type { Account, App, Collaborator } from "../models.js"
import { badRequest, empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { linkOf } from "../scmRepoLinks.js"
import { select, type State, statePart } from "../state.js"

/** The ids of the accounts that invited, by the id of the collaborator. */
const inviters = statePart(() => new Map<string, string>())

const accountOf = (state: State, it: Collaborator): Account | undefined =>
  it.accountId === undefined ? undefined : state.accounts.get(it.accountId)

const invitationLink = (state: State, app: App, it: Collaborator) =>
  `${state.urls.dashboard(app.region)}/apps/collaboration?token=${it.invitationToken}`

/** A collaborator, as `viewer` sees it: a limited collaborator sees no invitation links. */
const render = (state: State, app: App, it: Collaborator, viewer: Account) => {
  const account = accountOf(state, it)
  return {
    id: it.id,
    app_id: app.id,
    app_name: app.name,
    email: it.email,
    user_id: account?.id ?? null,
    username: account?.username ?? "n/a",
    status: it.status,
    is_limited: it.role === "limited",
    invitation_link: it.status === "accepted" || isLimited(app, viewer) ? "" : invitationLink(state, app, it),
    tfa_status: account === undefined ? null : account.otp !== undefined
  }
}

const eventData = (state: State, it: Collaborator) => {
  const account = accountOf(state, it)
  return { email: it.email, ...(account === undefined ? {} : { id: account.id, username: account.username }) }
}

const findCollaborator = (call: Call, app: App): Effect.Effect<Collaborator, Refusal> => {
  const it = app.collaborators.find((known) => known.id === call.param("collaboratorId"))
  return it === undefined ? notFound("collaborator") : Effect.succeed(it)
}

const findInvitation = (call: Call, token: string): Effect.Effect<readonly [App, Collaborator], Refusal> => {
  for (const app of call.state.apps.values()) {
    const it = app.collaborators.find((known) => known.invitationToken === token && known.status === "pending")
    if (it !== undefined && app.region === call.region) return Effect.succeed([app, it])
  }
  return notFound("collaborator")
}

export const collaborators: ReadonlyArray<Route> = [
  regional.get("/collaborators", (call) =>
    json({
      collaborators: select(
        call.state.apps,
        (app) => app.region === call.region && app.ownerId === call.account.id
      ).flatMap((app) => app.collaborators.map((it) => render(call.state, app, it, call.account)))
    })),

  // A GET with an effect, since the mail links to it.
  regional.get("/apps/collaboration", (call) =>
    Effect.gen(function*() {
      const token = call.query.get("token")
      if (token === null || token === "") return yield* badRequest("param is missing or the value is empty: token")
      const [app, it] = yield* findInvitation(call, token)
      if (it.email !== call.account.email) {
        const why = mayUseApp(app, call.account) ? "You're already working on this app, this" : "This"
        return yield* badRequest(`${why} invitation is for ${it.email}`)
      }
      if (mayUseApp(app, call.account)) return yield* invalid({ user: ["is already a collaborator of the app"] })
      const accepted: Collaborator = {
        ...it,
        email: call.account.email,
        accountId: call.account.id,
        status: "accepted"
      }
      app.collaborators = app.collaborators.map((known) => known === it ? accepted : known)
      const inviter = accountById(call.state, inviters(call.state).get(it.id) ?? app.ownerId)
      record(call.state, {
        type: "accept_collaborator",
        user: call.account,
        app,
        data: {
          collaborator: {
            ...eventData(call.state, accepted),
            inviter: { id: inviter.id, email: inviter.email, username: inviter.username },
            is_limited: accepted.role === "limited"
          }
        }
      })
      return json({ app: renderApp(call.state, app) })
    })),

  regional.get(
    "/apps/:app/collaborators",
    (call) =>
      Effect.map(
        findApp(call),
        (app) => json({ collaborators: app.collaborators.map((it) => render(call.state, app, it, call.account)) })
      )
  ),

  regional.post("/apps/:app/collaborators", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input(
        "collaborator",
        Schema.Struct({ email: EmailAddress, is_limited: nullish(Schema.Boolean) })
      )
      const owner = accountById(call.state, app.ownerId)
      if (owner.email === input.email || app.collaborators.some((it) => it.email === input.email)) {
        return yield* invalid({ email: ["has already been taken"] })
      }
      const it: Collaborator = {
        id: call.state.ids.hex(),
        email: input.email,
        accountId: undefined,
        status: "pending",
        role: input.is_limited === false ? "collaborator" : "limited",
        invitationToken: call.state.ids.secret(40)
      }
      app.collaborators.push(it)
      inviters(call.state).set(it.id, call.account.id)
      call.state.mails.push({
        to: it.email,
        subject: "invitation to collaborate",
        data: { app: app.name, token: it.invitationToken, invitation_link: invitationLink(call.state, app, it) }
      })
      record(call.state, {
        type: "new_collaborator",
        user: call.account,
        app,
        data: { collaborator: { email: it.email, is_limited: it.role === "limited" } }
      })
      // The documentation's example is an array; the official clients read an object.
      return json({ collaborator: render(call.state, app, it, call.account) }, 201)
    })),

  regional.patch("/apps/:app/collaborators/:collaboratorId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const it = yield* findCollaborator(call, app)
      const { is_limited } = yield* call.input("collaborator", Schema.Struct({ is_limited: Schema.Boolean }))
      if (it.accountId !== undefined && linkOf(call.state, app)?.linkerId === it.accountId) {
        return yield* invalid({ is_limited: ["cannot be changed: the collaborator linked the repository of the app"] })
      }
      it.role = is_limited ? "limited" : "collaborator"
      record(call.state, {
        type: "change_collaborator_role",
        user: call.account,
        app,
        data: { collaborator: { ...eventData(call.state, it), is_limited } }
      })
      return json({ collaborator: render(call.state, app, it, call.account) })
    })),

  regional.delete("/apps/:app/collaborators/:collaboratorId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const it = yield* findCollaborator(call, app)
      app.collaborators = app.collaborators.filter((known) => known !== it)
      record(call.state, {
        type: "delete_collaborator",
        user: call.account,
        app,
        data: { collaborator: it.status === "accepted" ? eventData(call.state, it) : {} }
      })
      return empty()
    }))
]
