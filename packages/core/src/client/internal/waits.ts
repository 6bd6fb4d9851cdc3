/**
 * The calls that wait for the rate limiter or for a retry: one line in the log for each waiting period, and the handlers
 * of `withThrottleHandler`.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as HashMap from "effect/HashMap"
import * as List from "effect/List"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { withMillis } from "../../internal/clock.js"
import type { Permit, Priority, RateLimiterService } from "../RateLimiter.js"
import type { ScalingoError } from "../ScalingoError.js"

/**
 * A call that waits before one of its attempts.
 *
 * @category models
 */
export interface Throttle {
  /** The library's name of the call, such as `Apps.restart`. */
  readonly endpoint: string
  /** What the call waits for: a permit of the rate limiter, or a retry. */
  readonly reason: "rate-limit" | "retry"
  /** The failure that is retried: a `RateLimited` (429), a `ServerError` (503) … */
  readonly error: Option.Option<ScalingoError>
  /** How long the wait will take, as far as is known. `None` with a rate limiter that does not tell. */
  readonly delay: Option.Option<Duration.Duration>
  /** The number of the attempt that waits, from 1. */
  readonly attempt: number
}

/**
 * What runs when a call in an effect has to wait, see `withThrottleHandler`.
 *
 * @category tags
 */
export class ThrottleHandler
  extends Context.Reference<ThrottleHandler>()("@effect-scalingo/core/RequestOptions/ThrottleHandler", {
    defaultValue: (): Option.Option<(throttle: Throttle) => Effect.Effect<void>> => Option.none()
  })
{}

/** Shorter waits are not worth a line. */
const thresholdMillis = 5000

/** A call that waits. Times are milliseconds on the monotonic clock. */
interface Waiter {
  readonly since: number
  readonly until: number | undefined
  readonly error: ScalingoError | undefined
  /** The handler, if it has not run. */
  readonly notify: Effect.Effect<void> | undefined
}

/** The waiting calls of a layer. */
export interface Waits {
  /** Waits for a permit. Nothing is recorded when there is one at once. */
  readonly acquire: (
    rateLimiter: RateLimiterService,
    priority: Priority,
    call: { readonly endpoint: string; readonly attempt: number }
  ) => Effect.Effect<Permit>
  /** Waits for a retry. */
  readonly sleep: (
    delay: Duration.Duration,
    call: { readonly endpoint: string; readonly attempt: number; readonly error: ScalingoError }
  ) => Effect.Effect<void>
  /** The platform has responded 429: for this long, it is the reason why calls wait for the rate limiter. */
  readonly throttled: (duration: Duration.Duration) => Effect.Effect<void>
}

const about = (millis: number): string =>
  millis < 120_000 ? `${Math.max(1, Math.ceil(millis / 1000))} s` : `${Math.ceil(millis / 60_000)} min`

const failureName = (error: ScalingoError): string =>
  "status" in error ? String(error.status) : error._tag === "TransportError" ? error.code ?? error.reason : error._tag

