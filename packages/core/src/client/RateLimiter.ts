/**
 * The client's side of Scalingo's rate limit: a request waits here until it may be sent, instead of being refused by the
 * platform.
 *
 * The limit is a sliding window: in any 60 seconds, wherever they begin, at most 60 requests start. Effect's own rate
 * limiters, in `effect` and `@effect/experimental`, count in fixed windows or by token bucket. Over a window that begins
 * elsewhere they let up to twice the limit through.
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
import type { DurationInput } from "../schema/ScalingoSchema.js"
import { ScalingoConfig } from "./ScalingoConfig.js"

/**
 * The order of waiting requests: first `urgent` (sign-ins), then `retry`, then `user` (the default), then `background`
 * (polling).
 *
 * @category models
 */
export type Priority = "urgent" | "retry" | "user" | "background"

/**
 * The right to send one request now.
 *
 * @category models
 */
export interface Permit {
  /** For a request that was not sent after all: the next one in line gets the permit. Call it once at most. */
  readonly release: Effect.Effect<void>
}

/**
 * The methods of {@link RateLimiter}.
 *
 * @category models
 */
export interface RateLimiterService {
  /**
   * Waits until a request may be sent. Interrupting a caller that waits costs the others nothing.
   */
  readonly acquire: (priority: Priority) => Effect.Effect<Permit>
  /**
   * Blocks new requests for a duration, as a 429 demands. Never shortens a cooldown that ends later.
   */
  readonly cooldown: (duration: DurationInput) => Effect.Effect<void>
}

/**
 * The rate limiter that all services, regions and fibers of a layer share.
 *
 * @category tags
 */
export class RateLimiter extends Context.Tag("@effect-scalingo/core/RateLimiter")<RateLimiter, RateLimiterService>() {}

/**
 * The priority of the requests in an effect. Default `user`.
 *
 * @category tags
 */
export class RequestPriority extends Context.Reference<RequestPriority>()(
  "@effect-scalingo/core/RateLimiter/RequestPriority",
  { defaultValue: (): Priority => "user" }
) {}

/**
 * Sets the priority of the requests in an effect. When the rate limit is used up, `background` requests wait behind
 * `user` requests. A background request that has waited for a whole window goes first, so that none waits forever.
 *
 * @category combinators
 */
export const withPriority: {
  (priority: "user" | "background"): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, priority: "user" | "background"): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, priority: "user" | "background"): Effect.Effect<A, E, R> =>
    Effect.provideService(self, RequestPriority, priority)
)

interface Waiter {
  readonly since: number
  readonly grant: (startedAt: number) => void
  readonly cancel: () => void
}

/**
 * A rate limiter in memory: in any window of that length, wherever it begins, at most `limit` requests start.
 *
 * @category constructors
 */
export const make = (options: {
  readonly limit: number
  readonly window: DurationInput
}): Effect.Effect<RateLimiterService, never, Scope.Scope> =>
  Effect.gen(function*() {
    const scope = yield* Effect.scope
    const window = Duration.toMillis(options.window)
    const starts: Array<number> = []
    const queues: Record<Priority, Array<Waiter>> = { urgent: [], retry: [], user: [], background: [] }
    let coolUntil = Number.NEGATIVE_INFINITY
    /** When the sleeping fiber wakes up. While a request waits, one fiber wakes up early enough for it. */
    let wakeAt = Number.POSITIVE_INFINITY
    let closed = false

    const waiting = () => Object.values(queues).some((queue) => queue.length > 0)
    const nextWaiter = (now: number): Waiter | undefined => {
      const oldestBackground = queues.background[0]
      const overdue = oldestBackground !== undefined && now - oldestBackground.since >= window
      return queues.urgent.shift() ?? queues.retry.shift() ?? (overdue ? queues.background.shift() : undefined) ??
        queues.user.shift() ?? queues.background.shift()
    }
    /** How long until the next request may start; 0 when it may start now. */
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
    // Nothing grants permits any more when the layer is gone.
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        closed = true
        for (const queue of Object.values(queues)) for (const waiter of queue.splice(0)) waiter.cancel()
      })
    )

    const release = (startedAt: number): Effect.Effect<void> =>
      Effect.clockWith((clock) =>
        Effect.suspend(() => {
          const index = starts.indexOf(startedAt)
          if (index !== -1) starts.splice(index, 1)
          serve(unsafeMillis(clock))
          return setTimer
        })
      )
    const permit = (startedAt: number): Permit => ({ release: release(startedAt) })

    const acquire = (priority: Priority): Effect.Effect<Permit> =>
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
            if (granted !== undefined) return release(granted)
            const index = queue.indexOf(waiter)
            if (index !== -1) queue.splice(index, 1)
            return Effect.void
          })
          return Effect.zipRight(setTimer, Effect.onInterrupt(restore(Deferred.await(turn)), () => leave))
        })
      )

    return RateLimiter.of({
      acquire,
      cooldown: (duration) =>
        Effect.clockWith((clock) =>
          Effect.sync(() => {
            coolUntil = Math.max(coolUntil, unsafeMillis(clock) + Duration.toMillis(duration))
          })
        )
    })
  })

/**
 * The rate limiter of the configuration: 60 requests in any 60 seconds by default.
 *
 * @category layers
 */
export const layer: Layer.Layer<RateLimiter, never, ScalingoConfig> = Layer.scoped(
  RateLimiter,
  Effect.flatMap(ScalingoConfig, (config) => make(config.rateLimit))
)

/**
 * No limit: for a server without one, or where something else keeps it.
 *
 * @category layers
 */
export const layerNoop: Layer.Layer<RateLimiter> = Layer.succeed(RateLimiter, {
  acquire: () => Effect.succeed({ release: Effect.void }),
  cooldown: () => Effect.void
})
