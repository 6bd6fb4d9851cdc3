/**
 * The billing profile, in both APIs, and the billing operations.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { EmailAddress, NonBlank } from "../inputSchemas.js"
import type { Account } from "../models.js"
import { paginate } from "../pagination.js"
import { invalid, json, notFound } from "../responses.js"
import { billing as api, regional, type Route } from "../route.js"
import { iso, type State, statePart } from "../state.js"
import { type Invoice, invoicesOf, invoiceUrl } from "./invoices.js"

const Input = Schema.Struct({
  name: NonBlank,
  email: nullish(Schema.Union(EmailAddress, Schema.Literal(""))),
  address_line1: NonBlank,
  address_line2: nullish(Schema.String),
  address_zip: NonBlank,
  address_city: NonBlank,
  address_state: nullish(Schema.String),
  address_country: NonBlank,
  vat_number: nullish(Schema.String),
  invoice_additional_info: nullish(Schema.String),
  company: nullish(Schema.String)
})

interface Profile {
  readonly id: string
  readonly input: typeof Input.Type
}

/** By the id of the account. An account with a payment method has one from the beginning. */
const profiles = statePart(() => new Map<string, Profile>())

const profileOf = (state: State, account: Account): Profile | undefined => {
  const known = profiles(state).get(account.id)
  if (known !== undefined || !account.paymentMethod) return known
  const profile: Profile = {
    id: state.idsOf(`profile ${account.id}`).hex(),
    input: {
      name: account.fullname,
      email: account.email,
      address_line1: "15 avenue du Rhin",
      address_zip: "67100",
      address_city: "Strasbourg",
      address_country: "France",
      company: account.company
    }
  }
  profiles(state).set(account.id, profile)
  return profile
}

const card = (id: string, name: string) => ({
  id,
  default_card_last4: "4242",
  default_card_exp: "10/2030",
  default_card_brand: "Visa",
  default_card_name: name,
  sepa_bank_code: null,
  sepa_country: null,
  sepa_last4: null,
  sepa_mandate_reference: null,
  sepa_mandate_url: null
})

const render = (account: Account, { id, input }: Profile) => ({
  id,
  name: input.name,
  email: input.email ?? account.email,
  credit: 0,
  address_line1: input.address_line1,
  address_line2: input.address_line2 ?? "",
  address_city: input.address_city,
  address_zip: input.address_zip,
  address_state: input.address_state ?? null,
  address_country: input.address_country,
  vat_number: input.vat_number ?? "",
  invoice_additional_info: input.invoice_additional_info ?? "",
  company: input.company ?? "",
  ...(account.paymentMethod ? { payment_method: "stripe" } : {}),
  stripe_payment_method: account.paymentMethod ? card(`pm-${id}`, input.name) : null,
  paypal_payment_method: null,
  flags: []
})

const monthName = (at: number) =>
  new Date(at).toLocaleString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" })

const renderOperation = (state: State, region: string, invoice: Invoice) => ({
  id: invoice.operationId,
  created_at: iso(invoice.issuedAt),
  amount: invoice.totalWithVat / 100,
  source: "invoicing",
  description: `Invoice for ${monthName(invoice.month)}`,
  invoice_id: invoice.id,
  invoice_url: invoiceUrl(state, region, invoice)
})

export const billing: ReadonlyArray<Route> = [
  regional.get("/account/billing/operations", (call) => {
    const { items, pagination } = paginate(call, invoicesOf(call.state, call.account), { previous: "previous_page" })
    return json({
      "billing-operations": items.map((it) => renderOperation(call.state, call.region, it)),
      meta: { pagination }
    })
  }),

  regional.get("/account/billing/profile", (call) => {
    const profile = profileOf(call.state, call.account)
    return profile === undefined
      ? notFound("billing_profile")
      : json({ billing_profile: render(call.account, profile) })
  }),

  api.get("/profile", (call) => {
    const profile = profileOf(call.state, call.account)
    return profile === undefined ? notFound("profile") : json({ profile: render(call.account, profile) })
  }),

  api.post("/profiles", (call) =>
    Effect.gen(function*() {
      const input = yield* call.input("profile", Input)
      if (profileOf(call.state, call.account) !== undefined) {
        return yield* invalid({ user_id: ["has already been taken"] })
      }
      const profile: Profile = { id: call.state.ids.hex(), input }
      profiles(call.state).set(call.account.id, profile)
      return json({ profile: render(call.account, profile) }, 201)
    })),

  api.put("/profiles/:profileId", (call) =>
    Effect.gen(function*() {
      const known = profileOf(call.state, call.account)
      if (known === undefined || known.id !== call.param("profileId")) return yield* notFound("profile")
      // Fields that are left out keep their values.
      const changes = yield* call.input("profile", Schema.partialWith(Input, { exact: true }))
      const profile: Profile = { id: known.id, input: { ...known.input, ...changes } }
      profiles(call.state).set(call.account.id, profile)
      return json({ profile: render(call.account, profile) })
    }))
]
