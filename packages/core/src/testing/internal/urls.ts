/**
 * The URLs of the services, and the canonical paths that they map to.
 *
 * The canonical paths are `/auth/v1/…`, `/api/<region>/v1/…`, `/api/<region>/api/…`, `/db/<region>/api/…`, `/billing/…`,
 * `/logs/<region>/…`, `/storage/<region>/…`, `/one-off/<region>/…` and `/deployments/<region>/…`. On a server they are
 * the paths of its URLs; in memory the platform's own hosts are mapped to them.
 */

export interface Urls {
  /** Without `/v1`. */
  readonly auth: string
  /** Without `/v1`. */
  readonly api: (region: string) => string
  /** Without `/api`. */
  readonly database: (region: string) => string
  readonly billing: string
  readonly dashboard: (region: string) => string
  /** The service that dumps and streams logs. */
  readonly logs: (region: string) => string
  /** Pre-signed uploads and downloads. */
  readonly storage: (region: string) => string
  /** Attached one-off containers. */
  readonly oneOff: (region: string) => string
  /** The WebSocket of deployments: `ws:` or `wss:`. */
  readonly deployments: (region: string) => string
  readonly ssh: (region: string) => string
}

export const platformUrls: Urls = {
  auth: "https://auth.scalingo.com",
  api: (region) => `https://api.${region}.scalingo.com`,
  database: (region) => `https://db-api.${region}.scalingo.com`,
  billing: "https://cashmachine.scalingo.com",
  dashboard: (region) => `https://my.${region}.scalingo.com`,
  logs: (region) => `https://logs.${region}.scalingo.com`,
  storage: (region) => `https://storage.${region}.scalingo.com`,
  oneOff: (region) => `https://one-off.${region}.scalingo.com:5000`,
  deployments: (region) => `wss://deployments.${region}.scalingo.com`,
  ssh: (region) => `ssh.${region}.scalingo.com:22`
}

/** All services below one origin such as `http://127.0.0.1:4000`. */
export const serverUrls = (origin: string): Urls => ({
  auth: `${origin}/auth`,
  api: (region) => `${origin}/api/${region}`,
  database: (region) => `${origin}/db/${region}`,
  billing: `${origin}/billing`,
  dashboard: (region) => `${origin}/dashboard/${region}`,
  logs: (region) => `${origin}/logs/${region}`,
  storage: (region) => `${origin}/storage/${region}`,
  oneOff: (region) => `${origin}/one-off/${region}`,
  deployments: (region) => `${origin.replace(/^http/, "ws")}/deployments/${region}`,
  ssh: (region) => `ssh.${region}.scalingo.com:22`
})

const http = (url: string) => url.replace(/^ws/, "http")

/** The canonical path of a URL, with its query; `undefined` for a foreign host. */
export const canonicalPath = (
  urls: Urls,
  regions: Iterable<string>,
  url: URL
): string | undefined => {
  const bases: Array<readonly [string, string]> = [[urls.auth, "/auth"], [urls.billing, "/billing"]]
  for (const region of regions) {
    bases.push(
      [urls.api(region), `/api/${region}`],
      [urls.database(region), `/db/${region}`],
      [urls.logs(region), `/logs/${region}`],
      [urls.storage(region), `/storage/${region}`],
      [urls.oneOff(region), `/one-off/${region}`],
      [http(urls.deployments(region)), `/deployments/${region}`]
    )
  }
  const asked = http(url.href)
  for (const [base, canonical] of bases) {
    if (asked === base || asked.startsWith(`${base}/`) || asked.startsWith(`${base}?`)) {
      return canonical + asked.slice(base.length)
    }
  }
  return undefined
}

/** The service and the region of a canonical path, and the path as the documentation of that API writes it. */
interface Place {
  readonly api: string
  readonly region: string | undefined
  readonly path: string
}

const withoutPrefix = (path: string, prefix: string) =>
  path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path

/** What `api` of a place can be, for a path that the sandbox serves. */
export const services: ReadonlyArray<string> = [
  "auth",
  "billing",
  "database",
  "deployments",
  "logs",
  "one-off",
  "regional",
  "storage"
]

export const placeOf = (path: string): Place => {
  const [, service = "", ...rest] = path.split("/")
  if (service === "auth") return { api: "auth", region: undefined, path: withoutPrefix(`/${rest.join("/")}`, "/v1") }
  if (service === "billing") return { api: "billing", region: undefined, path: `/${rest.join("/")}` }
  const [region, ...below] = rest
  const inside = `/${below.join("/")}`
  switch (service) {
    case "api":
      // The database API is on this host as well.
      return inside.startsWith("/api/")
        ? { api: "database", region, path: withoutPrefix(inside, "/api") }
        : { api: "regional", region, path: withoutPrefix(inside, "/v1") }
    case "db":
      return { api: "database", region, path: withoutPrefix(inside, "/api") }
    default:
      return { api: service, region, path: inside }
  }
}
