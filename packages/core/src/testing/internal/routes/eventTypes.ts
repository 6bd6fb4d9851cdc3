/**
 * The kinds of events that notifiers choose from.
 */
import { eventTypes as known } from "../features.js"
import { json } from "../reply.js"
import { regionalPublic, type Route } from "../route.js"

export const eventTypes: ReadonlyArray<Route> = [
  regionalPublic.get("/event_types", () => json({ event_types: known }))
]
