import { Key } from "@effect-scalingo/core/Keys"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { auth, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const key = { name: "Laptop", content: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx john@laptop" }

describe("sandbox: SSH keys", () => {
  it.effect("are added and removed", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const created = yield* auth("POST", "/keys", { body: { key } })
      assert.strictEqual(created.status, 201)
      const { fingerprint, id } = yield* decodeAt(Key, created, "key")
      assert.match(fingerprint ?? "", /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/)
      const unrooted = { name: "CI", content: `${key.content}2` }
      assert.strictEqual((yield* auth("POST", "/keys", { body: unrooted })).status, 201)
      assert.strictEqual((yield* decodeListAt(Key, yield* auth("GET", "/keys"), "keys")).length, 2)
      yield* decodeAt(Key, yield* auth("GET", `/keys/${id}`), "key")
      assert.strictEqual((yield* auth("GET", `/keys/${id}`, { as: "alice" })).status, 404)
      assert.strictEqual((yield* auth("DELETE", `/keys/${id}`, { as: "alice" })).status, 404)
      assert.strictEqual((yield* auth("DELETE", `/keys/${id}`)).status, 204)
      assert.strictEqual(listOf(yield* auth("GET", "/keys"), "keys").length, 1)
      const types = (yield* sandbox.events()).map((event) => event.type)
      assert.deepStrictEqual(types.slice(-3), ["new_key", "new_key", "delete_key"])
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* auth("POST", "/keys", { body: { key: { name: "", content: "no" } } })).body, {
        errors: { name: ["can't be blank"], content: ["is not a public key"] }
      })
      yield* auth("POST", "/keys", { body: { key } })
      assert.deepStrictEqual((yield* auth("POST", "/keys", { body: { key } })).body, {
        errors: { name: ["has already been taken"], content: ["has already been taken"] }
      })
    }).pipe(withSandbox()))
})
