/**
 * The billing profile of an account and the transactions on its balance. See also `Invoices`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { BillingApi, RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages } from "../client/internal/pages.js"
import { body } from "../client/internal/requestBody.js"
import type { Page, PageOptions, WalkOptions } from "../client/Pagination.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { nullish, openEnum, Timestamp } from "../schema/ScalingoSchema.js"

/**
 * A transaction on the balance of an account.
 *
 * @category schemas
 */
export const BillingOperation = struct(() => ({
  /** A UUID. */
  id: Schema.String,
  created_at: Timestamp,
  /** A floating-point amount in the account's currency (euros), not cents as in `Invoices`. */
  amount: Schema.Number,
  /** The origin of the transaction: `invoicing`. */
  source: nullish(Schema.String),
  description: nullish(Schema.String),
  /** The documentation only shows transactions from invoices; others may have `null`. */
  invoice_id: nullish(Schema.String),
  /** The web page to download the invoice from. */
  invoice_url: nullish(Schema.String)
}))

export interface BillingOperation extends Schema.Schema.Type<typeof BillingOperation> {}

/**
 * The card or the bank account that Stripe debits.
 *
 * @category schemas
 */
export const StripePaymentMethod = struct(() => ({
  id: Schema.String,
  /** The last four digits of the card. */
  default_card_last4: nullish(Schema.String),
  /** The month in which the card expires: `10/2020`. */
  default_card_exp: nullish(Schema.String),
  default_card_brand: nullish(Schema.String),
  /** The name on the card. */
  default_card_name: nullish(Schema.String),
  sepa_bank_code: nullish(Schema.String),
  sepa_country: nullish(Schema.String),
  /** The last four digits of the bank account. */
  sepa_last4: nullish(Schema.String),
  sepa_mandate_reference: nullish(Schema.String),
  sepa_mandate_url: nullish(Schema.String)
}))

export interface StripePaymentMethod extends Schema.Schema.Type<typeof StripePaymentMethod> {}

/**
 * The PayPal account that is debited.
 *
 * @category schemas
 */
export const PaypalPaymentMethod = struct(() => ({
  id: nullish(Schema.String)
}))

export interface PaypalPaymentMethod extends Schema.Schema.Type<typeof PaypalPaymentMethod> {}

/**
 * The billing profile of an account: who pays, and how.
 *
 * @category schemas
 */
export const BillingProfile = struct(() => ({
  id: Schema.String,
  name: Schema.String,
  email: nullish(Schema.String),
  /**
   * The remaining credit of the account: a floating-point amount in its currency (euros), not cents. The official
   * JavaScript client types it as text: both are accepted.
   */
  credit: nullish(Schema.Union(Schema.Number, Schema.NumberFromString)),
  address_line1: Schema.String,
  address_line2: nullish(Schema.String),
  address_city: Schema.String,
  address_zip: Schema.String,
  address_state: nullish(Schema.String),
  address_country: Schema.String,
  /** The EU VAT number of the company. */
  vat_number: nullish(Schema.String),
  /** Printed on invoices. */
  invoice_additional_info: nullish(Schema.String),
  company: nullish(Schema.String),
  payment_method: nullish(openEnum("stripe", "paypal")),
  stripe_payment_method: nullish(StripePaymentMethod),
  paypal_payment_method: nullish(PaypalPaymentMethod),
  flags: nullish(Schema.Array(Schema.String))
}))

export interface BillingProfile extends Schema.Schema.Type<typeof BillingProfile> {}

/**
 * The fields of a new billing profile.
 *
 * @category schemas
 */
export const CreateBillingProfile = struct(() => ({
  name: Schema.NonEmptyString,
  email: Schema.optional(Schema.String),
  address_line1: Schema.NonEmptyString,
  address_line2: Schema.optional(Schema.String),
  address_zip: Schema.NonEmptyString,
  address_city: Schema.NonEmptyString,
  address_state: Schema.optional(Schema.String),
  address_country: Schema.NonEmptyString,
  /** The EU VAT number of the company. */
  vat_number: Schema.optional(Schema.String),
  /** Printed on invoices. */
  invoice_additional_info: Schema.optional(Schema.String),
  company: Schema.optional(Schema.String)
}))

export interface CreateBillingProfile extends Schema.Schema.Type<typeof CreateBillingProfile> {}

/**
 * The fields of a billing profile to change. Omitted fields keep their values.
 *
 * @category schemas
 */
export const UpdateBillingProfile = lazy(() => Schema.partial(CreateBillingProfile))

export interface UpdateBillingProfile extends Schema.Schema.Type<typeof UpdateBillingProfile> {}

/**
 * The methods of {@link Billing}.
 *
 * @category models
 */
export interface BillingService {
  /**
   * The transactions on the account's balance, across all pages: `GET /account/billing/operations` on the regional API.
   */
  readonly listOperations: (options?: WalkOptions) => Stream.Stream<BillingOperation, ScalingoError>

  /**
   * One page of the transactions on the account's balance: `GET /account/billing/operations` on the regional API.
   */
  readonly listOperationsPage: (options?: PageOptions) => Effect.Effect<Page<BillingOperation>, ScalingoError>

  /**
   * The billing profile from the documented endpoint: `GET /account/billing/profile` on the regional API.
   */
  readonly profile: Effect.Effect<BillingProfile, ScalingoError>

  /**
   * The billing profile from the endpoint of the official clients: `GET /profile` on the billing API.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly getProfile: Effect.Effect<BillingProfile, ScalingoError>

  /**
   * Creates the billing profile: `POST /profiles` on the billing API. Fails when the account already has one.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly createProfile: (profile: CreateBillingProfile) => Effect.Effect<BillingProfile, ScalingoError>

  /**
   * Changes the billing profile: `PUT /profiles/:profileId` on the billing API. Omitted fields keep their values.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly updateProfile: (
    profileId: string,
    profile: UpdateBillingProfile
  ) => Effect.Effect<BillingProfile, ScalingoError>
}

/**
 * The billing profile and the balance of the account.
 *
 * @category tags
 */
export class Billing extends Context.Tag("@effect-scalingo/core/Billing")<Billing, BillingService>() {}

const billingProfile = Decode.root("profile", BillingProfile)

const listOperations = endpoint(
  "Billing.listOperations",
  "GET /account/billing/operations",
  Decode.page("billing-operations", BillingOperation)
)
const profile = endpoint(
  "Billing.profile",
  "GET /account/billing/profile",
  Decode.root("billing_profile", BillingProfile)
)
const getProfile = endpoint("Billing.getProfile", "GET /profile", billingProfile)
const createProfile = endpoint("Billing.createProfile", "POST /profiles", billingProfile, {
  body: body(CreateBillingProfile, "profile")
})
const updateProfile = endpoint(
  "Billing.updateProfile",
  "PUT /profiles/:profileId",
  billingProfile,
  { body: body(UpdateBillingProfile, "profile") }
)

export const make: Effect.Effect<BillingService, never, RegionalApi | BillingApi> = Effect.gen(function*() {
  const regional = yield* RegionalApi
  const billing = yield* BillingApi
  return Billing.of({
    listOperations: (options) => callPages(regional, listOperations, {}, options),
    listOperationsPage: (options) => callPage(regional, listOperations, {}, options),
    profile: call(regional, profile, {}),
    getProfile: call(billing, getProfile, {}),
    createProfile: (profile) => call(billing, createProfile, { body: profile }),
    updateProfile: (profileId, profile) => call(billing, updateProfile, { path: { profileId }, body: profile })
  })
})

export const layer: Layer.Layer<Billing, never, RegionalApi | BillingApi> = Layer.effect(Billing, make)
