import { EventCategories, layer as categoriesLayer } from "@effect-scalingo/core/EventCategories"
import { layer } from "@effect-scalingo/core/Events"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { recordingApis, type Sent } from "../contracts/recording.js"

const answer = (body: unknown) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body)
})

const withReplies = (sent: Array<Sent>, reply: (sent: Sent) => ReturnType<typeof answer>) =>
  Layer.provide(Layer.mergeAll(layer, categoriesLayer), recordingApis(sent, reply))

describe("EventCategories", () => {
  it.effect("the lists of types and categories need no sign-in", () =>
    Effect.gen(function*() {
      const sent: Array<Sent> = []
      const layer = withReplies(sent, () => answer({ event_categories: [] }))
      yield* Effect.flatMap(EventCategories, (categories) => categories.list).pipe(Effect.provide(layer))
      assert.notProperty(sent[0]?.headers, "authorization")
    }))
})
