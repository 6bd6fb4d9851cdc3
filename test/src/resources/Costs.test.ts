import type { Addon } from "@effect-scalingo/core/Addons"
import type { ContainerType } from "@effect-scalingo/core/Container"
import {
  type Catalogue,
  catalogue,
  type Consumption,
  estimate,
  monthlyCost,
  monthlyCosts
} from "@effect-scalingo/core/Costs"
import type { Plan, Pricing } from "@effect-scalingo/core/Plan"
import { Addons, Apps } from "@effect-scalingo/core/Scalingo"
import { layerClient, Sandbox } from "@effect-scalingo/core/testing"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"

const pricings = (price: string, other: Partial<Pricing> = {}) => ({
  default: { price, currency: "EUR", period: "minute", ...other }
})

const containers = (name: string, amount: number, size: string): ContainerType => ({ name, amount, size })

const plan = (id: string, rest: Partial<Plan> = {}): Plan => ({
  id,
  name: `plan-${id}`,
  display_name: id,
  // Deprecated: it must not count.
  price: 99,
  description: "",
  position: 1,
  on_demand: false,
  sku: id,
  ...rest
})

const time = DateTime.unsafeMake(0)

const addon = (id: string, its: Plan, rest: Partial<Addon> = {}): Addon => ({
  id,
  app_id: "1",
  resource_id: id,
  provisioned_at: time,
  deprovisioned_at: null,
  status: "running",
  plan: its,
  addon_provider: { id: "p", name: "p", logo_url: "" },
  updated_at: time,
  ...rest
})

const prices: Catalogue = {
  sizes: [
    { name: "M", pricings: pricings("0.0003333333") },
    { name: "L", pricings: pricings("0.0006666667") },
    { name: "old" },
    { name: "odd", pricings: pricings("about 3") },
    { name: "hourly", pricings: pricings("0.02", { period: "hour" }) },
    { name: "swiss", pricings: pricings("0.001", { currency: "CHF" }) }
  ],
  plans: [plan("starter", { pricings: pricings("0.0001666667") }), plan("free", { pricings: pricings("0.0") })]
}

const app = { name: "my-app", status: "running" } as const

const costOf = (consumption: Partial<Consumption>) =>
  estimate({ app, containers: [], addons: [], ...consumption }, prices)

describe("the monthly cost of an app", () => {
  it("is the price of its containers and addons for 30 days, in cents", () => {
    const cost = costOf({
      containers: [containers("web", 2, "L"), containers("worker", 1, "M"), containers("cron", 0, "M")],
      addons: [addon("ad-1", plan("starter")), addon("ad-2", plan("free"))]
    })
    assert.deepStrictEqual(cost, {
      app: "my-app",
      cents: 2 * 2880 + 1440 + 720,
      currency: "EUR",
      items: [
        { kind: "containers", name: "web", product: "L", amount: 2, cents: 5760 },
        { kind: "containers", name: "worker", product: "M", amount: 1, cents: 1440 },
        { kind: "addon", name: "ad-1", product: "plan-starter", amount: 1, cents: 720 },
        { kind: "addon", name: "ad-2", product: "plan-free", amount: 1, cents: 0 }
      ],
      unknown: []
    })
  })

  it("tells what it does not know, and why", () => {
    const cost = costOf({
      containers: [
        containers("web", 1, "M"),
        containers("a", 1, "4XL"),
        containers("b", 2, "old"),
        containers("c", 1, "odd"),
        containers("d", 1, "hourly"),
        containers("e", 1, "swiss")
      ],
      addons: [
        addon("ad-1", plan("discontinued")),
        addon("ad-2", plan("starter"), { status: "suspended" })
      ]
    })
    assert.strictEqual(cost.cents, 1440)
    assert.deepStrictEqual(cost.unknown.map(({ name, product, reason }) => [name, product, reason]), [
      ["a", "4XL", "NotInCatalogue"],
      ["b", "old", "NoPrice"],
      ["c", "odd", "UnreadablePrice"],
      ["d", "hourly", "UnknownPeriod"],
      ["e", "swiss", "OtherCurrency"],
      ["ad-1", "plan-discontinued", "NotInCatalogue"],
      ["ad-2", "plan-starter", "Suspended"]
    ])
    assert.deepInclude(cost.unknown, { kind: "containers", name: "b", product: "old", amount: 2, reason: "NoPrice" })
  })

  it("has the currency of its prices", () => {
    const cost = costOf({ containers: [containers("web", 1, "swiss"), containers("worker", 1, "M")] })
    assert.strictEqual(cost.currency, "CHF")
    assert.strictEqual(cost.cents, 4320)
    assert.deepStrictEqual(cost.unknown.map(({ reason }) => reason), ["OtherCurrency"])
    assert.strictEqual(costOf({}).currency, "EUR")
  })

  it("does not count what has ended or does not run", () => {
    const formation = [containers("web", 1, "M")]
    assert.strictEqual(costOf({ addons: [addon("ad-1", plan("starter"), { deprovisioned_at: time })] }).cents, 0)
    for (const status of ["new", "stopped"]) {
      assert.strictEqual(costOf({ app: { name: "my-app", status }, containers: formation }).cents, 0)
    }
    for (const status of ["crashed", "scaling", undefined]) {
      assert.strictEqual(costOf({ app: { name: "my-app", status }, containers: formation }).cents, 1440)
    }
  })

  it("takes the price that the plan of an addon has itself", () => {
    const own = plan("private", { pricings: pricings("0.001") })
    assert.strictEqual(costOf({ addons: [addon("ad-1", own)] }).cents, 4320)
  })

  const seed = {
    apps: [
      { name: "my-app", containers: { web: { amount: 2, size: "L" }, worker: 1 }, addons: ["postgresql-starter-512"] },
      { name: "other-app", containers: { web: 1 }, addons: ["redis-business-1024", "mongodb-starter-1024"] },
      { name: "new-app", deployed: false }
    ]
  }

  it.effect("is read from the platform", () =>
    Effect.gen(function*() {
      const cost = yield* monthlyCost("my-app")
      assert.deepInclude(cost, { app: "my-app", cents: 2 * 2880 + 1440 + 720, currency: "EUR", unknown: [] })
      const addons = yield* Addons
      const [postgresql] = yield* addons.list("my-app")
      assert.deepStrictEqual(cost.items[2], {
        kind: "addon",
        name: postgresql!.id,
        product: "postgresql-starter-512",
        amount: 1,
        cents: 720
      })
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("asks for the catalogue once for many apps", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const all = yield* apps.list
      yield* sandbox.clearRequests
      const costs = yield* monthlyCosts(all, { concurrency: 3 })
      assert.deepStrictEqual(costs.map(({ app, cents }) => [app, cents]), [
        ["my-app", 7920],
        ["other-app", 1440 + 3600 + 1440],
        ["new-app", 0]
      ])
      assert.strictEqual(yield* sandbox.countRequests(), 2 + 2 * 3)
      yield* sandbox.clearRequests
      const prices = yield* catalogue
      assert.strictEqual((yield* monthlyCost("other-app", { catalogue: prices })).cents, 6480)
      assert.strictEqual(yield* sandbox.countRequests(), 2 + 3)
      assert.deepStrictEqual(yield* monthlyCosts(["my-app"]), costs.slice(0, 1))
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("fails as the requests do", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(monthlyCost("missing")))._tag, "NotFound")
      assert.strictEqual((yield* Effect.flip(monthlyCosts(["my-app", "missing"])))._tag, "NotFound")
    }).pipe(Effect.provide(layerClient(seed))))
})
