import * as AddonProviders from "@effect-scalingo/core/AddonProviders"
import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { type Answer, answering } from "./answering.js"

const addon = {
  id: "ad-c488c1a9-72ca-4bb1-9ac4-08e47281a2aa",
  app_id: "54100930736f7563d5030000",
  resource_id: "my_app_3083",
  provisioned_at: "2015-02-22T18:55:02.766+01:00",
  deprovisioned_at: null,
  status: "running",
  plan: {
    id: "5cc45d223e6b3b001249e5a3",
    name: "postgresql-starter-512",
    display_name: "Starter 512M",
    price: 7.2,
    description: "",
    position: 11,
    on_demand: false,
    sku: "fr1-pg-start-512m"
  },
  addon_provider: { id: "postgresql", name: "PostgreSQL", logo_url: "//cdn.scalingo.com/pg.svg" },
  updated_at: "2015-02-22T18:55:02.766+01:00"
}

describe("AddonProviders", () => {
  const withProviders = <A, E>(
    answer: Answer,
    use: (providers: AddonProviders.AddonProvidersService) => Effect.Effect<A, E>
  ) => {
    const { api, requests } = answering(() => answer)
    return Effect.flatMap(AddonProviders.AddonProviders, use).pipe(
      Effect.map((value) => ({ value, requests })),
      Effect.provide(AddonProviders.layer.pipe(Layer.provide(Layer.succeed(RegionalApi, api))))
    )
  }

  it.effect("prices stay exact, and a catalogue that Scalingo adds is kept", () =>
    Effect.gen(function*() {
      const pricings = {
        default: { price: "0.0001666667", currency: "EUR", period: "minute" },
        secnum: { price: "0.0002", currency: "EUR", period: "minute" }
      }
      const { value: plans } = yield* withProviders(
        { body: { plans: [{ ...addon.plan, pricings }] } },
        (providers) => providers.listPlans("postgresql")
      )
      assert.strictEqual(plans[0]?.price, 7.2)
      assert.strictEqual(plans[0]?.pricings?.default.price, "0.0001666667")
      assert.strictEqual(plans[0]?.pricings?.["secnum"]?.price, "0.0002")
    }))

  it.effect("only sends the filter for dedicated resources when it is on", () =>
    Effect.gen(function*() {
      const body = { addon_providers: [] }
      const off = yield* withProviders({ body }, (providers) => providers.list({ dedicated: false }))
      const on = yield* withProviders({ body }, (providers) => providers.list({ dedicated: true }))
      assert.isUndefined(off.requests[0]?.query?.["dedicated"])
      assert.strictEqual(on.requests[0]?.query?.["dedicated"], true)
    }))

  it.effect("reads categories without credentials", () =>
    Effect.gen(function*() {
      const { requests, value } = yield* withProviders(
        { body: { addon_categories: [] } },
        (providers) => providers.listCategories
      )
      assert.deepStrictEqual(value, [])
      assert.strictEqual(requests[0]?.credential, "none")
    }))
})
