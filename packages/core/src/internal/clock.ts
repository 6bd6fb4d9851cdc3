/**
 * The monotonic clock, which changes of the wall clock do not affect.
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Milliseconds, with microseconds as the fraction. */
export const unsafeMillis = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000

/** Milliseconds, with microseconds as the fraction. */
export const millis: Effect.Effect<number> = Effect.clockWith((clock) => Effect.succeed(unsafeMillis(clock)))

/** Whole milliseconds, since TestClock cannot sleep for fractions of one. */
export const wholeMillis: Effect.Effect<number> = Effect.map(millis, Math.floor)
