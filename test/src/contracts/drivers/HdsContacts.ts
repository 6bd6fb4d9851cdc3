import { HdsContacts, type HdsContactsService, layer } from "@effect-scalingo/core/HdsContacts"
import { driver } from "../driver.js"

const contact = {
  org_type: "company",
  name: "Jane Doe",
  email: "jane@example.com",
  phone_number: "0600000006",
  company: "Example",
  address_line1: "23 rue du bois",
  address_line2: null,
  address_city: "Strasbourg",
  address_zip: "67000",
  address_country: "FR",
  notes: "by phone"
}

export default driver("HdsContacts", HdsContacts, layer, {
  update: {
    send: (contacts: HdsContactsService) => contacts.update("app", contact),
    body: { hds_contact: contact },
    response: {
      status: 200,
      json: {
        hds_contact: {
          id: "hc-5c9d8f0e-6f4e-4d92-9ad0-5d1f0a1f2c3b",
          ...contact,
          updated_at: "2024-02-16T09:30:00.000Z",
          up_to_date: true
        }
      }
    }
  }
})
