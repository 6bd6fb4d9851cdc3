import { layer, LogDrains } from "@effect-scalingo/core/LogDrains"
import { Redacted } from "effect"
import { driver } from "../driver.js"

const graylog = {
  type: "ovh-graylog",
  token: Redacted.make("5af97be7-34e5-47b6-a016-8d0001228ffb"),
  host: "tag1.logs.ovh.com"
} as const

const url = "ovh://:5af97be7-34e5-47b6-a016-8d0001228ffb@tag1.logs.ovh.com:6514"

export default driver("LogDrains", LogDrains, layer, {
  list: (drains) => drains.list("app"),
  listForAddon: (drains) => drains.listForAddon("app", "addonId"),
  create: (drains) => drains.create("app", graylog),
  createForAddon: (drains) => drains.createForAddon("app", "addonId", graylog),
  delete: (drains) => drains.delete("app", Redacted.make(url)),
  deleteForAddon: (drains) => drains.deleteForAddon("app", "addonId", url)
})
