/**
 * The forms that the event types are written in.
 */
import * as Schema from "effect/Schema"
import { envelope } from "../../schema/internal/eventFields.js"
import type { EventEncoded } from "../../schema/RawEvent.js"
import { Json, mapOf } from "../../schema/ScalingoSchema.js"
import type { EventOfType } from "../EventData.js"

/**
 * The schema of one event type. It is a struct, whose type is spelt out instead of derived from all of its fields:
 * deriving it for 96 types costs every program that uses them seconds of type-checking.
 */
export interface EventSchema<Type extends string, Data extends Schema.Schema.Any>
  extends Schema.Schema<EventOfType<Type, Schema.Schema.Type<Data>>, EventEncoded>
{
  readonly eventType: Type
}

const make = <const Type extends string, Data extends Schema.Schema.Any>(
  eventType: Type,
  struct: Schema.Schema.All
): EventSchema<Type, Data> =>
  Object.assign(Schema.make<EventOfType<Type, Schema.Schema.Type<Data>>, EventEncoded>(struct.ast), { eventType })

/** An event type whose data has fields that are always there. */
export const event = <const Type extends string, Fields extends Schema.Struct.Fields>(
  type: Type,
  data: Fields
): EventSchema<Type, Schema.Struct<Fields>> =>
  make(type, Schema.Struct({ ...envelope, type: Schema.Literal(type), type_data: Schema.Struct(data) }))

const loose = <const Type extends string, Data extends Schema.Schema.Any>(
  type: Type,
  data: Data,
  empty: Schema.Schema.Type<Data>
): EventSchema<Type, Data> =>
  make(
    type,
    Schema.Struct({
      ...envelope,
      type: Schema.Literal(type),
      type_data: Schema.optionalWith(data, { nullable: true, default: () => empty })
    })
  )

/**
 * An event type without such fields: its data may be missing on the wire, and is then empty. That no field is required
 * is for the tests to make sure.
 */
export const looseEvent = <const Type extends string, Fields extends Schema.Struct.Fields>(
  type: Type,
  data: Fields
): EventSchema<Type, Schema.Struct<Fields>> =>
  loose(type, Schema.Struct(data), {} as Schema.Schema.Type<Schema.Struct<Fields>>)

const Bare = mapOf(Json)

/** An event type of which no data is known; what comes is kept. */
export const bareEvent = <const Type extends string>(type: Type): EventSchema<Type, typeof Bare> =>
  loose(type, Bare, {})
