import { wireType } from "@effect-scalingo/core/Event"
import { Events, layer } from "@effect-scalingo/core/Events"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Layer, Stream } from "effect"
import {
  type ApiCall,
  fakeApis,
  type HttpRequest,
  json,
  pipeline,
  type RespondCall,
  type RespondHttp
} from "../fakePlatform.js"
import { pageMeta } from "../pageMeta.js"

const event = (id: number, type = "restart") => ({
  id: String(id),
  created_at: "2015-02-12T18:05:14.226+01:00",
  app_id: "5343eccd646173000a140000",
  type,
  type_data: { scope: null }
})

/** Five events on three pages. */
const threePages: RespondHttp = ({ query }) => {
  const page = Number(query["page"] ?? 1)
  const events = page === 3 ? [event(5)] : [event(2 * page - 1), event(2 * page)]
  const { pagination } = pageMeta(page, 3)
  return json({ events, meta: { pagination: { ...pagination, total_count: 5 } } })
}

const eventsOver = (sent: Array<HttpRequest>, respond: RespondHttp) =>
  Layer.provide(layer, pipeline(sent, respond, { bearer: "bearer" }))

const ids = (events: Iterable<{ readonly id: string }>) => Array.from(events, ({ id }) => id)

describe("Events", () => {
  for (const whose of ["app", "user"] as const) {
    const list = (options?: { from?: number; startPage?: number; perPage?: number }) =>
      Stream.unwrap(
        Effect.map(Events, (events) =>
          whose === "app" ? events.listForApp("my-app", options) : events.listForUser(options))
      )
    const listPage = (options?: { from?: number; page?: number; perPage?: number }) =>
      Effect.flatMap(
        Events,
        (events) => whose === "app" ? events.listForAppPage("my-app", options) : events.listForUserPage(options)
      )

    it.effect(`${whose}: lists all pages, as far as they are consumed`, () =>
      Effect.gen(function*() {
        const sent: Array<HttpRequest> = []
        const layer = eventsOver(sent, threePages)
        const all = yield* Stream.runCollect(list({ perPage: 2 })).pipe(Effect.provide(layer))
        assert.deepStrictEqual(ids(all), ["1", "2", "3", "4", "5"])
        assert.deepStrictEqual(sent.map(({ query }) => query["page"]), ["1", "2", "3"])
        assert.deepStrictEqual(new Set(sent.map(({ query }) => query["per_page"])), new Set(["2"]))

        sent.length = 0
        const first = yield* Stream.runCollect(Stream.take(list(), 2)).pipe(Effect.provide(layer))
        assert.deepStrictEqual([ids(first), sent.length], [["1", "2"], 1])
      }))

    it.effect(`${whose}: returns one page`, () =>
      Effect.gen(function*() {
        const sent: Array<HttpRequest> = []
        const page = yield* listPage({ page: 2 }).pipe(Effect.provide(eventsOver(sent, threePages)))
        assert.deepStrictEqual(ids(page.items), ["3", "4"])
        assert.strictEqual(page.pagination.next_page, 3)
        assert.notProperty(sent[0]?.query, "from")
      }))

    it.effect(`${whose}: lists the last hours with one request, with or without page numbers in the response`, () =>
      Effect.gen(function*() {
        const bodies = [
          { events: [event(1), event(2)] },
          {
            events: [event(1), event(2)],
            meta: { pagination: { current_page: 1, prev_page: null, next_page: 2, total_pages: 4 } }
          }
        ]
        for (const body of bodies) {
          const sent: Array<HttpRequest> = []
          const layer = eventsOver(sent, () => json(body))
          const all = yield* Stream.runCollect(list({ from: 72 })).pipe(Effect.provide(layer))
          assert.deepStrictEqual([ids(all), sent.length], [["1", "2"], 1])
          const page = yield* listPage({ from: 1 }).pipe(Effect.provide(layer))
          assert.deepStrictEqual(ids(page.items), ["1", "2"])
          assert.deepStrictEqual(sent.map(({ query }) => query["from"]), ["72", "1"])
        }
      }))

    it.effect(`${whose}: refuses invalid hours before anything is sent`, () =>
      Effect.gen(function*() {
        const sent: Array<HttpRequest> = []
        const layer = eventsOver(sent, threePages)
        for (const from of [0, -1, 73, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          for (const call of [Stream.runDrain(list({ from })), listPage({ from })]) {
            const error = yield* Effect.flip(Effect.provide(call, layer))
            assert.isTrue(error._tag === "InvalidRequest" && error.field === "from", String(from))
          }
        }
        const error = yield* Effect.flip(Effect.provide(listPage({ from: 3, page: 2 }), layer))
        assert.isTrue(error._tag === "InvalidRequest" && error.field === "page")
        const walked = yield* Effect.flip(Effect.provide(Stream.runDrain(list({ from: 3, startPage: 2 })), layer))
        assert.isTrue(walked._tag === "InvalidRequest" && walked.field === "startPage")
        assert.strictEqual(sent.length, 0)
      }))
  }

  describe("walked exactly", () => {
    fc.configureGlobal({ seed: 20_190 })

    /** Two events in a row have the same date. */
    const dated = (id: number) => ({ ...event(id), created_at: new Date(1e12 + Math.floor(id / 2)).toISOString() })

    interface Change {
      readonly added: number
      readonly removed: ReadonlyArray<number>
    }

    /** Events that are added and removed before each request but the first, newest first. */
    const changing = (initial: number, perPage: number, changes: ReadonlyArray<Change>) => {
      let next = initial + 1
      let list = Array.from({ length: initial }, (_, index) => initial - 1 - index)
      const always = new Set(list)
      let requests = 0
      const respond: RespondCall = ({ query }) => {
        const change = requests++ === 0 ? undefined : changes[requests - 2]
        for (let count = 0; count < (change?.added ?? 0); count++) list.unshift(next++)
        for (const index of change?.removed ?? []) {
          const [gone] = list.splice(index % Math.max(1, list.length), 1)
          if (gone !== undefined) always.delete(gone)
        }
        const page = Number(query["page"])
        const total = Math.max(1, Math.ceil(list.length / perPage))
        const { pagination } = pageMeta(page, total)
        const events = list.slice((page - 1) * perPage, page * perPage).map(dated)
        return json({ events, meta: { pagination: { ...pagination, total_count: list.length } } })
      }
      return { respond, always }
    }

    const walk = (sent: Array<ApiCall>, respond: RespondCall, more: { readonly prefetch?: boolean } = {}) =>
      Stream.unwrap(Effect.map(Events, (events) => events.listForApp("my-app", { exact: true, ...more }))).pipe(
        Stream.runCollect,
        Effect.map((walked) => ids(walked).map(Number)),
        Effect.provide(Layer.provide(layer, fakeApis(sent, respond)))
      )

    const changes = fc.array(fc.record({ added: fc.nat(30), removed: fc.array(fc.nat(60), { maxLength: 12 }) }), {
      maxLength: 8
    })

    it.effect.prop(
      "give each event that exists all the time once, in order, and none that is added",
      [fc.nat(40), fc.integer({ min: 1, max: 7 }), changes, fc.boolean()],
      ([initial, perPage, changes, prefetch]) =>
        Effect.gen(function*() {
          const { always, respond } = changing(initial, perPage, changes)
          const walked = yield* walk([], respond, { prefetch })
          assert.deepStrictEqual(walked.filter((id) => always.has(id)), [...always])
          assert.deepStrictEqual(walked, [...new Set(walked)].sort((one, other) => other - one))
          assert.isTrue(walked.every((id) => id < initial))
        }),
      { fastCheck: { numRuns: 30 } }
    )

    it.effect("take one request for each page while no list becomes shorter", () =>
      Effect.gen(function*() {
        for (const added of [0, 1]) {
          const sent: Array<ApiCall> = []
          const { respond } = changing(40, 10, Array.from({ length: 9 }, () => ({ added, removed: [] })))
          assert.lengthOf(yield* walk(sent, respond), 40)
          const pages = added === 0 ? 4 : 5
          assert.deepStrictEqual(
            sent.map(({ query }) => query["page"]),
            Array.from({ length: pages }, (_, index) => index + 1)
          )
        }
      }))

    it.effect("read pages again when others were removed", () =>
      Effect.gen(function*() {
        const sent: Array<ApiCall> = []
        const removed = Array.from({ length: 15 }, () => 0)
        const { respond } = changing(40, 10, [{ added: 0, removed: [] }, { added: 0, removed }])
        const walked = yield* walk(sent, respond)
        assert.deepStrictEqual(walked, Array.from({ length: 40 }, (_, index) => 39 - index))
        assert.deepStrictEqual(sent.map(({ query }) => query["page"]), [1, 2, 3, 2, 1, 2, 3])
      }))

    it.effect("fail when a response has no total, and when totals go up and down", () =>
      Effect.gen(function*() {
        const failing: ReadonlyArray<RespondCall> = [
          ({ query }) => {
            const { pagination: { total_count: _, ...pagination } } = pageMeta(Number(query["page"]), 3)
            return json({ events: [event(1)], meta: { pagination } })
          },
          ({ query }) => {
            const { pagination } = pageMeta(Number(query["page"]), 3)
            return json({ events: [event(1)], meta: { pagination: { ...pagination, total_count: null } } })
          },
          ({ query }) => {
            const page = Number(query["page"])
            const { pagination } = pageMeta(page, 3)
            return json({ events: [dated(9 - page)], meta: { pagination: { ...pagination, total_count: 10 - page } } })
          }
        ]
        for (const respond of failing) {
          const sent: Array<ApiCall> = []
          const error = yield* Effect.flip(walk(sent, respond))
          assert.deepInclude(error, { _tag: "DecodeError", path: "meta.pagination.total_count" })
          assert.isBelow(sent.length, 30)
        }
      }))
  })

  it.effect("fail with DecodeError when a page has no metadata", () =>
    Effect.gen(function*() {
      const layer = eventsOver([], () => json({ events: [event(1)] }))
      const error = yield* Effect.flatMap(Events, (events) => events.listForAppPage("my-app")).pipe(
        Effect.flip,
        Effect.provide(layer)
      )
      assert.isTrue(error._tag === "DecodeError" && error.path === "meta")
    }))

  it.effect("decode beside an unexpected event", () =>
    Effect.gen(function*() {
      const events = [event(1), event(2, "planet_aligned"), { ...event(3), user: { username: "john" } }, event(4)]
      const layer = eventsOver([], () => json({ events }))
      const page = yield* Effect.flatMap(Events, (events) => events.listForUserPage({ from: 1 })).pipe(
        Effect.provide(layer)
      )
      assert.deepStrictEqual(page.items.map(({ type }) => type), ["restart", "unknown", "unknown", "restart"])
      assert.deepStrictEqual(page.items.map(wireType), ["restart", "planet_aligned", "restart", "restart"])
    }))
})
