/**
 * The invoices of an account.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages } from "../client/internal/pages.js"
import type { Page, PageOptions, WalkOptions } from "../client/Pagination.js"
import type { ResponseDecoder } from "../client/ResponseDecoder.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { SignedUrls } from "../client/SignedUrls.js"
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp } from "../schema/ScalingoSchema.js"

/**
 * A line of an invoice.
 *
 * @category schemas
 */
export const InvoiceItem = struct(() => ({
  id: Schema.String,
  label: Schema.String,
  /** In cents. Negative for a rebate. */
  price: Schema.Number
}))

export interface InvoiceItem extends Schema.Schema.Type<typeof InvoiceItem> {}

/**
 * The cost of one product for one app.
 *
 * @category schemas
 */
export const InvoiceDetailedItem = struct(() => ({
  id: Schema.String,
  label: Schema.String,
  /** In cents. */
  price: Schema.Number,
  /** The app's name. */
  app: Schema.String,
  /** In minutes. */
  duration: nullish(Schema.Number),
  region: nullish(Schema.String),
  /** The reference in Scalingo's product catalogue. */
  sku: nullish(Schema.String)
}))

export interface InvoiceDetailedItem extends Schema.Schema.Type<typeof InvoiceDetailedItem> {}

/**
 * An invoice.
 *
 * @category schemas
 */
export const Invoice = struct(() => ({
  /** A UUID. */
  id: Schema.String,
  /** In cents, without VAT. */
  total_price: Schema.Number,
  /** In cents. */
  total_price_with_vat: Schema.Number,
  /** The billed month, as its first day at midnight UTC. The wire has only the date. */
  billing_month: optionalTimestamp,
  /** The web page to download it from; {@link InvoicesService.downloadUrl} is for programs. */
  pdf_url: Schema.String,
  /** The number printed on the invoice: `2020-09-1442`. */
  invoice_number: Schema.String,
  state: openEnum("new", "paid", "failed"),
  /** Per mille: 200 is a VAT of 20 %. */
  vat_rate: Schema.Number,
  items: nullish(Schema.Array(InvoiceItem)),
  detailed_items: nullish(Schema.Array(InvoiceDetailedItem))
}))

export interface Invoice extends Schema.Schema.Type<typeof Invoice> {}

/**
 * The methods of {@link Invoices}.
 *
 * @category models
 */
export interface InvoicesService {
  /**
   * The invoices of the account, across all pages: `GET /account/invoices`. Amounts are in cents.
   */
  readonly list: (options?: WalkOptions) => Stream.Stream<Invoice, ScalingoError>

  /**
   * One page of the invoices: `GET /account/invoices`. Amounts are in cents.
   */
  readonly listPage: (options?: PageOptions) => Effect.Effect<Page<Invoice>, ScalingoError>

  /**
   * One invoice: `GET /account/invoices/:invoiceId`. Amounts are in cents.
   */
  readonly get: (invoiceId: string) => Effect.Effect<Invoice, ScalingoError>

  /**
   * The pre-signed URL of an invoice's PDF: `GET /account/invoices/:invoiceId/download`. It comes from the `Location`
   * of the response, a redirect that is not followed. Read it soon and without credentials.
   */
  readonly downloadUrl: (invoiceId: string) => Effect.Effect<Redacted.Redacted, ScalingoError>

  /**
   * The bytes of an invoice's PDF: obtains its URL like `downloadUrl`, then sends a `GET` to it.
   */
  readonly download: (invoiceId: string) => Stream.Stream<Uint8Array, ScalingoError>
}

/**
 * Invoices of the account.
 *
 * @category tags
 */
export class Invoices extends Context.Tag("@effect-scalingo/core/Invoices")<Invoices, InvoicesService>() {}

const location: ResponseDecoder<Redacted.Redacted> = {
  decode: ({ headers }) =>
    headers["location"] === undefined || headers["location"] === ""
      ? Either.left({ path: "headers.location", reason: "Expected a value, it is missing", value: undefined })
      : Either.right(Redacted.make(headers["location"]))
}

const list = endpoint("Invoices.list", "GET /account/invoices", Decode.page("invoices", Invoice))
const get = endpoint("Invoices.get", "GET /account/invoices/:invoiceId", Decode.root("invoice", Invoice))
const downloadUrl = endpoint("Invoices.downloadUrl", "GET /account/invoices/:invoiceId/download", location, {
  acceptStatus: [302]
})

export const make: Effect.Effect<InvoicesService, never, RegionalApi | SignedUrls> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const urls = yield* SignedUrls
  const pdfUrl = (invoiceId: string) =>
    call(api, downloadUrl, { path: { invoiceId }, headers: { Accept: "application/pdf,application/json" } })
  return Invoices.of({
    list: (options) => callPages(api, list, {}, options),
    listPage: (options) => callPage(api, list, {}, options),
    get: (invoiceId) => call(api, get, { path: { invoiceId } }),
    downloadUrl: pdfUrl,
    download: (invoiceId) =>
      Stream.unwrap(Effect.map(pdfUrl(invoiceId), (url) => urls.download("Invoices.download", url)))
  })
})

export const layer: Layer.Layer<Invoices, never, RegionalApi | SignedUrls> = Layer.effect(Invoices, make)
