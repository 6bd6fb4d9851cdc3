/**
 * What happens to an account: keys, tokens, sign-ins, integrations and payments.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { EventBillingProfile, EventIntegrationAccount } from "./EventData.js"
import { bareEvent, event, looseEvent } from "./internal/event.js"
import { openEnum } from "./ScalingoSchema.js"

const tokenData = {
  token_name: Schema.optional(Schema.NullOr(Schema.String)),
  token_id: Schema.optional(Schema.NullOr(Schema.String))
}

const remoteData = {
  /** Where the request came from. */
  remote_ip: Schema.String
}

const integrationData = {
  integration_id: Schema.optional(Schema.NullOr(Schema.String)),
  integration_type: Schema.optional(
    Schema.NullOr(openEnum("github", "gitlab", "github-enterprise", "gitlab-self-hosted"))
  ),
  data: Schema.optional(Schema.NullOr(EventIntegrationAccount))
}

/**
 * `new_user`: an account was created.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NewUserEvent = bareEvent("new_user")

/**
 * @since 0.1.0
 * @category models
 */
export interface NewUserEvent extends Schema.Schema.Type<typeof NewUserEvent> {}

/**
 * `new_key`: an SSH key was added.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NewKeyEvent = looseEvent("new_key", {
  name: Schema.optional(Schema.NullOr(Schema.String)),
  fingerprint: Schema.optional(Schema.NullOr(Schema.String))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface NewKeyEvent extends Schema.Schema.Type<typeof NewKeyEvent> {}

/**
 * `edit_key`: an SSH key was changed.
 *
 * @since 0.1.0
 * @category schemas
 */
