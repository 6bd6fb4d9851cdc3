import { DatabaseMaintenance, layer } from "@effect-scalingo/core/DatabaseMaintenance"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

export default driver("DatabaseMaintenance", DatabaseMaintenance, layer, {
  list: (maintenance) => maintenance.listPage(database, { page: 1, perPage: 20 }),
  find: (maintenance) => maintenance.get(database, "maintenanceId")
})
