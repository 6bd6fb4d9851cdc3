import { assert, describe, it } from "@effect/vitest"
import * as SeenIds from "../../../../packages/core/src/client/internal/seenIds.js"

const page = (number: number, length: number) => Array.from({ length }, (_, index) => ({ id: `${number}-${index}` }))

describe("the ids that a walk remembers", () => {
  it("are those of two pages, however long the walk is", () => {
    let seen = SeenIds.none
    for (let number = 1; number <= 1000; number++) {
      seen = SeenIds.remember(seen, page(number, 20))
      const held = seen.reduce((sum, ids) => sum + ids.size, 0)
      assert.strictEqual(held, number === 1 ? 20 : 40)
    }
    assert.deepStrictEqual(SeenIds.newItems(seen, page(1000, 20)), [])
    assert.deepStrictEqual(SeenIds.newItems(seen, page(999, 20)), [])
    assert.lengthOf(SeenIds.newItems(seen, page(998, 20)), 20)
  })

  it("are texts and numbers, and not equal across types", () => {
    const seen = SeenIds.remember(SeenIds.none, [{ id: 1 }, { id: "2" }, { id: null }, { name: "x" }, "text"])
    const items = [{ id: "1" }, { id: 1 }, { id: 2 }, { id: "2" }, { id: null }, { name: "x" }, "text"]
    assert.deepStrictEqual(SeenIds.newItems(seen, items), [
      { id: "1" },
      { id: 2 },
      { id: null },
      { name: "x" },
      "text"
    ])
  })
})
