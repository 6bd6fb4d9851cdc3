import { ErrorBody } from "@effect-scalingo/core/ErrorBody"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decode } from "./decodeResponse.js"
import { api, at, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

describe("sandbox: errors", () => {
  it.effect("tell what the sandbox lacks from what does not exist", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const origin = "https://api.osc-fr1.scalingo.com"
      const bodies: Array<unknown> = []
      for (
        const response of [
          yield* api("GET", "/apps/example-app/no/such/route?page=1"),
          yield* api("PUT", "/apps"),
          yield* sendTo("POST", `${sandbox.urls.database("osc-fr1")}/nothing`),
          yield* sendTo("GET", `${origin}/api/databases/ad-1/nothing`),
          yield* sendTo("GET", "https://logs.osc-fr1.scalingo.com/nothing")
        ]
      ) {
        assert.strictEqual(response.status, 501)
        bodies.push(at(response, "error"))
      }
      assert.deepStrictEqual(bodies, [
        "not implemented in the sandbox: GET /apps/example-app/no/such/route",
        "not implemented in the sandbox: PUT /apps",
        "not implemented in the sandbox: POST /nothing",
        "not implemented in the sandbox: GET /databases/ad-1/nothing",
        "not implemented in the sandbox: GET /nothing"
      ])
      const elsewhere = yield* sendTo("GET", `${origin}/api/database_types`)
      assert.deepStrictEqual([elsewhere.status, elsewhere.body], [404, { error: "not found" }])
    }).pipe(withSandbox()))

  it.effect("have the documented bodies", () =>
    Effect.gen(function*() {
      const upload = at(yield* api("POST", "/sources"), "source.upload_url")
      const responses = [
        yield* api("POST", "/projects", { body: { name: "without root" } }),
        yield* sendTo("GET", "https://api.osc-fr1.scalingo.com/v1/apps"),
        yield* api("POST", "/apps", { as: "poor", body: { app: { name: "second-app" } } }),
        yield* api("DELETE", "/apps/example-app", { as: "alice" }),
        yield* api("GET", "/apps/no-such-app"),
        yield* api("GET", "/no/such/route"),
        yield* api("DELETE", `/projects/${at(yield* api("GET", "/projects"), "projects.0.id")}`),
        yield* sendTo("PUT", String(upload), {
          body: new Uint8Array(1),
          headers: { "content-type": "application/x-gzip", "transfer-encoding": "chunked" }
        }),
        yield* api("POST", "/apps", { body: { app: { name: "no" } } })
      ]
      assert.deepStrictEqual(
        responses.map((response) => response.status),
        [400, 401, 402, 403, 404, 501, 409, 411, 422]
      )
      for (const response of responses) yield* decode(ErrorBody, response.body)
    }).pipe(withSandbox({
      accounts: [{ username: "john" }, { username: "alice" }, { username: "poor", paymentMethod: false }],
      apps: [{ name: "example-app", collaborators: ["alice"] }, { name: "poor-app", owner: "poor" }]
    })))
})
