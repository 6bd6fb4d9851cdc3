import {
  type CursorPage,
  nextPage,
  type Page,
  Pagination,
  walkCursor,
  walkPages
} from "@effect-scalingo/core/Pagination"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, FastCheck as fc, Option, Schema, Stream } from "effect"

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

describe("walkCursor", () => {
  const itemLists = fc.array(fc.nat(), { maxLength: 10 })

  it.effect.prop(
    "returns every item once and stops at the end",
    [itemLists, fc.constantFrom(null, "")],
    ([items, end]) =>
      Effect.gen(function*() {
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
