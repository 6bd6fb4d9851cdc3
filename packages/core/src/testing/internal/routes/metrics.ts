/**
 * The metrics that alerts and autoscalers are about.
 */
import { metrics as known } from "../features.js"
import { json } from "../reply.js"
import { regionalPublic, type Route } from "../route.js"

export const metrics: ReadonlyArray<Route> = [
  regionalPublic.get("/features/metrics", () => json({ metrics: known }))
]
