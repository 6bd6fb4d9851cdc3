/**
 * The schemas of the entities against `fixtures/entities.json`.
 */
import { describe, expect, it } from "@effect/vitest"
import { Either, FastCheck, ParseResult, Schema } from "effect"
import { entities, type EntityFixture, isObject, requiredFields } from "./requiredFields.js"
import { difference, fieldsOf, isMap } from "./sameJson.js"
import { type AnySchema, arbitraryOf, schemas, unloadable } from "./schemas.js"

type Json = { readonly [key: string]: unknown }

/** Entities whose partial examples leave out fields that real responses always have. */
const abridged: ReadonlyArray<string> = ["App"]

/** A fixed seed, so that every run tests the same values. */
const seed = 20_190

/** Valid JSON of the entity: the examples, and generated values with and without optional fields. */
const wireValues = (schema: AnySchema, entity: EntityFixture): ReadonlyArray<Json> => {
  const made = FastCheck.sample(arbitraryOf(schema), { numRuns: 5, seed }).map((value) =>
    Schema.encodeSync(schema)(value)
  )
  return [...entity.examples, ...made].filter(isObject)
}

const decode = (schema: AnySchema) => Schema.decodeUnknownEither(schema)

const messageOf = (error: ParseResult.ParseError) => ParseResult.TreeFormatter.formatErrorSync(error)

describe("entities", () => {
  it("every module can be imported", () => {
    expect(unloadable).toEqual([])
  })

  it("every entity has one schema", () => {
    const names = Object.keys(entities)
    const missing = names.filter((name) => !schemas.has(name))
    const ambiguous = names.filter((name) => (schemas.get(name)?.size ?? 0) > 1)
    expect(missing, `missing schemas: ${missing.join(", ")}`).toEqual([])
    expect(ambiguous, `several schemas of one name: ${ambiguous.join(", ")}`).toEqual([])
  })

  for (const [name, entity] of Object.entries(entities)) {
    const [schema] = schemas.get(name) ?? []
    if (schema === undefined) continue
    const fields = entity.fields
    /** Examples that show a part of the entity: fields that they lack can be missing. */
    const partialExamples = entity.partialExamples.filter((example) =>
      !abridged.includes(name) || Either.isRight(decode(schema)(example))
    )

    describe(name, () => {
      it("encodes to JSON that decodes to the same value", () => {
        const same = Schema.equivalence(schema)
        FastCheck.assert(
          FastCheck.property(arbitraryOf(schema), (value) => {
            const back = Schema.decodeUnknownSync(schema)(Schema.encodeSync(schema)(value))
            // The equivalence compares values of `Schema.Unknown` by reference.
            if (!same(back, value)) expect(back).toEqual(value)
          }),
          { numRuns: 50, seed }
        )
      })

      it("has every field of the inventory", () => {
        const known = fieldsOf(schema)
        const unknown = fields.map((field) => field.name).filter((field) => !known.has(field))
        expect(unknown).toEqual([])
      })

      it("decodes with an unknown field", () => {
        for (const value of wireValues(schema, entity)) {
          // In a map, the field is one more entry.
          const added = isMap(schema) ? Object.values(value)[0] : { deep: [1, null] }
          const later = { ...value, a_field_that_came_later: added }
          expect(Either.isRight(decode(schema)(later)), JSON.stringify(later)).toBe(true)
        }
      })

      it("decodes with an unknown value of an enumeration", () => {
        for (const field of fields.filter((field) => field.values !== undefined)) {
          for (const value of wireValues(schema, entity)) {
            if (typeof value[field.name] !== "string") continue
            const later = { ...value, [field.name]: "a-value-that-came-later" }
            expect(Either.isRight(decode(schema)(later)), `${field.name} of ${JSON.stringify(later)}`).toBe(true)
          }
        }
      })

      it("decodes null where the inventory allows it", () => {
        for (const field of fields.filter((field) => field.nullable === true)) {
          for (const value of wireValues(schema, entity)) {
            const result = decode(schema)({ ...value, [field.name]: null })
            if (Either.isLeft(result)) expect.fail(`${field.name}: ${messageOf(result.left)}`)
          }
        }
      })

      it("names a required field that is missing", () => {
        for (const field of requiredFields(name)) {
          for (const value of wireValues(schema, entity).filter((value) => field in value)) {
            const { [field]: _, ...rest } = value
            const result = decode(schema)(rest)
            if (Either.isRight(result)) expect.fail(`decodes without ${field}: ${JSON.stringify(rest)}`)
            expect(messageOf(result.left)).toContain(`["${field}"]`)
          }
        }
      })

      it("decodes the examples, and encodes them to the same JSON", () => {
        for (const example of [...entity.examples, ...partialExamples]) {
          const value = decode(schema)(example)
          if (Either.isLeft(value)) expect.fail(`${JSON.stringify(example)}\n${messageOf(value.left)}`)
          expect(difference(schema, example, Schema.encodeSync(schema)(value.right))).toBeUndefined()
        }
      })
    })
  }
})
