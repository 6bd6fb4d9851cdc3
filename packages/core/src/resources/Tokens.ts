/**
 * API tokens, which authenticate an account and never expire, and their exchange for bearers.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AuthApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import { orOtpRequired } from "../client/internal/responseError.js"
import * as Decode from "../client/ResponseDecoder.js"
import { InvalidRequest, type OtpRequired, type ScalingoError } from "../client/ScalingoError.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { nullish, optionalTimestamp, Secret, SecretInput, Timestamp } from "../schema/ScalingoSchema.js"
import { secretText, toRedacted } from "./internal/secret.js"

const tokenFields = {
  /** A UUID. */
  id: Schema.String,
  name: Schema.String,
  created_at: Timestamp,
  /** The last exchange for a bearer; `null` if there was none. */
  last_used_at: optionalTimestamp,
  issued_at: optionalTimestamp
}

/**
 * An API token of the account.
 *
 * @category schemas
 */
export const Token = struct(() => ({
  ...tokenFields,
  /** The token itself (`tk-us-…`). Only present right after its creation: see {@link IssuedToken}. */
  token: nullish(Secret)
}))

export interface Token extends Schema.Schema.Type<typeof Token> {}

/**
 * A new API token. The platform shows the token itself only this once.
 *
 * @category schemas
 */
export const IssuedToken = struct(() => ({
  ...tokenFields,
  /** The token itself: `tk-us-…`. */
  token: Secret
}))

export interface IssuedToken extends Schema.Schema.Type<typeof IssuedToken> {}

/**
 * The bearer from the exchange of an API token.
 *
 * @category schemas
 */
export const BearerToken = struct(() => ({
  /** A JWT, valid for one hour. */
  token: Secret
}))

export interface BearerToken extends Schema.Schema.Type<typeof BearerToken> {}

/**
 * The fields of a new API token.
 *
 * @category schemas
 */
export const CreateToken = struct(() => ({
  /** Distinguishes the tokens of an account. */
  name: Schema.NonEmptyString
}))

export interface CreateToken extends Schema.Schema.Type<typeof CreateToken> {}

const filledSecret = lazy(() =>
  SecretInput.pipe(
    Schema.filter((secret) => secretText(secret) !== "", { identifier: "a non empty string" })
  )
)

/**
 * The fields of a new API token, and the login of its account.
 *
 * @category schemas
 */
export const CreateTokenWithPassword = struct(() => ({
  ...CreateToken.fields,
  /** The user name or the e-mail address of the account. */
  login: Schema.NonEmptyString.pipe(
    // The user name in HTTP Basic credentials ends at the first colon.
    Schema.filter((login) => !login.includes(":"), { identifier: "a string without a colon" })
  ),
  password: filledSecret,
  /** The current six-digit code of the authenticator, for an account with two-factor authentication. */
  otp: Schema.optional(filledSecret)
}))

export interface CreateTokenWithPassword extends Schema.Schema.Type<typeof CreateTokenWithPassword> {}

/**
 * The methods of {@link Tokens}.
 *
 * @category models
 */
export interface TokensService {
  /**
   * The API tokens of the account: `GET /tokens`. The tokens themselves are not shown.
   */
  readonly list: Effect.Effect<ReadonlyArray<Token>, ScalingoError>

  /**
   * One API token: `GET /tokens/:tokenId`. The token itself is not shown.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly get: (tokenId: string) => Effect.Effect<Token, ScalingoError>

  /**
   * Creates an API token for the authenticated account: `POST /tokens`.
   */
  readonly create: (token: CreateToken) => Effect.Effect<IssuedToken, ScalingoError>

