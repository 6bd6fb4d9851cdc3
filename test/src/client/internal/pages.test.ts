import * as Events from "@effect-scalingo/core/Events"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { type HttpRequest, json, pipeline, type RespondHttp } from "../../fakePlatform.js"
import { pageMeta } from "../../pageMeta.js"

const event = (id: number) => ({
  id: `event-${id}`,
  created_at: "2024-01-01T00:00:00.000+01:00",
  user: { username: "john", email: "john@example.com", id: "us-1" },
  type: "restart",
  app_id: "app-1",
  app_name: "my-app",
  type_data: {}
})

describe("pages", () => {
  const walk = <A, E>(respond: RespondHttp, effect: Effect.Effect<A, E, Events.Events>) => {
    const sent: Array<HttpRequest> = []
    const layer = Events.layer.pipe(Layer.provide(pipeline(sent, respond, { bearer: "bearer" })))
    return Effect.map(Effect.either(Effect.provide(effect, layer)), (result) => ({ result, sent }))
  }
  const page = (current: number, total: number) => json({ events: [event(current)], meta: pageMeta(current, total) })

  it.effect("are requested by number and size", () =>
    Effect.gen(function*() {
      const { result, sent } = yield* walk(
        ({ url }) => page(Number(url.searchParams.get("page")), 3),
        Effect.flatMap(Events.Events, (events) => Stream.runCollect(events.listForApp("my-app", { perPage: 1 })))
      )
      assert.strictEqual(result._tag, "Right")
      assert.deepStrictEqual(sent.map(({ url }) => url.search), [
        "?page=1&per_page=1",
        "?page=2&per_page=1",
        "?page=3&per_page=1"
      ])
    }))

  it.effect("fail with DecodeError when the platform returns another page than the requested one", () =>
    Effect.gen(function*() {
      const { result, sent } = yield* walk(
        () => page(1, 3),
        Effect.flatMap(Events.Events, (events) => Stream.runCollect(events.listForApp("my-app")))
      )
      if (result._tag === "Right") return assert.fail("it walked in a circle")
      assert.propertyVal(result.left, "_tag", "DecodeError")
      assert.propertyVal(result.left, "path", "meta.pagination.current_page")
      assert.lengthOf(sent, 2)
    }))

  it.effect("are refused before anything is sent when number or size are invalid", () =>
    Effect.gen(function*() {
      for (const options of [{ page: 0 }, { page: 1.5 }, { perPage: 0 }, { perPage: -1 }, { page: Number.NaN }]) {
        const { result, sent } = yield* walk(
          () => page(1, 1),
          Effect.flatMap(Events.Events, (events) => events.listForAppPage("my-app", options))
        )
        assert.propertyVal(result._tag === "Left" ? result.left : {}, "_tag", "InvalidRequest")
        assert.lengthOf(sent, 0)
      }
    }))
})
