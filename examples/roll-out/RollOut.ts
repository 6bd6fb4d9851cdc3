/**
 * The job: sets a variable on every app of a project and restarts it, with bounded concurrency and one outcome per app.
 * The failure of one app does not affect the others.
 */
import type { OperationRef } from "@effect-scalingo/core/Operation"
import {
  Apps,
  Environment,
  isNotFound,
  Operations,
  withRegion,
  withResponse,
  withRetryPolicy
} from "@effect-scalingo/core/Scalingo"
import { isScalingoError } from "@effect-scalingo/core/ScalingoError"
import { Cause, Clock, Effect, Exit, Option, Ref, Stream } from "effect"
import { type FleetApp, keyOf } from "./Fleet.js"
import { type Entry, Journal } from "./Journal.js"

export interface Outcome {
  readonly target: FleetApp
  readonly result: "done" | "failed" | "done earlier"
  readonly reason?: string
  /** 1 plus the retries of all requests for this app. */
  readonly attempts: number
  readonly seconds: number
}

export interface RollOutOptions {
  /** The name of the variable. Its value is the journal's release. */
  readonly variable: string
  /** The number of apps in progress at a time. */
  readonly concurrency: number
  readonly onStart?: (target: FleetApp) => Effect.Effect<void>
  readonly onOutcome?: (outcome: Outcome) => Effect.Effect<void>
}

/** Counts the retries of all requests of an effect, including those of a failed request. */
const counting = (attempts: Ref.Ref<number>) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  withResponse(effect).pipe(
    Effect.tap(({ responses }) =>
      Ref.update(attempts, (sum) => responses.reduce((total, response) => total + response.attempts - 1, sum))
    ),
    Effect.map(({ value }) => value),
    Effect.tapError((error) =>
      isScalingoError(error) && "attempts" in error
        ? Ref.update(attempts, (sum) => sum + error.attempts - 1)
        : Effect.void
    )
  )

/** The message of a failure. */
const reasonOf = (cause: Cause.Cause<{ readonly message: string }>): string =>
  Cause.failureOrCause(cause).pipe((failure) =>
    failure._tag === "Left" ? failure.left.message : Cause.pretty(failure.right)
  )

/** The outcome of a finished entry of the journal. `earlier` is the entry of the interrupted run. */
export const outcomeOf = (
  target: FleetApp,
  entry: Exclude<Entry, { readonly _tag: "Restarting" }>,
  earlier: Entry | undefined
): Outcome => {
  const { attempts, seconds } = entry
  if (entry._tag === "Failed") return { target, result: "failed", reason: entry.reason, attempts, seconds }
  return { target, result: earlier?._tag === "Done" ? "done earlier" : "done", attempts, seconds }
}

const rollOutApp = (target: FleetApp, options: RollOutOptions) =>
  Effect.gen(function*() {
    const apps = yield* Apps
    const environment = yield* Environment
    const operations = yield* Operations
    const journal = yield* Journal
    const key = keyOf(target)
    const app = target.app.name

    const earlier = yield* journal.get(key)
    if (Option.isSome(earlier) && earlier.value._tag === "Done") {
      return outcomeOf(target, earlier.value, earlier.value)
    }

    yield* options.onStart?.(target) ?? Effect.void
    const startedAt = yield* Clock.currentTimeMillis
    const attempts = yield* Ref.make(1)
    const counted = counting(attempts)

    const restart: Effect.Effect<OperationRef, Effect.Effect.Error<ReturnType<Apps["Type"]["restart"]>>> = Effect.gen(
      function*() {
        const variables = [{ name: options.variable, value: journal.release }]
        yield* counted(environment.bulkUpdate(app, variables))
        // A second restart does no harm, so this POST may be retried although the first attempt may have succeeded.
        const operation = yield* counted(apps.restart(app)).pipe(withRetryPolicy({ retryUnsafe: true }))
        yield* journal.set(key, { _tag: "Restarting", operation })
        return operation
      }
    )
    const finish = (operation: OperationRef) => counted(operations.await(operation))

    // The interrupted run may have left a restart in progress: await that one first.
    const work = Option.isSome(earlier) && earlier.value._tag === "Restarting"
      ? Effect.catchIf(finish(earlier.value.operation), isNotFound, () => Effect.flatMap(restart, finish))
      : Effect.flatMap(restart, finish)

    const exit = yield* Effect.exit(operations.exclusive(key)(work))
    if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return yield* Effect.interrupt
    const spent = {
      attempts: yield* Ref.get(attempts),
      seconds: ((yield* Clock.currentTimeMillis) - startedAt) / 1000
    }
    const entry = Exit.isSuccess(exit)
      ? { _tag: "Done" as const, ...spent }
      : { _tag: "Failed" as const, ...spent, reason: reasonOf(exit.cause) }
    yield* journal.set(key, entry)
    return outcomeOf(target, entry, undefined)
  }).pipe(withRegion(target.region))

/** Rolls out to all targets. The outcomes arrive in the order of completion. */
export const rollOut = (
  targets: ReadonlyArray<FleetApp>,
  options: RollOutOptions
): Stream.Stream<Outcome, never, Apps | Environment | Operations | Journal> =>
  Stream.fromIterable(targets).pipe(
    Stream.mapEffect((target) => rollOutApp(target, options), { concurrency: options.concurrency, unordered: true }),
    Stream.tap((outcome) => options.onOutcome?.(outcome) ?? Effect.void)
  )
