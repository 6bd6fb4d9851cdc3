import { withResponse } from "@effect-scalingo/core/RequestOptions"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { json, pipeline, send } from "../fakePlatform.js"

describe("withResponse", () => {
  it.effect("returns every response of an effect, inner calls included, and none after its end", () =>
    Effect.gen(function*() {
      const inner = withResponse(send({ path: "/inner" }))
      const { response, responses, value } = yield* withResponse(Effect.zip(send({ path: "/outer" }), inner))
      assert.strictEqual(value[1].responses.length, 1)
      assert.strictEqual(responses.length, 2)
      assert.strictEqual(Option.getOrThrow(response).status, 200)
      assert.strictEqual(Redacted.value(Option.getOrThrow(response).body), "{}")
      const daemon = Effect.forkDaemon(Effect.delay(send(), 0))
      const late = yield* withResponse(daemon)
      yield* late.value
      assert.strictEqual(late.responses.length, 0)
    }).pipe(Effect.provide(pipeline([], () => json({}), { bearer: "bearer" }))))

  it.effect("returns no response for an effect that sends no request", () =>
    Effect.map(withResponse(Effect.succeed(1)), ({ response }) => assert.isTrue(Option.isNone(response))))

  it.effect("returns headers that can be printed, without secrets", () =>
    Effect.gen(function*() {
      const { response } = yield* withResponse(send())
      const { headers } = Option.getOrThrow(response)
      assert.strictEqual(headers["x-auth-token"], "s3cret-value")
      assert.strictEqual(headers["x-request-id"], "request-7")
      for (const text of [String(headers), `${headers}`, "" + headers, JSON.stringify(headers)]) {
        assert.include(text, "request-7")
        assert.include(text, "<redacted>")
        assert.notInclude(text, "s3cret-value")
      }
    }).pipe(Effect.provide(
      pipeline([], () => json({}, 200, { "x-request-id": "request-7", "x-auth-token": "s3cret-value" }), {
        bearer: "bearer"
      })
    )))
})
