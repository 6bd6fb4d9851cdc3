/**
 * The constructors of the event schemas.
 */
import * as Schema from "effect/Schema"
import { envelope } from "../../schema/internal/eventFields.js"
import type { EventEncoded } from "../../schema/RawEvent.js"
import { type Codec, Json, mapOf } from "../../schema/ScalingoSchema.js"
import type { EventOfType } from "../EventData.js"

/**
 * The schema of one event type. It is a struct with an explicit TypeScript type. A type that is derived from the fields
 * of all 96 event types would cost every program that uses them seconds of type-checking.
 */
export interface EventSchema<Type extends string, Data extends Schema.Schema.Any>
  extends Codec<EventOfType<Type, Schema.Schema.Type<Data>>, EventEncoded>
{
  readonly eventType: Type
}

const make = <const Type extends string, Data extends Schema.Schema.Any>(
  eventType: Type,
  data: Data,
  empty: Schema.Schema.Type<Data>
): EventSchema<Type, Data> => {
  const struct = Schema.Struct({
    ...envelope,
    type: Schema.Literal(eventType),
    type_data: Schema.optionalWith(data, { nullable: true, default: () => empty })
  })
  return Object.assign(
    Schema.make<EventOfType<Type, Schema.Schema.Type<Data>>, EventEncoded>(struct.ast),
    { eventType }
  )
}

/**
 * An event type with known data. All fields of the data are `nullish`: the type does not enforce it, a test does. Data
 * that is missing or `null` decodes to an empty object.
 */
export const event = <const Type extends string, Fields extends Schema.Struct.Fields>(
  type: Type,
  data: Fields
): EventSchema<Type, Schema.Struct<Fields>> =>
  make(type, Schema.Struct(data), {} as Schema.Schema.Type<Schema.Struct<Fields>>)

const Bare = mapOf(Json)

/** An event type without known data. Any data is kept. */
export const bareEvent = <const Type extends string>(type: Type): EventSchema<Type, typeof Bare> => make(type, Bare, {})
