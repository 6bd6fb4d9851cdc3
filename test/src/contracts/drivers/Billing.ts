import { Billing, layer } from "@effect-scalingo/core/Billing"
import { driver } from "../driver.js"

const profile = {
  id: "576ba47261d7b200157d9973",
  name: "John Doe",
  credit: "15.0",
  address_line1: "15 avenue du Rhin",
  address_city: "Strasbourg",
  address_zip: "67100",
  address_country: "France",
  payment_method: "paypal",
  paypal_payment_method: { id: "pp-1" },
  flags: ["vip"]
}

const input = {
  name: "John Doe",
  email: "john.doe@example.com",
  address_line1: "15 avenue du Rhin",
  address_line2: "2nd floor",
  address_zip: "67100",
  address_city: "Strasbourg",
  address_state: "Alsace",
  address_country: "France",
  vat_number: "FR12345678901",
  invoice_additional_info: "Order 12",
  company: "Scalingo"
}

export default driver("Billing", Billing, layer, {
  listOperations: (billing) => billing.listOperationsPage({ page: 1, perPage: 20 }),
  profile: (billing) => billing.profile,
  findProfile: { send: (billing) => billing.getProfile, response: { json: { profile } } },
  createProfile: {
    send: (billing) => billing.createProfile(input),
    body: { profile: input },
    response: { json: { profile } }
  },
  updateProfile: {
    send: (billing) => billing.updateProfile("profileId", input),
    body: { profile: input },
    response: { json: { profile } }
  }
})
