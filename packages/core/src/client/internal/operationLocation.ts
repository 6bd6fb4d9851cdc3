/**
 * URLs of operations. A URL in a response is never called; only the ids in it are read.
 */
import * as Either from "effect/Either"

const operationPath = /\/apps\/([^/?#]+)\/operations\/([^/?#]+)\/?(?:[?#].*)?$/

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** The ids in a `Location` or `operation_url`, absolute or not, whatever its host is. */
export const operationIds = (
  address: string
): Either.Either<{ readonly app: string; readonly operationId: string }, string> => {
  const [, app, operationId] = operationPath.exec(address) ?? []
  return app === undefined || operationId === undefined
    ? Either.left("Expected an address that ends in /apps/<app>/operations/<id>")
    : Either.right({ app: decodeSegment(app), operationId: decodeSegment(operationId) })
}
