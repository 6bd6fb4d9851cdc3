import { BillingApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Billing from "@effect-scalingo/core/Billing"
import * as Invoices from "@effect-scalingo/core/Invoices"
import { nextPage } from "@effect-scalingo/core/Pagination"
import * as Referral from "@effect-scalingo/core/Referral"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Effect, Layer, Option, Redacted, Stream } from "effect"
import { inspect } from "node:util"
import { answering, noTransfers } from "./answering.js"

const operation = (n: number) => ({
  id: `operation-${n}`,
  created_at: "2016-09-01T15:02:09.013+02:00",
  amount: n + 0.5,
  source: "invoicing",
  description: `Invoice ${n}`,
  invoice_id: "23d2c27f-bab0-4038-b3d7-2e6f06f3d27a",
  invoice_url: "http://download.scalingo.com/invoices/23d2c27f-bac0-4038-b3d7-2e6f06f3d27a/download"
})

/** Page numbers as this part of the platform writes them. */
const meta = (page: number, total: number) => ({
  pagination: {
    current_page: page,
    previous_page: page > 1 ? page - 1 : null,
    next_page: page < total ? page + 1 : null,
    total_pages: total,
    total_count: total
  }
})

const invoice = (n: number) => ({
  id: `invoice-${n}`,
  total_price: 10_050,
  total_price_with_vat: 12_060,
  billing_month: "2020-08-01",
  pdf_url: `https://download.scalingo.com/invoices/invoice-${n}/download`,
  invoice_number: `2020-09-144${n}`,
  state: "paid",
  vat_rate: 200,
  items: [
    { id: "1", label: "Containers Runtime", price: 12_250 },
    { id: "2", label: "Free Trial", price: -2200 }
  ],
  detailed_items: [
    { id: "3", label: "Containers - type: web- size: M", price: 12_250, app: "example-app", duration: 43_200 },
    { id: "4", label: "Containers - type: web- size: S", price: 0, app: "example-app" }
  ]
})

const profile = {
  id: "576ba47261d7b200157d9973",
  name: "John Doe",
  credit: 15.5,
  address_line1: "15 avenue du Rhin",
  address_city: "Strasbourg",
  address_zip: "67100",
  address_country: "France"
}

const billing = (regional: ReturnType<typeof answering>, other = answering(() => ({}))) =>
  Effect.provide(
    Billing.make,
    Layer.merge(Layer.succeed(RegionalApi, regional.api), Layer.succeed(BillingApi, other.api))
  )

describe("Billing", () => {
  it.effect("walks over operations whose pages have previous_page", () =>
    Effect.gen(function*() {
      const api = answering(({ query }) => {
        const page = Number(query?.["page"])
        return { body: { "billing-operations": [operation(page)], meta: meta(page, 3) } }
      })
      const service = yield* billing(api)
      const amounts = yield* service.listOperations({ perPage: 1 }).pipe(
        Stream.map(({ amount }) => amount),
        Stream.runCollect
      )
      assert.deepStrictEqual(Chunk.toReadonlyArray(amounts), [1.5, 2.5, 3.5])
      assert.deepStrictEqual(api.requests.map(({ query }) => query), [
        { page: 1, per_page: 1 },
        { page: 2, per_page: 1 },
        { page: 3, per_page: 1 }
      ])
    }))

  it.effect("a page of operations has its metadata", () =>
    Effect.gen(function*() {
      const service = yield* billing(
        answering(() => ({ body: { "billing-operations": [operation(2)], meta: meta(2, 3) } }))
      )
      const { items, pagination } = yield* service.listOperationsPage({ page: 2 })
      assert.lengthOf(items, 1)
      assert.strictEqual(pagination.previous_page, 1)
      assert.deepStrictEqual(nextPage(pagination), Option.some(3))
    }))

  it.effect("an operation without an invoice does not take the list away", () =>
    Effect.gen(function*() {
      const bare = { ...operation(1), source: "stripe", invoice_id: null, invoice_url: null }
      const service = yield* billing(answering(() => ({ body: { "billing-operations": [bare], meta: meta(1, 1) } })))
      const { items } = yield* service.listOperationsPage()
      assert.isNull(items[0]?.invoice_id)
    }))

  it.effect("the credit may be a number or a number in a text", () =>
    Effect.gen(function*() {
      const regional = answering(() => ({ body: { billing_profile: profile } }))
      const other = answering(() => ({ body: { profile: { ...profile, credit: "15.5" } } }))
      const service = yield* billing(regional, other)
      assert.strictEqual((yield* service.profile).credit, 15.5)
      assert.strictEqual((yield* service.getProfile).credit, 15.5)
      assert.strictEqual(regional.requests[0]?.path, "/account/billing/profile")
      assert.strictEqual(other.requests[0]?.path, "/profile")
    }))

  it.effect("a profile without an address is refused before anything is sent", () =>
    Effect.gen(function*() {
      const other = answering(() => ({}))
      const service = yield* billing(answering(() => ({})), other)
      const error = yield* Effect.flip(service.createProfile({
        name: "John Doe",
        address_line1: "",
        address_zip: "67100",
        address_city: "Strasbourg",
        address_country: "France"
      }))
      assert.deepInclude(error, { _tag: "InvalidRequest", field: "profile.address_line1" })
      assert.deepStrictEqual(other.requests, [])
    }))
})

