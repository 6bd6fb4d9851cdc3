/**
 * The client's side of Scalingo's rate limit: a request waits here until it may be sent, instead of being refused by the
 * platform.
 *
 * The limit is a sliding window that holds on the server: in any 60 seconds, wherever they begin, at most 60 requests
 * arrive. The network delays each request by another time, so a request occupies its place from its start until a window
 * after its response headers. Effect's own rate limiters, in `effect` and `@effect/experimental`, count starts in fixed
 * windows or by token bucket: over a window that begins elsewhere they let up to twice the limit through.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as MutableList from "effect/MutableList"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { millisOf, withMillis } from "../internal/clock.js"
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
 * The right to send one request now. It occupies one place of the limit, like a lease: call `release` or `complete`
 * once. Calls after the first one do nothing.
 *
 * @category models
 */
export interface Permit {
  /** The request was not sent: its place is free at once. */
  readonly release: Effect.Effect<void>
  /** The response headers are here, or the attempt is over: the place is free a window from now. */
  readonly complete: Effect.Effect<void>
}

/**
 * The methods of {@link RateLimiter}.
 *
 * @category models
 */
export interface RateLimiterService {
  /**
   * Waits until a request may be sent. The wait can always be interrupted, which costs the others nothing: it runs where
   * interruption is off, so an implementation makes its wait `Effect.interruptible`.
   */
  readonly acquire: (priority: Priority) => Effect.Effect<Permit>
  /**
   * Like `acquire`, when a request may be sent now. `None` when it would have to wait. Without this method, `delay` is
   * asked before each `acquire`.
   */
  readonly tryAcquire?: ((priority: Priority) => Effect.Effect<Option.Option<Permit>>) | undefined
  /**
   * Blocks new requests for a duration, as a 429 demands. Never shortens a cooldown that ends later.
   */
  readonly cooldown: (duration: DurationInput) => Effect.Effect<void>
  /**
   * About how long a request would wait now; zero when it would not. Log lines and `withThrottleHandler` tell it. Without
   * this method, a wait is noticed when it has lasted 5 s.
   */
  readonly delay?: ((priority: Priority) => Effect.Effect<Duration.Duration>) | undefined
  /** The limit, for log lines. */
  readonly limit?: { readonly requests: number; readonly window: Duration.Duration } | undefined
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
 * `user` requests. Background requests that have waited for a whole window get one place in five, so that none waits
 * forever and none blocks the user's requests.
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
  isCancelled: boolean
  permit: Permit | undefined
  /** Continues the fiber that waits, once it does. */
  resume: ((result: Effect.Effect<Permit>) => void) | undefined
}

/**
 * A queue of times in one array. A list would have a node for each request of a window, which costs the garbage
 * collector more than the rest of the request.
 */
const makeTimes = () => {
  let times: Array<number> = []
  let head = 0
  return {
    size: (): number => times.length - head,
    first: (): number | undefined => times[head],
    last: (): number | undefined => times[times.length - 1],
    push: (time: number): void => {
      times.push(time)
    },
    shift: (): void => {
      head++
      if (head * 2 < times.length) return
      times = times.slice(head)
      head = 0
    }
  }
}

/** In the order of their turn. */
const priorities: ReadonlyArray<Priority> = ["urgent", "retry", "user", "background"]

/** While user requests wait, overdue background requests get every n-th place. */
const backgroundShare = 5

