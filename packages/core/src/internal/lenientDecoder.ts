/**
 * What a lenient client gets of a response that does not fit.
 */
import * as Redacted from "effect/Redacted"
import type * as AST from "effect/SchemaAST"
import { annotationOf, compile, innerOf, isPlainObject, isScalar, rejected } from "./compiledDecoder.js"

/**
 * A value that its schema rejects, with all parts decoded that fit. The others stay as they came, unless the schema has a
 * secret there: then they are hidden.
 */
export const decodeWhatFits = (ast: AST.AST, input: unknown): unknown => {
  const value = compile(ast)(input)
  if (value !== rejected) return value
  const unfit = annotationOf(ast)?.unfit
  if (unfit !== undefined) return unfit(input)
  const inner = innerOf(ast)
  if (inner !== undefined) return decodeWhatFits(inner, input)
  switch (ast._tag) {
    case "TypeLiteral":
      return isPlainObject(input) ? fieldsThatFit(ast, input) : withoutParts(ast, input)
    case "TupleType":
      return Array.isArray(input)
        ? input.map((item, index) => decodeIfTyped(itemType(ast, index), item))
        : withoutParts(ast, input)
    case "Union": {
      // Among several members nobody knows which one is meant.
      const [member, ...others] = ast.types.filter((type) => mayHaveParts(type, Array.isArray(input)))
      return member !== undefined && others.length === 0 ? decodeWhatFits(member, input) : withoutParts(ast, input)
    }
    default:
      return input
  }
}

const decodeIfTyped = (ast: AST.AST | undefined, input: unknown): unknown =>
  ast === undefined ? input : decodeWhatFits(ast, input)

const itemType = ({ elements, rest }: AST.TupleType, index: number): AST.AST | undefined =>
  (elements[index] ?? rest[0])?.type

type Fields = { readonly [name: string]: unknown }

const fieldsThatFit = (
  { indexSignatures: [signature], propertySignatures }: AST.TypeLiteral,
  input: Fields
): Fields => {
  const types = new Map(propertySignatures.map(({ name, type }) => [name, type]))
  return Object.fromEntries(
    Object.entries(input).map(([name, given]) => [name, decodeIfTyped(types.get(name) ?? signature?.type, given)])
  )
}

/** Whether a schema may be meant for an object, or for a list. */
const mayHaveParts = (ast: AST.AST, isList: boolean): boolean => {
  const inner = innerOf(ast)
  if (inner !== undefined) return mayHaveParts(inner, isList)
  switch (ast._tag) {
    case "TupleType":
      return isList
    case "TypeLiteral":
      return !isList
    default:
      return !isScalar(ast)
  }
}

/** Nobody knows where in a value of another form the secret is. */
const withoutParts = (ast: AST.AST, input: unknown): unknown =>
  (typeof input === "object" || typeof input === "string") && hasSecret(ast, new Set()) ? hidden(input) : input

const hasSecret = (ast: AST.AST, above: Set<AST.AST>): boolean => {
  if (annotationOf(ast)?.unfit !== undefined) return true
  if (above.has(ast)) return false
  above.add(ast)
  const inner = innerOf(ast)
  if (inner !== undefined) return hasSecret(inner, above)
  switch (ast._tag) {
    case "TypeLiteral":
      return [...ast.propertySignatures, ...ast.indexSignatures].some(({ type }) => hasSecret(type, above))
    case "TupleType":
      return [...ast.elements, ...ast.rest].some(({ type }) => hasSecret(type, above))
    case "Union":
      return ast.types.some((type) => hasSecret(type, above))
    default:
      return false
  }
}

/** Any value, `Redacted`. What is missing stays missing. */
export const hidden = (input: unknown): unknown =>
  input === null || input === undefined
    ? input
    : Redacted.make(typeof input === "object" ? input : String(input))
