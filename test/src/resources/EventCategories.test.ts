import { EventCategories, layer } from "@effect-scalingo/core/EventCategories"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { type HttpRequest, json, pipeline } from "../fakePlatform.js"

describe("EventCategories", () => {
  it.effect("are listed without credentials", () =>
    Effect.gen(function*() {
      const sent: Array<HttpRequest> = []
      const categories = yield* Effect.flatMap(EventCategories, ({ list }) => list).pipe(
        Effect.provide(Layer.provide(layer, pipeline(sent, () => json({ event_categories: [] }), { bearer: "bearer" })))
      )
      assert.deepStrictEqual(categories, [])
      assert.strictEqual(sent.length, 1)
      assert.notProperty(sent[0]?.headers, "authorization")
    }))
})
