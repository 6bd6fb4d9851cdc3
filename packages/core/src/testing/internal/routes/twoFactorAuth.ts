/**
 * Two-factor authentication. The valid code is the `otp` of the seed, or `123456` for an account without one.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { record } from "../events.js"
import type { Account } from "../models.js"
import { badRequest, invalid, json } from "../responses.js"
import { auth, type Call, type Route } from "../route.js"
import { statePart } from "../state.js"

const defaultCode = "123456"

/** The secrets of the accounts that have initiated it, by the id of the account. */
const initiated = statePart(() => new Map<string, string>())

const status = (account: Account) => ({
  id: account.id,
  uuid: account.id,
  enabled: account.otp !== undefined,
  provider: account.otp === undefined ? null : "totp"
})

// The JavaScript client sends a number, which loses leading zeros.
const Attempt = Schema.Union(Schema.String, Schema.NonNegativeInt)

const codeOf = (attempt: string | number) => typeof attempt === "number" ? String(attempt).padStart(6, "0") : attempt

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

const makeSecret = (call: Call) =>
  Array.from(call.state.ids.secret(32), (letter) => alphabet[letter.charCodeAt(0) % alphabet.length]).join("")

export const twoFactorAuth: ReadonlyArray<Route> = [
  auth.get("/client/tfa", (call) => json({ tfa: status(call.account) })),

  auth.post("/client/tfa", (call) =>
    Effect.gen(function*() {
      const { account } = call
      const { provider } = yield* call.input("tfa", Schema.Struct({ provider: Schema.String }))
      if (account.otp !== undefined) return yield* badRequest("2fa already enabled")
      if (provider !== "totp") return yield* badRequest("invalid provider")
      const secret = makeSecret(call)
      initiated(call.state).set(account.id, secret)
      const label = `Scalingo:${encodeURIComponent(account.email)}`
      return json({
        tfa: {
          id: account.id,
          uuid: account.id,
          enabled: false,
          provider,
          uri: `otpauth://totp/${label}?secret=${secret}&issuer=Scalingo`
        }
      }, 201)
    })),

  auth.post("/client/tfa/validate", (call) =>
    Effect.gen(function*() {
      const { account } = call
      const { attempt } = yield* call.input("tfa", Schema.Struct({ attempt: Attempt }))
      if (!initiated(call.state).has(account.id)) return yield* badRequest("otp not created")
      if (codeOf(attempt) !== defaultCode) return yield* badRequest("unable to validate otp attempt")
      initiated(call.state).delete(account.id)
      account.otp = defaultCode
      record(call.state, { type: "tfa_enabled", user: account, data: { provider: "totp" } })
      return json({
        tfa: {
          codes: Array.from({ length: 10 }, () => call.state.ids.secret(12)),
          user: status(account)
        }
      }, 201)
    })),

  auth.delete("/client/tfa", (call) =>
    Effect.gen(function*() {
      const { account } = call
      if (account.otp === undefined) return yield* badRequest("2fa not enabled for this account")
      const body = yield* call.json
      // The Ruby client sends no body.
      if (body !== undefined) {
        const { attempt } = yield* call.input("tfa", Schema.Struct({ attempt: nullish(Attempt) }))
        if (attempt != null && codeOf(attempt) !== account.otp) {
          return yield* invalid({ attempt: ["is invalid"] })
        }
      }
      account.otp = undefined
      record(call.state, { type: "tfa_disabled", user: account, data: {} })
      return json({ tfa: status(account) })
    }))
]
