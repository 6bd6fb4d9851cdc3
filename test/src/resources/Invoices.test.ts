import { Invoices, layer } from "@effect-scalingo/core/Invoices"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Effect, Redacted, Stream } from "effect"
import { inspect } from "node:util"
import { fakeService, json, type RespondCall } from "../fakePlatform.js"
import { billingPageMeta } from "../pageMeta.js"

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

const invoices = (respond: RespondCall) => fakeService(Invoices, layer, respond)

describe("Invoices", () => {
  it.effect("have amounts in cents, the VAT per mille and the month in UTC", () =>
    Effect.gen(function*() {
      const { service } = yield* invoices(() => json({ invoice: invoice(1) }))
      const read = yield* service.get("invoice-1")
      assert.strictEqual(read.total_price * (1 + read.vat_rate / 1000), read.total_price_with_vat)
      assert.strictEqual(read.items?.reduce((sum, { price }) => sum + price, 0), read.total_price)
      assert.strictEqual(read.billing_month && DateTime.formatIso(read.billing_month), "2020-08-01T00:00:00.000Z")
      assert.deepStrictEqual(read.detailed_items?.map(({ duration }) => duration), [43_200, undefined])
    }))

  it.effect("decode without a month", () =>
    Effect.gen(function*() {
      const { service } = yield* invoices(() => json({ invoice: { ...invoice(1), billing_month: null } }))
      assert.isNull((yield* service.get("invoice-1")).billing_month)
    }))

  it.effect("are listed over all pages", () =>
    Effect.gen(function*() {
      const { service } = yield* invoices(({ query }) => {
        const page = Number(query["page"])
        return json({ invoices: [invoice(page)], meta: billingPageMeta(page, 2) })
      })
      const ids = yield* service.list().pipe(Stream.map(({ id }) => id), Stream.runCollect)
      assert.deepStrictEqual(Chunk.toReadonlyArray(ids), ["invoice-1", "invoice-2"])
    }))

  it.effect("have a PDF at the URL of the redirect, which is never shown", () =>
    Effect.gen(function*() {
      const location = "https://storage.example.com/invoice.pdf?signature=abc123"
      const { sent, service } = yield* invoices(() => ({ status: 302, headers: { location } }))
      const url = yield* service.downloadUrl("invoice-1")
      assert.notInclude(inspect(url), "abc123")
      assert.strictEqual(Redacted.value(url), location)
      assert.deepStrictEqual(sent[0]?.request.acceptStatus, [302])
    }))

  it.effect("fail to decode when the redirect has no location", () =>
    Effect.gen(function*() {
      const { service } = yield* invoices(() => ({ status: 302 }))
      assert.deepInclude(yield* Effect.flip(service.downloadUrl("invoice-1")), {
        _tag: "DecodeError",
        path: "headers.location"
      })
    }))
})
