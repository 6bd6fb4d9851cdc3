/**
 * The authenticated account: its profile, usage, changes and deletion.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuthApi, RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../client/ScalingoError.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { nullish, SecretInput } from "../schema/ScalingoSchema.js"
import { AccountUsage, User } from "../schema/User.js"
import { firstOf } from "./internal/decoders.js"

export * from "../schema/User.js"

/**
 * The fields of an account that {@link UsersService.update} can change.
 *
 * @category schemas
 */
export const UpdateUser = struct(() => ({
  email: Schema.optional(Schema.NonEmptyString),
  username: Schema.optional(Schema.NonEmptyString)
}))

export interface UpdateUser extends Schema.Schema.Type<typeof UpdateUser> {}

/**
 * The fields of an account that {@link UsersService.updateAccount} can change.
 *
 * @category schemas
 */
export const UpdateAccount = struct(() => ({
  email: Schema.optional(Schema.NonEmptyString),
  username: Schema.optional(Schema.NonEmptyString),
  company: Schema.optional(Schema.String),
  location: Schema.optional(Schema.String),
  fullname: Schema.optional(Schema.String),
  /** Accepts the terms of service. */
  tos_accepted: Schema.optional(Schema.Boolean),
  /** Whether to subscribe to the newsletter. */
  email_newsletter: Schema.optional(Schema.Boolean),
  /** The new password. */
  password: Schema.optional(SecretInput),
  /** The new password again. */
  password_confirmation: Schema.optional(SecretInput),
  /** The current password. */
  current_password: Schema.optional(SecretInput)
}))

export interface UpdateAccount extends Schema.Schema.Type<typeof UpdateAccount> {}

/**
 * The fields of an account that {@link UsersService.updateProfile} can change.
 *
 * @category schemas
 */
export const UpdateProfile = struct(() => ({
  email: Schema.optional(Schema.NonEmptyString),
  /** The new password. */
  password: Schema.optional(SecretInput)
}))

export interface UpdateProfile extends Schema.Schema.Type<typeof UpdateProfile> {}

/**
 * The confirmation of a deletion.
 *
 * @category schemas
 */
export const ConfirmDeletion = struct(() => ({
  /** The token from the e-mail that the platform sends after `requestDeletion`. */
  token: SecretInput,
  /** The reason of the deletion. */
  reason: nullish(Schema.String),
  /** Details of the reason, as free text. */
  details: nullish(Schema.String)
}))

export interface ConfirmDeletion extends Schema.Schema.Type<typeof ConfirmDeletion> {}

/**
 * The fields of a new account.
 *
 * @category schemas
 */
export const SignUp = struct(() => ({
  email: Schema.NonEmptyString,
  password: SecretInput
}))

export interface SignUp extends Schema.Schema.Type<typeof SignUp> {}

/**
 * The methods of {@link Users}.
 *
 * @category models
 */
export interface UsersService {
  /**
   * The authenticated account from the regional API: `GET /users/self`, as documented. `selfAuth` needs no region and
   * returns more fields.
   */
  readonly self: Effect.Effect<User, ScalingoError>

  /**
   * The authenticated account from the auth API: `GET /users/self`. The official clients use this endpoint.
   *
   * @experimental the documentation has it on the regional API only
   */
  readonly selfAuth: Effect.Effect<User, ScalingoError>

  /**
   * Changes the e-mail address or the user name: `PATCH /users/:userId` on the regional API.
   */
  readonly update: (userId: string, changes: UpdateUser) => Effect.Effect<User, ScalingoError>

  /**
   * Changes the authenticated account: `PUT /users/account` on the auth API. Omitted fields keep their values. Not
   * retried when the response is lost: after a change of password `current_password` is no longer valid.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly updateAccount: (changes: UpdateAccount) => Effect.Effect<User, ScalingoError>

  /**
   * Changes the e-mail address or the password of the authenticated account: `PATCH /account/profile` on the auth API.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly updateProfile: (changes: UpdateProfile) => Effect.Effect<User, ScalingoError>

  /**
   * The usage of the account's apps: `GET /account/usage` on the regional API. `from` and `to` are the first and the
   * last day, as `YYYY-MM-DD`.
   */
  readonly usage: (
    options?: { readonly from?: string | undefined; readonly to?: string | undefined }
  ) => Effect.Effect<ReadonlyArray<AccountUsage>, ScalingoError>

  /**
   * Deletes the authenticated account with all apps that it owns, without a confirmation: `DELETE /users` on the
   * regional API. `requestDeletion` requires a confirmation.
   */
  readonly delete: Effect.Effect<void, ScalingoError>

