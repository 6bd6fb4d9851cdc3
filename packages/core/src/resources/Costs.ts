/**
 * What apps cost in a month: their containers and addons, at the prices of the catalogue.
 *
 * ```ts
 * import { monthlyCost } from "@effect-scalingo/core/Costs"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const { cents, currency, unknown } = yield* monthlyCost("my-app")
 *   yield* Effect.log(`${cents / 100} ${currency}`)
 *   if (unknown.length > 0) yield* Effect.log("without", unknown)
 * })
 * ```
 *
 * @since 0.2.0
 */
import * as Effect from "effect/Effect"
import type { Concurrency } from "effect/Types"
import type { ScalingoError } from "../client/ScalingoError.js"
import type { App } from "../schema/App.js"
import type { ContainerType } from "../schema/Container.js"
import type { Plan, PricingGrid } from "../schema/Plan.js"
import { AddonProviders } from "./AddonProviders.js"
import { type Addon, Addons } from "./Addons.js"
import { Apps } from "./Apps.js"
import { type ContainerSize, ContainerSizes } from "./ContainerSizes.js"

/**
 * The prices of a region, see {@link catalogue}.
 *
 * @category models
 */
export interface Catalogue {
  readonly sizes: ReadonlyArray<Pick<ContainerSize, "name" | "pricings">>
  /** The plans of all addon providers. */
  readonly plans: ReadonlyArray<Pick<Plan, "id" | "pricings">>
}

/**
 * What an app consists of, as far as it costs money.
 *
 * @category models
 */
export interface Consumption {
  readonly app: Pick<App, "name" | "status">
  /** See `Apps.listContainerTypes`. */
  readonly containers: ReadonlyArray<ContainerType>
  /** See `Addons.list`. */
  readonly addons: ReadonlyArray<Addon>
}

/**
 * A part of an app that costs money: all containers of a type, or an addon.
 *
 * @category models
 */
export interface CostItem {
  readonly kind: "containers" | "addon"
  /** `web`, `worker` …, or the id of the addon. */
  readonly name: string
  /** The name of the size, or of the plan. */
  readonly product: string
  /** The number of containers; 1 for an addon. */
  readonly amount: number
}

/**
 * An item with a price.
 *
 * @category models
 */
export interface PricedItem extends CostItem {
  /** For 30 days, all of `amount` together, rounded to whole cents. */
  readonly cents: number
}

/**
 * Why an item has no price:
 *
 * - `NotInCatalogue`: the catalogue does not have the size or the plan. Plans that can no longer be provisioned may be
 *   such a case, see `AddonProviders.listPlans`.
 * - `NoPrice`: the catalogue has it without a price
 * - `UnreadablePrice`: the price is not a decimal number
 * - `UnknownPeriod`: the price is not per minute
 * - `OtherCurrency`: the price is in another currency than those before it
 * - `Suspended`: the addon is suspended. Whether that costs is not documented.
 *
 * @category models
 */
export type UnknownReason =
  | "NotInCatalogue"
  | "NoPrice"
  | "UnreadablePrice"
  | "UnknownPeriod"
  | "OtherCurrency"
  | "Suspended"

/**
 * An item whose price is not known.
 *
 * @category models
 */
export interface UnknownItem extends CostItem {
  readonly reason: UnknownReason
}

/**
 * What an app costs in a month of 30 days, if it stays as it is.
 *
 * It holds neither taxes and discounts nor one-off containers, which cost by the minute. An autoscaler changes the
 * number of containers, of which the current one counts.
 *
 * @category models
 */
export interface MonthlyCost {
  /** The name of the app. */
  readonly app: string
  /** The sum of `items`. */
  readonly cents: number
  /** Of all prices: `EUR`. */
  readonly currency: string
  readonly items: ReadonlyArray<PricedItem>
  /** What is not in the sum, and why. */
  readonly unknown: ReadonlyArray<UnknownItem>
}

/** Prices are per minute, and the platform's month has 30 days. */
const minutesPerMonth = 30 * 24 * 60

/** The only currency that the platform is known to use. */
const usualCurrency = "EUR"

interface Price {
  /** Of one piece, not rounded. */
  readonly cents: number
  readonly currency: string
}

const priceOf = (found: { readonly pricings?: PricingGrid | null | undefined } | undefined): Price | UnknownReason => {
  if (found === undefined) return "NotInCatalogue"
  const pricing = found.pricings?.default
  if (pricing === undefined) return "NoPrice"
  if (!/^\d+(\.\d+)?$/.test(pricing.price)) return "UnreadablePrice"
  if (pricing.period !== "minute") return "UnknownPeriod"
  return { cents: Number(pricing.price) * minutesPerMonth * 100, currency: pricing.currency }
}

/** Apps that were never deployed, and apps that were stopped, have no containers whatever their formation says. */
const hasContainers = ({ status }: Consumption["app"]) => status !== "new" && status !== "stopped"

