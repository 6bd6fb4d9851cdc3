/**
 * Decoders that are compiled from a schema, for values that come from JSON. They decode what a schema accepts several
 * times faster than the schema does. What they reject goes to the schema, whose error the caller gets.
 *
 * A decoded value shares the unchanged parts of its input. The input itself is only changed where its owner allows it.
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import type { ParseError } from "./parseResult.js"

/**
 * Returns the decoded value, or {@link rejected} where the schema rejects the input. With `changes`, it may write what it
 * has decoded into the input, which costs much less than a copy. A rejected input may have been changed in parts: who
 * reads it again calls {@link undo} first.
 */
export type Decoder = (input: unknown, changes?: Changes) => unknown

/** In place of a value: the schema rejects the input. */
export const rejected: unique symbol = Symbol("rejected")

type Json = { readonly [key: string]: unknown }

/** What was changed: objects, their keys, and the earlier values, in turn. */
export type Changes = Array<unknown>

/** Replaces the value of a key, and notes the earlier one. */
export const replace = (changes: Changes, object: object, key: PropertyKey, given: unknown, value: unknown): void => {
  changes.push(object, key, given)
  ;(object as { [key: PropertyKey]: unknown })[key] = value
}

/** Takes back what was changed after the first `count` entries, the last change first. */
export const undo = (changes: Changes | undefined, count: number): void => {
  if (changes === undefined) return
  for (let index = changes.length - 3; index >= count; index -= 3) {
    const object = changes[index] as { [key: PropertyKey]: unknown }
    object[changes[index + 1] as PropertyKey] = changes[index + 2]
  }
  changes.length = count
}

/** The compiled decoder, with the schema as the judge on what it rejects. */
const decoderWithSchema = <A, I>(
  schema: Schema.Schema<A, I>
): (input: unknown, changes: Changes | undefined) => Either.Either<A, ParseError> => {
  let compiled: Decoder | undefined
  return (input, changes) => {
    compiled ??= compile(schema.ast)
    const value = compiled(input, changes)
    if (value !== rejected) return Either.right(value as A)
    undo(changes, 0)
    return Schema.decodeUnknownEither(schema)(input)
  }
}

/**
 * Decodes like `Schema.decodeUnknownEither` with the default options. Nothing is compiled before the first use. The
 * schema decides on what the compiled decoder rejects, so that all errors are the schema's.
 */
export const decodeUnknownEither = <A, I>(
  schema: Schema.Schema<A, I>
): (input: unknown) => Either.Either<A, ParseError> => {
  const decode = decoderWithSchema(schema)
  return (input) => decode(input, undefined)
}

/**
 * Decodes JSON that nobody else uses: the decoded value may be the input itself, changed. What is rejected is as it was
 * before.
 */
export const decodeInPlace = <A, I>(
  schema: Schema.Schema<A, I>
): (json: unknown) => Either.Either<A, ParseError> => {
  const decode = decoderWithSchema(schema)
  return (json) => decode(json, [])
}

const annotationId = Symbol.for("@effect-scalingo/core/internal/compiledDecoder")

/** How to decode a schema, on the first use. `ask` lets the schema itself decode. */
type Make = (ask: Decoder) => Decoder

interface Annotation {
  readonly ast: AST.AST
  readonly make?: Make
  readonly like?: AST.AST
  readonly unfit?: ((input: unknown) => unknown) | undefined
}

const annotate = <A, I>(schema: Schema.Schema<A, I>, annotation: Omit<Annotation, "ast">) =>
  Schema.make<A, I>(
    AST.annotations(schema.ast, {
      ...schema.ast.annotations,
      [annotationId]: { ...annotation, ast: schema.ast } satisfies Annotation
    })
  )

/**
 * The same schema with a decoder that is written by hand. It leaves to `ask` what it does not know, after it has undone
 * its changes, and returns `rejected` only for what the schema surely rejects. `unfit` is for secrets: it gives what
 * `decodeWhatFits` puts in place of a value that is rejected.
 */
export const withDecoder = <A, I>(
  schema: Schema.Schema<A, I>,
  make: Make,
  unfit?: (input: unknown) => unknown
): Schema.Schema<A, I> => annotate(schema, { make, unfit })

/** The same schema, decoded as another one that accepts the same values. */
export const decodedLike = <A, I>(schema: Schema.Schema<A, I>, like: Schema.Schema.Any): Schema.Schema<A, I> =>
  annotate(schema, { like: like.ast })

