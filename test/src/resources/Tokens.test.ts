import { AuthApi } from "@effect-scalingo/core/ApiClient"
import { BadRequest, type OtpRequired, type ScalingoError, Unauthorized } from "@effect-scalingo/core/ScalingoError"
import * as Tokens from "@effect-scalingo/core/Tokens"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { type Answer, answering, failed } from "./answering.js"

const secret = "tk-us-BQ3LRmLGc35pMjdgwjX6kI1IWh7MAYk2uqquYwLDxCd4fhSm"
const issued = {
  id: "e061a292-bab4-47fa-bb08-d7f7895ae5b6",
  name: "laptop",
  created_at: "2018-03-28T19:56:09.433Z",
  last_used_at: null,
  token: secret
}

const withTokens = <A, E>(
  answer: Answer | ScalingoError,
  use: (tokens: Tokens.TokensService) => Effect.Effect<A, E>
) => {
  const { api, requests } = answering(() => answer)
  return Effect.flatMap(Tokens.Tokens, use).pipe(
    Effect.either,
    Effect.map((result) => ({ result, requests })),
    Effect.provide(Tokens.layer.pipe(Layer.provide(Layer.succeed(AuthApi, api))))
  )
}

const shown = (value: unknown) => [inspect(value, { depth: null }), JSON.stringify(value), String(value)].join("\n")

const unauthorized = (detail: string) =>
  new Unauthorized({ ...failed, status: 401, detail, body: `{"error":"${detail}"}` })

const login = { name: "laptop", login: "john@example.com", password: "hunter2" }

describe("Tokens", () => {
  it.effect("a new token is not shown", () =>
    Effect.gen(function*() {
      const { requests, result } = yield* withTokens(
        { status: 201, body: { token: issued } },
        (tokens) => tokens.create({ name: "laptop" })
      )
      const token = yield* result
      assert.notInclude(shown(token), secret)
      assert.strictEqual(Redacted.value(token.token), secret)
      assert.isNull(token.last_used_at)
      assert.deepStrictEqual(requests[0]?.body, { token: { name: "laptop" } })
      assert.isUndefined(requests[0]?.credential)
    }))

  it.effect("an answer without the new token is told by its path", () =>
    Effect.gen(function*() {
      const { token: _, ...rest } = issued
      const { result } = yield* withTokens({ body: { token: rest } }, (tokens) => tokens.renew(issued.id))
      assert.deepInclude(yield* Effect.flip(result), { _tag: "DecodeError", path: "token.token" })
    }))

  it.effect("the password and the one-time password go into the credential, not into the body", () =>
    Effect.gen(function*() {
      const { requests } = yield* withTokens(
        { status: 201, body: { token: issued } },
        (tokens) => tokens.createWithPassword({ ...login, otp: Redacted.make("012345") })
      )
      const { body, credential } = requests[0]!
      assert.deepStrictEqual(body, { token: { name: "laptop" } })
      if (typeof credential !== "object") return assert.fail("no credential")
      assert.strictEqual(credential.username, "john@example.com")
      assert.strictEqual(Redacted.value(credential.password), "hunter2")
      assert.strictEqual(credential.otp && Redacted.value(credential.otp), "012345")
      assert.notInclude(shown(requests[0]), "hunter2")
      assert.notInclude(shown(requests[0]), "012345")
    }))

  it.effect("a missing one-time password is an error of its own", () =>
    Effect.gen(function*() {
      const { result } = yield* withTokens(unauthorized("OTP Required"), (tokens) => {
        const error: Effect.Effect<ScalingoError | OtpRequired, unknown> = Effect.flip(tokens.createWithPassword(login))
        return error
      })
      const error = yield* result
      assert.deepInclude(error, { _tag: "OtpRequired", status: 401, requestId: "request-1", detail: "OTP Required" })
    }))

  it.effect("asks for the one-time password and tries again", () =>
    Effect.gen(function*() {
      const { api, requests } = answering(({ credential }) =>
        typeof credential === "object" && credential.otp !== undefined
          ? { status: 201, body: { token: issued } }
          : unauthorized("OTP Required")
      )
      const tokens = yield* Effect.provideService(Tokens.make, AuthApi, api)
      const token = yield* tokens.createWithPassword(login).pipe(
        Effect.catchTag("OtpRequired", () => tokens.createWithPassword({ ...login, otp: "012345" }))
      )
      assert.strictEqual(Redacted.value(token.token), secret)
      assert.lengthOf(requests, 2)
    }))

  it.effect("other failures of a sign-in stay what they are", () =>
    Effect.gen(function*() {
      const wrong = yield* withTokens(unauthorized("Invalid password"), (tokens) => tokens.createWithPassword(login))
      assert.deepInclude(yield* Effect.flip(wrong.result), { _tag: "Unauthorized", detail: "Invalid password" })
      const bad = new BadRequest({ ...failed, status: 400, detail: "OTP Required", body: "" })
      const refused = yield* withTokens(bad, (tokens) => tokens.createWithPassword(login))
      assert.deepInclude(yield* Effect.flip(refused.result), { _tag: "BadRequest" })
    }))

  it.effect("only a sign-in with a password asks for a one-time password", () =>
    Effect.gen(function*() {
      const { result } = yield* withTokens(unauthorized("OTP Required"), (tokens) => tokens.create({ name: "laptop" }))
      assert.deepInclude(yield* Effect.flip(result), { _tag: "Unauthorized" })
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
    it.effect(`a wrong ${field} is refused before anything is sent (${JSON.stringify(input)})`, () =>
      Effect.gen(function*() {
        const { requests, result } = yield* withTokens({}, (tokens) => tokens.createWithPassword(input))
        const error = yield* Effect.flip(result)
        assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "Tokens.createWithPassword", field })
        assert.notInclude(shown(error), "hunter2")
        assert.notInclude(shown(error), "john:secret")
        assert.deepStrictEqual(requests, [])
      }))
  }

  it.effect("says what a field must be", () =>
    Effect.gen(function*() {
      const { result } = yield* withTokens({}, (tokens) => tokens.createWithPassword({ ...login, password: "" }))
      assert.strictEqual(
        (yield* Effect.flip(result)).message,
        "Tokens.createWithPassword was not sent: token.password must be a non empty string"
      )
    }))

  it.effect("exchanges a token for a bearer that is not shown", () =>
    Effect.gen(function*() {
      const { requests, result } = yield* withTokens(
        { body: { token: "the.bearer.jwt" } },
        (tokens) => tokens.exchange(Redacted.make(secret))
      )
      const bearer = yield* result
      assert.notInclude(shown(bearer), "the.bearer.jwt")
      assert.strictEqual(Redacted.value(bearer.token), "the.bearer.jwt")
      const { credential, idempotent } = requests[0]!
      if (typeof credential !== "object") return assert.fail("no credential")
      assert.strictEqual(credential.username, "")
      assert.strictEqual(Redacted.value(credential.password), secret)
      assert.isTrue(idempotent)
    }))

  it.effect("does not exchange an empty token", () =>
    Effect.gen(function*() {
      const { requests, result } = yield* withTokens({}, (tokens) => tokens.exchange(""))
      assert.deepInclude(yield* Effect.flip(result), { _tag: "InvalidRequest", field: "apiToken" })
      assert.deepStrictEqual(requests, [])
    }))

  it.effect("a renewal is not repeated", () =>
    Effect.gen(function*() {
      const { requests } = yield* withTokens({ body: { token: issued } }, (tokens) => tokens.renew(issued.id))
      assert.isFalse(requests[0]?.idempotent)
    }))
})
