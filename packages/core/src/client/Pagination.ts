/**
 * Pages: their metadata, and walks over them as streams.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { nullish } from "../schema/ScalingoSchema.js"

/**
 * Where a page stands among all. `prev_page` and `next_page` are `null` at the ends; some services repeat the last
 * page's number there instead, which the walks of this library know.
 *
 * @category schemas
 */
export const Pagination = Schema.Struct({
  current_page: Schema.Number,
  prev_page: nullish(Schema.Number),
  /** How invoices and billing operations call `prev_page`. */
  previous_page: nullish(Schema.Number),
  next_page: nullish(Schema.Number),
  total_pages: Schema.Number,
  total_count: Schema.optional(Schema.Number),
  per_page: nullish(Schema.Number)
})

export interface Pagination extends Schema.Schema.Type<typeof Pagination> {}

/**
 * One page of a collection.
 *
 * @category models
 */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly pagination: Pagination
}

/**
 * One step of a walk by cursor.
 *
 * @category models
 */
export interface CursorPage<A> {
  readonly items: ReadonlyArray<A>
  /** Where the next step starts; `null` at the end. */
  readonly nextCursor: string | null
}

/**
 * Which page to read.
 *
 * @category models
 */
export interface PageOptions {
  /** From 1, which is the default. */
  readonly page?: number | undefined
  /** Items in a page, at least 1; each resource has its own default and maximum. */
  readonly perPage?: number | undefined
}

/**
 * How to walk over all pages.
 *
 * @category models
 */
export interface WalkOptions {
  /** Items in a page, at least 1; each resource has its own default and maximum. */
  readonly perPage?: number | undefined
  /** The page to start from, 1 by default. */
  readonly startPage?: number | undefined
  /**
   * Reads one page ahead while the present one is being worked on. Off by default: with 60 requests a minute a page
   * that nobody asks for is a loss.
   */
  readonly prefetch?: boolean | undefined
}

/**
 * The number of the page behind this one, if there is one.
 *
 * @category accessors
 */
export const nextPage = (pagination: Pagination): Option.Option<number> => {
  const next = pagination.next_page
  return next === null || next === undefined || next <= pagination.current_page ||
      pagination.current_page >= pagination.total_pages
    ? Option.none()
    : Option.some(next)
}

/**
 * The items of all pages, one request a page, each made when its items are asked for. Stops after the last page,
 * and never reads a page twice: a page that is not behind the one before ends the walk.
 *
 * @category constructors
 */
export const walkPages = <A, E, R>(
  readPage: (page: number) => Effect.Effect<Page<A>, E, R>,
  options?: WalkOptions
): Stream.Stream<A, E, R> => {
  const walk = (read: (page: number) => Effect.Effect<Page<A>, E, R>) =>
    Stream.paginateChunkEffect(options?.startPage ?? 1, (page) =>
      Effect.map(read(page), ({ items, pagination }) =>
        [
          Chunk.unsafeFromArray(items),
          Option.filter(nextPage(pagination), (next) => next > page)
        ] as const))
  if (options?.prefetch !== true) return walk(readPage)
  // The buffer alone would read two pages ahead: one in it, and one that waits to get in.
  return Stream.unwrap(
    Effect.map(Effect.makeSemaphore(1), (ahead) =>
      walk((page) => Effect.zipRight(ahead.take(1), readPage(page))).pipe(
        Stream.bufferChunks({ capacity: 1 }),
        Stream.mapChunksEffect((chunk) => Effect.as(ahead.release(1), chunk))
      ))
  )
}

/**
 * The items of a collection that is read by cursor. Stops at the end, and at a cursor that has been there
 * before.
 *
 * @category constructors
 */
export const walkCursor = <A, E, R>(
  readPage: (cursor: string | undefined) => Effect.Effect<CursorPage<A>, E, R>
): Stream.Stream<A, E, R> =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    return Stream.paginateChunkEffect(undefined as string | undefined, (cursor) =>
      Effect.map(readPage(cursor), ({ items, nextCursor }) => {
        const goesOn = nextCursor !== null && nextCursor !== "" && !seen.has(nextCursor)
        if (goesOn) {
          seen.add(nextCursor)
        }
        return [
          Chunk.unsafeFromArray(items),
          goesOn ? Option.some<string | undefined>(nextCursor) : Option.none<string | undefined>()
        ] as const
      }))
  })
