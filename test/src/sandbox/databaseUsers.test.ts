import { DatabaseUser } from "@effect-scalingo/core/DatabaseUsers"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { databasesSeed, db, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { at, listOf, withSandbox } from "./sandboxClient.js"

const password = "K_gaef6ripo7Ao4Uaxai6Kiey"

describe("sandbox: database users", () => {
  it.effect("creates, changes and deletes a user", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const created = yield* db(it, "POST", `${it.path}/users`, {
        body: { database_user: { database_id: it.addonId, name: "my-user", read_only: true, password: null } }
      })
      assert.strictEqual(created.status, 201)
      const user = yield* decode(DatabaseUser, at(created, "database_user"))
      assert.deepInclude(user, { name: "my-user", read_only: true, protected: false })
      assert.match(String(at(created, "database_user.password")), /^[A-Za-z0-9]{32}$/)

      const listed = at(yield* db(it, "GET", `${it.path}/users`), "database-users")
      const users = yield* decode(Schema.Array(DatabaseUser), listed)
      assert.deepStrictEqual(users.map((known) => [known.protected, known.password]), [
        [true, undefined],
        [false, undefined]
      ])
      assert.deepStrictEqual(users[1]?.dbms_attributes, { password_encryption: "SCRAM-SHA-256" })

      const changed = yield* db(it, "PATCH", `${it.path}/users/my-user`, {
        body: { database_user: { database_id: it.addonId, password, password_confirmation: password } }
      })
      assert.strictEqual(changed.status, 200)
      yield* decode(DatabaseUser, at(changed, "database_user"))
      const reset = yield* db(it, "POST", `${it.path}/users/my-user/reset_password`)
      assert.strictEqual(reset.status, 200)
      yield* decode(DatabaseUser, at(reset, "database_user"))
      assert.notStrictEqual(at(reset, "database_user.password"), at(created, "database_user.password"))

      assert.strictEqual((yield* db(it, "DELETE", `${it.path}/users/my-user`)).status, 204)
      assert.strictEqual((yield* db(it, "DELETE", `${it.path}/users/my-user`)).status, 404)
    }).pipe(withSandbox()))

  it.effect("checks names and passwords", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const create = (input: object) =>
        Effect.map(
          db(it, "POST", `${it.path}/users`, {
            body: { database_user: { database_id: it.addonId, name: "my-user", read_only: false, ...input } }
          }),
          (response) => [response.status, at(response, "errors")]
        )
      assert.deepStrictEqual(yield* create({ name: "me", read_only: undefined }), [
        422,
        { name: ["is too short (minimum is 6 characters)"], read_only: ["can't be blank"] }
      ])
      const form = "should contain only lowercap letters, digits and hyphens"
      for (const name of ["-leading", "trailing-", "two--hyphens", "UpperCase"]) {
        assert.deepStrictEqual(yield* create({ name }), [422, { name: [form] }])
      }
      assert.deepStrictEqual(yield* create({ password: "short", password_confirmation: "short" }), [
        422,
        { password: ["is too short (minimum is 24 characters)"] }
      ])
      assert.deepStrictEqual(yield* create({ password }), [
        422,
        { password_confirmation: ["doesn't match password"] }
      ])
      assert.deepStrictEqual(yield* create({ database_id: "ad-other" }), [
        422,
        { database_id: ["is not the id of the database"] }
      ])
      assert.strictEqual((yield* create({ password, password_confirmation: password }))[0], 201)
      assert.deepStrictEqual(yield* create({}), [422, { name: ["has already been taken"] }])
      assert.strictEqual((yield* db(it, "POST", `${it.path}/users`, { body: {} })).status, 400)
    }).pipe(withSandbox()))

  it.effect("protects the user with the name of the resource", () =>
    Effect.gen(function*() {
      const it = yield* open("app-mysql")
      const [first] = listOf(yield* db(it, "GET", `${it.path}/users`), "database-users")
      assert.deepStrictEqual(first?.["dbms_attributes"], {})
      const path = `${it.path}/users/${String(first?.["name"])}`
      assert.strictEqual((yield* db(it, "DELETE", path)).status, 403)
      assert.strictEqual((yield* db(it, "POST", `${path}/reset_password`)).status, 403)
    }).pipe(withSandbox(databasesSeed("mysql"))))
})
