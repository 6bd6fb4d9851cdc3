import { Apps, Environment, isRetryable, Operations, withRetryPolicy } from "@effect-scalingo/core/Scalingo"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either } from "effect"
import { failure, Fault, over, Sandbox, withScalingoUnlimited } from "./kit.js"

const times = (path: string) =>
  Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.countRequests((request) => request.path === path))

const get = Effect.flatMap(Apps, (apps) => apps.get("example-app"))
const restart = Effect.flatMap(Apps, (apps) => apps.restart("example-app"))
const setVariable = Effect.flatMap(
  Environment,
  (environment) => environment.bulkUpdate("example-app", [{ name: "ONE", value: "1" }])
)

interface Case {
  readonly name: string
  readonly fault: Fault.Fault
  /** The error when the fault does not stop. */
  readonly error: Partial<Record<string, unknown>> & { readonly _tag: ScalingoError["_tag"] }
  /** The attempts of a GET, and those of a POST that must not run twice. */
  readonly tries: readonly [get: number, post: number]
}

const cases: ReadonlyArray<Case> = [
  { name: "500", fault: Fault.status(500), error: { _tag: "ServerError", status: 500 }, tries: [4, 1] },
  { name: "503", fault: Fault.status(503), error: { _tag: "ServerError", status: 503 }, tries: [4, 1] },
  { name: "501", fault: Fault.status(501), error: { _tag: "ServerError", status: 501 }, tries: [1, 1] },
  { name: "a proxy's page", fault: Fault.garbage(502), error: { _tag: "ServerError", status: 502 }, tries: [4, 1] },
  {
    name: "a reset connection",
    fault: Fault.reset,
    error: { _tag: "TransportError", reason: "network", code: "ECONNRESET", sent: true },
    tries: [4, 1]
  },
  {
    name: "a lost response",
    fault: Fault.lostResponse,
    error: { _tag: "TransportError", reason: "network", sent: true },
    tries: [4, 1]
  },
  {
    name: "a refused connection",
    fault: Fault.neverSent(),
    error: { _tag: "TransportError", reason: "network", code: "ECONNREFUSED", sent: false },
    tries: [4, 4]
  },
  {
    name: "an unknown host",
    fault: Fault.neverSent("ENOTFOUND"),
    error: { _tag: "TransportError", reason: "network", code: "ENOTFOUND", sent: false },
    tries: [4, 4]
  },
  {
    name: "a response that never comes",
    fault: Fault.delay("1 hour"),
    error: { _tag: "TransportError", reason: "timeout", sent: true },
    tries: [4, 1]
  },
  { name: "a 429 storm", fault: Fault.throttled(3), error: { _tag: "RateLimited", status: 429 }, tries: [4, 4] },
  {
    name: "a 429 that asks for an hour",
    fault: Fault.throttled(3600),
    error: { _tag: "RateLimited", status: 429, retryAfter: Duration.hours(1) },
    tries: [1, 1]
  },
  { name: "409", fault: Fault.status(409), error: { _tag: "Conflict", status: 409 }, tries: [1, 1] },
  { name: "418", fault: Fault.status(418, "teapot"), error: { _tag: "UnexpectedStatus", status: 418 }, tries: [1, 1] },
  {
    name: "a redirect",
    fault: Fault.status(302, "", { location: "https://example.com/" }),
    error: { _tag: "UnexpectedStatus", status: 302 },
    tries: [1, 1]
  }
]

const attemptsOf = (error: ScalingoError) => "attempts" in error ? error.attempts : 0

describe("end to end: faults that do not stop", () => {
  for (const { error, fault, name, tries } of cases) {
    it.effect(`${name}: ${error._tag}`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.inject({ on: { api: "regional" }, fault, times: Infinity })
        const read = yield* failure(get).pipe(over("10 minutes"))
        assert.deepInclude(read, error)
        const write = yield* failure(restart).pipe(over("10 minutes"))
        assert.deepInclude(write, error)
        assert.deepStrictEqual([attemptsOf(read), attemptsOf(write)], tries)
        const arrived = error["sent"] === false ? [0, 0] : tries
        assert.deepStrictEqual(
          [yield* times("/apps/example-app"), yield* times("/apps/example-app/restart")],
          arrived
        )
        assert.include(read.message, "Apps.get")
      }).pipe(withScalingoUnlimited()))
  }
})

