import { Alert } from "@effect-scalingo/core/Alerts"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, withSandbox } from "./sandboxClient.js"

describe("sandbox: alerts", () => {
  it.effect("creates, changes and deletes", () =>
    Effect.gen(function*() {
      const body = { alert: { container_type: "web", metric: "memory", limit: 0.8, notifiers: ["no-1"] } }
      const created = yield* api("POST", "/apps/example-app/alerts", { body })
      assert.strictEqual(created.status, 201)
      const alert = yield* decodeAt(Alert, created, "alert")
      assert.deepStrictEqual([alert.metric, alert.limit, alert.disabled], ["memory", 0.8, false])
      const path = `/apps/example-app/alerts/${alert.id}`

      yield* TestClock.adjust("1 minute")
      const changed = yield* api("PATCH", path, {
        body: { alert: { limit: 150, metric: "rpm_per_container", remind_every: "5m30s" } }
      })
      assert.strictEqual(changed.status, 200)
      assert.strictEqual(at(changed, "alert.remind_every"), "5m30s")
      assert.notStrictEqual(at(changed, "alert.updated_at"), at(changed, "alert.created_at"))

      const withoutRoot = yield* api("PUT", path, { body: { remind_every: 330_000_000_000, disabled: true } })
      assert.strictEqual(at(withoutRoot, "alert.remind_every"), "5m30s")
      assert.strictEqual(at(withoutRoot, "alert.disabled"), true)

      yield* decodeAt(Alert, yield* api("GET", path), "alert")
      yield* decodeListAt(Alert, yield* api("GET", "/apps/example-app/alerts"), "alerts")
      assert.deepStrictEqual(listOf(yield* api("GET", "/apps/another-app/alerts"), "alerts"), [])

      assert.strictEqual((yield* api("DELETE", path)).status, 204)
      assert.deepStrictEqual((yield* api("GET", path)).body, { resource: "alert", error: "not found" })
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events").map((event) => event["type"])
      assert.deepStrictEqual(events.slice(0, 2), ["delete_alert", "new_alert"])
    }).pipe(withSandbox()))

  it.effect("refuses invalid input, and limited collaborators", () =>
    Effect.gen(function*() {
      const wrong = yield* api("POST", "/apps/example-app/alerts", { body: { alert: { metric: "luck" } } })
      assert.strictEqual(wrong.status, 422)
      assert.deepStrictEqual(wrong.body, {
        errors: {
          container_type: ["can't be blank"],
          metric: ["is not included in the list"],
          limit: ["can't be blank"]
        }
      })
      assert.strictEqual((yield* api("POST", "/apps/example-app/alerts", { body: {} })).status, 400)

      const body = { alert: { container_type: "web", metric: "cpu", limit: 0.5 } }
      const alice = String(at(yield* api("GET", "/apps/example-app/collaborators"), "collaborators.0.id"))
      assert.strictEqual((yield* api("POST", "/apps/example-app/alerts", { body, as: "alice" })).status, 201)
      yield* api("PATCH", `/apps/example-app/collaborators/${alice}`, { body: { collaborator: { is_limited: true } } })
      assert.strictEqual((yield* api("POST", "/apps/example-app/alerts", { body, as: "alice" })).status, 403)
      assert.strictEqual((yield* api("GET", "/apps/example-app/alerts", { as: "alice" })).status, 200)
      assert.strictEqual((yield* api("GET", "/apps/another-app/alerts", { as: "alice" })).status, 401)
    }).pipe(withSandbox()))
})