/**
 * Effect copies annotations to schemas that mean something else, such as the type side of a struct. So the annotation
 * holds only where everything but the annotations is still the same.
 */
export const annotationOf = (ast: AST.AST): Annotation | undefined => {
  const found = ast.annotations[annotationId] as Annotation | undefined
  return found !== undefined && isCopy(ast, found.ast) ? found : undefined
}

const isCopy = (ast: AST.AST, original: object): boolean =>
  Object.entries(ast).every(([key, value]) => key === "annotations" || (original as Json)[key] === value)

/** By AST: the fields of many schemas are the same. */
const compiledDecoders = new WeakMap<AST.AST, Decoder>()

export const compile = (ast: AST.AST): Decoder => {
  const known = compiledDecoders.get(ast)
  if (known !== undefined) return known
  const made = make(ast)
  compiledDecoders.set(ast, made)
  return made
}

/** Compiles on the first use: most members of a large union are never met, and a schema may be recursive. */
export const lazily = (ast: () => AST.AST): Decoder => {
  let decode: Decoder | undefined
  return (input, changes) => (decode ??= compile(ast()))(input, changes)
}

/** The fallback, for every schema that this module does not know. It also runs effects that do not wait. */
const bySchema = (ast: AST.AST): Decoder => {
  let decode: ((input: unknown) => Either.Either<unknown, ParseError>) | undefined
  return (input) => {
    decode ??= Schema.decodeUnknownEither(Schema.make<unknown, unknown, never>(ast))
    return valueOf(decode(input))
  }
}

/** Whether annotations change how a schema decodes. */
const hasOwnWay = (ast: AST.AST): boolean =>
  AST.ParseOptionsAnnotationId in ast.annotations || AST.DecodingFallbackAnnotationId in ast.annotations

const make = (ast: AST.AST): Decoder => {
  // Options hold for everything below, and a fallback turns a rejection into a value.
  if (hasOwnWay(ast)) return bySchema(ast)
  const own = annotationOf(ast)
  if (own?.like !== undefined) return compile(own.like)
  if (own?.make !== undefined) return own.make(bySchema(ast))
  switch (ast._tag) {
    case "StringKeyword":
      return (input) => typeof input === "string" ? input : rejected
    case "NumberKeyword":
      return (input) => typeof input === "number" ? input : rejected
    case "BooleanKeyword":
      return (input) => typeof input === "boolean" ? input : rejected
    case "UndefinedKeyword":
      return (input) => input === undefined ? input : rejected
    case "Literal": {
      const { literal } = ast
      return (input) => input === literal ? input : rejected
    }
    case "UnknownKeyword":
    case "AnyKeyword":
      return (input) => input
    case "Declaration":
      return declaration(ast)
    case "Refinement":
      return refinement(ast)
    case "Transformation":
      return transformation(ast)
    case "TypeLiteral":
      return typeLiteral(ast)
    case "TupleType":
      return tuple(ast)
    case "Union":
      return union(ast)
    case "Suspend":
      return lazily(ast.f)
    default:
      return bySchema(ast)
  }
}

const declaration = (ast: AST.Declaration): Decoder => {
  const parse = ast.decodeUnknown(...ast.typeParameters)
  const ask = bySchema(ast)
  return (input) => {
    const result = parse(input, AST.defaultParseOption, ast)
    return Either.isEither(result) ? valueOf(result) : ask(input)
  }
}

const valueOf = (result: Either.Either<unknown, unknown>): unknown => Either.isRight(result) ? result.right : rejected

const refinement = (ast: AST.Refinement): Decoder => {
  const from = compile(ast.from)
  return (input, changes) => {
    const value = from(input, changes)
    return value === rejected || Option.isNone(ast.filter(value, AST.defaultParseOption, ast)) ? value : rejected
  }
}

/** Whether all values of a type are strings, numbers and the like. */
export const isScalar = (ast: AST.AST): boolean => {
  switch (ast._tag) {
    case "StringKeyword":
    case "NumberKeyword":
    case "BooleanKeyword":
    case "UndefinedKeyword":
    case "Literal":
      return true
    case "Refinement":
      return isScalar(ast.from)
    case "Union":
      return ast.types.every(isScalar)
    default:
      return false
  }
}

