/**
 * Removes secrets from texts that end up in errors, logs and spans.
 *
 * Everything here is total: it takes linear time, and no input is too deep or too long for it.
 */
import * as Encoding from "effect/Encoding"
import { NodeInspectSymbol } from "effect/Inspectable"

export const redacted = "<redacted>"

/** Stands for the body of a response that carries credentials. */
export const withheld = "<withheld>"

const secretName = /token|secret|passw|signature|credential|authorization|cookie|api[-_]?key|otp|^sig$|^code$|^auth$/i

/** JSON fields whose value is a secret, or a URL that works without a bearer. */
const secretField =
  /token|secret|passw|signature|credential|salt|api[-_]?key|tls_?key|otp|^value$|^(old|new)_value$|^private|^(sso|attach|logs|upload|download|drain|log_drain|provisioning|source|webhook)_url$|^invitation_link$|^(attempt|uri|url)$/i

/** Fields whose whole content is secret: variables, recovery codes. */
const secretTree = /^(config|env|codes)$/i

const maxBody = 8192

/** The most of a text that is searched for secrets. */
const maxSearched = 64 * 1024

/** Deeper parts of JSON are not shown. */
const maxDepth = 64

const deeper = "…"

// --- JSON

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** Variables are a list of objects with a `value`, or a map. */
const isSecretTree = (name: string, value: unknown) =>
  secretTree.test(name) || (name.toLowerCase() === "variables" && isObject(value) && !Array.isArray(value))

const isHarmlessUrl = (name: string, value: string) => name.toLowerCase() === "url" && !/[?@#]/.test(value)

/** Whether the value of a field is hidden. A number under "value" is a measurement. */
const isHidden = (name: string, value: unknown): boolean => {
  if (isSecretTree(name, value)) return true
  if (!secretField.test(name)) return false
  if (typeof value === "number") return name.toLowerCase() !== "value"
  return typeof value === "string" ? !isHarmlessUrl(name, value) : isObject(value)
}

const hideFields = (value: unknown, depth: number): unknown => {
  if (!isObject(value)) return value
  if (depth >= maxDepth) return deeper
  return Array.isArray(value)
    ? value.map((item) => hideFields(item, depth + 1))
    : Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        isHidden(name, inner) ? redacted : hideFields(inner, depth + 1)
      ])
    )
}

/** JSON text with the values of secret fields replaced. */
export const redactJson = (json: unknown): string => JSON.stringify(hideFields(json, 0))

const endOfString = (text: string, start: number): number => {
  let at = start + 1
  while (at < text.length && text[at] !== "\"") at += text[at] === "\\" ? 2 : 1
  return Math.min(at + 1, text.length)
}

/** The end of the JSON value that begins at `start`, which may be cut short. */
const endOfValue = (text: string, start: number): number => {
  let depth = 0
  let at = start
  while (at < text.length) {
    const character = text[at]!
    if (character === "\"") {
      at = endOfString(text, at)
      if (depth === 0) return at
    } else if (depth === 0 && /[\s,}\]]/.test(character)) {
      return at
    } else {
      if (character === "{" || character === "[") depth++
      if (character === "}" || character === "]") depth--
      at++
      if (depth === 0 && (character === "}" || character === "]")) return at
    }
  }
  return text.length
}

/** The value at the start of a text, as far as `isHidden` tells values apart. */
const kindOfValue = (text: string): unknown => {
  if (text.startsWith("{")) return {}
  if (text.startsWith("[")) return []
  if (text.startsWith("\"")) return text.replace(/^"|"$/g, "")
  return /^-?\d/.test(text) ? 0 : null
}

