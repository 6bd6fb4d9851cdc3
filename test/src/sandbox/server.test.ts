import { SandboxServer } from "@effect-scalingo/node/SandboxServer"
import * as Server from "@effect-scalingo/node/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Redacted, TestClock } from "effect"
import { basic, Fault, Sandbox, type Seed } from "./sandboxClient.js"

const withServer = (seed?: Seed.Seed, options?: Server.Options) => Effect.provide(Server.layer(seed, options))

const get = (url: string, init?: RequestInit) => Effect.promise(() => fetch(url, init))
const text = (response: Response) => Effect.promise(() => response.text())
const json = (response: Response) => Effect.promise(() => response.json() as Promise<Record<string, unknown>>)

const signIn = Effect.gen(function*() {
  const server = yield* SandboxServer
  const sandbox = yield* Sandbox.Sandbox
  const response = yield* get(`${server.authUrl}/tokens/exchange`, {
    method: "POST",
    headers: basic("", Redacted.value(sandbox.token))
  })
  return { headers: { authorization: `Bearer ${String((yield* json(response)).token)}` } }
})

describe("sandbox: server", () => {
  it.effect("speaks HTTP on its own port", () =>
    Effect.gen(function*() {
      const server = yield* SandboxServer
      assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
      const signedIn = yield* signIn
      const { regions } = yield* json(yield* get(`${server.authUrl}/regions`, signedIn))
      assert.deepInclude((regions as ReadonlyArray<object>)[0], {
        name: "osc-fr1",
        api: `${server.url}/api/osc-fr1`,
        database_api: `${server.url}/db/osc-fr1`
      })

      const api = server.apiUrl("osc-fr1")
      const scaled = yield* get(`${api}/apps/example-app/scale`, {
        method: "POST",
        headers: { ...signedIn.headers, "content-type": "application/json", "x-request-id": "r-1" },
        body: JSON.stringify({ containers: [{ name: "web", amount: 2 }] })
      })
      assert.strictEqual(scaled.status, 202)
      assert.strictEqual(scaled.headers.get("x-request-id"), "r-1")
      const location = scaled.headers.get("location") ?? ""
      assert.isTrue(location.startsWith(`${api}/apps/example-app/operations/`))
      assert.strictEqual((yield* get(location, signedIn)).status, 200)
      assert.strictEqual((yield* get(`${api}/apps/example-app`)).status, 401)
    }).pipe(withServer()))

  it.effect("breaks connections", () =>
    Effect.gen(function*() {
      const server = yield* SandboxServer
      const sandbox = yield* Sandbox.Sandbox
      const signedIn = yield* signIn
      const url = `${server.apiUrl("osc-fr1")}/projects`
      const attempt = Effect.tryPromise(() => fetch(url, signedIn))

      yield* sandbox.inject({ fault: Fault.reset })
      assert.strictEqual((yield* Effect.exit(attempt))._tag, "Failure")

      yield* sandbox.inject({ fault: Fault.brokenBody(0.5) })
      const broken = yield* attempt
      assert.strictEqual(broken.status, 200)
      assert.strictEqual((yield* Effect.exit(Effect.tryPromise(() => broken.text())))._tag, "Failure")

      yield* sandbox.inject({ fault: Fault.garbage(502) })
      assert.match(yield* text(yield* attempt), /<html>/)
      yield* sandbox.inject({ fault: Fault.truncated() })
      assert.notStrictEqual(yield* text(yield* attempt), "")
      assert.strictEqual((yield* attempt).status, 200)
    }).pipe(withServer()))

  it.effect("allows cross-origin requests", () =>
    Effect.gen(function*() {
      const server = yield* SandboxServer
      const sandbox = yield* Sandbox.Sandbox
      const url = `${server.apiUrl("osc-fr1")}/apps/example-app`
      const origin = { origin: "http://localhost:5173" }
      const preflight = yield* get(url, {
        method: "OPTIONS",
        headers: {
          ...origin,
          "access-control-request-method": "PATCH",
          "access-control-request-headers": "authorization,content-type"
        }
      })
      assert.strictEqual(preflight.status, 204)
      assert.strictEqual(preflight.headers.get("access-control-allow-origin"), "*")
      assert.include(preflight.headers.get("access-control-allow-methods") ?? "", "PATCH")
      assert.strictEqual(preflight.headers.get("access-control-allow-headers"), "authorization,content-type")
      assert.strictEqual(yield* sandbox.countRequests(), 0)

      yield* sandbox.inject({ fault: Fault.status(503) })
      for (const status of [503, 401]) {
        const response = yield* get(url, { headers: origin })
        assert.strictEqual(response.status, status)
        assert.strictEqual(response.headers.get("access-control-allow-origin"), "*")
        assert.include(response.headers.get("access-control-expose-headers") ?? "", "location")
      }
    }).pipe(withServer()))

  it.effect("enforces the rate limit", () =>
    Effect.gen(function*() {
      const server = yield* SandboxServer
      const signedIn = yield* signIn
      const url = `${server.apiUrl("osc-fr1")}/projects`
      assert.strictEqual((yield* get(url, signedIn)).status, 200)
      const refused = yield* get(url, signedIn)
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(yield* text(refused), "Retry later")
    }).pipe(withServer(undefined, { requestLimit: 2 })))
})

