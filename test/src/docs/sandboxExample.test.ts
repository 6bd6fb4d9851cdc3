import { Apps } from "@effect-scalingo/core/Scalingo"
import { Fault, layerClient, Sandbox } from "@effect-scalingo/core/testing"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"

const TestLive = layerClient({ apps: [{ name: "my-app", containers: { web: 2 } }] })

it.effect("survives a bad gateway", () =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const apps = yield* Apps
    yield* sandbox.inject({ on: { method: "GET", path: "/apps/:app" }, fault: Fault.status(502) })
    const fiber = yield* Effect.fork(apps.get("my-app"))
    yield* TestClock.adjust("10 seconds") // the wait before the retry
    assert.strictEqual((yield* Fiber.join(fiber)).name, "my-app")
  }).pipe(Effect.provide(TestLive)))
