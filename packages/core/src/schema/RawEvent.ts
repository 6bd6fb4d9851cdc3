/**
 * An event whose data is not decoded: the fields that all events share, and the data as received.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { EventUser } from "./EventUser.js"
import { envelope, otherFields } from "./internal/eventFields.js"
import { type Codec, Json } from "./ScalingoSchema.js"

/**
 * The fields that all events share.
 *
 * @category models
 */
export interface EventEnvelope {
  readonly id: string
  readonly created_at: DateTime.Utc
  /** The user who caused the event. Absent when it was not a user but, for example, an addon. */
  readonly user?: EventUser | null | undefined
  /** The app that the event is about. */
  readonly app_id?: string | null | undefined
  /** The name of the app at the time of the event. */
  readonly app_name?: string | null | undefined
  /** The project that the event is about. */
  readonly project_id?: string | null | undefined
  /** The name of the project at the time of the event. */
  readonly project_name?: string | null | undefined
}

/**
 * The wire form of an event.
 *
 * @category models
 */
export interface EventEncoded {
  readonly id: string
  readonly created_at: string
  readonly user?: Schema.Schema.Encoded<typeof EventUser> | null | undefined
  readonly app_id?: string | null | undefined
  readonly app_name?: string | null | undefined
  readonly project_id?: string | null | undefined
  readonly project_name?: string | null | undefined
  readonly type: string
  readonly type_data?: unknown
  readonly [field: string]: unknown
}

/**
 * An event whose data is not decoded yet. `Event.fromRaw` decodes it. The data is `Redacted`, since it may contain the
 * value of a variable or the URL of a log drain.
 *
 * @category models
 */
export interface RawEvent extends EventEnvelope {
  /** The type as the platform writes it: `deployment`, `new_addon` … */
  readonly type: string
  readonly type_data?: Redacted.Redacted<unknown>
  readonly [field: string]: unknown
}

/**
 * Keeps every field of an event and checks only those that all events share. An app holds its last event in this form,
 * so that a program that lists apps does not load the schemas of all event types.
 *
 * @category schemas
 */
export const RawEvent: Codec<RawEvent, EventEncoded> = Schema.transform(
  Schema.Struct({ ...envelope, type: Schema.String, type_data: Schema.optional(Json) }, otherFields),
  Schema.typeSchema(
    Schema.Struct({
      ...envelope,
      type: Schema.String,
      type_data: Schema.optionalWith(Schema.RedactedFromSelf(Json), { exact: true })
    }, otherFields)
  ),
  {
    strict: true,
    decode: ({ type_data, ...rest }) => ({
      ...rest,
      ...(type_data === undefined ? {} : { type_data: Redacted.make(type_data) })
    }),
    encode: ({ type_data, ...rest }) => ({
      ...rest,
      ...(type_data === undefined ? {} : { type_data: Redacted.value(type_data) })
    })
  }
)
