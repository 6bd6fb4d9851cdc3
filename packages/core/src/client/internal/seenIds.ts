/**
 * The ids of the items that a walk has just given, to drop those that shift to the next page.
 */
import * as Predicate from "effect/Predicate"

type Id = string | number

const idOf = (item: unknown): Id | undefined =>
  Predicate.hasProperty(item, "id") && (typeof item.id === "string" || typeof item.id === "number")
    ? item.id
    : undefined

/** The ids of one walk. */
export interface SeenIds {
  /**
   * The items of the next page that the two pages before did not have; items without an id are new. Remembers the page.
   * One page is enough while at most a page of items is added between two requests; the second one covers bursts.
   */
  readonly takeNew: <A>(items: ReadonlyArray<A>) => ReadonlyArray<A>
}

/**
 * The ids are no part of the states of a stream: there, the sets of all pages would survive until the next full garbage
 * collection.
 */
export const make = (): SeenIds => {
  let last: ReadonlySet<Id> = new Set()
  let beforeLast: ReadonlySet<Id> = last
  return {
    takeNew: (items) => {
      const ids = new Set<Id>()
      const fresh = items.filter((item) => {
        const id = idOf(item)
        if (id === undefined) return true
        ids.add(id)
        return !last.has(id) && !beforeLast.has(id)
      })
      beforeLast = last
      last = ids
      return fresh
    }
  }
}
