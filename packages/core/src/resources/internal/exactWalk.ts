/**
 * A walk over events that misses none, although others are added or removed meanwhile.
 *
 * Events are listed newest first, and new ones only come in front. The response to a page is a contiguous part of the
 * list. So no event is missed between two responses when the second one repeats an event of the first, or when the list
 * has not become shorter between them. Otherwise the page before is read again, until a response connects.
 */
import * as Chunk from "effect/Chunk"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { readAhead } from "../../client/internal/readAhead.js"
import { nextPage, type Page, type WalkOptions } from "../../client/Pagination.js"

interface Dated {
  readonly id: string
  readonly created_at: DateTime.Utc
}

/** The last given events, oldest last. */
type Window = ReadonlyArray<{ readonly id: string; readonly at: number }>

/** The length of the window in pages. */
const windowPages = 2

/** A server whose total goes up and down would otherwise be asked for ever. */
const maxStepsBack = 10

interface State {
  readonly page: number
  readonly given: Window
  /** The number of events in the last response. */
  readonly total: number
  /** Whether the page is read again because an earlier response did not connect. */
  readonly steppedBack: boolean
  /** The number of steps back since the last event was given. */
  readonly stepsBack: number
}

/**
 * The events that were not given. Those before a given one, and those that are newer than the window, were given before
 * or are newer than the walk.
 */
const freshOf = <A extends Dated>(given: Window, events: ReadonlyArray<A>): ReadonlyArray<A> => {
  if (given.length === 0) return events
  const ids = new Set(given.map(({ id }) => id))
  const newest = given.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY)
  return events.slice(events.findLastIndex(({ id }) => ids.has(id)) + 1)
    .filter(({ created_at }) => created_at.epochMillis <= newest)
}

/**
 * The events of all pages, whose metadata must have the total. `giveUp` is run when the total goes up and down again
 * and again, so that nothing connects.
 */
export const walkExactly = <A extends Dated, E, R>(
  readPage: (page: number) => Effect.Effect<Page<A>, E, R>,
  giveUp: (page: number) => Effect.Effect<unknown, E, R>,
  options?: WalkOptions
): Stream.Stream<A, E, R> => {
  const step = (
    state: State,
    { items, pagination }: Page<A>
  ): Effect.Effect<readonly [Chunk.Chunk<A>, Option.Option<State>], E, R> => {
    const { given, page } = state
    const total = pagination.total_count ?? 0
    const fresh = freshOf(given, items)
    const connects = given.length === 0 || page === 1 || fresh.length < items.length ||
      (!state.steppedBack && total >= state.total)
    if (!connects) {
      return state.stepsBack >= maxStepsBack
        ? Effect.as(giveUp(page), [Chunk.empty(), Option.none()])
        : Effect.succeed([
          Chunk.empty(),
          Option.some({ ...state, page: page - 1, steppedBack: true, stepsBack: state.stepsBack + 1 })
        ])
    }
    const window = [...given, ...fresh.map(({ created_at, id }) => ({ id, at: created_at.epochMillis }))]
      .slice(-windowPages * Math.max(items.length, given.length / windowPages))
    return Effect.succeed([
      Chunk.unsafeFromArray(fresh),
      // After an empty page there is nothing, whatever the metadata says.
      Option.map(items.length === 0 ? Option.none() : nextPage(pagination), (next) => ({
        page: next,
        given: window,
        total,
        steppedBack: false,
        stepsBack: fresh.length > 0 ? 0 : state.stepsBack
      }))
    ])
  }
  const walk = Stream.paginateChunkEffect<State, A, E, R>(
    { page: options?.startPage ?? 1, given: [], total: 0, steppedBack: false, stepsBack: 0 },
    (state) => Effect.flatMap(readPage(state.page), (page) => step(state, page))
  )
  return options?.prefetch === true ? readAhead(walk) : walk
}
