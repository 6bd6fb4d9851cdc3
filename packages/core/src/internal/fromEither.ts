/**
 * From an `Either` to an effect. In Effect 4 an `Either` (there `Result`) is no longer an effect by itself.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"

export const fromEither = <A, E>(either: Either.Either<A, E>): Effect.Effect<A, E> =>
  Either.match(either, { onLeft: (error) => Effect.fail(error), onRight: (value) => Effect.succeed(value) })