/** Replaces secret fields in JSON that was cut short and cannot be parsed. */
export const redactFields = (text: string): string => {
  const field = /"([^"\\]*)"\s*:\s*/y
  const clean: Array<string> = []
  let shown = 0
  let at = text.indexOf("\"")
  while (at !== -1) {
    field.lastIndex = at
    const match = field.exec(text)
    if (match === null) {
      at = text.indexOf("\"", at + 1)
      continue
    }
    const start = field.lastIndex
    const name = match[1]!
    let end = start
    if (secretField.test(name) || secretTree.test(name) || name.toLowerCase() === "variables") {
      const valueEnd = endOfValue(text, start)
      if (isHidden(name, kindOfValue(text.slice(start, valueEnd)))) {
        clean.push(text.slice(shown, start), `"${redacted}"`)
        shown = end = valueEnd
      }
    }
    at = text.indexOf("\"", end)
  }
  return clean.join("") + text.slice(shown)
}

// --- Texts

/** A text with its escapes decoded, and where each of its characters begins in the text as it came. */
interface View {
  readonly text: string
  /** One longer than the text. `undefined` for the text as it came. */
  readonly starts: ReadonlyArray<number> | undefined
}

const startOf = ({ starts }: View, at: number) => starts === undefined ? at : starts[at]!

const decodeView = (view: View, escape: RegExp, decode: (escaped: string) => string): View | undefined => {
  const pieces: Array<string> = []
  const starts: Array<number> = []
  let at = 0
  const copyTo = (end: number) => {
    pieces.push(view.text.slice(at, end))
    for (; at < end; at++) starts.push(startOf(view, at))
  }
  for (const match of view.text.matchAll(escape)) {
    copyTo(match.index)
    const decoded = decode(match[0])
    pieces.push(decoded)
    for (let unit = 0; unit < decoded.length; unit++) starts.push(startOf(view, match.index))
    at += match[0].length
  }
  if (at === 0) return undefined
  copyTo(view.text.length)
  starts.push(startOf(view, view.text.length))
  return { text: pieces.join(""), starts }
}

const controls: { readonly [letter: string]: string } = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }

const entities: { readonly [name: string]: string } = { lt: "<", gt: ">", amp: "&", quot: "\"", apos: "'", nbsp: " " }

const decodeEntity = (entity: string): string => {
  const name = entity.slice(1, -1).toLowerCase()
  if (!name.startsWith("#")) return entities[name] ?? entity
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return code > 0x10ffff ? entity : String.fromCodePoint(code)
}

const decodePercent = (escaped: string): string => {
  try {
    return decodeURIComponent(escaped)
  } catch {
    return escaped
  }
}

const percent =
  "%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}"

const decoders: ReadonlyArray<(view: View) => View | undefined> = [
  // JSON, and the literals of an inspection.
  (view) =>
    decodeView(view, /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["'`\\/bfnrt])/gi, (escaped) =>
      escaped.length > 2
        ? String.fromCharCode(Number.parseInt(escaped.slice(2), 16))
        : controls[escaped[1]!] ?? escaped[1]!),
  // HTML
  (view) => decodeView(view, /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|lt|gt|amp|quot|apos|nbsp);/gi, decodeEntity),
  // URLs
  (view) => decodeView(view, new RegExp(percent, "gi"), decodePercent),
  // Forms
  (view) => decodeView(view, new RegExp(`\\+|${percent}`, "gi"), (text) => text === "+" ? " " : decodePercent(text))
]

/** How many encodings are undone: JSON in JSON in a URL. */
const maxLayers = 3

/** A text as it came and in all its decoded forms. */
const viewsOf = (text: string): ReadonlyArray<View> => {
  const views: Array<View> = [{ text, starts: undefined }]
  const seen = new Set([text])
  let from = 0
  for (let layer = 0; layer < maxLayers; layer++) {
    const to = views.length
    for (; from < to; from++) {
      for (const decode of decoders) {
        const view = decode(views[from]!)
        if (view === undefined || seen.has(view.text)) continue
        seen.add(view.text)
        views.push(view)
      }
    }
  }
  return views
}

/**
 * A form of a secret. Its first `least` characters give it away when no letter or digit follows, as where a text was cut
 * short, and its first `sure` characters in any case.
 */
interface Needle {
  readonly form: string
  readonly least: number
  readonly sure: number
}

/** Shorter secrets are common words. Hiding them would make the text unreadable. */
const minSecret = 4

