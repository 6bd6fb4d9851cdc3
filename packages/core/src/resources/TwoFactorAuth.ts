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
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum, Secret, SecretInput } from "../schema/ScalingoSchema.js"
import { rootOrBare } from "./internal/decoders.js"

/**
 * The two-factor authentication of an account.
 *
 * @category schemas
 */
export const TwoFactorStatus = struct(() => ({
  id: nullish(Schema.String),
  /** The account's id. */
  uuid: nullish(Schema.String),
  enabled: nullish(Schema.Boolean),
  /** The type of the authenticator. */
  provider: nullish(openEnum("totp"))
}))

export interface TwoFactorStatus extends Schema.Schema.Type<typeof TwoFactorStatus> {}

/**
 * The data to set up an authenticator before two-factor authentication is enabled.
 *
 * @category schemas
 */
export const TwoFactorInitiation = struct(() => ({
  id: nullish(Schema.String),
  /** The account's id. */
  uuid: nullish(Schema.String),
  enabled: nullish(Schema.Boolean),
  /** The type of the authenticator. */
  provider: nullish(openEnum("totp")),
  /** The `otpauth://` URI that authenticators read from a QR code. It contains the secret of all later codes. */
  uri: nullish(Secret)
}))

export interface TwoFactorInitiation extends Schema.Schema.Type<typeof TwoFactorInitiation> {}

/**
 * The response to enabling two-factor authentication.
 *
 * @category schemas
 */
export const TwoFactorValidation = struct(() => ({
  /**
   * The recovery codes. Each can be used once instead of a code of the authenticator. The platform does not show them
   * again.
   */
  codes: nullish(Schema.Array(Secret)),
  user: nullish(TwoFactorStatus)
}))

export interface TwoFactorValidation extends Schema.Schema.Type<typeof TwoFactorValidation> {}

/**
 * The authenticator to use.
 *
 * @category schemas
 */
export const InitiateTwoFactor = struct(() => ({
  /** `totp` is an application that shows a new six-digit code every 30 seconds. */
  provider: openEnum("totp")
}))

export interface InitiateTwoFactor extends Schema.Schema.Type<typeof InitiateTwoFactor> {}

/**
 * A code of the authenticator.
 *
 * @category schemas
 */
export const TwoFactorAttempt = struct(() => ({
  /** The current code of the authenticator. Text, since a code may start with zeros. */
  attempt: SecretInput
}))

export interface TwoFactorAttempt extends Schema.Schema.Type<typeof TwoFactorAttempt> {}

/**
 * The methods of {@link TwoFactorAuth}. Scalingo documents none of them; they come from the official JavaScript and
 * Ruby clients.
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
   * Starts to enable two-factor authentication: `POST /client/tfa`. Pass the `uri` of the response to an authenticator,
   * then one of its codes to `validate`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly initiate: (authenticator: InitiateTwoFactor) => Effect.Effect<TwoFactorInitiation, ScalingoError>

  /**
   * Enables two-factor authentication: `POST /client/tfa/validate`. Returns the recovery codes, which the platform
   * shows only this once. The code is sent as text.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly validate: (code: TwoFactorAttempt) => Effect.Effect<TwoFactorValidation, ScalingoError>

  /**
   * Disables two-factor authentication: `DELETE /client/tfa`, with a code in its body. The code is sent as text.
   * Without a code the request has no body, as in the Ruby client.
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

/** The JavaScript client reads the status below its root key everywhere except here. */
const statusOfDisabled = rootOrBare("tfa", TwoFactorStatus)

const disable = endpoint("TwoFactorAuth.disable", "DELETE /client/tfa", statusOfDisabled, {
  // A code can be used once.
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
