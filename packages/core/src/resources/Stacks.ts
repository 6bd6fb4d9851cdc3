/**
 * Stacks: the base images that apps are built and run on.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { nullish, optionalTimestamp, Timestamp } from "../schema/ScalingoSchema.js"

/**
 * A stack.
 *
 * @category schemas
 */
export const Stack = struct(() => ({
  /** `st-…` */
  id: Schema.String,
  name: Schema.String,
  /** The image of the builds. */
  base_image: Schema.String,
  /** Whether new apps use it by default. */
  default: Schema.Boolean,
  created_at: Timestamp,
  description: nullish(Schema.String),
  /** When its support ends, at midnight UTC. The wire has only the date. */
  deprecated_at: optionalTimestamp
}))

export interface Stack extends Schema.Schema.Type<typeof Stack> {}

/**
 * The methods of {@link Stacks}.
 *
 * @category models
 */
export interface StacksService {
  /**
   * The stacks of the region, including deprecated ones: `GET /features/stacks`.
   */
  readonly list: Effect.Effect<ReadonlyArray<Stack>, ScalingoError>
}

/**
 * Stacks that apps run on.
 *
 * @category tags
 */
export class Stacks extends Context.Tag("@effect-scalingo/core/Stacks")<Stacks, StacksService>() {}

const list = endpoint("Stacks.list", "GET /features/stacks", Decode.list("stacks", Stack))

export const make: Effect.Effect<StacksService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) => Stacks.of({ list: call(api, list, {}) })
)

export const layer: Layer.Layer<Stacks, never, RegionalApi> = Layer.effect(Stacks, make)
