import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { callFor, drivers, inventory, type InventoryEndpoint, isLive, isNeighbour } from "./inventory.js"
import { accountBearer, addonBearer, recordingApis, type Sent } from "./recording.js"
import { addressOf, reply } from "./reply.js"

const authorization = (auth: string) =>
  auth === "bearer" ? `Bearer ${accountBearer}` : auth === "addon-token" ? `Bearer ${addonBearer}` : undefined

const sendable = inventory.filter((endpoint) => !isLive(endpoint) && !isNeighbour(endpoint))

/** Says of an example that the documentation's own was not valid JSON, or shows only a part. */
const titleOf = (endpoint: InventoryEndpoint): string => {
  const marks = [
    endpoint.exampleRepaired === true ? "repaired" : "",
    endpoint.examplePartial === true ? "partial" : ""
  ].filter((mark) => mark !== "")
  const mark = marks.length === 0 ? "" : ` (${marks.join(" and ")} example)`
  return `${endpoint.resource}.${endpoint.name}: ${endpoint.method} ${endpoint.path}${mark}`
}

describe("requests as the inventory has them", () => {
  for (const endpoint of sendable) {
    const driven = callFor(endpoint)
    if (driven === undefined) continue
    it.effect(titleOf(endpoint), () =>
      Effect.gen(function*() {
        const sent: Array<Sent> = []
        yield* driven.run.pipe(Effect.provide(recordingApis(sent, reply(endpoint, driven.respond))))
        const request = sent[sent.length - 1]!
        assert.strictEqual(request.method, endpoint.method)
        assert.strictEqual(request.origin + request.path, addressOf(endpoint))
        if (endpoint.pathIsFullUrl === true) {
          // Its own permission is in the address: nothing else must go along.
          assert.deepStrictEqual(request.query, { token: "t" })
          assert.isUndefined(request.headers["authorization"])
          return
        }
        assert.strictEqual(sent.length, 1, "one request")
        if (driven.query === undefined) {
          const names = Object.keys(request.query).map((name) => name.replace(/\[\]$/, "")).sort()
          assert.deepStrictEqual(names, [...new Set(endpoint.query.map(({ name }) => name))].sort(), "query parameters")
        } else {
          assert.deepStrictEqual(request.query, driven.query)
        }
        const expectedBody = driven.body ?? endpoint.exampleRequestBody ?? undefined
        assert.deepStrictEqual(request.body, expectedBody, "body")
        assert.include(request.headers["accept"], "application/json")
        assert.match(request.headers["user-agent"] ?? "", /^effect-scalingo\//)
        assert.match(request.headers["x-request-id"] ?? "", /^[0-9a-f-]{36}$/)
        const expected = authorization(endpoint.auth)
        if (expected !== undefined) assert.strictEqual(request.headers["authorization"], expected)
        else if (endpoint.auth.startsWith("basic")) assert.match(request.headers["authorization"] ?? "", /^Basic /)
      }))
  }
})

describe("the drivers and the inventory", () => {
  it("name only endpoints that exist", () => {
    const known = new Set(
      inventory.flatMap(({ api, name, resource }) => [`${resource}.${name}`, `${resource}.${api}.${name}`])
    )
    const unknown = drivers.flatMap(({ calls, resource }) =>
      Object.keys(calls).map((name) => `${resource}.${name}`).filter((name) => !known.has(name))
    )
    assert.deepStrictEqual(unknown, [])
  })
})
