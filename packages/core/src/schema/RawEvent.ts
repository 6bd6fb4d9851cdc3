/**
 * An event whose data is not decoded: the fields that all events share, and the data as received.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import type * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import {
  compile,
  type Decoder,
  isPlainObject,
  orElse,
  rejected,
  replace,
  withDecoder
} from "../internal/compiledDecoder.js"
import { lazy } from "../internal/lazySchema.js"
import type { EventUser } from "./EventUser.js"
import {
  envelope,
  optionalFields,
  otherFields,
  rawFields,
  requiredFields,
  withHiddenData
} from "./internal/eventFields.js"
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
  readonly user?: unknown
  readonly app_id?: unknown
  readonly app_name?: unknown
  readonly project_id?: unknown
  readonly project_name?: unknown
  readonly type: string
  readonly type_data?: unknown
  readonly [field: string]: unknown
}

/**
 * The fields of an event that could not be read, as received: a `user` without `id`, or an `app_id` that is a number.
 * They are missing in the event itself.
 *
 * @category models
 */
export interface UnreadFields {
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
  /** Only when some of the fields that all events share are unexpected. */
  readonly unread?: UnreadFields
  readonly [field: string]: unknown
}

const isOptional = (name: string): name is keyof typeof optionalFields => name in optionalFields

const OptionalFields = /* @__PURE__ */ lazy(() => Schema.partial(Schema.Struct(optionalFields)))

const fits = (fields: unknown): boolean => Schema.is(OptionalFields)(fields)

/** Whether a field must not stay in the event: an unexpected one, or one with the name of the place for them. */
const isUnread = (name: string, value: unknown): boolean =>
  name === "unread" || (isOptional(name) && !fits({ [name]: value }))

const separate = (fields: { readonly [field: string]: unknown }) => {
  // Nearly every event fits, which one check tells.
  if (!("unread" in fields) && fits(fields)) return fields
  const [kept, unread] = Arr.partition(Object.entries(fields), ([name, value]) => isUnread(name, value))
  return { ...Object.fromEntries(kept), unread: Object.fromEntries(unread) }
}

/**
 * Keeps every field of an event and checks only those that no event can do without. An app holds its last event in this
 * form, so that a program that lists apps does not load the schemas of all event types.
 *
 * @category schemas
 */
export const RawEvent: Codec<RawEvent, EventEncoded> = /* @__PURE__ */ lazy(() =>
  withDecoder(
    Schema.transform(
      Schema.Struct({ ...requiredFields, type: Schema.String, type_data: Schema.optional(Json) }, otherFields),
      Schema.typeSchema(Schema.Struct({ ...rawFields(), type: Schema.String }, otherFields)),
      {
        strict: true,
        decode: ({ created_at, id, type, type_data, ...others }) => ({
          id,
          created_at,
          type,
          ...separate(others),
          ...(type_data === undefined ? {} : { type_data: Redacted.make(type_data) })
        }),
        encode: ({ type_data, unread, ...rest }) => ({
          ...rest,
          ...unread,
          ...(type_data === undefined ? {} : { type_data: Redacted.value(type_data) })
        })
      }
    ),
    (ask) => {
      const decode = compile(Schema.Struct({ ...envelope, type: Schema.String }, otherFields).ast)
      const known: Decoder = (input, changes) => {
        const event = decode(input, changes)
        // Fields that go to `unread` are the schema's, and so is a field with the name of the prototype.
        if (!isPlainObject(event) || "unread" in event) return rejected
        const data = event["type_data"]
        if (data === undefined) return event
        const secret = Redacted.make(data)
        if (changes === undefined) return { ...event, type_data: secret }
        replace(changes, event, "type_data", data, secret)
        return event
      }
      return (input, changes) => orElse(known, ask, input, changes)
    },
    withHiddenData
  )
)
