/**
 * Invoices: one on the first day of each month, for the previous month. Three days later it is `paid` or `failed`.
 */
import * as Effect from "effect/Effect"
import { planOf } from "../addons.js"
import { findSize } from "../catalog.js"
import { day, hour, minute } from "../durations.js"
import type { Account } from "../models.js"
import { paginate } from "../pagination.js"
import { empty, forbidden, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route, storage } from "../route.js"
import { checkSigned, sign } from "../signedUrls.js"
import { select, type State, statePart, viewOf } from "../state.js"
import { fileOf, serveFile } from "../storage.js"

/** Cents. */
interface Item {
  readonly id: string
  readonly label: string
  readonly price: number
}

interface DetailedItem extends Item {
  readonly app: string
  /** Minutes. */
  readonly duration: number
  readonly region: string
}

export interface Invoice {
  readonly id: string
  readonly accountId: string
  readonly operationId: string
  readonly number: string
  /** The first instant of the billed month. */
  readonly month: number
  readonly issuedAt: number
  readonly total: number
  readonly totalWithVat: number
  readonly items: ReadonlyArray<Item>
  readonly detailedItems: ReadonlyArray<DetailedItem>
  /** The token of the URL of the PDF. It never expires. */
  readonly linkToken: string
}

/** 20 %, per mille. */
const vatRate = 200

const invoicesBy = statePart(() => new Map<string, Array<Invoice>>())

const subjectOf = (id: string) => `invoices/${id}`

const startOfMonth = (at: number, ahead = 0) => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1)
}

const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10)

const detailsOf = (state: State, account: Account, from: number, to: number): Array<DetailedItem> => {
  const details: Array<DetailedItem> = []
  for (const app of state.apps.values()) {
    if (app.ownerId !== account.id || app.lastDeployedAt === null || app.createdAt >= to) continue
    for (const type of app.formation) {
      const size = findSize(type.size)
      if (size === undefined || type.amount === 0) continue
      const used = (to - Math.max(from, app.createdAt)) * type.amount
      details.push({
        id: state.ids.hex(),
        label: `Containers - type: ${type.name} - size: ${type.size}`,
        price: Math.round(used / hour * size.hourlyPrice / 10),
        app: app.name,
        duration: Math.round(used / minute),
        region: app.region
      })
    }
  }
  return details
}

const addonsPrice = (state: State, account: Account, to: number) => {
  let euros = 0
  for (const addon of state.addons.values()) {
    if (state.apps.get(addon.appId)?.ownerId === account.id && addon.provisionedAt < to) euros += planOf(addon).price
  }
  return Math.round(euros * 100)
}

const makeInvoice = (from: State, account: Account, month: number, count: number): Invoice => {
  const state = viewOf(from, { ids: from.idsOf(`invoice ${account.id} ${month}`) })
  const issuedAt = startOfMonth(month, 1)
  const detailedItems = detailsOf(state, account, month, issuedAt)
  const runtime = detailedItems.reduce((sum, item) => sum + item.price, 0)
  const addons = addonsPrice(state, account, issuedAt)
  const items: Array<Item> = [
    { id: state.ids.hex(), label: "Containers Runtime", price: runtime },
    { id: state.ids.hex(), label: "Addons", price: addons }
  ]
  if (account.freeTrialEndsAt > month) {
    const trial = `Free Trial ${dateOf(account.createdAt)} -> ${dateOf(account.freeTrialEndsAt)}`
    items.push({ id: state.ids.hex(), label: trial, price: -runtime - addons })
  }
  const total = items.reduce((sum, item) => sum + item.price, 0)
  const id = state.ids.uuid()
  return {
    id,
    accountId: account.id,
    operationId: state.ids.uuid(),
    number: `${dateOf(issuedAt).slice(0, 7)}-${String(count).padStart(4, "0")}`,
    month,
    issuedAt,
    total,
    totalWithVat: Math.round(total * (1 + vatRate / 1000)),
    items,
    detailedItems,
    linkToken: sign(state, subjectOf(id))
  }
}

/** The invoices of an account, newest first. */
export const invoicesOf = (state: State, account: Account): ReadonlyArray<Invoice> => {
  const known = invoicesBy(state).get(account.id) ?? []
  const last = known.at(-1)
  let month = last === undefined ? startOfMonth(account.createdAt) : startOfMonth(last.month, 1)
  while (startOfMonth(month, 1) <= state.now()) {
    known.push(makeInvoice(state, account, month, known.length + 1))
    month = startOfMonth(month, 1)
  }
  invoicesBy(state).set(account.id, known)
  return known.slice().reverse()
}

const pdfUrl = (state: State, region: string, invoice: Invoice, token: string) =>
  `${state.urls.storage(region)}/${subjectOf(invoice.id)}?token=${token}`

/** The URL of the PDF in responses. */
export const invoiceUrl = (state: State, region: string, invoice: Invoice): string =>
  pdfUrl(state, region, invoice, invoice.linkToken)

const render = (call: Call, invoice: Invoice) => ({
  id: invoice.id,
  total_price: invoice.total,
  total_price_with_vat: invoice.totalWithVat,
  billing_month: dateOf(invoice.month),
  pdf_url: invoiceUrl(call.state, call.region, invoice),
  invoice_number: invoice.number,
  state: call.now < invoice.issuedAt + 3 * day
    ? "new"
    : invoice.total === 0 || call.account.paymentMethod
    ? "paid"
    : "failed",
  vat_rate: vatRate,
  items: invoice.items,
  detailed_items: invoice.detailedItems
})

const findInvoice = (call: Call): Effect.Effect<Invoice, Refusal> => {
  const invoice = invoicesOf(call.state, call.account).find((it) => it.id === call.param("invoiceId"))
  return invoice === undefined ? notFound("invoice") : Effect.succeed(invoice)
}

const pdf = (invoice: Invoice) =>
  `%PDF-1.4\n% Invoice ${invoice.number}: ${invoice.totalWithVat} cents\ntrailer << /Size 0 >>\n%%EOF\n`

export const invoices: ReadonlyArray<Route> = [
  regional.get("/account/invoices", (call) => {
    const { items, pagination } = paginate(call, invoicesOf(call.state, call.account), { previous: "previous_page" })
    return json({ invoices: items.map((it) => render(call, it)), meta: { pagination } })
  }),

  regional.get(
    "/account/invoices/:invoiceId",
    (call) => Effect.map(findInvoice(call), (invoice) => json({ invoice: render(call, invoice) }))
  ),

  regional.get("/account/invoices/:invoiceId/download", (call) =>
    Effect.map(findInvoice(call), (invoice) => {
      const token = sign(call.state, subjectOf(invoice.id), 10 * minute)
      return empty(302, { location: pdfUrl(call.state, call.region, invoice, token) })
    })),

  storage.get("/invoices/:invoiceId", (call) =>
    Effect.gen(function*() {
      const id = call.param("invoiceId")
      const invoice = select(invoicesBy(call.state), () => true).flat().find((it) => it.id === id)
      if (invoice === undefined) return yield* notFound("invoice")
      if (checkSigned(call.state, subjectOf(id), call.query.get("token")) !== "good") {
        return yield* forbidden("the link has expired")
      }
      return serveFile(
        call,
        fileOf(new TextEncoder().encode(pdf(invoice)), {
          contentType: "application/pdf",
          etag: `"${invoice.id}"`,
          modifiedAt: invoice.issuedAt,
          name: `${invoice.number}.pdf`
        })
      )
    }))
]
