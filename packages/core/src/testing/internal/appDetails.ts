/**
 * What hangs on an app beside its settings: the consent to access its data, and its health-data contact.
 */
import type { App } from "./records.js"
import { iso, isoOrNull, slot, type State } from "./state.js"

export interface Consent {
  readonly appId: string
  readonly accountId: string
  readonly databasesUntil: number | null
  readonly containersUntil: number | null
}

const consents = slot(() => new Map<string, Consent>())

/** The consent of an app; one whose ends are all past is none. */
export const consentOf = (state: State, app: App): Consent | undefined => {
  const consent = consents(state).get(app.id)
  return consent !== undefined &&
      Math.max(consent.databasesUntil ?? 0, consent.containersUntil ?? 0) > state.now()
    ? consent
    : undefined
}

export const setConsent = (state: State, app: App, consent: Consent | undefined): void => {
  if (consent === undefined) consents(state).delete(app.id)
  else consents(state).set(app.id, consent)
}

export const renderConsent = (consent: Consent) => ({
  app_id: consent.appId,
  user_id: consent.accountId,
  databases_until: isoOrNull(consent.databasesUntil),
  containers_until: isoOrNull(consent.containersUntil)
})

const hdsFields = [
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
  readonly fields: { readonly [Field in typeof hdsFields[number]]?: string | null | undefined }
}

const contacts = slot(() => new Map<string, HdsContact>())

export const hdsContactOf = (state: State, app: App): HdsContact | undefined => contacts(state).get(app.id)

export const setHdsContact = (state: State, app: App, contact: HdsContact): void => {
  contacts(state).set(app.id, contact)
}

export const renderHdsContact = (contact: HdsContact) => ({
  id: contact.id,
  ...Object.fromEntries(hdsFields.map((field) => [field, contact.fields[field] ?? null])),
  updated_at: iso(contact.updatedAt),
  up_to_date: true
})

/** The fields of an app as the API shows it. */
export const renderAppDetails = (state: State, app: App) => {
  const consent = consentOf(state, app)
  const contact = hdsContactOf(state, app)
  return {
    data_access_consent: consent === undefined ? null : renderConsent(consent),
    ...(contact === undefined ? {} : { hds_contact: renderHdsContact(contact) })
  }
}
