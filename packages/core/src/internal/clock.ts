/**
 * The monotonic clock, which changes of the wall clock do not affect.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"

const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** Milliseconds, with microseconds as the fraction. A call reads them several times, and large integers are slow. */
export const unsafeMillis = (clock: Clock.Clock): number =>
  clock === liveClock ? performance.now() : Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000

/** Milliseconds, with microseconds as the fraction. */
export const millis: Effect.Effect<number> = Effect.clockWith((clock) => Effect.succeed(unsafeMillis(clock)))

/** Whole milliseconds, since TestClock cannot sleep for fractions of one. */
export const wholeMillis: Effect.Effect<number> = Effect.map(millis, Math.floor)
