/**
 * The rules of pages: which page numbers can be asked for, which page a response must be, and what a response without
 * page numbers means.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"
import type { Codec } from "../../schema/ScalingoSchema.js"
import type { ApiClient } from "../ApiClient.js"
import { type Page, type PageOptions, type WalkOptions, walkPages } from "../Pagination.js"
import * as Decode from "../ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../ScalingoError.js"
import { call, type CallInput, type Endpoint } from "./endpoint.js"

const isPositiveInteger = (value: number) => Number.isSafeInteger(value) && value >= 1

/** The error of a page number that cannot be sent. */
export const invalidPage = (endpoint: string, options: PageOptions | undefined): InvalidRequest | undefined => {
  const wrong = (["page", "perPage"] as const).find((field) => {
    const value = options?.[field]
    return value !== undefined && !isPositiveInteger(value)
  })
  return wrong === undefined
    ? undefined
    : new InvalidRequest({ endpoint, field: wrong, expected: "an integer of at least 1" })
}

const expectPage = <A>(
  decoder: Decode.ResponseDecoder<Page<A>>,
  page: number
): Decode.ResponseDecoder<Page<A>> =>
  Decode.transform(decoder, (value) =>
    value.pagination.current_page === page
      ? Either.right(value)
      : Either.left({
        path: "meta.pagination.current_page",
        reason: `Expected page ${page}, the one that was asked for`,
        // There is no unchecked value: a walk that gets the same page again and again would never end.
        value
      }))

/** A page. A response without `meta`, or with `null` there, is the only page. */
export const optionalPagination = <A, I>(name: string, item: Codec<A, I>): Decode.ResponseDecoder<Page<A>> => {
  const page = Decode.page(name, item)
  const list = Decode.transform(Decode.list(name, item), (items) => Either.right(onlyPage(items)))
  return {
    decode: (response) =>
      Either.flatMap(
        Decode.anyJson.decode(response),
        (json): ReturnType<typeof page.decode> =>
          (Predicate.hasProperty(json, "meta") && json.meta !== null ? page : list).decode(response)
      )
  }
}

/** The page of a response that holds the whole collection. */
export const onlyPage = <A>(items: ReadonlyArray<A>): Page<A> => ({
  items,
  pagination: { current_page: 1, prev_page: null, next_page: null, total_pages: 1, total_count: items.length }
})

/** One page. The response must be the page that was asked for. */
export const callPage = <Path extends string, A>(
  api: ApiClient,
  endpoint: Endpoint<Path, never, Page<A>>,
  input: CallInput<Path, never>,
  options?: PageOptions
): Effect.Effect<Page<A>, ScalingoError> =>
  Effect.suspend(() => {
    const invalid = invalidPage(endpoint.name, options)
    if (invalid !== undefined) return Effect.fail(invalid)
    const checked = options?.page === undefined
      ? endpoint
      : { ...endpoint, response: expectPage(endpoint.response, options.page) }
    return call(api, checked, {
      ...input,
      query: { ...input.query, page: options?.page, per_page: options?.perPage }
    } as CallInput<Path, never>)
  })

/** The items of all pages. */
export const callPages = <Path extends string, A>(
  api: ApiClient,
  endpoint: Endpoint<Path, never, Page<A>>,
  input: CallInput<Path, never>,
  options?: WalkOptions
): Stream.Stream<A, ScalingoError> =>
  walkPages((page) => callPage(api, endpoint, input, { page, perPage: options?.perPage }), options)
