import { BadRequest, type OtpRequired, type ScalingoError, Unauthorized } from "@effect-scalingo/core/ScalingoError"
import { layer, Tokens } from "@effect-scalingo/core/Tokens"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { errorContext, fakeService, json, type RespondCall } from "../fakePlatform.js"
import { shown } from "../shown.js"

const secret = "tk-us-BQ3LRmLGc35pMjdgwjX6kI1IWh7MAYk2uqquYwLDxCd4fhSm"
const issued = {
  id: "e061a292-bab4-47fa-bb08-d7f7895ae5b6",
  name: "laptop",
  created_at: "2018-03-28T19:56:09.433Z",
  last_used_at: null,
  token: secret
}

const tokens = (respond: RespondCall) => fakeService(Tokens, layer, respond)

const unauthorized = (detail: string) =>
  new Unauthorized({ ...errorContext, status: 401, detail, body: `{"error":"${detail}"}` })

const login = { name: "laptop", login: "john@example.com", password: "hunter2" }

describe("Tokens", () => {
  it.effect("never shows a new token", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* tokens(() => json({ token: issued }, 201))
      const token = yield* service.create({ name: "laptop" })
      assert.notInclude(shown(token), secret)
      assert.strictEqual(Redacted.value(token.token), secret)
      assert.isNull(token.last_used_at)
      assert.strictEqual(sent[0]?.api, "auth")
      assert.deepStrictEqual(sent[0]?.body, { token: { name: "laptop" } })
      assert.isUndefined(sent[0]?.request.credential)
    }))

  it.effect("names the field when the new token is missing in the response", () =>
    Effect.gen(function*() {
      const { token: _, ...rest } = issued
      const { service } = yield* tokens(() => json({ token: rest }))
      assert.deepInclude(yield* Effect.flip(service.renew(issued.id)), { _tag: "DecodeError", path: "token.token" })
    }))

  it.effect("sends the password and the one-time password as credentials, not in the body", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* tokens(() => json({ token: issued }, 201))
      yield* service.createWithPassword({ ...login, otp: Redacted.make("012345") })
      const { body, credential } = sent[0]!.request
      assert.deepStrictEqual(body, { token: { name: "laptop" } })
      if (typeof credential !== "object") return assert.fail("no credential")
      assert.strictEqual(credential.username, "john@example.com")
      assert.strictEqual(Redacted.value(credential.password), "hunter2")
      assert.strictEqual(credential.otp && Redacted.value(credential.otp), "012345")
      assert.notInclude(shown(sent[0]), "hunter2")
      assert.notInclude(shown(sent[0]), "012345")
    }))

  it.effect("fails with OtpRequired when a one-time password is missing", () =>
    Effect.gen(function*() {
      const { service } = yield* tokens(() => unauthorized("OTP Required"))
      const error: ScalingoError | OtpRequired = yield* Effect.flip(service.createWithPassword(login))
      assert.deepInclude(error, { _tag: "OtpRequired", status: 401, requestId: "request-1", detail: "OTP Required" })
    }))

  it.effect("lets a caller catch OtpRequired and sign in with a one-time password", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* tokens(({ request: { credential } }) =>
        typeof credential === "object" && credential.otp !== undefined
          ? json({ token: issued }, 201)
          : unauthorized("OTP Required")
      )
      const token = yield* service.createWithPassword(login).pipe(
        Effect.catchTag("OtpRequired", () => service.createWithPassword({ ...login, otp: "012345" }))
      )
      assert.strictEqual(Redacted.value(token.token), secret)
      assert.lengthOf(sent, 2)
    }))

  it.effect("does not change other failures of a sign-in", () =>
    Effect.gen(function*() {
      const wrong = yield* tokens(() => unauthorized("Invalid password"))
      assert.deepInclude(yield* Effect.flip(wrong.service.createWithPassword(login)), {
        _tag: "Unauthorized",
        detail: "Invalid password"
      })
      const bad = new BadRequest({ ...errorContext, status: 400, detail: "OTP Required", body: "" })
      const refused = yield* tokens(() => bad)
      assert.deepInclude(yield* Effect.flip(refused.service.createWithPassword(login)), { _tag: "BadRequest" })
    }))

  it.effect("fails with OtpRequired only for a sign-in with a password", () =>
    Effect.gen(function*() {
      const { service } = yield* tokens(() => unauthorized("OTP Required"))
      assert.deepInclude(yield* Effect.flip(service.create({ name: "laptop" })), { _tag: "Unauthorized" })
    }))

  for (
    const [field, input] of [
      ["token.name", { ...login, name: "" }],
      ["token.login", { ...login, login: "" }],
      ["token.login", { ...login, login: "john:secret" }],
      ["token.password", { ...login, password: "" }],
      ["token.otp", { ...login, otp: Redacted.make("") }]
    ] as const
  ) {
    it.effect(`refuses a wrong ${field} before anything is sent: ${JSON.stringify(input)}`, () =>
      Effect.gen(function*() {
        const { sent, service } = yield* tokens(() => ({}))
        const error = yield* Effect.flip(service.createWithPassword(input))
        assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "Tokens.createWithPassword", field })
        assert.notInclude(shown(error), "hunter2")
        assert.notInclude(shown(error), "john:secret")
        assert.deepStrictEqual(sent, [])
      }))
  }

  it.effect("describes what a refused field must be", () =>
    Effect.gen(function*() {
      const { service } = yield* tokens(() => ({}))
      const error = yield* Effect.flip(service.createWithPassword({ ...login, password: "" }))
      assert.strictEqual(
        error.message,
        "Tokens.createWithPassword was not sent: token.password must be a non empty string"
      )
    }))

  it.effect("exchanges a token for a bearer that is never shown", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* tokens(() => json({ token: "the.bearer.jwt" }))
      const bearer = yield* service.exchange(Redacted.make(secret))
      assert.notInclude(shown(bearer), "the.bearer.jwt")
      assert.strictEqual(Redacted.value(bearer.token), "the.bearer.jwt")
      const { credential, idempotent } = sent[0]!.request
      if (typeof credential !== "object") return assert.fail("no credential")
      assert.strictEqual(credential.username, "")
      assert.strictEqual(Redacted.value(credential.password), secret)
      assert.isTrue(idempotent)
    }))

  it.effect("does not exchange an empty token", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* tokens(() => ({}))
      assert.deepInclude(yield* Effect.flip(service.exchange("")), { _tag: "InvalidRequest", field: "apiToken" })
      assert.deepStrictEqual(sent, [])
    }))

  it.effect("marks a renewal as not idempotent, so that it is not retried", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* tokens(() => json({ token: issued }))
      yield* service.renew(issued.id)
      assert.isFalse(sent[0]?.request.idempotent)
    }))
})
