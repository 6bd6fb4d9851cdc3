/**
 * `layerClient`: every service on a sandbox, in one layer.
 */
import { ConnectClient } from "@effect-scalingo/core/ConnectClient"
import { Apps, Operations, Users } from "@effect-scalingo/core/Scalingo"
import { layerClient, Sandbox, TestClient } from "@effect-scalingo/core/testing"
import * as Socket from "@effect/platform/Socket"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted, Stream, TestClock } from "effect"
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

  it.scoped("opens WebSockets and raw connections in memory", () =>
    Effect.gen(function*() {
      const { connect } = yield* ConnectClient
      const apps = yield* Apps
      const operations = yield* Operations
      const sandbox = yield* Sandbox.Sandbox
      const { operation } = yield* apps.run("my-app", { command: "echo hello" })
      const { start_one_off_data } = yield* over("10 seconds")(operations.await(operation))
      const url = new URL(Redacted.value(start_one_off_data!.attach_url!))
      const bearer = Redacted.value(yield* sandbox.bearer())
      const { incoming, status } = yield* connect({ url, headers: { authorization: `Basic ${btoa(`:${bearer}`)}` } })
      const output = yield* Stream.mkString(Stream.decodeText(incoming))
      assert.deepStrictEqual([status, output], [200, "hello\r\n"])
      const lost = yield* Effect.flip(connect({ url: new URL("https://example.com:5000/"), headers: {} }))
      assert.strictEqual(lost.message, "No connection to example.com:5000: getaddrinfo ENOTFOUND example.com")

      const make = yield* Socket.WebSocketConstructor
      assert.strictEqual(make("wss://example.com").readyState, 0)
    }).pipe(Effect.provide(layerClient({ apps: [{ name: "my-app" }] }))))

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
