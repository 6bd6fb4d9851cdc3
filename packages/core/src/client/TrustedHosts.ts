/**
 * Where a bearer may go when a response of the platform names the URL: the stream of deployments, and the terminal of a
 * one-off container.
 *
 * @since 0.2.0
 */
import * as Effect from "effect/Effect"
import { isSecureUrl, isTrustedByApi } from "./internal/url.js"
import { RegionDirectory } from "./RegionDirectory.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import { InvalidRequest, type ScalingoError } from "./ScalingoError.js"

/**
 * Parses a URL that a response names, if a bearer may be sent to it. It must be `https:` or `wss:`, and its host must be
 * in the domain of the regional API of the effect's region, or in the options `trustedHosts` or `insecureHosts`. This
 * machine may get the bearer if the API is on this machine, also over `http:` and `ws:`. Anything else fails with
 * `InvalidRequest`.
 *
 * @category accessors
 */
export const check = (
  endpoint: string,
  url: string
): Effect.Effect<URL, ScalingoError, RegionDirectory | ScalingoConfig> =>
  Effect.gen(function*() {
    const config = yield* ScalingoConfig
    const api = yield* (yield* RegionDirectory).api
    const fail = (expected: string) => new InvalidRequest({ endpoint, field: "url", expected })
    if (!URL.canParse(url)) return yield* fail("a URL")
    const parsed = new URL(url)
    const hosts = { insecureHosts: config.insecureHosts, trustedHosts: config.trustedHosts }
    if (!isTrustedByApi(parsed.hostname, api, hosts)) {
      return yield* fail(`a host in the domain of the API, or one of trustedHosts (not ${parsed.hostname})`)
    }
    if (!isSecureUrl(parsed, config.insecureHosts)) {
      return yield* fail(`an encrypted connection to ${parsed.host}, not ${parsed.protocol}`)
    }
    return parsed
  })
