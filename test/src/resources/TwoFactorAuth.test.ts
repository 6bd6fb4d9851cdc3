import { layer, TwoFactorAuth } from "@effect-scalingo/core/TwoFactorAuth"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { fakeService, json } from "../fakePlatform.js"
import { shown } from "../shown.js"

const status = { uuid: "us-d13d3065-e7fa-4b1a-827a-ce1c92415f9c", enabled: false }

const twoFactorAuth = (body: unknown) => fakeService(TwoFactorAuth, layer, () => json(body))

describe("TwoFactorAuth", () => {
  it.effect("keeps leading zeros of a code, and never shows recovery codes", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* twoFactorAuth({ tfa: { codes: ["ab12-cd34"], user: status } })
      const { codes } = yield* service.validate({ attempt: "012345" })
      assert.strictEqual(sent[0]?.api, "auth")
      assert.deepStrictEqual(sent[0]?.body, { tfa: { attempt: "012345" } })
      assert.notInclude(shown(codes), "ab12-cd34")
      assert.deepStrictEqual(codes?.map(Redacted.value), ["ab12-cd34"])
    }))

  it.effect("never shows the secret of the authenticator", () =>
    Effect.gen(function*() {
      const uri = "otpauth://totp/Scalingo:doc?secret=JBSWY3DPEHPK3PXP"
      const { service } = yield* twoFactorAuth({ tfa: { ...status, provider: "totp", uri } })
      assert.notInclude(shown(yield* service.initiate({ provider: "totp" })), "JBSWY3DPEHPK3PXP")
    }))

  it.effect("reads the status after disabling, with or without its root key", () =>
    Effect.gen(function*() {
      const rooted = yield* twoFactorAuth({ tfa: status })
      assert.deepStrictEqual(yield* rooted.service.disable({ attempt: "000001" }), status)
      assert.deepInclude(rooted.sent[0], { api: "auth", method: "DELETE" })
      assert.deepStrictEqual(rooted.sent[0]?.body, { tfa: { attempt: "000001" } })
      assert.isFalse(rooted.sent[0]?.request.idempotent)
      const bare = yield* twoFactorAuth(status)
      assert.deepStrictEqual(yield* bare.service.disable(), status)
      assert.isUndefined(bare.sent[0]?.body)
      const wrong = yield* twoFactorAuth({ tfa: { enabled: "no" } })
      assert.deepInclude(yield* Effect.flip(wrong.service.disable()), { _tag: "DecodeError", path: "tfa.enabled" })
    }))
})
