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
import { withPriority } from "../RateLimiter.js"
import { isBusy, isRetryable, retryAfter, type ScalingoError } from "../ScalingoError.js"
import { type WaitOptions, WaitTimeout } from "../Wait.js"

/** What a `WaitTimeout` says of the last result. */
export interface Seen<L> {
  readonly status: string | null | undefined
  readonly last: L | undefined
  /** A sentence without a full stop. */
  readonly missing?: string | undefined
}

/** What a `WaitTimeout` says of an entity that has a status. */
export const byStatus = <A extends { readonly status?: string | null | undefined }>(last: A): Seen<A> => ({
  status: last.status,
  last
})

/** What is awaited, and when it is over. */
export interface Waiting<A, F, L = A> {
  /** What the messages call it: `operation 54… of the app my-app`. */
  readonly subject: string
  /** One request. Its result alone decides, so that several waits could share it. */
  readonly read: Effect.Effect<A, ScalingoError>
  /** Whether this result is final; `Left` when it is a failure. */
  readonly outcome: (value: A) => Either.Either<boolean, F>
  readonly seen: (value: A) => Seen<L>
  readonly options: WaitOptions | undefined
  /** Where the platform takes longer than usual. */
  readonly defaultTimeout?: DurationInput | undefined
  /** Whether the time limit does not run: what is awaited has not begun, because other work goes first. */
  readonly isQueued?: ((value: A) => boolean) | undefined
  /**
   * Waits before the next request, in milliseconds: for the usual delay, or until something hints at a change. `last` is
   * the last result.
   */
  readonly pause?: ((delay: number, left: number, last: A | undefined) => Effect.Effect<void>) | undefined
  /** Whether `pause` also comes before the first request. */
  readonly pausesFirst?: boolean | undefined
}

/** The option of the errors of waits: a lenient client returns values that do not fit, and they go into the error. */
export const unchecked = { disableValidation: true } as const

const usualTimeout = "15 minutes"
/** The delays between polls, in milliseconds. */
export const firstDelay = 1000
export const longestDelay = 10_000
export const growth = 1.5
/** The last request is sent this long before the deadline, in milliseconds. */
const lastRequestLead = 1000

interface PollState<A> {
  readonly timeout: Duration.Duration
  /** On the monotonic clock, in milliseconds. */
  readonly deadline: number
  /** Before the next request, in milliseconds. */
  readonly delay: number
  /** The last result. */
  readonly value: A | undefined
  /** The failure of the last request, if it failed. */
  readonly failure: ScalingoError | undefined
  /** Whether the platform has asked for a longer delay than the usual one. */
  readonly isHeldBack: boolean
}

const deadlineAfter = (timeout: Duration.Duration): Effect.Effect<number> =>
  Effect.map(wholeMillis, (millis) => millis + Math.ceil(Duration.toMillis(timeout)))

const start = <A, F, L>({ defaultTimeout, options }: Waiting<A, F, L>): Effect.Effect<PollState<A>> => {
  const timeout = Duration.decode(options?.timeout ?? defaultTimeout ?? usualTimeout)
  return Effect.map(deadlineAfter(timeout), (deadline) => ({
    timeout,
    deadline,
    delay: 0,
    value: undefined,
    failure: undefined,
    isHeldBack: false
  }))
}

const timedOut = <A, F, L>({ seen, subject }: Waiting<A, F, L>, { failure, timeout, value }: PollState<A>) => {
  const { last, missing, status }: Partial<Seen<L>> = value === undefined ? {} : seen(value)
  return new WaitTimeout<L>(
    { subject, timeout, status: status ?? undefined, last, missing, lastFailure: failure },
    unchecked
  )
}

const jittered = (delay: number): Effect.Effect<number> =>
  Effect.map(Random.nextRange(0.8, 1.2), (jitter) => Math.round(delay * jitter))

const nextDelay = (delay: number) => delay === 0 ? firstDelay : Math.min(delay * growth, longestDelay)

