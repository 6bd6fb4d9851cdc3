/**
 * The events of an account: keys, tokens, sign-ins, integrations and payments.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { union } from "../internal/lazySchema.js"
import { nullish, openEnum } from "../schema/ScalingoSchema.js"
import { EventBillingProfile, EventIntegrationAccount } from "./EventData.js"
import { bareEvent, event } from "./internal/eventSchema.js"

const tokenData = {
  token_name: nullish(Schema.String),
  token_id: nullish(Schema.String)
}

const remoteData = {
  /** The IP address that the request came from. */
  remote_ip: nullish(Schema.String)
}

const integrationData = {
  integration_id: nullish(Schema.String),
  integration_type: nullish(openEnum("github", "gitlab", "github-enterprise", "gitlab-self-hosted")),
  data: nullish(EventIntegrationAccount)
}

/**
 * `new_user`: an account was created.
 *
 * @category schemas
 */
export const NewUserEvent = bareEvent("new_user")

export interface NewUserEvent extends Schema.Schema.Type<typeof NewUserEvent> {}

/**
 * `new_key`: an SSH key was added.
 *
 * @category schemas
 */
export const NewKeyEvent = event("new_key", {
  name: nullish(Schema.String),
  fingerprint: nullish(Schema.String)
})

export interface NewKeyEvent extends Schema.Schema.Type<typeof NewKeyEvent> {}

/**
 * `edit_key`: an SSH key was changed.
 *
 * @category schemas
 */
export const EditKeyEvent = event("edit_key", {
  name: nullish(Schema.String),
  fingerprint: nullish(Schema.String)
})

export interface EditKeyEvent extends Schema.Schema.Type<typeof EditKeyEvent> {}

/**
 * `delete_key`: an SSH key was removed.
 *
 * @category schemas
 */
export const DeleteKeyEvent = event("delete_key", {
  name: nullish(Schema.String)
})

export interface DeleteKeyEvent extends Schema.Schema.Type<typeof DeleteKeyEvent> {}

/**
 * `new_token`: an API token was created.
 *
 * @category schemas
 */
export const NewTokenEvent = event("new_token", tokenData)

export interface NewTokenEvent extends Schema.Schema.Type<typeof NewTokenEvent> {}

/**
 * `regenerate_token`: an API token was regenerated. Its previous value no longer works.
 *
 * @category schemas
 */
export const RegenerateTokenEvent = event("regenerate_token", tokenData)

export interface RegenerateTokenEvent extends Schema.Schema.Type<typeof RegenerateTokenEvent> {}

/**
 * `delete_token`: an API token was deleted.
 *
 * @category schemas
 */
export const DeleteTokenEvent = event("delete_token", tokenData)

export interface DeleteTokenEvent extends Schema.Schema.Type<typeof DeleteTokenEvent> {}

/**
 * `tfa_enabled`: two-factor authentication was turned on.
 *
 * @category schemas
 */
export const TfaEnabledEvent = event("tfa_enabled", {
  provider: nullish(Schema.String)
})

export interface TfaEnabledEvent extends Schema.Schema.Type<typeof TfaEnabledEvent> {}

/**
 * `tfa_disabled`: two-factor authentication was turned off.
 *
 * @category schemas
 */
export const TfaDisabledEvent = bareEvent("tfa_disabled")

export interface TfaDisabledEvent extends Schema.Schema.Type<typeof TfaDisabledEvent> {}

/**
 * `login_success`: someone signed in.
 *
 * @category schemas
 */
export const LoginSuccessEvent = event("login_success", remoteData)

export interface LoginSuccessEvent extends Schema.Schema.Type<typeof LoginSuccessEvent> {}

/**
 * `login_failure`: a sign-in failed.
 *
 * @category schemas
 */
export const LoginFailureEvent = event("login_failure", remoteData)

export interface LoginFailureEvent extends Schema.Schema.Type<typeof LoginFailureEvent> {}

/**
 * `login_lock`: the account was locked after too many failed sign-ins.
 *
 * @category schemas
 */
