/**
 * An event before its data is read: what all events have in common, and the data as it came.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { EventUser } from "./EventUser.js"
import { envelope, otherFields } from "./internal/eventFields.js"
import { Json } from "./ScalingoSchema.js"

/**
 * What every event has, whatever its type.
 *
 * @category models
 */
export interface EventEnvelope {
  readonly id: string
  readonly created_at: DateTime.Utc
  /** Who did it; missing when it was no user, such as an addon. */
  readonly user?: EventUser | null | undefined
  /** The app that it happened to. */
  readonly app_id?: string | null | undefined
  /** The name that the app had. */
  readonly app_name?: string | null | undefined
  /** The project that it happened to. */
  readonly project_id?: string | null | undefined
  /** The name that the project had. */
  readonly project_name?: string | null | undefined
}

/**
 * An event as the wire has it.
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
 * An event whose data is not read yet. `Event.fromRaw` reads it. The data is `Redacted`, since it may hold the value of
 * a variable or the address of a log drain.
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
 * Keeps every field of an event and checks only those that all events have. An app holds its last event in this form,
 * so that a program that lists apps does not load the schemas of all event types.
 *
 * @category schemas
 */
export const RawEvent: Schema.Schema<RawEvent, EventEncoded> = Schema.transform(
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