export const make = (limit: RateLimiterService["limit"]): Effect.Effect<Waits, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const waiting = new Set<Waiter>()
    /** Those that the watcher has to look at after 5 s: the first ones of a period, and those with a handler. */
    const watched = new Set<Waiter>()
    /** Whether this waiting period has its line. */
    let isLogged = false
    let hasWatcher = false
    let watcher: Fiber.Fiber<void> | undefined
    let throttledUntil = Number.NEGATIVE_INFINITY

    const line = (now: number): string => {
      const limited = throttledUntil > now
        ? "for the rate limit of the platform (it responded 429)"
        : limit === undefined
        ? "for the rate limiter"
        : `for the rate limit (${limit.requests} requests in ${about(Duration.toMillis(limit.window))})`
      const reasons = new Map<string, number>()
      let latest: number | undefined
      for (const { error, until } of waiting) {
        const reason = error === undefined ? limited : `for a retry after ${failureName(error)}`
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
        if (until !== undefined) latest = Math.max(latest ?? until, until)
      }
      const [oldest] = waiting
      const verb = waiting.size === 1 ? "1 call waits" : `${waiting.size} calls wait`
      const longest = waiting.size === 1 ? "" : "the longest "
      const time = latest === undefined
        ? `${longest}for ${about(now - (oldest?.since ?? now))} so far`
        : `${longest}for about ${about(latest - now)} more`
      const [first] = reasons.keys()
      return reasons.size === 1
        ? `Scalingo: ${verb} ${first}, ${time}`
        : `Scalingo: ${verb}, ${time}: ${[...reasons].map(([reason, count]) => `${count} ${reason}`).join(", ")}`
    }

    /** Handles the calls that have waited long enough, and sleeps until the next one has. */
    const watch: Effect.Effect<void> = withMillis((now) => {
      const notices: Array<Effect.Effect<void>> = []
      let next: number | undefined
      for (const waiter of watched) {
        if (now - waiter.since < thresholdMillis) {
          next = waiter.since + thresholdMillis - now
          break
        }
        watched.delete(waiter)
        if (!isLogged) {
          isLogged = true
          notices.push(Effect.logInfo(line(now)))
          for (const other of watched) if (other.notify === undefined) watched.delete(other)
        }
        if (waiter.notify !== undefined) notices.push(Effect.asVoid(Effect.forkIn(waiter.notify, scope)))
      }
      if (next === undefined) {
        hasWatcher = false
        watcher = undefined
      }
      const rest = next === undefined ? Effect.void : Effect.zipRight(Effect.sleep(Math.ceil(next)), watch)
      return notices.length === 0 ? rest : Effect.zipRight(Effect.all(notices, { discard: true }), rest)
    })

    /** One fiber for all calls. It must not log with the annotations of the call that happens to start it. */
    const startWatcher: Effect.Effect<void> = Effect.suspend(() => {
      if (hasWatcher) return Effect.void
      hasWatcher = true
      return Effect.zipRight(Effect.sleep(thresholdMillis), watch).pipe(
        Effect.locally(FiberRef.currentLogAnnotations, HashMap.empty()),
        Effect.locally(FiberRef.currentLogSpan, List.empty()),
        Effect.interruptible,
        Effect.forkIn(scope),
        Effect.map((fiber) => {
          if (hasWatcher) watcher = fiber
        })
      )
    })

    const leave = (waiter: Waiter): Effect.Effect<void> =>
      Effect.suspend(() => {
        waiting.delete(waiter)
        watched.delete(waiter)
        if (waiting.size === 0) isLogged = false
        if (watched.size > 0 || watcher === undefined) return Effect.void
        const idle = watcher
        hasWatcher = false
        watcher = undefined
        return Effect.asVoid(Fiber.interruptFork(idle))
      })

    const record = <A, E>(throttle: Throttle, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(ThrottleHandler, (handler) =>
          withMillis((since) => {
            const delay = Option.getOrUndefined(Option.map(throttle.delay, Duration.toMillis))
            const notify = Option.getOrUndefined(
              Option.map(handler, (run) => Effect.interruptible(Effect.suspend(() => run(throttle))))
            )
            const notifyNow = notify !== undefined && delay !== undefined && delay > thresholdMillis
            const waiter: Waiter = {
              since,
              until: delay === undefined ? undefined : since + delay,
              error: Option.getOrUndefined(throttle.error),
              notify: notifyNow ? undefined : notify
            }
            waiting.add(waiter)
            const isWatched = !isLogged || waiter.notify !== undefined
            if (isWatched) watched.add(waiter)
            const watching = isWatched ? startWatcher : Effect.void
            const begin = notifyNow ? Effect.zipRight(watching, Effect.fork(notify)) : watching
            return Effect.zipRight(begin, Effect.onExit(restore(effect), () => leave(waiter)))
          }))
      )

    return {
      acquire: (rateLimiter, priority, call) => {
        const permit = rateLimiter.acquire(priority)
        const waitFor = (delay: Option.Option<Duration.Duration>) =>
          record({ ...call, reason: "rate-limit", error: Option.none(), delay }, permit)
        const wait = rateLimiter.delay === undefined
          ? waitFor(Option.none())
          : Effect.flatMap(
            rateLimiter.delay(priority),
            (delay) => Duration.toMillis(delay) <= 0 ? permit : waitFor(Option.some(delay))
          )
        return rateLimiter.tryAcquire === undefined
          ? wait
          : Effect.flatMap(
            rateLimiter.tryAcquire(priority),
            Option.match({ onNone: () => wait, onSome: Effect.succeed })
          )
      },
      sleep: (delay, { error, ...call }) =>
        Duration.toMillis(delay) <= thresholdMillis
          ? Effect.sleep(delay)
          : record(
            { ...call, reason: "retry", error: Option.some(error), delay: Option.some(delay) },
            Effect.sleep(delay)
          ),
      throttled: (duration) =>
        withMillis((now) => {
          throttledUntil = Math.max(throttledUntil, now + Duration.toMillis(duration))
          return Effect.void
        })
    }
  })
