import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseUsers, layer } from "@effect-scalingo/core/DatabaseUsers"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { inspect } from "node:util"
import { fakeService, json } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }
const user = { name: "my-user", read_only: false, protected: false }
const password = "K_gaef6ripo7Ao4Uaxai6Kiey"

const users = (body: unknown) => fakeService(DatabaseUsers, layer, () => json(body))

describe("DatabaseUsers", () => {
  it.effect("lists users under either root key", () =>
    Effect.gen(function*() {
      for (const root of ["database-users", "database_users"]) {
        const { service } = yield* users({ [root]: [user] })
        assert.deepStrictEqual(yield* service.list(ref), [user])
      }
      const { service } = yield* users({})
      const error = yield* Effect.flip(service.list(ref))
      assert.deepInclude(error, { _tag: "DecodeError", path: "database-users" })
    }))

  it.effect("reads a user with or without a root key, and never shows the password", () =>
    Effect.gen(function*() {
      const withPassword = { ...user, password: "generated password" }
      for (const body of [withPassword, { database_user: withPassword }]) {
        const { service } = yield* users(body)
        const created = yield* service.create(ref, { name: "my-user", read_only: false })
        assert.notInclude(inspect(created, { depth: null }), "generated password")
        assert.strictEqual(created.password && Redacted.value(created.password), "generated password")
      }
    }))

  it.effect("sends a password together with its confirmation, given in plain text or redacted", () =>
    Effect.gen(function*() {
      for (const given of [password, Redacted.make(password)]) {
        const { sent, service } = yield* users(user)
        yield* service.update(ref, "my-user", { password: given })
        assert.deepStrictEqual(sent[0]?.body, {
          database_user: { database_id: "ad-1", password, password_confirmation: password }
        })
      }
    }))

  it.effect("refuses a password that is too short, without showing it", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* users(user)
      const errors = yield* Effect.all([
        Effect.flip(service.update(ref, "my-user", { password: "too-short" })),
        Effect.flip(service.create(ref, { name: "my-user", read_only: true, password: Redacted.make("too-short") })),
        Effect.flip(service.create(ref, { name: "short", read_only: true }))
      ])
      assert.deepStrictEqual(
        errors.map((error) => error._tag === "InvalidRequest" ? [error.field, error.expected] : error._tag),
        [
          ["database_user.password", "24 to 64 characters"],
          ["database_user.password", "24 to 64 characters"],
          ["database_user.name", "a string at least 6 character(s) long"]
        ]
      )
      assert.notInclude(inspect(errors, { depth: null }), "too-short")
      assert.strictEqual(sent.length, 0)
    }))
})
