/**
 * Which failures are tried again, when, and how often.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Record from "effect/Record"
import type { Repeatability } from "./ApiRequest.js"
import { isRetryable, retryAfter, type ScalingoError } from "./ScalingoError.js"

/**
 * What a decision stands on.
 *
 * @category models
 */
export interface RetryQuestion {
  readonly error: ScalingoError
  /** How often it was tried so far, from 1. */
  readonly attempts: number
  /** What repeating the request would mean. */
  readonly repeatability: Repeatability
}

/**
 * When a failed request is tried again.
 *
 * @category models
 */
export interface RetryPolicy {
  /** Tries after the first one. Default 3; 0 switches retrying off. */
  readonly maxRetries: number
  /** The first wait is at most that long; each wait is a random part of its bound. Default 500 ms. */
  readonly baseDelay: Duration.DurationInput
  /** The same for the first wait after a 429. Default 1 s. */
  readonly throttleDelay: Duration.DurationInput
  /** The bound doubles from try to try, up to this. Default 8 s. */
  readonly maxDelay: Duration.DurationInput
  /**
   * The longest wait that the platform may ask for; when it asks for more, the call fails at once with `RateLimited`
   * or `ServerError`, which says how long. Default 60 s.
   */
  readonly maxRetryAfter: Duration.DurationInput
  /**
   * Whether a request that is not safe to repeat (a POST) is also tried again when it may have been carried out:
   * after a 5xx, a lost connection or a timeout. Default `false`.
   */
  readonly retryUnsafe: boolean
  /**
   * Decides which failures are tried again, before the rules above do; `undefined` leaves the decision to them. Neither
   * `maxRetries` nor the budget can be exceeded.
   */
  readonly decide?: ((question: RetryQuestion) => boolean | undefined) | undefined
}

/**
 * What is done when nothing else is said: three retries, none of them of what is not safe to repeat.
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
 * What an effect changes of the configured policy.
 *
 * @category tags
 */
export class RetryOverride extends Context.Reference<RetryOverride>()("@effect-scalingo/core/RetryPolicy/Override", {
  defaultValue: (): Partial<RetryPolicy> => ({})
}) {}

/** A key that is there without a value must not take the configured value away. */
const withoutUndefined = (changes: Partial<RetryPolicy>): Partial<RetryPolicy> =>
  Record.filter(changes as Record.ReadonlyRecord<string, unknown>, (value) => value !== undefined)

/**
 * Changes the retry policy for the calls of an effect; what is not named stays as it is.
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
} = dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, changes: Partial<RetryPolicy>): Effect.Effect<A, E, R> =>
    Effect.flatMap(
      RetryOverride,
      (outer) => Effect.provideService(self, RetryOverride, { ...outer, ...withoutUndefined(changes) })
    )
)

/**
 * Whether the policy tries again after this failure.
 *
 * @category combinators
 */
export const shouldRetry = (policy: RetryPolicy, question: RetryQuestion): boolean => {
  if (!(question.attempts <= policy.maxRetries)) return false
  const decided = policy.decide?.(question)
  if (decided !== undefined) return decided
  const { error } = question
  if (!isRetryable(error)) return false
  const asked = retryAfter(error)
  if (asked._tag === "Some" && Duration.greaterThan(asked.value, policy.maxRetryAfter)) return false
  if (error._tag === "RateLimited") return true
  if (error._tag === "TransportError" && !error.sent) return true
  return question.repeatability === "repeatable" || policy.retryUnsafe
}

/**
 * How long to wait before the next try. `random` is a number from 0 to 1.
 *
 * @category combinators
 */
export const delayBefore = (policy: RetryPolicy, question: RetryQuestion, random: number): Duration.Duration => {
  const throttled = question.error._tag === "RateLimited"
  const base = Duration.toMillis(throttled ? policy.throttleDelay : policy.baseDelay)
  const bound = Math.min(base * 2 ** (question.attempts - 1), Duration.toMillis(policy.maxDelay))
  const backoff = bound * random
  const asked = retryAfter(question.error)
  const floor = asked._tag === "Some" ? Duration.toMillis(asked.value) : 0
  // What the platform asks for is a floor; a small random part on top keeps clients from coming back all at once.
  // Whole milliseconds: the clock of tests cannot tell the nanoseconds of a fraction.
  return Duration.millis(Math.ceil(floor === 0 ? backoff : floor + Math.min(backoff, 1000)))
}

/**
 * Stops retry storms: every retry costs, every success pays back, and when nothing is left failures come out at once
 * until the platform answers again.
 *
 * @category models
 */
export interface RetryBudgetService {
  /** Pays for a retry after this failure, and tells what it cost; 0 when the budget is used up. */
  readonly spend: (error: ScalingoError) => Effect.Effect<number>
  /** A call succeeded, whose retries have cost that much. */
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
 * 500 tokens: a retry costs 5, after a timeout 10; a success pays its retries back, or 1.
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
