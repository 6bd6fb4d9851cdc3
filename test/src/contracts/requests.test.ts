import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type HttpRequest, pipeline } from "../fakePlatform.js"
import {
  callFor,
  drivers,
  inventory,
  type InventoryEndpoint,
  isExternal,
  isLive,
  respondAs,
  urlOf
} from "./inventory.js"

const accountBearer = "account-bearer"
const addonBearer = "addon-bearer"

const authorization = (auth: string) =>
  auth === "bearer" ? `Bearer ${accountBearer}` : auth === "addon-token" ? `Bearer ${addonBearer}` : undefined

const sendable = inventory.filter((endpoint) => !isLive(endpoint) && !isExternal(endpoint))

/** Treats `{}` as no body: the library sends it with every POST that has none. */
const withoutEmptyObject = (body: unknown): unknown =>
  typeof body === "object" && body !== null && Object.keys(body).length === 0 ? undefined : body

/** Marks examples whose documentation is not valid JSON or shows only a part. */
const titleOf = (endpoint: InventoryEndpoint): string => {
  const marks = [
    endpoint.exampleRepaired === true ? "repaired" : "",
    endpoint.examplePartial === true ? "partial" : ""
  ].filter((mark) => mark !== "")
  const mark = marks.length === 0 ? "" : ` (${marks.join(" and ")} example)`
  return `${endpoint.resource}.${endpoint.name}: ${endpoint.method} ${endpoint.path}${mark}`
}

describe("the library sends the documented request", () => {
  for (const endpoint of sendable) {
    const driven = callFor(endpoint)
    if (driven === undefined) continue
    it.effect(titleOf(endpoint), () =>
      Effect.gen(function*() {
        const sent: Array<HttpRequest> = []
        const platform = pipeline(sent, respondAs(endpoint, driven.response), { bearer: accountBearer, addonBearer })
        yield* driven.run.pipe(Effect.provide(platform))
        const request = sent[sent.length - 1]!
        assert.strictEqual(request.method, endpoint.method)
        assert.strictEqual(request.url.origin + request.path, urlOf(endpoint))
        if (endpoint.pathIsFullUrl === true) {
          // A pre-signed URL carries its own permission, so the bearer must not go with it.
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
        assert.deepStrictEqual(withoutEmptyObject(request.body), expectedBody, "body")
        assert.include(request.headers["accept"], "application/json")
        assert.match(request.headers["user-agent"] ?? "", /^effect-scalingo\//)
        assert.match(request.headers["x-request-id"] ?? "", /^[0-9a-f-]{36}$/)
        const expected = authorization(endpoint.auth)
        if (expected !== undefined) assert.strictEqual(request.headers["authorization"], expected)
        else if (endpoint.auth.startsWith("basic")) assert.match(request.headers["authorization"] ?? "", /^Basic /)
      }))
  }
})

describe("the drivers", () => {
  it("name only endpoints of the inventory", () => {
    const known = new Set(
      inventory.flatMap(({ api, name, resource }) => [`${resource}.${name}`, `${resource}.${api}.${name}`])
    )
    const unknown = drivers.flatMap(({ calls, resource }) =>
      Object.keys(calls).map((name) => `${resource}.${name}`).filter((name) => !known.has(name))
    )
    assert.deepStrictEqual(unknown, [])
  })
})
