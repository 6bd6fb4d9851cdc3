import * as Errors from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Option, Redacted, Schema } from "effect"

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
      "Apps.get (GET https://api.osc-fr1.scalingo.com/v1/apps/x) returned 404: not found. Is it in another region, or is this account not one of its collaborators? [2 attempts, request r-1]"
    )
  })

  it("can be encoded to JSON and decoded again", () => {
    const wire = JSON.parse(JSON.stringify(Schema.encodeSync(Errors.ScalingoError)(notFound)))
    const back = Schema.decodeUnknownSync(Errors.ScalingoError)(wire)
    assert.strictEqual(back._tag, "NotFound")
    assert.strictEqual(back.message, notFound.message)
  })

  const responded = { ...notFound, url: "https://auth.scalingo.com/v1/tokens" }

  it("advise only what can help", () => {
    assert.notInclude(new Errors.NotFound({ ...notFound, resource: "notification_platform" }).message, "region")
    assert.notInclude(new Errors.NotFound({ ...responded, resource: "app" }).message, "region")
    const unauthorized = (url: string, endpoint = "Apps.get") =>
      new Errors.Unauthorized({ ...notFound, endpoint, url, status: 401, detail: "no" }).message
    assert.include(unauthorized(notFound.url), "collaborator")
    assert.notInclude(unauthorized("https://auth.scalingo.com/v1/users/self"), "collaborator")
    assert.include(
      unauthorized("https://auth.scalingo.com/v1/tokens/exchange", "Tokens.exchange"),
      "API token is wrong"
    )
  })

  it("have the name of their class, whatever the body holds, and print one line", () => {
    const body = { ...notFound, status: 402, name: "payment-method-required", code: "payment-method-required" }
    const payment = new Errors.PaymentRequired(body)
    assert.strictEqual(payment.name, "PaymentRequired")
    assert.strictEqual(payment.code, "payment-method-required")
    for (const error of [notFound, payment]) {
      assert.strictEqual(error.name, error._tag)
      assert.strictEqual(error.stack, `${error._tag}: ${error.message}`)
      assert.strictEqual(Cause.pretty(Cause.fail(error)), `${error._tag}: ${error.message}`)
      assert.notInclude(Object.keys(error), "stack")
    }
  })

  it.effect("print the spans of the caller, in which they have failed", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.withSpan(notFound, "deploy", { captureStackTrace: false }))
      assert.isTrue(Exit.isFailure(exit))
      if (Exit.isSuccess(exit)) return
      assert.strictEqual(Cause.pretty(exit.cause), `NotFound: ${notFound.message}\n    at deploy`)
    }))

  it("have a short message when a response does not fit, however long the names in it are", () => {
    const error = new Errors.DecodeError({
      ...notFound,
      url: `https://api.osc-fr1.scalingo.com/v1/apps?${"x".repeat(9999)}`,
      status: 200,
      path: "a".repeat(9999),
      reason: `Expected ${"b".repeat(34_000)}`,
      body: "",
      value: Redacted.make(undefined)
    })
    assert.isBelow(error.message.length, 650)
    assert.strictEqual(error.reason.length, 34_009)
  })

  it("are recognized in what runPromise rejects with, and in a Cause", async () => {
    const rejected = async (effect: Effect.Effect<unknown, unknown>) => {
      try {
        await Effect.runPromise(effect)
      } catch (error) {
        return error
      }
      return assert.fail("it did not reject")
    }
    const failing = Effect.withSpan(Effect.fail(notFound), "caller")
    for (
      const error of [
        notFound,
        await rejected(failing),
        await rejected(Effect.orDie(failing)),
        await rejected(Effect.promise(() => Effect.runPromise(failing))),
        Cause.fail(notFound),
        Cause.sequential(Cause.fail(notFound), Cause.die("finalizer"))
      ] as ReadonlyArray<unknown>
    ) {
      assert.isTrue(Errors.isNotFound(error))
      assert.isTrue(Errors.isScalingoError(error))
      assert.isFalse(Errors.isForbidden(error))
      assert.strictEqual(Option.getOrThrow(Errors.fromUnknown(error)).message, notFound.message)
    }
    for (const error of [await rejected(Effect.fail("no")), await rejected(Effect.interrupt), undefined, Cause.empty]) {
      assert.isFalse(Errors.isScalingoError(error))
      assert.isTrue(Option.isNone(Errors.fromUnknown(error)))
    }
  })

  it("narrow the type of an error, and not that of something unknown", () => {
    const error = notFound as Errors.ScalingoError
    if (Errors.isNotFound(error)) assert.strictEqual(error.resource, "app")
    const unknown: unknown = error
    // @ts-expect-error: it may be the wrapper of the error.
    if (Errors.isNotFound(unknown)) assert.strictEqual(unknown.resource, "app")
  })

  const refused = (detail: string) =>
    new Errors.Unprocessable({ ...notFound, status: 422, detail, errors: { app: [detail] } })

  it("tell an app that is busy from other refusals", () => {
    for (
      const text of [
        "app: is restarting, nothing else can be done to it",
        "app: is scaling, nothing else can be done to it",
        "App is currently scaling",
        "the app is already being restarted, nothing else can be done to it"
      ]
    ) {
      assert.isTrue(Errors.isBusy(refused(text)), text)
      assert.isTrue(refused(text).isBusy)
      assert.isFalse(Errors.isNoChange(refused(text)))
    }
    for (const text of ["no change in containers formation", "name: is taken", "container-web-amount: is too high"]) {
      assert.isFalse(Errors.isBusy(refused(text)), text)
    }
  })

  it.effect("stay in the type when a predicate is true for only some of their class", () =>
    Effect.gen(function*() {
      // The compiler holds it: an error of type `never` has no tag.
      const taken = yield* Effect.fail(refused("name: is taken")).pipe(
        Effect.catchIf(Errors.isNoChange, () => Effect.void),
        Effect.catchIf(Errors.isBusy, () => Effect.void),
        Effect.flip
      )
      assert.strictEqual(taken._tag, "Unprocessable")
      const handled = yield* Effect.fail(refused("no change in containers formation")).pipe(
        Effect.catchIf(Errors.isNoChange, ({ isNoChange }) => Effect.succeed(isNoChange))
      )
      assert.isTrue(handled)
    }))

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
