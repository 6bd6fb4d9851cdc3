/**
 * A container size and its price.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { PricingGrid } from "./Plan.js"
import { nullish } from "./ScalingoSchema.js"

/**
 * A container size.
 *
 * @category schemas
 */
export const ContainerSize = /* @__PURE__ */ struct(() => ({
  /** A UUID. */
  id: Schema.String,
  /** The `size` to pass when scaling or starting one-off containers: `S`, `M` … `3XL`. */
  name: Schema.String,
  human_name: Schema.String,
  /** The CPU share, in words. */
  human_cpu: Schema.String,
  /** In bytes. */
  memory: Schema.Number,
  /** The position among all sizes, smallest first. */
  ordinal: Schema.Number,
  /** In cents. Deprecated: `pricings` holds the price. */
  hourly_price: Schema.Number,
  /** In cents. Deprecated: `pricings` holds the price. */
  thirtydays_price: Schema.Number,
  /** The maximum number of processes in a container. */
  pids_limit: nullish(Schema.Number),
  /** In bytes. */
  swap: nullish(Schema.Number),
  /** The reference in Scalingo's product catalogue: `osc-fr1-app-M`. */
  sku: nullish(Schema.String),
  pricings: nullish(PricingGrid)
}))

export interface ContainerSize extends Schema.Schema.Type<typeof ContainerSize> {}
