/**
 * Bodies and page numbers, checked and encoded before anything is sent.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { firstIssue } from "../../internal/fieldIssue.js"
import type { PageOptions } from "../Pagination.js"
import { InvalidRequest } from "../ScalingoError.js"

export interface BodyMisfit {
  readonly field: string
  readonly expected: string
}

export interface BodyEncoder<Body> {
  readonly encode: (body: Body) => Either.Either<unknown, BodyMisfit>
}

/**
 * Encodes a body by its schema, below its root key if it has one. A value that does not fit is refused by the name
 * of its field, and never shown: it may be a secret.
 */
export const body = <A, I>(schema: Schema.Schema<A, I>, root?: string): BodyEncoder<A> => {
  const encode = Schema.encodeEither(schema)
  return {
    encode: (value) =>
      Either.mapBoth(encode(value), {
        onLeft: (error) => {
          const issue = firstIssue(error, root)
          return { field: issue.path === "" ? "body" : issue.path, expected: issue.expected }
        },
        onRight: (encoded): unknown => root === undefined ? encoded : { [root]: encoded }
      })
  }
}

const isPositiveInteger = (value: number) => Number.isSafeInteger(value) && value >= 1

export const checkPage = (endpoint: string, options: PageOptions | undefined): InvalidRequest | undefined => {
  if (options?.page !== undefined && !isPositiveInteger(options.page)) {
    return new InvalidRequest({ endpoint, field: "page", expected: "an integer of at least 1" })
  }
  if (options?.perPage !== undefined && !isPositiveInteger(options.perPage)) {
    return new InvalidRequest({ endpoint, field: "perPage", expected: "an integer of at least 1" })
  }
  return undefined
}
