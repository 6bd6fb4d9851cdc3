/**
 * A lock for each key. A lock exists only while a fiber holds it or waits for it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

interface Lock {
  readonly semaphore: Effect.Semaphore
  users: number
}

interface Hold {
  readonly lock: Lock
  active: boolean
}

/** The locks that this effect holds, so that it never waits for itself. */
class Held extends Context.Reference<Held>()("@effect-scalingo/core/internal/keyedLock/Held", {
  defaultValue: (): ReadonlyArray<Hold> => []
}) {}

export interface KeyedLock {
  /**
   * Runs the effect while no other effect with the same key runs. Inside it the same key does not wait again. A fiber
   * that outlives the effect no longer holds the lock.
   */
  readonly withLock: (key: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export const make: Effect.Effect<KeyedLock> = Effect.sync(() => {
  const locks = new Map<string, Lock>()
  const enter = (key: string) =>
    Effect.sync(() => {
      const lock = locks.get(key) ?? { semaphore: Effect.unsafeMakeSemaphore(1), users: 0 }
      locks.set(key, lock)
      lock.users++
      return lock
    })
  const leave = (key: string, lock: Lock) =>
    Effect.sync(() => {
      lock.users--
      if (lock.users === 0) locks.delete(key)
    })
  const hold = <A, E, R>(effect: Effect.Effect<A, E, R>, lock: Lock, held: ReadonlyArray<Hold>) =>
    Effect.suspend(() => {
      const mine: Hold = { lock, active: true }
      return effect.pipe(
        Effect.provideService(Held, [...held, mine]),
        Effect.ensuring(Effect.sync(() => {
          mine.active = false
        }))
      )
    })
  return {
    withLock: (key) => (effect) =>
      Effect.flatMap(Held, (held) =>
        held.some((hold) => hold.active && hold.lock === locks.get(key))
          ? effect
          : Effect.acquireUseRelease(
            enter(key),
            (lock) => lock.semaphore.withPermits(1)(hold(effect, lock, held)),
            (lock) => leave(key, lock)
          ))
  }
})
