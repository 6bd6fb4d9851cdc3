/**
 * The rule of docs/decisions/0008-required-fields.md: the schemas require what its table lists, and every other field
 * can be `null` or missing.
 */
import { Event } from "@effect-scalingo/core/Event"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Exit, FastCheck, Schema, SchemaAST } from "effect"
import { examples, fixtures } from "../events/fixtures.js"
import { runner } from "./driver.js"
import { callFor, inventory, type InventoryEndpoint, isExternal, isLive, respondAs } from "./inventory.js"
import {
  anyFields,
  entities,
  isCollection,
  isObject,
  listed,
  looseFields,
  type Path,
  requiredFields,
  withNull
} from "./requiredFields.js"

/** Inputs, files, and what an addon provider responds. */
const notResponses = new Set([
  "AddonManifest",
  "AddonManifestEndpoints",
  "AddonManifestPlan",
  "DatabasePostProvisioningConfiguration",
  "ProviderPlanChangeResponse",
  "ProviderProvisionResponse",
  "ScaleContainer",
  "ScalingoManifest",
  "ScalingoManifestEnv",
  "ScalingoManifestFormation",
  "ScalingoManifestScripts"
])

/** Entities that the inventory has under another name, or only inside of others. */
const others = ["DedicatedDatabaseAddon", "EventAccount", "IssuedToken", "NextDatabaseTypeVersion", "UnknownEvent"]

/** Embedded objects without a name of their own that have required fields, and the entity they are like. */
const embedded: { readonly [path: string]: string } = {
  "DashboardDatabaseApp.database": "DedicatedDatabase",
  "DedicatedDatabaseDashboardItem.database": "DedicatedDatabase"
}

const modules = import.meta.glob<Record<string, unknown>>([
  "../../../packages/core/src/{client,events,provider,resources,schema}/**/*.ts",
  "!**/internal/**"
], { eager: true })

const schemas = new Map(
  Object.values(modules).flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => Schema.isSchema(value) ? [[name, value] as const] : [])
  )
)

const names = [...Object.keys(entities).filter((name) => !notResponses.has(name)), ...others, "RawEvent"]

const named = new Set(names.flatMap((name) => schemas.get(name)?.ast ?? []))

/** The members of a union, on the wire side. */
const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  SchemaAST.isUnion(ast)
    ? ast.types.flatMap(membersOf)
    : SchemaAST.isTransformation(ast)
    ? membersOf(ast.from)
    : SchemaAST.isRefinement(ast)
    ? membersOf(ast.from)
    : SchemaAST.isSuspend(ast)
    ? membersOf(ast.f())
    : [ast]

const acceptsNull = (ast: SchemaAST.AST): boolean =>
  membersOf(ast).some((member) =>
    (SchemaAST.isLiteral(member) && member.literal === null) || SchemaAST.isUnknownKeyword(member)
  )

/** Where a schema differs from the list of required fields, with the objects in it that have no name. */
const differences = (name: string, entity: string, ast: SchemaAST.AST): ReadonlyArray<string> => {
  const required = requiredFields(entity)
  return membersOf(ast).flatMap((member): ReadonlyArray<string> => {
    if (SchemaAST.isTupleType(member)) return member.rest.flatMap(({ type }) => inner(name, type))
    if (!SchemaAST.isTypeLiteral(member)) return []
    return member.propertySignatures.flatMap((property) => {
      const field = String(property.name)
      const where = `${name}.${field}`
      const isNullish = property.isOptional && acceptsNull(property.type)
      const isRequired = !property.isOptional &&
        (SchemaAST.isUnknownKeyword(property.type) || acceptsNull(property.type) === isCollection(entity, field))
      const wrong = required.has(field)
        ? isRequired ? [] : [`${where} is listed, but not required`]
        : isNullish
        ? []
        : [`${where} is not listed, but refuses ${property.isOptional ? "null" : "to be missing"}`]
      return [...wrong, ...inner(where, property.type)]
    })
  })
}

