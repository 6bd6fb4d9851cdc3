/**
 * Two-factor authentication of the account.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuthApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { nullish, openEnum, Secret, SecretInput } from "../schema/ScalingoSchema.js"
import { firstOf } from "./internal/decoders.js"

/**
 * Whether an account has two-factor authentication.
 *
 * @category schemas
 */
export const TwoFactorStatus = Schema.Struct({
  /** The account's id. */
  uuid: Schema.NullOr(Schema.String),
  enabled: Schema.NullOr(Schema.Boolean),
  /** The kind of authenticator. */
  provider: nullish(openEnum("totp"))
})

export interface TwoFactorStatus extends Schema.Schema.Type<typeof TwoFactorStatus> {}

/**
 * What an authenticator must be given before two-factor authentication can be switched on.
 *
 * @category schemas
 */
export const TwoFactorInitiation = Schema.Struct({
  /** The account's id. */
  uuid: Schema.NullOr(Schema.String),
  enabled: Schema.NullOr(Schema.Boolean),
  /** The kind of authenticator. */
  provider: Schema.NullOr(openEnum("totp")),
  /** The `otpauth://` address that authenticators read from a QR code. It holds the secret of all later codes. */
  uri: Schema.NullOr(Secret)
})

export interface TwoFactorInitiation extends Schema.Schema.Type<typeof TwoFactorInitiation> {}

/**
 * What two-factor authentication gives when it is switched on.
 *
 * @category schemas
 */
export const TwoFactorValidation = Schema.Struct({
  /** Each signs in once in the place of the authenticator. The platform does not show them again. */
  codes: Schema.NullOr(Schema.Array(Secret)),
  user: Schema.NullOr(TwoFactorStatus)
})

export interface TwoFactorValidation extends Schema.Schema.Type<typeof TwoFactorValidation> {}

/**
 * Which authenticator to use.
 *
 * @category schemas
 */
export const InitiateTwoFactor = Schema.Struct({
  /** `totp` is an application that shows six digits, new ones every 30 seconds. */
  provider: openEnum("totp")
})

export interface InitiateTwoFactor extends Schema.Schema.Type<typeof InitiateTwoFactor> {}

/**
 * A code of the authenticator.
 *
 * @category schemas
 */
export const TwoFactorAttempt = Schema.Struct({
  /** The digits that the authenticator shows now. It is text: a code may start with zeros. */
  attempt: SecretInput
})

export interface TwoFactorAttempt extends Schema.Schema.Type<typeof TwoFactorAttempt> {}

/**
 * The methods of {@link TwoFactorAuth}. None of them is documented by Scalingo: they are known from the official
 * JavaScript and Ruby clients.
 *
 * @category models
 */
export interface TwoFactorAuthService {
  /**
   * Whether the account has two-factor authentication: `GET /client/tfa`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly status: Effect.Effect<TwoFactorStatus, ScalingoError>

  /**
   * Starts to switch two-factor authentication on: `POST /client/tfa`. Give the `uri` of the answer to an
   * authenticator, then one of its codes to `validate`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly initiate: (authenticator: InitiateTwoFactor) => Effect.Effect<TwoFactorInitiation, ScalingoError>

  /**
   * Switches two-factor authentication on: `POST /client/tfa/validate`. The answer has the recovery codes, which are
   * shown this one time. The code is sent as text.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly validate: (code: TwoFactorAttempt) => Effect.Effect<TwoFactorValidation, ScalingoError>

  /**
   * Switches two-factor authentication off: `DELETE /client/tfa`, with a code in its body. The code is sent as text.
   * The Ruby client sends none, as this method does when it is called without one.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly disable: (code?: TwoFactorAttempt) => Effect.Effect<TwoFactorStatus, ScalingoError>
}

/**
 * Two-factor authentication of the account.
 *
 * @category tags
 */
export class TwoFactorAuth
  extends Context.Tag("@effect-scalingo/core/TwoFactorAuth")<TwoFactorAuth, TwoFactorAuthService>()
{}

const tfaStatus = Decode.root("tfa", TwoFactorStatus)

const status = endpoint("TwoFactorAuth.status", "GET /client/tfa", tfaStatus)
const initiate = endpoint("TwoFactorAuth.initiate", "POST /client/tfa", Decode.root("tfa", TwoFactorInitiation), {
  body: body(InitiateTwoFactor, "tfa")
})
const validate = endpoint(
  "TwoFactorAuth.validate",
  "POST /client/tfa/validate",
  Decode.root("tfa", TwoFactorValidation),
  { body: body(TwoFactorAttempt, "tfa") }
)

/** The JavaScript client takes the status below its root key everywhere but here. */
const statusOfDisabled = firstOf(tfaStatus, Decode.json(TwoFactorStatus))

const disable = endpoint("TwoFactorAuth.disable", "DELETE /client/tfa", statusOfDisabled, {
  // A code is good for one attempt.
  idempotent: false
})
const disableWithCode = { ...disable, body: body(TwoFactorAttempt, "tfa") }

export const make: Effect.Effect<TwoFactorAuthService, never, AuthApi> = Effect.map(AuthApi, (api) =>
  TwoFactorAuth.of({
    status: call(api, status, {}),
    initiate: (authenticator) => call(api, initiate, { body: authenticator }),
    validate: (code) => call(api, validate, { body: code }),
    disable: (code) => code === undefined ? call(api, disable, {}) : call(api, disableWithCode, { body: code })
  }))

export const layer: Layer.Layer<TwoFactorAuth, never, AuthApi> = Layer.effect(TwoFactorAuth, make)
