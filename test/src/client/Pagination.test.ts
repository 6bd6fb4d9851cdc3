import {
  type CursorPage,
  nextPage,
  type Page,
  Pagination,
  walkCursor,
  walkPages
} from "@effect-scalingo/core/Pagination"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, FastCheck as fc, Logger, LogLevel, Option, Schema, Stream } from "effect"
import { turn } from "../turn.js"

/** The next page that services name on the last one: none, the page itself, the one before or one after the end. */
const endings: ReadonlyArray<(current: number) => number | null | undefined> = [
  () => null,
  () => undefined,
  (current) => current,
  (current) => current - 1,
  (current) => current + 1
]

const collections = fc.record({ items: fc.array(fc.nat(), { maxLength: 30 }), perPage: fc.integer({ min: 1, max: 7 }) })

const paginationOf = (current: number, total: number, end: (current: number) => number | null | undefined) => {
  const next = current < total ? current + 1 : end(current)
  return {
    current_page: current,
    prev_page: current === 1 ? null : current - 1,
    total_pages: total,
    ...(next === undefined ? {} : { next_page: next })
  }
}

/** A collection of a platform, and the pages that were requested. */
const serve = (
  items: ReadonlyArray<number>,
  perPage: number,
  end: (current: number) => number | null | undefined = () => null
) => {
  const requested: Array<number> = []
  const total = Math.max(1, Math.ceil(items.length / perPage))
  const readPage = (page: number): Effect.Effect<Page<number>> =>
    Effect.sync(() => {
      requested.push(page)
      return { items: items.slice((page - 1) * perPage, page * perPage), pagination: paginationOf(page, total, end) }
    })
  return { requested, total, readPage }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe("walkPages", () => {
  it.effect.prop(
    "returns every item once, in order, with one request for each page",
    [collections, fc.constantFrom(...endings), fc.boolean()],
    ([{ items, perPage }, end, prefetch]) =>
      Effect.gen(function*() {
        yield* turn
        const { requested, readPage, total } = serve(items, perPage, end)
        const walked = yield* Stream.runCollect(walkPages(readPage, { perPage, prefetch }))
        assert.deepStrictEqual(Chunk.toReadonlyArray(walked), items)
        assert.deepStrictEqual(requested, upTo(total))
      })
  )

  it.effect.prop(
    "requests no page whose items are not consumed",
    [collections, fc.nat(40)],
    ([{ items, perPage }, count]) =>
      Effect.gen(function*() {
        yield* turn
        const { requested, readPage, total } = serve(items, perPage)
        const taken = yield* Stream.runCollect(Stream.take(walkPages(readPage), count))
        assert.deepStrictEqual(Chunk.toReadonlyArray(taken), items.slice(0, count))
        const needed = Math.min(total, Math.ceil(count / perPage))
        assert.strictEqual(requested.length, needed)
      })
  )

  it.effect.prop(
    "starts at the start page",
    [collections, fc.integer({ min: 1, max: 5 })],
    ([{ items, perPage }, start]) =>
      Effect.gen(function*() {
        yield* turn
        const { requested, readPage, total } = serve(items, perPage)
        const startPage = Math.min(start, total)
        const walked = yield* Stream.runCollect(walkPages(readPage, { startPage }))
        assert.deepStrictEqual(Chunk.toReadonlyArray(walked), items.slice((startPage - 1) * perPage))
        assert.deepStrictEqual(requested, upTo(total).slice(startPage - 1))
      })
  )

  it.effect.prop(
    "only goes forward, whatever the metadata says",
    [fc.array(fc.record({ current: fc.nat(9), next: fc.option(fc.nat(9)), total: fc.nat(9) }), { minLength: 1 })],
    ([pages]) =>
      Effect.gen(function*() {
        yield* turn
        const requested: Array<number> = []
        const readPage = (page: number): Effect.Effect<Page<number>> =>
          Effect.sync(() => {
            const { current, next, total } = pages[requested.length % pages.length]!
            requested.push(page)
            return { items: [page], pagination: { current_page: current, next_page: next, total_pages: total } }
          })
        yield* Stream.runDrain(Stream.take(walkPages(readPage), 50))
        assert.isBelow(requested.length, 11)
        assert.deepStrictEqual(requested, [...new Set(requested)].sort((one, other) => one - other))
      })
  )

  it("ends where nextPage is none", () => {
    const numbers = fc.record({ current: fc.nat(20), next: fc.option(fc.nat(20)), total: fc.nat(20) })
    fc.assert(
      fc.property(numbers, ({ current, next, total }) => {
        const found = nextPage({ current_page: current, next_page: next, total_pages: total })
        const goesOn = next !== null && next > current && current < total
        assert.deepStrictEqual(Option.getOrNull(found), goesOn ? next : null)
      })
    )
  })

  it.effect("requests only one page ahead when it prefetches", () =>
    Effect.gen(function*() {
      const { requested, readPage } = serve(upTo(50), 5)
      const seenAfter: Array<number> = []
      yield* walkPages(readPage, { prefetch: true }).pipe(
        Stream.chunks,
        Stream.tap(() =>
          Effect.gen(function*() {
            for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow()
            seenAfter.push(requested.length)
          })
        ),
        Stream.take(4),
        Stream.runDrain
      )
      assert.deepStrictEqual(seenAfter, [2, 3, 4, 5])
    }))

  it.effect("requests no page ahead for a consumer that ends at once", () =>
    Effect.gen(function*() {
      const ends: ReadonlyArray<readonly [number, (walk: Stream.Stream<number>) => Effect.Effect<unknown>]> = [
        [1, Stream.runHead],
        [1, (walk) => Stream.runDrain(Stream.take(walk, 5))],
        [2, (walk) => Stream.runHead(Stream.filter(walk, (item) => item > 6))]
      ]
      for (const [pages, end] of ends) {
        const { requested, readPage } = serve(upTo(50), 5)
        yield* end(walkPages((page) => Effect.zipLeft(readPage(page), Effect.promise(() => Promise.resolve())), {
          prefetch: true
        }))
        assert.lengthOf(requested, pages)
      }
    }))

  it.effect("gives all items before the error of the page ahead, and logs no end of a walk", () =>
    Effect.gen(function*() {
      const logged: Array<unknown> = []
      const logger = Logger.make(({ message }) => logged.push(message))
      const { readPage } = serve(upTo(50), 5)
      const given: Array<number> = []
      const walk = (lastPage: number) =>
        walkPages((page) => page > lastPage ? Effect.fail("no such page") : readPage(page), { prefetch: true }).pipe(
          Stream.runForEach((item) => Effect.sync(() => given.push(item))),
          Effect.either,
          Logger.withMinimumLogLevel(LogLevel.All),
          Effect.provide(Logger.replace(Logger.defaultLogger, logger))
        )
      assert.deepStrictEqual(yield* walk(10), Either.void)
      assert.deepStrictEqual(given, upTo(50))
      assert.deepStrictEqual(logged, [])
      assert.deepStrictEqual(yield* walk(2), Either.left("no such page"))
      assert.deepStrictEqual(given, [...upTo(50), ...upTo(10)])
    }))

  it.effect("interrupts the reading of the page ahead when the consumer ends", () =>
    Effect.gen(function*() {
      const { readPage } = serve(upTo(50), 5)
      let interrupted = 0
      const interruptible = Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted++))
      yield* walkPages((page) => page === 1 ? readPage(page) : interruptible, { prefetch: true }).pipe(
        Stream.chunks,
        Stream.tap(() => Effect.repeatN(Effect.yieldNow(), 50)),
        Stream.runHead
      )
      assert.strictEqual(interrupted, 1)
    }))

  it.effect("requests a page when its first item is consumed", () =>
    Effect.gen(function*() {
      const { requested, readPage } = serve(upTo(50), 5)
      const seenAt: Array<number> = []
      yield* walkPages(readPage).pipe(
        Stream.tap(() => Effect.sync(() => seenAt.push(requested.length))),
        Stream.take(11),
        Stream.runDrain
      )
      assert.deepStrictEqual(seenAt, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3])
    }))

  it("decodes the metadata of all services", () => {
    const decode = Schema.decodeUnknownSync(Pagination)
    for (
      const metadata of [
        { current_page: 1, prev_page: null, next_page: 2, total_pages: 3, total_count: 60 },
        { current_page: 1, previous_page: null, next_page: null, total_pages: 1, per_page: 20 },
        { current_page: 1, prev_page: 1, next_page: 1, total_pages: 1, total_count: 0, something: "new" }
      ]
    ) assert.strictEqual(decode(metadata).current_page, 1)
  })
})