export const LoginLockEvent = event("login_lock", remoteData)

export interface LoginLockEvent extends Schema.Schema.Type<typeof LoginLockEvent> {}

/**
 * `login_unlock_success`: the account was unlocked.
 *
 * @category schemas
 */
export const LoginUnlockSuccessEvent = event("login_unlock_success", remoteData)

export interface LoginUnlockSuccessEvent extends Schema.Schema.Type<typeof LoginUnlockSuccessEvent> {}

/**
 * `password_reset_query`: a password reset was requested.
 *
 * @category schemas
 */
export const PasswordResetQueryEvent = event("password_reset_query", remoteData)

export interface PasswordResetQueryEvent extends Schema.Schema.Type<typeof PasswordResetQueryEvent> {}

/**
 * `password_reset_success`: the password was reset.
 *
 * @category schemas
 */
export const PasswordResetSuccessEvent = event("password_reset_success", remoteData)

export interface PasswordResetSuccessEvent extends Schema.Schema.Type<typeof PasswordResetSuccessEvent> {}

/**
 * `new_integration`: an account of a source code platform was connected.
 *
 * @category schemas
 */
export const NewIntegrationEvent = event("new_integration", integrationData)

export interface NewIntegrationEvent extends Schema.Schema.Type<typeof NewIntegrationEvent> {}

/**
 * `delete_integration`: an account of a source code platform was disconnected.
 *
 * @category schemas
 */
export const DeleteIntegrationEvent = event("delete_integration", integrationData)

export interface DeleteIntegrationEvent extends Schema.Schema.Type<typeof DeleteIntegrationEvent> {}

/**
 * `authorize_github`: a GitHub account was connected. Replaced by `new_integration`.
 *
 * @category schemas
 */
export const AuthorizeGithubEvent = event("authorize_github", {
  github_user: nullish(EventIntegrationAccount)
})

export interface AuthorizeGithubEvent extends Schema.Schema.Type<typeof AuthorizeGithubEvent> {}

/**
 * `revoke_github`: a GitHub account was disconnected. Replaced by `delete_integration`.
 *
 * @category schemas
 */
export const RevokeGithubEvent = bareEvent("revoke_github")

export interface RevokeGithubEvent extends Schema.Schema.Type<typeof RevokeGithubEvent> {}

/**
 * `add_credit`: credit was added.
 *
 * @category schemas
 */
export const AddCreditEvent = event("add_credit", {
  payment_method: nullish(Schema.String),
  amount: nullish(Schema.Number),
  /** Some responses have this field instead of `amount`. */
  value: nullish(Schema.Number)
})

export interface AddCreditEvent extends Schema.Schema.Type<typeof AddCreditEvent> {}

/**
 * `add_payment_method`: a payment method was added.
 *
 * @category schemas
 */
export const AddPaymentMethodEvent = event("add_payment_method", {
  /** The documentation describes the fields below as nested in this one, but shows them next to it. */
  billing_profile: nullish(EventBillingProfile),
  ...EventBillingProfile.fields
})

export interface AddPaymentMethodEvent extends Schema.Schema.Type<typeof AddPaymentMethodEvent> {}

/**
 * `add_voucher`: a voucher was redeemed.
 *
 * @category schemas
 */
export const AddVoucherEvent = event("add_voucher", {
  code: nullish(Schema.String)
})

export interface AddVoucherEvent extends Schema.Schema.Type<typeof AddVoucherEvent> {}

/**
 * `payment_attempt`: a payment was attempted.
 *
 * @category schemas
 */
export const PaymentAttemptEvent = event("payment_attempt", {
  amount: nullish(Schema.Number),
  /** `credit`, or the kind of card. */
  payment_method: nullish(Schema.String),
  /** Any value other than `new` and `paid` is a failure. */
  status: nullish(openEnum("new", "paid"))
})

export interface PaymentAttemptEvent extends Schema.Schema.Type<typeof PaymentAttemptEvent> {}

/**
 * An event of an account.
 *
 * @category schemas
 */
export const AccountEvent = union(
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
