/**
 * Reads one page ahead of a consumer.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * A walk whose next page is read while the current one is consumed. `walk` makes the stream from a function that delays
 * the reading of a page; the stream must have one chunk for each page.
 */
export const readAhead = <A, E, R>(
  walk: (delayed: <B, E2, R2>(read: Effect.Effect<B, E2, R2>) => Effect.Effect<B, E2, R2>) => Stream.Stream<A, E, R>
): Stream.Stream<A, E, R> =>
  // The buffer alone would read two pages ahead: one in it, and one that waits for room.
  Stream.unwrap(
    Effect.map(Effect.makeSemaphore(1), (ahead) =>
      walk((read) => Effect.zipRight(ahead.take(1), read)).pipe(
        Stream.bufferChunks({ capacity: 1 }),
        Stream.mapChunksEffect((chunk) => Effect.as(ahead.release(1), chunk))
      ))
  )
