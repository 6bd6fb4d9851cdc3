import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { constantTimeEquals } from "../../../packages/core/src/internal/constantTime.js"

describe("constantTimeEquals", () => {
  it("compares texts like ===", () => {
    const text = FastCheck.oneof(FastCheck.string(), FastCheck.string({ unit: FastCheck.constantFrom("a", "b") }))
    FastCheck.assert(
      FastCheck.property(text, text, (a, b) => {
        assert.strictEqual(constantTimeEquals(a, b), a === b)
        assert.isTrue(constantTimeEquals(a, a))
      }),
      { numRuns: 2000, seed: 5 }
    )
    for (const [a, b] of [["", "x"], ["x", ""], ["ab", "abab"], ["abab", "ab"], ["a", "aa"]] as const) {
      assert.isFalse(constantTimeEquals(a, b), `${a} ${b}`)
    }
  })

  it("reads every character of the given text, right or wrong", () => {
    for (const given of ["0".repeat(40), `${"a".repeat(39)}0`, "a".repeat(40), "0", "0".repeat(80)]) {
      let looks = 0
      const watched = Object.assign(Object(given) as string, {
        charCodeAt(i: number) {
          looks++
          return given.charCodeAt(i)
        }
      })
      constantTimeEquals("a".repeat(40), watched)
      assert.strictEqual(looks, given.length)
    }
  })
})
