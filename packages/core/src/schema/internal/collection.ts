/**
 * The list of a response that is a whole collection.
 */
import * as Schema from "effect/Schema"
import { lazy } from "../../internal/lazySchema.js"
import type { Codec } from "../ScalingoSchema.js"

/** A list. `null`, as Go encodes an empty one, decodes to an empty list; a missing one is an error. */
export const collection = <A, I>(item: Codec<A, I>): Codec<ReadonlyArray<A>, ReadonlyArray<I> | null> =>
  lazy(() =>
    Schema.transform(Schema.NullOr(Schema.Array(item)), Schema.Array(Schema.typeSchema(item)), {
      strict: true,
      decode: (items) => items ?? [],
      encode: (items) => items
    })
  )
