/**
 * The operations of apps.
 */
import * as Effect from "effect/Effect"
import { findApp, findOfApp } from "../access.js"
import { renderOperation } from "../operations.js"
import { json } from "../responses.js"
import { regional, type Route } from "../route.js"

export const operations: ReadonlyArray<Route> = [
  regional.get("/apps/:app/operations/:operationId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const operation = yield* findOfApp(call, app, call.state.operations, "operation")
      return json({ operation: renderOperation(call.state, app, operation) })
    }))
]
