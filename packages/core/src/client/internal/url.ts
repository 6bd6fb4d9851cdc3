/**
 * URLs: path templates, queries, and which URLs are safe. No path parameter can leave its segment.
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { FieldIssue } from "../../internal/parseResult.js"
import type { QueryValue } from "../ApiClient.js"

const encodeText = (field: string, value: string | number | boolean): Either.Either<string, FieldIssue> =>
  Either.try({
    try: () => encodeURIComponent(String(value)),
    catch: () => ({ field, expected: "well-formed text" })
  })

const encodeSegment = (name: string, value: unknown): Either.Either<string, FieldIssue> => {
  if (typeof value !== "string" || value.trim() === "" || value === "." || value === "..") {
    return Either.left({ field: name, expected: "an id or a name that is not empty, \".\" or \"..\"" })
  }
  return encodeText(name, value)
}

/** Fills the `:names` of a template. A segment of the template itself that is `..` is refused too. */
export const fillPath = (
  template: string,
  params: { readonly [name: string]: string } = {}
): Either.Either<string, FieldIssue> =>
  Either.gen(function*() {
    const path = template.startsWith("/") ? template : `/${template}`
    if (/[?#\\\s]/.test(path)) {
      return yield* Either.left({ field: "path", expected: "a path without query; pass the query as an option" })
    }
    const segments: Array<string> = []
    for (const segment of path.slice(1).split("/")) {
      if (segment.startsWith(":")) {
        const name = segment.slice(1)
        segments.push(yield* encodeSegment(name, params[name]))
      } else if (/^(\.|%2e){1,2}$/i.test(segment)) {
        return yield* Either.left({ field: "path", expected: "a path without \".\" or \"..\"" })
      } else {
        segments.push(segment)
      }
    }
    return `/${segments.join("/")}`
  })

/** Callers without types may pass anything. */
const isQueryValue = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every((item) => typeof item === "string")
    : typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))

/** Lists are written as `name[]=a&name[]=b`; `undefined` is left out. */
export const queryText = (
  query: { readonly [name: string]: QueryValue } = {}
): Either.Either<string, FieldIssue> =>
  Either.gen(function*() {
    const pairs: Array<string> = []
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue
      if (!isQueryValue(value)) {
        return yield* Either.left({ field: `query.${name}`, expected: "text, a number, a boolean or a list of texts" })
      }
      const isList = typeof value === "object"
      const key = yield* encodeText(name, isList ? `${name}[]` : name)
      for (const item of isList ? value : [value]) pairs.push(`${key}=${yield* encodeText(name, item)}`)
    }
    return pairs.length === 0 ? "" : `?${pairs.join("&")}`
  })

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
