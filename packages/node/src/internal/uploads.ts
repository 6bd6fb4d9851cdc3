/**
 * Files as bodies of requests: `multipart/form-data` with one part, streamed from disk, with a known length.
 */
import { InvalidRequest } from "@effect-scalingo/core/ScalingoError"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as HttpBody from "@effect/platform/HttpBody"
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { codeOf, wordsOf } from "./systemError.js"

/** A file that may be uploaded. */
export interface UploadFile {
  readonly path: string
  /** Without folders. */
  readonly name: string
  /** In bytes. */
  readonly size: number
}

/** A file cannot be read any more, or has changed. */
export class FileProblem extends Data.TaggedError("FileProblem")<{ readonly message: string }> {}

/** The limit of the platform for one file. */
const maxSize = 100 * 1024 * 1024

/** Checks files before anything is sent: the platform would refuse them when the container already runs. */
export const checkFiles = (
  endpoint: string,
  paths: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<UploadFile>, InvalidRequest> => {
  const fail = (expected: string) => new InvalidRequest({ endpoint, field: "files", expected })
  const check = (path: string) =>
    Effect.gen(function*() {
      const stats = yield* Effect.tryPromise({
        try: () => Fs.promises.stat(path),
        catch: (error) => fail(`files that can be read (${path}: ${codeOf(error) ?? wordsOf(error)})`)
      })
      if (stats.isDirectory()) return yield* fail(`files, and ${path} is a folder: pack it into an archive first`)
      if (!stats.isFile()) return yield* fail(`regular files, which ${path} is not`)
      if (stats.size > maxSize) return yield* fail(`of at most ${maxSize} bytes each (${path} has ${stats.size})`)
      return { path, name: Path.basename(path), size: stats.size }
    })
  return Effect.gen(function*() {
    const files = yield* Effect.forEach(paths, check)
    const names = files.map(({ name }) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) return yield* fail(`of different names (two are called ${twice})`)
    return files
  })
}

/** As browsers write the name of a file. */
const escapeName = (name: string): string =>
  name.replace(/["\r\n]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`)

const contentOf = ({ name, path, size }: UploadFile): Stream.Stream<Uint8Array, FileProblem> => {
  const changed = new FileProblem({ message: `${name} has changed since the call began` })
  return Stream.unwrap(
    Effect.gen(function*() {
      const now = yield* Effect.tryPromise({
        try: () => Fs.promises.stat(path),
        catch: (error) => new FileProblem({ message: wordsOf(error) })
      })
      if (!now.isFile() || now.size !== size) return yield* changed
      if (size === 0) return Stream.empty
      let read = 0
      const bytes = NodeStream.fromReadable<FileProblem, Uint8Array>(
        () => Fs.createReadStream(path, { end: size - 1 }),
        (error) => new FileProblem({ message: wordsOf(error) })
      )
      return bytes.pipe(
        Stream.tap((bytes) =>
          Effect.sync(() => {
            read += bytes.length
          })
        ),
        Stream.concat(Stream.suspend(() => read === size ? Stream.empty : Stream.fail(changed)))
      )
    })
  )
}

/** The body for a file. A client that sends streams in chunks gets the bytes. */
export const fileBody = (
  file: UploadFile,
  streamsKeepLength: boolean
): Effect.Effect<HttpBody.HttpBody, FileProblem> => {
  const boundary = `effect-scalingo-${randomUUID()}`
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${escapeName(file.name)}"\r\n` +
      "content-type: application/octet-stream\r\n\r\n"
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const contentType = `multipart/form-data; boundary=${boundary}`
  const content = Stream.make(head).pipe(Stream.concat(contentOf(file)), Stream.concat(Stream.make(tail)))
  return streamsKeepLength
    ? Effect.succeed(HttpBody.stream(content, contentType, head.length + file.size + tail.length))
    : Effect.map(
      Stream.runCollect(content),
      (chunks) => HttpBody.uint8Array(Buffer.concat(Chunk.toReadonlyArray(chunks)), contentType)
    )
}