/** Values that a transformation made may have more than JSON has: the schema checks them, unless they are scalar. */
const typeSide = (ast: AST.AST): Decoder => isScalar(ast) || ast._tag === "Declaration" ? compile(ast) : bySchema(ast)

const transformation = (ast: AST.Transformation): Decoder => {
  const { transformation: step } = ast
  switch (step._tag) {
    case "ComposeTransformation": {
      const from = compile(ast.from)
      const to = typeSide(ast.to)
      return (input, changes) => {
        const value = from(input, changes)
        return value === rejected ? rejected : to(value)
      }
    }
    case "FinalTransformation": {
      // The schema gives the function a copy, which it may change; a compiled decoder shares its value with the input.
      if (!isScalar(AST.typeAST(ast.from))) return bySchema(ast)
      const from = compile(ast.from)
      const to = typeSide(ast.to)
      const ask = bySchema(ast)
      return (input) => {
        const value = from(input)
        if (value === rejected) return rejected
        const result = step.decode(value, AST.defaultParseOption, ast, input)
        // An effect is the schema's to run.
        if (!Either.isEither(result)) return ask(input)
        return Either.isRight(result) ? to(result.right) : rejected
      }
    }
    case "TypeLiteralTransformation": {
      const from = compile(ast.from)
      const to = typeSide(ast.to)
      return (input, changes) => {
        const value = from(input, changes)
        if (value === rejected) return rejected
        const made = { ...(value as { [name: PropertyKey]: unknown }) }
        for (const { decode, from, to } of step.propertySignatureTransformations) {
          const field = decode(Object.hasOwn(made, from) ? Option.some(made[from]) : Option.none())
          delete made[from]
          if (Option.isSome(field)) made[to] = field.value
        }
        return to(made)
      }
    }
  }
}

// The kinds of values that JSON has besides objects and lists, as bits.
const stringKind = 1
const numberKind = 2
const booleanKind = 4
const nullKind = 8
const undefinedKind = 16
const allKinds = 31

const kindOf = (value: unknown): number =>
  typeof value === "string"
    ? stringKind
    : value === null
    ? nullKind
    : typeof value === "boolean"
    ? booleanKind
    : typeof value === "number"
    ? numberKind
    : value === undefined
    ? undefinedKind
    : 0

/** The kinds whose values a schema accepts all, unchanged. */
const kindsOf = (ast: AST.AST): number => {
  if (hasOwnWay(ast)) return 0
  const own = annotationOf(ast)
  if (own !== undefined) return own.like === undefined ? 0 : kindsOf(own.like)
  switch (ast._tag) {
    case "StringKeyword":
      return stringKind
    case "NumberKeyword":
      return numberKind
    case "BooleanKeyword":
      return booleanKind
    case "UndefinedKeyword":
      return undefinedKind
    case "Literal":
      return ast.literal === null ? nullKind : 0
    case "UnknownKeyword":
      return allKinds
    case "Union": {
      let kinds = 0
      let taken = 0
      for (const type of ast.types) {
        kinds |= kindsOf(type) & ~taken
        taken |= possibleKindsOf(type)
      }
      return kinds
    }
    default:
      return 0
  }
}

/** The kinds of which a schema accepts some values. */
const possibleKindsOf = (ast: AST.AST): number => {
  if (hasOwnWay(ast)) return allKinds
  switch (ast._tag) {
    case "StringKeyword":
    case "NumberKeyword":
    case "BooleanKeyword":
    case "UndefinedKeyword":
      return kindsOf(ast)
    case "Literal":
      return kindOf(ast.literal)
    case "TypeLiteral":
      return ast.propertySignatures.length + ast.indexSignatures.length === 0 ? allKinds : 0
    case "TupleType":
      return 0
    case "Refinement":
    case "Transformation":
      return possibleKindsOf(ast.from)
    case "Union":
      return ast.types.reduce((kinds, type) => kinds | possibleKindsOf(type), 0)
    default:
      return allKinds
  }
}

/** JSON has no other objects; lists are none. */
export const isPlainObject = (input: unknown): input is Json =>
  typeof input === "object" && input !== null && Object.getPrototypeOf(input) === Object.prototype

/** Whether a value that is no plain object may come from JSON. */
const isJson = (input: unknown): boolean => typeof input !== "object" || input === null || Array.isArray(input)