/**
 * Adds up the monthly price of an app and its addons from data that was read before, see {@link monthlyCost}.
 *
 * Only `pricings` counts: `Plan.price`, `ContainerSize.hourly_price` and `ContainerSize.thirtydays_price` are
 * deprecated.
 *
 * @category combinators
 */
export const estimate = ({ addons, app, containers }: Consumption, catalogue: Catalogue): MonthlyCost => {
  const sizes = new Map(catalogue.sizes.map((size) => [size.name, size]))
  const plans = new Map(catalogue.plans.map((plan) => [plan.id, plan]))
  const found: ReadonlyArray<readonly [item: CostItem, price: Price | UnknownReason]> = [
    ...(hasContainers(app) ? containers : []).filter(({ amount }) => amount > 0).map(({ amount, name, size }) =>
      [{ kind: "containers", name, product: size, amount }, priceOf(sizes.get(size))] as const
    ),
    ...addons.filter(({ deprovisioned_at }) => !deprovisioned_at).map(({ id, plan, status }) =>
      [
        { kind: "addon", name: id, product: plan.name, amount: 1 },
        status === "suspended" ? "Suspended" : priceOf(plan.pricings ? plan : plans.get(plan.id))
      ] as const
    )
  ]
  const items: Array<PricedItem> = []
  const unknown: Array<UnknownItem> = []
  let currency: string | undefined
  for (const [item, price] of found) {
    if (typeof price === "string") unknown.push({ ...item, reason: price })
    else if (price.currency !== (currency ??= price.currency)) unknown.push({ ...item, reason: "OtherCurrency" })
    else items.push({ ...item, cents: Math.round(price.cents * item.amount) })
  }
  return {
    app: app.name,
    cents: items.reduce((sum, { cents }) => sum + cents, 0),
    currency: currency ?? usualCurrency,
    items,
    unknown
  }
}

/**
 * The prices of the region, with two requests: `GET /features/container_sizes` and `GET /addon_providers`. They differ
 * between regions.
 *
 * @category constructors
 */
export const catalogue: Effect.Effect<Catalogue, ScalingoError, ContainerSizes | AddonProviders> = Effect.gen(
  function*() {
    const containerSizes = yield* ContainerSizes
    const addonProviders = yield* AddonProviders
    const [sizes, providers] = yield* Effect.all([containerSizes.list(), addonProviders.list()], {
      concurrency: "unbounded"
    })
    return { sizes, plans: providers.flatMap(({ plans }) => plans ?? []) }
  }
)

/**
 * The monthly price of an app and its addons, in cents. `unknown` lists what has no price that could be read.
 *
 * Requests `GET /apps/:app` when only the name of the app is given, `GET /apps/:app/containers`,
 * `GET /apps/:app/addons`, and the {@link catalogue} unless it is given.
 *
 * @category constructors
 */
export const monthlyCost = (
  app: string | App,
  options?: { readonly catalogue?: Catalogue | undefined }
): Effect.Effect<MonthlyCost, ScalingoError, Apps | Addons | ContainerSizes | AddonProviders> =>
  Effect.gen(function*() {
    const apps = yield* Apps
    const addons = yield* Addons
    const name = typeof app === "string" ? app : app.name
    const consumption = yield* Effect.all({
      app: typeof app === "string" ? apps.get(app) : Effect.succeed(app),
      containers: apps.listContainerTypes(name),
      addons: addons.list(name),
      catalogue: options?.catalogue === undefined ? catalogue : Effect.succeed(options.catalogue)
    }, { concurrency: "unbounded" })
    return estimate(consumption, consumption.catalogue)
  })

/**
 * The monthly prices of many apps of a region, with one {@link catalogue} for all. Two requests for each app, and one
 * more when only its name is given. `concurrency` is the number of apps at a time, by default 1.
 *
 * The first failure ends it. To go on without an app, run {@link monthlyCost} for each with the same `catalogue`.
 *
 * @category constructors
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { monthlyCosts } from "@effect-scalingo/core/Costs"
 * import { Effect } from "effect"
 *
 * const total = Effect.gen(function*() {
 *   const apps = yield* Apps
 *   const costs = yield* monthlyCosts(yield* apps.list, { concurrency: 5 })
 *   return costs.reduce((sum, { cents }) => sum + cents, 0)
 * })
 * ```
 */
export const monthlyCosts = (
  apps: Iterable<string | App>,
  options?: { readonly concurrency?: Concurrency | undefined }
): Effect.Effect<ReadonlyArray<MonthlyCost>, ScalingoError, Apps | Addons | ContainerSizes | AddonProviders> =>
  Effect.flatMap(catalogue, (catalogue) =>
    Effect.forEach(apps, (app) => monthlyCost(app, { catalogue }), {
      concurrency: options?.concurrency
    }))
