/**
 * The health-data contact of an app. Only apps for health data have one.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { findAppToChange } from "../collaboratorRoles.js"
import { record } from "../events.js"
import { type HdsContact, hdsContactOf, renderHdsContact, setHdsContact } from "../hdsContacts.js"
import { EmailAddress, maybe, oneOf } from "../inputSchemas.js"
import { invalid, json } from "../responses.js"
import { regional, type Route } from "../route.js"

const Input = Schema.Struct({
  org_type: maybe(oneOf(["company", "non-profit", "administration"])),
  name: maybe(Schema.String),
  email: maybe(EmailAddress),
  phone_number: maybe(Schema.String),
  company: maybe(Schema.String),
  address_line1: maybe(Schema.String),
  address_line2: maybe(Schema.String),
  address_city: maybe(Schema.String),
  address_zip: maybe(Schema.String),
  address_country: maybe(Schema.String),
  notes: maybe(Schema.String)
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
      const { org_type: _, ...fields } = contact.fields
      record(call.state, {
        type: "edit_hds_contact",
        user: call.account,
        app,
        data: { ...fields, remote_ip: "127.0.0.1" }
      })
      return json({ hds_contact: renderHdsContact(contact) })
    }))
]
