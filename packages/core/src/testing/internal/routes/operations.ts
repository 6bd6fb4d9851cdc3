/**
 * What has been started and takes its time.
 */
import * as Effect from "effect/Effect"
import { findApp } from "../access.js"
import { renderOperation } from "../operations.js"
import { json, notFound } from "../reply.js"
import { regional, type Route } from "../route.js"

export const operations: ReadonlyArray<Route> = [
  regional.get("/apps/:app/operations/:operationId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const operation = call.state.operations.get(call.param("operationId"))
      return operation === undefined || operation.appId !== app.id
        ? yield* notFound("operation")
        : json({ operation: renderOperation(operation) })
    }))
]