/** Waits, and sends requests until one succeeds. */
const pollOnce = <A, F, L>(
  waiting: Waiting<A, F, L>,
  before: PollState<A>
): Effect.Effect<PollState<A> & { readonly value: A }, ScalingoError | WaitTimeout<L>> =>
  Effect.gen(function*() {
    const left = before.deadline - (yield* wholeMillis)
    const delay = yield* jittered(before.delay)
    const wait = before.delay === 0 ? 0 : left > lastRequestLead ? Math.min(delay, left - lastRequestLead) : left
    if (before.delay > 0 || waiting.pausesFirst === true) {
      yield* waiting.pause === undefined || before.isHeldBack
        ? Effect.sleep(wait)
        : waiting.pause(wait, Math.max(left - lastRequestLead, wait), before.value)
    }
    const remaining = before.deadline - (yield* wholeMillis)
    const result = remaining <= 0
      ? Option.none()
      : yield* Effect.timeoutOption(Effect.either(withPriority(waiting.read, "background")), remaining)
    if (Option.isNone(result)) return yield* timedOut(waiting, before)
    const next = nextDelay(before.delay)
    if (Either.isRight(result.value)) {
      const value = result.value.right
      const deadline = waiting.isQueued?.(value) === true ? yield* deadlineAfter(before.timeout) : before.deadline
      return { ...before, deadline, delay: next, value, failure: undefined, isHeldBack: false }
    }
    const failure = result.value.left
    if (!isRetryable(failure)) return yield* Effect.fail(failure)
    const asked = Option.match(retryAfter(failure), { onNone: () => 0, onSome: Duration.toMillis })
    return yield* pollOnce(waiting, { ...before, delay: Math.max(next, asked), failure, isHeldBack: asked > next })
  })

/** A lenient client returns values that do not fit, so a look at one may throw. */
export const guard = <A>(look: () => A, otherwise: A): A => Either.getOrElse(Either.try(look), () => otherwise)

/** A value that does not fit is not final, and differs from the one before. */
const guarded = <A, F, L>(waiting: Waiting<A, F, L>): Waiting<A, F, L> => ({
  ...waiting,
  outcome: (value) => guard(() => waiting.outcome(value), Either.right(false)),
  isQueued: (value) => guard(() => waiting.isQueued?.(value) === true, false),
  seen: (value) => guard(() => waiting.seen(value), { status: undefined, last: undefined })
})

/** The final result, when it is a success. */
export const settle = <A, F, L = A>(
  input: Waiting<A, F, L>
): Effect.Effect<A, ScalingoError | F | WaitTimeout<L>> => {
  const waiting = guarded(input)
  const go = (before: PollState<A>): Effect.Effect<A, ScalingoError | F | WaitTimeout<L>> =>
    Effect.flatMap(pollOnce(waiting, before), (seen) =>
      Either.match(waiting.outcome(seen.value), {
        onLeft: (failure) => Effect.fail(failure),
        onRight: (isOver) => isOver ? Effect.succeed(seen.value) : go(seen)
      }))
  return Effect.flatMap(Effect.suspend(() => start(waiting)), go)
}

/** Every result that differs from the one before, the final one included, whether success or failure. */
export const changes = <A, F, L = A>(
  input: Waiting<A, F, L>,
  equivalence: Equivalence.Equivalence<A>
): Stream.Stream<A, ScalingoError | F | WaitTimeout<L>> => {
  const waiting = guarded(input)
  const same: Equivalence.Equivalence<A> = (a, b) => guard(() => equivalence(a, b), false)
  type Next = Either.Either<PollState<A>, F>
  type Failure = ScalingoError | F | WaitTimeout<L>
  const step = (before: Next): Effect.Effect<readonly [Chunk.Chunk<A>, Option.Option<Next>], Failure> =>
    Either.match(before, {
      onLeft: (failure) => Effect.fail(failure),
      onRight: (before) =>
        Effect.map(pollOnce(waiting, before), (seen) => {
          const isNew = before.value === undefined || !same(before.value, seen.value)
          const next = Either.match(waiting.outcome(seen.value), {
            onLeft: (failure) => Option.some<Next>(Either.left(failure)),
            onRight: (isOver) => isOver ? Option.none<Next>() : Option.some<Next>(Either.right(seen))
          })
          return [isNew ? Chunk.of(seen.value) : Chunk.empty<A>(), next] as const
        })
    })
  return Stream.unwrap(
    Effect.map(
      Effect.suspend(() => start(waiting)),
      (first) => Stream.paginateChunkEffect<Next, A, Failure, never>(Either.right(first), step)
    )
  )
}

/**
 * Sends a request again while the platform refuses it because the app is busy, after the same delays as a wait. Without
 * `limit`, the request is sent once. A request is never interrupted, since it may be carried out.
 */
export const whileBusy = <A>(
  request: Effect.Effect<A, ScalingoError>,
  limit: DurationInput | undefined
): Effect.Effect<A, ScalingoError> => {
  if (limit === undefined) return request
  const again = withPriority(request, "background")
  const go = (attempt: Effect.Effect<A, ScalingoError>, deadline: number, before: number): typeof request =>
    Effect.catchIf(attempt, isBusy, (busy) =>
      Effect.gen(function*() {
        const left = deadline - (yield* wholeMillis)
        if (left <= 0) return yield* busy
        const delay = nextDelay(before)
        yield* Effect.sleep(Math.min(yield* jittered(delay), left))
        return yield* go(again, deadline, delay)
      }))
  return Effect.flatMap(
    Effect.suspend(() => deadlineAfter(Duration.decode(limit))),
    (deadline) => go(request, deadline, 0)
  )
}
