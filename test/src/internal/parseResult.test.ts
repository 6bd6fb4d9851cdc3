/**
 * The issues of schemas: found without ever printing the value.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, FastCheck as fc, ParseResult, Schema } from "effect"
import { firstIssue, issuesOf, transformOrRefuse } from "../../../packages/core/src/internal/parseResult.js"

const secret = "a-secret-in-a-value"

const refuse = <A, I>(schema: Schema.Schema<A, I>, value: unknown, errors: "all" | "first" = "all") => {
  const result = Schema.decodeUnknownEither(schema, { errors })(value)
  if (Either.isRight(result)) return assert.fail("the value fits")
  return result.left
}

const expectIssue = <A, I>(schema: Schema.Schema<A, I>, value: unknown, field: string, expected: string) => {
  const issue = firstIssue(refuse(schema, value))
  assert.deepStrictEqual(issue, { field, expected })
  assert.notInclude(JSON.stringify(issuesOf(refuse(schema, value))), secret)
}

const deep = (depth: number): unknown => {
  let value: unknown = []
  for (let level = 1; level < depth; level++) value = [value]
  return value
}

const Person = Schema.Struct({ name: Schema.String, age: Schema.Number })
const Even = Schema.Number.pipe(Schema.filter((n) => n % 2 === 0 || "an even number"))
const Duration = transformOrRefuse(Schema.String, Schema.Number, {
  decode: () => Either.left("Expected a duration such as 5m30s"),
  encode: () => Either.left("Expected a duration")
})

describe("the issue of", () => {
  it("a field is named by its path and by what was expected", () => {
    expectIssue(Person, { name: "x", age: secret }, "age", "number")
    expectIssue(Person, { age: 1 }, "name", "present")
    expectIssue(Schema.Array(Person), [{ name: "x", age: 1 }, { name: secret, age: null }], "1.age", "number")
    expectIssue(Schema.NullOr(Schema.String), { secret }, "", "string")
    expectIssue(Schema.Struct({ a: Schema.NonEmptyString }), { a: "" }, "a", "a non empty string")
  })

  it("a union is the deepest one", () => {
    const union = Schema.Union(Schema.Struct({ a: Schema.Struct({ b: Schema.Number }) }), Schema.Struct({ c: Person }))
    expectIssue(union, { a: { b: secret } }, "a.b", "number")
  })

  it("a filter, a transformation or an annotation is its message", () => {
    expectIssue(Schema.Struct({ a: Even }), { a: 3 }, "a", "an even number")
    expectIssue(Schema.Struct({ a: Duration }), { a: secret }, "a", "a duration such as 5m30s")
    expectIssue(Schema.String.annotations({ message: () => "a text" }), 1, "", "a text")
    expectIssue(Person.annotations({ message: () => ({ message: "a person", override: true }) }), {}, "", "a person")
    expectIssue(Person.annotations({ message: () => "a person" }), { name: "x" }, "age", "present")
    expectIssue(Schema.String.annotations({ message: () => Effect.succeed("a text") }), 1, "", "a text")
    expectIssue(Schema.String.annotations({ parseIssueTitle: () => "a title" }), 1, "", "a title")
    const present = Schema.propertySignature(Schema.String).annotations({ missingMessage: () => "a name, please" })
    expectIssue(Schema.Struct({ name: present }), {}, "name", "a name, please")
  })

  it("a message that ends in the value stops before it", () => {
    const message = (issue: ParseResult.ParseIssue) => `Expected a text, actual ${String(issue.actual)}`
    const issue = firstIssue(refuse(Schema.String.annotations({ message }), [secret]))
    assert.strictEqual(issue.expected, "a text")
  })

  it("an annotation that fails is the schema's own", () => {
    const failing = Schema.String.annotations({
      message: () => {
        throw new Error(secret)
      }
    })
    expectIssue(failing, 1, "", "string")
    expectIssue(Schema.String.annotations({ message: () => Effect.never as never }), 1, "", "string")
  })

  it("a value that is unexpected is named", () => {
    const result = Schema.decodeUnknownEither(Person, { onExcessProperty: "error" })({ name: "", age: 1, more: secret })
    assert.deepStrictEqual(Either.getOrUndefined(Either.flip(Either.mapLeft(result, (error) => firstIssue(error)))), {
      field: "more",
      expected: "is unexpected, expected: \"name\" | \"age\""
    })
  })

  it("a long type is a few words", () => {
    const Large = Schema.Struct(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`field${n}`, Schema.String])))
    expectIssue(Large, secret, "", "an object")
    expectIssue(Schema.Array(Large), secret, "", "an array")
    expectIssue(Schema.Struct({ a: Large.pipe(Schema.filter(() => true)) }), { a: secret }, "a", "an object")
    const Events = Schema.Union(
      ...Array.from({ length: 96 }, (_, n) => Schema.Struct({ type: Schema.Literal(`event_number_${n}`) }))
    )
    expectIssue(Events, secret, "", "an object")
    expectIssue(Schema.Union(Large, Schema.Array(Large), Schema.Null), secret, "", "an object")
    expectIssue(Events, { type: secret }, "type", "one of 96 alternatives")
    assert.isBelow(
      firstIssue(refuse(Schema.String.annotations({ identifier: "X".repeat(9999) }), 1)).expected.length,
      200
    )
  })
})

describe("issues are total", () => {
  it("whatever the depth of the value", () => {
    for (const depth of [65, 2203, 100_000]) {
      for (
        const schema of [
          Person,
          Schema.String,
          Even,
          Schema.Union(Person, Schema.Number),
          Schema.Struct({ a: Person, b: Schema.Array(Schema.String) })
        ]
      ) {
        for (const value of [deep(depth), { a: deep(depth), b: deep(depth) }, { name: deep(depth), age: 1 }]) {
          const error = refuse(schema as Schema.Schema<unknown>, value)
          assert.isString(firstIssue(error).expected)
          assert.isNotEmpty(issuesOf(error))
        }
      }
    }
  })

  it("whatever the depth of the issue", () => {
    let issue: ParseResult.ParseIssue = new ParseResult.Type(Schema.String.ast, secret)
    for (let level = 0; level < 100_000; level++) issue = new ParseResult.Pointer("a", secret, issue)
    const found = firstIssue(new ParseResult.ParseError({ issue }))
    assert.isBelow(found.field.length, 200)
    assert.strictEqual(found.expected, "string")
  })

  it("and equal to those of Effect but for the value", () => {
    const schemas: ReadonlyArray<Schema.Schema<unknown, unknown>> = [
      Person,
      Schema.Array(Person),
      Schema.Union(Person, Schema.Array(Even), Schema.Struct({ name: Duration })),
      Schema.Record({ key: Schema.String, value: Schema.NullOr(Even) }),
      Schema.Tuple(Schema.String, Even)
    ] as never
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.jsonValue(), (schema, value) => {
        const result = Schema.decodeUnknownEither(schema, { errors: "all" })(value)
        if (Either.isRight(result)) return
        const own = ParseResult.ArrayFormatter.formatErrorSync(result.left)
        const withoutActual = (message: string) => message.split(", actual ")[0]
        assert.deepStrictEqual(
          issuesOf(result.left),
          own.map(({ message, path }) => ({ path, message: withoutActual(message)! }))
        )
      }),
      { numRuns: 1000 }
    )
  })
})
