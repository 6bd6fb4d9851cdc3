/**
 * The forms that the event types are written in.
 */
import * as Schema from "effect/Schema"
import { EventUser } from "../EventData.js"
import { Json, mapOf, Timestamp } from "../ScalingoSchema.js"

const text = Schema.optional(Schema.NullOr(Schema.String))

/**
 * What every event has. It is read leniently: an event whose data is odd can still be kept, one without this cannot.
 */
export const envelope = {
  id: Schema.String,
  created_at: Timestamp,
  /** Who did it; missing when it was no user, such as an addon. */
  user: Schema.optional(Schema.NullOr(EventUser)),
  /** Of what happened to an app. */
  app_id: text,
  /** The app's name at that time. */
  app_name: text,
  /** Of what happened to a project. */
  project_id: text,
  /** The project's name at that time. */
  project_name: text
}

export interface EventEnvelope extends Schema.Struct.Type<typeof envelope> {}

export interface EventEnvelopeEncoded extends Schema.Struct.Encoded<typeof envelope> {}

export interface EventEncoded extends EventEnvelopeEncoded {
  readonly type: string
  readonly type_data?: unknown
  readonly [field: string]: unknown
}

export interface EventOfType<Type extends string, Data> extends EventEnvelope {
  readonly type: Type
  readonly type_data: Data
}

/** What `Schema.Struct` makes of the fields; spelt out, because working it out 96 times takes seconds. */
export interface EventSchema<Type extends string, Data extends Schema.Schema.Any>
  extends Schema.Schema<EventOfType<Type, Schema.Schema.Type<Data>>, EventEncoded>
{
  readonly fields: { readonly type: Schema.Literal<[Type]> }
}

export const event = <const Type extends string, Data extends Schema.Struct.Fields>(
  type: Type,
  data: Data
): EventSchema<Type, Schema.Struct<Data>> =>
  Object.assign(
  Schema.make<EventOfType<Type, Schema.Struct.Type<Data>>, EventEncoded>(Schema.Struct({ ...envelope, type: Schema.Literal(type), type_data: Schema.Struct(data) }).ast), { fields: {type: Schema.Literal(type)}})

const loose = <const Type extends string, Data extends Schema.Schema.Any>(
  type: Type,
  data: Data,
  empty: Schema.Schema.Type<Data>
): EventSchema<Type, Data> =>
  Object.assign(
  Schema.make<EventOfType<Type, Schema.Schema.Type<Data>>, EventEncoded>(
  Schema.Struct({
    ...envelope,
    type: Schema.Literal(type),
    type_data: Schema.optionalWith(data, { nullable: true, default: () => empty })
  }).ast), { fields: {type: Schema.Literal(type)}})

/** For data whose fields are all optional: the tests make sure that they are. */
export const looseEvent = <const Type extends string, Data extends Schema.Struct.Fields>(
  type: Type,
  data: Data
): EventSchema<Type, Schema.Struct<Data>> => loose(type, Schema.Struct(data), {} as Schema.Struct.Type<Data>)

const Bare = mapOf(Json)

/** An event type of which no data is known; what comes is kept. */
export const bareEvent = <const Type extends string>(type: Type): EventSchema<Type, typeof Bare> =>
  loose(type, Bare, {})
