import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { api, at, listOf, withSandbox } from "./sandboxClient.js"

describe("sandbox: projects", () => {
  it.effect("creates, lists, renames and deletes", () =>
    Effect.gen(function*() {
      const created = yield* api("POST", "/projects", { body: { project: { name: "second" } } })
      assert.strictEqual(created.status, 201)
      assert.strictEqual(at(created, "project.default"), false)
      const id = String(at(created, "project.id"))

      const renamed = yield* api("PATCH", `/projects/${id}`, { body: { project: { name: "third", default: true } } })
      assert.strictEqual(renamed.status, 200)

      assert.deepStrictEqual(
        listOf(yield* api("GET", "/projects"), "projects").map((it) => [it.name, it.default]),
        [["example-project", false], ["third", true]]
      )
      assert.strictEqual((yield* api("DELETE", `/projects/${id}`)).status, 409)

      const events = yield* api("GET", `/projects/${id}/events`)
      assert.deepStrictEqual(listOf(events, "events").map((it) => it.type), ["edit_project", "new_project"])
    }).pipe(withSandbox()))

  it.effect("transfers a project, within three days", () =>
    Effect.gen(function*() {
      const project = String(at(yield* api("GET", "/projects"), "projects.0.id"))
      const owners = yield* api("GET", `/projects/${project}/eligible_new_owners`)
      const alice = String(at(owners, "eligible_new_owners.0.user_id"))
      const body = { transfer_invitation: { invited_user_id: alice } }
      const first = yield* api("POST", `/projects/${project}/transfer_invitations`, { body })
      assert.strictEqual(first.status, 201)
      assert.strictEqual((yield* api("POST", `/projects/${project}/transfer_invitations`, { body })).status, 409)

      yield* TestClock.adjust("3 days")
      const late = `/projects/${project}/transfer_invitations/${at(first, "transfer_invitation.id")}/accept`
      assert.strictEqual((yield* api("POST", late, { as: "alice" })).status, 422)

      const second = yield* api("POST", `/projects/${project}/transfer_invitations`, { body })
      const path = `/projects/${project}/transfer_invitations/${at(second, "transfer_invitation.id")}`
      assert.strictEqual((yield* api("POST", `${path}/accept`)).status, 403)
      assert.strictEqual((yield* api("POST", `${path}/cancel`, { as: "alice" })).status, 403)
      const accepted = yield* api("POST", `${path}/accept`, { as: "alice" })
      assert.strictEqual(at(accepted, "transfer_invitation.status"), "accepted")
      assert.strictEqual((yield* api("GET", `/projects/${project}`)).status, 404)
      assert.strictEqual((yield* api("GET", `/projects/${project}`, { as: "alice" })).status, 200)
    }).pipe(withSandbox()))
})
