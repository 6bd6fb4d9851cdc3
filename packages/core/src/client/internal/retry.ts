/**
 * Tries again what the policy lets be tried again, within the budget, and lets everybody pause after a 429.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import type { Repeatability } from "../ApiRequest.js"
import * as ClientMetrics from "../ClientMetrics.js"
import type { Service as Quota } from "../RateLimiter.js"
import { delayBefore, type RetryBudgetService, type RetryPolicy, shouldRetry } from "../RetryPolicy.js"
import type { ScalingoError } from "../ScalingoError.js"

export interface Retrying {
  readonly endpoint: string
  readonly policy: RetryPolicy
  readonly repeatability: Repeatability
  readonly budget: RetryBudgetService
  readonly quota: Quota
}

/** What the tries so far have told. */
export interface Progress {
  readonly retries: number
  /** What the retries have cost of the budget. */
  readonly spent: number
  /** Whether an earlier try may have been carried out, although no answer said so. */
  readonly maybeDone: boolean
}

const step = <A, R>(
  context: Retrying,
  attempt: (progress: Progress) => Effect.Effect<A, ScalingoError, R>,
  progress: Progress
): Effect.Effect<A, ScalingoError, R> =>
  Effect.matchEffect(attempt(progress), {
    onSuccess: (value) => Effect.as(context.budget.refund(progress.spent), value),
    onFailure: (error) =>
      Effect.gen(function*() {
        // The failure of a sign-in on the way: that call has had its own tries, and this one was never sent.
        if (error._tag === "InvalidRequest" || error.endpoint !== context.endpoint) return yield* Effect.fail(error)
        if (error._tag === "RateLimited") {
          yield* Metric.increment(ClientMetrics.rateLimited)
          yield* context.quota.cooldown(Duration.min(error.retryAfter, Duration.decode(context.policy.maxRetryAfter)))
        }
        const question = { error, attempts: progress.retries + 1, repeatability: context.repeatability }
        if (!shouldRetry(context.policy, question)) return yield* Effect.fail(error)
        const spent = yield* context.budget.spend(error)
        if (spent === 0) return yield* Effect.fail(error)
        yield* Metric.increment(ClientMetrics.retries)
        const delay = delayBefore(context.policy, question, yield* Random.next)
        yield* Effect.logDebug(`${context.endpoint}: ${error._tag}, next try in ${Duration.format(delay)}`)
        yield* Effect.sleep(delay)
        return yield* step(context, attempt, {
          retries: progress.retries + 1,
          spent: progress.spent + spent,
          maybeDone: progress.maybeDone || error._tag === "ServerError" ||
            (error._tag === "TransportError" && error.sent)
        })
      })
  })

export const retrying = <A, R>(
  context: Retrying,
  attempt: (progress: Progress) => Effect.Effect<A, ScalingoError, R>
): Effect.Effect<A, ScalingoError, R> => step(context, attempt, { retries: 0, spent: 0, maybeDone: false })
