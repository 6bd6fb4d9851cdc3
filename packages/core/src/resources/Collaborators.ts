/**
 * The people who work on an app beside its owner, and their invitations.
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
import { App } from "../schema/App.js"
import { openEnum, Secret } from "../schema/ScalingoSchema.js"
import { firstOf } from "./internal/decoders.js"
import { secretText } from "./internal/secret.js"

/**
 * Somebody who works on an app, or was invited to.
 *
 * @category schemas
 */
export const Collaborator = Schema.Struct({
  id: Schema.String,
  app_id: Schema.String,
  app_name: Schema.String,
  email: Schema.String,
  /** `null` until the invitation is accepted. */
  user_id: Schema.NullOr(Schema.String),
  /** `n/a` until the invitation is accepted. */
  username: Schema.String,
  status: openEnum("pending", "accepted", "user account deleted"),
  /** Whether the collaborator has the limited role, with fewer rights on the app. */
  is_limited: Schema.Boolean,
  /** Lets whoever opens it in, whatever their e-mail address is. Empty once the invitation is accepted. */
  invitation_link: Secret,
  /** Whether the collaborator has two-factor authentication; `null` until the invitation is accepted. */
  tfa_status: Schema.NullOr(Schema.Boolean)
})

export interface Collaborator extends Schema.Schema.Type<typeof Collaborator> {}

/**
 * Whom to invite.
 *
 * @category schemas
 */
export const InviteCollaborator = Schema.Struct({
  /** Of a user of Scalingo, or of somebody who is to become one. */
  email: Schema.NonEmptyString,
  /** Gives the limited role. The documentation says that it is given unless this is `false`. */
  is_limited: Schema.optional(Schema.Boolean)
})

export interface InviteCollaborator extends Schema.Schema.Type<typeof InviteCollaborator> {}

/**
 * What can be changed of a collaborator.
 *
 * @category schemas
 */
export const UpdateCollaborator = Schema.Struct({
  is_limited: Schema.Boolean
})

export interface UpdateCollaborator extends Schema.Schema.Type<typeof UpdateCollaborator> {}

/**
 * The methods of {@link Collaborators}.
 *
 * @category models
 */
export interface CollaboratorsService {
  /**
   * The collaborators of an app, those who were only invited included: `GET /apps/:app/collaborators`. The owner is
   * not one of them.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<Collaborator>, ScalingoError>

  /**
   * The collaborators of all apps that the account owns: `GET /collaborators`. Somebody who works on several apps
   * comes once for each.
   */
  readonly listAll: Effect.Effect<ReadonlyArray<Collaborator>, ScalingoError>

  /**
   * Invites somebody to work on an app, by an e-mail that the platform sends: `POST /apps/:app/collaborators`.
   */
  readonly invite: (app: string, collaborator: InviteCollaborator) => Effect.Effect<Collaborator, ScalingoError>

  /**
   * Gives a collaborator the limited role or the full one: `PATCH /apps/:app/collaborators/:collaboratorId`. The platform refuses it for
   * the collaborator who linked the app to its repository.
   */
  readonly update: (
    app: string,
    collaboratorId: string,
    changes: UpdateCollaborator
  ) => Effect.Effect<Collaborator, ScalingoError>

  /**
   * Removes a collaborator or takes an invitation back: `DELETE /apps/:app/collaborators/:collaboratorId`.
   */
  readonly delete: (app: string, collaboratorId: string) => Effect.Effect<void, ScalingoError>

  /**
   * Accepts an invitation, and gives the app: `GET /apps/collaboration`. `token` is the one in the query of the
   * `invitation_link`. Although it is a GET it changes the app's collaborators, so that it is not repeated when its
   * answer is lost.
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

/** The documentation shows the invited collaborator in a list of its own; the official clients read it bare. */
const invited: ResponseDecoder<Collaborator> = Decode.transform(
  Decode.root("collaborator", Schema.Union(Collaborator, Schema.Tuple(Collaborator))),
  (response) => Either.right("id" in response ? response : response[0])
)

/** The documentation has had the app with and without its root key, and the JavaScript client reads it without. */
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