const inner = (where: string, ast: SchemaAST.AST): ReadonlyArray<string> =>
  named.has(ast)
    ? []
    : SchemaAST.isUnion(ast)
    ? ast.types.flatMap((type) => inner(where, type))
    : differences(where, embedded[where] ?? where, ast)

describe("the table of required fields", () => {
  it("is what the schemas require", () => {
    const found = names.flatMap((name) => {
      const schema = schemas.get(name)
      return schema === undefined ? [`${name} has no schema`] : differences(name, name, schema.ast)
    })
    assert.deepStrictEqual(found, [])
  })

  it("has only entities and fields that exist", () => {
    assert.deepStrictEqual(listed.filter((entity) => !names.includes(entity)), [])
    const unknown = Object.entries(entities).flatMap(([name, { fields }]) =>
      [...requiredFields(name)].filter((field) => !fields.some((known) => known.name === field))
        .map((field) => `${name}.${field}`)
    )
    assert.deepStrictEqual(unknown, [])
  })

  it("has no field that the inventory has as optional or null", () => {
    const doubtful = Object.entries(entities).flatMap(([name, { fields }]) =>
      fields.filter((field) => requiredFields(name).has(field.name) && !isCollection(name, field.name))
        .filter(({ nullable, optional }) => optional || nullable === true)
        .map((field) => `${name}.${field.name}`)
    )
    assert.deepStrictEqual(doubtful, [])
  })
})

interface Case {
  readonly endpoint: InventoryEndpoint
  readonly json: unknown
  readonly loose: ReadonlyArray<Path>
}

/** Methods that return another entity than the inventory has for the endpoint. */
const returned: { readonly [endpoint: string]: string } = {
  "Tokens.create": "IssuedToken",
  "Tokens.renew": "IssuedToken"
}

/** Fields that a method cannot do without, although they are not required of the entity. */
const needed: { readonly [endpoint: string]: ReadonlyArray<string> } = {
  // The response has the id of the operation, or the operation itself.
  "Databases.pitrRestore": ["operation_id"]
}

const looseOf = (endpoint: InventoryEndpoint, json: unknown): ReadonlyArray<Path> => {
  const name = `${endpoint.resource}.${endpoint.name}`
  return looseFields({ ...endpoint, responseEntity: returned[name] ?? endpoint.responseEntity }, json)
    .filter((path) => !(needed[name] ?? []).includes(path.join(".")))
}

const cases: ReadonlyArray<Case> = inventory.flatMap((endpoint) => {
  if (isLive(endpoint) || isExternal(endpoint) || endpoint.pathIsFullUrl === true) return []
  const json = callFor(endpoint)?.response?.json ?? endpoint.exampleResponse
  return json === null || json === undefined ? [] : [{ endpoint, json, loose: looseOf(endpoint, json) }]
})

const runCall = runner()

const run = (endpoint: InventoryEndpoint, json: unknown) => {
  const driven = callFor(endpoint)
  if (driven === undefined) return Exit.die(`no call for ${endpoint.name}`)
  const { response } = driven
  return runCall(driven.run, respondAs(endpoint, json === null ? { ...response, text: "null" } : { ...response, json }))
}

/** The items of a list, of a stream, of a page, or of the result of a scaling. */
const itemsOf = (value: unknown): ReadonlyArray<unknown> =>
  Chunk.isChunk(value) || Array.isArray(value)
    ? [...value]
    : isObject(value) && Array.isArray(value["items"] ?? value["containers"])
    ? itemsOf(value["items"] ?? value["containers"])
    : assert.fail(`no list: ${JSON.stringify(value)}`)

const isKnown = (value: unknown): boolean =>
  Chunk.isChunk(value) || Array.isArray(value)
    ? [...value].every(isKnown)
    : !isObject(value) || !("event_type" in value) || value["type"] !== "unknown"

const checkDecodes = (endpoint: InventoryEndpoint, json: unknown, message: string) => {
  const exit = run(endpoint, json)
  if (Exit.isFailure(exit)) assert.fail(`${message}: ${exit.cause}`)
  if (endpoint.responseEntity === "Event") assert.isTrue(isKnown(exit.value), `${message}: an unknown event`)
}

