/**
 * The status of the instances of a database.
 */
import * as Effect from "effect/Effect"
import { findDatabase, instancesOf } from "../databases.js"
import { json } from "../responses.js"
import { database, type Route } from "../route.js"

export const databaseStatus: ReadonlyArray<Route> = [
  database.get(
    "/databases/:databaseId/instances_status",
    (call) =>
      Effect.map(
        findDatabase(call),
        (it) => json(instancesOf(it).map(({ id, role, status, type }) => ({ id, type, status, role })))
      )
  )
]
