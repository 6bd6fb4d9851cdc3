/**
 * The tokens in pre-signed URLs, which are credentials by themselves.
 */
import { type State, statePart } from "./state.js"

interface Signed {
  readonly subject: string
  expiresAt: number
}

const signed = statePart(() => new Map<string, Signed>())

/** Issues a token for a subject such as `invoices/6a…`. By default it never expires. */
export const sign = (state: State, subject: string, milliseconds = Number.POSITIVE_INFINITY): string => {
  const token = state.ids.secret(40)
  signed(state).set(token, { subject, expiresAt: state.now() + milliseconds })
  return token
}

/** Checks the token of a URL against its subject. */
export const checkSigned = (state: State, subject: string, token: string | null): "good" | "expired" | "wrong" => {
  const known = token === null ? undefined : signed(state).get(token)
  return known === undefined || known.subject !== subject
    ? "wrong"
    : state.now() < known.expiresAt
    ? "good"
    : "expired"
}

/** Ends the token of a URL. */
export const expireSigned = (state: State, token: string | null): void => {
  const known = token === null ? undefined : signed(state).get(token)
  if (known !== undefined) known.expiresAt = Math.min(known.expiresAt, state.now())
}