/** Shorter beginnings of a secret are common words too. */
const minPrefix = 6

/** A beginning this long gives a secret away, or half of the secret when that is shorter. */
const maxPrefix = 12

const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

/** Base64 of the bytes with 0, 1 or 2 bytes before them, without the characters that depend on what is around them. */
const base64Forms = (bytes: Uint8Array): ReadonlyArray<string> =>
  [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length)
    padded.set(bytes, before)
    const first = before === 0 ? 0 : before + 1
    return Encoding.encodeBase64(padded).slice(first, Math.floor(padded.length * 8 / 6))
  })

const needlesOf = (secret: string): ReadonlyArray<Needle> => {
  const bytes = new TextEncoder().encode(secret)
  const scheme = /^[a-z][a-z0-9+.-]{0,30}:\/\//i.exec(secret)?.[0].length ?? 0
  const half = Math.ceil((secret.length - scheme) / 2)
  const least = scheme + Math.max(minPrefix, Math.min(maxPrefix, half))
  const hex = toHex(bytes)
  const base64 = base64Forms(bytes)
  const needle = (form: string, least: number, sure = least): ReadonlyArray<Needle> =>
    form.length < minSecret
      ? []
      : [{ form, least: Math.min(form.length, least), sure: Math.min(form.length, sure) }]
  return [
    ...needle(secret, least, scheme + maxPrefix),
    ...[...base64, ...base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))]
      .flatMap((form) => needle(form, Math.max(minPrefix, Math.floor(least * 4 / 3) - 2))),
    ...[hex, hex.toUpperCase()].flatMap((form) => needle(form, 2 * least))
  ]
}

const needlesByKnown = new WeakMap<ReadonlyArray<string>, ReadonlyArray<Needle>>()

/** The needles for all secrets of a request, computed once. */
const needlesFor = (known: ReadonlyArray<string>): ReadonlyArray<Needle> => {
  const cached = needlesByKnown.get(known)
  if (cached !== undefined) return cached
  const secrets = new Set(known.flatMap((secret) => [secret, ...secretsOfUrl(secret)]))
  const byForm = new Map<string, Needle>()
  for (const secret of secrets) {
    if (secret.length < minSecret) continue
    for (const needle of needlesOf(secret)) byForm.set(needle.form, needle)
  }
  const needles = [...byForm.values()]
  needlesByKnown.set(known, needles)
  return needles
}

/** For each position of a text, how much of its own beginning is repeated there (the Z function). */
const selfMatches = (text: string): Int32Array => {
  const matches = new Int32Array(text.length)
  matches[0] = text.length
  for (let at = 1, left = 0, right = 0; at < text.length; at++) {
    let length = at < right ? Math.min(right - at, matches[at - left]!) : 0
    while (at + length < text.length && text.charCodeAt(length) === text.charCodeAt(at + length)) length++
    if (at + length > right) [left, right] = [at, at + length]
    matches[at] = length
  }
  return matches
}

type Hide = (start: number, end: number) => void

const isLetterOrDigit = (character: string | undefined) => character !== undefined && /[A-Za-z0-9]/.test(character)

/** Hides each place where the form or enough of its beginning stands, as far as it matches. */
const hideNeedle = (view: View, { form, least, sure }: Needle, hide: Hide): void => {
  const { text } = view
  const first = text.indexOf(form.slice(0, least))
  if (first === -1) return
  const matches = selfMatches(form)
  for (let at = first, left = 0, right = 0, until = 0; at < text.length; at++) {
    let length = at < right ? Math.min(right - at, matches[at - left]!) : 0
    while (
      length < form.length && at + length < text.length && form.charCodeAt(length) === text.charCodeAt(at + length)
    ) length++
    if (at + length > right) [left, right] = [at, at + length]
    if (length >= sure || (length >= least && !isLetterOrDigit(text[at + length]))) until = Math.max(until, at + length)
    if (at < until) hide(startOf(view, at), startOf(view, at + 1))
  }
}

