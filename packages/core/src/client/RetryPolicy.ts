/**
 * Which failures are retried, when, and how often.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import { withoutUndefined } from "../internal/withoutUndefined.js"
import type { DurationInput } from "../schema/ScalingoSchema.js"
import { isRetryable, retryAfter, type ScalingoError } from "./ScalingoError.js"

/**
 * What the policy decides on.
 *
 * @category models
 */
export interface RetryDecision {
  readonly error: ScalingoError
  /** The number of attempts so far, from 1. */
  readonly attempts: number
  /** Whether sending the request twice has the same effect as sending it once. */
  readonly idempotent: boolean
}

/**
 * When a failed request is retried.
 *
 * @category models
 */
export interface RetryPolicy {
  /** Retries after the first attempt. Default 3; 0 switches retries off. */
  readonly maxRetries: number
  /** The upper bound of the first delay. Each delay is random, from 0 to its bound. Default 500 ms. */
  readonly baseDelay: DurationInput
  /**
   * The upper bound of the first delay after a 429, which comes on top of what the platform asks for: its `Retry-After`,
   * or the rest of the minute when a 429 has none. Default 1 s.
   */
  readonly throttleDelay: DurationInput
  /** The bound doubles with each retry, up to this. Default 8 s. */
  readonly maxDelay: DurationInput
  /**
   * The longest `Retry-After` that is waited for. When the platform asks for more, the call fails at once with
   * `RateLimited` or `ServerError`, whose `retryAfter` says how long. A 429 without `Retry-After` asks for the rest of the
   * minute. Later calls wait until then, whatever their policy: a minute at most, or this long if it is longer. Default
   * 60 s.
   */
  readonly maxRetryAfter: DurationInput
  /**
   * Whether a request that is not idempotent (a POST) is also retried when it may have been carried out: after a 5xx, a
   * lost connection or a timeout. Default `false`.
   */
  readonly retryUnsafe: boolean
  /**
   * Decides whether a failure is retried, before the rules above. `undefined` leaves the decision to the rules.
   * `maxRetries` and the budget hold in any case.
   */
  readonly decide?: ((decision: RetryDecision) => boolean | undefined) | undefined
}

/**
 * Default policy: three retries, idempotent requests only.
 *
 * @category constructors
 */
export const defaultPolicy: RetryPolicy = {
  maxRetries: 3,
  baseDelay: "500 millis",
  throttleDelay: "1 second",
  maxDelay: "8 seconds",
  maxRetryAfter: "60 seconds",
  retryUnsafe: false
}

/**
 * The changes to the configured policy in an effect.
 *
 * @category tags
 */
export class RetryOverride extends Context.Reference<RetryOverride>()("@effect-scalingo/core/RetryPolicy/Override", {
  defaultValue: (): Partial<RetryPolicy> => ({})
}) {}

/**
 * Changes the retry policy for the calls in an effect. Keys that are left out stay as they are. A call with a negative
 * number of retries fails with `InvalidRequest`.
 *
 * @category combinators
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
 * import { Effect } from "effect"
 *
 * const once = Effect.flatMap(Apps, (apps) => apps.get("my-app")).pipe(withRetryPolicy({ maxRetries: 0 }))
 * ```
 */
export const withRetryPolicy: {
  (changes: Partial<RetryPolicy>): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, changes: Partial<RetryPolicy>): Effect.Effect<A, E, R>
} = /* @__PURE__ */ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, changes: Partial<RetryPolicy>): Effect.Effect<A, E, R> =>
    Effect.flatMap(
      RetryOverride,
      (outer) => Effect.provideService(self, RetryOverride, { ...outer, ...withoutUndefined(changes) })
    )
)

/**
 * Whether the policy retries after this failure.
 *
 * @category combinators
 */
export const shouldRetry = (policy: RetryPolicy, decision: RetryDecision): boolean => {
  if (!(decision.attempts <= policy.maxRetries)) return false
  const decided = policy.decide?.(decision)
  if (decided !== undefined) return decided
  const { error } = decision
  if (!isRetryable(error)) return false
  const requested = retryAfter(error)
  if (requested._tag === "Some" && Duration.greaterThan(requested.value, policy.maxRetryAfter)) return false
  if (error._tag === "RateLimited") return true
  if (error._tag === "TransportError" && !error.sent) return true
  return decision.idempotent || policy.retryUnsafe
}

/**
 * The delay before the next attempt. `random` is a number from 0 to 1.
 *
 * @category combinators
 */
export const delayBefore = (policy: RetryPolicy, decision: RetryDecision, random: number): Duration.Duration => {
  const throttled = decision.error._tag === "RateLimited"
  const base = Duration.toMillis(throttled ? policy.throttleDelay : policy.baseDelay)
  const bound = Math.min(base * 2 ** (decision.attempts - 1), Duration.toMillis(policy.maxDelay))
  const backoff = bound * random
  const requested = retryAfter(decision.error)
  const floor = requested._tag === "Some" ? Duration.toMillis(requested.value) : 0
  // `Retry-After` is a lower bound. A small random part on top keeps clients from returning all at once.
  // Whole milliseconds, because TestClock cannot sleep for fractions of one.
  return Duration.millis(Math.ceil(floor === 0 ? backoff : floor + Math.min(backoff, 1000)))
}

/**
 * Stops retry storms: every retry costs tokens and every success earns some. When none are left, failures are returned
 * at once until the platform responds again.
 *
 * @category models
 */
export interface RetryBudgetService {
  /** Pays for a retry after this failure. Returns the cost, or 0 when the budget is used up. */
  readonly spend: (error: ScalingoError) => Effect.Effect<number>
  /** Refunds the cost of a successful call's retries. */
  readonly refund: (spent: number) => Effect.Effect<void>
}

/**
 * The retry budget that all calls of a layer share.
 *
 * @category tags
 */
export class RetryBudget extends Context.Tag("@effect-scalingo/core/RetryPolicy/RetryBudget")<
  RetryBudget,
  RetryBudgetService
>() {}

const budgetCapacity = 500
const retryCost = 5
const timeoutCost = 10

/**
 * A budget of 500 tokens. A retry costs 5, after a timeout 10. A success refunds its retries, and at least 1.
 *
 * @category layers
 */
export const layerBudget: Layer.Layer<RetryBudget> = Layer.sync(RetryBudget, () => {
  let left = budgetCapacity
  return {
    spend: (error) =>
      Effect.sync(() => {
        const cost = error._tag === "TransportError" && error.reason === "timeout" ? timeoutCost : retryCost
        if (left < cost) return 0
        left -= cost
        return cost
      }),
    refund: (spent) =>
      Effect.sync(() => {
        left = Math.min(budgetCapacity, left + Math.max(1, spent))
      })
  }
})
