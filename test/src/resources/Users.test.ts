import { AuthApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Users from "@effect-scalingo/core/Users"
import { assert, describe, it } from "@effect/vitest"
import { Context, DateTime, Effect, Layer, Redacted } from "effect"
import { answering } from "./answering.js"

const user = {
  id: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c",
  created_at: "2016-06-02T17:07:39.000Z",
  email: "documentation@scalingo.com",
  username: "doc-account",
  uuid: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c",
  company: null,
  location: null,
  fullname: "Étienne Michon",
  tos_accepted: true,
  flags: {},
  limits: { free_trial_apps: "10", apps: 3 },
  referral_url: "https://sclng.io/r/81e5168dadc0bfe0",
  referral_clicks: 23,
  free_trial_started_at: "2016-06-02T17:07:39.000Z",
  free_trial_end_time: "2016-07-02T23:07:00.000Z",
  suspended_at: null,
  suspension_reason: null,
  email_newsletter: false
}

const withBody = (body: unknown) => {
  const regional = answering(() => ({ body }))
  const auth = answering(() => ({ body }))
  const apis = Layer.merge(Layer.succeed(RegionalApi, regional.api), Layer.succeed(AuthApi, auth.api))
  return { regional: regional.requests, auth: auth.requests, apis }
}

describe("Users", () => {
  const users = (body: unknown) => {
    const apis = withBody(body)
    return Effect.map(Layer.build(Users.layer.pipe(Layer.provide(apis.apis))), (context) => ({
      ...apis,
      users: Context.get(context, Users.Users)
    }))
  }

  it.scoped("reads the account from the API that each method names", () =>
    Effect.gen(function*() {
      const { auth, regional, users: service } = yield* users({ user })
      const self = yield* service.self
      assert.lengthOf(regional, 1)
      assert.lengthOf(auth, 0)
      yield* service.selfAuth
      assert.lengthOf(regional, 1)
      assert.lengthOf(auth, 1)
      assert.isNull(self.suspended_at)
      assert.strictEqual(DateTime.formatIso(self.free_trial_end_time), "2016-07-02T23:07:00.000Z")
      assert.deepStrictEqual(self.limits, { free_trial_apps: "10", apps: 3 })
    }))

  it.scoped("sends passwords, and takes them redacted", () =>
    Effect.gen(function*() {
      const { auth, users: service } = yield* users({ user })
      yield* service.updateAccount({
        password: Redacted.make("correct horse"),
        password_confirmation: "correct horse",
        current_password: "hunter2"
      })
      assert.deepInclude(auth[0], {
        body: {
          user: { password: "correct horse", password_confirmation: "correct horse", current_password: "hunter2" }
        },
        idempotent: false
      })
    }))

  it.scoped("a usage that is not in a list is a list of one", () =>
    Effect.gen(function*() {
      const usage = { app: "my-app", status: "running", first_month: "8/2020" }
      const one = yield* users({ usage })
      assert.deepStrictEqual(yield* one.users.usage(), [usage])
      const two = yield* users({ usage: [usage, { app: "my-app-2" }] })
      assert.deepStrictEqual(yield* two.users.usage({ from: "2020-10-01" }), [usage, { app: "my-app-2" }])
      assert.deepStrictEqual(two.regional[0]?.query, { from: "2020-10-01", to: undefined })
    }))

  it.scoped("a usage that does not fit says where", () =>
    Effect.gen(function*() {
      const { users: service } = yield* users({ usage: [{ app: "my-app", app_id: 12 }] })
      assert.deepInclude(yield* Effect.flip(service.usage()), { _tag: "DecodeError", path: "usage.0.app_id" })
    }))

  it.scoped("refuses a day in another form", () =>
    Effect.gen(function*() {
      const { regional, users: service } = yield* users({ usage: [] })
      const error = yield* Effect.flip(service.usage({ from: "2020-10-01", to: "01/11/2020" }))
      assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "Users.usage", field: "to" })
      assert.strictEqual(error.message, "Users.usage was not sent: to must be a day as YYYY-MM-DD")
      assert.deepStrictEqual(regional, [])
    }))

  it.scoped("signs up without credentials, and deletes in two steps on the auth API", () =>
    Effect.gen(function*() {
      const { auth, regional, users: service } = yield* users(undefined)
      yield* service.signUp({ email: "john@example.com", password: "hunter2" })
      assert.deepInclude(regional[0], { credential: "none", method: "POST" })
      yield* service.requestDeletion
      yield* service.confirmDeletion("del-1", { token: Redacted.make("abc"), reason: null })
      assert.deepStrictEqual(auth.map(({ path }) => path), ["/users/delete", "/users/delete/:deletionId/confirm"])
      assert.deepStrictEqual(auth[1]?.body, { deletion: { token: "abc", reason: null } })
    }))
})