  /**
   * Ends the free trial early: `POST /users/stop_free_trial` on the auth API.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly stopFreeTrial: Effect.Effect<void, ScalingoError>

  /**
   * Requests the deletion of the account: `POST /users/delete` on the auth API. Nothing is deleted before
   * `confirmDeletion`, for which the platform sends a token by e-mail.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly requestDeletion: Effect.Effect<void, ScalingoError>

  /**
   * Deletes the account: `POST /users/delete/:deletionId/confirm` on the auth API. The id and the token are in the
   * e-mail that follows `requestDeletion`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly confirmDeletion: (deletionId: string, confirmation: ConfirmDeletion) => Effect.Effect<void, ScalingoError>

  /**
   * The roles that a user can choose from at sign-up: `GET /users/roles` on the auth API.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly listRoles: Effect.Effect<ReadonlyArray<string>, ScalingoError>

  /**
   * Creates an account: `POST /users` on the regional API. Sent without credentials.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly signUp: (account: SignUp) => Effect.Effect<void, ScalingoError>
}

/**
 * The authenticated account.
 *
 * @category tags
 */
export class Users extends Context.Tag("@effect-scalingo/core/Users")<Users, UsersService>() {}

const user = Decode.root("user", User)

const self = endpoint("Users.self", "GET /users/self", user)
const selfAuth = endpoint("Users.selfAuth", "GET /users/self", user)
const update = endpoint("Users.update", "PATCH /users/:userId", user, { body: body(UpdateUser, "user") })
const updateAccount = endpoint("Users.updateAccount", "PUT /users/account", user, {
  body: body(UpdateAccount, "user"),
  idempotent: false
})
const updateProfile = endpoint("Users.updateProfile", "PATCH /account/profile", user, {
  body: body(UpdateProfile, "user")
})
/**
 * The documentation shows an object followed by another one, which is not JSON. Both a list and one object are accepted.
 */
const usages = firstOf(
  Decode.list("usage", AccountUsage),
  Decode.transform(Decode.root("usage", AccountUsage), (usage) => Either.right([usage]))
)

const usage = endpoint("Users.usage", "GET /account/usage", usages)
const remove = endpoint("Users.delete", "DELETE /users", Decode.empty)
const stopFreeTrial = endpoint("Users.stopFreeTrial", "POST /users/stop_free_trial", Decode.empty)
const requestDeletion = endpoint("Users.requestDeletion", "POST /users/delete", Decode.empty)
const confirmDeletion = endpoint("Users.confirmDeletion", "POST /users/delete/:deletionId/confirm", Decode.empty, {
  body: body(ConfirmDeletion, "deletion")
})
const listRoles = endpoint("Users.listRoles", "GET /users/roles", Decode.list("roles", Schema.String))
const signUp = endpoint("Users.signUp", "POST /users", Decode.empty, { body: body(SignUp, "user"), credential: "none" })

const Day = lazy(() =>
  Schema.String.pipe(
    Schema.filter((text) => /^\d{4}-\d{2}-\d{2}$/.test(text), { identifier: "a day as YYYY-MM-DD" })
  )
)

/** Validates the query like a body. */
const usageInput = body(struct(() => ({ from: Schema.optional(Day), to: Schema.optional(Day) })))

export const make: Effect.Effect<UsersService, never, RegionalApi | AuthApi> = Effect.gen(function*() {
  const regional = yield* RegionalApi
  const auth = yield* AuthApi
  return Users.of({
    self: call(regional, self, {}),
    selfAuth: call(auth, selfAuth, {}),
    update: (userId, changes) => call(regional, update, { path: { userId }, body: changes }),
    updateAccount: (changes) => call(auth, updateAccount, { body: changes }),
    updateProfile: (changes) => call(auth, updateProfile, { body: changes }),
    usage: ({ from, to } = {}) =>
      Either.match(usageInput.encode({ from, to }), {
        onLeft: (issue) => Effect.fail(new InvalidRequest({ endpoint: usage.name, ...issue })),
        onRight: () => call(regional, usage, { query: { from, to } })
      }),
    delete: call(regional, remove, {}),
    stopFreeTrial: call(auth, stopFreeTrial, {}),
    requestDeletion: call(auth, requestDeletion, {}),
    confirmDeletion: (deletionId, confirmation) =>
      call(auth, confirmDeletion, { path: { deletionId }, body: confirmation }),
    listRoles: call(auth, listRoles, {}),
    signUp: (account) => call(regional, signUp, { body: account })
  })
})

export const layer: Layer.Layer<Users, never, RegionalApi | AuthApi> = Layer.effect(Users, make)
