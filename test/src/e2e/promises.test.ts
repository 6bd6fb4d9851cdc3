/**
 * The library in a program of promises: the example of `docs/promises.md`, over a socket.
 */
import { Apps, isNotFound } from "@effect-scalingo/core/Scalingo"
import { Fault, layerClient, Sandbox, type Seed } from "@effect-scalingo/core/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, ManagedRuntime, Schedule } from "effect"
import type { AddressInfo } from "node:net"
import { errorOf, makeServer } from "../../../examples/promises/Server.js"

const seed: Seed.Seed = { apps: [{ name: "my-app", variables: { RELEASE: "v1" } }] }

/** A server on a sandbox, and its URL. */
const served = Effect.acquireRelease(
  Effect.promise(async () => {
    const runtime = ManagedRuntime.make(layerClient(seed, { client: { retryPolicy: { maxRetries: 0 } } }))
    const logged: Array<string> = []
    const server = makeServer(runtime, (line) => logged.push(line))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const request = async (method: string, path: string) => {
      const response = await fetch(url + path, { method, headers: { connection: "close" } })
      return { status: response.status, body: await response.json() }
    }
    return { runtime, server, url, logged, request, sandbox: await runtime.runPromise(Sandbox.Sandbox) }
  }),
  ({ runtime, server }) =>
    Effect.promise(async () => {
      server.closeAllConnections()
      server.close()
      await runtime.dispose()
    })
)

describe("a server of promises", () => {
  it.scopedLive("signs in once for all requests", () =>
    Effect.gen(function*() {
      const { request, runtime, sandbox } = yield* served
      const responses = yield* Effect.promise(() =>
        Promise.all(Array.from({ length: 5 }, () => request("GET", "/apps")))
      )
      for (const { body, status } of responses) {
        assert.strictEqual(status, 200)
        assert.deepStrictEqual(body, [{ name: "my-app", status: "running" }])
      }
      const exchanges = sandbox.countRequests(({ path }) => path === "/tokens/exchange")
      assert.strictEqual(yield* Effect.promise(() => runtime.runPromise(exchanges)), 1)
    }))

  it.scopedLive("changes what has to be changed, in one effect", () =>
    Effect.gen(function*() {
      const { request } = yield* served
      const set = (release: string) => Effect.promise(() => request("PUT", `/apps/my-app/release/${release}`))
      assert.deepStrictEqual((yield* set("v1")).body, { app: "my-app", restarts: false })
      assert.deepStrictEqual((yield* set("v2")).body, { app: "my-app", restarts: true })
    }))

  it.scopedLive("turns errors into responses, and logs them", () =>
    Effect.gen(function*() {
      const { logged, request, runtime, sandbox } = yield* served
      const missing = yield* Effect.promise(() => request("PUT", "/apps/missing/release/v1"))
      assert.deepStrictEqual(missing, { status: 404, body: { error: "Not Found" } })
      for (
        const [fault, status] of [[Fault.status(403), 502], [Fault.status(503), 503], [
          Fault.garbage(200),
          502
        ]] as const
      ) {
        const rule = sandbox.inject({ on: { method: "GET", path: "/apps" }, fault, times: 1 })
        yield* Effect.promise(() => runtime.runPromise(rule))
        assert.strictEqual((yield* Effect.promise(() => request("GET", "/apps"))).status, status)
      }
      assert.lengthOf(logged, 4)
      assert.include(logged[0], "Environment.list")
    }))

  it.scopedLive("interrupts the calls of a visitor who goes away", () =>
    Effect.gen(function*() {
      const { runtime, sandbox, server, url } = yield* served
      const slow = sandbox.inject({ on: { path: "/apps" }, fault: Fault.delay("1 hour") })
      const rule = yield* Effect.promise(() => runtime.runPromise(slow))
      const abort = new AbortController()
      const visit = fetch(`${url}/apps`, { signal: abort.signal }).catch(() => "gone")
      yield* Effect.promise(() => runtime.runPromise(rule.hits)).pipe(
        Effect.repeat({ until: (hits) => hits === 1, schedule: Schedule.spaced("5 millis") })
      )
      abort.abort()
      assert.strictEqual(yield* Effect.promise(() => visit), "gone")
      // The server has nothing left to wait for.
      yield* Effect.promise(() => new Promise((resolve) => server.close(resolve)))
    }))

  it.scopedLive("finds the error of a call in a rejection", () =>
    Effect.gen(function*() {
      const { runtime } = yield* served
      const rejection = yield* Effect.promise(() =>
        runtime.runPromise(Effect.flatMap(Apps, (apps) => apps.get("missing"))).then(
          () => undefined,
          (error: unknown) => error
        )
      )
      assert.isTrue(isNotFound(errorOf(rejection)))
      const defect = new TypeError("a mistake")
      assert.strictEqual(errorOf(defect), defect)
      const died = yield* Effect.promise(() => runtime.runPromise(Effect.die(defect)).catch((error: unknown) => error))
      assert.strictEqual(errorOf(died), defect)
    }))

  it.live("has no services left after the shutdown", () =>
    Effect.promise(async () => {
      const runtime = ManagedRuntime.make(layerClient(seed))
      await runtime.runPromise(Effect.flatMap(Apps, (apps) => apps.list))
      await runtime.dispose()
      const rejection = await runtime.runPromise(Apps).then(() => "still there", String)
      assert.include(rejection, "ManagedRuntime disposed")
    }))
})
