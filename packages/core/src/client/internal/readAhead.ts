/**
 * Reads one page ahead of a consumer.
 */
import type { Chunk } from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** A consumer that ends at once, such as `Stream.runHead`, has ended after two turns: it costs no request. */
const whileConsumed = /* @__PURE__ */ Effect.repeatN(/* @__PURE__ */ Effect.yieldNow(), 1)

/**
 * A walk whose next page is read while the current one is consumed. The walk must have one chunk for each page.
 *
 * `Stream.bufferChunks` would do it with a queue, whose nodes refer to the next ones: each page would survive until the
 * next full garbage collection.
 */
export const readAhead = <A, E, R>(walk: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
  Stream.unwrapScoped(
    Effect.gen(function*() {
      const scope = yield* Effect.scope
      const pull = yield* Stream.toPull(walk)
      let ahead: Fiber.Fiber<Exit.Exit<Chunk<A>, Option.Option<E>>> | undefined
      // The end of the walk is a failure of the pull, and Effect logs a fiber that fails.
      const read = Effect.exit(Effect.zipRight(whileConsumed, pull))
      const advance = Effect.map(Effect.forkIn(read, scope), (fiber) => ahead = fiber)
      return Stream.repeatEffectChunkOption(
        Effect.flatMap(
          Effect.suspend(() => ahead === undefined ? advance : Effect.succeed(ahead)),
          (current) => Effect.zipLeft(Effect.flatten(Fiber.join(current)), advance)
        )
      )
    })
  )
