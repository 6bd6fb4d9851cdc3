/**
 * Decompression of gzip data as a stream, by what every runtime has: `DecompressionStream`.
 */
import type * as Cause from "effect/Cause"
import type * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const hasMagic = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** Reads chunks until there are at least two bytes, which tell the format. */
const peekTwo = <E, R>(
  pull: Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<E>, R>,
  before: ReadonlyArray<Uint8Array> = []
): Effect.Effect<ReadonlyArray<Uint8Array>, E, R> => {
  const size = before.reduce((sum, { length }) => sum + length, 0)
  if (size >= 2) return Effect.succeed(before)
  return Effect.matchEffect(pull, {
    onFailure: Option.match({ onNone: () => Effect.succeed(before), onSome: (error) => Effect.fail(error) }),
    onSuccess: (chunk) => peekTwo(pull, [...before, ...chunk])
  })
}

/**
 * Decompresses gzip data. Data that does not begin like gzip passes unchanged. Damaged data fails with the error of
 * `onDamage`.
 */
export const gunzip = <E, R, E2>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  onDamage: (cause: unknown) => E2
): Stream.Stream<Uint8Array, E | E2, R> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const pull = yield* Stream.toPull(bytes)
    const first = yield* peekTwo(pull)
    const source = Stream.concat(Stream.fromIterable(first), Stream.repeatEffectChunkOption(pull))
    const start = new Uint8Array(first.flatMap((chunk) => [...chunk.subarray(0, 2)]).slice(0, 2))
    if (!hasMagic(start)) return source
    const { readable, writable } = new DecompressionStream("gzip")
    const writer = writable.getWriter()
    // A damaged stream also rejects these, when nobody waits for them.
    writer.closed.catch(() => undefined)
    writer.ready.catch(() => undefined)
    let failure: Option.Option<Cause.Cause<E>> = Option.none()
    const write = (chunk: Uint8Array) =>
      Effect.ignore(Effect.tryPromise(() => writer.write(chunk as Uint8Array<ArrayBuffer>)))
    yield* Stream.runForEach(source, write).pipe(
      Effect.matchCauseEffect({
        onFailure: (cause) => {
          failure = Option.some(cause)
          return Effect.ignore(Effect.tryPromise(() => writer.abort(cause)))
        },
        onSuccess: () => Effect.ignore(Effect.tryPromise(() => writer.close()))
      }),
      Effect.forkScoped
    )
    return Stream.fromReadableStream<Uint8Array, E2>(() => readable, onDamage).pipe(
      Stream.catchAll((error) =>
        Stream.suspend(() =>
          Option.match(failure, {
            onNone: () => Stream.fail<E | E2>(error),
            onSome: (cause) => Stream.failCause<E | E2>(cause)
          })
        )
      )
    )
  }))
