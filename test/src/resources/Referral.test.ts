import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Referral from "@effect-scalingo/core/Referral"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answering } from "./answering.js"

describe("Referral", () => {
  for (const clicks of [165, "165"]) {
    it.effect(`reads ${JSON.stringify(clicks)} clicks`, () =>
      Effect.gen(function*() {
        const { api } = answering(() => ({
          body: { referral_stats: { clicks, signups: 23, amount_earned: 10.5, url: "https://sclng.io/r/81e0" } }
        }))
        const service = yield* Effect.provideService(Referral.make, RegionalApi, api)
        const stats = yield* service.stats
        assert.strictEqual(stats.clicks, 165)
        assert.strictEqual(stats.amount_earned, 10.5)
      }))
  }
})
