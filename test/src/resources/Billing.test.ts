import { Billing, layer } from "@effect-scalingo/core/Billing"
import { nextPage } from "@effect-scalingo/core/Pagination"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Option, Stream } from "effect"
import { fakeService, json, type RespondCall } from "../fakePlatform.js"
import { billingPageMeta } from "../pageMeta.js"

const operation = (n: number) => ({
  id: `operation-${n}`,
  created_at: "2016-09-01T15:02:09.013+02:00",
  amount: n + 0.5,
  source: "invoicing",
  description: `Invoice ${n}`,
  invoice_id: "23d2c27f-bab0-4038-b3d7-2e6f06f3d27a",
  invoice_url: "http://download.scalingo.com/invoices/23d2c27f-bac0-4038-b3d7-2e6f06f3d27a/download"
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

const billing = (respond: RespondCall) => fakeService(Billing, layer, respond)

describe("Billing", () => {
  it.effect("lists the operations of all pages", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* billing(({ query }) => {
        const page = Number(query["page"])
        return json({ "billing-operations": [operation(page)], meta: billingPageMeta(page, 3) })
      })
      const amounts = yield* service.listOperations({ perPage: 1 }).pipe(
        Stream.map(({ amount }) => amount),
        Stream.runCollect
      )
      assert.deepStrictEqual(Chunk.toReadonlyArray(amounts), [1.5, 2.5, 3.5])
      assert.deepStrictEqual(sent.map(({ query }) => query), [
        { page: 1, per_page: 1 },
        { page: 2, per_page: 1 },
        { page: 3, per_page: 1 }
      ])
    }))

  it.effect("returns a page of operations with its metadata", () =>
    Effect.gen(function*() {
      const { service } = yield* billing(() =>
        json({ "billing-operations": [operation(2)], meta: billingPageMeta(2, 3) })
      )
      const { items, pagination } = yield* service.listOperationsPage({ page: 2 })
      assert.lengthOf(items, 1)
      assert.strictEqual(pagination.previous_page, 1)
      assert.deepStrictEqual(nextPage(pagination), Option.some(3))
    }))

  it.effect("lists operations without an invoice", () =>
    Effect.gen(function*() {
      const withoutInvoice = { ...operation(1), source: "stripe", invoice_id: null, invoice_url: null }
      const { service } = yield* billing(() =>
        json({ "billing-operations": [withoutInvoice], meta: billingPageMeta(1, 1) })
      )
      const { items } = yield* service.listOperationsPage()
      assert.isNull(items[0]?.invoice_id)
    }))

  it.effect("reads a credit that is a number, or a number in quotes", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* billing(({ api }) =>
        json(api === "billing" ? { profile: { ...profile, credit: "15.5" } } : { billing_profile: profile })
      )
      assert.strictEqual((yield* service.profile).credit, 15.5)
      assert.strictEqual((yield* service.getProfile).credit, 15.5)
      assert.deepStrictEqual(sent.map(({ api, path }) => [api, path]), [
        ["regional", "/account/billing/profile"],
        ["billing", "/profile"]
      ])
    }))

  it.effect("refuses a profile without an address before anything is sent", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* billing(() => ({}))
      const error = yield* Effect.flip(service.createProfile({
        name: "John Doe",
        address_line1: "",
        address_zip: "67100",
        address_city: "Strasbourg",
        address_country: "France"
      }))
      assert.deepInclude(error, { _tag: "InvalidRequest", field: "profile.address_line1" })
      assert.deepStrictEqual(sent, [])
    }))
})
