/**
 * Statistics of the referral link of an account.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"

/**
 * Statistics of a referral link.
 *
 * @category schemas
 */
export const ReferralStats = struct(() => ({
  /** How often the link was opened. The documentation has a number, its example a number as text: both are accepted. */
  clicks: Schema.Union(Schema.Number, Schema.NumberFromString),
  /** How many accounts were created through the link. */
  signups: Schema.Number,
  /** The earned credit: a floating-point amount in the account's currency (euros), not cents. */
  amount_earned: Schema.Number,
  /** The link itself. */
  url: Schema.String
}))

export interface ReferralStats extends Schema.Schema.Type<typeof ReferralStats> {}

/**
 * The methods of {@link Referral}.
 *
 * @category models
 */
export interface ReferralService {
  /**
   * The statistics of the account's referral link: `GET /account/referrals/stats`.
   */
  readonly stats: Effect.Effect<ReferralStats, ScalingoError>
}

/**
 * The referral link of the account.
 *
 * @category tags
 */
export class Referral extends Context.Tag("@effect-scalingo/core/Referral")<Referral, ReferralService>() {}

const stats = endpoint("Referral.stats", "GET /account/referrals/stats", Decode.root("referral_stats", ReferralStats))

export const make: Effect.Effect<ReferralService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  Referral.of({
    stats: call(api, stats, {})
  }))

export const layer: Layer.Layer<Referral, never, RegionalApi> = Layer.effect(Referral, make)
