/**
 * The client's side of Scalingo's request limit: calls wait here for their turn instead of being refused there.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { unsafeMillis } from "../internal/clock.js"
import { ScalingoConfig } from "./ScalingoConfig.js"

/**
 * Who goes first when calls wait: `urgent` is the sign-in's, `again` is for calls that have waited before and are tried
 * once more, `user` is the default, `background` the pollers'.
 *
 * @category models
 */
export type Priority = "urgent" | "again" | "user" | "background"

/**
 * The right to send one request now.
 *
 * @category models
 */
export interface Permit {
  /** For a request that was not sent after all: the next in line gets its place. To be called once. */
  readonly giveBack: Effect.Effect<void>
}

/**
 * The methods of {@link Quota}.
 *
 * @category models
 */
export interface Service {
  /**
   * Waits for its turn. A caller that is interrupted while it waits loses nothing for the others.
   */
  readonly take: (priority: Priority) => Effect.Effect<Permit>
  /**
   * Lets nobody start for that long: what a 429 asks for. A cooldown that ends later stays.
   */
  readonly cooldown: (duration: Duration.DurationInput) => Effect.Effect<void>
}

/**
 * The request quota that all services, regions and fibers of a layer share.
 *
 * @category tags
 */
export class Quota extends Context.Tag("@effect-scalingo/core/Quota")<Quota, Service>() {}

/**
 * The priority of the calls in an effect, `user` by default.
 *
 * @category tags
 */
export class CallPriority extends Context.Reference<CallPriority>()("@effect-scalingo/core/Quota/CallPriority", {
  defaultValue: (): Priority => "user"
}) {}

/**
 * Lets the calls of an effect wait behind (`background`) or among (`user`) the others when the quota is used up.
 * A background call that has waited for a whole window goes first, so that nothing waits for ever.
 *
 * @category combinators
 */
export const withPriority: {
  (priority: "user" | "background"): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, priority: "user" | "background"): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, priority: "user" | "background"): Effect.Effect<A, E, R> =>
    Effect.provideService(self, CallPriority, priority)
)

interface Waiter {
  readonly since: number
  readonly grant: (startedAt: number) => void
  readonly cancel: () => void
}

/**
 * A quota in memory: in any window of that length, wherever it begins, at most `limit` requests start.
 *
 * @category constructors
 */
export const make = (options: {
  readonly limit: number
  readonly window: Duration.DurationInput
}): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function*() {
    const scope = yield* Effect.scope
    const window = Duration.toMillis(options.window)
    const starts: Array<number> = []
    const queues: Record<Priority, Array<Waiter>> = { urgent: [], again: [], user: [], background: [] }
    let coolUntil = Number.NEGATIVE_INFINITY
    /** When the sleeping fiber looks again; there is one that looks early enough, as long as somebody waits. */
    let wakeAt = Number.POSITIVE_INFINITY
    let closed = false

    const waiting = () => Object.values(queues).some((queue) => queue.length > 0)
    const nextWaiter = (now: number): Waiter | undefined => {
      const oldestPoll = queues.background[0]
      const overdue = oldestPoll !== undefined && now - oldestPoll.since >= window
      return queues.urgent.shift() ?? queues.again.shift() ?? (overdue ? queues.background.shift() : undefined) ??
        queues.user.shift() ?? queues.background.shift()
    }
    /** How long until the next start is allowed; 0 when it is now. */
    const delayUntilFree = (now: number): number => {
      while (starts.length > 0 && starts[0]! <= now - window) starts.shift()
      const whenSlot = starts.length < options.limit ? now : starts[0]! + window
      return Math.max(whenSlot, coolUntil) - now
    }
    const serve = (now: number): void => {
      while (waiting() && delayUntilFree(now) <= 0) {
        starts.push(now)
        nextWaiter(now)?.grant(now)
      }
    }
    const setTimer: Effect.Effect<void> = Effect.clockWith((clock) =>
      Effect.suspend(() => {
        const now = unsafeMillis(clock)
        const at = now + delayUntilFree(now)
        if (!waiting() || at >= wakeAt) return Effect.void
        wakeAt = at
        const look = Effect.suspend(() => {
          if (wakeAt === at) wakeAt = Number.POSITIVE_INFINITY
          serve(unsafeMillis(clock))
          return setTimer
        })
        return Effect.sleep(Math.max(1, Math.ceil(at - now))).pipe(
          Effect.zipRight(look),
          Effect.interruptible,
          Effect.forkIn(scope),
          Effect.asVoid
        )
      })
    )
    // Nobody serves those who still wait when the layer is gone.
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        closed = true
        for (const queue of Object.values(queues)) for (const waiter of queue.splice(0)) waiter.cancel()
      })
    )

    const giveBack = (startedAt: number): Effect.Effect<void> =>
      Effect.clockWith((clock) =>
        Effect.suspend(() => {
          const index = starts.indexOf(startedAt)
          if (index !== -1) starts.splice(index, 1)
          serve(unsafeMillis(clock))
          return setTimer
        })
      )
    const permit = (startedAt: number): Permit => ({ giveBack: giveBack(startedAt) })

    const take = (priority: Priority): Effect.Effect<Permit> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.clockWith((clock) => {
          const now = unsafeMillis(clock)
          if (!waiting() && delayUntilFree(now) <= 0) {
            starts.push(now)
            return Effect.succeed(permit(now))
          }
          if (closed) return Effect.interrupt
          let granted: number | undefined
          const turn = Deferred.unsafeMake<Permit>(FiberId.none)
          const waiter: Waiter = {
            since: now,
            grant: (startedAt) => {
              granted = startedAt
              Deferred.unsafeDone(turn, Effect.succeed(permit(startedAt)))
            },
            cancel: () => Deferred.unsafeDone(turn, Effect.interrupt)
          }
          const queue = queues[priority]
          queue.push(waiter)
          const leave = Effect.suspend(() => {
            if (granted !== undefined) return giveBack(granted)
            const index = queue.indexOf(waiter)
            if (index !== -1) queue.splice(index, 1)
            return Effect.void
          })
          return Effect.zipRight(setTimer, Effect.onInterrupt(restore(Deferred.await(turn)), () => leave))
        })
      )

    return Quota.of({
      take,
      cooldown: (duration) =>
        Effect.clockWith((clock) =>
          Effect.sync(() => {
            coolUntil = Math.max(coolUntil, unsafeMillis(clock) + Duration.toMillis(duration))
          })
        )
    })
  })

/**
 * The quota of the configuration: 60 requests in any 60 seconds unless it says otherwise.
 *
 * @category layers
 */
export const layer: Layer.Layer<Quota, never, ScalingoConfig> = Layer.scoped(
  Quota,
  Effect.flatMap(ScalingoConfig, (config) => make(config.quota))
)

/**
 * No quota at all: for a server of one's own, or where something else keeps the limit.
 *
 * @category layers
 */
export const layerNoop: Layer.Layer<Quota> = Layer.succeed(Quota, {
  take: () => Effect.succeed({ giveBack: Effect.void }),
  cooldown: () => Effect.void
})
