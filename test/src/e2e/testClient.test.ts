/**
 * `layerClient`: every service on a sandbox, in one layer.
 */
import { Apps, Users } from "@effect-scalingo/core/Scalingo"
import { layerClient, Sandbox, TestClient } from "@effect-scalingo/core/testing"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, TestClock } from "effect"
import { failure, over } from "./kit.js"

const username = Effect.flatMap(Users, (users) => Effect.map(users.self, (user) => user.username))

describe("the layer of a client on a sandbox", () => {
  it.effect("signs in as the first account of the seed", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual(yield* username, "zoe")
      yield* apps.scale("my-app", [{ name: "web", amount: 2 }])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual((yield* sandbox.app("my-app")).containers, ["web-1", "web-2"])
    }).pipe(Effect.provide(layerClient({ accounts: [{ username: "zoe" }], apps: [{ name: "my-app" }] }))))

  it.effect("has the standard seed by default", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* username, "john")
      assert.strictEqual((yield* Effect.flatMap(Apps, (apps) => apps.get("example-app"))).name, "example-app")
    }).pipe(Effect.provide(layerClient())))

  it.effect("signs in as another account", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* username, "alice")
      const other = yield* Effect.provide(username, TestClient.layerSignedIn())
      assert.strictEqual(other, "john")
    }).pipe(Effect.provide(layerClient(undefined, { as: "alice" }))))

  it.effect("starts in the first region of the seed", () =>
    Effect.gen(function*() {
      const app = yield* Effect.flatMap(Apps, (apps) => apps.get("my-app"))
      assert.strictEqual(app.region, "osc-secnum-fr1")
    }).pipe(Effect.provide(layerClient({ regions: ["osc-secnum-fr1"], apps: [{ name: "my-app" }] }))))

  it.effect("takes the options of the sandbox and of the client", () =>
    Effect.gen(function*() {
      const error = yield* failure(over("1 minute")(Effect.flatMap(Apps, (apps) => apps.list)))
      assert.strictEqual(error._tag, "TransportError")
    }).pipe(Effect.provide(layerClient(undefined, {
      latency: "2 seconds",
      client: { timeout: "1 second", retryPolicy: { maxRetries: 0 } }
    }))))

  it.effect("dies of a wrong option", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.provide(username, layerClient(undefined, { client: { rateLimit: 0 } })))
      assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
    }))
})
