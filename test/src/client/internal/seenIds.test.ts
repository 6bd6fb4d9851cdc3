import { assert, describe, it } from "@effect/vitest"
import * as SeenIds from "../../../../packages/core/src/client/internal/seenIds.js"

const page = (number: number, length: number) => Array.from({ length }, (_, index) => ({ id: `${number}-${index}` }))

const walk = (pages: number) => {
  const seen = SeenIds.make()
  for (let number = 1; number <= pages; number++) seen.takeNew(page(number, 20))
  return seen
}

describe("the ids that a walk remembers", () => {
  it("are those of two pages, however long the walk is", () => {
    assert.deepStrictEqual(walk(1000).takeNew(page(1000, 20)), [])
    assert.deepStrictEqual(walk(1000).takeNew(page(999, 20)), [])
    assert.lengthOf(walk(1000).takeNew(page(998, 20)), 20)
  })

  it("are texts and numbers, and not equal across types", () => {
    const seen = SeenIds.make()
    seen.takeNew([{ id: 1 }, { id: "2" }, { id: null }, { name: "x" }, "text"])
    const items = [{ id: "1" }, { id: 1 }, { id: 2 }, { id: "2" }, { id: null }, { name: "x" }, "text"]
    assert.deepStrictEqual(seen.takeNew(items), [
      { id: "1" },
      { id: 2 },
      { id: null },
      { name: "x" },
      "text"
    ])
  })
})
