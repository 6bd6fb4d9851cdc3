/**
 * What is wrong with the options of a call. They may be endless or, except for the timeout, zero.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { FieldIssue } from "../../internal/parseResult.js"
import type { RetryPolicy } from "../RetryPolicy.js"

export const expectedRetries = "an integer of at least 0, such as 3"

export const areRetries = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

const delays = ["baseDelay", "throttleDelay", "maxDelay", "maxRetryAfter"] as const

/** The first wrong option. Values that callers have cast can be anything. */
export const optionIssue = (
  timeout: Option.Option<unknown>,
  policy: Partial<RetryPolicy>
): FieldIssue | undefined => {
  if (Option.isSome(timeout)) {
    const duration = Duration.decodeUnknown(timeout.value)
    if (!Option.exists(duration, Duration.greaterThan(Duration.zero))) {
      return { field: "timeout", expected: "a duration above zero, such as \"30 seconds\"" }
    }
  }
  if (policy.maxRetries !== undefined && !areRetries(policy.maxRetries)) {
    return { field: "retryPolicy.maxRetries", expected: expectedRetries }
  }
  const wrong = delays.find((key) => policy[key] !== undefined && Option.isNone(Duration.decodeUnknown(policy[key])))
  return wrong === undefined
    ? undefined
    : { field: `retryPolicy.${wrong}`, expected: "a duration, such as \"1 second\"" }
}
