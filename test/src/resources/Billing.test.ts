import { BillingApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Billing from "@effect-scalingo/core/Billing"
import { nextPage } from "@effect-scalingo/core/Pagination"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Layer, Option, Stream } from "effect"
import { answering } from "./answering.js"

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
