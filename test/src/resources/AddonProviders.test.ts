import { AddonProviders, layer } from "@effect-scalingo/core/AddonProviders"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fakeService, json } from "../fakePlatform.js"

const plan = {
  id: "5cc45d223e6b3b001249e5a3",
  name: "postgresql-starter-512",
  display_name: "Starter 512M",
  price: 7.2,
  description: "",
  position: 11,
  on_demand: false,
  sku: "fr1-pg-start-512m"
}

const providers = (body: unknown) => fakeService(AddonProviders, layer, () => json(body))

describe("AddonProviders", () => {
  it.effect("keeps prices exact, and price catalogues that Scalingo adds later", () =>
    Effect.gen(function*() {
      const pricings = {
        default: { price: "0.0001666667", currency: "EUR", period: "minute" },
        secnum: { price: "0.0002", currency: "EUR", period: "minute" }
      }
      const { service } = yield* providers({ plans: [{ ...plan, pricings }] })
      const [first] = yield* service.listPlans("postgresql")
      assert.strictEqual(first?.price, 7.2)
      assert.strictEqual(first?.pricings?.default.price, "0.0001666667")
      assert.strictEqual(first?.pricings?.["secnum"]?.price, "0.0002")
    }))

  it.effect("sends the filter for dedicated resources only when it is on", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* providers({ addon_providers: [] })
      yield* service.list({ dedicated: false })
      yield* service.list({ dedicated: true })
      assert.deepStrictEqual(sent.map(({ query }) => query["dedicated"]), [undefined, true])
    }))

  it.effect("reads categories without credentials", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* providers({ addon_categories: [] })
      assert.deepStrictEqual(yield* service.listCategories, [])
      assert.strictEqual(sent[0]?.request.credential, "none")
    }))

  it.effect("finds a plan by its name, or says which ones there are", () =>
    Effect.gen(function*() {
      const postgresql = {
        id: "postgresql",
        name: "PostgreSQL",
        logo_url: "//x",
        short_description: "",
        description: "",
        provider_name: "Scalingo",
        provider_url: "",
        plans: [plan, { ...plan, id: "2", name: "postgresql-starter-1024" }]
      }
      const { service } = yield* providers({ addon_providers: [postgresql] })
      assert.strictEqual((yield* service.findPlan("postgresql", "postgresql-starter-1024")).id, "2")
      const unknownPlan = yield* Effect.flip(service.findPlan("postgresql", "postgresql-huge"))
      assert.deepInclude(unknownPlan, {
        _tag: "InvalidRequest",
        field: "planName",
        expected: "one of postgresql-starter-512, postgresql-starter-1024"
      })
      const unknownProvider = yield* Effect.flip(service.findPlan("postgres", "postgresql-starter-512"))
      assert.deepInclude(unknownProvider, { field: "addonProviderId", expected: "one of postgresql" })
    }))
})
