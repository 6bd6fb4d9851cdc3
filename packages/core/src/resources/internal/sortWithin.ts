/**
 * Sorts a stream that never ends, as far as its items are late by at most a window.
 */
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

interface Waiting<A> {
  readonly item: A
  readonly key: number
  /** When it came, in milliseconds of the Clock. */
  readonly arrival: number
}

/**
 * Holds every item back for the duration of a window, and emits the items that are held back in the order of their keys.
 * When there are more than `capacity`, the first ones are emitted early.
 */
export const sortWithin = <A, E, R>(
  self: Stream.Stream<A, E, R>,
  options: {
    readonly window: Duration.DurationInput
    readonly capacity: number
    /** `undefined` for an item that has none: it counts as just come. */
    readonly key: (item: A) => number | undefined
  }
): Stream.Stream<A, E, R> =>
  Stream.suspend(() => {
    const window = Duration.toMillis(options.window)
    /** In the order of the keys. */
    let waiting: Array<Waiting<A>> = []
    const emit = (count: number): Chunk.Chunk<A> =>
      Chunk.unsafeFromArray(waiting.splice(0, count).map(({ item }) => item))
    const add = (items: Chunk.Chunk<A>, now: number): Chunk.Chunk<A> => {
      const added = Array.from(items, (item): Waiting<A> => ({ item, key: options.key(item) ?? now, arrival: now }))
      waiting = [...waiting, ...added].sort((one, other) => one.key - other.key)
      return emit(Math.max(0, waiting.length - options.capacity))
    }
    /** Everything before the last item that has waited long enough. */
    const release = (now: number): Chunk.Chunk<A> =>
      emit(waiting.findLastIndex(({ arrival }) => arrival + window <= now) + 1)
    const items = Stream.map(Stream.chunks(self), (chunk) => (now: number) => add(chunk, now))
    const ticks = Stream.as(Stream.tick(Math.max(10, window / 4)), release)
    return Stream.merge(items, ticks, { haltStrategy: "left" }).pipe(
      Stream.mapEffect((step) => Effect.map(Clock.currentTimeMillis, step)),
      Stream.concat(Stream.sync(() => emit(waiting.length))),
      Stream.flattenChunks
    )
  })
