/**
 * The consents of apps: until when the platform's operators may access their data.
 */
import type { App } from "./models.js"
import { isoOrNull, type State, statePart } from "./state.js"

export interface Consent {
  readonly appId: string
  readonly accountId: string
  readonly databasesUntil: number | null
  readonly containersUntil: number | null
}

/** By the id of the app. */
const consents = statePart(() => new Map<string, Consent>())

/** The consent of an app; `undefined` once all its dates are past. */
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
