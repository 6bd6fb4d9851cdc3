/**
 * The monotonic clock, which changes of the wall clock do not affect.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** Milliseconds, with microseconds as the fraction. A call reads them several times, and large integers are slow. */
const unsafeMillis = (clock: Clock.Clock): number =>
  clock === liveClock ? performance.now() : Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000

/** The time on the clock of a fiber. */
export const millisOf = (fiber: Fiber.RuntimeFiber<unknown, unknown>): number =>
  unsafeMillis(Context.get(fiber.currentDefaultServices, Clock.Clock))

/** Continues with the time in milliseconds, in one step. */
export const withMillis = <A, E = never, R = never>(
  f: (now: number) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => Effect.withFiberRuntime((fiber) => f(millisOf(fiber)))

/** Milliseconds, with microseconds as the fraction. */
export const millis: Effect.Effect<number> = withMillis(Effect.succeed)

/** Whole milliseconds, since TestClock cannot sleep for fractions of one. */
export const wholeMillis: Effect.Effect<number> = Effect.map(millis, Math.floor)
