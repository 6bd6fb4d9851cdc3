/**
 * URLs: path templates, queries, and which URLs are safe. No path parameter can leave its segment.
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { FieldIssue } from "../../internal/parseResult.js"
import type { QueryValue } from "../ApiClient.js"

const encodeText = (field: string, value: string | number | boolean): Either.Either<string, FieldIssue> => {
  try {
    return Either.right(encodeURIComponent(value))
  } catch {
    return Either.left({ field, expected: "well-formed text" })
  }
}

const encodeSegment = (name: string, value: unknown): Either.Either<string, FieldIssue> => {
  if (typeof value !== "string" || value.trim() === "" || value === "." || value === "..") {
    return Either.left({ field: name, expected: "an id or a name that is not empty, \".\" or \"..\"" })
  }
  return encodeText(name, value)
}

/** A path, cut at its `:names`. */
interface Template {
  readonly head: string
  /** Each name, and the text that follows its value. */
  readonly params: ReadonlyArray<{ readonly name: string; readonly text: string }>
}

const parseTemplate = (template: string): Either.Either<Template, FieldIssue> => {
  const path = template.startsWith("/") ? template : `/${template}`
  if (/[?#\\\s]/.test(path)) {
    return Either.left({ field: "path", expected: "a path without query; pass the query as an option" })
  }
  const [head = "", ...rest] = path.split("/:")
  const params = rest.map((part) => {
    const end = part.indexOf("/")
    return end === -1 ? { name: part, text: "" } : { name: part.slice(0, end), text: part.slice(end) }
  })
  return [head, ...params.map(({ text }) => text)].some((text) => /\/(\.|%2e){1,2}(?=\/|$)/i.test(text))
    ? Either.left({ field: "path", expected: "a path without \".\" or \"..\"" })
    : Either.right({ head, params })
}

const templates = new Map<string, Either.Either<Template, FieldIssue>>()

/** The paths of endpoints are few and come again with every call. Those that callers make up are not kept forever. */
const maxTemplates = 1000

const templateOf = (text: string): Either.Either<Template, FieldIssue> => {
  const known = templates.get(text)
  if (known !== undefined) return known
  const parsed = parseTemplate(text)
  if (templates.size >= maxTemplates) templates.clear()
  templates.set(text, parsed)
  return parsed
}

/** Fills the `:names` of a template. A segment of the template itself that is `..` is refused too. */
export const fillPath = (
  template: string,
  values: { readonly [name: string]: string } = {}
): Either.Either<string, FieldIssue> => {
  const parsed = templateOf(template)
  if (Either.isLeft(parsed)) return Either.left(parsed.left)
  const { head, params } = parsed.right
  let path = head
  for (const { name, text } of params) {
    const segment = encodeSegment(name, values[name])
    if (Either.isLeft(segment)) return segment
    path += `/${segment.right}${text}`
  }
  return Either.right(path)
}

/** Callers without types may pass anything. */
const isQueryValue = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every((item) => typeof item === "string")
    : typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))

/** Lists are written as `name[]=a&name[]=b`; `undefined` is left out. */
export const queryText = (
  query: { readonly [name: string]: QueryValue } = {}
): Either.Either<string, FieldIssue> => {
  let text = ""
  for (const name of Object.keys(query)) {
    const value = query[name]
    if (value === undefined) continue
    if (!isQueryValue(value)) {
      return Either.left({ field: `query.${name}`, expected: "text, a number, a boolean or a list of texts" })
    }
    const isList = typeof value === "object"
    const key = encodeText(name, isList ? `${name}[]` : name)
    if (Either.isLeft(key)) return key
    for (const item of isList ? value : [value]) {
      const encoded = encodeText(name, item)
      if (Either.isLeft(encoded)) return encoded
      text += `${text === "" ? "?" : "&"}${key.right}=${encoded.right}`
    }
  }
  return Either.right(text)
}

const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)

