/**
 * The owner embedded in a resource.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { mapOf, nullish } from "./ScalingoSchema.js"

/**
 * The user who owns an app, a project or another resource.
 *
 * @category schemas
 */
export const Owner = /* @__PURE__ */ struct(() => ({
  /** `us-…`; older accounts have 24 hexadecimal digits. */
  id: Schema.String,
  username: Schema.String,
  email: Schema.String,
  /** Flags of the account. */
  flags: nullish(mapOf(Schema.Boolean)),
  /** Whether the owner is still in the free trial. */
  in_free_trial: nullish(Schema.Boolean)
}))

export interface Owner extends Schema.Schema.Type<typeof Owner> {}
