/**
 * The live lines of a log, over any number of connections: every line that the server still has, once.
 *
 * A connection begins with the socket, whose lines wait. Then the last lines are read as a dump, and both are joined:
 * what was emitted before is removed from the dump, and the dump is removed from the live lines.
 */
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type LiveSocket, openEvents, type SocketEnd, type SocketOptions } from "../../client/internal/liveSocket.js"
import type { LiveSocketsService } from "../../client/LiveSockets.js"
import { withPriority } from "../../client/RateLimiter.js"
import { withTimeout } from "../../client/RequestOptions.js"
import { isRetryable, type ScalingoError } from "../../client/ScalingoError.js"
import type { SignedUrlsService } from "../../client/SignedUrls.js"
import { parseJsonOrUndefined } from "../../internal/json.js"
import * as LogLine from "../../schema/LogLine.js"
import { makeLogMemory, withoutDump } from "./logMemory.js"
import { checkLines, dump, isRefused, type LogOptions, type LogSource, withQuery } from "./logSource.js"

export type TailItem = LogLine.LogLine | LogLine.Gap | LogLine.Dropped

interface Dependencies {
  readonly urls: SignedUrlsService
  readonly sockets: LiveSocketsService
}

/** Lines that wait for a slow consumer. */
const capacity = 10_000
/** The server sends a ping at least every 30 s. */
const silence = Duration.seconds(60)
/** Lines that are remembered for the next connection. */
const remembered = 5_000
/** The first dump after a reconnect. When it does not reach back far enough, larger ones follow. */
const firstDump = 1_000
const largestDump = 100_000
/** Attempts to open the first connection. Later ones are repeated without end. */
const firstAttempts = 3
/** New URLs that are asked for in a row while the server refuses each of them. */
const mostRefusals = 3
/** After so many failures in a row, the API is asked for the URL again. */
const failuresPerUrl = 10

const withoutCarriageReturn = (line: string) => line.endsWith("\r") ? line.slice(0, -1) : line

/** The lines of a text that may end with a line end. */
const linesOf = (text: string): ReadonlyArray<string> => {
  const lines = text.split("\n")
  if (lines.length > 1 && lines.at(-1) === "") lines.pop()
  return lines.map(withoutCarriageReturn)
}

/** The lines in a frame: `{"event":"log","log":"…"}`; the documentation calls the key `name`. Pings have none. */
export const parseFrame = (frame: string): ReadonlyArray<string> => {
  const message = parseJsonOrUndefined(frame)
  // What is not JSON can only be text of the log.
  if (typeof message !== "object" || message === null) return linesOf(frame)
  const { event, log, name }: { readonly event?: unknown; readonly log?: unknown; readonly name?: unknown } = message
  return (event ?? name) === "log" && typeof log === "string" ? linesOf(log) : []
}

const socketOptions: SocketOptions<string> = { parse: parseFrame, capacity, silence }

/** Opens the connection: a WebSocket, or Server-Sent Events where the runtime has none. */
const connect = (
  { sockets, urls }: Dependencies,
  source: LogSource,
  url: Redacted.Redacted
): Effect.Effect<LiveSocket<string>, ScalingoError, Scope.Scope> => {
  const name = `${source.name}.tail`
  return sockets.isAvailable
    ? sockets.open(name, url, socketOptions)
    : openEvents(
      name,
      url,
      Effect.map(withTimeout(urls.open(name, url), silence), ({ content }) => content),
      socketOptions
    )
}

/** A failure of the API, which has the URLs. */
interface NoUrl {
  readonly _tag: "NoUrl"
  readonly error: ScalingoError
}

/** What a connection begins with. */
interface History {
  readonly dump: ReadonlyArray<LogLine.LogLine>
  readonly items: ReadonlyArray<TailItem>
}

interface TailState {
  /** Used until the server refuses it. */
  url: Redacted.Redacted | undefined
  /** Connections that failed in a row. */
  failures: number
  /** URLs that the server refused in a row. */
  refusals: number
  /** Whether any connection was ever open. */
  wasConnected: boolean
}

/** Half a second to a minute: many tails that lost the same server do not come back in the same moment. */
const pause = (failures: number): Effect.Effect<void> =>
  Effect.flatMap(
    Random.nextRange(0.5, 1.5),
    (jitter) => Effect.sleep(Duration.millis(Math.min(1000 * 2 ** Math.min(failures, 10), 40_000) * jitter))
  )

