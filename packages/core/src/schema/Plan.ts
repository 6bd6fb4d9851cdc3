/**
 * The plans of addons, and the prices that addons and container sizes have.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Json, mapOf, nullish, openEnum } from "./ScalingoSchema.js"

/**
 * What something costs for as long as it runs.
 *
 * @category schemas
 */
export const Pricing = Schema.Struct({
  /** For one `period`, as a decimal number in a text: `"0.0001666667"`. It stays text so that nothing is rounded. */
  price: Schema.String,
  currency: openEnum("EUR"),
  period: openEnum("minute")
})

export interface Pricing extends Schema.Schema.Type<typeof Pricing> {}

/**
 * Prices by the name of the catalogue that they stand in. Only `default` is known today.
 *
 * @category schemas
 */
export const PricingGrid = Schema.Struct({ default: Pricing }, { key: Schema.String, value: Pricing })

export interface PricingGrid extends Schema.Schema.Type<typeof PricingGrid> {}

/**
 * The size or offer in which an addon is provisioned.
 *
 * An addon shows its plan without `pricings` and `hds_available`; the list of addon providers has both.
 *
 * @category schemas
 */
export const Plan = Schema.Struct({
  /** What `Addons.provision` and `Addons.upgrade` take as `plan_id`. */
  id: Schema.String,
  /** The name in configuration files and on the command line: `postgresql-starter-512`. */
  name: Schema.String,
  /** The name that people see. */
  display_name: Schema.String,
  /** In euros (not cents), a floating-point number for one month. Deprecated by the platform: see `pricings`. */
  price: Schema.Number,
  /** HTML or Markdown. */
  description: Schema.String,
  /** The order among the plans of the provider. */
  position: Schema.Number,
  /** Whether it is only given on request. */
  on_demand: Schema.Boolean,
  /** Whether it can no longer be provisioned. */
  disabled: Schema.optional(Schema.Boolean),
  /** The plan to take instead of a disabled one. */
  disabled_alternative_plan_id: nullish(Schema.String),
  /** The reference in Scalingo's product catalogue. */
  sku: Schema.String,
  pricings: Schema.optional(PricingGrid),
  /** Whether it may hold health data (the French HDS certification). */
  hds_available: Schema.optional(Schema.Boolean),
  /** Whether Scalingo is going to remove it. */
  to_be_discontinued: nullish(Schema.Boolean),
  /** Whether it can be used during the free trial. */
  trial_available: nullish(Schema.Boolean),
  /** Numbers, texts and booleans by name. */
  properties: nullish(mapOf(Json))
})

export interface Plan extends Schema.Schema.Type<typeof Plan> {}
