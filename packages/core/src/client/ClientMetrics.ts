/**
 * Counters of the library as Effect metrics: every exporter of the application shows them. Names and units follow
 * OpenTelemetry's conventions. The unit is a tag `unit`, which `@effect/opentelemetry` reads.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as MetricKey from "effect/MetricKey"
import type * as MetricState from "effect/MetricState"

const counter = (name: string, unit: string, description: string): Metric.Metric.Counter<number> =>
  // Tagged by its key and not as a metric, which would search for its counter at each update.
  Metric.fromMetricKey(
    MetricKey.tagged(
      MetricKey.counter(`scalingo.client.${name}`, { description, incremental: true }),
      "unit",
      `{${unit}}`
    )
  )

/**
 * `scalingo.client.requests`: requests sent, counting every attempt and every token exchange.
 *
 * @category metrics
 */
export const requests: Metric.Metric.Counter<number> = counter("requests", "request", "Requests sent to Scalingo")

/**
 * `scalingo.client.retries`: attempts after the first one of a call.
 *
 * @category metrics
 */
export const retries: Metric.Metric.Counter<number> = counter("retries", "retry", "Attempts after the first one")

/**
 * `scalingo.client.rate_limited`: responses with status 429.
 *
 * @category metrics
 */
export const rateLimited: Metric.Metric.Counter<number> = counter(
  "rate_limited",
  "response",
  "Responses with status 429"
)

/**
 * `scalingo.client.token_exchanges`: bearers obtained for API tokens and addons.
 *
 * @category metrics
 */
export const tokenExchanges: Metric.Metric.Counter<number> = counter("token_exchanges", "exchange", "Bearers obtained")

/**
 * `scalingo.client.decode_errors`: successful responses that did not fit their schema.
 *
 * @category metrics
 */
export const decodeErrors: Metric.Metric.Counter<number> = counter(
  "decode_errors",
  "response",
  "Responses that did not fit their schema"
)

/**
 * The values of all counters at one moment.
 *
 * @category models
 */
export interface Snapshot {
  readonly requests: number
  readonly retries: number
  readonly rateLimited: number
  readonly tokenExchanges: number
  readonly decodeErrors: number
}

const valueOf = (counter: Metric.Metric.Counter<number>): Effect.Effect<number> =>
  Effect.map(Metric.value(counter), (state: MetricState.MetricState.Counter<number> | undefined) => state?.count ?? 0)

/**
 * The values of all counters in this process so far.
 *
 * @category accessors
 */
export const snapshot: Effect.Effect<Snapshot> = /* @__PURE__ */ Effect.all({
  requests: /* @__PURE__ */ valueOf(requests),
  retries: /* @__PURE__ */ valueOf(retries),
  rateLimited: /* @__PURE__ */ valueOf(rateLimited),
  tokenExchanges: /* @__PURE__ */ valueOf(tokenExchanges),
  decodeErrors: /* @__PURE__ */ valueOf(decodeErrors)
})
