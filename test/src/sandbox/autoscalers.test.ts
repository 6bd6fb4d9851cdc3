import { Autoscaler } from "@effect-scalingo/core/Autoscalers"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const input = { container_type: "web", min_containers: 2, max_containers: 7, metric: "rpm_per_container", target: 150 }

describe("sandbox: autoscalers", () => {
  it.effect("creates, changes and deletes", () =>
    Effect.gen(function*() {
      const created = yield* api("POST", "/apps/another-app/autoscalers", { body: { autoscaler: input } })
      assert.strictEqual(created.status, 201)
      const autoscaler = yield* decodeAt(Autoscaler, created, "autoscaler")
      assert.strictEqual(autoscaler.last_scale, null)
      const path = `/apps/another-app/autoscalers/${autoscaler.id}`

      const body = { autoscaler: { min_containers: 1, max_containers: 10 } }
      assert.strictEqual(at(yield* api("PATCH", path, { body }), "autoscaler.max_containers"), 10)
      assert.strictEqual(at(yield* api("PUT", path, { body: { disabled: true } }), "autoscaler.disabled"), true)
      yield* decodeAt(Autoscaler, yield* api("GET", path), "autoscaler")
      yield* decodeListAt(Autoscaler, yield* api("GET", "/apps/another-app/autoscalers"), "autoscalers")

      assert.strictEqual((yield* api("DELETE", path)).status, 204)
      assert.strictEqual((yield* api("GET", path)).status, 404)
      const events = listOf(yield* api("GET", "/apps/another-app/events"), "events").map((event) => event["type"])
      assert.deepStrictEqual(events.slice(0, 4), [
        "delete_autoscaler",
        "edit_autoscaler",
        "edit_autoscaler",
        "new_autoscaler"
      ])
    }).pipe(withSandbox()))

  it.effect("enforces its bounds", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const created = yield* api("POST", "/apps/example-app/autoscalers", { body: { autoscaler: input } })
      const path = `/apps/example-app/autoscalers/${at(created, "autoscaler.id")}`
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual((yield* sandbox.app("example-app")).formation["web"]?.amount, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* sandbox.app("example-app")).status, "scaling")
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual((yield* sandbox.app("example-app")).containers, ["web-1", "web-2"])
      assert.strictEqual(at(yield* api("GET", path), "autoscaler.last_scale"), "1970-01-01T00:01:00.000Z")

      yield* api("PATCH", path, { body: { autoscaler: { min_containers: 1, max_containers: 1 } } })
      yield* TestClock.adjust("80 seconds")
      assert.deepStrictEqual((yield* sandbox.app("example-app")).containers, ["web-1"])
      assert.isUndefined(yield* sandbox.nextChange)
    }).pipe(withSandbox()))

  it.effect("refuses invalid input, and accounts without access", () =>
    Effect.gen(function*() {
      const send = (autoscaler: object, as?: string) =>
        api("POST", "/apps/another-app/autoscalers", { body: { autoscaler }, as })
      assert.deepStrictEqual((yield* send({ ...input, max_containers: 1 })).body, {
        errors: { max_containers: ["must be greater than or equal to min_containers"] }
      })
      assert.strictEqual((yield* send({ ...input, min_containers: 0 })).status, 422)
      assert.strictEqual((yield* send({ ...input, metric: "luck" })).status, 422)
      assert.strictEqual((yield* send(input, "alice")).status, 401)
    }).pipe(withSandbox()))
})
