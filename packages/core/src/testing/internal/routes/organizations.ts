/**
 * The organizations of an account: the one of the company it names, if any.
 */
import { json } from "../responses.js"
import { auth, type Route } from "../route.js"
import { iso, slot } from "../state.js"

/** The ids of organizations, by the names of the companies. */
const ids = slot(() => new Map<string, string>())

export const organizations: ReadonlyArray<Route> = [
  auth.get("/organizations", (call) => {
    const { company, createdAt } = call.account
    if (company === null || company === "") return json({ organizations: [] })
    const id = ids(call.state).get(company) ?? call.state.ids.uuid()
    ids(call.state).set(company, id)
    return json({
      organizations: [{
        id,
        name: company,
        slug: company.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
        created_at: iso(createdAt),
        flags: {}
      }]
    })
  })
]
