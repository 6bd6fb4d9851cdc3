/**
 * The event types that notifiers select from.
 */
import { eventTypes as known } from "../referenceData.js"
import { json } from "../responses.js"
import { regionalPublic, type Route } from "../route.js"

export const eventTypes: ReadonlyArray<Route> = [
  regionalPublic.get("/event_types", () => json({ event_types: known }))
]
