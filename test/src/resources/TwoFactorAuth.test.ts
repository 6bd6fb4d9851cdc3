import { AuthApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as TwoFactorAuth from "@effect-scalingo/core/TwoFactorAuth"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
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

const shown = (value: unknown) => [inspect(value, { depth: null }), JSON.stringify(value), String(value)].join("\n")

const withBody = (body: unknown) => {
  const regional = answering(() => ({ body }))
  const auth = answering(() => ({ body }))
  const apis = Layer.merge(Layer.succeed(RegionalApi, regional.api), Layer.succeed(AuthApi, auth.api))
  return { regional: regional.requests, auth: auth.requests, apis }
}

describe("TwoFactorAuth", () => {
  const status = { uuid: user.id, enabled: false }
  const tfa = (body: unknown) => {
    const { apis, auth } = withBody(body)
    return Effect.map(Effect.provide(TwoFactorAuth.make, apis), (service) => ({ service, auth }))
  }

  it.effect("keeps the zeros that a code starts with", () =>
    Effect.gen(function*() {
      const { auth, service } = yield* tfa({ tfa: { codes: ["ab12-cd34"], user: status } })
      const { codes } = yield* service.validate({ attempt: "012345" })
      assert.deepStrictEqual(auth[0]?.body, { tfa: { attempt: "012345" } })
      assert.notInclude(shown(codes), "ab12-cd34")
      assert.deepStrictEqual(codes?.map(Redacted.value), ["ab12-cd34"])
    }))

  it.effect("never shows the secret of the authenticator", () =>
    Effect.gen(function*() {
      const uri = "otpauth://totp/Scalingo:doc?secret=JBSWY3DPEHPK3PXP"
      const { service } = yield* tfa({ tfa: { ...status, provider: "totp", uri } })
      assert.notInclude(shown(yield* service.initiate({ provider: "totp" })), "JBSWY3DPEHPK3PXP")
    }))

  it.effect("reads the status of a disabled authentication with its root key and without", () =>
    Effect.gen(function*() {
      const below = yield* tfa({ tfa: status })
      assert.deepStrictEqual(yield* below.service.disable({ attempt: "000001" }), status)
      assert.deepInclude(below.auth[0], {
        method: "DELETE",
        idempotent: false,
        body: { tfa: { attempt: "000001" } }
      })
      const alone = yield* tfa(status)
      assert.deepStrictEqual(yield* alone.service.disable(), status)
      assert.isUndefined(alone.auth[0]?.body)
      const wrong = yield* tfa({ tfa: { uuid: user.id } })
      assert.deepInclude(yield* Effect.flip(wrong.service.disable()), { _tag: "DecodeError", path: "tfa.enabled" })
    }))
})
