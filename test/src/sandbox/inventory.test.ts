/**
 * Checks the sandbox against the inventory of the API: every endpoint has a route, and its response has the documented
 * status, fields and types.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { baseOf, endpoints, makeTour, nameOf } from "./inventoryCheck.js"
import { wholeTour } from "./inventoryTour.js"
import { Sandbox, type SandboxResponse, sendTo, withSandbox } from "./sandboxClient.js"

describe("sandbox: inventory", () => {
  it.effect("a route for every endpoint and each of its methods, which requires authentication", () =>
    Effect.gen(function*() {
      const { urls } = yield* Sandbox.Sandbox
      const missing: Array<string> = []
      const open: Array<string> = []
      const isRefused = ({ status, text }: SandboxResponse) =>
        status === 401 || (status === 400 && text === `{"error":"unauthorized"}`)
      for (const endpoint of endpoints.filter((it) => it.pathIsFullUrl !== true)) {
        for (const method of [endpoint.method, ...endpoint.altMethods]) {
          const response = yield* sendTo(method, baseOf(urls, endpoint) + endpoint.path.replace(/:\w+/g, "some-id"))
          const where = `${method} ${endpoint.path}`
          if (response.status === 501) missing.push(where)
          else if (endpoint.auth !== "none" && !isRefused(response) && where !== "GET /regions") open.push(where)
        }
      }
      assert.deepStrictEqual({ missing, open }, { missing: [], open: [] })
      assert.isAbove(endpoints.length, 220)
    }).pipe(withSandbox()))

  it.effect("the documented status, fields and types, at every endpoint", () =>
    Effect.gen(function*() {
      const tour = makeTour()
      yield* wholeTour(tour)
      assert.deepStrictEqual(tour.found, [])
      assert.deepStrictEqual(endpoints.map(nameOf).filter((name) => !tour.visited.has(name)), [])
    }))
})
