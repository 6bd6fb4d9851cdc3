/**
 * The constructors of the event schemas.
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { compile, type Decoder, isPlainObject, undo, withDecoder } from "../../internal/compiledDecoder.js"
import { lazy } from "../../internal/lazySchema.js"
import { envelope } from "../../schema/internal/eventFields.js"
import type { EventEncoded } from "../../schema/RawEvent.js"
import { type Codec, Json, mapOf } from "../../schema/ScalingoSchema.js"
import type { EventDataOf, EventOfType } from "../EventData.js"

/**
 * The schema of one event type. It is a struct with an explicit TypeScript type. A type that is derived from the fields
 * of all 96 event types would cost every program that uses them seconds of type-checking.
 */
export interface EventSchema<Type extends string, Data> extends Codec<EventOfType<Type, Data>, EventEncoded> {
  readonly eventType: Type
}

/** The struct of an event with any type and any data. Data that is missing is an empty object. */
const AnyEvent = lazy(() =>
  Schema.Struct({
    ...envelope,
    type: Schema.String,
    type_data: Schema.optionalWith(Schema.Unknown, { nullable: true, default: () => ({}) })
  })
)

const withFields = (struct: AST.TypeLiteral, types: { readonly [name: PropertyKey]: AST.AST }): AST.TypeLiteral =>
  new AST.TypeLiteral(
    struct.propertySignatures.map(({ annotations, isOptional, isReadonly, name, type }) =>
      new AST.PropertySignature(name, types[name] ?? type, isOptional, isReadonly, annotations)
    ),
    struct.indexSignatures,
    struct.annotations
  )

/** What `Schema.Struct` makes, derived from one struct: to build 96 of them takes several times longer. */
const structOf = (type: AST.AST, data: AST.AST): AST.AST => {
  const { from, to, transformation } = AnyEvent.ast as AST.Transformation
  return new AST.Transformation(
    withFields(from as AST.TypeLiteral, { type, type_data: AST.Union.make([data, AST.null, AST.undefinedKeyword]) }),
    withFields(to as AST.TypeLiteral, { type, type_data: AST.typeAST(data) }),
    transformation
  )
}

const make = <const Type extends string, Data>(eventType: Type, data: () => AST.AST): EventSchema<Type, Data> =>
  lazy<EventSchema<Type, Data>>(() => {
    const ast = structOf(new AST.Literal(eventType), data())
    const schema = withDecoder(Schema.make<EventOfType<Type, Data>, EventEncoded>(ast), (ask) => decoderOf(ast, ask))
    return Object.assign(schema, { eventType })
  }, { eventType })

/** Decodes the fields as they are on the wire, then sets the data where it is missing. */
const decoderOf = (ast: AST.AST, ask: Decoder): Decoder => {
  const decode = compile(AST.isTransformation(ast) ? ast.from : ast)
  return (input, changes) => {
    const before = changes?.length ?? 0
    const event = decode(input, changes)
    if (!isPlainObject(event)) return event
    const data = event["type_data"]
    if (Predicate.isNullable(data)) return { ...event, type_data: {} }
    if (isPlainObject(data)) return event
    // Data with a field that has the name of the prototype.
    undo(changes, before)
    return ask(input)
  }
}

/**
 * An event type with known data, whose fields are all `nullish`. Data that is missing or `null` decodes to an empty
 * object.
 */
export const event = <const Type extends string, Fields extends Schema.Struct.Fields>(
  type: Type,
  data: Fields
): EventSchema<Type, EventDataOf<Fields>> => make(type, () => Schema.Struct(data).ast)

const Bare = mapOf(Json)

/** An event type without known data. Any data is kept. */
export const bareEvent = <const Type extends string>(
  type: Type
): EventSchema<Type, { readonly [field: string]: unknown }> => make(type, () => Bare.ast)
