import { DatabaseTypeVersions, layer } from "@effect-scalingo/core/DatabaseTypeVersions"
import { driver } from "../driver.js"

export default driver("DatabaseTypeVersions", DatabaseTypeVersions, layer, {
  find: (versions) => versions.get({ app: "app", addonId: "databaseId" }, "versionId")
})
