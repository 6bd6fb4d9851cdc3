/**
 * A token that renews itself: obtained when it is first needed, renewed before it expires, one exchange at a time.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { millis, withMillis } from "../../internal/clock.js"
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
   * Reports a token that the server has refused, and waits for another one. Returns `true` when there is another one.
   * The refused token stays in use until then: the reason may be that the account has no access to one resource. For the
   * same reason repeated reports start ever fewer exchanges.
   */
  readonly reject: (token: Redacted.Redacted) => Effect.Effect<boolean>
}

/** How to look at the token of a source without an effect. A service that a user has derived from it is not in here. */
const looks = new WeakMap<object, (at: number) => Redacted.Redacted | undefined>()

/**
 * The token at hand at an instant of the monotonic clock, in milliseconds. `undefined` when it needs a renewal, and for a
 * source that is not of this module.
 */
export const freshToken = (source: TokenSource<unknown>, at: number): Redacted.Redacted | undefined =>
  looks.get(source)?.(at)

interface Held {
  readonly token: Redacted.Redacted
  /** These are milliseconds on the monotonic clock. */
  readonly refreshFrom: number
  readonly uselessFrom: number
}

/** After a failed renewal, calls do not start another one for this long. */
const renewalPauseMillis = 10_000
/** The longest pause between replacements of refused tokens. */
const longestPauseMillis = 30 * 60_000

export const make = <E>(options: {
  readonly obtain: Effect.Effect<IssuedToken, E>
  readonly refreshAhead: Duration.Duration
  readonly minimumLeft: Duration.Duration
}): Effect.Effect<TokenSource<E>, never, Scope.Scope> =>
  Effect.gen(function*() {
    let held: Held | undefined
    let noRenewalBefore = 0
    /** The token that the exchange under way is to replace, because the server has refused it. */
    let refused: Redacted.Redacted | undefined
    /** Replacements of refused tokens in a row. */
    let replacements = 0
    let noReplacementBefore = 0

    const hold = (issued: IssuedToken, receivedAt: number): void => {
      const life = Duration.toMillis(issued.life)
      const isReplacement = refused !== undefined && refused === held?.token
      refused = undefined
      // When new tokens are refused as well, the token is not the reason: the account has no access to something.
      replacements = isReplacement ? replacements + 1 : 0
      noReplacementBefore = isReplacement
        ? receivedAt + Math.min(renewalPauseMillis * 2 ** (replacements - 1), longestPauseMillis)
        : 0
      held = {
        token: issued.token,
        refreshFrom: receivedAt + life - Math.min(Duration.toMillis(options.refreshAhead), life / 6),
        uselessFrom: receivedAt + life - Math.min(Duration.toMillis(options.minimumLeft), life / 12)
      }
    }

    const exchange = yield* SingleFlight.make(
      Effect.flatMap(options.obtain, (issued) =>
        Effect.map(millis, (receivedAt) => {
          hold(issued, receivedAt)
          return issued.token
        })),
      Effect.map(millis, (at) => {
        noRenewalBefore = at + renewalPauseMillis
        noReplacementBefore = Math.max(noReplacementBefore, noRenewalBefore)
        refused = undefined
      })
    )

    const usable = (at: number): Held | undefined => held !== undefined && at < held.uselessFrom ? held : undefined

    const source: TokenSource<E> = {
      get: withMillis((at) => {
        const valid = usable(at)
        if (valid === undefined) return Effect.flatMap(exchange, Deferred.await)
        if (at < valid.refreshFrom || at < noRenewalBefore) return Effect.succeed(valid.token)
        return Effect.as(exchange, valid.token)
      }),
      current: withMillis((at) => {
        const valid = usable(at)
        return valid === undefined ? Effect.succeedNone : Effect.succeedSome(valid.token)
      }),
      reject: (token) =>
        withMillis((at) => {
          if (held?.token !== token) return Effect.succeed(true)
          if (at < noReplacementBefore) return Effect.succeed(false)
          refused = token
          // The refused token stays in use until there is a new one: other calls may well succeed with it.
          return Effect.isSuccess(Effect.flatMap(exchange, Deferred.await))
        })
    }
    looks.set(source, (at) => held !== undefined && at < held.refreshFrom ? held.token : undefined)
    return source
  })

/** A token that cannot be renewed. */
export const fixed = (token: Redacted.Redacted): TokenSource<never> => {
  const source: TokenSource<never> = {
    get: Effect.succeed(token),
    current: Effect.succeedSome(token),
    reject: () => Effect.succeed(false)
  }
  looks.set(source, () => token)
  return source
}
