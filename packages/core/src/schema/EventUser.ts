/**
 * The user embedded in an event.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A user, as embedded in events: in general the one who caused the event.
 *
 * @category schemas
 */
export const EventUser = Schema.Struct({
  /** `us-…`; older accounts have 24 hexadecimal digits. */
  id: Schema.String,
  username: Schema.String,
  email: Schema.String
})

export interface EventUser extends Schema.Schema.Type<typeof EventUser> {}
