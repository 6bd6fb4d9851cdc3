/**
 * Pages: their metadata, and streams of the items of all pages.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { struct } from "../internal/lazySchema.js"
import { nullish } from "../schema/ScalingoSchema.js"
import { readAhead } from "./internal/readAhead.js"
import * as SeenIds from "./internal/seenIds.js"

/**
 * The metadata of a page. `prev_page` and `next_page` are `null` at the ends. Some endpoints repeat the number of the
 * last page in `next_page` instead, which `nextPage` handles.
 *
 * @category schemas
 */
export const Pagination = struct(() => ({
  current_page: Schema.Number,
  prev_page: nullish(Schema.Number),
  /** What invoices and billing operations call `prev_page`. */
  previous_page: nullish(Schema.Number),
  next_page: nullish(Schema.Number),
  total_pages: Schema.Number,
  total_count: nullish(Schema.Number),
  per_page: nullish(Schema.Number)
}))

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
 * One page of a collection that is read by cursor.
 *
 * @category models
 */
export interface CursorPage<A> {
  readonly items: ReadonlyArray<A>
  /** The cursor of the next page; `null` at the end. */
  readonly nextCursor: string | null
}

/**
 * Options for reading one page.
 *
 * @category models
 */
export interface PageOptions {
  /** Starts at 1. Default 1. */
  readonly page?: number | undefined
  /** Items in a page, at least 1; each resource has its own default and maximum. */
  readonly perPage?: number | undefined
}

/**
 * Options for reading all pages. The list may change meanwhile: an item that shifts to a page that was already read is
 * missed, and one is given twice when more than a page of items is added between two requests. See {@link walkPages}.
 *
 * @category models
 */
export interface WalkOptions {
  /** Items in a page, at least 1; each resource has its own default and maximum. */
  readonly perPage?: number | undefined
  /** The first page to read. Default 1. */
  readonly startPage?: number | undefined
  /**
   * Reads one page ahead while the current one is consumed. Off by default: at 60 requests a minute, a page that nobody
   * reads is a waste.
   */
  readonly prefetch?: boolean | undefined
}

/**
 * The number of the next page, if there is one.
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

/** A server that always announces another page would otherwise be asked for ever. */
const maxEmptyPages = 3

/**
 * The items of all pages, one request a page. A page is requested when its items are consumed. Ends after the last
 * page, and at a page whose number is not greater than the one before, so no page is read twice.
 *
 * The list may change during the walk. Items that are added in front shift others to the next page: those are not given
 * twice, since the ids of the two pages before are remembered, and unless more than a page of items is added between two
 * requests. Items that are removed shift others to a page that was already read: those are missed. Items without an
 * `id` are given as they are.
 *
 * @category constructors
 */
export const walkPages = <A, E, R>(
  readPage: (page: number) => Effect.Effect<Page<A>, E, R>,
  options?: WalkOptions
): Stream.Stream<A, E, R> => {
  const walk = Stream.suspend(() => {
    const seen = SeenIds.make()
    let emptyPages = 0
    return Stream.paginateChunkEffect(
      options?.startPage ?? 1,
      (page) =>
        Effect.map(readPage(page), ({ items, pagination }) => {
          emptyPages = items.length === 0 ? emptyPages + 1 : 0
          const next = Option.filter(nextPage(pagination), (next) => next > page && emptyPages < maxEmptyPages)
          return [Chunk.unsafeFromArray(seen.takeNew(items)), next] as const
        })
    )
  })
  return options?.prefetch === true ? readAhead(walk) : walk
}

/**
 * The items of a collection that is read by cursor. Ends at the last page, and at a cursor that was seen before.
 *
 * @category constructors
 */
export const walkCursor = <A, E, R>(
  readPage: (cursor: string | undefined) => Effect.Effect<CursorPage<A>, E, R>
): Stream.Stream<A, E, R> =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    let emptyPages = 0
    return Stream.paginateChunkEffect(undefined as string | undefined, (cursor) =>
      Effect.map(readPage(cursor), ({ items, nextCursor }) => {
        emptyPages = items.length === 0 ? emptyPages + 1 : 0
        const goesOn = nextCursor !== null && nextCursor !== "" && !seen.has(nextCursor) && emptyPages < maxEmptyPages
        if (goesOn) {
          seen.add(nextCursor)
        }
        return [
          Chunk.unsafeFromArray(items),
          goesOn ? Option.some<string | undefined>(nextCursor) : Option.none<string | undefined>()
        ] as const
      }))
  })
