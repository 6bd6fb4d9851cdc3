/**
 * Pagination: `page` and `per_page` in the query, `meta.pagination` in the response.
 */
import type { Call } from "./route.js"

const positive = (text: string | null, fallback: number) => {
  const number = Number(text)
  return text !== null && Number.isInteger(number) && number > 0 ? number : fallback
}

interface PageLimits {
  readonly perPage?: number | undefined
  readonly maxPerPage?: number | undefined
}

/** Reads `page` and `per_page`. By default 20 items a page, and at most 100. */
export const readPageParams = (call: Pick<Call, "query">, limits?: PageLimits) => ({
  page: positive(call.query.get("page"), 1),
  perPage: Math.min(positive(call.query.get("per_page"), limits?.perPage ?? 20), limits?.maxPerPage ?? 100)
})

/**
 * The items of the requested page, and its metadata. `previous` is the key of the previous page, which billing calls
 * `previous_page`.
 */
export const paginate = <A>(
  call: Pick<Call, "query" | "state">,
  items: ReadonlyArray<A>,
  limits?: PageLimits & { readonly previous?: "prev_page" | "previous_page" | undefined }
) => {
  const { page, perPage } = readPageParams(call, limits)
  const pages = Math.max(1, Math.ceil(items.length / perPage))
  const clamp = call.state.settings.lastPage === "clamp"
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    pagination: {
      current_page: page,
      [limits?.previous ?? "prev_page"]: page > 1 ? page - 1 : clamp ? 1 : null,
      next_page: page < pages ? page + 1 : clamp ? pages : null,
      total_pages: pages,
      total_count: items.length,
      ...(clamp ? { per_page: perPage } : {})
    }
  }
}

/** The body of a page: `{ [root]: items, meta: { pagination } }`. */
export const pageBody = <A, B>(
  call: Pick<Call, "query" | "state">,
  root: string,
  items: ReadonlyArray<A>,
  render: (item: A) => B,
  limits?: PageLimits
) => {
  const page = paginate(call, items, limits)
  return { [root]: page.items.map(render), meta: { pagination: page.pagination } }
}
