/**
 * The logs of databases: their last lines, their live lines, and the archives of past days.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import { invalidPage } from "../../client/internal/pages.js"
import { strictly } from "../../client/internal/strict.js"
import { LiveSockets } from "../../client/LiveSockets.js"
import { type CursorPage, walkCursor } from "../../client/Pagination.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { SignedUrls } from "../../client/SignedUrls.js"
import { struct } from "../../internal/lazySchema.js"
import type { Gap, LogLine } from "../../schema/LogLine.js"
import type { LogsArchive } from "../../schema/LogsArchive.js"
import { Secret } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"
import { between, type SpanOptions } from "../internal/logArchives.js"
import { cursorPage } from "../internal/logEndpoints.js"
import { type LogOptions, type LogSource, readLogs } from "../internal/logSource.js"
import { tail, type TailItem } from "../internal/logTail.js"

/**
 * The URL of a database's logs.
 *
 * @category schemas
 */
export const DatabaseLogsUrl = struct(() => ({
  /** The signature in its query is the only credential: anyone who has the URL can read the logs. */
  url: Secret
}))

export interface DatabaseLogsUrl extends Schema.Schema.Type<typeof DatabaseLogsUrl> {}

/**
 * The methods of {@link DatabaseLogs}.
 *
 * @category models
 */
export interface DatabaseLogsService {
  /**
   * The pre-signed URL of a database's logs: `GET /databases/:databaseId/logs`. It is used like the URL of an app's
   * logs.
   */
  readonly url: (database: DatabaseRef) => Effect.Effect<Redacted.Redacted, ScalingoError>

  /**
   * The archives of past log lines, across all pages: `GET /databases/:databaseId/logs_archives`. Their URLs are valid
   * for 60 minutes.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly archives: (database: DatabaseRef) => Stream.Stream<LogsArchive, ScalingoError>

  /**
   * One page of the archives: `GET /databases/:databaseId/logs_archives`. The `nextCursor` of a page selects the next
   * one; the Go client uses `page` instead.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly archivesPage: (
    database: DatabaseRef,
    options?: { readonly cursor?: string | undefined; readonly page?: number | undefined }
  ) => Effect.Effect<CursorPage<LogsArchive>, ScalingoError>

  /**
   * The last lines of the logs, 100 by default: `GET /databases/:databaseId/logs`, then a request to the URL in its
   * response. As `Logs.read`.
   */
  readonly read: (database: DatabaseRef, options?: LogOptions) => Stream.Stream<LogLine, ScalingoError>

  /**
   * The live logs, after the last lines: `GET /databases/:databaseId/logs`, then a connection to the URL in its response.
   * As `Logs.tail`.
   */
  readonly tail: (database: DatabaseRef, options?: LogOptions) => Stream.Stream<TailItem, ScalingoError>

  /**
   * The lines of a span of time, from the archives and from the live logs: `GET /databases/:databaseId/logs_archives` and
   * `GET /databases/:databaseId/logs`. As `Logs.between`.
   *
   * @experimental the documentation does not have the archives, only the official clients
   */
  readonly between: (database: DatabaseRef, span: SpanOptions) => Stream.Stream<LogLine | Gap, ScalingoError>
}

/**
 * The logs of databases.
 *
 * @category tags
 */
export class DatabaseLogs
  extends Context.Tag("@effect-scalingo/core/DatabaseLogs")<DatabaseLogs, DatabaseLogsService>()
{}

const url = endpoint("DatabaseLogs.url", "GET /databases/:databaseId/logs", Decode.root("url", Secret))
const archives = endpoint(
  "DatabaseLogs.archives",
  "GET /databases/:databaseId/logs_archives",
  cursorPage
)

/** A tail goes on with these by itself, so that a lenient client must not give it what does not fit. */
const strictUrl = strictly(url)
const strictArchives = strictly(archives)

export const make: Effect.Effect<
  DatabaseLogsService,
  never,
  DatabaseApi | SignedUrls | LiveSockets
> = Effect.gen(function*() {
  const api = yield* DatabaseApi
  const urls = yield* SignedUrls
  const sockets = yield* LiveSockets
  const archivesPage: DatabaseLogsService["archivesPage"] = (database, options) => {
    const wrong = invalidPage(archives.name, { page: options?.page })
    if (wrong !== undefined) return Effect.fail(wrong)
    return callDatabase(api, database, archives, { query: { cursor: options?.cursor, page: options?.page } })
  }
  const source = (database: DatabaseRef): LogSource => ({
    name: "DatabaseLogs",
    url: callDatabase(api, database, strictUrl, {}),
    archivesPage: (cursor) => callDatabase(api, database, strictArchives, { query: { cursor } })
  })
  return DatabaseLogs.of({
    url: (database) => callDatabase(api, database, url, {}),
    archives: (database) => walkCursor((cursor) => archivesPage(database, { cursor })),
    archivesPage,
    read: (database, options) => readLogs(urls, source(database), options),
    tail: (database, options) => tail({ urls, sockets }, source(database), options),
    between: (database, span) => between(urls, source(database), span)
  })
})

export const layer: Layer.Layer<DatabaseLogs, never, DatabaseApi | SignedUrls | LiveSockets> = Layer.effect(
  DatabaseLogs,
  make
)
