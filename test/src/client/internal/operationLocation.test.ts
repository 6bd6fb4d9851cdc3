import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck as fc } from "effect"
import { operationIds } from "../../../../packages/core/src/client/internal/operationLocation.js"

describe("the Location of an operation", () => {
  it("is reduced to its ids, whatever its host is", () => {
    const ids = fc.string({ unit: "grapheme", minLength: 1 }).filter((id) => id !== "." && id !== "..")
    fc.assert(
      fc.property(fc.webUrl(), ids, ids, (host, app, id) => {
        const location = `${host.replace(/\/+$/, "")}/apps/${encodeURIComponent(app)}/operations/${
          encodeURIComponent(id)
        }`
        assert.deepStrictEqual(operationIds(location), Either.right({ app, operationId: id }))
      })
    )
  })
})
