/**
 * Addresses in answers are never called: only their ids are read.
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

/** The app and the operation of a `Location` or `operation_url`, absolute or not, whatever its host is. */
export const operationIds = (
  address: string
): Either.Either<{ readonly app: string; readonly operationId: string }, string> => {
  const [, app, operationId] = operationPath.exec(address) ?? []
  return app === undefined || operationId === undefined
    ? Either.left("Expected an address that ends in /apps/<app>/operations/<id>")
    : Either.right({ app: decodeSegment(app), operationId: decodeSegment(operationId) })
}
