import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { coverage, table } from "./coverage.js"

describe("the library", () => {
  it.effect("covers every endpoint, entity and event of the inventory", () =>
    Effect.gen(function*() {
      const found = yield* coverage
      assert.deepStrictEqual(found.missing, [])
      assert.strictEqual(table(found).at(-1), "244/244 endpoints, 9/9 live, 168/168 entities, 96/96 events")
    }))
})