export const tail = (
  dependencies: Dependencies,
  source: LogSource,
  options: LogOptions = {}
): Stream.Stream<TailItem, ScalingoError> =>
  Stream.unwrap(Effect.map(checkLines(`${source.name}.tail`, options.lines), (lines) => {
    const { urls } = dependencies
    const { filter } = options
    const name = `${source.name}.dump`
    const memory = makeLogMemory(remembered)
    const state: TailState = { url: undefined, failures: 0, refusals: 0, wasConnected: false }

    const currentUrl = Effect.suspend(() =>
      state.url !== undefined
        ? Effect.succeed(state.url)
        : (state.wasConnected ? withPriority(source.url, "background") : source.url).pipe(
          Effect.mapError((error): NoUrl => ({ _tag: "NoUrl", error })),
          Effect.tap((url) => {
            state.url = url
          })
        )
    )

    const readDump = (url: Redacted.Redacted, lines: number) =>
      Effect.map(
        Stream.runCollect(dump(urls, name, url, { lines, filter })),
        (lines): ReadonlyArray<LogLine.LogLine> => Chunk.toReadonlyArray(lines)
      )

    /** What was missed since the last connection: a dump that reaches back to it, if the server has one. */
    const readMissed = (
      url: Redacted.Redacted,
      size: number
    ): Effect.Effect<{ readonly dump: ReadonlyArray<LogLine.LogLine>; readonly isGap: boolean }, ScalingoError> =>
      Effect.flatMap(readDump(url, size), (dump) => {
        if (memory.reaches(dump)) return Effect.succeed({ dump, isGap: false })
        // All that the server has is new when there was nothing yet.
        if (dump.length < size) return Effect.succeed({ dump, isGap: !memory.isEmpty() })
        return size >= largestDump ? Effect.succeed({ dump, isGap: true }) : readMissed(url, size * 10)
      })

    /** The items before the live ones. */
    const readHistory = (url: Redacted.Redacted): Effect.Effect<History, ScalingoError> =>
      state.wasConnected
        ? Effect.map(readMissed(url, firstDump), ({ dump, isGap }) => {
          const missed = memory.unseen(dump)
          return { dump, items: isGap ? [gapBefore(dump), ...missed] : missed }
        })
        : Effect.map(readDump(url, Math.max(lines, 1)), (dump) => {
          // One line is read in any case: it tells a later connection where this one began.
          if (lines === 0) remember(Chunk.fromIterable(dump))
          return { dump, items: lines === 0 ? [] : dump }
        })

    const gapBefore = (dump: ReadonlyArray<LogLine.LogLine>): LogLine.Gap => ({
      _tag: "Gap",
      from: memory.newest(),
      to: Option.flatMap(Option.fromNullable(dump.find(({ time }) => Option.isSome(time))), ({ time }) => time)
    })

    const remember = (items: Chunk.Chunk<TailItem>) => {
      for (const item of items) {
        if (item._tag === "LogLine") memory.add(item)
      }
      return items
    }

    /** The lines of a connection behind its history. */
    const liveLines = (live: LiveSocket<string>, dump: ReadonlyArray<LogLine.LogLine>) => {
      const isNew = withoutDump(dump)
      /** Lines that have waited while the dump was read. */
      let early = live.received()
      return Stream.mapChunks(live.items, (chunk) => {
        state.failures = 0
        state.refusals = 0
        const items: Array<TailItem> = []
        for (const item of chunk) {
          if (typeof item !== "string") items.push(item)
          else {
            const line = LogLine.parse(item)
            if (isNew(line, early > 0)) items.push(line)
            early--
          }
        }
        return Chunk.unsafeFromArray(items)
      })
    }

    const connected: Stream.Stream<TailItem, ScalingoError | NoUrl | SocketEnd> = Stream.unwrapScoped(
      Effect.gen(function*() {
        const url = yield* currentUrl
        const live = yield* connect(dependencies, source, withQuery(url, { n: "0", filter, stream: "true" }))
        yield* live.opened
        const { dump, items } = yield* readHistory(url)
        state.wasConnected = true
        return Stream.concat(Stream.fromIterable(items), liveLines(live, dump))
      })
    )

    /** A server may send the headers of an event stream with its first ping. The history does not wait for that. */
    const historyFirst = Stream.unwrap(
      Effect.flatMap(currentUrl, (url) =>
        Effect.map(readHistory(url), ({ items }) => {
          state.wasConnected = true
          return Stream.fromIterable(items)
        }))
    )

    /** One connection. Fails with its end. */
    const connection = Stream.suspend(() =>
      state.wasConnected || dependencies.sockets.isAvailable ? connected : Stream.concat(historyFirst, connected)
    )

    /** Whether the server refuses the URL. It closes a socket without a reason, and a request tells. */
    const checkUrl: Effect.Effect<boolean> = Effect.suspend(() =>
      state.url === undefined
        ? Effect.succeed(false)
        : Effect.match(Stream.runDrain(dump(urls, name, state.url, { lines: 1, filter })), {
          onFailure: isRefused,
          onSuccess: () => false
        })
    )

    /** What comes after a connection: another one, unless the failure is final. */
    const afterEnd = (end: ScalingoError | NoUrl | SocketEnd): Effect.Effect<void, ScalingoError> =>
      Effect.gen(function*() {
        const error = end._tag === "SocketEnd" || end._tag === "NoUrl" ? end.error : end
        state.failures++
        if (end._tag === "NoUrl") {
          if (!isRetryable(error)) return yield* Effect.fail(error)
        } else if (isRefused(error) || (end._tag === "SocketEnd" && !end.hadFrames && (yield* checkUrl))) {
          state.url = undefined
          state.refusals++
          if (state.refusals >= mostRefusals) return yield* Effect.fail(error)
        } else if (end._tag !== "SocketEnd" && !isRetryable(end)) return yield* Effect.fail(end)
        if (!state.wasConnected && state.failures >= firstAttempts) return yield* Effect.fail(error)
        // The server may have moved, and the app may be gone: the API knows.
        if (state.failures % failuresPerUrl === 0) state.url = undefined
        yield* pause(state.failures - 1)
      })

    return Stream.repeatValue(undefined).pipe(
      Stream.flatMap(() =>
        connection.pipe(
          Stream.mapChunks(remember),
          Stream.catchAll((end) => Stream.drain(Stream.fromEffect(afterEnd(end))))
        )
      )
    )
  }))
