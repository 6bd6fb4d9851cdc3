import { BillingOperation, BillingProfile } from "@effect-scalingo/core/Billing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, type Send, sendTo, withSandbox } from "./sandboxClient.js"

const billing = (method: "GET" | "POST" | "PUT", path: string, options: Send = {}) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const bearer = yield* sandbox.bearer(options.as)
    return yield* sendTo(method, `${sandbox.urls.billing}${path}`, { ...options, bearer })
  })

const profile = {
  name: "John Doe",
  address_line1: "15 avenue du Rhin",
  address_zip: "67100",
  address_city: "Strasbourg",
  address_country: "France"
}

const poor = { accounts: [{ username: "john" }, { username: "poor", paymentMethod: false }] }

describe("sandbox: billing", () => {
  it.effect("has a profile for an account with a payment method", () =>
    Effect.gen(function*() {
      const documented = yield* api("GET", "/account/billing/profile")
      const known = yield* decodeAt(BillingProfile, documented, "billing_profile")
      assert.strictEqual(known.payment_method, "stripe")
      const same = yield* decodeAt(BillingProfile, yield* billing("GET", "/profile"), "profile")
      assert.strictEqual(same.id, known.id)

      assert.strictEqual((yield* billing("POST", "/profiles", { body: { profile } })).status, 422)
      const body = { profile: { ...profile, company: "Example", vat_number: "FR00" } }
      const changed = yield* billing("PUT", `/profiles/${known.id}`, { body })
      assert.strictEqual(changed.status, 200)
      assert.strictEqual(at(yield* api("GET", "/account/billing/profile"), "billing_profile.company"), "Example")
      assert.strictEqual((yield* billing("PUT", `/profiles/${known.id}`, { body, as: "alice" })).status, 404)
      assert.strictEqual((yield* billing("PUT", "/profiles/other", { body })).status, 404)
    }).pipe(withSandbox()))

  it.effect("creates a profile, once", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* api("GET", "/account/billing/profile", { as: "poor" })).status, 404)
      assert.strictEqual((yield* billing("GET", "/profile", { as: "poor" })).status, 404)
      const wrong = yield* billing("POST", "/profiles", { as: "poor", body: { profile: { name: "" } } })
      assert.strictEqual(wrong.status, 422)
      assert.deepStrictEqual(at(wrong, "errors.name"), ["can't be blank"])
      assert.deepStrictEqual(at(wrong, "errors.address_zip"), ["can't be blank"])
      const created = yield* billing("POST", "/profiles", { as: "poor", body: { profile } })
      assert.strictEqual(created.status, 201)
      const known = yield* decodeAt(BillingProfile, created, "profile")
      assert.isNull(known.stripe_payment_method)
      assert.strictEqual((yield* billing("POST", "/profiles", { as: "poor", body: { profile } })).status, 422)
    }).pipe(withSandbox(poor)))

  it.effect("charges monthly", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(listOf(yield* api("GET", "/account/billing/operations"), "billing-operations"), [])
      yield* TestClock.adjust("60 days")
      const response = yield* api("GET", "/account/billing/operations")
      const [last] = yield* decodeListAt(BillingOperation, response, "billing-operations")
      assert.strictEqual(last?.description, "Invoice for February 1970")
      assert.deepStrictEqual(at(response, "meta.pagination"), {
        current_page: 1,
        previous_page: null,
        next_page: null,
        total_pages: 1,
        total_count: 2
      })
    }).pipe(withSandbox()))
})
