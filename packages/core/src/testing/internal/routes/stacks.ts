/**
 * The stacks of apps.
 */
import { stacks as known } from "../referenceData.js"
import { json } from "../responses.js"
import { regionalPublic, type Route } from "../route.js"

export const stacks: ReadonlyArray<Route> = [
  regionalPublic.get("/features/stacks", () => json({ stacks: known }))
]
