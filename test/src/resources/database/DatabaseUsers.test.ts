import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as Users from "@effect-scalingo/core/DatabaseUsers"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { type Answer, answering } from "../answering.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

/** A service over a database API that answers by `answer`; `requests` and `refs` say what it was asked. */
const over = <I, S>(
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, DatabaseApi>,
  answer: Answer | ((request: ApiRequest<unknown>) => Answer | ScalingoError)
) => {
  const { api, requests } = answering(typeof answer === "function" ? answer : () => answer)
  const refs: Array<DatabaseRef> = []
  const database = Layer.succeed(DatabaseApi, {
    request: (database, request) => {
      refs.push(database)
      return api.request(request)
    }
  })
  return Effect.map(tag, (service) => ({ service, requests, refs })).pipe(
    Effect.provide(layer.pipe(Layer.provide(database)))
  )
}

describe("the users of a database", () => {
  const user = { name: "my-user", read_only: false, protected: false }
  const users = (answer: Parameters<typeof over>[2]) => over(Users.DatabaseUsers, Users.layer, answer)
  const password = "K_gaef6ripo7Ao4Uaxai6Kiey"

  it.effect("are listed under either root key", () =>
    Effect.gen(function*() {
      for (const root of ["database-users", "database_users"]) {
        const { service } = yield* users({ body: { [root]: [user] } })
        assert.deepStrictEqual(yield* service.list(ref), [user])
      }
      const { service } = yield* users({ body: {} })
      const error = yield* Effect.flip(service.list(ref))
      assert.strictEqual(error._tag === "DecodeError" ? error.path : error._tag, "database-users")
    }))

  it.effect("come with or without a root key, and their password is never shown", () =>
    Effect.gen(function*() {
      const withPassword = { ...user, password: "generated password" }
      for (const body of [withPassword, { database_user: withPassword }]) {
        const { service } = yield* users({ body })
        const created = yield* service.create(ref, { name: "my-user", read_only: false })
        assert.notInclude(inspect(created, { depth: null }), "generated password")
        assert.strictEqual(created.password && Redacted.value(created.password), "generated password")
      }
    }))

  it.effect("a password is sent twice, redacted or not", () =>
    Effect.gen(function*() {
      for (const given of [password, Redacted.make(password)]) {
        const { requests, service } = yield* users({ body: user })
        yield* service.update(ref, "my-user", { password: given })
        assert.deepStrictEqual(requests[0]?.body, {
          database_user: { database_id: "ad-1", password, password_confirmation: password }
        })
      }
    }))

  it.effect("a password that is too short is refused and not shown", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* users({ body: user })
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
      assert.strictEqual(requests.length, 0)
    }))
})
