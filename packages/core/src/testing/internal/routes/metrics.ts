/**
 * The metrics that alerts and autoscalers are about.
 */
import { metrics as known } from "../referenceData.js"
import { json } from "../responses.js"
import { regionalPublic, type Route } from "../route.js"

export const metrics: ReadonlyArray<Route> = [
  regionalPublic.get("/features/metrics", () => json({ metrics: known }))
]
