/**
 * The metrics that alerts and autoscalers can watch. For the values of an app see `Apps.stats` and `Apps.metrics`.
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
import { openEnum } from "../schema/ScalingoSchema.js"

/**
 * A metric.
 *
 * @category schemas
 */
export const Metric = struct(() => ({
  /** The `metric` of alerts and autoscalers: `cpu`, `p95_response_time`, `rpm_per_container` … */
  id: Schema.String,
  /** The display name. */
  label: Schema.String,
  /** The unit, such as `%`; may be empty. */
  suffix: Schema.String,
  /** Whether it is measured in the containers (`global`) or in front of them (`router`). */
  type: openEnum("global", "router")
}))

export interface Metric extends Schema.Schema.Type<typeof Metric> {}

/**
 * The methods of {@link Metrics}.
 *
 * @category models
 */
export interface MetricsService {
  /**
   * The metrics that alerts and autoscalers can watch: `GET /features/metrics`.
   */
  readonly list: Effect.Effect<ReadonlyArray<Metric>, ScalingoError>
}

/**
 * Metrics for alerts and autoscalers.
 *
 * @category tags
 */
export class Metrics extends Context.Tag("@effect-scalingo/core/Metrics")<Metrics, MetricsService>() {}

const list = endpoint("Metrics.list", "GET /features/metrics", Decode.list("metrics", Metric))

export const make: Effect.Effect<MetricsService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) => Metrics.of({ list: call(api, list, {}) })
)

export const layer: Layer.Layer<Metrics, never, RegionalApi> = Layer.effect(Metrics, make)
