/**
 * Where the logs of an app or of a database come from, and their dumps.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { CursorPage } from "../../client/Pagination.js"
import { InvalidRequest, type ScalingoError } from "../../client/ScalingoError.js"
import type { SignedUrlsService } from "../../client/SignedUrls.js"
import * as LogLine from "../../schema/LogLine.js"
import type { LogsArchive } from "../../schema/LogsArchive.js"

/** Requests for the logs of one app or database. */
export interface LogSource {
  /** In errors: `Logs` or `DatabaseLogs`. */
  readonly name: string
  /** A new pre-signed URL. */
  readonly url: Effect.Effect<Redacted.Redacted, ScalingoError>
  readonly archivesPage: (cursor: string | undefined) => Effect.Effect<CursorPage<LogsArchive>, ScalingoError>
}

/** Which lines are wanted. */
export interface LogOptions {
  /** How many past lines. Default 100. */
  readonly lines?: number | undefined
  /** A container (`web-1`), a type (`web`), `router`, or several of them: `web|worker`. Default: all. */
  readonly filter?: string | undefined
}

export const defaultLines = 100

export const checkLines = (name: string, lines: number | undefined): Effect.Effect<number, InvalidRequest> =>
  lines === undefined || (Number.isSafeInteger(lines) && lines >= 0)
    ? Effect.succeed(lines ?? defaultLines)
    : Effect.fail(new InvalidRequest({ endpoint: name, field: "lines", expected: "a whole number, at least 0" }))

/** Adds parameters to a URL, and keeps those that it has: its token, and the time that is signed with it. */
export const withQuery = (
  url: Redacted.Redacted,
  query: { readonly [name: string]: string | undefined }
): Redacted.Redacted => {
  const text = Redacted.value(url)
  if (!URL.canParse(text)) return url
  const parsed = new URL(text)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parsed.searchParams.set(name, value)
  }
  return Redacted.make(parsed.href)
}

/** Whether the server has refused a URL, so that another one must be asked for. */
export const isRefused = (error: ScalingoError): boolean =>
  error._tag === "Unauthorized" || error._tag === "Forbidden" || error._tag === "BadRequest" ||
  (error._tag === "UnexpectedStatus" && error.status === 410)

/** The server cuts a dump after 30 s, so it is read whatever the pace of the consumer: in pieces of up to 64 KiB. */
const spoolPieces = 1024

/**
 * The last lines. Nothing at all is an empty dump: the server responds 204 or 404 while there are no lines.
 */
export const dump = (
  urls: SignedUrlsService,
  name: string,
  url: Redacted.Redacted,
  options: { readonly lines: number; readonly filter: string | undefined }
): Stream.Stream<LogLine.LogLine, ScalingoError> =>
  options.lines === 0
    ? Stream.empty
    : urls.download(name, withQuery(url, { n: String(options.lines), filter: options.filter, stream: "false" })).pipe(
      Stream.bufferChunks({ capacity: spoolPieces }),
      LogLine.fromBytes,
      Stream.catchTag("NotFound", () => Stream.empty)
    )

/** The last lines, at a new URL. */
export const readLogs = (
  urls: SignedUrlsService,
  source: LogSource,
  { filter, lines }: LogOptions = {}
): Stream.Stream<LogLine.LogLine, ScalingoError> =>
  Stream.unwrap(Effect.gen(function*() {
    const name = `${source.name}.read`
    const count = yield* checkLines(name, lines)
    return dump(urls, name, yield* source.url, { lines: count, filter })
  }))
