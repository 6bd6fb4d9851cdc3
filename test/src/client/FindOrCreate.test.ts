import { findOrCreate } from "@effect-scalingo/core/FindOrCreate"
import { type ScalingoError, Unprocessable } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"

const taken = new Unprocessable({
  endpoint: "Test.create",
  method: "POST",
  url: "https://api.osc-fr1.scalingo.com/v1/apps",
  status: 422,
  requestId: "1",
  attempts: 1,
  elapsed: Duration.zero,
  body: "",
  detail: "name is already taken",
  errors: { name: ["is already taken"] }
})

/** A list that somebody else may change, and what was asked of it. */
const shelf = (
  items: ReadonlyArray<string>,
  create: (items: Array<string>) => Effect.Effect<string, ScalingoError>
) => {
  const state = [...items]
  const asked: Array<string> = []
  return {
    asked,
    result: findOrCreate({
      list: Effect.sync(() => {
        asked.push("list")
        return [...state]
      }),
      matches: (item) => item === "b",
      create: Effect.suspend(() => {
        asked.push("create")
        return create(state)
      })
    })
  }
}

describe("findOrCreate", () => {
  it.effect("creates nothing when the item is there", () =>
    Effect.gen(function*() {
      const { asked, result } = shelf(["a", "b"], () => Effect.die("created"))
      assert.deepStrictEqual(yield* result, { value: "b", created: false })
      assert.deepStrictEqual(asked, ["list"])
    }))

  it.effect("creates the item when it is missing", () =>
    Effect.gen(function*() {
      const { asked, result } = shelf(["a"], () => Effect.succeed("b"))
      assert.deepStrictEqual(yield* result, { value: "b", created: true })
      assert.deepStrictEqual(asked, ["list", "create"])
    }))

  it.effect("finds the item that somebody else has created meanwhile", () =>
    Effect.gen(function*() {
      const { asked, result } = shelf(["a"], (items) => {
        items.push("b")
        return Effect.fail(taken)
      })
      assert.deepStrictEqual(yield* result, { value: "b", created: false })
      assert.deepStrictEqual(asked, ["list", "create", "list"])
    }))

  it.effect("fails with the refusal when the item is still missing", () =>
    Effect.gen(function*() {
      const { asked, result } = shelf(["a"], () => Effect.fail(taken))
      assert.strictEqual(yield* Effect.flip(result), taken)
      assert.deepStrictEqual(asked, ["list", "create", "list"])
    }))
})
