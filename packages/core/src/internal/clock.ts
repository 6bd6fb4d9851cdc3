/**
 * The clock that only goes forward: setting the wall clock changes nothing about it.
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** In milliseconds, to the microsecond. */
export const unsafeMillis = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000

/** In milliseconds, to the microsecond. */
export const millis: Effect.Effect<number> = Effect.clockWith((clock) => Effect.sync(() => unsafeMillis(clock)))

/** Whole ones, which is all that the clock of tests can sleep. */
export const wholeMillis: Effect.Effect<number> = Effect.map(millis, Math.floor)
