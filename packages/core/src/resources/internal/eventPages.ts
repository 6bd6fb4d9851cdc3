/**
 * Lists of events: by page, or all events of the last hours in one request.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ApiClient } from "../../client/ApiClient.js"
import { type CallInput, type Endpoint } from "../../client/internal/endpoint.js"
import { callPage, callPages, optionalPagination } from "../../client/internal/pages.js"
import type { Page, PageOptions, WalkOptions } from "../../client/Pagination.js"
import { InvalidRequest, type ScalingoError } from "../../client/ScalingoError.js"
import { Event } from "../../events/Event.js"

/**
 * The period of the events.
 *
 * @category models
 */
export interface EventsOptions {
  /** The number of past hours to read, 1 to 72. The response then has all events of these hours, without pages. */
  readonly from?: number | undefined
}

const invalidHours = (name: string, options: PageOptions & EventsOptions): InvalidRequest | undefined =>
  options.from === undefined
    ? undefined
    : !Number.isInteger(options.from) || options.from < 1 || options.from > 72
    ? new InvalidRequest({ endpoint: name, field: "from", expected: "a whole number of hours from 1 to 72" })
    : options.page !== undefined && options.page !== 1
    ? new InvalidRequest({ endpoint: name, field: "page", expected: "left out together with from, which has no pages" })
    : undefined

// No source shows a response to `from`. It overrides pagination, so the response may have no page numbers.
const recentEvents = optionalPagination("events", Event)

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
    options: (WalkOptions & EventsOptions) | undefined
  ): Stream.Stream<Event, ScalingoError> =>
    options?.from === undefined
      ? callPages(api, paged, input, options)
      : Stream.fromIterableEffect(
        Effect.map(page(input, { from: options.from, perPage: options.perPage }), ({ items }) => items)
      )

  return { page, all }
}
