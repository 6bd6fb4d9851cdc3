/**
 * Encoders of request bodies.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { type FieldIssue, firstIssue } from "../../internal/parseResult.js"
import type { Codec } from "../../schema/ScalingoSchema.js"

export interface BodyEncoder<Body> {
  readonly encode: (body: Body) => Either.Either<unknown, FieldIssue>
}

/**
 * Encodes a body by its schema, below its root key if it has one. A value that does not fit is refused by the name
 * of its field. The value itself is never shown, since it may be a secret.
 */
export const body = <A, I>(schema: Codec<A, I>, root?: string): BodyEncoder<A> => ({
  encode: (value) => {
    try {
      // Effect keeps the encoder of a schema. It is made here on the first use, not when the endpoint is defined.
      return Either.mapBoth(Schema.encodeEither(schema)(value), {
        onLeft: (error) => {
          const issue = firstIssue(error, root)
          return { field: issue.field === "" ? "body" : issue.field, expected: issue.expected }
        },
        onRight: (encoded): unknown => root === undefined ? encoded : { [root]: encoded }
      })
    } catch (error) {
      // A recursive schema runs out of stack on a value that is nested thousands of levels deep, or in itself.
      if (!(error instanceof RangeError)) throw error
      return Either.left({ field: "body", expected: "a value that is nested less deeply" })
    }
  }
})
