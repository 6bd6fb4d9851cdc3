import { EventTypes, layer } from "@effect-scalingo/core/EventTypes"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { type HttpRequest, json, pipeline } from "../fakePlatform.js"

describe("EventTypes", () => {
  it.effect("are listed without credentials", () =>
    Effect.gen(function*() {
      const sent: Array<HttpRequest> = []
      const types = yield* Effect.flatMap(EventTypes, ({ list }) => list).pipe(
        Effect.provide(Layer.provide(layer, pipeline(sent, () => json({ event_types: [] }), { bearer: "bearer" })))
      )
      assert.deepStrictEqual(types, [])
      assert.strictEqual(sent.length, 1)
      assert.notProperty(sent[0]?.headers, "authorization")
    }))
})
