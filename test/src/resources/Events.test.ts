import { wireType } from "@effect-scalingo/core/Event"
import { Events, layer } from "@effect-scalingo/core/Events"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { type HttpRequest, json, pipeline, type RespondHttp } from "../fakePlatform.js"
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
    const list = (options?: { from?: number; perPage?: number }) =>
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
        assert.strictEqual(sent.length, 0)
      }))
  }

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
