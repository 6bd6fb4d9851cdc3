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
import * as Directory from "./internal/directory.js"
import * as Request from "./internal/request.js"
import { Quota } from "./Quota.js"
import { RetryBudget } from "./RetryPolicy.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import { TokenManager } from "./TokenManager.js"

/** What every request needs. */
type Needs = HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget | TokenManager

const parts = Effect.gen(function*() {
  const config = yield* ScalingoConfig
  const tokens = yield* TokenManager
  const request = Request.make({
    client: yield* HttpClient.HttpClient,
    config,
    quota: yield* Quota,
    budget: yield* RetryBudget
  })
  const directory = yield* Directory.make(config, request, tokens)
  return { config, tokens, request, directory }
})

/**
 * The regional, the auth and the billing API.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<RegionalApi | AuthApi | BillingApi, never, Needs> = Layer.scopedContext(
  Effect.map(parts, ({ config, directory, request, tokens }) =>
    Context.empty().pipe(
      Context.add(RegionalApi, { request: (input) => request({ base: directory.api, tokens }, input) }),
      Context.add(AuthApi, {
        request: (input) => request({ base: Effect.succeed({ url: config.authUrl, region: null }), tokens }, input)
      }),
      Context.add(BillingApi, {
        request: (input) => request({ base: Effect.succeed({ url: config.billingUrl, region: null }), tokens }, input)
      })
    ))
)

/**
 * The database API, with the addon's own token for each database.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerDatabase: Layer.Layer<DatabaseApi, never, Needs | AddonTokens> = Layer.scoped(
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