describe("Invoices", () => {
  const invoices = (api: ReturnType<typeof answering>) =>
    Invoices.make.pipe(
      Effect.provideService(RegionalApi, api.api),
      Effect.provide(noTransfers)
    )

  it.effect("amounts are cents, the VAT is per mille, the month is in UTC", () =>
    Effect.gen(function*() {
      const service = yield* invoices(answering(() => ({ body: { invoice: invoice(1) } })))
      const read = yield* service.get("invoice-1")
      assert.strictEqual(read.total_price * (1 + read.vat_rate / 1000), read.total_price_with_vat)
      assert.strictEqual(read.items.reduce((sum, { price }) => sum + price, 0), read.total_price)
      assert.strictEqual(read.billing_month && DateTime.formatIso(read.billing_month), "2020-08-01T00:00:00.000Z")
      assert.deepStrictEqual(read.detailed_items.map(({ duration }) => duration), [43_200, undefined])
    }))

  it.effect("an invoice without a month decodes", () =>
    Effect.gen(function*() {
      const service = yield* invoices(answering(() => ({ body: { invoice: { ...invoice(1), billing_month: null } } })))
      assert.isNull((yield* service.get("invoice-1")).billing_month)
    }))

  it.effect("walks over pages that have previous_page", () =>
    Effect.gen(function*() {
      const service = yield* invoices(answering(({ query }) => {
        const page = Number(query?.["page"])
        return { body: { invoices: [invoice(page)], meta: meta(page, 2) } }
      }))
      const ids = yield* service.list().pipe(Stream.map(({ id }) => id), Stream.runCollect)
      assert.deepStrictEqual(Chunk.toReadonlyArray(ids), ["invoice-1", "invoice-2"])
    }))

  it.effect("the address of the PDF is the one that the redirect names, and is not shown", () =>
    Effect.gen(function*() {
      const location = "https://storage.example.com/invoice.pdf?signature=abc123"
      const api = answering(() => ({ status: 302, headers: { location } }))
      const service = yield* invoices(api)
      const url = yield* service.downloadUrl("invoice-1")
      assert.notInclude(inspect(url), "abc123")
      assert.strictEqual(Redacted.value(url), location)
      assert.deepStrictEqual(api.requests[0]?.acceptStatus, [302])
    }))

  it.effect("a redirect to nowhere is an error", () =>
    Effect.gen(function*() {
      const service = yield* invoices(answering(() => ({ status: 302 })))
      assert.deepInclude(yield* Effect.flip(service.downloadUrl("invoice-1")), {
        _tag: "DecodeError",
        path: "headers.location"
      })
    }))
})

describe("Referral", () => {
  for (const clicks of [165, "165"]) {
    it.effect(`reads ${JSON.stringify(clicks)} clicks`, () =>
      Effect.gen(function*() {
        const { api } = answering(() => ({
          body: { referral_stats: { clicks, signups: 23, amount_earned: 10.5, url: "https://sclng.io/r/81e0" } }
        }))
        const service = yield* Effect.provideService(Referral.make, RegionalApi, api)
        const stats = yield* service.stats
        assert.strictEqual(stats.clicks, 165)
        assert.strictEqual(stats.amount_earned, 10.5)
      }))
  }
})
