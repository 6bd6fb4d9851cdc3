/**
 * The library on Node against the sandbox behind a real port: sockets, connections that break, and the real clock.
 */
import { Apps, Deployments, Environment, Events, isNotFound, Operations, Regions } from "@effect-scalingo/core/Scalingo"
import { layerBearer, withRegion, withRetryPolicy, withTimeout } from "@effect-scalingo/core/Scalingo"
import type * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import * as SandboxServer from "@effect-scalingo/node/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Effect, Fiber, Layer, Option, Redacted, Runtime, Stream, TestClock } from "effect"
import * as Http from "node:http"
import { listen } from "../httpServer.js"
import { exchanges, failure, Fault, Sandbox, type Seed, statuses } from "./kit.js"

const seed: Seed.Seed = {
  accounts: [{ username: "john" }],
  apps: [{ name: "app-paris", containers: { web: 1 } }, { name: "app-secnum", region: "osc-secnum-fr1" }],
  events: 250
}

const signedIn = (options: ScalingoConfig.Options) =>
  Layer.unwrapEffect(Effect.gen(function*() {
    const { authUrl } = yield* SandboxServer.SandboxServer
    const { token } = yield* Sandbox.Sandbox
    return Layer.orDie(NodeScalingo.layer({ apiToken: token, authUrl, timeout: "10 minutes", ...options }))
  }))

const withServer = (options: ScalingoConfig.Options = {}) =>
  Effect.provide(
    Layer.provideMerge(
      signedIn(options),
      SandboxServer.layer(seed, { operationDuration: "200 millis", deploymentDuration: "200 millis" })
    )
  )

const once = withRetryPolicy({ maxRetries: 0 })
const get = Effect.flatMap(Apps, (apps) => apps.get("app-paris"))

describe("end to end: over HTTP", () => {
  it.live("the main path", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      const regions = (yield* Effect.flatMap(Regions, ({ list }) => list)).map(({ name }) => name)
      const fleet = yield* Effect.forEach(regions, (region) => withRegion(apps.list, region), { concurrency: 2 })
      assert.deepStrictEqual(fleet.flat().map(({ name }) => name), ["app-paris", "app-secnum"])
      assert.isTrue(isNotFound(yield* failure(apps.get("app-secnum"))))

      yield* Effect.flatMap(Environment, (it) => it.bulkUpdate("app-paris", [{ name: "RELEASE", value: "é ✓" }]))
      assert.strictEqual((yield* sandbox.app("app-paris")).variables["RELEASE"], "é ✓")
      const restart = Effect.gen(function*() {
        const operation = yield* apps.restart("app-secnum")
        return yield* operations.await(operation)
      })
      assert.strictEqual((yield* withRegion(restart, "osc-secnum-fr1")).status, "done")

      const deployments = yield* Deployments
      const { id } = yield* deployments.create("app-paris", { source_url: "https://example.com/v1.tar.gz" })
      assert.strictEqual((yield* deployments.await("app-paris", id)).status, "success")
      assert.match(Option.getOrThrow(yield* deployments.output("app-paris", id)), /successful/)

      const events = yield* Events
      const count = yield* Stream.runCount(events.listForUser({ perPage: 100 }))
      assert.isAbove(count, 125)
      yield* apps.delete("app-paris", { currentName: "app-paris" })
      assert.isTrue(isNotFound(yield* failure(get)))

      assert.strictEqual(yield* exchanges, 1)
      const all = yield* statuses
      // Whether the deployment was followed over a socket depends on how fast it was.
      const ofRequests = Object.keys(all).filter((status) => status !== "101")
      assert.sameMembers(ofRequests, ["200", "201", "202", "204", "404"])
    }).pipe(withServer()))

  it.live("configured by the environment", () =>
    Effect.gen(function*() {
      const { authUrl } = yield* SandboxServer.SandboxServer
      const sandbox = yield* Sandbox.Sandbox
      const environment = {
        SCALINGO_API_TOKEN: Redacted.value(sandbox.token),
        SCALINGO_AUTH_URL: authUrl,
        SCALINGO_REGION: "osc-secnum-fr1"
      }
      const apps = yield* Effect.flatMap(Apps, (it) => it.list).pipe(
        Effect.provide(NodeScalingo.layerConfigWith({ credentialsFile: false })),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment))))
      )
      assert.deepStrictEqual(apps.map(({ name }) => name), ["app-secnum"])
    }).pipe(Effect.provide(SandboxServer.layer(seed))))

  it.live("a bearer that expires is exchanged", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* get
      yield* sandbox.expireBearers
      assert.strictEqual((yield* get).name, "app-paris")
      assert.strictEqual(yield* exchanges, 2)
    }).pipe(withServer()))
})