/** Restarts an app, and returns how to ask for the status of the operation. */
const restart = Effect.gen(function*() {
  const { apiUrl } = yield* SandboxServer
  const sandbox = yield* Sandbox.Sandbox
  const headers = { authorization: `Bearer ${Redacted.value(yield* sandbox.bearer())}` }
  const response = yield* get(`${apiUrl("osc-fr1")}/apps/example-app/restart`, { method: "POST", headers })
  const location = response.headers.get("location") ?? ""
  const look = Effect.map(
    Effect.flatMap(get(location, { headers }), json),
    ({ operation }) => (operation as { readonly status: string } | undefined)?.status
  )
  return { look }
})

describe("sandbox: the clock of the server", () => {
  it.effect("is the one that the server is started with", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const { look: status } = yield* restart
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual(yield* status, "running")
      assert.strictEqual((yield* sandbox.app("example-app")).status, "restarting")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* status, "done")
      assert.strictEqual((yield* sandbox.app("example-app")).status, "running")
    }).pipe(withServer()))

  it.effect("moves the rate limit, bearers and delays", () =>
    Effect.gen(function*() {
      const { apiUrl } = yield* SandboxServer
      const sandbox = yield* Sandbox.Sandbox
      const headers = { authorization: `Bearer ${Redacted.value(yield* sandbox.bearer())}` }
      const status = Effect.map(get(`${apiUrl("osc-fr1")}/projects`, { headers }), (response) => response.status)
      assert.deepStrictEqual([yield* status, yield* status], [200, 429])
      yield* TestClock.adjust("1 minute")
      const rule = yield* sandbox.inject({ fault: Fault.delay("45 seconds") })
      const slow = yield* Effect.fork(status)
      yield* Effect.repeat(Effect.zipRight(TestClock.adjust(0), rule.hits), { until: (hits) => hits === 1 })
      assert.strictEqual((yield* Fiber.poll(slow))._tag, "None")
      yield* TestClock.adjust("45 seconds")
      assert.strictEqual(yield* Fiber.join(slow), 200)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* status, 401)
    }).pipe(withServer(undefined, { requestLimit: 1 })))

  it.live("can be another than that of the program", () =>
    Effect.gen(function*() {
      let now = 0
      const clock: Clock.Clock = {
        ...Clock.make(),
        unsafeCurrentTimeMillis: () => now,
        unsafeCurrentTimeNanos: () => BigInt(now) * 1_000_000n,
        currentTimeMillis: Effect.sync(() => now),
        currentTimeNanos: Effect.sync(() => BigInt(now) * 1_000_000n)
      }
      yield* Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const { look: status } = yield* restart
        assert.strictEqual(yield* status, "pending")
        // What a test reads follows the same clock.
        assert.strictEqual((yield* sandbox.app("example-app")).status, "restarting")
        assert.strictEqual(yield* sandbox.nextChange, 2000)
        now = 20_000
        assert.strictEqual((yield* sandbox.app("example-app")).status, "running")
        assert.strictEqual(yield* status, "done")
      }).pipe(withServer(undefined, { clock }))
    }))
})
