/**
 * The proxies that the environment names, and which of them a URL needs. Undici has the same rules, so that requests and
 * sockets take the same way.
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { invalidProxy } from "./configError.js"

/** The proxies of the environment. Their URLs may hold a user and a password. */
export interface Proxies {
  readonly http: Option.Option<URL>
  readonly https: Option.Option<URL>
  /** The hosts that are reached without a proxy, as `NO_PROXY` lists them. */
  readonly noProxy: string
}

/** An empty variable counts as unset. */
export const variable = (name: string): Effect.Effect<Option.Option<string>, ConfigError.ConfigError> =>
  Effect.map(Config.option(Config.string(name)), Option.filter((text) => text.trim() !== ""))

/** Proxies are named in capitals or in small letters; small letters win, as for curl. */
const proxyVariable = (name: string) =>
  Effect.flatMap(
    variable(name.toLowerCase()),
    Option.match({
      onNone: () => variable(name),
      onSome: (value) => Effect.succeedSome(value)
    })
  )

const proxyUrl = (name: string) =>
  Effect.flatMap(
    proxyVariable(name),
    Option.match({
      onNone: () => Effect.succeedNone,
      onSome: (text) => URL.canParse(text) ? Effect.succeedSome(new URL(text)) : Effect.fail(invalidProxy(name))
    })
  )

export const proxies: Effect.Effect<Proxies, ConfigError.ConfigError> = Effect.all({
  http: proxyUrl("HTTP_PROXY"),
  https: proxyUrl("HTTPS_PROXY"),
  noProxy: Effect.map(proxyVariable("NO_PROXY"), Option.getOrElse(() => ""))
})

/** An entry is a host, with its subdomains. It may have a port, and begin with `.` or `*.`. */
const isListed = (noProxy: string, host: string, port: number): boolean =>
  noProxy.trim() === "*" ||
  noProxy.split(/[,\s]/).filter((entry) => entry !== "").some((entry) => {
    const [, named, namedPort] = /^(.+):(\d+)$/.exec(entry) ?? []
    if (namedPort !== undefined && Number(namedPort) !== port) return false
    const name = (named ?? entry).replace(/^\*?\./, "").toLowerCase()
    return host === name || host.endsWith(`.${name}`)
  })

/** Whether a connection for a URL is encrypted. */
export const isSecure = ({ protocol }: URL): boolean => protocol === "https:" || protocol === "wss:"

/** The port of a URL, also when it is the usual one of its scheme. */
export const portOf = (url: URL): number => url.port !== "" ? Number(url.port) : isSecure(url) ? 443 : 80

/** The proxy for a URL, if it needs one. That of `HTTP_PROXY` is also for https when there is no other. */
export const proxyFor = ({ http, https, noProxy }: Proxies, url: URL): URL | undefined => {
  if (isListed(noProxy, url.hostname.toLowerCase(), portOf(url))) return undefined
  return Option.getOrUndefined(isSecure(url) ? Option.orElse(https, () => http) : http)
}
