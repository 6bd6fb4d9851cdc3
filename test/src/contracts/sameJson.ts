/**
 * Compares the JSON that a schema encodes with the JSON that it has decoded.
 */
import { Schema, SchemaAST } from "effect"

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isZeroDate = (value: unknown): boolean =>
  value === "" || (typeof value === "string" && value.startsWith("0001-01-01T"))

const sameInstant = (a: unknown, b: unknown): boolean =>
  typeof a === "string" && typeof b === "string" && /^\d{4}-\d\d-\d\d/.test(a) && Date.parse(a) === Date.parse(b)

const members = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  SchemaAST.isUnion(ast)
    ? ast.types.flatMap(members)
    : SchemaAST.isSuspend(ast)
    ? members(ast.f())
    : SchemaAST.isRefinement(ast)
    ? members(ast.from)
    : [ast]

/** The schema of a field; `undefined` when the field is unknown. */
const fieldOf = (ast: SchemaAST.TypeLiteral, key: string): SchemaAST.AST | undefined =>
  ast.propertySignatures.find((property) => property.name === key)?.type ?? ast.indexSignatures[0]?.type

/** Whether a number in quotes has become a number. */
const sameNumber = (a: unknown, b: unknown): boolean =>
  typeof a === "string" && a !== "" && typeof b === "number" && Number(a) === b

/**
 * The first difference, or `undefined`. Allowed are another text for the same instant, `null` for a zero date, a number
 * for a number in quotes, and the loss of unknown fields.
 */
export const difference = <A, I>(schema: Schema.Schema<A, I>, original: unknown, encoded: unknown) =>
  compare(Schema.encodedSchema(schema).ast, original, encoded, "")

const compare = (ast: SchemaAST.AST, original: unknown, encoded: unknown, path: string): string | undefined => {
  const found = members(ast).map((member) => compareMember(member, original, encoded, path))
  return found.includes(undefined) ? undefined : found[0]
}

const compareMember = (ast: SchemaAST.AST, original: unknown, encoded: unknown, path: string): string | undefined => {
  if (Object.is(original, encoded)) return undefined
  if (isZeroDate(original) && encoded === null) return undefined
  if (sameInstant(original, encoded) || sameNumber(original, encoded)) return undefined
  if (Array.isArray(original) && Array.isArray(encoded)) {
    if (original.length !== encoded.length) return `${path}: ${original.length} items became ${encoded.length}`
    const item = SchemaAST.isTupleType(ast) ? ast.rest[0]?.type ?? SchemaAST.unknownKeyword : SchemaAST.unknownKeyword
    return original.map((value, i) => compare(item, value, encoded[i], `${path}[${i}]`)).find((d) => d !== undefined)
  }
  if (isObject(original) && isObject(encoded)) {
    for (const key of Object.keys(encoded)) {
      if (encoded[key] !== undefined && !(key in original)) return `${path}.${key}: was not there before`
    }
    for (const key of Object.keys(original)) {
      const field = SchemaAST.isTypeLiteral(ast) ? fieldOf(ast, key) : SchemaAST.unknownKeyword
      if (field === undefined) continue
      const inner = compare(field, original[key], encoded[key], `${path}.${key}`)
      if (inner !== undefined) return inner
    }
    return undefined
  }
  return `${path}: ${JSON.stringify(original)} became ${JSON.stringify(encoded)}`
}

/** Whether the schema is a map, so that any field is an entry. */
export const isMap = <A, I>(schema: Schema.Schema<A, I>): boolean =>
  members(Schema.encodedSchema(schema).ast).some((ast) =>
    SchemaAST.isTypeLiteral(ast) && ast.indexSignatures.length > 0
  )

/** The encoded fields of a schema, and whether each is optional. Those of a union are the fields of all members. */
export const fieldsOf = <A, I>(schema: Schema.Schema<A, I>): ReadonlyMap<string, { readonly optional: boolean }> => {
  const fields = new Map<string, { readonly optional: boolean }>()
  const literals = members(Schema.encodedSchema(schema).ast).filter(SchemaAST.isTypeLiteral)
  for (const literal of literals) {
    for (const property of literal.propertySignatures) {
      const name = String(property.name)
      const elsewhere = literals.some((other) => !other.propertySignatures.some((p) => p.name === property.name))
      fields.set(name, { optional: property.isOptional || elsewhere || (fields.get(name)?.optional ?? false) })
    }
  }
  return fields
}
