/**
 * The plans of addons, and the prices of addons and container sizes.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazy, struct } from "../internal/lazySchema.js"
import { Json, mapOf, nullish, openEnum } from "./ScalingoSchema.js"

/**
 * A price per period of use.
 *
 * @category schemas
 */
export const Pricing = /* @__PURE__ */ struct(() => ({
  /** The price of one `period`, as a decimal string: `"0.0001666667"`. It stays a string to avoid rounding. */
  price: Schema.String,
  currency: openEnum("EUR"),
  period: openEnum("minute")
}))

export interface Pricing extends Schema.Schema.Type<typeof Pricing> {}

/**
 * Prices by the name of their catalogue. `default` is the only known one.
 *
 * @category schemas
 */
export const PricingGrid = /* @__PURE__ */ lazy(() =>
  Schema.Struct({ default: Pricing }, { key: Schema.String, value: Pricing })
)

export interface PricingGrid extends Schema.Schema.Type<typeof PricingGrid> {}

/**
 * The size or offer in which an addon is provisioned.
 *
 * The plan embedded in an addon lacks `pricings` and `hds_available`; the list of addon providers has both.
 *
 * @category schemas
 */
export const Plan = /* @__PURE__ */ struct(() => ({
  /** The `plan_id` of `Addons.provision` and `Addons.upgrade`. */
  id: Schema.String,
  /** The name in configuration files and on the command line: `postgresql-starter-512`. */
  name: Schema.String,
  /** The human-readable name. */
  display_name: Schema.String,
  /** Per month, in euros (not cents), as a floating-point number. Deprecated by the platform: see `pricings`. */
  price: Schema.Number,
  /** HTML or Markdown. */
  description: Schema.String,
  /** The order among the plans of the provider. */
  position: nullish(Schema.Number),
  /** Whether the plan is only available on request. */
  on_demand: nullish(Schema.Boolean),
  /** Whether the plan can no longer be provisioned. */
  disabled: nullish(Schema.Boolean),
  /** The replacement for a disabled plan. */
  disabled_alternative_plan_id: nullish(Schema.String),
  /** The reference in Scalingo's product catalogue. */
  sku: nullish(Schema.String),
  pricings: nullish(PricingGrid),
  /** Whether the plan may host health data (the French HDS certification). */
  hds_available: nullish(Schema.Boolean),
  /** Whether Scalingo is going to remove the plan. */
  to_be_discontinued: nullish(Schema.Boolean),
  /** Whether the plan can be used during the free trial. */
  trial_available: nullish(Schema.Boolean),
  /** Numbers, strings and booleans by name. */
  properties: nullish(mapOf(Json))
}))

export interface Plan extends Schema.Schema.Type<typeof Plan> {}
