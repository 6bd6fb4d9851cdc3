/**
 * Takes secrets out of texts that end up in errors, logs and spans.
 */

export const redacted = "<redacted>"

const secretName = /token|secret|passw|signature|credential|authorization|api[-_]?key|otp|^sig$|^code$|^auth$/i

/** JSON fields whose text is a secret, or an address that works without sign-in. */
const secretField =
  /token|secret|passw|signature|credential|api[-_]?key|otp|^value$|^(old|new)_value$|^private|^(sso|attach|logs|upload|download|drain|provisioning)_url$|^config$|^url$/i

const maxBody = 8192

const bearerLike = /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*/g
const apiTokenLike = /\btk-[a-z]{2}-[A-Za-z0-9_-]+/g
const authorizationLike = /\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{6,}/gi
const queryLike = /([?&][^=&\s"'<>]*(?:token|secret|passw|signature|credential|api_?key|otp)[^=&\s"'<>]*=)[^&\s"'<>]+/gi
const userInfoLike = /\b([a-z][a-z0-9+.-]*:\/\/)[^/\s:@"'<>]*:[^/\s@"'<>]+@/gi

/** Replaces what looks like a secret anywhere, and every text of `known`. */
export const redactText = (text: string, known: ReadonlyArray<string> = []): string => {
  let clean = text
  for (const secret of known) if (secret.length >= 4) clean = clean.split(secret).join(redacted)
  return clean
    .replace(bearerLike, redacted)
    .replace(apiTokenLike, redacted)
    .replace(authorizationLike, `$1 ${redacted}`)
    .replace(queryLike, `$1${redacted}`)
    .replace(userInfoLike, `$1${redacted}@`)
}

/** The same, with the fields that hold secrets emptied, at most 8 KiB. */
export const redactBody = (text: string, json: unknown, known: ReadonlyArray<string> = []): string => {
  const clean = redactText(json === undefined ? hideFieldsInText(text) : JSON.stringify(json, hideField), known)
  return clean.length > maxBody ? `${clean.slice(0, maxBody)}…` : clean
}

const isHarmlessUrl = (name: string, value: string) => name.toLowerCase() === "url" && !/[?@]/.test(value)

const hideField = (name: string, value: unknown): unknown => {
  if (!secretField.test(name)) return value
  if (typeof value === "string") return isHarmlessUrl(name, value) ? value : redacted
  return name === "config" ? redacted : value
}

/** For JSON that was cut short and cannot be parsed: the same fields, found by their form. */
const hideFieldsInText = (text: string): string =>
  text.replace(
    /"([^"\\]{1,64})"(\s*:\s*)"((?:[^"\\]|\\.)*)("?)/g,
    (whole, name: string, colon: string, value: string) =>
      secretField.test(name) && !isHarmlessUrl(name, value) ? `"${name}"${colon}"${redacted}"` : whole
  )

/** An address without the secrets of its query. */
export const redactUrl = (url: string): string => {
  const start = url.indexOf("?")
  if (start === -1) return url
  const query = url.slice(start + 1).split("&").map((pair) => {
    const name = pair.split("=", 1)[0] ?? ""
    return secretName.test(name) ? `${name}=${redacted}` : pair
  })
  return `${url.slice(0, start)}?${query.join("&")}`
}

/** The secret texts of a request's body: a server may repeat them in its complaint. */
export const secretsOf = (value: unknown, name = ""): ReadonlyArray<string> => {
  if (typeof value === "string") return secretField.test(name) ? [value] : []
  if (Array.isArray(value)) return value.flatMap((item) => secretsOf(item, name))
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => secretsOf(inner, key))
}
