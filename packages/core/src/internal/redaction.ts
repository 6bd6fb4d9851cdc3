/**
 * Removes secrets from texts that end up in errors, logs and spans.
 */
import * as Encoding from "effect/Encoding"
import { NodeInspectSymbol } from "effect/Inspectable"

export const redacted = "<redacted>"

const secretName = /token|secret|passw|signature|credential|authorization|cookie|api[-_]?key|otp|^sig$|^code$|^auth$/i

/** JSON fields whose value is a secret, or a URL that works without a bearer. */
const secretField =
  /token|secret|passw|signature|credential|salt|api[-_]?key|tls_?key|otp|^value$|^(old|new)_value$|^private|^(sso|attach|logs|upload|download|drain|log_drain|provisioning|source|webhook)_url$|^invitation_link$|^(attempt|uri|url)$/i

/** Fields whose whole content is secret: variables, recovery codes. */
const secretTree = /^(config|env|codes)$/i

const maxBody = 8192

const bearerLike = /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*/g
const apiTokenLike = /\btk-[a-z]{2}-[A-Za-z0-9_-]+/g
const authorizationLike = /\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{16,}/gi
// The lengths are bounded, so that no text makes the search slow.
const queryLike =
  /([?&][\w.[\]%-]{0,64}(?:token|secret|passw|signature|credential|api_?key|otp)[\w.[\]%-]{0,64}=)[^&\s"'<>]+/gi
const userInfoLike = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^/\s:@"'<>]{0,256}:[^/\s@"'<>]{1,256}@/gi

const quoted = (text: string) => JSON.stringify(text).slice(1, -1)
const escapeCode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`

/** A text as JSON encoders write it: plain, as Go does, and in ASCII only. */
const jsonForms = (text: string): ReadonlyArray<string> => {
  const plain = quoted(text)
  const ofGo = plain.replace(/[<>&\u2028\u2029]/g, escapeCode)
  return [plain, ofGo, ofGo.replace(/[^\x20-\x7e]/g, escapeCode)]
}

const inAddress = (text: string): string => {
  try {
    return encodeURIComponent(text)
  } catch {
    return text
  }
}

/** The forms of a secret in JSON, JSON in JSON, a URL or a header. */
const formsOf = (secret: string): ReadonlyArray<string> => {
  const inJson = jsonForms(secret)
  const written = [secret, ...inJson, ...inJson.flatMap(jsonForms)]
  return [...written, ...written.map(inAddress), Encoding.encodeBase64(secret)]
}

/** Shorter secrets are common words. Hiding them would make the text unreadable. */
const minSecret = 4

const hideKnown = (text: string, known: ReadonlyArray<string>): string => {
  const secrets = known.flatMap((secret) => [secret, ...secretsOfUrl(secret)])
  const forms = new Set(secrets.flatMap((secret) => secret.length < minSecret ? [] : formsOf(secret)))
  // The longest first, since one secret may be part of another.
  return [...forms]
    .sort((one, other) => other.length - one.length)
    .reduce((clean, form) => clean.replaceAll(form, redacted), text)
}

/** Replaces everything that looks like a secret, and every text of `known` in all its forms. */
export const redactText = (text: string, known: ReadonlyArray<string> = []): string =>
  hideKnown(text, known)
    .replace(bearerLike, redacted)
    .replace(apiTokenLike, redacted)
    .replace(authorizationLike, `$1 ${redacted}`)
    .replace(queryLike, `$1${redacted}`)
    .replace(userInfoLike, `$1${redacted}@`)

/** JSON text with the values of secret fields replaced. */
export const redactJson = (json: unknown): string => JSON.stringify(json, hideField)

/** The body of a response for an error: at most 8 KiB, with secrets replaced. */
export const redactBody = (text: string, json: unknown, known: ReadonlyArray<string> = []): string => {
  const clean = redactText(json === undefined ? redactFields(text) : redactJson(json), known)
  return clean.length > maxBody ? `${clean.slice(0, maxBody)}…` : clean
}

const isHarmlessUrl = (name: string, value: string) => name.toLowerCase() === "url" && !/[?@]/.test(value)

const hideField = (name: string, value: unknown): unknown => {
  if (secretTree.test(name)) return redacted
  if (!secretField.test(name)) return value
  if (Array.isArray(value)) return value.map((item) => hideField(name, item))
  // A number under "value" is a measurement. Under the name of a secret it is the secret.
  if (typeof value === "number") return name.toLowerCase() === "value" ? value : redacted
  return typeof value === "string" && !isHarmlessUrl(name, value) ? redacted : value
}

/** Replaces secret fields in JSON that was cut short and cannot be parsed. */
export const redactFields = (text: string): string =>
  text
    .replace(
      /"([^"\\]{1,64})"(\s*:\s*)[{[][^}\]]*/g,
      (whole, name: string, colon: string) => secretTree.test(name) ? `"${name}"${colon}"${redacted}"` : whole
    )
    .replace(
      /"([^"\\]{1,64})"(\s*:\s*)"((?:[^"\\]|\\.)*)("?)/g,
      (whole, name: string, colon: string, value: string) =>
        secretField.test(name) && !isHarmlessUrl(name, value) ? `"${name}"${colon}"${redacted}"` : whole
    )

const queryPairs = (url: string): ReadonlyArray<string> => {
  const start = url.indexOf("?")
  return start === -1 ? [] : url.slice(start + 1).split("&")
}

const nameOf = (pair: string) => pair.split("=", 1)[0] ?? ""

/** A URL with the secrets in its query replaced. */
export const redactUrl = (url: string): string => {
  const start = url.indexOf("?")
  if (start === -1) return url
  const query = queryPairs(url).map((pair) => secretName.test(nameOf(pair)) ? `${nameOf(pair)}=${redacted}` : pair)
  return `${url.slice(0, start)}?${query.join("&")}`
}

/** The secrets in the query of a URL. */
export const secretsOfUrl = (url: string): ReadonlyArray<string> =>
  URL.canParse(url)
    ? [...new URL(url).searchParams].flatMap(([name, value]) => secretName.test(name) ? [value] : [])
    : []

/** The secrets in a request's body, which a server may repeat in its error. */
export const secretsOf = (value: unknown, name = "", isSecret = false): ReadonlyArray<string> => {
  if (typeof value === "string") return isSecret || secretField.test(name) ? [value] : []
  if (typeof value !== "object" || value === null) return []
  const entries = Array.isArray(value) ? value.map((item) => [name, item] as const) : Object.entries(value)
  return entries.flatMap(([key, inner]) => secretsOf(inner, key, isSecret || secretTree.test(key)))
}

/**
 * Headers whose single values are readable, and that show no secrets when printed as a whole.
 */
export const withRedactedPrint = (
  headers: { readonly [name: string]: string | undefined },
  known: () => ReadonlyArray<string>
): { readonly [name: string]: string | undefined } => {
  const print = () =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value === undefined ? value : secretName.test(name) ? redacted : redactText(value, known())
      ])
    )
  const proto: object = Object.create(null, {
    toJSON: { value: print },
    toString: { value: () => JSON.stringify(print()) },
    [NodeInspectSymbol]: { value: print }
  })
  return Object.assign(Object.create(proto), headers)
}
