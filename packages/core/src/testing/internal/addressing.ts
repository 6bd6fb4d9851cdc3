/**
 * Which API a request to a server is for, when its URL is not a canonical path: by its host, as on the platform, or by
 * its path alone, for tools that know only one URL.
 */
import { identify } from "./authentication.js"
import type { Route } from "./route.js"
import type { State } from "./state.js"
import { serverUrls, type Urls } from "./urls.js"

/** The services with a host in each region, and their canonical paths. */
const regionalHosts: { readonly [label: string]: string } = {
  api: "api",
  "db-api": "db",
  logs: "logs",
  storage: "storage",
  "one-off": "one-off",
  deployments: "deployments"
}

/** The services without a region. */
const globalHosts: { readonly [label: string]: string } = { auth: "auth", cashmachine: "billing" }

const regionalServices = Object.values(regionalHosts)

const fits = (template: string, path: string): boolean => {
  const wanted = template.split("/")
  const given = path.split("/")
  return wanted.length === given.length &&
    wanted.every((segment, index) => segment.startsWith(":") || segment === given[index])
}

/** The canonical path of a request, with its query. */
export const makeLocate = (state: State, routes: ReadonlyArray<Route>) => {
  const below = (prefix: string) =>
    routes.flatMap(({ path }) => path.startsWith(`${prefix}/`) ? [path.slice(prefix.length)] : [])
  const authPaths = below("/auth/v1")
  const regionalPaths = below("/api/:region/v1")
  return (url: string, host: string | undefined, authorization?: string | undefined): string => {
    const [path = ""] = url.split("?", 1)
    const [, first = "", second = ""] = path.split("/")
    const isKnown = (region: string) => state.regions.has(region)
    const [firstRegion = ""] = state.regions.keys()
    if (first === "auth" ? second === "v1" : regionalServices.includes(first) && isKnown(second)) return url

    const labels = (host ?? "").toLowerCase().replace(/:\d+$/, "").split(".")
    const [label = "", region = ""] = labels
    if (labels.length > 1) {
      const service = globalHosts[label]
      if (service !== undefined) return `/${service}${url}`
      const regional = regionalHosts[label]
      if (regional !== undefined) return `/${regional}/${isKnown(region) ? region : firstRegion}${url}`
    }

    if (first === "v1") {
      const inside = path.slice("/v1".length)
      const isAuth = authPaths.some((it) => fits(it, inside)) && !regionalPaths.some((it) => fits(it, inside))
      return isAuth ? `/auth${url}` : `/api/${firstRegion}${url}`
    }
    // The database API, with the token of an addon or, on the host of the regional API, with that of the account.
    if (first === "api" && second === "databases") {
      return identify(state, authorization)._tag === "Addon" ? `/db/${firstRegion}${url}` : `/api/${firstRegion}${url}`
    }
    return url
  }
}

const isHost = (text: string): boolean => /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(text)

/** The URLs for the response of a request; `undefined` for those of the state. */
export const urlsFor = (origin: string, host: string | undefined): Urls | undefined =>
  host === undefined || !isHost(host) ? undefined : serverUrls(`${origin.replace(/:\/\/.*$/, "")}://${host}`)
