/**
 * Encoders of request bodies.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { type FieldIssue, firstIssue, type ParseError } from "../../internal/parseResult.js"
import type { Codec } from "../../schema/ScalingoSchema.js"

export interface BodyEncoder<Body> {
  readonly encode: (body: Body) => Either.Either<unknown, FieldIssue>
}

/**
 * Encodes a body by its schema, below its root key if it has one. A value that does not fit is refused by the name
 * of its field. The value itself is never shown, since it may be a secret.
 */
export const body = <A, I>(schema: Codec<A, I>, root?: string): BodyEncoder<A> => {
  let encode: ((value: A) => Either.Either<I, ParseError>) | undefined
  return {
    encode: (value) => {
      try {
        // Most programs call few endpoints: the encoder is built for the first call.
        encode ??= Schema.encodeEither(schema)
        return Either.mapBoth(encode(value), {
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
  }
}
