import { DatabaseStatus, layer } from "@effect-scalingo/core/DatabaseStatus"
import { driver } from "../driver.js"

export default driver("DatabaseStatus", DatabaseStatus, layer, {
  instances: (status) => status.instances({ app: "app", addonId: "databaseId" })
})
