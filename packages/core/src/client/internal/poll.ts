/**
 * Polls until a final state: one request at a time, with growing delays, and never past a deadline.
 */
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Equivalence from "effect/Equivalence"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { wholeMillis } from "../../internal/clock.js"
import type { DurationInput } from "../../schema/ScalingoSchema.js"
import { isRetryable, retryAfter, type ScalingoError } from "../ScalingoError.js"

/** The last result and failure at the deadline. */
export interface LastPoll<A> {
  readonly value: A | undefined
  readonly failure: ScalingoError | undefined
}

export interface Polling<A, F, T> {
  /** One request. */
  readonly read: Effect.Effect<A, ScalingoError>
  /** Whether this value is final; `Left` when it is a failure. */
  readonly outcome: (value: A) => Either.Either<boolean, F>
  /** Equal values in a row are emitted once. */
  readonly same: Equivalence.Equivalence<A>
  readonly timeout: DurationInput
  readonly onTimeout: (seen: LastPoll<A>, timeout: Duration.Duration) => T
}

/** The option of the errors of waits: a lenient client returns values that do not fit, and they go into the error. */
export const unchecked = { disableValidation: true } as const

const firstDelay = 1000
const longestDelay = 10_000
const growth = 1.5
/** The last request is sent this long before the deadline, in milliseconds. */
const lastRequestLead = 1000

interface PollState<A> extends LastPoll<A> {
  readonly timeout: Duration.Duration
  /** On the monotonic clock, in milliseconds. */
  readonly deadline: number
  /** Before the next request, in milliseconds. */
  readonly delay: number
}

const start = <A>(input: DurationInput): Effect.Effect<PollState<A>> =>
  Effect.map(wholeMillis, (millis) => {
    const timeout = Duration.decode(input)
    return {
      timeout,
      deadline: millis + Math.ceil(Duration.toMillis(timeout)),
      delay: 0,
      value: undefined,
      failure: undefined
    }
  })

const nextDelay = (delay: number) => delay === 0 ? firstDelay : Math.min(delay * growth, longestDelay)

/** Waits, and sends requests until one succeeds. */
const pollOnce = <A, F, T>(
  polling: Polling<A, F, T>,
  before: PollState<A>
): Effect.Effect<PollState<A> & { readonly value: A }, ScalingoError | T> =>
  Effect.gen(function*() {
    const left = before.deadline - (yield* wholeMillis)
    const jitter = yield* Random.nextRange(0.8, 1.2)
    const wait = left > lastRequestLead ? Math.min(Math.round(before.delay * jitter), left - lastRequestLead) : left
    if (before.delay > 0) yield* Effect.sleep(wait)
    const remaining = before.deadline - (yield* wholeMillis)
    const result = remaining <= 0
      ? Option.none()
      : yield* Effect.timeoutOption(Effect.either(polling.read), remaining)
    if (Option.isNone(result)) return yield* Effect.fail(polling.onTimeout(before, before.timeout))
    const delay = nextDelay(before.delay)
    if (Either.isRight(result.value)) return { ...before, delay, value: result.value.right, failure: undefined }
    const failure = result.value.left
    if (!isRetryable(failure)) return yield* Effect.fail(failure)
    const asked = Option.match(retryAfter(failure), { onNone: () => 0, onSome: Duration.toMillis })
    return yield* pollOnce(polling, { ...before, delay: Math.max(delay, asked), failure })
  })

/**
 * A lenient client returns values that do not fit, so a look at one may throw. Such a value is not final, and differs
 * from the one before.
 */
const guarded = <A, F, T>(polling: Polling<A, F, T>): Polling<A, F, T> => ({
  ...polling,
  outcome: (value) => Either.getOrElse(Either.try(() => polling.outcome(value)), () => Either.right(false)),
  same: (a, b) => Either.getOrElse(Either.try(() => polling.same(a, b)), () => false)
})

/** The final value, when it is a success. */
export const settle = <A, F, T>(input: Polling<A, F, T>): Effect.Effect<A, ScalingoError | F | T> => {
  const polling = guarded(input)
  const go = (before: PollState<A>): Effect.Effect<A, ScalingoError | F | T> =>
    Effect.flatMap(pollOnce(polling, before), (seen) =>
      Either.match(polling.outcome(seen.value), {
        onLeft: (failure) => Effect.fail(failure),
        onRight: (isOver) => isOver ? Effect.succeed(seen.value) : go(seen)
      }))
  return Effect.flatMap(start<A>(polling.timeout), go)
}

/** Every value that differs from the one before, the final one included, whether success or failure. */
export const changes = <A, F, T>(input: Polling<A, F, T>): Stream.Stream<A, ScalingoError | F | T> => {
  type Next = Either.Either<PollState<A>, F>
  const polling = guarded(input)
  const step = (
    before: Next
  ): Effect.Effect<readonly [Chunk.Chunk<A>, Option.Option<Next>], ScalingoError | F | T> =>
    Either.match(before, {
      onLeft: (failure) => Effect.fail(failure),
      onRight: (before) =>
        Effect.map(pollOnce(polling, before), (seen) => {
          const isNew = before.value === undefined || !polling.same(before.value, seen.value)
          const next = Either.match(polling.outcome(seen.value), {
            onLeft: (failure) => Option.some<Next>(Either.left(failure)),
            onRight: (isOver) => isOver ? Option.none<Next>() : Option.some<Next>(Either.right(seen))
          })
          return [isNew ? Chunk.of(seen.value) : Chunk.empty<A>(), next] as const
        })
    })
  return Stream.unwrap(
    Effect.map(start<A>(polling.timeout), (first) =>
      Stream.paginateChunkEffect<Next, A, ScalingoError | F | T, never>(
        Either.right(first),
        step
      ))
  )
}
