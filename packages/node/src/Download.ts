/**
 * Downloads to files: backups, log archives, invoices, and anything else behind a pre-signed URL.
 *
 * ```ts
 * import { DatabaseBackups } from "@effect-scalingo/core/DatabaseBackups"
 * import { Download } from "@effect-scalingo/node"
 * import { Effect, Option } from "effect"
 *
 * const database = { app: "my-app", addonId: "ad-1" }
 *
 * const program = Effect.gen(function*() {
 *   const backup = yield* (yield* DatabaseBackups).latest(database)
 *   if (Option.isNone(backup)) return
 *   yield* Download.backup(database, backup.value.id, "backup.tar.gz", {
 *     onProgress: ({ bytes, total }) => Effect.log(`${bytes} of ${total}`)
 *   })
 * })
 * ```
 *
 * A file appears under its name only when it is whole, and can be read by this user only. What is already there is not
 * replaced unless `overwrite` says so. When the connection breaks, the download goes on where it was, as long as the
 * server says that the file is the same.
 *
 * @since 0.2.0
 */
import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseBackups } from "@effect-scalingo/core/DatabaseBackups"
import { Invoices } from "@effect-scalingo/core/Invoices"
import type { LogsArchive } from "@effect-scalingo/core/LogsArchive"
import { withTimeout } from "@effect-scalingo/core/RequestOptions"
import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import { isRetryable, type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { type SignedResponse, SignedUrls } from "@effect-scalingo/core/SignedUrls"
import * as Cause from "effect/Cause"
import type * as Chunk from "effect/Chunk"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { isRefusedUrl } from "./internal/refusedUrl.js"
import { codeOf } from "./internal/systemError.js"

/**
 * How far a download is.
 *
 * @category models
 */
export interface Progress {
  /** The bytes that are in the file. Can shrink: the file may have changed on the server. */
  readonly bytes: number
  /** `undefined` when the server does not say it. */
  readonly total: number | undefined
}

/**
 * How to download.
 *
 * @category models
 */
export interface Options {
  /** Whether a file that is already there is replaced. Default: it is left, and the download fails with `FileExists`. */
  readonly overwrite?: boolean | undefined
  /**
   * Whether a later call goes on where this one has failed. What has arrived is kept beside the file as `.<name>.part`,
   * with `.<name>.part.json`. One download at a time can do that for a file. Default `false`.
   */
  readonly resume?: boolean | undefined
  /** Whether anything but gzip is refused with `NotGzip`, such as the HTML page of a proxy. Default `false`. */
  readonly gzip?: boolean | undefined
  /** How long a connection may be silent. Default 60 seconds. */
  readonly idleTimeout?: Duration.DurationInput | undefined
  /** How many connections are opened at most. Default 20. */
  readonly attempts?: number | undefined
  /** The time between a broken connection and the next one. Default 1 second. */
  readonly pause?: Duration.DurationInput | undefined
  /** Runs when a connection is open, and after each write. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
  /** The name of the call in errors and spans. Default `Download.toFile`. */
  readonly name?: string | undefined
}

/**
 * A file that has been downloaded.
 *
 * @category models
 */
export interface Downloaded {
  readonly path: string
  readonly bytes: number
}

/**
 * A file cannot be written. `cause` is the error of Node.
 *
 * @category errors
 */
export class DownloadError
  extends Schema.TaggedError<DownloadError>("@effect-scalingo/node/DownloadError")("DownloadError", {
    path: Schema.String,
    cause: Schema.Unknown
  })
{
  override get message(): string {
    return `${this.path} cannot be written: ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/**
 * There is a file under this name already, and `overwrite` is not set. It was left as it is.
 *
 * @category errors
 */
export class FileExists extends Schema.TaggedError<FileExists>("@effect-scalingo/node/FileExists")("FileExists", {
  path: Schema.String
}) {
  override get message(): string {
    return `${this.path} exists already. Choose another name, or set overwrite`
  }
}

/**
 * The server has sent more or fewer bytes than it announced, in every attempt.
 *
 * @category errors
 */
export class SizeMismatch
  extends Schema.TaggedError<SizeMismatch>("@effect-scalingo/node/SizeMismatch")("SizeMismatch", {
    path: Schema.String,
    expected: Schema.Number,
    received: Schema.Number
  })
{
  override get message(): string {
    return `${this.path} should have ${this.expected} bytes, but ${this.received} have arrived. Download it again`
  }
}

/**
 * What has arrived is not compressed by gzip, so it is not the file that was asked for.
 *
 * @category errors
 */
export class NotGzip extends Schema.TaggedError<NotGzip>("@effect-scalingo/node/NotGzip")("NotGzip", {
  path: Schema.String
}) {
  override get message(): string {
    return `What has arrived for ${this.path} is not gzip, so it is not the file that was asked for`
  }
}

/**
 * The server responds with a success that is neither the file nor the rest of it, in every attempt.
 *
 * @category errors
 */
export class UnexpectedResponse
  extends Schema.TaggedError<UnexpectedResponse>("@effect-scalingo/node/UnexpectedResponse")("UnexpectedResponse", {
    path: Schema.String,
    status: Schema.Number
  })
{
  override get message(): string {
    return `The server responded with ${this.status} instead of the file for ${this.path}`
  }
}

/**
 * Every way in which a download fails.
 *
 * @category errors
 */
export type DownloadFailure =
  | ScalingoError
  | DownloadError
  | FileExists
  | SizeMismatch
  | NotGzip
  | UnexpectedResponse

type AttemptFailure = Exclude<DownloadFailure, FileExists>

// --- Files

/** Runs a function of `node:fs/promises`. */
const attempt = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, DownloadError> =>
  Effect.tryPromise({ try: run, catch: (cause) => new DownloadError({ path, cause }) })

const remove = (path: string) => Effect.ignore(attempt(path, () => Fs.promises.rm(path, { force: true })))

/** What is kept of a download for a later call. */
const Kept = Schema.parseJson(Schema.Struct({ validator: Schema.String, total: Schema.optional(Schema.Number) }))

/** The file that the bytes go to first. */
interface Part {
  readonly path: string
  /** The file beside it, with what the server said of the file. `undefined` when it is not kept. */
  readonly notes: string | undefined
}

const partOf = (path: string, resume: boolean): Part => {
  const name = `.${Path.basename(path)}`
  const part = Path.join(Path.dirname(path), resume ? `${name}.part` : `${name}.${randomUUID()}.part`)
  return { path: part, notes: resume ? `${part}.json` : undefined }
}

const refuseExisting = (path: string, overwrite: boolean): Effect.Effect<void, DownloadError | FileExists> =>
  overwrite
    ? Effect.void
    : attempt(path, () => Fs.promises.lstat(path)).pipe(
      Effect.flatMap(() => Effect.fail(new FileExists({ path }))),
      Effect.catchIf((error) => error._tag === "DownloadError" && codeOf(error.cause) === "ENOENT", () => Effect.void)
    )

/** Gives the whole file its name. Never replaces a file without `overwrite`, whoever wrote it meanwhile. */
const place = (part: Part, path: string, overwrite: boolean): Effect.Effect<void, DownloadError | FileExists> => {
  const rename = attempt(path, () => Fs.promises.rename(part.path, path))
  if (overwrite) return rename
  const exists = (error: DownloadError): Effect.Effect<never, DownloadError | FileExists> =>
    Effect.fail(codeOf(error.cause) === "EEXIST" ? new FileExists({ path }) : error)
  // Some file systems have no hard links. There, an empty file reserves the name.
  const reserve = attempt(path, () => Fs.promises.writeFile(path, "", { flag: "wx", mode: 0o600 }))
  return attempt(path, () => Fs.promises.link(part.path, path)).pipe(
    Effect.zipRight(remove(part.path)),
    Effect.catchAll((error) =>
      ["EPERM", "EACCES", "EINVAL", "EISDIR", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].some((code) =>
          code === codeOf(error.cause)
        )
        ? Effect.uninterruptible(Effect.zipRight(reserve, Effect.tapError(rename, () => remove(path))))
        : Effect.fail(error)
    ),
    Effect.catchAll(exists)
  )
}

/** Removes a part that somebody else may have put there, so that nobody else gets what is written to it. */
const removeForeign = (path: string): Effect.Effect<void> =>
  attempt(path, () => Fs.promises.lstat(path)).pipe(
    Effect.flatMap((stats) => {
      const isOwn = stats.isFile() && stats.nlink === 1 && stats.uid === (process.getuid?.() ?? stats.uid)
      return isOwn ? attempt(path, () => Fs.promises.chmod(path, 0o600)) : remove(path)
    }),
    Effect.ignore
  )

const openPart = ({ notes, path }: Part) =>
  Effect.acquireRelease(
    Effect.zipRight(
      notes === undefined ? Effect.void : removeForeign(path),
      attempt(path, () =>
        Fs.promises.open(
          path,
          Fs.constants.O_RDWR | Fs.constants.O_CREAT | (Fs.constants.O_NOFOLLOW ?? 0) |
            (notes === undefined ? Fs.constants.O_EXCL : 0),
          0o600
        ))
    ),
    // Waits for writes that are under way.
    (file) => Effect.ignore(attempt(path, () => file.close()))
  )

// --- The transfer

/** What a download has so far. */
interface State {
  /** The bytes in the file. */
  at: number
  /** What tells the server which version of the file they are from. Without it, the next attempt begins anew. */
  validator: string | undefined
  /** The bytes of the whole file, as far as the server says. */
  total: number | undefined
  url: Redacted.Redacted | undefined
  /** Whether the last URL was refused. */
  isRefused: boolean
}

interface Target<E, R> {
  readonly source: Effect.Effect<Redacted.Redacted, E, R>
  /** The path of the user, for messages. */
  readonly path: string
  readonly part: Part
  readonly file: Fs.promises.FileHandle
  readonly options: Options
  readonly state: State
}

/** A strong `ETag`, or else `Last-Modified`. `If-Range` takes no weak tag. */
const validatorOf = (headers: SignedResponse["headers"]): string | undefined =>
  headers["etag"]?.startsWith("\"") === true ? headers["etag"] : headers["last-modified"]

/** An encoding for the way makes the numbers of the headers those of something else. */
const isEncoded = (headers: SignedResponse["headers"]): boolean =>
  !["", "identity"].includes((headers["content-encoding"] ?? "").trim().toLowerCase())

const lengthOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

/** The total that a 206 with exactly the rest of the file says; `None` for any other response. */
const restOf = ({ headers, status }: SignedResponse, at: number): Option.Option<number> => {
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? []
  return status === 206 && Number(start) === at && Number(end) + 1 === Number(total) && !isEncoded(headers)
    ? Option.some(Number(total))
    : Option.none()
}

const flushSize = 1024 * 1024

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const writeNotes = <E, R>({ part, path, state }: Target<E, R>): Effect.Effect<void, DownloadError> => {
  const { notes } = part
  if (notes === undefined) return Effect.void
  const { total, validator } = state
  return validator === undefined
    ? remove(notes)
    // A new file: one that is there may be a link to another.
    : Effect.zipRight(
      remove(notes),
      attempt(
        path,
        () => Fs.promises.writeFile(notes, JSON.stringify({ validator, total }), { flag: "wx", mode: 0o600 })
      )
    )
}

/** Throws away what has arrived. */
const beginAnew = <E, R>(target: Target<E, R>): Effect.Effect<void, DownloadError> =>
  Effect.zipRight(
    attempt(target.path, () => target.file.truncate(0)),
    Effect.sync(() => {
      target.state.at = 0
      target.state.validator = undefined
    })
  )

/** Writes all bytes at the end of what is there. */
const append = <E, R>({ file, path, state }: Target<E, R>, bytes: Uint8Array): Effect.Effect<void, DownloadError> =>
  Effect.asVoid(Effect.iterate(0, {
    while: (done) => done < bytes.length,
    body: (done) =>
      Effect.map(
        attempt(path, () => file.write(bytes, done, bytes.length - done, state.at)),
        ({ bytesWritten }) => {
          state.at += bytesWritten
          return done + bytesWritten
        }
      )
  }))

/** Reads a body into the file, a megabyte at a time. */
const receive = <E, R>(target: Target<E, R>, { content }: SignedResponse, total: number | undefined) =>
  Effect.suspend(() => {
    const { options, path, state } = target
    const report = Effect.suspend(() => options.onProgress?.({ bytes: state.at, total }) ?? Effect.void)
    let waiting: Array<Uint8Array> = []
    let size = 0
    const flush = Effect.suspend((): Effect.Effect<void, DownloadError | NotGzip> => {
      if (size === 0) return Effect.void
      const bytes = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting, size)
      waiting = []
      size = 0
      if (options.gzip === true && state.at === 0 && bytes.length > 1 && !isGzip(bytes)) {
        return Effect.fail(new NotGzip({ path }))
      }
      return Effect.zipRight(append(target, bytes), report)
    })
    const take = (chunk: Chunk.Chunk<Uint8Array>) => {
      for (const bytes of chunk) {
        waiting.push(bytes)
        size += bytes.length
      }
      return size >= flushSize || (state.at === 0 && size > 1) ? flush : Effect.void
    }
    return report.pipe(
      Effect.zipRight(Stream.runForEachChunk(content, take)),
      // What has arrived before a failure counts.
      Effect.matchEffect({
        onFailure: (error) => Effect.zipRight(flush, Effect.fail(error)),
        onSuccess: () => flush
      })
    )
  })

/** One connection, to the end of the file. */
const connect = <E, R>(
  target: Target<E, R>,
  url: Redacted.Redacted
): Effect.Effect<void, AttemptFailure, SignedUrls> =>
  Effect.scoped(Effect.gen(function*() {
    const { options, path, state } = target
    const urls = yield* SignedUrls
    const { at, validator } = state
    const isRest = at > 0 && validator !== undefined
    const headers = isRest ? { range: `bytes=${at}-`, "if-range": validator } : {}
    const response = yield* urls.open(options.name ?? "Download.toFile", url, { headers })
    state.isRefused = false
    let total: number | undefined
    if (isRest && response.status === 206) {
      const rest = restOf(response, at)
      const now = validatorOf(response.headers)
      // A tag must come again. A date may be left out of a 206, and tells seconds only, so that the length counts too.
      const isSame = now === validator || (now === undefined && !validator.startsWith("\""))
      if (Option.isNone(rest) || !isSame || (state.total !== undefined && state.total !== rest.value)) {
        // The next attempt begins anew.
        state.validator = undefined
        return yield* new UnexpectedResponse({ path, status: response.status })
      }
      total = rest.value
    } else if (response.status === 200) {
      yield* beginAnew(target)
      const encoded = isEncoded(response.headers)
      total = encoded ? undefined : lengthOf(response.headers["content-length"])
      state.validator = encoded ? undefined : validatorOf(response.headers)
      state.total = total
      yield* writeNotes(target)
    } else {
      return yield* new UnexpectedResponse({ path, status: response.status })
    }
    yield* receive(target, response, total)
    if (total !== undefined && state.at !== total) {
      return yield* new SizeMismatch({ path, expected: total, received: state.at })
    }
  }))

const statusOf = (error: AttemptFailure): number | undefined => "status" in error ? error.status : undefined

/** Connects until the file is whole. */
const transfer = <E, R>(target: Target<E, R>): Effect.Effect<void, AttemptFailure | E, SignedUrls | R> => {
  const { options, state } = target
  const go = (left: number): Effect.Effect<void, AttemptFailure | E, SignedUrls | R> =>
    Effect.gen(function*() {
      const url = state.url ?? (yield* target.source)
      state.url = url
      const again = (before: Effect.Effect<void, AttemptFailure>, error: AttemptFailure) =>
        left > 1 ? Effect.zipRight(before, go(left - 1)) : Effect.fail(error)
      const pause = Effect.sleep(options.pause ?? "1 second")
      const connected = connect(target, url).pipe(
        withTimeout(options.idleTimeout ?? "60 seconds"),
        // The attempts are counted here.
        withRetryPolicy({ maxRetries: 0 })
      )
      yield* Effect.catchAll(connected, (error) => {
        const status = statusOf(error)
        if (isRefusedUrl(error) && !state.isRefused) {
          state.isRefused = true
          state.url = undefined
          return again(Effect.void, error)
        }
        // 416: the file is shorter than what has arrived.
        if (error._tag === "UnexpectedResponse" || status === 416) return again(beginAnew(target), error)
        if (error._tag === "SizeMismatch") {
          return again(error.received > error.expected ? Effect.zipRight(beginAnew(target), pause) : pause, error)
        }
        return isRetryable(error) ? again(pause, error) : Effect.fail(error)
      })
    })
  return go(options.attempts ?? 20)
}

/** What an earlier call has left. */
const readNotes = (part: Part, file: Fs.promises.FileHandle): Effect.Effect<State, DownloadError> =>
  Effect.gen(function*() {
    const { notes, path } = part
    const none: State = { at: 0, validator: undefined, total: undefined, url: undefined, isRefused: false }
    if (notes === undefined) return none
    const kept = yield* attempt(notes, () => Fs.promises.readFile(notes, "utf8")).pipe(
      Effect.flatMap(Schema.decode(Kept)),
      Effect.option
    )
    if (Option.isNone(kept)) return none
    const { size } = yield* attempt(path, () => file.stat())
    return { ...none, at: size, validator: kept.value.validator, total: kept.value.total }
  })

const checkGzip = <E, R>({ file, options, path }: Target<E, R>): Effect.Effect<void, DownloadError | NotGzip> => {
  if (options.gzip !== true) return Effect.void
  const bytes = new Uint8Array(2)
  return Effect.asVoid(Effect.filterOrFail(
    attempt(path, () => file.read(bytes, 0, 2, 0)),
    () => isGzip(bytes),
    () => new NotGzip({ path })
  ))
}

/** Fills the part, and closes it: Windows renames no open file. */
const fill = <E, R>(
  source: Effect.Effect<Redacted.Redacted, E, R>,
  path: string,
  part: Part,
  options: Options
): Effect.Effect<number, DownloadFailure | E, SignedUrls | R> =>
  Effect.scoped(Effect.gen(function*() {
    const file = yield* openPart(part)
    const target: Target<E, R> = { source, path, part, file, options, state: yield* readNotes(part, file) }
    yield* transfer(target)
    yield* checkGzip(target)
    yield* attempt(path, () => file.sync())
    return target.state.at
  }))

/** Whether what has arrived is of no use for a later call. */
const isWrong = <E>(exit: Exit.Exit<unknown, E>): boolean =>
  Exit.isFailure(exit) && Option.exists(Cause.failureOption(exit.cause), (error) => error instanceof NotGzip)

/**
 * Downloads what is behind a pre-signed URL to a file. The URL is an effect, which runs again when the server refuses the
 * URL with 401, 403 or 410, so it may ask the platform for a fresh one.
 *
 * Fails with `FileExists` when there is a file already, with the error of the last attempt when 20 attempts
 * were not enough, with `NotGzip`, and with `DownloadError` when the file cannot be written. No part of a file
 * is left after a failure or an interruption, except with `resume`.
 *
 * @category constructors
 */
export const toFile = <E, R>(
  source: Effect.Effect<Redacted.Redacted, E, R>,
  path: string,
  options: Options = {}
): Effect.Effect<Downloaded, DownloadFailure | E, SignedUrls | R> =>
  Effect.suspend(() => {
    const overwrite = options.overwrite ?? false
    const part = partOf(path, options.resume ?? false)
    const removeAll = part.notes === undefined
      ? remove(part.path)
      : Effect.zipRight(remove(part.path), remove(part.notes))
    return refuseExisting(path, overwrite).pipe(
      Effect.zipRight(fill(source, path, part, options)),
      Effect.tap(() => place(part, path, overwrite)),
      Effect.map((bytes): Downloaded => ({ path, bytes })),
      Effect.onExit((exit) =>
        Exit.isSuccess(exit) || part.notes === undefined || isWrong(exit) ? removeAll : Effect.void
      )
    )
  })

/**
 * Downloads a finished backup of a database, a gzipped tar archive. Asks for a fresh URL when one expires.
 *
 * @category constructors
 */
export const backup = (
  database: DatabaseRef,
  backupId: string,
  path: string,
  options?: Options
): Effect.Effect<Downloaded, DownloadFailure, DatabaseBackups | SignedUrls> =>
  Effect.flatMap(
    DatabaseBackups,
    (backups) =>
      toFile(backups.downloadUrl(database, backupId), path, { name: "Download.backup", gzip: true, ...options })
  )

/**
 * Downloads an archive of logs, as it is stored: compressed by gzip. Its URL is valid for an hour after it was listed.
 *
 * @category constructors
 */
export const logArchive = (
  archive: Pick<LogsArchive, "url">,
  path: string,
  options?: Options
): Effect.Effect<Downloaded, DownloadFailure, SignedUrls> =>
  toFile(Effect.succeed(archive.url), path, { name: "Download.logArchive", gzip: true, ...options })

/**
 * Downloads the PDF of an invoice.
 *
 * @category constructors
 */
export const invoice = (
  invoiceId: string,
  path: string,
  options?: Options
): Effect.Effect<Downloaded, DownloadFailure, Invoices | SignedUrls> =>
  Effect.flatMap(
    Invoices,
    (invoices) => toFile(invoices.downloadUrl(invoiceId), path, { name: "Download.invoice", ...options })
  )
