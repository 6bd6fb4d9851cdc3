import { Invoice } from "@effect-scalingo/core/Invoices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, sendTo, withSandbox } from "./sandboxClient.js"

describe("sandbox: invoices", () => {
  it.effect("come with the months, are paid, and can be downloaded", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(listOf(yield* api("GET", "/account/invoices"), "invoices"), [])
      yield* TestClock.adjust("59 days")
      const [second, first] = yield* decodeListAt(Invoice, yield* api("GET", "/account/invoices"), "invoices")
      assert.strictEqual(first?.total_price, 0)
      assert.strictEqual(first?.items?.length, 3)
      assert.isAbove(second?.total_price ?? 0, 0)
      assert.strictEqual(second?.total_price_with_vat, Math.round((second?.total_price ?? 0) * 1.2))
      assert.deepStrictEqual([second?.state, first?.state], ["new", "paid"])
      assert.strictEqual(second?.detailed_items?.[0]?.app, "example-app")

      const path = `/account/invoices/${second?.id}`
      yield* TestClock.adjust("3 days")
      const found = yield* api("GET", path)
      assert.strictEqual(at(found, "invoice.billing_month"), "1970-02-01")
      assert.strictEqual((yield* decodeAt(Invoice, found, "invoice")).state, "paid")

      const redirect = yield* api("GET", `${path}/download`)
      assert.strictEqual(redirect.status, 302)
      const pdf = yield* sendTo("GET", redirect.headers["location"] ?? "")
      assert.strictEqual(pdf.headers["content-type"], "application/pdf")
      assert.match(pdf.text, /^%PDF/)
      assert.strictEqual((yield* sendTo("GET", second?.pdf_url ?? "")).text, pdf.text)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* sendTo("GET", redirect.headers["location"] ?? "")).status, 403)
      assert.strictEqual((yield* sendTo("GET", second?.pdf_url ?? "")).status, 200)

      assert.strictEqual((yield* api("GET", path, { as: "alice" })).status, 404)
    }).pipe(withSandbox()))

  it.effect("fail without a payment method, and come in pages", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("400 days")
      const page = yield* api("GET", "/account/invoices?page=2&per_page=5")
      assert.strictEqual(listOf(page, "invoices").length, 5)
      assert.strictEqual(at(page, "meta.pagination.previous_page"), 1)
      assert.strictEqual(at(page, "meta.pagination.total_count"), 13)
      assert.strictEqual(listOf(page, "invoices")[0]?.["state"], "failed")
    }).pipe(withSandbox({
      accounts: [{ username: "john", paymentMethod: false }],
      apps: [{ name: "example-app", containers: { web: 1 } }]
    })))
})
