/**
 * What the platform checks of the archive of a deployment: gzip, and in it a tar with exactly one folder at its root.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const blockSize = 512

const decoder = new TextDecoder()

const textAt = (block: Uint8Array, from: number, to: number): string => {
  const bytes = block.subarray(from, to)
  const end = bytes.indexOf(0)
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end))
}

/** Octal, or binary for large sizes. */
const sizeIn = (block: Uint8Array): number =>
  ((block[124] ?? 0) & 0x80) === 0
    ? parseInt(textAt(block, 124, 136).trim() || "0", 8)
    : block.subarray(128, 136).reduce((sum, byte) => sum * 256 + byte, 0)

/** The fields of an extended header. */
const extended = (text: string): { readonly path: string | undefined; readonly size: number | undefined } => {
  const size = /(?:^|\n)\d+ size=(\d+)\n/.exec(text)?.[1]
  return {
    path: /(?:^|\n)\d+ path=([^\0]*?)\n(?=\d+ \w+=|$)/.exec(text)?.[1],
    size: size === undefined ? undefined : Number(size)
  }
}

/** Reads the names in a tar, however its bytes are cut. */
const makeReader = () => {
  const block = new Uint8Array(blockSize)
  let filled = 0
  /** Bytes of content that are still to come, padding included. */
  let skip = 0
  /** The content of an extended header, which is read. */
  let content: Array<Uint8Array> | undefined
  let contentSize = 0
  let contentType = ""
  let next: { readonly path: string | undefined; readonly size: number | undefined } = {
    path: undefined,
    size: undefined
  }
  let problem: string | undefined
  /** By name: whether it is a folder. */
  const roots = new Map<string, boolean>()

  const endContent = () => {
    if (content === undefined) return
    const bytes = new Uint8Array(contentSize)
    let at = 0
    for (const part of content) {
      bytes.set(part.subarray(0, contentSize - at), at)
      at = Math.min(contentSize, at + part.length)
    }
    content = undefined
    if (contentType === "x") next = { ...next, ...extended(decoder.decode(bytes)) }
    if (contentType === "L") next = { ...next, path: textAt(bytes, 0, bytes.length) }
  }

  const header = () => {
    if (block.every((byte) => byte === 0)) return
    const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0)
    if (sum !== parseInt(textAt(block, 148, 156).trim(), 8)) {
      problem = "it is not a tar archive"
      return
    }
    const type = String.fromCharCode(block[156] ?? 0)
    const size = next.size ?? sizeIn(block)
    skip = Math.ceil(size / blockSize) * blockSize
    if (type === "x" || type === "L" || type === "g" || type === "K") {
      content = type === "x" || type === "L" ? [] : undefined
      contentSize = size
      contentType = type
      return
    }
    const prefix = textAt(block, 257, 262) === "ustar" ? textAt(block, 345, 500) : ""
    const path = next.path ?? (prefix === "" ? "" : `${prefix}/`) + textAt(block, 0, 100)
    next = { path: undefined, size: undefined }
    const [root = "", ...below] = path.split("/").filter((part) => part !== "" && part !== ".")
    if (root !== "") roots.set(root, (roots.get(root) ?? false) || below.length > 0 || type === "5")
  }

  return {
    add: (bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length && problem === undefined;) {
        if (skip > 0) {
          const length = Math.min(skip, bytes.length - at)
          content?.push(bytes.slice(at, at + length))
          skip -= length
          at += length
          if (skip === 0) endContent()
          continue
        }
        const length = Math.min(blockSize - filled, bytes.length - at)
        block.set(bytes.subarray(at, at + length), filled)
        filled += length
        at += length
        if (filled === blockSize) {
          filled = 0
          header()
        }
      }
    },
    problem: (): string | undefined => {
      if (problem !== undefined) return problem
      if (roots.size !== 1) return `it must have one folder at its root, and has ${roots.size} entries there`
      return Array.from(roots.values())[0] === true ? undefined : "it has a file at its root instead of a folder"
    }
  }
}

/** Why an archive cannot be deployed; `undefined` when it can. Runtimes without `DecompressionStream` check less. */
export const problemOfArchive = (bytes: Uint8Array): Effect.Effect<string | undefined> =>
  Effect.suspend(() => {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return Effect.succeed("it is not compressed by gzip")
    if (typeof DecompressionStream === "undefined") return Effect.succeed(undefined)
    const reader = makeReader()
    return Stream.fromReadableStream(
      () => new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("gzip")),
      () => "it is damaged"
    ).pipe(
      Stream.runForEach((part) => Effect.sync(() => reader.add(part))),
      Effect.match({ onFailure: (damage) => damage, onSuccess: reader.problem })
    )
  })
