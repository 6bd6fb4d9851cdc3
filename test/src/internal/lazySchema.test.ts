/**
 * Schemas and errors that are built on first use are like those of Effect in everything else.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { errorClass } from "../../../packages/core/src/internal/errorClass.js"
import { lazy, struct, union } from "../../../packages/core/src/internal/lazySchema.js"

describe("struct", () => {
  const makePerson = () => {
    const builds = { count: 0 }
    const Person = struct(() => {
      builds.count++
      return { name: Schema.String, age: Schema.optional(Schema.NumberFromString) }
    })
    return { builds, Person }
  }

  it("builds the schema on its first use, and once", () => {
    const { Person, builds } = makePerson()
    const Couple = struct(() => ({ one: Person, other: Person }))
    expect(builds.count).toBe(0)
    const decode = Schema.decodeUnknownSync(Couple)
    expect(decode({ one: { name: "a", age: "1" }, other: { name: "b" } })).toEqual({
      one: { name: "a", age: 1 },
      other: { name: "b" }
    })
    expect(Person.ast).toBe(Person.ast)
    expect(builds.count).toBe(1)
  })

  it("is a schema with all that a struct has", () => {
    const { Person } = makePerson()
    expect(Schema.isSchema(Person)).toBe(true)
    expect(String(Person)).toBe(String(Schema.Struct(Person.fields)))
    expect(Object.keys(Person.fields)).toEqual(["name", "age"])
    expect(Schema.is(Person.pick("name"))({ name: "a" })).toBe(true)
    expect(Person.make({ name: "a" })).toEqual({ name: "a" })
    expect(() => Person.make({ name: 1 as never })).toThrow("Expected string")
    const annotated = Person.annotations({ identifier: "Person" })
    expect(AST.getIdentifierAnnotation(annotated.ast)).toMatchObject({ value: "Person" })
    expect(Schema.is(Person.pipe(Schema.filter(({ age }) => age !== 7)))({ name: "a", age: 7 })).toBe(false)
    expect(Schema.decodeSync(Schema.partial(Person))({})).toEqual({})
  })

  it("takes members, and tells which ones it has", () => {
    const { Person } = makePerson()
    Object.assign(Person, { helper: 1 })
    expect(Person).toHaveProperty("helper", 1)
    expect("prototype" in lazy(() => Schema.optional(Schema.String))).toBe(
      "prototype" in Schema.optional(Schema.String)
    )
  })

  it("can be extended as a class", () => {
    class Named extends makePerson().Person {}
    expect(Schema.decodeSync(Named)({ name: "a" })).toEqual({ name: "a" })
    expect(Schema.decodeSync(Schema.Array(Named))([{ name: "a" }])).toEqual([{ name: "a" }])
  })
})

it("a union and known members are read without building anything", () => {
  const build = () => {
    throw new Error("built")
  }
  const A: Schema.Schema<string> = lazy(build)
  const B: Schema.Schema<number> = lazy(build)
  const [first, second] = union(A, B).members
  expect(first === A && second === B).toBe(true)
  const C = lazy<{ readonly ast: string; readonly known: string }>(build, { known: "value" })
  expect(C.known).toBe("value")
  expect("known" in C).toBe(true)
  expect(() => C.ast).toThrow("built")
})

describe("errorClass", () => {
  const makeFailed = () => {
    const builds = { count: 0 }
    class Failed extends errorClass(() => {
      builds.count++
      return Schema.TaggedError<Failed>("Failed")("Failed", { code: Schema.Number })
    }) {
      readonly marker = true
      override get message(): string {
        return `failed with ${this.code}`
      }
    }
    return { builds, Failed }
  }

  it("builds the schema on its first use, and once", () => {
    const { Failed, builds } = makeFailed()
    expect(builds.count).toBe(0)
    const error = new Failed({ code: 1 })
    expect(error.code + new Failed({ code: 2 }).code).toBe(3)
    expect(builds.count).toBe(1)
  })

  it("makes errors as Schema.TaggedError does, without frames", () => {
    const { Failed } = makeFailed()
    const error = new Failed({ code: 1 })
    expect(error).toBeInstanceOf(Failed)
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(Data.Error)
    expect({ ...error }).toEqual({ _tag: "Failed", code: 1, marker: true })
    expect(error.name).toBe("Failed")
    expect(error.stack).toBe("Failed: failed with 1")
    expect(() => new Failed({ code: "1" as never })).toThrow("Expected number")
    expect(new Failed({ code: "1" as never }, true).code).toBe("1")
  })

  it("is a schema with all that an error class has", () => {
    const { Failed } = makeFailed()
    expect(Failed._tag).toBe("Failed")
    expect(Failed.identifier).toBe("Failed")
    expect(Object.keys(Failed.fields)).toEqual(["_tag", "code"])
    const decoded = Schema.decodeSync(Failed)({ _tag: "Failed", code: 1 })
    expect(decoded).toBeInstanceOf(Failed)
    expect(decoded.message).toBe("failed with 1")
    expect(Schema.encodeSync(Failed)(decoded)).toEqual({ _tag: "Failed", code: 1 })
    expect(Schema.is(Failed)(decoded)).toBe(true)
    expect(Failed.make({ code: 3 })).toBeInstanceOf(Failed)
    class Worse extends Failed.extend<Worse>("Worse")({ reason: Schema.String }) {}
    expect(new Worse({ code: 1, reason: "r" })).toBeInstanceOf(Failed)
  })

  it.effect("fails an effect", () =>
    Effect.gen(function*() {
      const { Failed } = makeFailed()
      const exit = yield* Effect.exit(new Failed({ code: 1 }))
      expect(exit).toStrictEqual(Exit.fail(new Failed({ code: 1 })))
      const code = yield* new Failed({ code: 2 }).pipe(Effect.catchTag("Failed", ({ code }) => Effect.succeed(code)))
      expect(code).toBe(2)
    }))
})
