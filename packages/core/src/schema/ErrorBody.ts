/**
 * What the platform says in the body of an answer that is not a success.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Json, mapOf, nullish } from "./ScalingoSchema.js"

/**
 * The body of an error. Which fields there are depends on the status, and none is sure: proxies answer with HTML, and
 * the documented 429 is plain text. The errors of this library have already been read from it; this schema is for
 * programs that look at `body` themselves, or that speak the platform's part.
 *
 * @category schemas
 */
export const ErrorBody = Schema.Struct({
  /** What went wrong, in words; all but 422. */
  error: Schema.optional(Schema.String),
  /** A word for programs; 400, 403 and 429. */
  code: nullish(Schema.String),
  /** The messages by field, usually a list of texts for each; 422. */
  errors: Schema.optional(mapOf(Json)),
  /** The kind of thing that is missing, such as `app`; 404. */
  resource: Schema.optional(Schema.String),
  /** Where to put it right; 402. */
  url: Schema.optional(Schema.String),
  /** What is to be paid or verified; 402. */
  name: nullish(Schema.String)
})

export interface ErrorBody extends Schema.Schema.Type<typeof ErrorBody> {}
