/**
 * References to operations, read from their URLs. The URLs are never called: the response decides their host, and the
 * platform's own examples have `http://` ones.
 */
import * as Either from "effect/Either"
import { operationIds } from "../../client/internal/operationLocation.js"
import type { DecodeIssue, RawResponse, ResponseDecoder } from "../../client/ResponseDecoder.js"
import type { OperationRef } from "../../schema/Operation.js"

/** The operation whose URL is at `path` in the response. */
export const parse = (
  path: string,
  url: string,
  region: string | null,
  type: OperationRef["type"]
): Either.Either<OperationRef, DecodeIssue> =>
  Either.mapBoth(operationIds(url), {
    onLeft: (reason) => ({ path, reason, value: url }),
    onRight: (ids) => ({ ...ids, region, type })
  })

/** The operation of the `Location` header; `null` without that header. */
export const optionalLocation = (
  response: RawResponse,
  type: OperationRef["type"]
): Either.Either<OperationRef | null, DecodeIssue> => {
  const url = response.headers["location"]
  return url === undefined || url === "" ? Either.right(null) : parse("Location", url, response.region, type)
}

/** The operation that an accepted request started, from the `Location` header. */
export const location = (type: OperationRef["type"]): ResponseDecoder<OperationRef> => ({
  decode: (response) =>
    Either.flatMap(optionalLocation(response, type), (operation) =>
      operation === null
        ? Either.left({
          path: "Location",
          reason: "Expected the address of an operation, the header is missing",
          value: undefined
        })
        : Either.right(operation))
})
