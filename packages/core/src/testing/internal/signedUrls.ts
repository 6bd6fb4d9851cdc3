/**
 * The tokens in pre-signed URLs: whoever has one needs no other credentials.
 */
import { slot, type State } from "./state.js"

interface Signed {
  readonly subject: string
  readonly expiresAt: number
}

const signed = slot(() => new Map<string, Signed>())

/** A token for something, `invoices/6a…`, that is good for a while, or for ever. */
export const sign = (state: State, subject: string, milliseconds = Number.POSITIVE_INFINITY): string => {
  const token = state.ids.secret(40)
  signed(state).set(token, { subject, expiresAt: state.now() + milliseconds })
  return token
}

/** Whether the token of a URL is the one of that subject, and still good. */
export const checkSigned = (state: State, subject: string, token: string | null): "good" | "expired" | "wrong" => {
  const known = token === null ? undefined : signed(state).get(token)
  return known === undefined || known.subject !== subject
    ? "wrong"
    : state.now() < known.expiresAt
    ? "good"
    : "expired"
}
