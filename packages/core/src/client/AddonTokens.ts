/**
 * The bearers of the database API: one for each addon, renewed like the account's.
 *
 * @since 0.1.0
 */
import * as Cache from "effect/Cache"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Scope from "effect/Scope"
import { struct } from "../internal/lazySchema.js"
import { Secret } from "../schema/ScalingoSchema.js"
import { type DatabaseRef, RegionalApi } from "./ApiClient.js"
import * as ClientMetrics from "./ClientMetrics.js"
import { withRegion } from "./CurrentRegion.js"
import { issuedToken } from "./internal/issuedToken.js"
import * as Source from "./internal/tokenSource.js"
import { RequestPriority } from "./RateLimiter.js"
import * as Decode from "./ResponseDecoder.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import type { ScalingoError } from "./ScalingoError.js"
import type { TokenManagerService } from "./TokenManager.js"

/**
 * The methods of {@link AddonTokens}.
 *
 * @category models
 */
export interface AddonTokensService {
  /**
   * The tokens of one addon in a region, obtained by `POST /apps/:app/addons/:addonId/token` when they are needed.
   */
  readonly forDatabase: (database: DatabaseRef, region: string) => Effect.Effect<TokenManagerService>
}

/**
 * Keeps one bearer for each database.
 *
 * @category tags
 */
export class AddonTokens
  extends /* @__PURE__ */ Context.Tag("@effect-scalingo/core/AddonTokens")<AddonTokens, AddonTokensService>()
{}

interface Key extends DatabaseRef {
  readonly region: string
}

const addonToken = /* @__PURE__ */ Decode.transform(
  /* @__PURE__ */ Decode.root("addon", /* @__PURE__ */ struct(() => ({ token: Secret }))),
  ({ token }) => Either.right(token)
)

/** The maximum number of cached token sources. The least recently used one is dropped. */
const maxSources = 1000

/** Whether the next request for this token would fail as well. */
const isPermanent = (error: ScalingoError): boolean =>
  error._tag === "NotFound" || error._tag === "InvalidRequest" || error._tag === "Unauthorized" ||
  error._tag === "Forbidden"

export const layer: Layer.Layer<AddonTokens, never, RegionalApi | ScalingoConfig> = /* @__PURE__ */ Layer.scoped(
  AddonTokens,
  /* @__PURE__ */ Effect.gen(function*() {
    const api = yield* RegionalApi
    const config = yield* ScalingoConfig
    const scope = yield* Effect.scope

    const obtain = ({ addonId, app, region }: Key): Effect.Effect<Source.IssuedToken, ScalingoError> =>
      api.request({
        name: "Addons.token",
        method: "POST",
        path: "/apps/:app/addons/:addonId/token",
        pathParams: { app, addonId },
        // Another token does no harm: each is valid until its own end.
        idempotent: true,
        decoder: issuedToken(addonToken, config.tokens.life)
      }).pipe(
        withRegion(region),
        Effect.provideService(RequestPriority, "urgent"),
        Effect.zipLeft(Metric.increment(ClientMetrics.tokenExchanges))
      )

    const sources: Cache.Cache<Key, TokenManagerService> = yield* Cache.make({
      capacity: maxSources,
      timeToLive: Duration.infinity,
      lookup: (key: Key) =>
        Source.make({
          obtain: Effect.tapError(obtain(key), (error) => isPermanent(error) ? sources.invalidate(key) : Effect.void),
          refreshAhead: config.tokens.refreshAhead,
          minimumLeft: config.tokens.minimumLeft
        }).pipe(Scope.extend(scope))
    })

    return AddonTokens.of({
      forDatabase: ({ addonId, app }, region) => sources.get(Data.struct({ addonId, app, region }))
    })
  })
)
