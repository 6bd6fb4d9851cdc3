/**
 * Work that many fibers wait for and that runs once at a time. It runs in a scope of its own, so interrupting the fiber
 * that started it does not affect the others. A failure is not cached.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type * as Scope from "effect/Scope"

/** Joins the current run, or starts one. The caller awaits the `Deferred`. */
export type SingleFlight<A, E> = Effect.Effect<Deferred.Deferred<A, E>>

export const make = <A, E>(
  work: Effect.Effect<A, E>,
  onFailure: Effect.Effect<void> = Effect.void
): Effect.Effect<SingleFlight<A, E>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const scope = yield* Effect.scope
    // The work belongs to all waiting fibers, so it must not inherit the region, headers or span of the one that
    // started it.
    const context = yield* Effect.context<never>()
    let flight: Deferred.Deferred<A, E> | undefined
    return Effect.suspend(() => {
      if (flight !== undefined) return Effect.succeed(flight)
      const started = Deferred.unsafeMake<A, E>(FiberId.none)
      flight = started
      return work.pipe(
        Effect.tapErrorCause(() => onFailure),
        Effect.mapInputContext<never, never>(() => context),
        Effect.interruptible,
        Effect.forkIn(scope),
        // An observer is also called for a fiber that was interrupted before its first step.
        Effect.map((fiber) =>
          fiber.addObserver((exit) => {
            flight = undefined
            Deferred.unsafeDone(started, exit)
          })
        ),
        Effect.as(started)
      )
    }).pipe(Effect.uninterruptible)
  })
