/**
 * The health-data (HDS) contact of an app. Only HDS apps have one.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { record } from "../events.js"
import { contactData, type HdsContact, hdsContactOf, renderHdsContact, setHdsContact } from "../hdsContacts.js"
import { EmailAddress, oneOf } from "../inputSchemas.js"
import { invalid, json } from "../responses.js"
import { regional, type Route } from "../route.js"

const Input = Schema.Struct({
  org_type: nullish(oneOf(["company", "non-profit", "administration"])),
  name: nullish(Schema.String),
  email: nullish(EmailAddress),
  phone_number: nullish(Schema.String),
  company: nullish(Schema.String),
  address_line1: nullish(Schema.String),
  address_line2: nullish(Schema.String),
  address_city: nullish(Schema.String),
  address_zip: nullish(Schema.String),
  address_country: nullish(Schema.String),
  notes: nullish(Schema.String)
})

export const hdsContacts: ReadonlyArray<Route> = [
  regional.put("/apps/:app/hds_contact", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input("hds_contact", Input)
      if (!app.hds) return yield* invalid({ hds_resource: ["is not enabled for this app"] })
      const known = hdsContactOf(call.state, app)
      const contact: HdsContact = {
        id: known?.id ?? call.state.ids.hex(),
        updatedAt: call.now,
        fields: { ...known?.fields, ...input }
      }
      setHdsContact(call.state, app, contact)
      record(call.state, {
        type: "edit_hds_contact",
        user: call.account,
        app,
        data: { ...contactData(contact), remote_ip: "127.0.0.1" }
      })
      return json({ hds_contact: renderHdsContact(contact) })
    }))
]
