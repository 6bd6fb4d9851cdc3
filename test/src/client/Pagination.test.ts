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

// Always the same values, so that a run says the same on every machine.
fc.configureGlobal({ seed: 20_190 })

/** How services tell that a page is the last: nothing, itself again, one before it, or one that does not exist. */
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

/** A collection as a platform serves it, and which pages were asked for. */
const serve = (
  items: ReadonlyArray<number>,
  perPage: number,
  end: (current: number) => number | null | undefined = () => null
) => {
  const asked: Array<number> = []
  const total = Math.max(1, Math.ceil(items.length / perPage))
  const readPage = (page: number): Effect.Effect<Page<number>> =>
    Effect.sync(() => {
      asked.push(page)
      return { items: items.slice((page - 1) * perPage, page * perPage), pagination: paginationOf(page, total, end) }
    })
  return { asked, total, readPage }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe("a walk over pages", () => {
  it.effect.prop(
    "gives every item once, in order, with one request a page",
    [collections, fc.constantFrom(...endings), fc.boolean()],
    ([{ items, perPage }, end, prefetch]) =>
      Effect.gen(function*() {
        const { asked, readPage, total } = serve(items, perPage, end)
        const walked = yield* Stream.runCollect(walkPages(readPage, { perPage, prefetch }))
        assert.deepStrictEqual(Chunk.toReadonlyArray(walked), items)
        assert.deepStrictEqual(asked, upTo(total))
      })
  )

  it.effect.prop(
    "reads no page whose items nobody wants",
    [collections, fc.nat(40)],
    ([{ items, perPage }, count]) =>
      Effect.gen(function*() {
        const { asked, readPage, total } = serve(items, perPage)
        const taken = yield* Stream.runCollect(Stream.take(walkPages(readPage), count))
        assert.deepStrictEqual(Chunk.toReadonlyArray(taken), items.slice(0, count))
        const needed = Math.min(total, Math.ceil(count / perPage))
        assert.strictEqual(asked.length, needed)
      })
  )

  it.effect.prop(
    "starts where it is told to",
    [collections, fc.integer({ min: 1, max: 5 })],
    ([{ items, perPage }, start]) =>
      Effect.gen(function*() {
        const { asked, readPage, total } = serve(items, perPage)
        const startPage = Math.min(start, total)
        const walked = yield* Stream.runCollect(walkPages(readPage, { startPage }))
        assert.deepStrictEqual(Chunk.toReadonlyArray(walked), items.slice((startPage - 1) * perPage))
        assert.deepStrictEqual(asked, upTo(total).slice(startPage - 1))
      })
  )

  it.effect.prop(
    "only goes forward, whatever the pages say of themselves",
    [fc.array(fc.record({ current: fc.nat(9), next: fc.option(fc.nat(9)), total: fc.nat(9) }), { minLength: 1 })],
    ([pages]) =>
      Effect.gen(function*() {
        const asked: Array<number> = []
        const readPage = (page: number): Effect.Effect<Page<number>> =>
          Effect.sync(() => {
            const { current, next, total } = pages[asked.length % pages.length]!
            asked.push(page)
            return { items: [page], pagination: { current_page: current, next_page: next, total_pages: total } }
          })
        yield* Stream.runDrain(Stream.take(walkPages(readPage), 50))
        assert.isBelow(asked.length, 11)
        assert.deepStrictEqual(asked, [...new Set(asked)].sort((one, other) => one - other))
      })
  )

  it("ends where the next page is none", () => {
    const numbers = fc.record({ current: fc.nat(20), next: fc.option(fc.nat(20)), total: fc.nat(20) })
    fc.assert(
      fc.property(numbers, ({ current, next, total }) => {
        const found = nextPage({ current_page: current, next_page: next, total_pages: total })
        const goesOn = next !== null && next > current && current < total
        assert.deepStrictEqual(Option.getOrNull(found), goesOn ? next : null)
      })
    )
  })

  it.effect("asks for one page more when it reads ahead, and not for two", () =>
    Effect.gen(function*() {
      const { asked, readPage } = serve(upTo(50), 5)
      const seenAfter: Array<number> = []
      yield* walkPages(readPage, { prefetch: true }).pipe(
        Stream.chunks,
        Stream.tap(() =>
          Effect.gen(function*() {
            for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow()
            seenAfter.push(asked.length)
          })
        ),
        Stream.take(4),
        Stream.runDrain
      )
      assert.deepStrictEqual(seenAfter, [2, 3, 4, 5])
    }))

  it.effect("asks for a page when its first item is wanted", () =>
    Effect.gen(function*() {
      const { asked, readPage } = serve(upTo(50), 5)
      const seenAt: Array<number> = []
      yield* walkPages(readPage).pipe(
        Stream.tap(() => Effect.sync(() => seenAt.push(asked.length))),
        Stream.take(11),
        Stream.runDrain
      )
      assert.deepStrictEqual(seenAt, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3])
    }))

  it("decodes the metadata of every service", () => {
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

describe("a walk by cursor", () => {
  const cursors = fc.array(fc.nat(), { maxLength: 10 })

  it.effect.prop(
    "gives every item once and stops at the end",
    [cursors, fc.constantFrom(null, "")],
    ([items, end]) =>
      Effect.gen(function*() {
        const asked: Array<string | undefined> = []
        const readPage = (cursor: string | undefined): Effect.Effect<CursorPage<number>> =>
          Effect.sync(() => {
            asked.push(cursor)
            const index = cursor === undefined ? 0 : Number(cursor)
            return {
              items: items.slice(index, index + 1),
              nextCursor: index + 1 < items.length ? String(index + 1) : end
            }
          })
        const walked = yield* Stream.runCollect(walkCursor(readPage))
        assert.deepStrictEqual(Chunk.toReadonlyArray(walked), items)
        assert.lengthOf(asked, Math.max(1, items.length))
      })
  )

  it.effect.prop(
    "never reads a place twice",
    [fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 })],
    ([answers]) =>
      Effect.gen(function*() {
        const asked: Array<string | undefined> = []
        const readPage = (cursor: string | undefined): Effect.Effect<CursorPage<number>> =>
          Effect.sync(() => {
            asked.push(cursor)
            return { items: [1], nextCursor: answers[(asked.length - 1) % answers.length]! }
          })
        yield* Stream.runDrain(Stream.take(walkCursor(readPage), 50))
        assert.deepStrictEqual(asked, [...new Set(asked)])
      })
  )

  it.effect("is lazy", () =>
    Effect.gen(function*() {
      let reads = 0
      const endless = walkCursor(() => Effect.sync(() => ({ items: [reads], nextCursor: String(++reads) })))
      yield* Stream.runDrain(Stream.take(endless, 1))
      assert.strictEqual(reads, 1)
    }))
})
