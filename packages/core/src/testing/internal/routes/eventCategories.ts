/**
 * The categories of event types.
 */
import { eventCategories as known } from "../referenceData.js"
import { json } from "../responses.js"
import { regionalPublic, type Route } from "../route.js"

export const eventCategories: ReadonlyArray<Route> = [
  regionalPublic.get("/event_categories", () => json({ event_categories: known }))
]
