/**
 * The bearers of the database API: each addon has its own, kept fresh like the account's.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { lifeOf } from "../internal/jwt.js"
import { Secret } from "../schema/ScalingoSchema.js"
import { RegionalApi } from "./ApiClient.js"
import type { DatabaseRef } from "./ApiRequest.js"
import * as ClientMetrics from "./ClientMetrics.js"
import { withRegion } from "./CurrentRegion.js"
import * as Answer from "./internal/response.js"
import * as Source from "./internal/tokenSource.js"
import { CallPriority } from "./RateLimiter.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import type { ScalingoError } from "./ScalingoError.js"
import type { Service as Tokens } from "./TokenManager.js"

/**
 * The methods of {@link AddonTokens}.
 *
 * @category models
 */
export interface Service {
  /**
   * The tokens of one addon in a region, obtained by `POST /apps/:app/addons/:addonId/token` when they are needed.
   */
  readonly of: (database: DatabaseRef, region: string) => Effect.Effect<Tokens>
}

/**
 * Keeps one bearer for each database that is talked to.
 *
 * @category tags
 */
export class AddonTokens extends Context.Tag("@effect-scalingo/core/AddonTokens")<AddonTokens, Service>() {}

const addonToken = Answer.root("addon", Schema.Struct({ token: Secret }))

/** Databases whose tokens are kept; the one that was not asked for longest gives way. */
const maxKept = 1000

/** What will not be better for the next one who asks: it is not worth a place. */
const isFinal = (error: ScalingoError): boolean =>
  error._tag === "NotFound" || error._tag === "InvalidRequest" || error._tag === "Unauthorized" ||
  error._tag === "Forbidden"

export const layer: Layer.Layer<AddonTokens, never, RegionalApi | ScalingoConfig> = Layer.scoped(
  AddonTokens,
  Effect.gen(function*() {
    const api = yield* RegionalApi
    const config = yield* ScalingoConfig
    const scope = yield* Effect.scope
    const sources = new Map<string, Tokens>()

    const obtain = ({ addonId, app }: DatabaseRef, region: string): Effect.Effect<Source.IssuedToken, ScalingoError> =>
      api.request({
        name: "Addons.token",
        method: "POST",
        path: "/apps/:app/addons/:addonId/token",
        pathParams: { app, addonId },
        // A token more does no harm: each is valid until its own end.
        repeatability: "repeatable",
        decoder: Answer.withAnswer(addonToken, ({ token }, answer) => {
          const life = lifeOf(Redacted.value(token), answer.headers["date"])
          return Either.right({ token, life: Option.getOrElse(life, () => config.tokens.life) })
        })
      }).pipe(
        withRegion(region),
        Effect.provideService(CallPriority, "urgent"),
        Effect.zipLeft(Metric.increment(ClientMetrics.tokenExchanges))
      )

    const keep = (key: string, source: Tokens): Tokens => {
      sources.delete(key)
      sources.set(key, source)
      const [oldest] = sources.keys()
      if (sources.size > maxKept && oldest !== undefined) sources.delete(oldest)
      return source
    }

    return AddonTokens.of({
      of: (database, region) =>
        Effect.suspend(() => {
          const key = JSON.stringify([region, database.app, database.addonId])
          const known = sources.get(key)
          if (known !== undefined) return Effect.succeed(keep(key, known))
          return Source.make({
            obtain: Effect.tapError(obtain(database, region), (error) =>
              Effect.sync(() => {
                if (isFinal(error)) sources.delete(key)
              })),
            refreshAhead: config.tokens.refreshAhead,
            minimumLeft: config.tokens.minimumLeft
          }).pipe(
            Scope.extend(scope),
            Effect.map((made) => keep(key, sources.get(key) ?? made))
          )
        })
    })
  })
)
