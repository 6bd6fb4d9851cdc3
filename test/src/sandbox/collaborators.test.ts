import { Collaborator } from "@effect-scalingo/core/Collaborators"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const seed = {
  accounts: [{ username: "john" }, { username: "alice" }, { username: "bob", otp: "123456" }],
  apps: [{ name: "example-app", collaborators: ["alice"] }, { name: "another-app" }]
}

const path = "/apps/example-app/collaborators"

const tokenOf = (link: unknown) => new URL(String(link)).searchParams.get("token") ?? ""

const invite = (collaborator: object, as?: string) => api("POST", path, { body: { collaborator }, as })

describe("sandbox: collaborators", () => {
  it.effect("are invited, accept, and get access", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const invited = yield* invite({ email: "bob@example.com", is_limited: false })
      assert.strictEqual(invited.status, 201)
      const pending = yield* decodeAt(Collaborator, invited, "collaborator")
      assert.deepStrictEqual([pending.status, pending.username, pending.user_id], ["pending", "n/a", null])
      const [mail] = yield* sandbox.mails
      assert.strictEqual(mail?.to, "bob@example.com")

      assert.strictEqual((yield* api("GET", "/apps/example-app", { as: "bob" })).status, 401)
      const token = tokenOf(at(invited, "collaborator.invitation_link"))
      const accepted = yield* api("GET", `/apps/collaboration?token=${token}`, { as: "bob" })
      assert.strictEqual(at(accepted, "app.name"), "example-app")
      assert.strictEqual((yield* api("GET", `/apps/collaboration?token=${token}`, { as: "bob" })).status, 404)
      assert.strictEqual((yield* api("GET", "/apps/collaboration", { as: "bob" })).status, 400)
      assert.strictEqual((yield* api("GET", "/apps/example-app", { as: "bob" })).status, 200)

      const list = yield* decodeListAt(Collaborator, yield* api("GET", path), "collaborators")
      assert.deepStrictEqual(
        list.map((it) => [it.username, it.email, it.status, it.is_limited, it.tfa_status]),
        [["alice", "alice@example.com", "accepted", false, false], ["bob", "bob@example.com", "accepted", false, true]]
      )
      const all = yield* decodeListAt(Collaborator, yield* api("GET", "/collaborators"), "collaborators")
      assert.deepStrictEqual(all.map((it) => it.app_name), ["example-app", "example-app"])
      assert.deepStrictEqual(listOf(yield* api("GET", "/collaborators", { as: "bob" }), "collaborators"), [])

      assert.strictEqual((yield* api("DELETE", `${path}/${pending.id}`)).status, 204)
      assert.strictEqual((yield* api("GET", "/apps/example-app", { as: "bob" })).status, 401)
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events")
      assert.deepStrictEqual(
        events.slice(0, 3).map((event) => event["type"]),
        ["delete_collaborator", "accept_collaborator", "new_collaborator"]
      )
    }).pipe(withSandbox(seed)))

  it.effect("have roles", () =>
    Effect.gen(function*() {
      const invited = yield* invite({ email: "bob@example.com" })
      assert.strictEqual(at(invited, "collaborator.is_limited"), true)
      const token = tokenOf(at(invited, "collaborator.invitation_link"))
      yield* invite({ email: "carol@example.com" })
      yield* api("GET", `/apps/collaboration?token=${token}`, { as: "bob" })
      assert.strictEqual((yield* invite({ email: "dave@example.com" }, "bob")).status, 403)
      // A limited collaborator sees no links.
      const seen = listOf(yield* api("GET", path, { as: "bob" }), "collaborators")
      assert.deepStrictEqual(seen.map((it) => it["invitation_link"]), ["", "", ""])

      const id = at(invited, "collaborator.id")
      const body = { collaborator: { is_limited: false } }
      assert.strictEqual((yield* api("PATCH", `${path}/${id}`, { body, as: "bob" })).status, 403)
      const changed = yield* api("PATCH", `${path}/${id}`, { body, as: "alice" })
      assert.strictEqual(at(changed, "collaborator.is_limited"), false)
      assert.strictEqual((yield* invite({ email: "dave@example.com" }, "bob")).status, 201)
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events")
      assert.strictEqual(events[1]?.["type"], "change_collaborator_role")
    }).pipe(withSandbox(seed)))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* invite({ email: "alice" })).body, { errors: { email: ["is invalid"] } })
      assert.deepStrictEqual((yield* invite({ email: "alice@example.com" })).body, {
        errors: { email: ["has already been taken"] }
      })
      assert.strictEqual((yield* invite({ email: "john@example.com" })).status, 422)
      assert.strictEqual((yield* invite({ email: "dave@example.com" }, "bob")).status, 401)
      const token = tokenOf(at(yield* invite({ email: "carol@example.com" }), "collaborator.invitation_link"))
      assert.strictEqual((yield* api("GET", `/apps/collaboration?token=${token}`, { as: "alice" })).status, 400)
      assert.strictEqual((yield* api("DELETE", `${path}/none`)).status, 404)
    }).pipe(withSandbox(seed)))
})
