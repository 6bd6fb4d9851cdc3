import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { body } from "../../../../packages/core/src/client/internal/requestBody.js"

interface Tree {
  readonly inner?: Tree
}

const Tree: Schema.Schema<Tree> = Schema.Struct({
  inner: Schema.optionalWith(Schema.suspend(() => Tree), { exact: true })
})

const expectIssue = (encoded: Either.Either<unknown, unknown>, field: string, expected: string) =>
  assert.deepStrictEqual(Either.flip(encoded), Either.right({ field, expected }))

describe("a body that does not fit its schema", () => {
  it("is refused by the name of its field, without its value", () => {
    const { encode } = body(Schema.Struct({ name: Schema.NonEmptyString }), "app")
    expectIssue(encode({ name: "" }), "app.name", "a non empty string")
    expectIssue(body(Schema.NonEmptyString).encode(""), "body", "a non empty string")
    assert.deepStrictEqual(encode({ name: "a" }), Either.right({ app: { name: "a" } }))
  })

  it("is refused when it is nested too deeply, or in itself", () => {
    let tree: Tree = {}
    for (let level = 0; level < 100_000; level++) tree = { inner: tree }
    const circle: { inner?: Tree } = {}
    circle.inner = circle
    for (const value of [tree, circle]) {
      expectIssue(body(Tree, "tree").encode(value), "body", "a value that is nested less deeply")
    }
  })
})
