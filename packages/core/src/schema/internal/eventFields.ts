/**
 * The fields that all events share.
 */
import * as Schema from "effect/Schema"
import { EventUser } from "../EventUser.js"
import { Json, nullish, Timestamp } from "../ScalingoSchema.js"

const text = nullish(Schema.String)

/** What every event has. An event whose data is odd can still be kept, one without these fields cannot. */
export const envelope = {
  id: Schema.String,
  created_at: Timestamp,
  user: nullish(EventUser),
  app_id: text,
  app_name: text,
  project_id: text,
  project_name: text
}

/** Fields that the library does not know. */
export const otherFields = Schema.Record({
  key: Schema.String.annotations({ arbitrary: () => (fc) => fc.stringMatching(/^x_[a-z]{1,8}$/) }),
  value: Json
})
