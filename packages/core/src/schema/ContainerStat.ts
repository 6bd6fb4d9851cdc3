/**
 * The resource usage of an app, now and over the last hours.
 *
 * See `Apps` for the requests.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { nullish, type OpenEnum, Timestamp } from "./ScalingoSchema.js"

/**
 * The current resource usage of one container.
 *
 * @category schemas
 */
export const ContainerStat = /* @__PURE__ */ struct(() => ({
  /** The container's label: `web-1`. */
  id: Schema.String,
  /** In percent. */
  cpu_usage: Schema.Number,
  /** In bytes, like all fields below. */
  memory_usage: Schema.Number,
  memory_limit: Schema.Number,
  highest_memory_usage: Schema.Number,
  swap_usage: Schema.Number,
  swap_limit: Schema.Number,
  highest_swap_usage: Schema.Number
}))

export interface ContainerStat extends Schema.Schema.Type<typeof ContainerStat> {}

/**
 * The value of a metric at a point in time.
 *
 * @category schemas
 */
export const MetricPoint = /* @__PURE__ */ struct(() => ({
  time: Timestamp,
  /** In the metric's unit: percent for `cpu`, bytes for `memory` and `swap`, a count for `router`. */
  value: nullish(Schema.Number)
}))

export interface MetricPoint extends Schema.Schema.Type<typeof MetricPoint> {}

/**
 * The metrics that `Apps.metrics` returns.
 *
 * @category models
 */
export type MetricName = OpenEnum<"cpu" | "memory" | "swap" | "router" | "requests" | "all">

/**
 * The metrics that `Apps.recommendedValue` covers.
 *
 * @category models
 */
export type AutoscaledMetricName = OpenEnum<
  "cpu" | "memory" | "swap" | "5XX" | "all" | "rpm_per_container" | "p95_response_time"
>

/**
 * The options of `Apps.metrics`.
 *
 * @category models
 */
export interface MetricOptions {
  /** Only containers of this type, such as `web`. Required for `cpu`, `memory` and `swap`, ignored for `router`. */
  readonly containerType?: string | undefined
  /** Only the container with this index, from 1. Requires `containerType`. */
  readonly containerIndex?: number | string | undefined
  /** The number of hours to look back. */
  readonly since?: number | undefined
  /** Only for `router`: responses with a status of this class. */
  readonly statusCode?: OpenEnum<"1XX" | "2XX" | "3XX" | "4XX" | "5XX" | "all"> | undefined
  /**
   * Only for `requests`: the percentile to return.
   *
   * @experimental the documentation does not have it, only the official JavaScript client
   */
  readonly statisticsType?: OpenEnum<"p95" | "p99"> | undefined
  /**
   * Only the last point.
   *
   * @experimental the documentation does not have it, only the official JavaScript client
   */
  readonly last?: boolean | undefined
}
