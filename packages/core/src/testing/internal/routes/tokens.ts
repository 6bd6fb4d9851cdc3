/**
 * API tokens, and their exchange for bearers.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createToken } from "../accounts.js"
import { type Identity, issueBearer } from "../authentication.js"
import { record } from "../events.js"
import { inputWithOptionalRoot, NonBlank } from "../inputSchemas.js"
import type { Account, ApiToken } from "../models.js"
import { empty, json, notFound, type Refusal, unauthorized } from "../responses.js"
import { auth, authPublic, type Call, type PublicCall, type Route } from "../route.js"
import { iso, isoOrNull, select } from "../state.js"

const renderToken = (token: ApiToken) => ({
  id: token.id,
  name: token.name,
  created_at: iso(token.createdAt),
  last_used_at: isoOrNull(token.lastUsedAt),
  issued_at: iso(token.issuedAt)
})

/** The only response with the secret. */
const renderSecret = (token: ApiToken) => ({ ...renderToken(token), token: token.secret })

const findToken = (call: Call): Effect.Effect<ApiToken, Refusal> => {
  const token = call.state.tokens.get(call.param("tokenId"))
  return token === undefined || token.accountId !== call.account.id ? notFound("token") : Effect.succeed(token)
}

const recordToken = (call: PublicCall, type: string, account: Account, token: ApiToken) =>
  record(call.state, { type, user: account, data: { token_name: token.name, token_id: token.id } })

/** The account that creates a token: by bearer, or by password and the code of two-factor authentication if enabled. */
const creator = (call: PublicCall, identity: Identity): Effect.Effect<Account, Refusal> => {
  switch (identity._tag) {
    case "Bearer":
      return Effect.succeed(identity.account)
    case "Password": {
      const { account } = identity
      if (account.otp !== undefined) {
        const given = call.header("x-authorization-otp")
        if (given === undefined || given === "") return unauthorized("OTP Required")
        if (given !== account.otp) return unauthorized("Invalid OTP")
      }
      return Effect.sync(() => {
        record(call.state, { type: "login_success", user: account, data: { remote_ip: "127.0.0.1" } })
        return account
      })
    }
    case "Wrong":
      if (identity.account !== undefined) {
        record(call.state, { type: "login_failure", user: identity.account, data: { remote_ip: "127.0.0.1" } })
      }
      return unauthorized("Invalid username or password")
    default:
      return unauthorized()
  }
}

/** Replaces the secret of a token. Its id stays. */
const renew = (call: Call) =>
  Effect.map(findToken(call), (token) => {
    token.secret = `tk-us-${call.state.ids.secret(48)}`
    token.issuedAt = call.now
    recordToken(call, "regenerate_token", call.account, token)
    return json({ token: renderSecret(token) })
  })

export const tokens: ReadonlyArray<Route> = [
  authPublic.post("/tokens/exchange", (call) => {
    if (call.identity._tag !== "Token") return unauthorized("Invalid API token")
    const { account, token } = call.identity
    token.lastUsedAt = call.now
    return json({ token: issueBearer(call.state, account) })
  }),

  auth.get(
    "/tokens",
    (call) => json({ tokens: select(call.state.tokens, (it) => it.accountId === call.account.id).map(renderToken) })
  ),

  authPublic.post("/tokens", (call) =>
    Effect.gen(function*() {
      const account = yield* creator(call, call.identity)
      const { name } = yield* inputWithOptionalRoot(call, "token", Schema.Struct({ name: NonBlank }))
      const token = createToken(call.state, account, name)
      recordToken(call, "new_token", account, token)
      return json({ token: renderSecret(token) }, 201)
    })),

  auth.get("/tokens/:tokenId", (call) => Effect.map(findToken(call), (token) => json({ token: renderToken(token) }))),

  auth.patch("/tokens/:tokenId/renew", renew),
  auth.put("/tokens/:tokenId/renew", renew),

  auth.delete("/tokens/:tokenId", (call) =>
    Effect.map(findToken(call), (token) => {
      call.state.tokens.delete(token.id)
      recordToken(call, "delete_token", call.account, token)
      return empty()
    }))
]
