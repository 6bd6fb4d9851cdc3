/**
 * A user, as events show them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Who did what an event tells of.
 *
 * @category schemas
 */
export const EventUser = Schema.Struct({
  /** `us-…`; accounts of the first years have 24 hexadecimal digits. */
  id: Schema.String,
  username: Schema.String,
  email: Schema.String
})

export interface EventUser extends Schema.Schema.Type<typeof EventUser> {}
