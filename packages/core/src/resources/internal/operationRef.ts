/**
 * From the address of an operation to a reference. The address itself is never called: its host is whatever the answer
 * says, and the platform's own examples have `http://` ones.
 */
import * as Either from "effect/Either"
import { operationIds } from "../../client/internal/operationLocation.js"
import type { DecodeIssue, RawResponse, ResponseDecoder } from "../../client/ResponseDecoder.js"
import type { OperationRef } from "../../schema/Operation.js"

/** The operation whose address stands at `path` in the answer. */
export const parse = (path: string, url: string, region: string | null): Either.Either<OperationRef, DecodeIssue> =>
  Either.mapBoth(operationIds(url), {
    onLeft: (reason) => ({ path, reason, value: url }),
    onRight: (ids) => ({ ...ids, region })
  })

/** The operation of the `Location` header; `null` when the answer has none. */
export const optionalLocation = (response: RawResponse): Either.Either<OperationRef | null, DecodeIssue> => {
  const url = response.headers["location"]
  return url === undefined || url === "" ? Either.right(null) : parse("Location", url, response.region)
}

/** The operation that an accepted request started: what the answer's `Location` header says. */
export const location: ResponseDecoder<OperationRef> = {
  decode: (response) =>
    Either.flatMap(optionalLocation(response), (operation) =>
      operation === null
        ? Either.left({
          path: "Location",
          reason: "Expected the address of an operation, the header is missing",
          value: undefined
        })
        : Either.right(operation))
}