const wordLike = /[A-Za-z0-9_.-]{20,}/g
const jwtStart = /(?:^|[^A-Za-z0-9])(eyJ[A-Za-z0-9_.-]{17,})$/
const apiTokenLike = /\btk-[a-z]{2}-[A-Za-z0-9_-]+/g
const authorizationLike = /\b(?:Bearer|Basic)\s+([A-Za-z0-9+/=._~-]{16,})/gi
const pairLike = /(?:^|[?&#;\s])([\w.[\]%-]{1,128})=([^&\s"'<>#]+)/g
// Slashes are escaped in some JSON.
const urlLike = /\b[a-z][a-z0-9+.-]{0,30}:(?:\\?\/){2}[^\s"'<>]+/gi

/** Whether a part of a path is a token rather than a name or an id. */
const isOpaque = (segment: string): boolean =>
  segment.length >= 20 &&
  !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(segment) &&
  (/^[0-9a-f]{32,}$/i.test(segment) ||
    (/[a-z]/.test(segment) && /[A-Z]/.test(segment) && /\d/.test(segment) && /[A-Za-z0-9]{12}/.test(segment)))

/** The secret parts of a URL, but for those of its query: user info, long opaque parts of the path, the fragment. */
const urlParts = (url: string): ReadonlyArray<readonly [start: number, end: number]> => {
  const authority = /^[^:]+:(?:\\?\/){2}/.exec(url)?.[0].length ?? 0
  const parts: Array<readonly [number, number]> = []
  const slash = url.slice(authority).search(/[/\\]/)
  const at = url.slice(authority, slash === -1 ? undefined : authority + slash).lastIndexOf("@")
  // Without a colon before it, a "?" ends the host, and the "@" belongs to the query.
  const hasUserInfo = at > 0 && !/^[^:]*[?#]/.test(url.slice(authority, authority + at))
  const host = hasUserInfo ? authority + at : authority
  if (hasUserInfo) parts.push([authority, host])
  const rest = url.slice(host)
  const end = rest.search(/[?#]/)
  const path = end === -1 ? rest : rest.slice(0, end)
  const pathStart = path.search(/[/\\]/)
  for (const match of pathStart === -1 ? [] : path.slice(pathStart).matchAll(/[^/\\]{20,}/g)) {
    const start = host + pathStart + match.index
    if (isOpaque(match[0])) parts.push([start, start + match[0].length])
  }
  const fragment = rest.indexOf("#")
  if (fragment !== -1) parts.push([host + fragment + 1, url.length])
  return parts
}

/** Hides everything that looks like a secret. */
const hideLooks = (text: string, hide: Hide): void => {
  for (const match of text.matchAll(wordLike)) {
    const jwt = jwtStart.exec(match[0])?.[1]
    if (jwt !== undefined) hide(match.index + match[0].length - jwt.length, match.index + match[0].length)
  }
  for (const match of text.matchAll(apiTokenLike)) hide(match.index, match.index + match[0].length)
  for (const match of text.matchAll(authorizationLike)) {
    const end = match.index + match[0].length
    hide(end - match[1]!.length, end)
  }
  for (const match of text.matchAll(pairLike)) {
    const end = match.index + match[0].length
    if (secretName.test(match[1]!)) hide(end - match[2]!.length, end)
  }
  for (const match of text.matchAll(urlLike)) {
    for (const [start, end] of urlParts(match[0])) hide(match.index + start, match.index + end)
  }
}

/** Replaces everything that looks like a secret, and every text of `known` in all its forms. */
export const redactText = (text: string, known: ReadonlyArray<string> = []): string => {
  if (text === "") return text
  const searched = text.slice(0, maxSearched)
  const hidden = new Uint8Array(searched.length)
  const hide: Hide = (start, end) => hidden.fill(1, start, end)
  hideLooks(searched, hide)
  const needles = needlesFor(known)
  if (needles.length > 0) {
    for (const view of viewsOf(searched)) {
      for (const needle of needles) hideNeedle(view, needle, hide)
    }
  }
  const clean: Array<string> = []
  for (let at = 0; at < searched.length;) {
    const isShown = hidden[at] === 0
    const next = hidden.indexOf(isShown ? 1 : 0, at)
    const end = next === -1 ? searched.length : next
    clean.push(isShown ? searched.slice(at, end) : redacted)
    at = end
  }
  return clean.join("") + (text.length > searched.length ? deeper : "")
}

/** The body of a response for an error: at most 8 KiB, with secrets replaced. */
export const redactBody = (text: string, json: unknown, known: ReadonlyArray<string> = []): string => {
  const clean = redactText(json === undefined ? redactFields(text) : redactJson(json), known)
  return clean.length > maxBody ? `${clean.slice(0, maxBody)}…` : clean
}

const requestIdForm = /^[A-Za-z0-9._:-]{1,128}$/

/** A request id of a server, unless it has an unusual form or holds a secret. */
export const safeRequestId = (id: string | undefined, known: ReadonlyArray<string>): string | undefined =>
  id !== undefined && requestIdForm.test(id) && redactText(id, known) === id ? id : undefined

// --- URLs

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

/** The secrets in a URL: in its query, its user info, its path and its fragment. */
export const secretsOfUrl = (url: string): ReadonlyArray<string> => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url) || !URL.canParse(url)) return []
  const parsed = new URL(url)
  return [
    ...[...parsed.searchParams].flatMap(([name, value]) => secretName.test(name) ? [value] : []),
    ...[parsed.password === "" ? parsed.username : parsed.password, parsed.hash.slice(1)].map(decodePercent),
    ...parsed.pathname.split("/").filter(isOpaque).map(decodePercent)
  ].filter((secret) => secret !== "")
}

// --- Requests

/** The secrets in a request's body, which a server may repeat in its error. */
export const secretsOf = (body: unknown): ReadonlyArray<string> => {
  const secrets: Array<string> = []
  const left: Array<{ readonly value: unknown; readonly name: string; readonly isSecret: boolean }> = [
    { value: body, name: "", isSecret: false }
  ]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { isSecret, name, value } = next
    if (typeof value === "string") {
      if (isSecret || secretField.test(name)) secrets.push(value)
    } else if (typeof value === "number") {
      if (isSecret || isHidden(name, value)) secrets.push(String(value))
    } else if (isObject(value)) {
      // The items of a list have the name of the list.
      const isList = Array.isArray(value)
      const isInner = isSecret || (!isList && isHidden(name, value)) || secretTree.test(name)
      for (const [key, inner] of Object.entries(value)) {
        left.push({ value: inner, name: isList ? name : key, isSecret: isInner })
      }
    }
  }
  return secrets
}

/** Headers whose values say nothing that has to be hidden. */
const plainHeaders = new Set(["accept", "content-type", "user-agent", "x-dry-run", "x-request-id"])

/** Shorter values of headers are common words. */
const minHeader = 8

/** The secrets in the headers that a caller has set: any value may be one. */
export const secretsOfHeaders = (headers: { readonly [name: string]: string }): ReadonlyArray<string> =>
  Object.entries(headers).flatMap(([name, value]) =>
    plainHeaders.has(name.toLowerCase())
      ? []
      // A server may repeat the credentials without their scheme.
      : [value, value.replace(/^(?:bearer|basic|token)\s+/i, "")].filter((text) => text.length >= minHeader)
  )

/**
 * Headers whose single values are readable, and that show no secrets when printed as a whole.
 */
export const withRedactedPrint = (
  headers: { readonly [name: string]: string | undefined },
  known: () => ReadonlyArray<string>
): { readonly [name: string]: string | undefined } => {
  const print = () => {
    const secrets = known()
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value === undefined ? value : secretName.test(name) ? redacted : redactText(value, secrets)
      ])
    )
  }
  const proto: object = Object.create(null, {
    toJSON: { value: print },
    toString: { value: () => JSON.stringify(print()) },
    [NodeInspectSymbol]: { value: print }
  })
  return Object.assign(Object.create(proto), headers)
}
