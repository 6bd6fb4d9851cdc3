/**
 * The logs of apps: their last lines, their live lines, and the archives of the past. `DatabaseLogs` has those of
 * databases.
 *
 * @since 0.2.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { streamWithRegion } from "../client/CurrentRegion.js"
import { LiveSockets } from "../client/LiveSockets.js"
import { walkCursor } from "../client/Pagination.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { SignedUrls } from "../client/SignedUrls.js"
import type { Gap, LogLine } from "../schema/LogLine.js"
import type { LogsArchive } from "../schema/LogsArchive.js"
import { between, readArchive, type ReadArchiveOptions, type SpanOptions } from "./internal/logArchives.js"
import { appLogs, readLogsArchives } from "./internal/logEndpoints.js"
import { type LogOptions, type LogSource, readLogs } from "./internal/logSource.js"
import { tail, type TailItem } from "./internal/logTail.js"
import { sortWithin } from "./internal/sortWithin.js"

export type { ReadArchiveOptions, SpanOptions } from "./internal/logArchives.js"
export type { LogOptions } from "./internal/logSource.js"
export type { TailItem } from "./internal/logTail.js"

/**
 * An app whose logs are followed.
 *
 * @category models
 */
export interface TailTarget {
  /** The app's name or id. */
  readonly app: string
  /** Default: the region of the effect. */
  readonly region?: string | undefined
}

/**
 * An item of the logs of one of several apps.
 *
 * @category models
 */
export interface AppTailItem {
  readonly app: string
  /** `undefined` for the region of the effect. */
  readonly region: string | undefined
  readonly item: TailItem | TailEnded
}

/**
 * The tail of one app has ended, because of a failure that time does not mend: the app is deleted, for example.
 *
 * @category models
 */
export interface TailEnded {
  readonly _tag: "TailEnded"
  readonly error: ScalingoError
}

/**
 * The options of the tail of several apps.
 *
 * @category models
 */
export interface TailAllOptions extends LogOptions {
  /**
   * Sorts the lines by their time: each waits for this duration, so that later lines of other apps can go before it. At
   * most 10,000 lines wait. Default: lines come as they arrive.
   */
  readonly sortWithin?: Duration.DurationInput | undefined
}

/**
 * The methods of {@link Logs}. `app` is the name or the id of an app.
 *
 * @category models
 */
export interface LogsService {
  /**
   * The last lines of the logs, 100 by default: `GET /apps/:app/logs`, then a request to the URL in its response. An app
   * that has written nothing has none. The platform does not promise the order of lines of several containers.
   *
   * The platform cuts the response after 30 s, so it is read at once, whatever the pace of the consumer. Up to 64 MiB are
   * held in memory.
   *
   * @example
   * ```ts
   * import { Logs } from "@effect-scalingo/core/Logs"
   * import { Console, Effect, Stream } from "effect"
   *
   * const program = Effect.gen(function*() {
   *   const logs = yield* Logs
   *   yield* Stream.runForEach(logs.read("my-app", { lines: 50, filter: "web" }), (line) => Console.log(line.text))
   * })
   * ```
   */
  readonly read: (app: string, options?: LogOptions) => Stream.Stream<LogLine, ScalingoError>

  /**
   * The live logs, after the last lines (100 by default): `GET /apps/:app/logs`, then a WebSocket to the URL in its
   * response, or Server-Sent Events where the runtime has no WebSockets. Never ends by itself.
   *
   * Emits every line that the server still has, once. A connection that breaks, or is silent for 60 s, is opened again
   * with growing pauses, and the lines that were missed come first. A `Gap` stands for lines that the server no longer
   * had, `Dropped` for lines that were not consumed in time (10,000 wait). Fails when the first connection cannot be
   * opened in three attempts, and when there can be no other: the app is deleted, for example.
   *
   * @example
   * ```ts
   * import { Logs } from "@effect-scalingo/core/Logs"
   * import { Console, Effect, Stream } from "effect"
   *
   * const program = Effect.gen(function*() {
   *   const logs = yield* Logs
   *   yield* Stream.runForEach(logs.tail("my-app"), (item) =>
   *     item._tag === "LogLine" ? Console.log(item.raw) : Console.warn(`lines are missing: ${item._tag}`))
   * })
   * ```
   */
  readonly tail: (app: string, options?: LogOptions) => Stream.Stream<TailItem, ScalingoError>

