/**
 * The collaborators of an app and their invitations.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import type { ResponseDecoder } from "../client/ResponseDecoder.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { App } from "../schema/App.js"
import { nullish, openEnum, Secret } from "../schema/ScalingoSchema.js"
import { firstOf } from "./internal/decoders.js"
import { secretText } from "./internal/secret.js"

/**
 * A collaborator of an app, or a user who was invited.
 *
 * @category schemas
 */
export const Collaborator = struct(() => ({
  id: Schema.String,
  app_id: Schema.String,
  app_name: nullish(Schema.String),
  email: Schema.String,
  /** `null` until the invitation is accepted. */
  user_id: nullish(Schema.String),
  /** `n/a` until the invitation is accepted. */
  username: Schema.String,
  status: openEnum("pending", "accepted", "user account deleted"),
  /** Whether the collaborator has the limited role, which has fewer rights on the app. */
  is_limited: nullish(Schema.Boolean),
  /** Accepts the invitation for whoever opens it, whatever their e-mail address is. Empty after acceptance. */
  invitation_link: nullish(Secret),
  /** Whether the collaborator has two-factor authentication; `null` until the invitation is accepted. */
  tfa_status: nullish(Schema.Boolean)
}))

export interface Collaborator extends Schema.Schema.Type<typeof Collaborator> {}

/**
 * The user to invite.
 *
 * @category schemas
 */
export const InviteCollaborator = struct(() => ({
  /** The e-mail address of an existing or a future user of Scalingo. */
  email: Schema.NonEmptyString,
  /** Gives the limited role. According to the documentation this is the default. */
  is_limited: Schema.optional(Schema.Boolean)
}))

export interface InviteCollaborator extends Schema.Schema.Type<typeof InviteCollaborator> {}

/**
 * The fields of a collaborator that can be changed.
 *
 * @category schemas
 */
export const UpdateCollaborator = struct(() => ({
  is_limited: Schema.Boolean
}))

export interface UpdateCollaborator extends Schema.Schema.Type<typeof UpdateCollaborator> {}

/**
 * The methods of {@link Collaborators}.
 *
 * @category models
 */
export interface CollaboratorsService {
  /**
   * The collaborators of an app, including pending invitations: `GET /apps/:app/collaborators`. Does not include the
   * owner.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<Collaborator>, ScalingoError>

  /**
   * The collaborators of all apps that the account owns: `GET /collaborators`. A collaborator of several apps is listed
   * once for each app.
   */
  readonly listAll: Effect.Effect<ReadonlyArray<Collaborator>, ScalingoError>

  /**
   * Invites a user to an app: `POST /apps/:app/collaborators`. The platform sends the invitation by e-mail.
   */
  readonly invite: (app: string, collaborator: InviteCollaborator) => Effect.Effect<Collaborator, ScalingoError>

  /**
   * Gives a collaborator the limited or the full role: `PATCH /apps/:app/collaborators/:collaboratorId`. The platform
   * refuses this for the collaborator who linked the app to its repository.
   */
  readonly update: (
    app: string,
    collaboratorId: string,
    changes: UpdateCollaborator
  ) => Effect.Effect<Collaborator, ScalingoError>

  /**
   * Removes a collaborator or revokes an invitation: `DELETE /apps/:app/collaborators/:collaboratorId`.
   */
  readonly delete: (app: string, collaboratorId: string) => Effect.Effect<void, ScalingoError>

  /**
   * Accepts an invitation and returns the app: `GET /apps/collaboration`. `token` comes from the query of the
   * `invitation_link`. This GET is not idempotent, since it changes the app's collaborators: it is not retried when the
   * response is lost.
   */
  readonly acceptInvitation: (token: string | Redacted.Redacted) => Effect.Effect<App, ScalingoError>
}

/**
 * Collaborators of apps.
 *
 * @category tags
 */
export class Collaborators
  extends Context.Tag("@effect-scalingo/core/Collaborators")<Collaborators, CollaboratorsService>()
{}

const collaborator = Decode.root("collaborator", Collaborator)
const collaborators = Decode.list("collaborators", Collaborator)

/** The documentation shows the collaborator inside a list; the official clients read it without the list. */
const invited: ResponseDecoder<Collaborator> = Decode.transform(
  Decode.root("collaborator", lazy(() => Schema.Union(Collaborator, Schema.Tuple(Collaborator)))),
  (response) => Either.right("id" in response ? response : response[0])
)

/** The documentation has shown the app with and without its root key; the JavaScript client reads it without. */
const joined = firstOf(Decode.root("app", App), Decode.json(App))

const list = endpoint("Collaborators.list", "GET /apps/:app/collaborators", collaborators)
const listAll = endpoint("Collaborators.listAll", "GET /collaborators", collaborators)
const invite = endpoint("Collaborators.invite", "POST /apps/:app/collaborators", invited, {
  body: body(InviteCollaborator, "collaborator")
})
const update = endpoint("Collaborators.update", "PATCH /apps/:app/collaborators/:collaboratorId", collaborator, {
  body: body(UpdateCollaborator, "collaborator")
})
const remove = endpoint("Collaborators.delete", "DELETE /apps/:app/collaborators/:collaboratorId", Decode.empty)
const acceptInvitation = endpoint("Collaborators.acceptInvitation", "GET /apps/collaboration", joined, {
  idempotent: false
})

export const make: Effect.Effect<CollaboratorsService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    Collaborators.of({
      list: (app) => call(api, list, { path: { app } }),
      listAll: call(api, listAll, {}),
      invite: (app, collaborator) => call(api, invite, { path: { app }, body: collaborator }),
      update: (app, collaboratorId, changes) => call(api, update, { path: { app, collaboratorId }, body: changes }),
      delete: (app, collaboratorId) => call(api, remove, { path: { app, collaboratorId } }),
      acceptInvitation: (token) => call(api, acceptInvitation, { query: { token: secretText(token) } })
    })
)

export const layer: Layer.Layer<Collaborators, never, RegionalApi> = Layer.effect(Collaborators, make)