/** Whether a host is named by an address of a private network or of this machine. */
export const isPrivateHost = (hostname: string): boolean =>
  isLoopback(hostname) ||
  /^(0|10|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(hostname) ||
  /^\[(::|::ffff:.*|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/i.test(hostname)

/** Whether a URL is https, or http on this machine or on one of the hosts that were named for it. */
export const isSafeUrl = (text: string, insecureHosts: ReadonlyArray<string>): boolean => {
  if (!URL.canParse(text)) return false
  const { hostname, protocol } = new URL(text)
  return protocol === "https:" || (protocol === "http:" && (isLoopback(hostname) || insecureHosts.includes(hostname)))
}

/** A base URL that ends in `suffix`, whether it was written with it or not; `Left` says what was expected. */
export const parseBaseUrl = (
  text: string,
  suffix: string,
  insecureHosts: ReadonlyArray<string>
): Either.Either<string, string> => {
  const expected = "an https URL without query (http only for this machine and for insecureHosts)"
  if (!URL.canParse(text)) return Either.left(expected)
  const url = new URL(text)
  if (
    !isSafeUrl(text, insecureHosts) || url.search !== "" || url.hash !== "" || url.username !== "" ||
    url.password !== ""
  ) {
    return Either.left(expected)
  }
  const base = (url.origin + url.pathname).replace(/\/+$/, "")
  return Either.right(base.endsWith(suffix) ? base : base + suffix)
}

/** The region in the host of a public API: `https://api.osc-fr1.scalingo.com`, `https://db-api.osc-fr1.scalingo.com`. */
export const regionOfUrl = (url: string): string | undefined =>
  /^https?:\/\/(?:db-)?api\.([a-z0-9-]+)\.scalingo\.com(?:[:/]|$)/.exec(url)?.[1]

/** `scalingo.com` for `auth.scalingo.com`; the host itself when it has no parent domain. */
const parentDomain = (hostname: string): string => {
  const labels = hostname.split(".")
  const isAddress = hostname.startsWith("[") || /^\d+$/.test(labels.at(-1) ?? "")
  return isAddress || labels.length < 3 ? hostname : labels.slice(1).join(".")
}

/** Whether a host may get the bearer: one under the parent domain of the auth API's, or one that was named. */
export const isTrustedHost = (hostname: string, authUrl: string, insecureHosts: ReadonlyArray<string>): boolean => {
  if (insecureHosts.includes(hostname)) return true
  const auth = new URL(authUrl).hostname
  if (isLoopback(hostname) || isLoopback(auth)) return isLoopback(hostname) && isLoopback(auth)
  const domain = parentDomain(auth)
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

/** The URLs of a configuration. */
interface ApiUrls {
  readonly apiUrl: Option.Option<string>
  readonly databaseUrl: Option.Option<string>
  readonly authUrl: string
  readonly billingUrl: string
}

/** Whether a connection to a URL is encrypted, or stays on this machine or on one of the hosts named for it. */
export const isSecureUrl = ({ hostname, protocol }: URL, insecureHosts: ReadonlyArray<string>): boolean =>
  protocol === "https:" || protocol === "wss:" ||
  ((protocol === "http:" || protocol === "ws:") && (isLoopback(hostname) || insecureHosts.includes(hostname)))

/** `scalingo.com` for `api.osc-fr1.scalingo.com`: streams of all regions may have a host of their own. */
const domainOfApi = (hostname: string, region: string): string => {
  const parent = parentDomain(hostname)
  // Below other names a region has the apps of all customers.
  const isApi = hostname.startsWith(`api.${region}.`) && parent.split(".").length > 2
  return isApi ? parent.slice(region.length + 1) : parent
}

/** Whether a host that a response of a regional API names may get the bearer. */
export const isTrustedByApi = (
  hostname: string,
  api: { readonly url: string; readonly region: string },
  { insecureHosts, trustedHosts }: {
    readonly insecureHosts: ReadonlyArray<string>
    readonly trustedHosts: ReadonlyArray<string>
  }
): boolean => {
  if (insecureHosts.includes(hostname) || trustedHosts.includes(hostname)) return true
  const own = new URL(api.url).hostname
  if (isLoopback(hostname) || isLoopback(own)) return isLoopback(hostname) && isLoopback(own)
  const domain = domainOfApi(own, api.region)
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

/** Whether a URL belongs to one of the APIs, so that a request to it counts against the rate limit. */
export const isApiHost = (url: string, { apiUrl, authUrl, billingUrl, databaseUrl }: ApiUrls): boolean => {
  const { host, hostname } = new URL(url)
  const configured = [...Option.toArray(apiUrl), ...Option.toArray(databaseUrl), authUrl, billingUrl]
  return configured.some((configured) => new URL(configured).host === host) ||
    /^(db-)?api\./.test(hostname) && isTrustedHost(hostname, authUrl, [])
}
