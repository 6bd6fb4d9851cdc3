/**
 * Database types and their versions.
 */
import { allTechnologies, findTechnology, findVersion, renderTechnology, renderVersion } from "../databaseCatalog.js"
import { json, notFound } from "../responses.js"
import { database, type Route } from "../route.js"

export const databaseTypes: ReadonlyArray<Route> = [
  database.get("/database_types", () => json({ database_types: allTechnologies.map(renderTechnology) })),

  database.get("/database_types/:typeId", (call) => {
    const technology = findTechnology(call.param("typeId"))
    return technology === undefined
      ? notFound("database_type")
      : json({ database_type: renderTechnology(technology) })
  }),

  database.get("/database_type_versions/:versionId", (call) => {
    const version = findVersion(call.param("versionId"))
    return version === undefined
      ? notFound("database_type_version")
      : json({ database_type_version: renderVersion(version) })
  })
]
