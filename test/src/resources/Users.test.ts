import { layer, Users } from "@effect-scalingo/core/Users"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Redacted } from "effect"
import { fakeService, json } from "../fakePlatform.js"

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

const users = (body: unknown) => fakeService(Users, layer, () => json(body))

describe("Users", () => {
  it.effect("reads the account from the regional or the auth API", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* users({ user })
      const self = yield* service.self
      yield* service.selfAuth
      assert.deepStrictEqual(sent.map(({ api }) => api), ["regional", "auth"])
      assert.isNull(self.suspended_at)
      assert.strictEqual(DateTime.formatIso(self.free_trial_end_time), "2016-07-02T23:07:00.000Z")
      assert.deepStrictEqual(self.limits, { free_trial_apps: "10", apps: 3 })
    }))

  it.effect("sends passwords that are given in plain text or redacted", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* users({ user })
      yield* service.updateAccount({
        password: Redacted.make("correct horse"),
        password_confirmation: "correct horse",
        current_password: "hunter2"
      })
      assert.strictEqual(sent[0]?.api, "auth")
      assert.deepStrictEqual(sent[0]?.body, {
        user: { password: "correct horse", password_confirmation: "correct horse", current_password: "hunter2" }
      })
      assert.isFalse(sent[0]?.request.idempotent)
    }))

  it.effect("lists the usage, also when the platform returns one that is not in a list", () =>
    Effect.gen(function*() {
      const usage = { app: "my-app", status: "running", first_month: "8/2020" }
      const one = yield* users({ usage })
      assert.deepStrictEqual(yield* one.service.usage(), [usage])
      const two = yield* users({ usage: [usage, { app: "my-app-2" }] })
      assert.deepStrictEqual(yield* two.service.usage({ from: "2020-10-01" }), [usage, { app: "my-app-2" }])
      assert.strictEqual(two.sent[0]?.api, "regional")
      assert.deepStrictEqual(two.sent[0]?.query, { from: "2020-10-01" })
    }))

  it.effect("names the field of a usage that does not decode", () =>
    Effect.gen(function*() {
      const { service } = yield* users({ usage: [{ app: "my-app", app_id: 12 }] })
      assert.deepInclude(yield* Effect.flip(service.usage()), { _tag: "DecodeError", path: "usage.0.app_id" })
    }))

  it.effect("refuses days that are not YYYY-MM-DD", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* users({ usage: [] })
      const error = yield* Effect.flip(service.usage({ from: "2020-10-01", to: "01/11/2020" }))
      assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "Users.usage", field: "to" })
      assert.strictEqual(error.message, "Users.usage was not sent: to must be a day as YYYY-MM-DD")
      assert.deepStrictEqual(sent, [])
    }))

  it.effect("signs up without credentials, and deletes in two steps on the auth API", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* users(undefined)
      yield* service.signUp({ email: "john@example.com", password: "hunter2" })
      yield* service.requestDeletion
      yield* service.confirmDeletion("del-1", { token: Redacted.make("abc"), reason: null })
      assert.deepInclude(sent[0], { api: "regional", method: "POST" })
      assert.strictEqual(sent[0]?.request.credential, "none")
      assert.deepStrictEqual(sent.slice(1).map(({ api, path }) => [api, path]), [
        ["auth", "/users/delete"],
        ["auth", "/users/delete/del-1/confirm"]
      ])
      assert.deepStrictEqual(sent[2]?.body, { deletion: { token: "abc", reason: null } })
    }))
})
