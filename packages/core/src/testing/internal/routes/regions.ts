/**
 * The regions and the URLs of their APIs.
 */
import { json } from "../responses.js"
import { authPublic, type Route } from "../route.js"

export const regions: ReadonlyArray<Route> = [
  authPublic.get("/regions", (call) => {
    const { regions, urls } = call.state
    const known = call.identity._tag === "Bearer"
    return json({
      regions: Array.from(regions.values())
        .filter((region) => known || region.public)
        .map((region) => ({
          name: region.name,
          display_name: region.displayName,
          api: urls.api(region.name),
          dashboard: urls.dashboard(region.name),
          database_api: urls.database(region.name),
          ssh: urls.ssh(region.name),
          default: region.default
        }))
    })
  })
]
