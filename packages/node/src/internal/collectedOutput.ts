/**
 * The output of a command in memory: its beginning up to a limit, and its last lines.
 */
import * as LogLine from "@effect-scalingo/core/LogLine"
import type * as Chunk from "effect/Chunk"

export interface CollectedOutput {
  readonly add: (bytes: Chunk.Chunk<Uint8Array>) => void
  readonly text: () => string
  /** Whether something was dropped. */
  readonly isTruncated: () => boolean
  /** The last lines, without empty ones at the end. */
  readonly lastLines: (count: number) => ReadonlyArray<string>
}

/** How much of the end is kept, in bytes. */
const tailSize = 16 * 1024

/** A line of output in a message, without what would act on a terminal. */
export const printable = (text: string): string => LogLine.printable(text).slice(0, 200)

export const make = (limit: number): CollectedOutput => {
  const kept: Array<Uint8Array> = []
  let size = 0
  let isTruncated = false
  let tail: Buffer = Buffer.alloc(0)
  return {
    add: (chunk) => {
      for (const bytes of chunk) {
        const part = bytes.subarray(0, limit - size)
        if (part.length > 0) kept.push(part)
        size += part.length
        isTruncated ||= part.length < bytes.length
        tail = bytes.length >= tailSize ? Buffer.from(bytes.subarray(-tailSize)) : Buffer.concat([tail, bytes])
        if (tail.length > 2 * tailSize) tail = Buffer.from(tail.subarray(-tailSize))
      }
    },
    text: () => new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(kept)),
    isTruncated: () => isTruncated,
    lastLines: (count) => {
      const lines = new TextDecoder().decode(tail).split(/\r*\n/)
      while (lines.at(-1)?.trim() === "") lines.pop()
      return lines.slice(-count)
    }
  }
}
