import { layer, Referral } from "@effect-scalingo/core/Referral"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fakeService, json } from "../fakePlatform.js"

describe("Referral", () => {
  for (const clicks of [165, "165"]) {
    it.effect(`reads the number of clicks from ${JSON.stringify(clicks)}`, () =>
      Effect.gen(function*() {
        const { service } = yield* fakeService(Referral, layer, () =>
          json({ referral_stats: { clicks, signups: 23, amount_earned: 10.5, url: "https://sclng.io/r/81e0" } }))
        const stats = yield* service.stats
        assert.strictEqual(stats.clicks, 165)
        assert.strictEqual(stats.amount_earned, 10.5)
      }))
  }
})