/** A list that changes before each request but the first, newest first. */
const changing = (
  initial: number,
  perPage: number,
  changes: ReadonlyArray<{ readonly added: number; readonly removed: ReadonlyArray<number> }>
) => {
  let next = initial
  let list = Array.from({ length: initial }, (_, index) => ({ id: initial - 1 - index }))
  let requests = 0
  const readPage = (page: number): Effect.Effect<Page<{ readonly id: number }>> =>
    Effect.sync(() => {
      const change = requests++ === 0 ? undefined : changes[requests - 2]
      for (let count = 0; count < (change?.added ?? 0); count++) list.unshift({ id: next++ })
      const gone = new Set(change?.removed.map((index) => list[index % Math.max(1, list.length)]?.id))
      list = list.filter(({ id }) => !gone.has(id))
      const total = Math.max(1, Math.ceil(list.length / perPage))
      return {
        items: list.slice((page - 1) * perPage, page * perPage),
        pagination: paginationOf(page, total, () => null)
      }
    })
  return { readPage }
}

describe("walkPages over a list that changes", () => {
  const sizes = fc.record({ initial: fc.nat(20), perPage: fc.integer({ min: 1, max: 5 }) })
  const ids = (walked: Chunk.Chunk<{ readonly id: number }>) => Array.from(walked, ({ id }) => id)

  it.effect.prop(
    "gives every item once while up to two pages of others are added between three requests",
    [sizes, fc.array(fc.nat(100), { maxLength: 20 }), fc.boolean(), fc.boolean()],
    ([{ initial, perPage }, added, bursts, prefetch]) =>
      Effect.gen(function*() {
        const changes = added.map((count, index) => ({
          added: bursts ? (index % 2) * (count % (2 * perPage + 1)) : count % (perPage + 1),
          removed: []
        }))
        const { readPage } = changing(initial, perPage, changes)
        const walked = ids(yield* Stream.runCollect(walkPages(readPage, { prefetch })))
        const initially = Array.from({ length: initial }, (_, index) => initial - 1 - index)
        assert.deepStrictEqual(walked.filter((id) => id < initial), initially)
        assert.strictEqual(walked.length, new Set(walked).size)
      }),
    { fastCheck: { numRuns: 30 } }
  )

  it.effect.prop(
    "gives no item twice while others are added and removed",
    [sizes, fc.array(fc.record({ added: fc.nat(2), removed: fc.array(fc.nat(50), { maxLength: 2 }) }))],
    ([{ initial, perPage }, changes]) =>
      Effect.gen(function*() {
        const { readPage } = changing(initial, Math.max(2, perPage), changes)
        const walked = ids(yield* Stream.runCollect(walkPages(readPage)))
        assert.deepStrictEqual(walked, [...new Set(walked)])
      }),
    { fastCheck: { numRuns: 30 } }
  )

  it.effect("gives an item again after its page was forgotten", () =>
    Effect.gen(function*() {
      const quiet = { added: 0, removed: [] }
      const { readPage } = changing(8, 2, [quiet, quiet, { added: 7, removed: [] }])
      const walked = ids(yield* Stream.runCollect(walkPages(readPage)))
      assert.deepStrictEqual(walked.filter((id) => id === 7).length, 2)
    }))

  it.effect("misses the items that shift to a page that was read", () =>
    Effect.gen(function*() {
      const { readPage } = changing(6, 2, [{ added: 0, removed: [0] }])
      const walked = yield* Stream.runCollect(walkPages(readPage))
      assert.deepStrictEqual(ids(walked), [5, 4, 2, 1, 0])
    }))

  it.effect("gives items without an id as they are", () =>
    Effect.gen(function*() {
      const { readPage } = serve([1, 1, 1, 2, 1], 2)
      for (
        const toItem of [(n: number): unknown => n, (n: number) => ({ name: n }), (n: number) => ({ id: null, n })]
      ) {
        const walked = yield* Stream.runCollect(
          walkPages((page) => Effect.map(readPage(page), (it) => ({ ...it, items: it.items.map(toItem) })))
        )
        assert.deepStrictEqual(Chunk.toReadonlyArray(walked), [1, 1, 1, 2, 1].map(toItem))
      }
    }))
})

