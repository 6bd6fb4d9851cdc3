/**
 * Where the logs of databases are read: the services behind the URLs are those of the logs of apps.
 */
import * as Effect from "effect/Effect"
import { findDatabase } from "../databases.js"
import { archives, archivesBody, issueLogToken } from "../logs.js"
import { json } from "../reply.js"
import { database, type Route } from "../route.js"

export const databaseLogs: ReadonlyArray<Route> = [
  database.get("/databases/:databaseId/logs", (call) =>
    Effect.map(findDatabase(call), ({ addon, app }) => {
      const base = `${call.state.urls.logs(app.region)}/apps/${addon.id}/logs`
      const timestamp = Math.floor(call.now / 1000)
      return json({ url: `${base}?timestamp=${timestamp}&token=${issueLogToken(call.state, addon.id)}` })
    })),

  database.get("/databases/:databaseId/logs_archives", (call) =>
    Effect.map(findDatabase(call), ({ addon, app }) => {
      const base = `${call.state.urls.storage(app.region)}/logs_archives`
      return json(archivesBody(call.query, archives(call.state, addon.id, base)))
    }))
]
