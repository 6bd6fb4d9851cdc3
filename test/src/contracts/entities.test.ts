/**
 * The schemas of the entities against `fixtures/entities.json`.
 */
import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, ParseResult, Schema } from "effect"
import { readFileSync } from "node:fs"
import { difference, fieldsOf, isMap } from "./sameJson.js"

interface EntityFixture {
  readonly fields: ReadonlyArray<{
    readonly name: string
    readonly type: string
    readonly nullable: boolean | "unknown"
    readonly optional: boolean
    readonly values?: ReadonlyArray<string>
    readonly valueType?: string
  }>
  readonly examples: ReadonlyArray<unknown>
  readonly partialExamples: ReadonlyArray<unknown>
}

type AnySchema = Schema.Schema<unknown, unknown>
type Json = { readonly [key: string]: unknown }

const entities: { readonly [name: string]: EntityFixture } = JSON.parse(
  readFileSync(new URL("../../fixtures/entities.json", import.meta.url), "utf8")
)

/** Fields that are optional in a schema although every source has them, with the reason. */
const looser: { readonly [field: string]: string } = {
  "DashboardDatabaseApp.created_at": "the Go client has an App in its place",
  "DashboardDatabaseApp.name": "the Go client has an App in its place",
  "DashboardDatabaseApp.owner": "the Go client has an App in its place",
  "DashboardDatabaseApp.project": "the Go client has an App in its place",
  "DashboardDatabaseApp.region": "the Go client has an App in its place",
  "DashboardDatabaseApp.status": "the Go client has an App in its place",
  "DashboardDatabaseApp.uuid": "the Go client has an App in its place",
  "DedicatedDatabaseDashboardItem.addon": "only the official JavaScript client has this form",
  "DedicatedDatabaseDashboardItem.app": "only the official JavaScript client has this form",
  "LogsArchives.next_cursor": "the last page has none",
  "Operation.finished_at": "a pending operation has none",
  "OperationStartOneOffData.attach_url": "only the Go client has it, and only once the container runs",
  "OperationStartOneOffData.container_id": "only the Go client has it, and only once the container runs",
  "Pagination.next_page": "without it the page is the last",
  "Pagination.total_count": "nothing depends on it",
  "ReviewAppDeployment.github_link": "the clients declare a whole Deployment here, which does not have it",
  "ReviewAppDeployment.scm_link": "the clients declare a whole Deployment here, which does not have it",
  "ReviewAppDeployment.upstream_deployment_id": "the clients declare a whole Deployment here, which does not have it",
  "ReviewAppPullRequest.source_repo_id": "only one example has it, and no client",
  "ReviewAppPullRequest.source_repo_name": "only one example has it, and no client",
  "ReviewAppPullRequest.source_repo_url": "only one example has it, and no client",
  "ReviewAppPullRequest.target_repo_id": "only one example has it, and no client"
}

/** Entities whose partial examples leave out fields that real responses always have. */
const abridged: ReadonlyArray<string> = ["App"]

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const unloadable: Array<string> = []
const schemas = new Map<string, Set<AnySchema>>()
for (
  const [path, load] of Object.entries(import.meta.glob<Record<string, unknown>>([
    "../../../packages/core/src/{client,events,provider,resources,schema}/**/*.ts",
    "!**/internal/**"
  ]))
) {
  const module = await load().catch((error: unknown) => {
    unloadable.push(`${path}: ${String(error)}`)
    return {}
  })
  for (const [name, value] of Object.entries(module)) {
    if (!Schema.isSchema(value)) continue
    schemas.set(name, (schemas.get(name) ?? new Set<AnySchema>()).add(value as AnySchema))
  }
}

/** A fixed seed, so that every run tests the same values. */
const seed = 20_190

/**
 * Whether JSON can represent a value. Arbitraries of `Schema.Number` include NaN and infinities, and those of
 * `Schema.Record` the key `__proto__`.
 */
const isWire = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isFinite(value)
    : Array.isArray(value)
    ? value.every(isWire)
    : isObject(value)
    ? !Object.hasOwn(value, "__proto__") && Object.values(value).every(isWire)
    : true

const arbitraryOf = (schema: AnySchema) => Arbitrary.make(schema).filter(isWire)

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

  it("no exception is superfluous", () => {
    const optional = (where: string) => {
      const [name = "", field = ""] = where.split(".")
      const [schema] = schemas.get(name) ?? []
      return schema && fieldsOf(schema).get(field)?.optional
    }
    expect(Object.keys(looser).filter((where) => optional(where) !== true)).toEqual([])
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
        const known = fieldsOf(schema)
        const required = fields.filter((field) => {
          const where = `${name}.${field.name}`
          // A field with any JSON can be missing, since `Schema.Unknown` accepts `undefined`.
          const seenWithout = partialExamples.some((example) => isObject(example) && !(field.name in example))
          return !field.optional && field.type !== "json" && !seenWithout && !(where in looser)
        })
        const tooStrict = fields.filter((field) => field.optional && known.get(field.name)?.optional === false)
        expect(tooStrict.map((field) => field.name), "optional in some source, but required here").toEqual([])
        const tooLoose = required.filter((field) => known.get(field.name)?.optional)
        expect(tooLoose.map((field) => field.name), "in every source, but optional here").toEqual([])
        for (const field of required) {
          for (const value of wireValues(schema, entity).filter((value) => field.name in value)) {
            const { [field.name]: _, ...rest } = value
            const result = decode(schema)(rest)
            if (Either.isRight(result)) expect.fail(`decodes without ${field.name}: ${JSON.stringify(rest)}`)
            expect(messageOf(result.left)).toContain(`["${field.name}"]`)
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
