import { DatabaseMetrics, layer } from "@effect-scalingo/core/DatabaseMetrics"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

const points = [
  { time: "2016-07-26T15:34:00Z", value: 5925774.222222222 },
  { time: "2016-07-26T15:48:00Z", value: 6.561060571428572e6 }
]

export default driver("DatabaseMetrics", DatabaseMetrics, layer, {
  current: (metrics) => metrics.current(database),
  series: {
    send: (metrics) => metrics.series(database, "metric", { since: 12, last: false }),
    response: { json: points }
  },
  instanceSeries: {
    send: (metrics) => metrics.instanceSeries(database, "instanceId", "metric", { since: 12, last: true }),
    response: { json: points.slice(-1) }
  },
  health: (metrics) => metrics.health(database)
})
