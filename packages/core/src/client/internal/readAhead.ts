/**
 * Reads one page ahead of a consumer.
 */
import type { Chunk } from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/**
 * A walk whose next page is read while the current one is consumed. The walk must have one chunk for each page.
 *
 * There is no queue: its nodes refer to the next ones, so that each page would survive until the next full garbage
 * collection.
 */
export const readAhead = <A, E, R>(walk: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
  Stream.unwrapScoped(
    Effect.gen(function*() {
      const scope = yield* Effect.scope
      const pull = yield* Stream.toPull(walk)
      let ahead: Fiber.Fiber<Chunk<A>, Option.Option<E>> | undefined
      const advance = Effect.map(Effect.forkIn(pull, scope), (next) => ahead = next)
      return Stream.repeatEffectChunkOption(
        Effect.flatMap(
          Effect.suspend(() => ahead === undefined ? advance : Effect.succeed(ahead)),
          (current) => Effect.zipLeft(Fiber.join(current), advance)
        )
      )
    })
  )