describe("end to end: connections that fail", () => {
  for (
    const [name, fault] of [
      ["reset", Fault.reset],
      ["broken in the middle of a response", Fault.brokenBody(0.5)],
      ["closed before the response", Fault.lostResponse]
    ] as const
  ) {
    it.live(`${name}: typed, and made up for`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const on = { path: "/apps/:app" }
        yield* sandbox.inject({ on, fault })
        const error = yield* failure(once(get))
        assert.deepInclude(error, { _tag: "TransportError", reason: "network", sent: true, attempts: 1 })
        const again = yield* sandbox.inject({ on, fault })
        assert.strictEqual((yield* get).name, "app-paris")
        assert.strictEqual(yield* again.hits, 1)
        assert.strictEqual(yield* sandbox.countRequests(({ path }) => path === "/apps/app-paris"), 3)
      }).pipe(withServer()))
  }

  it.live("a response cut short without a broken connection does not decode", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { path: "/apps/:app" }, fault: Fault.truncated(0.5) })
      assert.deepInclude(yield* failure(get), { _tag: "DecodeError", status: 200 })
      yield* sandbox.inject({ on: { path: "/apps/:app" }, fault: Fault.garbage(502) })
      assert.deepInclude(yield* failure(once(get)), { _tag: "ServerError", status: 502 })
    }).pipe(withServer()))

  it.live("refused: it was never sent, and that is known", () =>
    Effect.gen(function*() {
      // A port that was free a moment ago.
      const { port } = yield* Effect.scoped(Effect.map(SandboxServer.make(seed), ({ server }) => server))
      const authUrl = `http://127.0.0.1:${port}`
      const layer = NodeScalingo.layer({
        apiToken: Redacted.make("tk-us-any"),
        authUrl,
        retryPolicy: { maxRetries: 0 }
      })
      const error = yield* failure(Effect.provide(get, layer))
      assert.deepInclude(error, { _tag: "TransportError", reason: "network", code: "ECONNREFUSED", sent: false })
    }))

  it.effect("a response that does not come in time is a timeout", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* get
      const rule = yield* sandbox.inject({ on: { path: "/apps/:app" }, fault: Fault.delay("1 hour") })
      const fiber = yield* Effect.fork(failure(get.pipe(withTimeout("10 seconds"), once)))
      yield* Effect.repeat(Effect.zipRight(TestClock.adjust(0), rule.hits), { until: (hits) => hits === 1 })
      yield* TestClock.adjust("10 seconds")
      const error = yield* Fiber.join(fiber)
      assert.deepInclude(error, { _tag: "TransportError", reason: "timeout", sent: true })
      assert.strictEqual((yield* get).name, "app-paris")
    }).pipe(withServer()))
})

/** A server that never responds, and tells when a request has come and when its connection was closed. */
const silentServer = Effect.gen(function*() {
  const arrived = yield* Deferred.make<void>()
  const closed = yield* Deferred.make<void>()
  const run = Runtime.runSync(yield* Effect.runtime())
  const url = yield* listen(Http.createServer((_, response) => {
    response.on("close", () => run(Deferred.succeed(closed, undefined)))
    run(Deferred.succeed(arrived, undefined))
  }))
  return { arrived, closed, url }
})

it.scopedLive("end to end: an interrupted call closes its request, and the server sees it", () =>
  Effect.gen(function*() {
    const { arrived, closed, url } = yield* silentServer
    const layer = layerBearer({ bearer: Redacted.make("a.b.c"), apiUrl: url }).pipe(
      Layer.provide(NodeScalingo.layerHttpClient)
    )
    yield* Effect.gen(function*() {
      const apps = yield* Apps
      const fiber = yield* Effect.fork(apps.list)
      yield* Deferred.await(arrived)
      assert.isFalse(yield* Deferred.isDone(closed))
      yield* Fiber.interrupt(fiber)
      // The server would wait for ever: only the interruption closes the connection.
      yield* Deferred.await(closed)
    }).pipe(Effect.provide(layer))
  }))
