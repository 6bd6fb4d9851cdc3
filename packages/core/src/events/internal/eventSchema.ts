/**
 * The constructors of the event schemas.
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { compile, type Decoder, withDecoder } from "../../internal/compiledDecoder.js"
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

const make = <const Type extends string, Data, Encoded>(
  eventType: Type,
  data: Codec<Data, Encoded>,
  empty: Data
): EventSchema<Type, Data> => {
  const build = () => {
    const { ast } = Schema.Struct({
      ...envelope,
      type: Schema.Literal(eventType),
      type_data: Schema.optionalWith(data, { nullable: true, default: () => empty })
    })
    return withDecoder(Schema.make<EventOfType<Type, Data>, EventEncoded>(ast), () => decoderOf(ast))
  }
  return lazy<EventSchema<Type, Data>>(() => Object.assign(build(), { eventType }), { eventType })
}

/** Decodes the fields as they are on the wire, then sets the data where it is missing. */
const decoderOf = (ast: AST.AST): Decoder => {
  const decode = compile(AST.isTransformation(ast) ? ast.from : ast)
  return (input) => {
    const event = decode(input)
    if (!Predicate.isRecord(event)) return event
    // Decoding the date has made a copy, so the event is not the input.
    event["type_data"] ??= {}
    return event
  }
}

/**
 * An event type with known data, whose fields are all `nullish`. Data that is missing or `null` decodes to an empty
 * object.
 */
export const event = <const Type extends string, Fields extends Schema.Struct.Fields>(
  type: Type,
  data: Fields
): EventSchema<Type, EventDataOf<Fields>> =>
  make(type, lazy(() => Schema.make<EventDataOf<Fields>>(Schema.Struct(data).ast)), {})

const Bare = mapOf(Json)

/** An event type without known data. Any data is kept. */
export const bareEvent = <const Type extends string>(
  type: Type
): EventSchema<Type, { readonly [field: string]: unknown }> => make(type, Bare, {})
