/**
 * The health-data (HDS) contacts of apps.
 */
import type { App } from "./models.js"
import { iso, type State, statePart } from "./state.js"

const contactFields = [
  "org_type",
  "name",
  "email",
  "phone_number",
  "company",
  "address_line1",
  "address_line2",
  "address_city",
  "address_zip",
  "address_country",
  "notes"
] as const

export interface HdsContact {
  readonly id: string
  readonly updatedAt: number
  readonly fields: { readonly [Field in typeof contactFields[number]]?: string | null | undefined }
}

/** By the id of the app. */
const contacts = statePart(() => new Map<string, HdsContact>())

export const hdsContactOf = (state: State, app: App): HdsContact | undefined => contacts(state).get(app.id)

export const setHdsContact = (state: State, app: App, contact: HdsContact): void => {
  contacts(state).set(app.id, contact)
}

/** All fields of a contact; those that were never given are `null`. */
export const contactData = (contact: HdsContact): { readonly [field: string]: string | null } =>
  Object.fromEntries(contactFields.map((field) => [field, contact.fields[field] ?? null]))

export const renderHdsContact = (contact: HdsContact) => ({
  id: contact.id,
  ...contactData(contact),
  updated_at: iso(contact.updatedAt),
  up_to_date: true
})
