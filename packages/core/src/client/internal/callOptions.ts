/**
 * The timeout and the retry policy of a call: those of the configuration, with what its effect changes. Unlike the
 * configured ones, they may be endless, and delays may be zero.
 */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { FieldIssue } from "../../internal/parseResult.js"
import type { RetryPolicy } from "../RetryPolicy.js"

/** What applies to each attempt of a call, and to its retries. */
export interface CallOptions {
  readonly timeout: Duration.Duration
  readonly retryPolicy: RetryPolicy
}

export const expectedRetries = "an integer of at least 0, such as 3"

export const areRetries = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** The fields of a policy that are durations. */
export const delayFields = ["baseDelay", "throttleDelay", "maxDelay", "maxRetryAfter"] as const

const policyIssue = (policy: Partial<RetryPolicy>): FieldIssue | undefined => {
  if (policy.maxRetries !== undefined && !areRetries(policy.maxRetries)) {
    return { field: "retryPolicy.maxRetries", expected: expectedRetries }
  }
  const wrong = delayFields.find((field) =>
    policy[field] !== undefined && Option.isNone(Duration.decodeUnknown(policy[field]))
  )
  return wrong === undefined
    ? undefined
    : { field: `retryPolicy.${wrong}`, expected: "a duration, such as \"1 second\"" }
}

/** The options of a call, or the first wrong one. Values that callers have cast can be anything. */
export const callOptions = (
  configured: CallOptions,
  timeout: Option.Option<unknown>,
  changes: Partial<RetryPolicy>
): Either.Either<CallOptions, FieldIssue> => {
  const ownTimeout = Option.isSome(timeout)
    ? Option.filter(Duration.decodeUnknown(timeout.value), Duration.greaterThan(Duration.zero))
    : Option.some(configured.timeout)
  if (Option.isNone(ownTimeout)) {
    return Either.left({ field: "timeout", expected: "a duration above zero, such as \"30 seconds\"" })
  }
  const isChanged = Object.keys(changes).length > 0
  const issue = isChanged ? policyIssue(changes) : undefined
  return issue === undefined
    ? Either.right({
      timeout: ownTimeout.value,
      retryPolicy: isChanged ? { ...configured.retryPolicy, ...changes } : configured.retryPolicy
    })
    : Either.left(issue)
}
