import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { api, at, Sandbox, withSandbox } from "./sandboxClient.js"

describe("sandbox: scheduler", () => {
  it.effect("runs entries in order and at their instants, whenever the next request comes", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const body = { deployment: { source_url: "https://example.com/archive.tar.gz" } }
      yield* api("POST", "/apps/another-app/deployments", { body })
      yield* TestClock.adjust("80 seconds")
      yield* api("POST", "/apps/example-app/restart", { body: {} })
      assert.strictEqual(yield* sandbox.nextChange, 82_000)
      yield* TestClock.adjust("1 hour")
      const events = yield* api("GET", "/apps/another-app/events")
      assert.strictEqual(at(events, "events.0.type"), "deployment")
      assert.strictEqual(at(events, "events.0.created_at"), "1970-01-01T00:01:30.000Z")
      const app = yield* sandbox.app("example-app")
      assert.strictEqual(app.operations[0]?.status, "done")
      assert.isUndefined(yield* sandbox.nextChange)
    }).pipe(withSandbox()))

  it.effect("durations are options", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* api("POST", "/apps/example-app/restart", { body: {} })
      yield* TestClock.adjust("100 millis")
      assert.strictEqual((yield* sandbox.app("example-app")).status, "running")
    }).pipe(withSandbox(undefined, { operationDuration: "100 millis" })))

  it.effect("two sandboxes generate the same ids, and share no state", () =>
    Effect.gen(function*() {
      const view = Effect.gen(function*() {
        yield* api("POST", "/projects", { body: { project: { name: "second" } } })
        return (yield* api("GET", "/projects")).text + (yield* api("GET", "/apps/example-app/variables")).text
      })
      const [one, two] = [yield* view.pipe(withSandbox()), yield* view.pipe(withSandbox())]
      assert.strictEqual(one, two)
      const other = yield* view.pipe(withSandbox(undefined, { idSeed: 2 }))
      assert.notStrictEqual(one, other)
    }))
})

describe("sandbox: seeds", () => {
  it.effect("fill the state", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const app = yield* sandbox.app("shop-web")
      assert.deepInclude(app, {
        owner: "zoe",
        region: "osc-secnum-fr1",
        project: "shop",
        status: "running",
        containers: ["web-1", "web-2", "worker-1"],
        addons: ["redis-starter-512"],
        collaborators: ["max@example.com"]
      })
      assert.strictEqual((yield* sandbox.app("shop-new")).status, "new")
      assert.strictEqual(Redacted.value(sandbox.tokenOf("zoe")), "tk-us-zoe")
    }).pipe(withSandbox({
      accounts: [{ username: "max" }, { username: "zoe", tokens: ["tk-us-zoe"] }],
      apps: [
        {
          name: "shop-web",
          owner: "zoe",
          region: "osc-secnum-fr1",
          project: "shop",
          containers: { web: 2, worker: { amount: 1, size: "XL" } },
          addons: ["redis"],
          collaborators: ["max"]
        },
        { name: "shop-new", deployed: false }
      ]
    })))

  it.effect("with dangling names are refused", () =>
    Effect.gen(function*() {
      const seed = { apps: [{ name: "lonely", owner: "nobody", addons: ["cassandra"], region: "mars" }] }
      const exit = yield* Effect.exit(Effect.void.pipe(withSandbox(seed)))
      assert.include(String(exit), "lonely: no account nobody, lonely: no region mars, lonely: no addon cassandra")
    }))
})