describe("end to end: faults that pass", () => {
  const passing: ReadonlyArray<readonly [string, Fault.Fault]> = [
    ["503", Fault.status(503)],
    ["a reset connection", Fault.reset],
    ["a lost response", Fault.lostResponse],
    ["a broken body", Fault.brokenBody(0.3)],
    ["a refused connection", Fault.neverSent()],
    ["a throttling", Fault.throttled()],
    ["an expired bearer", Fault.expiredBearer]
  ]
  for (const [name, fault] of passing) {
    it.effect(`${name}: reads and settings get over it`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const first = yield* sandbox.inject({ on: { method: "GET", api: "regional" }, fault })
        const second = yield* sandbox.inject({ on: { method: "PUT", api: "regional" }, fault })
        assert.strictEqual((yield* get.pipe(over("3 minutes"))).name, "example-app")
        assert.deepStrictEqual((yield* setVariable.pipe(over("3 minutes"))).map(({ name }) => name), ["ONE"])
        assert.deepStrictEqual([yield* first.hits, yield* second.hits], [1, 1])
        assert.strictEqual((yield* sandbox.app("example-app")).variables["ONE"], "1")
      }).pipe(withScalingoUnlimited()))
  }

  it.effect("a POST whose response is lost is not done twice, unless that is allowed", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const operations = Effect.map(sandbox.app("example-app"), (app) => app.operations.length)
      yield* sandbox.inject({ on: { method: "POST", path: "/apps/:app/restart" }, fault: Fault.lostResponse })
      const error = yield* failure(restart).pipe(over("1 minute"))
      assert.deepInclude(error, { _tag: "TransportError", sent: true })
      assert.isTrue(isRetryable(error))
      assert.strictEqual(yield* operations, 1)

      yield* sandbox.inject({ on: { method: "POST", path: "/apps/:app/restart" }, fault: Fault.status(503), times: 2 })
      yield* restart.pipe(withRetryPolicy({ retryUnsafe: true }), over("1 minute"))
      assert.strictEqual(yield* operations, 2)
    }).pipe(withScalingoUnlimited()))

  it.effect("a deletion whose response was lost has worked", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* sandbox.inject({ on: { method: "DELETE" }, fault: Fault.lostResponse })
      yield* apps.delete("another-app", { currentName: "another-app" }).pipe(over("1 minute"))
      assert.deepStrictEqual((yield* sandbox.apps).map(({ name }) => name), ["example-app"])
      assert.strictEqual(yield* times("/apps/another-app"), 2)
      const again = yield* failure(apps.delete("another-app", { currentName: "another-app" }))
      assert.strictEqual(again._tag, "NotFound")
    }).pipe(withScalingoUnlimited()))

  it.effect("a sign-in that fails is tried as often as any call, not so often for each try of the call", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { path: "/tokens/exchange" }, fault: Fault.status(503), times: Infinity })
      const error = yield* failure(get).pipe(over("10 minutes"))
      assert.deepInclude(error, { _tag: "ServerError", endpoint: "Tokens.exchange", attempts: 4 })
      assert.strictEqual(yield* times("/tokens/exchange"), 4)
      yield* sandbox.clearFaults
      // A failed exchange is not kept.
      assert.strictEqual((yield* get).name, "example-app")
    }).pipe(withScalingoUnlimited()))

  it.effect("a caller that wants no retries gets none", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { api: "regional" }, fault: Fault.status(503), times: 2 })
      assert.deepInclude(yield* failure(get.pipe(withRetryPolicy({ maxRetries: 0 }))), { status: 503, attempts: 1 })
      assert.deepInclude(
        yield* failure(get.pipe(withRetryPolicy({ decide: ({ error }) => error._tag === "Conflict" }))),
        { status: 503, attempts: 1 }
      )
    }).pipe(withScalingoUnlimited()))
})

describe("end to end: responses that are not what they should be", () => {
  const decodeErrors: ReadonlyArray<readonly [string, Fault.Fault]> = [
    ["cut short", Fault.truncated(0.5)],
    ["empty", Fault.emptyBody],
    ["a page of HTML", Fault.garbage(200)],
    ["an array", Fault.status(200, [])],
    ["without its key", Fault.status(200, { ap: {} })],
    ["of another kind", Fault.status(200, { app: { id: 7 } })]
  ]
  for (const [name, fault] of decodeErrors) {
    it.effect(`${name}: DecodeError, and nothing is repeated`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.inject({ on: { path: "/apps/:app" }, fault, times: Infinity })
        const error = yield* failure(get).pipe(over("1 minute"))
        assert.deepInclude(error, { _tag: "DecodeError", status: 200, endpoint: "Apps.get", attempts: 1 })
        const write = yield* failure(Effect.flatMap(Apps, (apps) => apps.update("example-app", { force_https: true })))
        assert.strictEqual(write._tag, "DecodeError")
        assert.strictEqual(yield* times("/apps/example-app"), 2)
      }).pipe(withScalingoUnlimited()))
  }

  it.effect("a wrong content type does not matter", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { path: "/apps/:app" }, fault: Fault.contentType("text/plain") })
      assert.strictEqual((yield* get).name, "example-app")
    }).pipe(withScalingoUnlimited()))

  it.effect("one app's fault is no other's", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      yield* sandbox.inject({ on: { path: "/apps/another-app" }, fault: Fault.status(500), times: Infinity })
      const both = yield* Effect.forEach(["example-app", "another-app"], (name) => Effect.either(apps.get(name)), {
        concurrency: 2
      }).pipe(over("1 minute"))
      assert.deepStrictEqual(both.map(Either.isRight), [true, false])
      const operation = yield* apps.restart("example-app")
      assert.strictEqual((yield* operations.await(operation).pipe(over("1 minute"))).status, "done")
    }).pipe(withScalingoUnlimited()))
})
