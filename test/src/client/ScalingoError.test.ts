import * as Errors from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Option, Schema } from "effect"

describe("errors", () => {
  const notFound = new Errors.NotFound({
    endpoint: "Apps.get",
    method: "GET",
    url: "https://api.osc-fr1.scalingo.com/v1/apps/x",
    requestId: "r-1",
    attempts: 2,
    elapsed: Duration.seconds(1),
    status: 404,
    detail: "not found",
    body: "",
    resource: "app"
  })

  it("have a message with the call, the cause and advice", () => {
    assert.strictEqual(
      notFound.message,
      "Apps.get (GET https://api.osc-fr1.scalingo.com/v1/apps/x) returned 404: not found. Is it in another region? [2 attempts, request r-1]"
    )
  })

  it("can be encoded to JSON and decoded again", () => {
    const wire = JSON.parse(JSON.stringify(Schema.encodeSync(Errors.ScalingoError)(notFound)))
    const back = Schema.decodeUnknownSync(Errors.ScalingoError)(wire)
    assert.strictEqual(back._tag, "NotFound")
    assert.strictEqual(back.message, notFound.message)
  })

  it("are recognized by their predicates", () => {
    assert.isTrue(Errors.isScalingoError(notFound))
    assert.isTrue(Errors.isNotFound(notFound))
    assert.isFalse(Errors.isRetryable(notFound))
    assert.isFalse(Errors.isScalingoError({ _tag: "NotFound" }))
  })

  it.effect("become None through notFoundAsNone when a resource is missing", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Errors.notFoundAsNone(Effect.fail(notFound)), Option.none())
      assert.deepStrictEqual(yield* Errors.notFoundAsNone(Effect.succeed(1)), Option.some(1))
    }))
})
