/**
 * The layers of the APIs in `ApiClient`.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AddonTokens } from "./AddonTokens.js"
import { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "./ApiClient.js"
import * as Pipeline from "./internal/request.js"
import type { RateLimiter } from "./RateLimiter.js"
import * as RegionDirectory from "./RegionDirectory.js"
import type { RetryBudget } from "./RetryPolicy.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import { TokenManager } from "./TokenManager.js"

/**
 * The regional, the auth and the billing API.
 *
 * @category layers
 */
export const layer: Layer.Layer<
  RegionalApi | AuthApi | BillingApi | RegionDirectory.RegionDirectory,
  never,
  HttpClient.HttpClient | ScalingoConfig | RateLimiter | RetryBudget | TokenManager
> = Layer.effectContext(
  Effect.gen(function*() {
    const { request } = yield* Pipeline.RequestPipeline
    const config = yield* ScalingoConfig
    const directory = yield* RegionDirectory.RegionDirectory
    const tokens = yield* TokenManager
    const api = (base: Pipeline.Target["base"]): typeof RegionalApi.Service => {
      const target: Pipeline.Target = { base, tokens }
      return { request: (input) => request(target, input) }
    }
    const withoutRegion = (url: string) => Effect.succeed({ url, region: null })
    return Context.empty().pipe(
      Context.add(RegionalApi, api(directory.api)),
      Context.add(AuthApi, api(withoutRegion(config.authUrl))),
      Context.add(BillingApi, api(withoutRegion(config.billingUrl)))
    )
  })
).pipe(Layer.provideMerge(RegionDirectory.layer), Layer.provide(Pipeline.layer))

/**
 * The database API, with a token of its own for each database.
 *
 * @category layers
 */
export const layerDatabase: Layer.Layer<
  DatabaseApi,
  never,
  | HttpClient.HttpClient
  | ScalingoConfig
  | RateLimiter
  | RetryBudget
  | RegionDirectory.RegionDirectory
  | AddonTokens
> = /* @__PURE__ */ Layer.effect(
  DatabaseApi,
  /* @__PURE__ */ Effect.gen(function*() {
    const { request } = yield* Pipeline.RequestPipeline
    const directory = yield* RegionDirectory.RegionDirectory
    const addonTokens = yield* AddonTokens
    return DatabaseApi.of({
      request: (database, input) =>
        Effect.flatMap(
          directory.region,
          (region) =>
            Effect.flatMap(addonTokens.forDatabase(database, region), (tokens) =>
              request({ base: directory.database, tokens, isDatabaseApi: true }, input))
        )
    })
  })
).pipe(/* @__PURE__ */ Layer.provide(Pipeline.layer))
