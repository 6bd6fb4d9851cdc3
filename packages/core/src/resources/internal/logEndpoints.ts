/**
 * The requests for the logs of an app, which `Apps` and `Logs` share, and pages of archives.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ApiClient } from "../../client/ApiClient.js"
import { call, endpoint } from "../../client/internal/endpoint.js"
import { invalidPage } from "../../client/internal/pages.js"
import { strictly } from "../../client/internal/strict.js"
import type { CursorPage } from "../../client/Pagination.js"
import type { DecodeIssue, ResponseDecoder } from "../../client/ResponseDecoder.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { type LogsArchive, LogsArchives, LogsUrl } from "../../schema/LogsArchive.js"
import type { LogSource } from "./logSource.js"

/** A page of archives, of an app or of a database. */
export const cursorPage: ResponseDecoder<CursorPage<LogsArchive>> = Decode.transform(
  Decode.json(LogsArchives),
  ({ archives, has_more, next_cursor }): Either.Either<CursorPage<LogsArchive>, DecodeIssue> =>
    Array.isArray(archives)
      ? Either.right({ items: archives, nextCursor: has_more ? next_cursor ?? null : null })
      : Either.left({ path: "archives", reason: "Expected a list", value: archives })
)

export const logsUrl = endpoint("Apps.logsUrl", "GET /apps/:app/logs", Decode.json(LogsUrl))
const logsArchives = endpoint("Apps.logsArchives", "GET /apps/:app/logs_archives", cursorPage)

export const readLogsArchives = (
  api: ApiClient,
  app: string,
  options?: { readonly cursor?: string | undefined; readonly page?: number | undefined }
): Effect.Effect<CursorPage<LogsArchive>, ScalingoError> => {
  const wrong = invalidPage(logsArchives.name, { page: options?.page })
  if (wrong !== undefined) return Effect.fail(wrong)
  const query = { cursor: options?.cursor, page: options?.page }
  return call(api, logsArchives, { path: { app }, query })
}

/** A tail goes on with these by itself, so that a lenient client must not give it what does not fit. */
const strictUrl = /* @__PURE__ */ strictly(logsUrl)
const strictArchives = /* @__PURE__ */ strictly(logsArchives)

export const appLogs = (api: ApiClient, app: string): LogSource => ({
  name: "Logs",
  url: Effect.map(call(api, strictUrl, { path: { app } }), ({ logs_url }) => logs_url),
  archivesPage: (cursor) => call(api, strictArchives, { path: { app }, query: { cursor } })
})
