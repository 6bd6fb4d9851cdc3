/**
 * The fields that all events share.
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { lazy } from "../../internal/lazySchema.js"
import { hidden } from "../../internal/lenientDecoder.js"
import { EventUser } from "../EventUser.js"
import { Json, mapOf, nullish, Timestamp } from "../ScalingoSchema.js"

const text = nullish(Schema.String)

/** The fields of an event that may be missing or `null`. */
export const optionalFields = {
  user: nullish(EventUser),
  app_id: text,
  app_name: text,
  project_id: text,
  project_name: text
}

/** The fields that no event can do without. A list that holds an event without them is refused as a whole. */
export const requiredFields = {
  id: Schema.String,
  created_at: Timestamp
}

/** The fields of every event. */
export const envelope = { ...requiredFields, ...optionalFields }

// A generated field must not be in the event as well.
const anyUnread = lazy(() =>
  mapOf(Json).annotations({ arbitrary: () => (fc) => fc.record({ unread: fc.jsonValue() }) })
)

/** The fields of an event whose data is not decoded. */
export const rawFields = () => ({
  ...envelope,
  type_data: Schema.optionalWith(Schema.RedactedFromSelf(Json), { exact: true }),
  unread: Schema.optionalWith(anyUnread, { exact: true })
})

/** Fields unknown to the library. */
export const otherFields = lazy(() =>
  Schema.Record({
    key: Schema.String.annotations({ arbitrary: () => (fc) => fc.stringMatching(/^x_[a-z]{1,8}$/) }),
    value: Json
  })
)

/** An event that does not fit, for a lenient client: its data may contain any secret. */
export const withHiddenData = (input: unknown): unknown =>
  !Predicate.isRecord(input)
    ? hidden(input)
    : "type_data" in input
    ? { ...input, type_data: hidden(input["type_data"]) }
    : input
