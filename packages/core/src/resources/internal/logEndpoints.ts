/**
 * The requests for the logs of an app, which `Apps` and `Logs` share.
 */
import * as Effect from "effect/Effect"
import type { ApiClient } from "../../client/ApiClient.js"
import { call, endpoint } from "../../client/internal/endpoint.js"
import { invalidPage } from "../../client/internal/pages.js"
import { strict } from "../../client/internal/strict.js"
import type { CursorPage } from "../../client/Pagination.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { type LogsArchive, LogsUrl } from "../../schema/LogsArchive.js"
import { cursorPage } from "./logsArchives.js"
import type { LogSource } from "./logSource.js"

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
const strictUrl = endpoint(logsUrl.name, "GET /apps/:app/logs", strict(Decode.json(LogsUrl)))
const strictArchives = endpoint(logsArchives.name, "GET /apps/:app/logs_archives", strict(cursorPage))

export const appLogs = (api: ApiClient, app: string): LogSource => ({
  name: "Logs",
  url: Effect.map(call(api, strictUrl, { path: { app } }), ({ logs_url }) => logs_url),
  archivesPage: (cursor) => call(api, strictArchives, { path: { app }, query: { cursor } })
})
