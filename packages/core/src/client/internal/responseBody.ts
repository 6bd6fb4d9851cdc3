/**
 * The body of a response as text, up to a size.
 */
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** The most that is read of a body that is no value: an error's or a redirect's, in bytes. */
export const maxErrorSize = 64 * 1024

export interface ResponseBody {
  readonly text: string
  readonly isTruncated: boolean
}

/** Reads a body. What is larger than `maxSize` is cut off, and the rest is not received. */
export const readBody = (
  response: HttpClientResponse.HttpClientResponse,
  maxSize: number
): Effect.Effect<ResponseBody, HttpClientError.HttpClientError> => {
  const length = response.headers["content-length"]
  if (length !== undefined && response.headers["content-encoding"] === undefined && Number(length) <= maxSize) {
    // A browser may hide that a body was compressed, and the length is then that of the compressed one.
    return Effect.map(response.text, (text) => ({
      text: text.length > maxSize ? text.slice(0, maxSize) : text,
      isTruncated: text.length > maxSize
    }))
  }
  return Effect.suspend(() => {
    const decoder = new TextDecoder()
    let text = ""
    let size = 0
    const read = Stream.runForEachWhile(response.stream, (chunk) =>
      Effect.sync(() => {
        const room = maxSize - size
        size += chunk.length
        text += decoder.decode(room < chunk.length ? chunk.subarray(0, room) : chunk, { stream: true })
        return size <= maxSize
      }))
    return read.pipe(
      Effect.catchIf((error) => error._tag === "ResponseError" && error.reason === "EmptyBody", () => Effect.void),
      Effect.map(() => ({ text: text + decoder.decode(), isTruncated: size > maxSize }))
    )
  })
}
