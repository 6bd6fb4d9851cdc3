/**
 * The ids of the items that a walk has just given, to drop those that shift to the next page.
 */
import * as Predicate from "effect/Predicate"

type Id = string | number

/** The ids of the pages before, nearest first. */
export type SeenIds = ReadonlyArray<ReadonlySet<Id>>

/**
 * How many pages are remembered. One is enough while at most a page of items is added between two requests; the second
 * one covers bursts.
 */
const rememberedPages = 2

export const none: SeenIds = []

const idOf = (item: unknown): Id | undefined =>
  Predicate.hasProperty(item, "id") && (typeof item.id === "string" || typeof item.id === "number")
    ? item.id
    : undefined

const hasSeen = (seen: SeenIds, id: Id): boolean => {
  for (const page of seen) if (page.has(id)) return true
  return false
}

/** The items of a page that the pages before did not have. Items without an id are new. */
export const newItems = <A>(seen: SeenIds, items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items.filter((item) => {
    const id = idOf(item)
    return id === undefined || !hasSeen(seen, id)
  })

/** Adds a page, and forgets the one that is too far back. */
export const remember = (seen: SeenIds, items: ReadonlyArray<unknown>): SeenIds => {
  const ids = new Set<Id>()
  for (const item of items) {
    const id = idOf(item)
    if (id !== undefined) ids.add(id)
  }
  return [ids, ...seen.slice(0, rememberedPages - 1)]
}
