import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck as fc } from "effect"
import { operationIds } from "../../../../packages/core/src/client/internal/operationLocation.js"

// Always the same values, so that a run says the same on every machine.
fc.configureGlobal({ seed: 20_190 })

describe("the location of an operation", () => {
  it("of operations are reduced to their ids, whatever their host", () => {
    const ids = fc.string({ unit: "grapheme", minLength: 1 }).filter((id) => id !== "." && id !== "..")
    fc.assert(
      fc.property(fc.webUrl(), ids, ids, (host, app, id) => {
        const address = `${host.replace(/\/+$/, "")}/apps/${encodeURIComponent(app)}/operations/${
          encodeURIComponent(id)
        }`
        assert.deepStrictEqual(operationIds(address), Either.right({ app, operationId: id }))
      })
    )
  })
})
