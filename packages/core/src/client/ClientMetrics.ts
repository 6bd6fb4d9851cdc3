/**
 * What the library counts while it works, as Effect metrics: any exporter of the application shows them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as MetricState from "effect/MetricState"

/**
 * Requests sent, every attempt and every token exchange included.
 *
 * @category metrics
 */
export const requests: Metric.Metric.Counter<number> = Metric.counter("scalingo_client_requests", {
  description: "Requests sent to Scalingo, every attempt counted",
  incremental: true
})

/**
 * Attempts after the first one of a call.
 *
 * @category metrics
 */
export const retries: Metric.Metric.Counter<number> = Metric.counter("scalingo_client_retries", {
  description: "Attempts after the first one of a call",
  incremental: true
})

/**
 * Answers with status 429.
 *
 * @category metrics
 */
export const rateLimited: Metric.Metric.Counter<number> = Metric.counter("scalingo_client_rate_limited", {
  description: "Answers with status 429",
  incremental: true
})

/**
 * Bearers obtained for API tokens and addons.
 *
 * @category metrics
 */
export const tokenExchanges: Metric.Metric.Counter<number> = Metric.counter("scalingo_client_token_exchanges", {
  description: "Bearers obtained",
  incremental: true
})

/**
 * Answers that did not fit their schema.
 *
 * @category metrics
 */
export const misfits: Metric.Metric.Counter<number> = Metric.counter("scalingo_client_misfits", {
  description: "Answers that did not fit their schema",
  incremental: true
})

/**
 * What all of them have counted in this process so far.
 *
 * @category accessors
 */
export const snapshot: Effect.Effect<Snapshot> = Effect.map(
  Effect.all([requests, retries, rateLimited, tokenExchanges, misfits].map(Metric.value)),
  ([requests, retries, rateLimited, tokenExchanges, misfits]) => ({
    requests: count(requests),
    retries: count(retries),
    rateLimited: count(rateLimited),
    tokenExchanges: count(tokenExchanges),
    misfits: count(misfits)
  })
)

const count = (state: MetricState.MetricState.Counter<number> | undefined): number => state?.count ?? 0

/**
 * The counters at one moment.
 *
 * @category models
 */
export interface Snapshot {
  readonly requests: number
  readonly retries: number
  readonly rateLimited: number
  readonly tokenExchanges: number
  readonly misfits: number
}
