/**
 * The sizes of containers.
 */
import { lookupApp } from "../access.js"
import { containerSizes as sizes, renderSize } from "../catalog.js"
import { json, notFound } from "../responses.js"
import { regionalPublic, type Route } from "../route.js"

export const containerSizes: ReadonlyArray<Route> = [
  regionalPublic.get("/features/container_sizes", (call) => {
    const app = call.query.get("app_id")
    if (app !== null && lookupApp(call.state, call.region, app) === undefined) return notFound("app")
    return json({ container_sizes: sizes.map((it) => renderSize(call.region, it)) })
  })
]
