/**
 * The span of one call.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"

/**
 * Runs a call in its span. Effect prints the spans that an error has failed in. The error of a call names the call
 * itself, and several callers may share it (that of a sign-in), so it fails once more in the caller's own span.
 */
export const withCallSpan = <A, E, R>(name: string, call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catchAll(
    Effect.withSpan(call, `Scalingo.${name}`, { kind: "client", captureStackTrace: false }),
    (error) => Effect.fail(Cause.originalError(error))
  ) as Effect.Effect<A, E, R>
