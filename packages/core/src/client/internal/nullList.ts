/**
 * Lists that may be `null`, as Go encodes an empty one.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"

/** The number of items by `meta`, as far as it tells: in `meta.pagination`, or in `meta` itself. */
const totalCount = (meta: unknown): number => {
  if (!Predicate.isReadonlyRecord(meta)) return 0
  const { total_count: count } = Predicate.isReadonlyRecord(meta["pagination"]) ? meta["pagination"] : meta
  return typeof count === "number" ? count : 0
}

/**
 * `null` as an empty list; any other value as it is. `Left` is the reason why `null` does not fit: the collection has
 * items by its `meta`. A program that deletes what is not in the list must not take "not told" for "none".
 */
export const orEmpty = <A>(list: A, meta: unknown): Either.Either<NonNullable<A> | readonly [], string> => {
  if (list !== null && list !== undefined) return Either.right(list)
  const count = totalCount(meta)
  return count > 0
    ? Either.left(`Expected a list, it is null and meta has a total_count of ${count}`)
    : Either.right([])
}
