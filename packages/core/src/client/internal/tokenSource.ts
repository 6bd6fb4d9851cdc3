/**
 * A token that renews itself: obtained when it is first needed, renewed before it expires, one exchange at a time.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { millis } from "../../internal/clock.js"
import * as SingleFlight from "../../internal/singleFlight.js"

/** A new token. Its lifetime counts from its receipt, on the monotonic clock. */
export interface IssuedToken {
  readonly token: Redacted.Redacted
  readonly life: Duration.Duration
}

export interface TokenSource<E> {
  /** A token that is valid for some minutes. Waits for an exchange when there is none. */
  readonly get: Effect.Effect<Redacted.Redacted, E>
  /** The token at hand, without waiting; `None` when an exchange is needed first. */
  readonly current: Effect.Effect<Option.Option<Redacted.Redacted>>
  /**
   * Reports a token that the server has refused. Returns `true` when a retry makes sense: this token was current and is
   * dropped, or another fiber has replaced it already.
   */
  readonly reject: (token: Redacted.Redacted) => Effect.Effect<boolean>
}

interface Held {
  readonly token: Redacted.Redacted
  /** These are milliseconds on the monotonic clock. */
  readonly receivedAt: number
  readonly refreshFrom: number
  readonly uselessFrom: number
  /** Whether it replaced a refused token. */
  readonly replacesRefused: boolean
}

/** After a failed renewal in the background, calls do not start another one for this long. */
const renewalPauseMillis = 10_000
/** A replacement that is refused within this time is not dropped: the token is not the reason. */
const youngMillis = 10_000

export const make = <E>(options: {
  readonly obtain: Effect.Effect<IssuedToken, E>
  readonly refreshAhead: Duration.Duration
  readonly minimumLeft: Duration.Duration
}): Effect.Effect<TokenSource<E>, never, Scope.Scope> =>
  Effect.gen(function*() {
    let held: Held | undefined
    let refused = false
    let noRenewalBefore = 0

    const hold = (issued: IssuedToken, receivedAt: number): void => {
      const life = Duration.toMillis(issued.life)
      held = {
        token: issued.token,
        receivedAt,
        refreshFrom: receivedAt + life - Math.min(Duration.toMillis(options.refreshAhead), life / 6),
        uselessFrom: receivedAt + life - Math.min(Duration.toMillis(options.minimumLeft), life / 12),
        replacesRefused: refused
      }
      refused = false
    }

    const exchange = yield* SingleFlight.make(
      Effect.flatMap(options.obtain, (issued) =>
        Effect.map(millis, (receivedAt) => {
          hold(issued, receivedAt)
          return issued.token
        })),
      Effect.map(millis, (at) => {
        noRenewalBefore = at + renewalPauseMillis
      })
    )

    const usable = (at: number): Held | undefined => held !== undefined && at < held.uselessFrom ? held : undefined

    return {
      get: Effect.flatMap(millis, (at) => {
        const good = usable(at)
        if (good === undefined) return Effect.flatMap(exchange, Deferred.await)
        if (at < good.refreshFrom || at < noRenewalBefore) return Effect.succeed(good.token)
        return Effect.as(exchange, good.token)
      }),
      current: Effect.map(millis, (at) => Option.map(Option.fromNullable(usable(at)), (good) => good.token)),
      reject: (token) =>
        Effect.map(millis, (at) => {
          if (held === undefined || held.token !== token) return true
          if (held.replacesRefused && at - held.receivedAt < youngMillis) return false
          held = undefined
          refused = true
          return true
        })
    }
  })

/** A token that cannot be renewed. */
export const fixed = (token: Redacted.Redacted): TokenSource<never> => ({
  get: Effect.succeed(token),
  current: Effect.succeedSome(token),
  reject: () => Effect.succeed(false)
})
