import { Notifier } from "@effect-scalingo/core/Notifiers"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const path = "/apps/example-app/notifiers"
const webhook = "5982f145d48c3600273ef08a"
const email = "59c52ac27651ce002c1d4620"

const create = (notifier: object, as?: string) => api("POST", path, { body: { notifier }, as })

describe("sandbox: notifiers", () => {
  it.effect("are created, changed and deleted", () =>
    Effect.gen(function*() {
      const types = listOf(yield* api("GET", "/event_types"), "event_types")
      const created = yield* create({
        platform_id: webhook,
        name: "hook",
        selected_events: ["app_deployed"],
        type_data: { webhook_url: "https://example.com/hook" }
      })
      assert.strictEqual(created.status, 201)
      const notifier = yield* decodeAt(Notifier, created, "notifier")
      assert.deepStrictEqual([notifier.type, notifier.active], ["webhook", true])
      assert.deepStrictEqual(notifier.selected_event_ids, [String(types[0]?.["id"])])

      const body = { notifier: { active: false, selected_event_ids: [types[1]?.["id"]], send_all_alerts: true } }
      const changed = yield* api("PATCH", `${path}/${notifier.id}`, { body })
      assert.strictEqual(changed.status, 200)
      assert.strictEqual(at(changed, "notifier.type_data.webhook_url"), "https://example.com/hook")
      assert.strictEqual((yield* api("PUT", `${path}/${notifier.id}`, { body })).status, 200)
      const found = yield* decodeAt(Notifier, yield* api("GET", `${path}/${notifier.id}`), "notifier")
      assert.deepStrictEqual([found.active, found.send_all_alerts], [false, true])
      yield* decodeListAt(Notifier, yield* api("GET", path), "notifiers")

      assert.strictEqual((yield* api("DELETE", `${path}/${notifier.id}`)).status, 204)
      assert.strictEqual((yield* api("GET", `${path}/${notifier.id}`)).status, 404)
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events")
      assert.deepStrictEqual(events.slice(0, 4).map((it) => it["type"]), [
        "delete_notifier",
        "edit_notifier",
        "edit_notifier",
        "new_notifier"
      ])
    }).pipe(withSandbox()))

  it.effect("send mails when tested", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const alice = at(yield* api("GET", "/apps/example-app/collaborators"), "collaborators.0.user_id")
      const created = yield* create({
        platform_id: email,
        name: "mail",
        type_data: { emails: ["ops@example.com"], user_ids: [alice] }
      })
      const tested = yield* api("POST", `${path}/${at(created, "notifier.id")}/test`)
      assert.strictEqual(tested.status, 200)
      assert.deepStrictEqual((yield* sandbox.mails).map((mail) => mail.to), ["alice@example.com", "ops@example.com"])
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* create({ platform_id: "none", name: "" })).body, {
        errors: { name: ["can't be blank"] }
      })
      assert.deepStrictEqual((yield* create({ platform_id: "none", name: "n" })).body, {
        resource: "notification_platform",
        error: "not found"
      })
      // The union with null and undefined adds no message of its own.
      const inside = yield* create({ platform_id: email, name: "n", active: 1, type_data: { emails: ["a@b.fr", "c"] } })
      assert.deepStrictEqual(inside.body, { errors: { active: ["is invalid"], "type_data.emails.1": ["is invalid"] } })
      assert.strictEqual((yield* create({ platform_id: webhook, name: "n" })).status, 422)
      assert.strictEqual((yield* create({ platform_id: webhook, name: "n", selected_event_ids: ["none"] })).status, 422)
      assert.strictEqual(
        (yield* create({ platform_id: email, name: "n", type_data: { user_ids: ["us-none"] } })).status,
        422
      )
      assert.strictEqual((yield* api("GET", "/apps/another-app/notifiers", { as: "alice" })).status, 401)
    }).pipe(withSandbox()))
})
