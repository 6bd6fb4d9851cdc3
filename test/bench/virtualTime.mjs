/**
 * Runs an effect in virtual time: whenever all fibers wait, the clock goes on to the next instant that one of them
 * waits for. The `TestClock` of Effect does the same, but takes some real milliseconds for each step, and a batch has ten
 * thousand of them.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

const makeClock = () => {
  const timers = new Set()
  let now = 0
  const nanos = () => BigInt(Math.floor(now * 1e6))
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: nanos,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.async((resume) => {
        const timer = { at: now + Duration.toMillis(duration), resume }
        timers.add(timer)
        return Effect.sync(() => timers.delete(timer))
      }),
    /** Goes on to the next instant; `false` when nothing waits for one. */
    step: () => {
      if (timers.size === 0) return false
      now = Math.max(now, Math.min(...Array.from(timers, (timer) => timer.at)))
      for (const timer of timers) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.resume(Effect.void)
      }
      return true
    }
  }
}

const macrotask = () => new Promise((resolve) => setImmediate(resolve))

/** Effect runs fibers in microtasks, and after 2,048 steps of one of them in a timer. */
const untilIdle = async (progress) => {
  for (let idle = 0, before = progress(); idle < 4; idle++) {
    await macrotask()
    const now = progress()
    if (now !== before) idle = 0
    before = now
  }
}

/** `progress` is a number that changes while fibers run. Returns the result and the virtual milliseconds. */
export const runInVirtualTime = async (effect, progress) => {
  const clock = makeClock()
  const fiber = Effect.runFork(Effect.withClock(effect, clock))
  const isRunning = () => fiber.unsafePoll() === null
  while (isRunning()) {
    await untilIdle(progress)
    if (isRunning() && !clock.step()) throw new Error("nothing is left to wait for")
  }
  return { value: await Effect.runPromise(Fiber.join(fiber)), milliseconds: clock.unsafeCurrentTimeMillis() }
}
