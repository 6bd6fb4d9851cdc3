/**
 * The sizes that containers come in.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Answer from "../client/internal/response.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { PricingGrid } from "../schema/Plan.js"

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
  pids_limit: Schema.optional(Schema.NullOr(Schema.Number)),
  /** In bytes. */
  swap: Schema.optional(Schema.NullOr(Schema.Number)),
  /** The reference in the catalogue: `osc-fr1-app-M`. */
  sku: Schema.optional(Schema.NullOr(Schema.String)),
  pricings: Schema.optional(Schema.NullOr(PricingGrid))
})

export interface ContainerSize extends Schema.Schema.Type<typeof ContainerSize> {}

/**
 * The methods of {@link ContainerSizes}.
 *
 * @category models
 */
export interface Service {
  /**
   * The sizes of the region, those made for the account included: `GET /features/container_sizes`. With `appId` only
   * those that this app can have.
   */
  readonly list: (
    options?: { readonly appId?: string | undefined }
  ) => Effect.Effect<ReadonlyArray<ContainerSize>, ScalingoError>
}

/**
 * Sizes of containers.
 *
 * @category tags
 */
export class ContainerSizes extends Context.Tag("@effect-scalingo/core/ContainerSizes")<ContainerSizes, Service>() {}

const list = endpoint({
  name: "ContainerSizes.list",
  method: "GET",
  path: "/features/container_sizes",
  response: Answer.list("container_sizes", ContainerSize)
})

export const make: Effect.Effect<Service, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  ContainerSizes.of({
    list: (options) => call(api, list, { query: { app_id: options?.appId } })
  }))

export const layer: Layer.Layer<ContainerSizes, never, RegionalApi> = Layer.effect(ContainerSizes, make)
