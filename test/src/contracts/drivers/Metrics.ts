import { layer, Metrics } from "@effect-scalingo/core/Metrics"
import { driver } from "../driver.js"

export default driver("Metrics", Metrics, layer, {
  list: (metrics) => metrics.list
})
