/**
 * The body of an error response.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { Json, mapOf, nullish } from "./ScalingoSchema.js"

/**
 * The body of an error response. The fields depend on the status, and none is guaranteed: proxies respond with HTML,
 * and the documented 429 is plain text. The errors of this library already contain these fields. This schema is for
 * programs that decode `body` themselves or that simulate the platform.
 *
 * @category schemas
 */
export const ErrorBody = /* @__PURE__ */ struct(() => ({
  /** The error message. Every status except 422. */
  error: nullish(Schema.String),
  /** A machine-readable code. 400, 403 and 429. */
  code: nullish(Schema.String),
  /** The messages by field, usually a list of strings for each. 422. */
  errors: nullish(mapOf(Json)),
  /** The kind of the missing resource, such as `app`. 404. */
  resource: nullish(Schema.String),
  /** The URL of the page that resolves the problem. 402. */
  url: nullish(Schema.String),
  /** What must be paid or verified. 402. */
  name: nullish(Schema.String)
}))

export interface ErrorBody extends Schema.Schema.Type<typeof ErrorBody> {}