describe("a response decodes", () => {
  for (const { endpoint, json, loose } of cases) {
    if (loose.length === 0) continue
    it(`${endpoint.api} ${endpoint.resource}.${endpoint.name}: whatever is null or missing`, () => {
      checkDecodes(endpoint, json, "as it is")
      for (const path of loose) {
        for (const how of ["null", "missing"] as const) {
          checkDecodes(endpoint, withNull(json, path, how), `${path.join(".")} is ${how}`)
        }
      }
      const change = FastCheck.record({
        path: FastCheck.constantFrom(...loose),
        how: FastCheck.constantFrom("null" as const, "missing" as const)
      })
      FastCheck.assert(
        FastCheck.property(FastCheck.array(change, { minLength: 2, maxLength: loose.length + 2 }), (changes) => {
          const changed = changes.reduce<unknown>((value, { how, path }) => withNull(value, path, how), json)
          checkDecodes(endpoint, changed, JSON.stringify(changed))
        }),
        { numRuns: 5, seed: 20_150 }
      )
    })
  }

  it("in most cases of the inventory", () => {
    assert.isAbove(cases.filter(({ loose }) => loose.length > 0).length, 150)
  })
})

describe("a collection", () => {
  const collections = cases.filter(({ endpoint }) => endpoint.collection)

  for (const { endpoint, json } of collections) {
    const root = endpoint.responseRoot
    const title = `${endpoint.api} ${endpoint.resource}.${endpoint.name}`
    if (root === null || !isObject(json)) {
      it(`${title}: null is empty`, () => {
        const exit = run(endpoint, null)
        assert.isTrue(Exit.isSuccess(exit), String(exit))
        if (Exit.isSuccess(exit)) assert.deepStrictEqual(itemsOf(exit.value), [])
      })
      continue
    }
    const meta = (count: number) => ({
      meta: { pagination: { current_page: 1, next_page: null, total_pages: 1, total_count: count } }
    })
    it(`${title}: null is empty, unless meta tells of items; missing is an error`, () => {
      const none = run(endpoint, { ...json, [root]: null, ...meta(0) })
      assert.isTrue(Exit.isSuccess(none), String(none))
      if (Exit.isSuccess(none)) assert.deepStrictEqual(itemsOf(none.value), [])
      for (const wrong of [{ ...json, [root]: null, ...meta(3) }, { ...meta(0) }]) {
        const exit = run(endpoint, wrong)
        assert.include(String(exit), "DecodeError", JSON.stringify(wrong))
      }
    })
  }
})

describe("an event", () => {
  const decode = Schema.decodeUnknownSync(Event)
  const samples = fixtures.map(({ example, type }) => example === null ? undefined : { ...example, type })

  for (const example of examples) {
    it(`${example.type}: stays known, whatever of its data is null or missing`, () => {
      const loose = [["type_data"], ...anyFields(example.type_data, ["type_data"])]
      for (const path of loose) {
        for (const how of ["null", "missing"] as const) {
          const changed = withNull(example, path, how)
          assert.strictEqual(decode(changed).type, example.type, `${path.join(".")} is ${how}`)
        }
      }
      const some = FastCheck.subarray(loose)
      FastCheck.assert(
        FastCheck.property(some, FastCheck.constantFrom("null" as const, "missing" as const), (paths, how) => {
          const changed = paths.reduce<unknown>((value, path) => withNull(value, path, how), example)
          assert.strictEqual(decode(changed).type, example.type)
        }),
        { numRuns: 10, seed: 20_150 }
      )
    })
  }

  it("without an example stays known, whatever of its data is null", () => {
    assert.isAbove(samples.filter((sample) => sample === undefined).length, 0)
    for (const { type, typeData } of fixtures) {
      const envelope = { id: "1", created_at: "2015-02-12T17:05:14.226Z", type }
      for (const { name } of typeData) {
        assert.strictEqual(decode({ ...envelope, type_data: { [name]: null } }).type, type, name)
      }
    }
  })
})
