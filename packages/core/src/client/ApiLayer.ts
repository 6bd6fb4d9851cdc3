/**
 * The APIs as layers: what the tags of `ApiClient` are made from.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AddonTokens } from "./AddonTokens.js"
import { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "./ApiClient.js"
import * as Request from "./internal/request.js"
import { Quota } from "./RateLimiter.js"
import * as RegionDirectory from "./RegionDirectory.js"
import { RetryBudget } from "./RetryPolicy.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import { TokenManager } from "./TokenManager.js"

/** What every request needs. */
type Needs = HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget | TokenManager

const parts = Effect.gen(function*() {
  const config = yield* ScalingoConfig
  const request = Request.make({
    client: yield* HttpClient.HttpClient,
    config,
    quota: yield* Quota,
    budget: yield* RetryBudget
  })
  return { config, request, directory: yield* RegionDirectory.RegionDirectory }
})

/**
 * The regional, the auth and the billing API.
 *
 * @category layers
 */
export const layer: Layer.Layer<
  RegionalApi | AuthApi | BillingApi | RegionDirectory.RegionDirectory,
  never,
  Needs
> = Layer.effectContext(
  Effect.gen(function*() {
    const { config, directory, request } = yield* parts
    const tokens = yield* TokenManager
    const everywhere = (url: string): Request.Target => ({ base: Effect.succeed({ url, region: null }), tokens })
    const auth = everywhere(config.authUrl)
    const billing = everywhere(config.billingUrl)
    const regional: Request.Target = { base: directory.api, tokens }
    return Context.empty().pipe(
      Context.add(RegionalApi, { request: (input) => request(regional, input) }),
      Context.add(AuthApi, { request: (input) => request(auth, input) }),
      Context.add(BillingApi, { request: (input) => request(billing, input) })
    )
  })
).pipe(Layer.provideMerge(RegionDirectory.layer))

/**
 * The database API, with the addon's own token for each database.
 *
 * @category layers
 */
export const layerDatabase: Layer.Layer<
  DatabaseApi,
  never,
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget | RegionDirectory.RegionDirectory | AddonTokens
> = Layer.effect(
  DatabaseApi,
  Effect.gen(function*() {
    const { directory, request } = yield* parts
    const addonTokens = yield* AddonTokens
    return DatabaseApi.of({
      request: (database, input) =>
        Effect.flatMap(
          directory.region,
          (region) =>
            Effect.flatMap(addonTokens.of(database, region), (tokens) =>
              request({ base: directory.database, tokens }, input))
        )
    })
  })
)
