import { Environment, layer } from "@effect-scalingo/core/Environment"
import { driver } from "../driver.js"

export default driver("Environment", Environment, layer, {
  list: (environment) => environment.list("app", { aliases: false }),
  create: (environment) => environment.create("app", { name: "RAILS_ENV", value: "production" }),
  bulkUpdate: (environment) =>
    environment.bulkUpdate("app", [
      { name: "RAILS_ENV", value: "production" },
      { name: "RACK_ENV", value: "production" }
    ]),
  update: (environment) => environment.update("app", "variableId", "staging"),
  delete: (environment) => environment.delete("app", "variableId"),
  bulkDelete: (environment) => environment.bulkDelete("app", ["541013a9736f7563d5050000"])
})