  /**
   * The live logs of several apps, in any regions, as one stream: {@link LogsService.tail} for each. When the tail of one
   * app fails, a `TailEnded` says so, and the others go on. Each app costs one request to the API, `GET /apps/:app/logs`.
   *
   * ```ts
   * const items = logs.tailAll(["web-shop", { app: "billing", region: "osc-secnum-fr1" }], { sortWithin: "2 seconds" })
   * ```
   */
  readonly tailAll: (
    apps: Iterable<string | TailTarget>,
    options?: TailAllOptions
  ) => Stream.Stream<AppTailItem>

  /**
   * The lines of a span of time, from the archives and from the live logs: `GET /apps/:app/logs_archives` and
   * `GET /apps/:app/logs`. The archives come first, oldest first, one at a time. URLs that are older than an hour are
   * asked for again. A `Gap` says that the live logs are longer than the 100,000 lines that are read.
   *
   * @example
   * ```ts
   * import { Logs } from "@effect-scalingo/core/Logs"
   * import { DateTime, Effect, Stream } from "effect"
   *
   * const lastDay = Stream.unwrap(Effect.gen(function*() {
   *   const logs = yield* Logs
   *   const now = yield* DateTime.now
   *   return logs.between("my-app", { from: DateTime.subtract(now, { days: 1 }), filter: "web" })
   * }))
   * ```
   */
  readonly between: (app: string, span: SpanOptions) => Stream.Stream<LogLine | Gap, ScalingoError>

  /**
   * The archives of past logs, newest first, across all pages: `GET /apps/:app/logs_archives`. The same as
   * `Apps.logsArchives`.
   */
  readonly archives: (app: string) => Stream.Stream<LogsArchive, ScalingoError>

  /**
   * The bytes of an archive: `GET` of its URL, which is valid for an hour. `LogLine.fromBytes` parses the unpacked bytes.
   * Fails with `DecodeError` when the data are to be unpacked and are damaged.
   */
  readonly readArchive: (
    archive: LogsArchive,
    options?: ReadArchiveOptions
  ) => Stream.Stream<Uint8Array, ScalingoError>
}

/**
 * The logs of apps.
 *
 * @category tags
 */
export class Logs extends Context.Tag("@effect-scalingo/core/Logs")<Logs, LogsService>() {}

const timeOf = ({ item }: AppTailItem): number | undefined =>
  item._tag === "LogLine"
    ? Option.getOrUndefined(Option.map(item.time, ({ dateTime }) => DateTime.toEpochMillis(dateTime)))
    : undefined

/** Lines of several apps that wait to be sorted. */
const sortCapacity = 10_000

export const make: Effect.Effect<LogsService, never, RegionalApi | SignedUrls | LiveSockets> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const urls = yield* SignedUrls
  const sockets = yield* LiveSockets
  const source = (app: string): LogSource => appLogs(api, app)
  const dependencies = { urls, sockets }

  const tailOf = (target: string | TailTarget, options: LogOptions | undefined): Stream.Stream<AppTailItem> => {
    const { app, region } = typeof target === "string" ? { app: target, region: undefined } : target
    const items = tail(dependencies, source(app), options)
    return (region === undefined ? items : streamWithRegion(items, region)).pipe(
      Stream.map((item): AppTailItem => ({ app, region, item })),
      Stream.catchAll((error) => Stream.succeed<AppTailItem>({ app, region, item: { _tag: "TailEnded", error } }))
    )
  }

  return Logs.of({
    read: (app, options) => readLogs(urls, source(app), options),
    tail: (app, options) => tail(dependencies, source(app), options),
    tailAll: (apps, options) => {
      const merged = Stream.mergeAll(Array.from(apps, (target) => tailOf(target, options)), {
        concurrency: "unbounded"
      })
      return options?.sortWithin === undefined
        ? merged
        : sortWithin(merged, { window: options.sortWithin, capacity: sortCapacity, key: timeOf })
    },
    between: (app, span) => between(urls, source(app), span),
    archives: (app) => walkCursor((cursor) => readLogsArchives(api, app, { cursor })),
    readArchive: ({ url }, options) => readArchive(urls, "Logs", url, options)
  })
})

export const layer: Layer.Layer<Logs, never, RegionalApi | SignedUrls | LiveSockets> = Layer.effect(Logs, make)
