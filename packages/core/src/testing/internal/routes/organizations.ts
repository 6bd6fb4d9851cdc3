/**
 * The organizations of an account: one for its company, if it has one.
 */
import { json } from "../responses.js"
import { auth, type Route } from "../route.js"
import { iso, statePart } from "../state.js"

/** The ids of organizations, by the name of the company. */
const ids = statePart(() => new Map<string, string>())

export const organizations: ReadonlyArray<Route> = [
  auth.get("/organizations", (call) => {
    const { company, createdAt } = call.account
    if (company === null || company === "") return json({ organizations: [] })
    const id = ids(call.state).get(company) ?? call.state.idsOf(`organization ${company}`).uuid()
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
