/**
 * Secrets that a caller passes as plain text or as `Redacted`.
 */
import * as Redacted from "effect/Redacted"

/** The plain text. */
export const secretText = (secret: string | Redacted.Redacted): string =>
  Redacted.isRedacted(secret) ? Redacted.value(secret) : secret

export const toRedacted = (secret: string | Redacted.Redacted): Redacted.Redacted =>
  Redacted.isRedacted(secret) ? secret : Redacted.make(secret)
