/**
 * The logs of databases, in the same services as the logs of apps.
 */
import * as Effect from "effect/Effect"
import { findDatabase } from "../databases.js"
import { archivesBody, logsUrl } from "../logs.js"
import { json } from "../responses.js"
import { database, type Route } from "../route.js"

export const databaseLogs: ReadonlyArray<Route> = [
  database.get(
    "/databases/:databaseId/logs",
    (call) => Effect.map(findDatabase(call), ({ addon, app }) => json({ url: logsUrl(call.state, app, addon) }))
  ),

  database.get("/databases/:databaseId/logs_archives", (call) =>
    Effect.map(
      findDatabase(call),
      ({ addon, app }) => json(archivesBody(call.state, call.query, app, addon))
    ))
]
