/**
 * The user embedded in an event.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"

/**
 * The user who caused an event.
 *
 * @category schemas
 */
export const EventUser = /* @__PURE__ */ struct(() => ({
  /** `us-…`; older accounts have 24 hexadecimal digits. */
  id: Schema.String,
  username: Schema.String,
  email: Schema.String
}))

export interface EventUser extends Schema.Schema.Type<typeof EventUser> {}