  /**
   * Creates an API token with a login and a password instead of a bearer: `POST /tokens`. Fails with `OtpRequired` when
   * the account has two-factor authentication and `otp` is missing.
   *
   * @example
   * ```ts
   * import { Tokens } from "@effect-scalingo/core/Tokens"
   * import type { Redacted } from "effect"
   * import { Effect } from "effect"
   *
   * const signIn = (login: string, password: Redacted.Redacted, askForOtp: Effect.Effect<string>) =>
   *   Effect.flatMap(Tokens, (tokens) => {
   *     const account = { name: "laptop", login, password }
   *     return tokens.createWithPassword(account).pipe(
   *       Effect.catchTag("OtpRequired", () =>
   *         Effect.flatMap(askForOtp, (otp) => tokens.createWithPassword({ ...account, otp })))
   *     )
   *   })
   * ```
   */
  readonly createWithPassword: (
    token: CreateTokenWithPassword
  ) => Effect.Effect<IssuedToken, ScalingoError | OtpRequired>

  /**
   * Replaces the secret of a token, whose id stays: `PATCH /tokens/:tokenId/renew`. The old secret stops working at once.
   * Not retried when the response is lost, since the platform may have renewed the token.
   */
  readonly renew: (tokenId: string) => Effect.Effect<IssuedToken, ScalingoError>

  /**
   * Exchanges an API token for a bearer: `POST /tokens/exchange`. The services of this library do this themselves with
   * the token of the configuration: this method is for other tokens, and for tools outside this library.
   */
  readonly exchange: (apiToken: string | Redacted.Redacted) => Effect.Effect<BearerToken, ScalingoError>

  /**
   * Revokes an API token: `DELETE /tokens/:tokenId`.
   */
  readonly delete: (tokenId: string) => Effect.Effect<void, ScalingoError>
}

/**
 * API tokens of the account.
 *
 * @category tags
 */
export class Tokens extends Context.Tag("@effect-scalingo/core/Tokens")<Tokens, TokensService>() {}

const issued = Decode.root("token", IssuedToken)

const list = endpoint("Tokens.list", "GET /tokens", Decode.list("tokens", Token))
const get = endpoint("Tokens.get", "GET /tokens/:tokenId", Decode.root("token", Token))
const create = endpoint("Tokens.create", "POST /tokens", issued, { body: body(CreateToken, "token") })
const createWithPassword = endpoint("Tokens.createWithPassword", "POST /tokens", issued, {
  body: body(CreateToken, "token")
})
const renew = endpoint("Tokens.renew", "PATCH /tokens/:tokenId/renew", issued, { idempotent: false })
const exchange = endpoint("Tokens.exchange", "POST /tokens/exchange", Decode.json(BearerToken), { idempotent: true })
const remove = endpoint("Tokens.delete", "DELETE /tokens/:tokenId", Decode.empty)

/** Validates input that goes into the credential instead of the body. */
const passwordInput = body(CreateTokenWithPassword, "token")
const apiTokenInput = body(struct(() => ({ apiToken: filledSecret })))

export const make: Effect.Effect<TokensService, never, AuthApi> = Effect.map(AuthApi, (api) =>
  Tokens.of({
    list: call(api, list, {}),
    get: (tokenId) => call(api, get, { path: { tokenId } }),
    create: (token) => call(api, create, { body: token }),
    createWithPassword: (token) =>
      Either.match(passwordInput.encode(token), {
        onLeft: (issue) => Effect.fail(new InvalidRequest({ endpoint: createWithPassword.name, ...issue })),
        onRight: () =>
          orOtpRequired(call(api, createWithPassword, {
            body: { name: token.name },
            credential: {
              username: token.login,
              password: toRedacted(token.password),
              otp: token.otp === undefined ? undefined : toRedacted(token.otp)
            }
          }))
      }),
    renew: (tokenId) => call(api, renew, { path: { tokenId } }),
    exchange: (apiToken) =>
      Either.match(apiTokenInput.encode({ apiToken }), {
        onLeft: (issue) => Effect.fail(new InvalidRequest({ endpoint: exchange.name, ...issue })),
        onRight: () => call(api, exchange, { credential: { username: "", password: toRedacted(apiToken) } })
      }),
    delete: (tokenId) => call(api, remove, { path: { tokenId } })
  }))

export const layer: Layer.Layer<Tokens, never, AuthApi> = Layer.effect(Tokens, make)
