/**
 * Files behind pre-signed URLs: whole, or a part of them.
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Response, text } from "./responses.js"
import type { PublicCall } from "./route.js"

export interface StoredFile {
  readonly size: number
  /** The bytes from one position to another. */
  readonly read: (from: number, to: number) => Uint8Array
  readonly contentType: string
  /** With its quotes. */
  readonly etag: string
  /** Milliseconds. */
  readonly modifiedAt: number
  /** The name under which a browser would save it. */
  readonly name?: string | undefined
}

export const fileOf = (bytes: Uint8Array, rest: Omit<StoredFile, "size" | "read">): StoredFile => ({
  ...rest,
  size: bytes.length,
  read: (from, to) => bytes.slice(from, to)
})

const blockSize = 64 * 1024

/** Noise of any size that is never in memory. Each block is another, and each file of a seed is the same. */
export const noise = (seed: number, size: number, rest: Omit<StoredFile, "size" | "read">): StoredFile => {
  const block = new Uint8Array(blockSize)
  for (let at = 0, value = seed >>> 0; at < blockSize; at++) {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0
    block[at] = value >>> 24
  }
  const read = (from: number, to: number) => {
    const bytes = new Uint8Array(to - from)
    for (let at = from; at < to;) {
      const index = Math.floor(at / blockSize)
      const start = at % blockSize
      const length = Math.min(blockSize - start, to - at)
      bytes.set(block.subarray(start, start + length), at - from)
      for (let place = Math.max(start, 4); place < Math.min(start + length, 8); place++) {
        bytes[at - from + place - start] = (index >>> (8 * (place - 4))) & 255
      }
      at += length
    }
    // It begins as gzip does.
    const magic = [0x1f, 0x8b, 8, 0]
    for (let at = from; at < Math.min(to, magic.length); at++) bytes[at - from] = magic[at]!
    return bytes
  }
  return { ...rest, size, read }
}

type Range = { readonly from: number; readonly to: number } | "whole" | "unsatisfiable"

/** The part that a request asks for. More than one part, and what is no range, is the whole file. */
const rangeOf = (asked: string | undefined, size: number): Range => {
  const [whole, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(asked?.trim() ?? "") ?? []
  if (whole === undefined || (first === "" && last === "")) return "whole"
  if (first === "") {
    return last === "0" || size === 0
      ? "unsatisfiable"
      : { from: Math.max(0, size - Number(last)), to: size }
  }
  const from = Number(first)
  const to = last === "" ? size : Math.min(size, Number(last) + 1)
  if (last !== "" && Number(last) < from) return "whole"
  return from >= size ? "unsatisfiable" : { from, to }
}

/** Larger bodies are streams. */
const mostInMemory = 1024 * 1024

const bodyOf = (
  { contentType, read }: StoredFile,
  from: number,
  to: number,
  options: { readonly status: number; readonly headers: { readonly [name: string]: string } }
): Response => {
  const length = to - from
  if (length <= mostInMemory) return HttpServerResponse.uint8Array(read(from, to), { ...options, contentType })
  const body = Stream.unfold(from, (at) => {
    if (at >= to) return Option.none()
    const next = Math.min(at + blockSize, to)
    return Option.some([read(at, next), next] as const)
  })
  return HttpServerResponse.stream(body, { ...options, contentType, contentLength: length })
}

/** Responds with a file, or with the part of it that the request asks for. */
export const serveFile = (call: PublicCall, file: StoredFile): Response => {
  const lastModified = new Date(Math.floor(file.modifiedAt / 1000) * 1000).toUTCString()
  const ifRange = call.header("if-range")
  // A tag must be the same, and so must a date: a part of another version would be of no use.
  const isSame = ifRange === undefined || ifRange === file.etag || ifRange === lastModified
  const range = isSame ? rangeOf(call.header("range"), file.size) : "whole"
  if (range === "unsatisfiable") return text("", 416, { "content-range": `bytes */${file.size}` })
  const headers = {
    "accept-ranges": "bytes",
    "etag": file.etag,
    "last-modified": lastModified,
    ...(file.name === undefined ? {} : { "content-disposition": `attachment; filename="${file.name}"` })
  }
  if (range === "whole") return bodyOf(file, 0, file.size, { status: 200, headers })
  const { from, to } = range
  return bodyOf(file, from, to, {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${from}-${to - 1}/${file.size}` }
  })
}
