import { Invoices, layer } from "@effect-scalingo/core/Invoices"
import { driver } from "../driver.js"

export default driver("Invoices", Invoices, layer, {
  list: (invoices) => invoices.listPage({ page: 2, perPage: 50 }),
  find: (invoices) => invoices.get("invoiceId"),
  download: {
    send: (invoices) => invoices.downloadUrl("invoiceId"),
    response: { status: 302, headers: { location: "https://storage.example.com/invoice.pdf?signature=abc" } }
  }
})
