/**
 * JSON from text, without an exception.
 */
import * as Either from "effect/Either"

/** `Left` when the text is not JSON. */
export const parseJson = (text: string): Either.Either<unknown, void> => {
  try {
    return Either.right(JSON.parse(text))
  } catch {
    return Either.left(undefined)
  }
}

/** `undefined` when the text is not JSON. */
export const parseJsonOrUndefined = (text: string): unknown => Either.getOrUndefined(parseJson(text))
