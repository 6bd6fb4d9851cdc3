/**
 * The fields that all events share.
 */
import * as Schema from "effect/Schema"
import { EventUser } from "../EventUser.js"
import { Json, nullish, Timestamp } from "../ScalingoSchema.js"

const text = nullish(Schema.String)

/** The fields of every event. An event with unexpected data is still kept; one without these fields is rejected. */
export const envelope = {
  id: Schema.String,
  created_at: Timestamp,
  user: nullish(EventUser),
  app_id: text,
  app_name: text,
  project_id: text,
  project_name: text
}

/** Fields unknown to the library. */
export const otherFields = Schema.Record({
  key: Schema.String.annotations({ arbitrary: () => (fc) => fc.stringMatching(/^x_[a-z]{1,8}$/) }),
  value: Json
})
