/**
 * Retries an attempt by the policy and within the budget, and blocks new requests after a 429.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as ClientMetrics from "../ClientMetrics.js"
import type { RateLimiterService } from "../RateLimiter.js"
import { delayBefore, type RetryBudgetService, type RetryPolicy, shouldRetry } from "../RetryPolicy.js"
import type { ScalingoError } from "../ScalingoError.js"
import type { Waits } from "./waits.js"

export interface RetryContext {
  readonly endpoint: string
  readonly policy: RetryPolicy
  readonly idempotent: boolean
  readonly budget: RetryBudgetService
  readonly rateLimiter: RateLimiterService
  readonly waits: Waits
}

/** What is known before an attempt. */
export interface RetryProgress {
  readonly retries: number
  /** What the retries have cost of the budget. */
  readonly spent: number
  /** Whether an earlier attempt may have been carried out, although no response said so. */
  readonly maybeDone: boolean
}

/**
 * A 429 holds up all later calls for as long as it asks, up to this: the policy of the call that met it is not theirs. When
 * it asks for more, the next call finds out whether it is over.
 */
const longestBlock: Duration.DurationInput = "60 seconds"

const step = <A, R>(
  context: RetryContext,
  attempt: (progress: RetryProgress) => Effect.Effect<A, ScalingoError, R>,
  progress: RetryProgress
): Effect.Effect<A, ScalingoError, R> =>
  Effect.matchEffect(attempt(progress), {
    onSuccess: (value) => Effect.as(context.budget.refund(progress.spent), value),
    onFailure: (error) =>
      Effect.gen(function*() {
        // The failure of a sign-in: it has had its own retries, and this request was never sent.
        if (error._tag === "InvalidRequest" || error.endpoint !== context.endpoint) return yield* Effect.fail(error)
        if (error._tag === "RateLimited") {
          yield* Metric.increment(ClientMetrics.rateLimited)
          const longest = Duration.max(context.policy.maxRetryAfter, longestBlock)
          const cooldown = Duration.min(error.retryAfter, longest)
          yield* context.rateLimiter.cooldown(cooldown)
          yield* context.waits.throttled(cooldown)
        }
        const decision = { error, attempts: progress.retries + 1, idempotent: context.idempotent }
        if (!shouldRetry(context.policy, decision)) return yield* Effect.fail(error)
        const spent = yield* context.budget.spend(error)
        if (spent === 0) return yield* Effect.fail(error)
        yield* Metric.increment(ClientMetrics.retries)
        const delay = delayBefore(context.policy, decision, yield* Random.next)
        yield* Effect.logDebug(`${context.endpoint}: ${error._tag}, retry in ${Duration.format(delay)}`)
        yield* context.waits.sleep(delay, { endpoint: context.endpoint, attempt: progress.retries + 2, error })
        return yield* step(context, attempt, {
          retries: progress.retries + 1,
          spent: progress.spent + spent,
          maybeDone: progress.maybeDone || error._tag === "ServerError" ||
            (error._tag === "TransportError" && error.sent)
        })
      })
  })

export const withRetries = <A, R>(
  context: RetryContext,
  attempt: (progress: RetryProgress) => Effect.Effect<A, ScalingoError, R>
): Effect.Effect<A, ScalingoError, R> => step(context, attempt, { retries: 0, spent: 0, maybeDone: false })
