import * as Scalingo from "@effect-scalingo/core/Scalingo"
import { Fault, Sandbox } from "@effect-scalingo/core/testing"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Layer, TestClock } from "effect"

const TestLive = Layer.unwrapEffect(
  Effect.map(Sandbox.Sandbox, ({ token }) => Scalingo.layer({ apiToken: token }))
).pipe(Layer.provideMerge(Sandbox.layer({ apps: [{ name: "my-app", containers: { web: 2 } }] })))

it.effect("survives a bad gateway", () =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const apps = yield* Scalingo.Apps
    yield* sandbox.inject({ on: { method: "GET", path: "/apps/:app" }, fault: Fault.status(502) })
    const fiber = yield* Effect.fork(apps.get("my-app"))
    yield* TestClock.adjust("10 seconds") // the wait before the retry
    assert.strictEqual((yield* Fiber.join(fiber)).name, "my-app")
  }).pipe(Effect.provide(TestLive)))
