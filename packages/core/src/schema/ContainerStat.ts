/**
 * What an app uses, now and over the last hours. The calls are those of `Apps`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { type OpenEnum, Timestamp } from "./ScalingoSchema.js"

/**
 * What one container uses now.
 *
 * @category schemas
 */
export const ContainerStat = Schema.Struct({
  /** The container's label: `web-1`. */
  id: Schema.String,
  /** In percent. */
  cpu_usage: Schema.Number,
  /** In bytes, as are all of the following. */
  memory_usage: Schema.Number,
  memory_limit: Schema.Number,
  highest_memory_usage: Schema.Number,
  swap_usage: Schema.Number,
  swap_limit: Schema.Number,
  highest_swap_usage: Schema.Number
})

export interface ContainerStat extends Schema.Schema.Type<typeof ContainerStat> {}

/**
 * The value of a metric at one instant.
 *
 * @category schemas
 */
export const MetricPoint = Schema.Struct({
  time: Timestamp,
  /** In the metric's unit: percent for `cpu`, bytes for `memory` and `swap`, a count for `router`. */
  value: Schema.Number
})

export interface MetricPoint extends Schema.Schema.Type<typeof MetricPoint> {}

/**
 * What `Apps.metrics` can show.
 *
 * @category models
 */
export type MetricName = OpenEnum<"cpu" | "memory" | "swap" | "router" | "requests">

/**
 * What `Apps.recommendedValue` has a recommendation for.
 *
 * @category models
 */
export type AutoscaledMetricName = OpenEnum<
  "cpu" | "memory" | "swap" | "5XX" | "all" | "rpm_per_container" | "p95_response_time"
>

/**
 * Which part of a metric to read.
 *
 * @category models
 */
export interface MetricOptions {
  /** Only containers of this type: `web`. `router` takes no notice of it. */
  readonly containerType?: string | undefined
  /** Only this one of the type, from 1; needs `containerType`. */
  readonly containerIndex?: number | string | undefined
  /** How many hours to look back. */
  readonly since?: number | undefined
  /** Only for `router`: answers of that class. */
  readonly statusCode?: OpenEnum<"1XX" | "2XX" | "3XX" | "4XX" | "5XX" | "all"> | undefined
  /**
   * Only for `requests`: which figure.
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
