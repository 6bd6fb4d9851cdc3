/**
 * Lists of events: by page, or all events of the last hours in one request.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { ApiClient } from "../../client/ApiClient.js"
import { type CallInput, type Endpoint } from "../../client/internal/endpoint.js"
import { callPage, callPages, optionalPagination } from "../../client/internal/pages.js"
import type { Page, PageOptions, WalkOptions } from "../../client/Pagination.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../../client/ScalingoError.js"
import { Event } from "../../events/Event.js"
import { walkExactly } from "./exactWalk.js"

/**
 * The period of the events.
 *
 * @category models
 */
export interface EventsOptions {
  /**
   * The number of past hours to read, 1 to 72. The response then has all events of these hours, without pages: another
   * page than the first fails with `InvalidRequest`, and nothing is left to read ahead or to read exactly.
   */
  readonly from?: number | undefined
}

/**
 * Options for reading all events.
 *
 * @category models
 */
export interface EventWalkOptions extends WalkOptions, EventsOptions {
  /**
   * Gives each event that exists during the whole walk exactly once. Events that are added meanwhile are left out,
   * however many they are. When others are removed meanwhile, pages are read again, so that none is missed: this takes
   * no other request as long as the list does not become shorter. Off by default: without it, events are missed when
   * others are removed meanwhile, and given twice when more than a page of events is added between two requests.
   *
   * It relies on the order, newest first, and on `total_count`. A response without a total, or totals that go up and
   * down all the time, end the walk with `DecodeError`.
   */
  readonly exact?: boolean | undefined
}

const invalidHours = (
  name: string,
  options: PageOptions & EventsOptions,
  pageField = "page"
): InvalidRequest | undefined =>
  options.from === undefined
    ? undefined
    : !Number.isInteger(options.from) || options.from < 1 || options.from > 72
    ? new InvalidRequest({ endpoint: name, field: "from", expected: "a whole number of hours from 1 to 72" })
    : options.page !== undefined && options.page !== 1
    ? new InvalidRequest({
      endpoint: name,
      field: pageField,
      expected: "left out together with from, which has no pages"
    })
    : undefined

// No source shows a response to `from`. It overrides pagination, so the response may have no page numbers.
const recentEvents = optionalPagination("events", Event)

const totalPath = "meta.pagination.total_count"

/** Requires the number of all events. */
const withTotal = (decoder: Decode.ResponseDecoder<Page<Event>>): Decode.ResponseDecoder<Page<Event>> =>
  Decode.transform(decoder, (page) =>
    typeof page.pagination.total_count !== "number"
      ? Either.left({ path: totalPath, reason: "Expected a number, which an exact walk needs", value: page })
      : Either.right(page))

/** Refuses a page of a list that no page connects to. */
const unstable = (decoder: Decode.ResponseDecoder<Page<Event>>): Decode.ResponseDecoder<Page<Event>> =>
  Decode.transform(decoder, (page) =>
    Either.left({
      path: totalPath,
      reason: "Expected a number that does not go up and down between requests, which an exact walk cannot follow",
      value: page
    }))

export const eventPages = <Path extends string>(api: ApiClient, paged: Endpoint<Path, never, Page<Event>>) => {
  const recent = { ...paged, response: recentEvents }

  const page = (
    input: CallInput<Path, never>,
    options: (PageOptions & EventsOptions) | undefined
  ): Effect.Effect<Page<Event>, ScalingoError> =>
    Effect.suspend(() => {
      const wrong = options === undefined ? undefined : invalidHours(paged.name, options)
      if (wrong !== undefined) return Effect.fail(wrong)
      if (options?.from === undefined) return callPage(api, paged, input, options)
      const query = { ...input.query, from: options.from }
      return callPage(api, recent, { ...input, query } as CallInput<Path, never>, options)
    })

  const all = (
    input: CallInput<Path, never>,
    options: EventWalkOptions | undefined
  ): Stream.Stream<Event, ScalingoError> => {
    if (options?.from !== undefined) {
      const { from, perPage, startPage } = options
      const wrong = invalidHours(paged.name, { from, page: startPage }, "startPage")
      if (wrong !== undefined) return Stream.fail(wrong)
      return Stream.fromIterableEffect(Effect.map(page(input, { from, perPage }), ({ items }) => items))
    }
    if (options?.exact !== true) return callPages(api, paged, input, options)
    const total = { ...paged, response: withTotal(paged.response) }
    const refused = { ...paged, response: unstable(paged.response) }
    const perPage = options.perPage
    return walkExactly(
      (page) => callPage(api, total, input, { page, perPage }),
      (page) => callPage(api, refused, input, { page, perPage }),
      options
    )
  }

  return { page, all }
}
