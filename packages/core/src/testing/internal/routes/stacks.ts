/**
 * The stacks that apps run on.
 */
import { stacks as known } from "../features.js"
import { json } from "../reply.js"
import { regionalPublic, type Route } from "../route.js"

export const stacks: ReadonlyArray<Route> = [
  regionalPublic.get("/features/stacks", () => json({ stacks: known }))
]
