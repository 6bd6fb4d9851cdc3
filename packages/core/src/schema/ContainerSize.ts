/**
 * A size of container, with its price.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { PricingGrid } from "./Plan.js"
import { nullish } from "./ScalingoSchema.js"

/**
 * A size of container.
 *
 * @category schemas
 */
export const ContainerSize = Schema.Struct({
  /** A UUID. */
  id: Schema.String,
  /** What scaling and one-off containers take as `size`: `S`, `M`, `2XL` … */
  name: Schema.String,
  human_name: Schema.String,
  /** The share of the processor, in words. */
  human_cpu: Schema.String,
  /** In bytes. */
  memory: Schema.Number,
  /** The place among all sizes, the smallest first. */
  ordinal: Schema.Number,
  /** In cents. Deprecated: `pricings` holds the price. */
  hourly_price: Schema.Number,
  /** In cents. Deprecated: `pricings` holds the price. */
  thirtydays_price: Schema.Number,
  /** How many processes a container may have. */
  pids_limit: nullish(Schema.Number),
  /** In bytes. */
  swap: nullish(Schema.Number),
  /** The reference in the catalogue: `osc-fr1-app-M`. */
  sku: nullish(Schema.String),
  pricings: nullish(PricingGrid)
})

export interface ContainerSize extends Schema.Schema.Type<typeof ContainerSize> {}
