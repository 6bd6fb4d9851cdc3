/**
 * The required fields of entities by the table in docs/decisions/0008-required-fields.md, and the fields of a documented
 * response that can be missing or `null` by it.
 */
import { readFileSync } from "node:fs"

const document = new URL("../../../docs/decisions/0008-required-fields.md", import.meta.url)

interface Row {
  readonly entity: string
  readonly fields: ReadonlyArray<string>
  readonly evidence: string
}

const rows: ReadonlyArray<Row> = readFileSync(document, "utf8").split("\n").flatMap((line) => {
  const [, entity, fields, evidence] = /^\| `(\w+)` \| (.*) \| (.*) \|$/.exec(line) ?? []
  return entity === undefined || fields === undefined || evidence === undefined
    ? []
    : [{ entity, fields: [...fields.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []), evidence }]
})

/** The entities of the table. */
export const listed: ReadonlyArray<string> = [...new Set(rows.map(({ entity }) => entity))]

const byEntity = new Map(
  listed.map((entity) => [entity, new Set(rows.filter((row) => row.entity === entity).flatMap((row) => row.fields))])
)

export const requiredFields = (entity: string): ReadonlySet<string> => byEntity.get(entity) ?? new Set()

/** Whether a required field is a collection, whose `null` is an empty list. */
export const isCollection = (entity: string, field: string): boolean =>
  rows.some((row) => row.entity === entity && row.fields.includes(field) && row.evidence.endsWith("`null` is empty"))

export interface EntityFixture {
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

export const entities: { readonly [name: string]: EntityFixture } = JSON.parse(
  readFileSync(new URL("../../fixtures/entities.json", import.meta.url), "utf8")
)

type Json = { readonly [key: string]: unknown }

export type Path = ReadonlyArray<string | number>

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Every field of a JSON value, at any depth. */
export const anyFields = (value: unknown, path: Path = []): ReadonlyArray<Path> =>
  Array.isArray(value)
    ? value.flatMap((item, index) => anyFields(item, [...path, index]))
    : isObject(value)
    ? Object.entries(value).flatMap(([name, inner]) => [[...path, name], ...anyFields(inner, [...path, name])])
    : []

/** Entities that the inventory does not have, and the one with the same fields. */
const alike: { readonly [entity: string]: string } = { IssuedToken: "Token" }

/** The fields of an entity that are not required, with those of the entities in it. */
const ofEntity = (name: string, value: unknown, path: Path): ReadonlyArray<Path> => {
  if (!isObject(value)) return []
  const required = requiredFields(name)
  return (entities[alike[name] ?? name]?.fields ?? []).flatMap(({ name: key, type, valueType }) => {
    if (!(key in value)) return []
    const here = [...path, key]
    return [
      ...(required.has(key) ? [] : [here]),
      ...(name === "Event" && key === "type_data" ? anyFields(value[key], here) : []),
      ...ofType(type, valueType, value[key], here)
    ]
  })
}

const ofType = (type: string, valueType: string | undefined, value: unknown, path: Path): ReadonlyArray<Path> => {
  const [kind = "", of = ""] = type.split(/:(.*)/)
  if (kind === "object") return ofEntity(of, value, path)
  if (kind === "array" && Array.isArray(value)) {
    return value.flatMap((item, index) => ofEntity(of, item, [...path, index]))
  }
  if (kind === "map" && valueType !== undefined && isObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) => ofType(valueType, undefined, inner, [...path, key]))
  }
  return []
}

const once = (paths: ReadonlyArray<Path>): ReadonlyArray<Path> => {
  const found = new Map<string, Path>()
  for (const path of paths) {
    const name = path.map((step) => typeof step === "number" ? "*" : step).join(".")
    if (!found.has(name)) found.set(name, path)
  }
  return [...found.values()]
}

export interface ResponseShape {
  readonly responseRoot: string | null
  readonly responseEntity: string | null
  readonly collection: boolean
}

/** The fields of a response that can be missing or `null`. Of a list only the first item that has the field counts. */
export const looseFields = (
  { collection, responseEntity, responseRoot }: ResponseShape,
  json: unknown
): ReadonlyArray<Path> => {
  if (responseEntity === null) return []
  // The whole body, root key included.
  const isWhole = responseEntity === "AddonProvisionResult"
  const below = responseRoot !== null && !isWhole && isObject(json) && responseRoot in json
  const value = below ? json[responseRoot] : json
  const path = below ? [responseRoot] : []
  const pagination = isObject(json) && isObject(json["meta"]) ? json["meta"]["pagination"] : undefined
  return once([
    ...ofType(`${collection ? "array" : "object"}:${responseEntity}`, undefined, value, path),
    ...ofEntity("Pagination", pagination, ["meta", "pagination"])
  ])
}

/** The JSON with one field set to `null`, or without it. */
export const withNull = (json: unknown, [step, ...rest]: Path, how: "null" | "missing"): unknown => {
  if (step === undefined) return json
  if (Array.isArray(json)) return json.map((item, index) => index === step ? withNull(item, rest, how) : item)
  if (!isObject(json) || !(step in json)) return json
  if (rest.length > 0) return { ...json, [step]: withNull(json[step], rest, how) }
  return how === "null"
    ? { ...json, [step]: null }
    : Object.fromEntries(Object.entries(json).filter(([key]) => key !== step))
}