const typeLiteral = (ast: AST.TypeLiteral): Decoder => {
  const { indexSignatures: [signature, ...others], propertySignatures: fields } = ast
  if (others.length > 0 || fields.some(({ name }) => typeof name !== "string" || name === "__proto__")) {
    return bySchema(ast)
  }
  if (signature === undefined) {
    return fields.length === 0
      ? (input) => input === null || input === undefined ? rejected : input
      : struct(ast, false)
  }
  if (signature.parameter._tag !== "StringKeyword") return bySchema(ast)
  if (fields.length === 0) return record(signature.type, ast)
  return signature.type._tag === "UnknownKeyword" ? struct(ast, true) : bySchema(ast)
}

const record = (type: AST.AST, ast: AST.TypeLiteral): Decoder => {
  const decode = compile(type)
  const ask = bySchema(ast)
  return (input, changes) => {
    if (!isPlainObject(input)) return isJson(input) ? rejected : ask(input)
    // The schema sets the prototype of its value.
    if (Object.hasOwn(input, "__proto__")) return ask(input)
    let output: { [key: string]: unknown } | undefined
    for (const key in input) {
      const given = input[key]
      const value = decode(given, changes)
      if (value === rejected) return rejected
      if (value === given) continue
      if (changes === undefined) (output ??= { ...input })[key] = value
      else replace(changes, input, key, given, value)
    }
    return output ?? input
  }
}

interface Field {
  readonly name: string
  readonly isOptional: boolean
  /** What needs no decoding. */
  readonly kinds: number
  readonly decode: Decoder
}

/** A struct. An open one keeps the fields that it does not know. */
const struct = (ast: AST.TypeLiteral, isOpen: boolean): Decoder => {
  const fields = new Map<string, Field>()
  for (const { isOptional, name, type } of ast.propertySignatures) {
    fields.set(name as string, { name: name as string, isOptional, kinds: kindsOf(type), decode: compile(type) })
  }
  const required = [...fields.values()].filter(({ isOptional }) => !isOptional)
  const ask = bySchema(ast)
  // The objects of a list mostly have the same keys in the same order: that of the last object saves most look-ups.
  const order: Array<Field> = []
  return (input, changes) => {
    if (!isPlainObject(input)) return isJson(input) ? rejected : ask(input)
    // The schema would set the prototype of its value.
    if (isOpen && Object.hasOwn(input, "__proto__")) return ask(input)
    let output: { [key: string]: unknown } | undefined
    let index = 0
    let requiredCount = 0
    let hasUnknown = false
    for (const key in input) {
      let field = order[index]
      if (field === undefined || field.name !== key) {
        field = fields.get(key)
        if (field === undefined) {
          hasUnknown = true
          continue
        }
        order[index] = field
      }
      index++
      if (!field.isOptional) requiredCount++
      const given = input[key]
      if ((field.kinds & kindOf(given)) !== 0) continue
      const value = field.decode(given, changes)
      if (value === rejected) return rejected
      if (value === given) continue
      if (changes === undefined) (output ??= { ...input })[key] = value
      else replace(changes, input, key, given, value)
    }
    const all: Json = output ?? input
    const result = hasUnknown && !isOpen ? withoutUnknown(fields, all) : all
    return requiredCount === required.length ? result : withMissing(required, result)
  }
}

const withoutUnknown = (fields: ReadonlyMap<string, Field>, input: Json): Json => {
  const output: { [key: string]: unknown } = {}
  for (const key in input) if (fields.has(key)) output[key] = input[key]
  return output
}

/** A required field may be missing where its schema accepts `undefined`. */
const withMissing = (required: ReadonlyArray<Field>, input: Json): Json | typeof rejected => {
  const output = { ...input }
  for (const { decode, name } of required) {
    if (Object.hasOwn(input, name)) continue
    const value = decode(undefined)
    if (value === rejected) return rejected
    output[name] = value
  }
  return output
}

const tuple = (ast: AST.TupleType): Decoder => {
  const { elements, rest: [rest, ...after] } = ast
  if (after.length > 0 || elements.some(({ isOptional }) => isOptional)) return bySchema(ast)
  const first = elements.map(({ type }) => compile(type))
  const others = rest === undefined ? undefined : compile(rest.type)
  return (input, changes) => {
    if (!Array.isArray(input) || input.length < first.length) return rejected
    if (others === undefined && input.length > first.length) return rejected
    let output: Array<unknown> | undefined
    for (let index = 0; index < input.length; index++) {
      const given: unknown = input[index]
      const value = (first[index] ?? others!)(given, changes)
      if (value === rejected) return rejected
      if (value === given) continue
      if (changes === undefined) (output ??= input.slice())[index] = value
      else replace(changes, input, index, given, value)
    }
    return output ?? input
  }
}

