/**
 * A page that may also come without a word on pages, because the answer is the whole collection.
 */
import * as Either from "effect/Either"
import type * as Schema from "effect/Schema"
import type { AnswerDecoder } from "../ApiClient.js"
import type { Page } from "../Pagination.js"
import * as Answer from "./response.js"

const hasMeta = (json: unknown): boolean => typeof json === "object" && json !== null && "meta" in json

/** A page; without `meta` it is the only one. */
export const pageOrAll = <A, I>(name: string, item: Schema.Schema<A, I>): AnswerDecoder<Page<A>> => {
  const page = Answer.page(name, item)
  const list = Answer.list(name, item)
  return {
    decode: (answer) =>
      Either.flatMap(
        Answer.anyJson.decode(answer),
        (json): ReturnType<typeof page.decode> =>
          hasMeta(json) ? page.decode(answer) : Either.map(list.decode(answer), onlyPage)
      )
  }
}

const onlyPage = <A>(items: ReadonlyArray<A>): Page<A> => ({
  items,
  pagination: { current_page: 1, prev_page: null, next_page: null, total_pages: 1, total_count: items.length }
})
