/**
 * The sandbox against the inventory of the API, for what has to do with databases: there is a route for every endpoint.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { Sandbox, sendTo, withSandbox } from "./kit.js"

interface Endpoint {
  readonly resource: string
  readonly api: string
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly altMethods: ReadonlyArray<Endpoint["method"]>
  readonly path: string
}

const endpoints: ReadonlyArray<Endpoint> = JSON.parse(
  fs.readFileSync(`${import.meta.dirname}/../../fixtures/endpoints.json`, "utf8")
)

describe("sandbox: inventory of databases", () => {
  it.effect("a route for every endpoint", () =>
    Effect.gen(function*() {
      const { urls } = yield* Sandbox.Sandbox
      const wanted = endpoints.filter((it) =>
        /^(Databases?|Database[A-Z]\w+|DedicatedDatabases|PrivateNetworks)$/.test(it.resource) &&
        it.path.startsWith("/")
      )
      const missing: Array<string> = []
      for (const endpoint of wanted) {
        const base = endpoint.api === "database" ? urls.database("osc-fr1") : urls.api("osc-fr1")
        for (const method of [endpoint.method, ...endpoint.altMethods]) {
          const answer = yield* sendTo(method, base + endpoint.path.replace(/:\w+/g, "some-id"))
          // What has no route has no resource either.
          if (answer.text === `{"error":"not found"}`) missing.push(`${method} ${endpoint.path}`)
        }
      }
      assert.deepStrictEqual(missing, [])
      assert.isAbove(wanted.length, 50)
    }).pipe(withSandbox()))
})