interface Tag {
  readonly name: PropertyKey
  readonly literal: AST.LiteralValue
}

/** The schema that reads the input of one that only refines it, transforms it or refers to it. */
export const innerOf = (ast: AST.AST): AST.AST | undefined =>
  ast._tag === "Suspend"
    ? ast.f()
    : ast._tag === "Refinement" || ast._tag === "Transformation"
    ? ast.from
    : undefined

/** The literals by which the schema chooses among the members of a union. */
const tagsOf = (ast: AST.AST): ReadonlyArray<Tag> => {
  const inner = innerOf(ast)
  if (inner !== undefined) return tagsOf(inner)
  switch (ast._tag) {
    case "TypeLiteral":
      return ast.propertySignatures.flatMap(({ isOptional, name, type }) => {
        const encoded = AST.encodedAST(type)
        return !isOptional && encoded._tag === "Literal" ? [{ name, literal: encoded.literal }] : []
      })
    case "TupleType":
      return ast.elements.flatMap(({ isOptional, type }, index) => {
        const encoded = AST.encodedAST(type)
        return !isOptional && encoded._tag === "Literal" ? [{ name: index, literal: encoded.literal }] : []
      })
    case "Declaration":
      return Option.match(AST.getSurrogateAnnotation(ast), { onNone: () => [], onSome: tagsOf })
    default:
      return []
  }
}

/** Most members of a larger union are never met, so that they are compiled when they are. */
const maxEager = 8

/** The first member that accepts the input, in the order in which the schema asks them: those with a literal first. */
const union = (ast: AST.Union): Decoder => {
  const kinds = kindsOf(ast)
  const members = ast.types
    // `kinds` stands for these.
    .filter((type) => !isScalar(type) || kindsOf(type) === 0 || (kindsOf(type) & ~kinds) !== 0)
    .map((type) => ({ tags: tagsOf(type), decode: ast.types.length > maxEager ? lazily(() => type) : compile(type) }))
  const others = firstOf(members.filter(({ tags }) => tags.length === 0).map(({ decode }) => decode))
  const tagged = members.filter(({ tags }) => tags.length > 0)
  const tagName = tagged[0]?.tags[0]?.name
  if (tagName === undefined) {
    return (input, changes) => (kinds & kindOf(input)) !== 0 ? input : others(input, changes)
  }
  // The order among members with literals in several fields is a matter of the schema.
  if (typeof tagName !== "string" || tagged.some(({ tags }) => tags.length > 1 || tags[0]?.name !== tagName)) {
    return bySchema(ast)
  }
  const byTag = new Map<string, Decoder>()
  for (const { decode, tags: [tag] } of tagged) {
    const key = String(tag?.literal)
    const earlier = byTag.get(key)
    byTag.set(key, earlier === undefined ? decode : firstOf([earlier, decode]))
  }
  const ask = bySchema(ast)
  return (input, changes) => {
    if ((kinds & kindOf(input)) !== 0) return input
    if (!isPlainObject(input)) return isJson(input) ? others(input, changes) : ask(input)
    const tag = input[tagName]
    // The schema makes a string of it, which may throw.
    if (typeof tag === "object" && tag !== null) return ask(input)
    const chosen = byTag.get(String(tag))
    return chosen === undefined ? others(input, changes) : orElse(chosen, others, input, changes)
  }
}

const firstOf = ([first = reject, ...others]: ReadonlyArray<Decoder>): Decoder => {
  if (others.length === 0) return first
  const rest = firstOf(others)
  return (input, changes) => orElse(first, rest, input, changes)
}

const reject: Decoder = () => rejected

/** Decodes with the second decoder what the first one rejects. */
export const orElse = (first: Decoder, second: Decoder, input: unknown, changes: Changes | undefined): unknown => {
  const before = changes?.length ?? 0
  const value = first(input, changes)
  if (value !== rejected) return value
  undo(changes, before)
  return second(input, changes)
}
