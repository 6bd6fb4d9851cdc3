/**
 * The resource usage of databases: now, and over the last hours.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import type { DecodeIssue, ResponseDecoder } from "../../client/ResponseDecoder.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { lazy } from "../../internal/lazySchema.js"
import { MetricPoint } from "../../schema/ContainerStat.js"
import * as Metrics from "../../schema/DatabaseStats.js"
import type { OpenEnum } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"

/**
 * The metrics with a history.
 *
 * @category models
 */
export type DatabaseMetricName = OpenEnum<"cpu" | "memory" | "swap" | "disk" | "diskio">

/**
 * The part of a series to read.
 *
 * @category models
 */
export interface SeriesOptions {
  /** The number of past hours, 3 by default. */
  readonly since?: number | undefined
  /** Only the last point. */
  readonly last?: boolean | undefined
}

/**
 * The methods of {@link DatabaseMetrics}.
 *
 * @category models
 */
export interface DatabaseMetricsService {
  /**
   * The current resource usage of a database and its instances: `GET /databases/:databaseId/metrics`.
   */
  readonly current: (database: DatabaseRef) => Effect.Effect<Metrics.DatabaseMetrics, ScalingoError>

  /**
   * A metric of a database over the last hours: `GET /databases/:databaseId/metrics/:metric`.
   *
   * @experimental the documentation does not have this endpoint, and the official JavaScript client does not type the
   * response: points like those of an app's metrics are expected
   */
  readonly series: (
    database: DatabaseRef,
    metric: DatabaseMetricName,
    options?: SeriesOptions
  ) => Effect.Effect<ReadonlyArray<MetricPoint>, ScalingoError>

  /**
   * A metric of one instance over the last hours: `GET /databases/:databaseId/instances/:instanceId/metrics/:metric`.
   *
   * @experimental the documentation does not have this endpoint, and the official JavaScript client does not type the
   * response: points like those of an app's metrics are expected
   */
  readonly instanceSeries: (
    database: DatabaseRef,
    instanceId: string,
    metric: DatabaseMetricName,
    options?: SeriesOptions
  ) => Effect.Effect<ReadonlyArray<MetricPoint>, ScalingoError>

  /**
   * The health of an Elasticsearch database: `GET /databases/:databaseId/health`.
   */
  readonly health: (database: DatabaseRef) => Effect.Effect<Metrics.DatabaseHealth, ScalingoError>
}

/**
 * The resource usage of databases.
 *
 * @category tags
 */
export class DatabaseMetrics
  extends Context.Tag("@effect-scalingo/core/DatabaseMetrics")<DatabaseMetrics, DatabaseMetricsService>()
{}

const usage: ResponseDecoder<Metrics.DatabaseMetrics> = Decode.transform(
  Decode.json(Metrics.DatabaseMetrics),
  (usage) => {
    const instances = usage.instances_metrics ?? usage.instance_metrics
    return Either.right(
      instances === null || instances === undefined ? usage : { ...usage, instances_metrics: instances }
    )
  }
)

/** With `last` the response may be a single point instead of a list. */
const points: ResponseDecoder<ReadonlyArray<MetricPoint>> = Decode.transform(
  Decode.json(lazy(() => Schema.NullOr(Schema.Union(Schema.Array(MetricPoint), MetricPoint)))),
  (response): Either.Either<ReadonlyArray<MetricPoint>, DecodeIssue> =>
    response === null
      ? Either.right([])
      : "time" in response
      ? Either.right([response])
      : Array.isArray(response)
      ? Either.right(response)
      : Either.left({ path: "", reason: "Expected a list", value: response })
)

const current = endpoint("DatabaseMetrics.current", "GET /databases/:databaseId/metrics", usage)
const series = endpoint("DatabaseMetrics.series", "GET /databases/:databaseId/metrics/:metric", points)
const instanceSeries = endpoint(
  "DatabaseMetrics.instanceSeries",
  "GET /databases/:databaseId/instances/:instanceId/metrics/:metric",
  points
)
const health = endpoint(
  "DatabaseMetrics.health",
  "GET /databases/:databaseId/health",
  Decode.json(Metrics.DatabaseHealth)
)

export const make: Effect.Effect<DatabaseMetricsService, never, DatabaseApi> = Effect.map(DatabaseApi, (api) => {
  const query = (options: SeriesOptions | undefined) => ({ since: options?.since, last: options?.last })
  return DatabaseMetrics.of({
    current: (database) => callDatabase(api, database, current, {}),
    series: (database, metric, options) =>
      callDatabase(api, database, series, { path: { metric }, query: query(options) }),
    instanceSeries: (database, instanceId, metric, options) =>
      callDatabase(api, database, instanceSeries, { path: { instanceId, metric }, query: query(options) }),
    health: (database) => callDatabase(api, database, health, {})
  })
})

export const layer: Layer.Layer<DatabaseMetrics, never, DatabaseApi> = Layer.effect(DatabaseMetrics, make)