describe("walkCursor", () => {
  const itemLists = fc.array(fc.nat(), { maxLength: 10 })

  it.effect.prop(
    "returns every item once and stops at the end",
    [itemLists, fc.constantFrom(null, "")],
    ([items, end]) =>
      Effect.gen(function*() {
        yield* turn
        const requested: Array<string | undefined> = []
        const readPage = (cursor: string | undefined): Effect.Effect<CursorPage<number>> =>
          Effect.sync(() => {
            requested.push(cursor)
            const index = cursor === undefined ? 0 : Number(cursor)
            return {
              items: items.slice(index, index + 1),
              nextCursor: index + 1 < items.length ? String(index + 1) : end
            }
          })
        const walked = yield* Stream.runCollect(walkCursor(readPage))
        assert.deepStrictEqual(Chunk.toReadonlyArray(walked), items)
        assert.lengthOf(requested, Math.max(1, items.length))
      })
  )

  it.effect.prop(
    "never requests a cursor twice",
    [fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 })],
    ([cursors]) =>
      Effect.gen(function*() {
        yield* turn
        const requested: Array<string | undefined> = []
        const readPage = (cursor: string | undefined): Effect.Effect<CursorPage<number>> =>
          Effect.sync(() => {
            requested.push(cursor)
            return { items: [1], nextCursor: cursors[(requested.length - 1) % cursors.length]! }
          })
        yield* Stream.runDrain(Stream.take(walkCursor(readPage), 50))
        assert.deepStrictEqual(requested, [...new Set(requested)])
      })
  )

  it.effect("requests only what is consumed", () =>
    Effect.gen(function*() {
      let reads = 0
      const endless = walkCursor(() => Effect.sync(() => ({ items: [reads], nextCursor: String(++reads) })))
      yield* Stream.runDrain(Stream.take(endless, 1))
      assert.strictEqual(reads, 1)
    }))
})
