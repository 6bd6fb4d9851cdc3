import { DatabaseLogs, layer } from "@effect-scalingo/core/DatabaseLogs"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

export default driver("DatabaseLogs", DatabaseLogs, layer, {
  url: (logs) => logs.url(database),
  archives: {
    send: (logs) => logs.archivesPage(database, { page: 1, cursor: "123456" }),
    response: {
      json: {
        next_cursor: "234567",
        has_more: true,
        archives: [{
          url: "https://scalingo.io/myfile",
          size: 98765,
          from: "Fri Mar 24 14:00:00 +0000 UTC 2017",
          to: "Sun Mar 26 14:00:00 +0000 UTC 2017"
        }]
      }
    }
  }
})
