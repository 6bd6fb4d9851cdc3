import { TwoFactorInitiation, TwoFactorStatus, TwoFactorValidation } from "@effect-scalingo/core/TwoFactorAuth"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { decodeAt } from "./decodeResponse.js"
import { at, auth, basic, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const path = "/client/tfa"
const attempt = (code: unknown) => ({ body: { tfa: { attempt: code } } })

describe("sandbox: two-factor authentication", () => {
  it.effect("is enabled, required, and disabled", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual((yield* decodeAt(TwoFactorStatus, yield* auth("GET", path), "tfa")).enabled, false)
      assert.strictEqual((yield* auth("POST", `${path}/validate`, attempt("123456"))).status, 400)
      const begun = yield* auth("POST", path, { body: { tfa: { provider: "totp" } } })
      const { uri } = yield* decodeAt(TwoFactorInitiation, begun, "tfa")
      assert.match(
        uri === null || uri === undefined ? "" : Redacted.value(uri),
        /^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/
      )

      assert.strictEqual((yield* auth("POST", `${path}/validate`, attempt("000000"))).status, 400)
      const validated = yield* auth("POST", `${path}/validate`, attempt("123456"))
      assert.strictEqual(validated.status, 201)
      const { codes, user } = yield* decodeAt(TwoFactorValidation, validated, "tfa")
      assert.deepStrictEqual([codes?.length, user?.enabled], [10, true])

      const headers = basic("john", "john-password")
      const login = (more: object = {}) =>
        sendTo("POST", `${sandbox.urls.auth}/tokens`, {
          headers: { ...headers, ...more },
          body: { token: { name: "new" } }
        })
      assert.strictEqual(at(yield* login(), "error"), "OTP Required")
      assert.strictEqual((yield* login({ "x-authorization-otp": "123456" })).status, 201)

      assert.strictEqual((yield* auth("DELETE", path, attempt(1))).status, 422)
      const disabled = yield* auth("DELETE", path, attempt(123456))
      assert.strictEqual((yield* decodeAt(TwoFactorStatus, disabled, "tfa")).enabled, false)
      assert.strictEqual((yield* login()).status, 201)
      const types = (yield* sandbox.events()).map((event) => event.type)
      assert.include(types, "tfa_enabled")
      assert.include(types, "tfa_disabled")
    }).pipe(withSandbox()))

  it.effect("is disabled without a body", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* auth("DELETE", path)).status, 200)
      assert.strictEqual((yield* auth("DELETE", path)).status, 400)
      assert.strictEqual((yield* auth("POST", path, { body: { tfa: { provider: "mail" } } })).status, 400)
    }).pipe(withSandbox({ accounts: [{ username: "john", otp: "654321" }] })))
})
