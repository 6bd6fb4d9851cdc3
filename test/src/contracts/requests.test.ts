import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { callFor, drivers, inventory, type InventoryEndpoint, isLive, isNeighbour } from "./inventory.js"
import { accountBearer, addonBearer, recordingApis, type Reply, type Sent } from "./recording.js"

const origins: Record<string, string> = {
  regional: "https://api.osc-fr1.scalingo.com/v1",
  auth: "https://auth.scalingo.com/v1",
  billing: "https://cashmachine.scalingo.com",
  database: "https://db-api.osc-fr1.scalingo.com/api"
}

/** What the inventory says that the platform answers, for the page that was asked for. */
const reply = (
  endpoint: InventoryEndpoint,
  respond: Partial<{ status: number; body: unknown; headers: Record<string, string> }> = {}
) =>
(sent: Sent): Reply => {
  const body = respond.body ?? endpoint.exampleResponse ?? undefined
  const paged = body === undefined ? body : withPage(structuredClone(body), Number(sent.query["page"] ?? 1))
  return {
    status: respond.status ?? endpoint.status,
    headers: {
      "content-type": "application/json",
      ...(endpoint.operation ? { location: "https://api.osc-fr1.scalingo.com/v1/apps/app/operations/op-1" } : {}),
      ...respond.headers
    },
    body: typeof paged === "string"
      ? paged
      : paged === undefined
      ? endpoint.exampleResponseText ?? ""
      : JSON.stringify(paged)
  }
}

const withPage = (body: unknown, page: number): unknown => {
  if (typeof body !== "object" || body === null || !("meta" in body)) return body
  const meta = body.meta
  if (typeof meta !== "object" || meta === null || !("pagination" in meta)) return body
  return { ...body, meta: { ...meta, pagination: { ...(meta.pagination as object), current_page: page } } }
}

const authorization = (auth: string) =>
  auth === "bearer" ? `Bearer ${accountBearer}` : auth === "addon-token" ? `Bearer ${addonBearer}` : undefined

const sendable = inventory.filter((endpoint) =>
  !isLive(endpoint) && !isNeighbour(endpoint) && endpoint.api !== "sources"
)

describe("requests as the inventory has them", () => {
  for (const endpoint of sendable) {
    const driven = callFor(endpoint)
    if (driven === undefined) continue
    it.effect(`${endpoint.resource}.${endpoint.name}: ${endpoint.method} ${endpoint.path}`, () =>
      Effect.gen(function*() {
        const sent: Array<Sent> = []
        yield* driven.run.pipe(Effect.provide(recordingApis(sent, reply(endpoint, driven.respond))))
        assert.strictEqual(sent.length, 1, "one request")
        const request = sent[0]!
        assert.strictEqual(request.method, endpoint.method)
        const expectedPath = new URL(`${origins[endpoint.api]}${endpoint.path.replace(/:(\w+)/g, "$1")}`)
        assert.strictEqual(request.origin + request.path, expectedPath.origin + expectedPath.pathname)
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
