import { Autoscalers, layer } from "@effect-scalingo/core/Autoscalers"
import { driver } from "../driver.js"

export default driver("Autoscalers", Autoscalers, layer, {
  list: (autoscalers) => autoscalers.list("app"),
  create: (autoscalers) =>
    autoscalers.create("app", {
      container_type: "web",
      min_containers: 3,
      max_containers: 7,
      metric: "rpm_per_container",
      target: 150
    }),
  find: (autoscalers) => autoscalers.get("app", "autoscalerId"),
  update: (autoscalers) => autoscalers.update("app", "autoscalerId", { min_containers: 1, max_containers: 10 }),
  delete: (autoscalers) => autoscalers.delete("app", "autoscalerId")
})