/**
 * A rate limiter in memory: in any window of that length, wherever it begins, at most `limit` requests arrive at the
 * server.
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
    /** Requests without response headers. */
    let inFlight = 0
    /**
     * When the places of the other requests are free, soonest first. Kept as this instant, not as the one of completion:
     * "over" and "how long until then" must be one comparison, or rounding lets all waiting requests through.
     */
    const freeAt = makeTimes()
    /** Cancelled waiters stay in their queue until they are at its front, or nobody waits. */
    const queues: Record<Priority, MutableList.MutableList<Waiter>> = {
      urgent: MutableList.empty(),
      retry: MutableList.empty(),
      user: MutableList.empty(),
      background: MutableList.empty()
    }
    let waiting = 0
    /** User requests since the last background request that went before a waiting user request. */
    let userInARow = 0
    let coolUntil = Number.NEGATIVE_INFINITY
    /** When the sleeping fiber wakes up. While a request waits, one fiber wakes up early enough for it. */
    let wakeAt = Number.POSITIVE_INFINITY
    let closed = false

    const forgetWaiters = (): void => {
      for (const queue of Object.values(queues)) MutableList.reset(queue)
      waiting = 0
    }
    const front = (priority: Priority): Waiter | undefined => {
      const queue = queues[priority]
      let waiter = MutableList.head(queue)
      while (waiter?.isCancelled === true) {
        MutableList.shift(queue)
        waiter = MutableList.head(queue)
      }
      return waiter
    }
    const nextPriority = (now: number): Priority => {
      if (front("urgent") !== undefined) return "urgent"
      if (front("retry") !== undefined) return "retry"
      const background = front("background")
      if (front("user") === undefined) return "background"
      if (background === undefined || now - background.since < window) return "user"
      if (userInARow >= backgroundShare - 1) {
        userInARow = 0
        return "background"
      }
      userInARow++
      return "user"
    }
    /** How long until the next request may start: 0 when it may start now, infinite while all places are in flight. */
    const delayUntilFree = (now: number): number => {
      let next = freeAt.first()
      while (next !== undefined && next <= now) {
        freeAt.shift()
        next = freeAt.first()
      }
      const hasPlace = inFlight + freeAt.size() < options.limit
      const whenPlace = hasPlace ? now : next ?? Number.POSITIVE_INFINITY
      return Math.max(whenPlace, coolUntil) - now
    }
    const serve = (now: number): void => {
      while (waiting > 0 && delayUntilFree(now) <= 0) {
        const waiter = MutableList.shift(queues[nextPriority(now)])
        if (waiter === undefined) return
        waiting--
        waiter.permit = startRequest()
        waiter.resume?.(Effect.succeed(waiter.permit))
      }
    }
    const setTimer: Effect.Effect<void> = withMillis((now) => {
      const at = now + delayUntilFree(now)
      if (waiting === 0 || at >= wakeAt) return Effect.void
      wakeAt = at
      const wakeUp = withMillis((now) => {
        if (wakeAt === at) wakeAt = Number.POSITIVE_INFINITY
        serve(now)
        return setTimer
      })
      return Effect.sleep(Math.max(1, Math.ceil(at - now))).pipe(
        Effect.zipRight(wakeUp),
        Effect.interruptible,
        Effect.forkIn(scope),
        Effect.asVoid
      )
    })
    // Nothing grants permits any more when the layer is gone.
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        closed = true
        for (const queue of Object.values(queues)) {
          for (const waiter of queue) {
            waiter.isCancelled = true
            waiter.resume?.(Effect.interrupt)
          }
        }
        forgetWaiters()
      })
    )

    const canStart = (now: number): boolean => waiting === 0 && delayUntilFree(now) <= 0
    const count = (now: number): void => {
      freeAt.push(now + window)
    }
    const startRequest = (): Permit => {
      inFlight++
      let open = true
      const close = (now: number, free: (now: number) => void): void => {
        open = false
        inFlight--
        free(now)
      }
      const end = (free: (now: number) => void): Effect.Effect<void> =>
        Effect.withFiberRuntime((fiber) => {
          if (!open) return Effect.void
          if (waiting === 0) {
            close(millisOf(fiber), free)
            return Effect.void
          }
          // An interruption before the timer is set would leave all waiting requests without one.
          return Effect.uninterruptible(withMillis((now) => {
            if (!open) return Effect.void
            close(now, free)
            return setTimer
          }))
        })
      return { release: end(serve), complete: end(count) }
    }

    const leave = (waiter: Waiter): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (waiter.permit !== undefined) return waiter.permit.release
        if (waiter.isCancelled) return Effect.void
        waiter.isCancelled = true
        // Only cancelled waiters are left, which nothing would remove until another request waits.
        if (--waiting === 0) forgetWaiters()
        return Effect.void
      })
    const wait = (priority: Priority, since: number): Effect.Effect<Permit> => {
      const waiter: Waiter = { since, isCancelled: false, permit: undefined, resume: undefined }
      MutableList.append(queues[priority], waiter)
      waiting++
      const turn = Effect.async<Permit>((resume) => {
        waiter.resume = resume
        if (waiter.permit !== undefined) resume(Effect.succeed(waiter.permit))
        if (waiter.isCancelled) resume(Effect.interrupt)
      })
      return Effect.zipRight(setTimer, Effect.onInterrupt(Effect.interruptible(turn), () => leave(waiter)))
    }
    const acquire = (priority: Priority): Effect.Effect<Permit> =>
      Effect.uninterruptible(
        withMillis((now) => {
          if (canStart(now)) return Effect.succeed(startRequest())
          return closed ? Effect.interrupt : wait(priority, now)
        })
      )
    // The same for all priorities: nobody waits.
    const tryAcquire = withMillis((now) => Effect.succeed(canStart(now) ? Option.some(startRequest()) : Option.none()))

    /** How many requests are served before one that joins now. */
    const countAhead = (priority: Priority): number => {
      let ahead = 0
      for (const other of priorities) {
        ahead += MutableList.length(queues[other])
        if (other === priority) return ahead
      }
      return ahead
    }
    /** An estimate: a request in flight counts as completed now, and places become free at even distances. */
    const expectedDelay = (priority: Priority, now: number): number => {
      if (canStart(now)) return 0
      const completed = freeAt.size()
      const position = countAhead(priority) - (options.limit - inFlight - completed)
      const cooldown = Math.max(0, coolUntil - now)
      if (position < 0) return cooldown
      const place = position % options.limit
      const first = freeAt.first() ?? now
      const last = freeAt.last() ?? now
      const until = place < completed ? first + (last - first) * (place / Math.max(1, completed - 1)) : now + window
      return Math.max(cooldown, until - now + Math.floor(position / options.limit) * window)
    }

    return RateLimiter.of({
      acquire,
      tryAcquire: () => tryAcquire,
      limit: { requests: options.limit, window: Duration.millis(window) },
      delay: (priority) =>
        withMillis((now) => {
          const delay = expectedDelay(priority, now)
          return Effect.succeed(delay <= 0 ? Duration.zero : Duration.millis(Math.ceil(delay)))
        }),
      cooldown: (duration) =>
        withMillis((now) => {
          coolUntil = Math.max(coolUntil, now + Duration.toMillis(duration))
          return Effect.void
        })
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

const freePermit: Permit = { release: Effect.void, complete: Effect.void }

/**
 * No limit: for a server without one, or where something else keeps it.
 *
 * @category layers
 */
export const layerNoop: Layer.Layer<RateLimiter> = /* @__PURE__ */ Layer.succeed(RateLimiter, {
  acquire: () => Effect.succeed(freePermit),
  tryAcquire: () => Effect.succeedSome(freePermit),
  cooldown: () => Effect.void,
  delay: () => Effect.succeed(Duration.zero)
})
