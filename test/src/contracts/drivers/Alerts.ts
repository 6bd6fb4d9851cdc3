import { Alerts, layer } from "@effect-scalingo/core/Alerts"
import { driver } from "../driver.js"

export default driver("Alerts", Alerts, layer, {
  list: (alerts) => alerts.list("app"),
  create: (alerts) =>
    alerts.create("app", {
      container_type: "web",
      limit: 0.8,
      metric: "memory",
      notifiers: ["5a69b83117b2cc001d9f2745"]
    }),
  find: (alerts) => alerts.get("app", "alertId"),
  update: (alerts) =>
    alerts.update("app", "alertId", {
      limit: 150,
      metric: "rpm_per_container",
      notifiers: ["5a69b83117b2cc001d9f2745"]
    }),
  delete: (alerts) => alerts.delete("app", "alertId")
})
