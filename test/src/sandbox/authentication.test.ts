import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { at, auth, basic, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const url = "https://auth.scalingo.com/v1"

const exchange = (secret: string) => sendTo("POST", `${url}/tokens/exchange`, { headers: basic("", secret) })

const claims = (jwt: unknown) =>
  JSON.parse(Buffer.from(String(jwt).split(".")[1] ?? "", "base64url").toString()) as { iat: number; exp: number }

describe("sandbox: authentication", () => {
  it.effect("exchanges an API token for a bearer of one hour", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("10 seconds")
      const sandbox = yield* Sandbox.Sandbox
      const response = yield* exchange(Redacted.value(sandbox.token))
      assert.strictEqual(response.status, 200)
      const jwt = at(response, "token")
      assert.strictEqual(String(jwt).split(".").length, 3)
      assert.strictEqual(claims(jwt).iat, 10)
      assert.strictEqual(claims(jwt).exp, 3610)

      const bearer = Redacted.make(String(jwt))
      yield* TestClock.adjust("59 minutes")
      const good = yield* auth("GET", "/users/self", { bearer })
      assert.strictEqual(at(good, "user.username"), "john")
      yield* TestClock.adjust("1 minute")
      const expired = yield* auth("GET", "/users/self", { bearer })
      assert.strictEqual(expired.status, 401)
      assert.isString(at(expired, "error"))
    }).pipe(withSandbox()))

  it.effect("refuses what it did not issue", () =>
    Effect.gen(function*() {
      const forged = Redacted.make("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTl9.c2ln")
      assert.strictEqual((yield* auth("GET", "/tokens", { bearer: forged })).status, 401)
      assert.strictEqual((yield* sendTo("GET", `${url}/tokens`)).status, 401)
      assert.strictEqual((yield* exchange("tk-us-nonsense")).status, 401)
      const sandbox = yield* Sandbox.Sandbox
      // An API token is not a bearer.
      assert.strictEqual((yield* auth("GET", "/tokens", { bearer: sandbox.token })).status, 401)
    }).pipe(withSandbox()))

  it.effect("expires all bearers at once; API tokens stay valid", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const bearer = yield* sandbox.bearer()
      yield* sandbox.expireBearers
      assert.strictEqual((yield* auth("GET", "/tokens", { bearer })).status, 401)
      assert.strictEqual((yield* exchange(Redacted.value(sandbox.token))).status, 200)
    }).pipe(withSandbox()))

  it.effect("creates a token by password, and shows its secret once", () =>
    Effect.gen(function*() {
      const headers = basic("john@example.com", "john-password")
      const created = yield* sendTo("POST", `${url}/tokens`, { headers, body: { token: { name: "laptop" } } })
      assert.strictEqual(created.status, 201)
      const secret = String(at(created, "token.token"))
      assert.match(secret, /^tk-us-/)
      assert.strictEqual((yield* exchange(secret)).status, 200)

      const listed = listOf(yield* auth("GET", "/tokens"), "tokens")
      assert.deepStrictEqual(listed.map((it) => it.name), ["CLI", "laptop"])
      assert.isTrue(listed.every((it) => it.token === undefined))
      assert.isString(listed[1]?.last_used_at)

      const wrong = yield* sendTo("POST", `${url}/tokens`, {
        headers: basic("john", "not-it"),
        body: { token: { name: "x" } }
      })
      assert.strictEqual(wrong.status, 401)
    }).pipe(withSandbox()))

  it.effect("renews a token with a new secret, and keeps its id", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const id = String(at(yield* auth("GET", "/tokens"), "tokens.0.id"))
      const renewed = yield* auth("PATCH", `/tokens/${id}/renew`)
      assert.strictEqual(renewed.status, 200)
      assert.strictEqual(at(renewed, "token.id"), id)
      assert.strictEqual((yield* exchange(Redacted.value(sandbox.token))).status, 401)
      assert.strictEqual((yield* exchange(String(at(renewed, "token.token")))).status, 200)
      assert.strictEqual((yield* auth("DELETE", `/tokens/${at(renewed, "token.id")}`)).status, 204)
      assert.strictEqual((yield* exchange(String(at(renewed, "token.token")))).status, 401)
    }).pipe(withSandbox()))

  it.effect("requires the code of an account with two-factor authentication", () =>
    Effect.gen(function*() {
      const login = (otp?: string) =>
        sendTo("POST", `${url}/tokens`, {
          headers: {
            ...basic("eve", "eve-password"),
            ...(otp === undefined ? {} : { "x-authorization-otp": otp })
          },
          body: { token: { name: "cli" } }
        })
      const asked = yield* login()
      assert.strictEqual(asked.status, 401)
      assert.deepStrictEqual(asked.body, { error: "OTP Required" })
      assert.strictEqual((yield* login("000000")).status, 401)
      assert.strictEqual((yield* login("012345")).status, 201)
    }).pipe(withSandbox({ accounts: [{ username: "eve", otp: "012345" }] })))

  it.effect("lists the regions; the restricted ones only with a bearer", () =>
    Effect.gen(function*() {
      const all = listOf(yield* auth("GET", "/regions"), "regions")
      assert.deepStrictEqual(all.map((it) => it.name), ["osc-fr1", "osc-secnum-fr1"])
      assert.strictEqual(all[0]?.api, "https://api.osc-fr1.scalingo.com")
      assert.strictEqual(all[0]?.database_api, "https://db-api.osc-fr1.scalingo.com")
      const open = listOf(yield* sendTo("GET", `${url}/regions`), "regions")
      assert.deepStrictEqual(open.map((it) => it.name), ["osc-fr1"])
    }).pipe(withSandbox()))

  it.effect("logs requests without their secrets", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* exchange(Redacted.value(sandbox.token))
      yield* auth("GET", "/tokens?x=1", { headers: { "x-request-id": "mine" } })
      const [first, second] = yield* sandbox.requests
      assert.strictEqual(first?.headers.authorization, "Basic <redacted>")
      assert.strictEqual(second?.headers.authorization, "Bearer <redacted>")
      assert.deepInclude(second, {
        method: "GET",
        api: "auth",
        region: undefined,
        path: "/tokens",
        query: { x: "1" },
        requestId: "mine",
        status: 200,
        time: 0
      })
    }).pipe(withSandbox()))
})