export const EditKeyEvent = looseEvent("edit_key", {
  name: Schema.optional(Schema.NullOr(Schema.String)),
  fingerprint: Schema.optional(Schema.NullOr(Schema.String))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface EditKeyEvent extends Schema.Schema.Type<typeof EditKeyEvent> {}

/**
 * `delete_key`: an SSH key was removed.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DeleteKeyEvent = looseEvent("delete_key", {
  name: Schema.optional(Schema.NullOr(Schema.String))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface DeleteKeyEvent extends Schema.Schema.Type<typeof DeleteKeyEvent> {}

/**
 * `new_token`: an API token was created.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NewTokenEvent = looseEvent("new_token", tokenData)

/**
 * @since 0.1.0
 * @category models
 */
export interface NewTokenEvent extends Schema.Schema.Type<typeof NewTokenEvent> {}

/**
 * `regenerate_token`: an API token got a new value; the one before no longer works.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RegenerateTokenEvent = looseEvent("regenerate_token", tokenData)

/**
 * @since 0.1.0
 * @category models
 */
export interface RegenerateTokenEvent extends Schema.Schema.Type<typeof RegenerateTokenEvent> {}

/**
 * `delete_token`: an API token was deleted.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DeleteTokenEvent = looseEvent("delete_token", tokenData)

/**
 * @since 0.1.0
 * @category models
 */
export interface DeleteTokenEvent extends Schema.Schema.Type<typeof DeleteTokenEvent> {}

/**
 * `tfa_enabled`: two-factor authentication was turned on.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TfaEnabledEvent = looseEvent("tfa_enabled", {
  provider: Schema.optional(Schema.NullOr(Schema.String))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface TfaEnabledEvent extends Schema.Schema.Type<typeof TfaEnabledEvent> {}

/**
 * `tfa_disabled`: two-factor authentication was turned off.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TfaDisabledEvent = bareEvent("tfa_disabled")

/**
 * @since 0.1.0
 * @category models
 */
export interface TfaDisabledEvent extends Schema.Schema.Type<typeof TfaDisabledEvent> {}

/**
 * `login_success`: someone signed in.
 *
 * @since 0.1.0
 * @category schemas
 */
export const LoginSuccessEvent = event("login_success", remoteData)

/**
 * @since 0.1.0
 * @category models
 */
export interface LoginSuccessEvent extends Schema.Schema.Type<typeof LoginSuccessEvent> {}

/**
 * `login_failure`: someone tried to sign in and failed.
 *
 * @since 0.1.0
 * @category schemas
 */
export const LoginFailureEvent = event("login_failure", remoteData)

/**
 * @since 0.1.0
 * @category models
 */
export interface LoginFailureEvent extends Schema.Schema.Type<typeof LoginFailureEvent> {}

/**
 * `login_lock`: the account was locked after too many failed sign-ins.
 *
 * @since 0.1.0
 * @category schemas
 */
export const LoginLockEvent = event("login_lock", remoteData)

/**
 * @since 0.1.0
 * @category models
 */
export interface LoginLockEvent extends Schema.Schema.Type<typeof LoginLockEvent> {}

/**
 * `login_unlock_success`: the account was unlocked.
 *
 * @since 0.1.0
 * @category schemas
 */
export const LoginUnlockSuccessEvent = event("login_unlock_success", remoteData)

/**
 * @since 0.1.0
 * @category models
 */
export interface LoginUnlockSuccessEvent extends Schema.Schema.Type<typeof LoginUnlockSuccessEvent> {}

/**
 * `password_reset_query`: someone asked for a new password.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PasswordResetQueryEvent = event("password_reset_query", remoteData)

/**
 * @since 0.1.0
 * @category models
 */
export interface PasswordResetQueryEvent extends Schema.Schema.Type<typeof PasswordResetQueryEvent> {}

/**
 * `password_reset_success`: the password was changed after such a request.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PasswordResetSuccessEvent = event("password_reset_success", remoteData)

/**
 * @since 0.1.0
 * @category models
 */
export interface PasswordResetSuccessEvent extends Schema.Schema.Type<typeof PasswordResetSuccessEvent> {}

/**
 * `new_integration`: an account of a source code platform was connected.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NewIntegrationEvent = looseEvent("new_integration", integrationData)

/**
 * @since 0.1.0
 * @category models
 */
export interface NewIntegrationEvent extends Schema.Schema.Type<typeof NewIntegrationEvent> {}

/**
 * `delete_integration`: an account of a source code platform was disconnected.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DeleteIntegrationEvent = looseEvent("delete_integration", integrationData)

/**
 * @since 0.1.0
 * @category models
 */
export interface DeleteIntegrationEvent extends Schema.Schema.Type<typeof DeleteIntegrationEvent> {}

/**
 * `authorize_github`: a GitHub account was connected, before `new_integration` took this event's place.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AuthorizeGithubEvent = looseEvent("authorize_github", {
  github_user: Schema.optional(Schema.NullOr(EventIntegrationAccount))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AuthorizeGithubEvent extends Schema.Schema.Type<typeof AuthorizeGithubEvent> {}

/**
 * `revoke_github`: a GitHub account was disconnected, before `delete_integration` took this event's place.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RevokeGithubEvent = bareEvent("revoke_github")

/**
 * @since 0.1.0
 * @category models
 */
export interface RevokeGithubEvent extends Schema.Schema.Type<typeof RevokeGithubEvent> {}

/**
 * `add_credit`: credit was paid in.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AddCreditEvent = event("add_credit", {
  payment_method: Schema.String,
  amount: Schema.optional(Schema.NullOr(Schema.Number)),
  /** What some answers carry instead of `amount`. */
  value: Schema.optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AddCreditEvent extends Schema.Schema.Type<typeof AddCreditEvent> {}

/**
 * `add_payment_method`: a means of payment was registered.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AddPaymentMethodEvent = looseEvent("add_payment_method", {
  /** The documentation describes the fields below inside of this one, and shows them beside it. */
  billing_profile: Schema.optional(Schema.NullOr(EventBillingProfile)),
  ...EventBillingProfile.fields
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AddPaymentMethodEvent extends Schema.Schema.Type<typeof AddPaymentMethodEvent> {}

/**
 * `add_voucher`: a voucher was redeemed.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AddVoucherEvent = event("add_voucher", {
  code: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AddVoucherEvent extends Schema.Schema.Type<typeof AddVoucherEvent> {}

/**
 * `payment_attempt`: a payment was tried.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PaymentAttemptEvent = looseEvent("payment_attempt", {
  amount: Schema.optional(Schema.NullOr(Schema.Number)),
  /** `credit`, or the kind of card. */
  payment_method: Schema.optional(Schema.NullOr(Schema.String)),
  /** Anything else than `new` and `paid` is a failure. */
  status: Schema.optional(Schema.NullOr(openEnum("new", "paid")))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PaymentAttemptEvent extends Schema.Schema.Type<typeof PaymentAttemptEvent> {}

/**
 * An event of an account.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AccountEvent = Schema.Union(
  NewUserEvent,
  NewKeyEvent,
  EditKeyEvent,
  DeleteKeyEvent,
  NewTokenEvent,
  RegenerateTokenEvent,
  DeleteTokenEvent,
  TfaEnabledEvent,
  TfaDisabledEvent,
  LoginSuccessEvent,
  LoginFailureEvent,
  LoginLockEvent,
  LoginUnlockSuccessEvent,
  PasswordResetQueryEvent,
  PasswordResetSuccessEvent,
  NewIntegrationEvent,
  DeleteIntegrationEvent,
  AuthorizeGithubEvent,
  RevokeGithubEvent,
  AddCreditEvent,
  AddPaymentMethodEvent,
  AddVoucherEvent,
  PaymentAttemptEvent
)

/**
 * @since 0.1.0
 * @category models
 */
export type AccountEvent =
  | NewUserEvent
  | NewKeyEvent
  | EditKeyEvent
  | DeleteKeyEvent
  | NewTokenEvent
  | RegenerateTokenEvent
  | DeleteTokenEvent
  | TfaEnabledEvent
  | TfaDisabledEvent
  | LoginSuccessEvent
  | LoginFailureEvent
  | LoginLockEvent
  | LoginUnlockSuccessEvent
  | PasswordResetQueryEvent
  | PasswordResetSuccessEvent
  | NewIntegrationEvent
  | DeleteIntegrationEvent
  | AuthorizeGithubEvent
  | RevokeGithubEvent
  | AddCreditEvent
  | AddPaymentMethodEvent
  | AddVoucherEvent
  | PaymentAttemptEvent
