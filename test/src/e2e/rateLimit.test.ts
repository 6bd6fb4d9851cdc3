import { Apps, Operations, withPriority } from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, TestClock } from "effect"
import { runs } from "../runs.js"
import { Fault, Sandbox, Seed, statuses, withScalingo } from "./kit.js"

describe("end to end: the rate limit", () => {
  it.effect("hundreds of calls finish in the fewest minutes that the limit allows, without a 429", () =>
    Effect.gen(function*() {
      const minutes = runs(3, 10)
      const count = 60 * minutes
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const calls = Effect.forEach(Array.from({ length: count }), () => apps.list, { concurrency: "unbounded" })
      const fiber = yield* Effect.fork(calls)
      // With the exchange they are one request more: the last one may start when these minutes are over, not before.
      yield* TestClock.adjust(minutes * 60_000 - 1)
      assert.strictEqual(yield* sandbox.countRequests(), count)
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).length, count)
      assert.deepStrictEqual(yield* statuses, { 200: count + 1 })

      const perMinute: Record<number, number> = {}
      for (const { time } of yield* sandbox.requests) perMinute[time] = (perMinute[time] ?? 0) + 1
      assert.deepStrictEqual(
        perMinute,
        Object.fromEntries(
          Array.from({ length: minutes + 1 }, (_, minute) => [minute * 60_000, minute === minutes ? 1 : 60])
        )
      )
    }).pipe(withScalingo()))

  it.effect("calls of a user go before those that only watch", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* Effect.forEach(Array.from({ length: 59 }), () => apps.list)
      yield* TestClock.adjust("30 seconds")
      const watching = yield* Effect.fork(
        Effect.forEach(Array.from({ length: 5 }), () => withPriority(apps.list, "background"), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("1 second")
      yield* sandbox.clearRequests
      const user = yield* Effect.fork(apps.get("example-app"))
      yield* TestClock.adjust("29 seconds")
      yield* Fiber.join(user)
      yield* Fiber.join(watching)
      assert.deepStrictEqual(
        (yield* sandbox.requests).map(({ path }) => path),
        ["/apps/example-app", ...Array.from({ length: 5 }, () => "/apps")]
      )
    }).pipe(withScalingo()))

  it.effect("a whole fleet is restarted and awaited within the limit", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      const restart = (name: string) => Effect.flatMap(apps.restart(name), (operation) => operations.await(operation))
      const names = (yield* apps.list).map(({ name }) => name)
      const job = yield* Effect.fork(Effect.forEach(names, restart, { concurrency: 20 }))
      yield* TestClock.adjust("30 minutes")
      assert.strictEqual((yield* Fiber.join(job)).length, 40)
      assert.notProperty(yield* statuses, "429")
      for (const app of yield* sandbox.apps) {
        assert.deepStrictEqual(app.operations.map(({ status }) => status), ["done"])
      }
    }).pipe(withScalingo({ accounts: [{ username: "john" }], apps: Seed.fleet({ count: 40 }) })))

  it.effect("when others use the account too: waits out a 429 storm and loses nothing", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* sandbox.inject({ on: { path: "/apps" }, fault: Fault.throttled(7), times: 3 })
      const fiber = yield* Effect.fork(
        Effect.forEach(Array.from({ length: 10 }), () => apps.list, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* Fiber.join(fiber)).length, 10)
      const requests = yield* sandbox.requests
      const refused = requests.filter(({ status }) => status === 429).map(({ time }) => time)
      assert.strictEqual(refused.length, 3)
      // What the platform asks for holds for all: nothing is sent in the seven seconds after a 429.
      for (const { status, time } of requests) {
        for (const end of refused) assert.isFalse(status === 200 && time > end && time < end + 7000)
      }
    }).pipe(withScalingo()))
})
