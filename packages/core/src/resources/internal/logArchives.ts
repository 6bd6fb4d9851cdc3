/**
 * Archives of logs: their lines, and the lines of a span of time over archives and live logs.
 */
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { gunzip } from "../../client/internal/gunzip.js"
import { walkCursor } from "../../client/Pagination.js"
import { DecodeError, InvalidRequest, type ScalingoError } from "../../client/ScalingoError.js"
import type { SignedUrlsService } from "../../client/SignedUrls.js"
import * as LogLine from "../../schema/LogLine.js"
import { type LogsArchive, parseTime } from "../../schema/LogsArchive.js"
import { withoutDump } from "./logMemory.js"
import { dump, isRefused, type LogSource } from "./logSource.js"

/** A span of time. */
export interface SpanOptions {
  /** The first moment. */
  readonly from: DateTime.DateTime.Input
  /** The moment after the last one. Default: now. */
  readonly to?: DateTime.DateTime.Input | undefined
  /** A container (`web-1`), a type (`web`), `router`, or several of them: `web|worker`. Default: all. */
  readonly filter?: string | undefined
}

const damaged = (name: string) => (cause: unknown) =>
  new DecodeError({
    endpoint: name,
    method: "GET",
    url: "the archive's URL",
    requestId: "none",
    attempts: 1,
    elapsed: Duration.zero,
    status: 200,
    path: "",
    reason: `Expected gzip data (${cause instanceof Error ? cause.message : String(cause)})`,
    body: "",
    value: Redacted.make(undefined)
  })

/** The options of the bytes of an archive. */
export interface ReadArchiveOptions {
  /** Whether the bytes are unpacked. Default `false`: the gzip data as they are stored. */
  readonly unpack?: boolean | undefined
}

/** The bytes behind the URL of an archive. */
export const readArchive = (
  urls: SignedUrlsService,
  service: string,
  url: Redacted.Redacted,
  options: ReadArchiveOptions = {}
): Stream.Stream<Uint8Array, ScalingoError> => {
  const name = `${service}.readArchive`
  const bytes = urls.download(name, url)
  return options.unpack === true ? gunzip(bytes, damaged(name)) : bytes
}

/** Whether the server would send a line for a filter. Archives have the lines of all containers. */
const matchesFilter = (filter: string | undefined) => {
  const wanted = filter?.split("|").map((name) => name.trim()).filter((name) => name !== "")
  return (container: string): boolean =>
    wanted === undefined || wanted.length === 0 ||
    wanted.some((name) => container === name || container.startsWith(`${name}-`))
}

/** Keeps the lines of a span. A line without a header belongs to the one before it. */
const within = (start: number, end: number, filter: string | undefined) => {
  const matches = matchesFilter(filter)
  let isInside = false
  return (line: LogLine.LogLine): boolean => {
    if (Option.isSome(line.time)) {
      const millis = DateTime.toEpochMillis(line.time.value.dateTime)
      isInside = millis >= start && millis < end && Option.exists(line.container, matches)
    }
    return isInside
  }
}

/** URLs of archives are valid for an hour. */
const urlLife = Duration.toMillis("50 minutes")
/** The lines of the live logs that are held in memory while the archives are read. */
const mostLiveLines = 100_000

interface Listing {
  readonly at: number
  /** Oldest first, as far as they can be in the span. */
  readonly archives: ReadonlyArray<LogsArchive>
}

const millisOf = (text: string): number | undefined =>
  Option.getOrUndefined(Option.map(parseTime(text), DateTime.toEpochMillis))

const isSame = (one: LogsArchive) => (other: LogsArchive) => one.from === other.from && one.to === other.to

export const between = (
  urls: SignedUrlsService,
  source: LogSource,
  options: SpanOptions
): Stream.Stream<LogLine.LogLine | LogLine.Gap, ScalingoError> =>
  Stream.unwrap(Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const name = `${source.name}.between`
    const moment = (field: "from" | "to", input: DateTime.DateTime.Input) =>
      Option.match(DateTime.make(input), {
        onNone: () => Effect.fail(new InvalidRequest({ endpoint: name, field, expected: "a date and time" })),
        onSome: (time) => Effect.succeed(DateTime.toEpochMillis(time))
      })
    const start = yield* moment("from", options.from)
    const end = options.to === undefined ? now : yield* moment("to", options.to)

    /** Newest first on the wire, so that the walk ends at the first archive before the span. */
    const list: Effect.Effect<Listing, ScalingoError> = Effect.gen(function*() {
      const at = yield* Clock.currentTimeMillis
      const archives = yield* walkCursor((cursor) => source.archivesPage(cursor)).pipe(
        Stream.takeWhile(({ to }) => (millisOf(to) ?? Number.POSITIVE_INFINITY) > start),
        Stream.filter(({ from }) => (millisOf(from) ?? Number.NEGATIVE_INFINITY) < end),
        Stream.runCollect
      )
      return { at, archives: Chunk.toReadonlyArray(Chunk.reverse(archives)) }
    })

    const live = Effect.flatMap(source.url, (url) =>
      Stream.runCollect(dump(urls, `${source.name}.dump`, url, { lines: mostLiveLines, filter: options.filter })))

    let listing = yield* list
    const archivedUntil = ({ archives }: Listing) =>
      archives.reduce((last, { to }) =>
        Math.max(last, millisOf(to) ?? last), Number.NEGATIVE_INFINITY)
    let current: ReadonlyArray<LogLine.LogLine> = []
    if (archivedUntil(listing) < end) {
      current = Chunk.toReadonlyArray(yield* live)
      // What was archived while the live logs were read is no longer in them.
      listing = yield* list
    }

    /** The archive with a URL that is still valid. */
    const fresh = (archive: LogsArchive, force: boolean): Effect.Effect<LogsArchive, ScalingoError> =>
      Effect.gen(function*() {
        if (force || (yield* Clock.currentTimeMillis) - listing.at > urlLife) listing = yield* list
        return listing.archives.find(isSame(archive)) ?? archive
      })
    const bytes = (archive: LogsArchive): Stream.Stream<Uint8Array, ScalingoError> => {
      const read = (force: boolean) =>
        Stream.unwrap(
          Effect.map(fresh(archive, force), ({ url }) => readArchive(urls, source.name, url, { unpack: true }))
        )
      // A URL is refused before the first byte.
      return Stream.catchAll(read(false), (error) => isRefused(error) ? read(true) : Stream.fail(error))
    }

    const isNew = withoutDump(current)
    const archived = Stream.fromIterable(listing.archives).pipe(
      Stream.flatMap((archive) =>
        LogLine.fromBytes(bytes(archive)).pipe(
          Stream.filter(within(start, end, options.filter))
        )
      ),
      // Lines that are in both places come with the live ones.
      Stream.filter((line) => isNew(line, true))
    )
    const first = current.find(({ time }) => Option.isSome(time))?.time ?? Option.none()
    const until = archivedUntil(listing)
    const isGap = current.length >= mostLiveLines &&
      Option.exists(first, ({ dateTime }) => DateTime.toEpochMillis(dateTime) > until)
    const gap: LogLine.Gap = { _tag: "Gap", from: Option.none(), to: first }
    return Stream.concat(
      archived,
      Stream.concat(
        isGap ? Stream.succeed(gap) : Stream.empty,
        Stream.filter(Stream.fromIterable(current), within(start, end, options.filter))
      )
    )
  }))
