import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { api, at, Fault, faulty, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const code = (error: unknown) =>
  typeof error === "object" && error !== null && "cause" in error
    ? Reflect.get(error.cause as object, "code")
    : undefined

describe("sandbox: faults", () => {
  it.effect("apply to the matching requests, after some and a number of times", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const injection = yield* sandbox.inject({
        on: { method: "GET", path: "/apps/:app", region: "osc-fr1" },
        fault: Fault.status(503, "down", { "x-why": "test" }),
        after: 1,
        times: 2
      })
      const statuses: Array<number> = []
      for (let i = 0; i < 5; i++) {
        yield* api("GET", "/apps")
        yield* api("GET", "/apps/example-app/ps")
        statuses.push((yield* api("GET", "/apps/example-app")).status)
      }
      assert.deepStrictEqual(statuses, [200, 503, 503, 200, 200])
      assert.strictEqual(yield* injection.hits, 2)
    }).pipe(withSandbox()))

  it.effect("match by expression, function and header, and can be removed", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const always = { times: Number.POSITIVE_INFINITY }
      const one = yield* sandbox.inject({ ...always, on: { path: /^\/projects/g }, fault: Fault.status(500) })
      yield* sandbox.inject({ ...always, on: { path: (it) => it === "/apps" }, fault: Fault.status(502) })
      yield* sandbox.inject({
        ...always,
        on: { where: (it) => it.header("x-bad") !== undefined },
        fault: Fault.status(418)
      })
      assert.strictEqual((yield* api("GET", "/projects")).status, 500)
      assert.strictEqual((yield* api("GET", "/projects")).status, 500)
      assert.strictEqual((yield* api("GET", "/apps")).status, 502)
      assert.strictEqual((yield* api("GET", "/events", { headers: { "x-bad": "1" } })).status, 418)
      yield* one.remove
      assert.strictEqual((yield* api("GET", "/projects")).status, 200)
      yield* sandbox.clearFaults
      assert.strictEqual((yield* api("GET", "/apps")).status, 200)
    }).pipe(withSandbox()))

  it.effect("damage bodies: truncated, empty, HTML, another content type, broken off", () =>
    Effect.gen(function*() {
      const whole = (yield* api("GET", "/projects")).text
      yield* faulty(Fault.truncated(0.5))
      const cut = yield* api("GET", "/projects")
      assert.strictEqual(cut.status, 200)
      assert.isUndefined(cut.body)
      assert.isTrue(cut.text !== "" && whole.startsWith(cut.text))

      yield* faulty(Fault.emptyBody)
      const empty = yield* api("GET", "/projects")
      assert.deepStrictEqual([empty.status, empty.text], [200, ""])

      yield* faulty(Fault.garbage())
      const garbage = yield* api("GET", "/projects")
      assert.strictEqual(garbage.status, 502)
      assert.match(garbage.text, /<html>/)
      yield* faulty(Fault.garbage(200))
      assert.strictEqual((yield* api("GET", "/projects")).headers["content-type"], "text/html")

      yield* faulty(Fault.contentType("text/html"))
      const mislabelled = yield* api("GET", "/projects")
      assert.strictEqual(mislabelled.headers["content-type"], "text/html")
      assert.strictEqual(listOf(mislabelled, "projects").length, 1)

      yield* faulty(Fault.brokenBody())
      const broken = yield* Effect.flip(api("GET", "/projects"))
      assert.strictEqual(broken._tag, "ResponseError")
      assert.strictEqual(code(broken), "ECONNRESET")
    }).pipe(withSandbox()))

  it.effect("reset the connection before or after the handler", () =>
    Effect.gen(function*() {
      const create = (name: string) => api("POST", "/projects", { body: { project: { name } } })
      const count = Effect.map(api("GET", "/projects"), (response) => listOf(response, "projects").length)
      yield* faulty(Fault.reset)
      assert.strictEqual(code(yield* Effect.flip(create("one"))), "ECONNRESET")
      assert.strictEqual(yield* count, 1)
      yield* faulty(Fault.lostResponse)
      assert.strictEqual(code(yield* Effect.flip(create("two"))), "ECONNRESET")
      assert.strictEqual(yield* count, 2)
    }).pipe(withSandbox()))

  it.effect("a request that is never sent is not logged", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* faulty(Fault.neverSent())
      assert.strictEqual(code(yield* Effect.flip(api("GET", "/projects"))), "ECONNREFUSED")
      assert.strictEqual(yield* sandbox.countRequests(), 0)
      assert.strictEqual(code(yield* Effect.flip(sendTo("GET", "https://example.com/"))), "ENOTFOUND")
    }).pipe(withSandbox()))

  it.effect("429s, with and without Retry-After, which count as requests", () =>
    Effect.gen(function*() {
      yield* faulty(Fault.throttled(), 3)
      yield* faulty(Fault.throttled(7))
      const responses = yield* Effect.all(Array.from({ length: 6 }, () => api("GET", "/projects")))
      assert.deepStrictEqual(responses.map((it) => it.status), [429, 429, 429, 429, 200, 429])
      assert.deepStrictEqual(responses.map((it) => it.headers["retry-after"]).slice(2, 4), [undefined, "7"])
      assert.strictEqual(responses[0]?.text, "Retry later")
    }).pipe(withSandbox(undefined, { requestLimit: 5 })))

  it.effect("an expired bearer stays expired", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const bearer = yield* sandbox.bearer()
      yield* faulty(Fault.expiredBearer)
      assert.strictEqual((yield* api("GET", "/projects", { bearer })).status, 401)
      assert.strictEqual((yield* api("GET", "/projects", { bearer })).status, 401)
      assert.strictEqual((yield* api("GET", "/projects")).status, 200)
    }).pipe(withSandbox()))

  it.effect("a delay follows the clock, and the request can be interrupted meanwhile", () =>
    Effect.gen(function*() {
      yield* faulty(Fault.delay("45 seconds"), 2)
      const patient = yield* Effect.fork(api("GET", "/projects"))
      const hurried = yield* Effect.fork(Effect.timeoutOption(
        api("POST", "/projects", { body: { project: { name: "late" } } }),
        "30 seconds"
      ))
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual((yield* Fiber.join(hurried))._tag, "None")
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual((yield* Fiber.join(patient)).status, 200)
      // The handler ran all the same.
      assert.strictEqual(listOf(yield* api("GET", "/projects"), "projects").length, 2)
    }).pipe(withSandbox()))

  it.effect("every response has the request id and the date of the Clock", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("1 day")
      const headers = { "x-request-id": "abc" }
      for (const response of [yield* api("GET", "/apps", { headers }), yield* api("GET", "/nope", { headers })]) {
        assert.strictEqual(response.headers["x-request-id"], "abc")
        assert.strictEqual(response.headers.date, "Fri, 02 Jan 1970 00:00:00 GMT")
      }
      assert.isString((yield* api("GET", "/apps")).headers["x-request-id"])
      assert.strictEqual(
        at(yield* api("POST", "/projects", { body: { project: {} } }), "errors.name.0"),
        "can't be blank"
      )
    }).pipe(withSandbox()))
})
