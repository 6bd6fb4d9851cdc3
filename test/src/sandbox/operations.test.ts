import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const path = (location: string | undefined) => (location ?? "").replace("https://api.osc-fr1.scalingo.com/v1", "")

describe("sandbox: operations", () => {
  it.effect("a restart passes through its states with the clock", () =>
    Effect.gen(function*() {
      const before = at(yield* api("GET", "/apps/example-app/ps"), "containers.0.id")
      const started = yield* api("POST", "/apps/example-app/restart", { body: { scope: ["web"] } })
      assert.strictEqual(started.status, 202)
      assert.strictEqual(started.text, "")
      const operation = path(started.headers.location)
      assert.match(operation, /^\/apps\/example-app\/operations\/[0-9a-f]{24}$/)

      const states: Array<unknown> = []
      for (const wait of ["0 seconds", "2 seconds", "17999 millis", "1 millis"] as const) {
        yield* TestClock.adjust(wait)
        const app = at(yield* api("GET", "/apps/example-app"), "app.status")
        states.push([at(yield* api("GET", operation), "operation.status"), app])
      }
      assert.deepStrictEqual(states, [
        ["pending", "restarting"],
        ["running", "restarting"],
        ["running", "restarting"],
        ["done", "running"]
      ])
      const done = yield* api("GET", operation)
      assert.strictEqual(at(done, "operation.finished_at"), "1970-01-01T00:00:20.000Z")
      assert.notStrictEqual(at(yield* api("GET", "/apps/example-app/ps"), "containers.0.id"), before)
    }).pipe(withSandbox()))

  it.effect("run one at a time for an app", () =>
    Effect.gen(function*() {
      yield* api("POST", "/apps/example-app/restart", { body: {} })
      const scale = { containers: [{ name: "web", amount: 3 }] }
      assert.strictEqual((yield* api("POST", "/apps/example-app/restart", { body: {} })).status, 422)
      assert.strictEqual((yield* api("POST", "/apps/example-app/scale", { body: scale })).status, 422)
      assert.strictEqual((yield* api("DELETE", "/apps/example-app?current_name=example-app")).status, 422)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* api("POST", "/apps/example-app/scale", { body: scale })).status, 202)
    }).pipe(withSandbox()))

  it.effect("scales: the response has the new formation, the containers follow", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const body = { containers: [{ name: "web", amount: 3, size: "L" }, { name: "worker", amount: 1 }] }
      const scaled = yield* api("POST", "/apps/example-app/scale", { body })
      assert.deepStrictEqual(
        listOf(scaled, "containers").map((it) => [it.name, it.amount, it.size]),
        [["web", 3, "L"], ["worker", 1, "M"]]
      )
      assert.deepStrictEqual((yield* sandbox.app("example-app")).containers, ["web-1"])
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual((yield* sandbox.app("example-app")).containers, ["web-1", "web-2", "web-3", "worker-1"])
      const event = yield* api("GET", "/apps/example-app/events")
      assert.deepStrictEqual(at(event, "events.0.type_data"), {
        previous_containers: { web: 1, worker: 0 },
        containers: { web: 3, worker: 1 }
      })

      const same = yield* api("POST", "/apps/example-app/scale", { body })
      assert.strictEqual(same.status, 422)
      assert.deepStrictEqual(same.body, { error: "no change in containers formation" })

      const stop = { containers: [{ name: "web", amount: 0 }, { name: "worker", amount: 0 }] }
      yield* api("POST", "/apps/example-app/scale", { body: stop })
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* sandbox.app("example-app")).status, "stopped")
    }).pipe(withSandbox()))

  it.effect("responds 200 without an operation for an app that was never deployed", () =>
    Effect.gen(function*() {
      const body = { containers: [{ name: "web", amount: 2 }] }
      const scaled = yield* api("POST", "/apps/another-app/scale", { body })
      assert.strictEqual(scaled.status, 200)
      assert.isUndefined(scaled.headers.location)
    }).pipe(withSandbox()))

  it.effect("fails on request, and restores the formation", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.failNextOperation("example-app", "not enough memory")
      const body = { containers: [{ name: "web", amount: 5 }] }
      const started = yield* api("POST", "/apps/example-app/scale", { body })
      yield* TestClock.adjust("20 seconds")
      const operation = yield* api("GET", path(started.headers.location))
      assert.strictEqual(at(operation, "operation.status"), "error")
      assert.strictEqual(at(operation, "operation.error"), "not enough memory")
      assert.strictEqual((yield* sandbox.app("example-app")).formation.web?.amount, 1)
      // Only the next operation fails.
      assert.strictEqual((yield* api("POST", "/apps/example-app/scale", { body })).status, 202)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* sandbox.app("example-app")).formation.web?.amount, 5)
    }).pipe(withSandbox()))

  it.effect("checks the formation", () =>
    Effect.gen(function*() {
      const scale = (container: unknown) =>
        Effect.map(
          api("POST", "/apps/example-app/scale", { body: { containers: [container] } }),
          (response) => [response.status, Object.keys(at(response, "errors") as object)]
        )
      assert.deepStrictEqual(yield* scale({ name: "web", amount: 11 }), [422, ["container-web-amount"]])
      assert.deepStrictEqual(yield* scale({ name: "web", amount: -1 }), [422, ["containers.0.amount"]])
      assert.deepStrictEqual(yield* scale({ name: "web" }), [422, ["containers.0.amount"]])
      assert.deepStrictEqual(yield* scale({ name: "web", amount: 1, size: "XXS" }), [422, ["size"]])
      assert.deepStrictEqual(yield* scale({ name: "cron", amount: 1 }), [422, ["containers"]])
    }).pipe(withSandbox()))

  it.effect("starts one-offs: attached ones get a URL, detached ones end by themselves", () =>
    Effect.gen(function*() {
      const attached = yield* api("POST", "/apps/example-app/run", { body: { command: "bash", size: "L" } })
      assert.strictEqual(attached.status, 200)
      assert.strictEqual(at(attached, "container.state"), "booting")
      assert.strictEqual(at(attached, "container.container_size.name"), "L")
      yield* api("POST", "/apps/example-app/run", { body: { command: "sleep 20", detached: true } })
      yield* TestClock.adjust("5 seconds")
      const operation = yield* api("GET", path(String(at(attached, "operation_url"))))
      assert.strictEqual(at(operation, "operation.status"), "done")
      assert.strictEqual(at(operation, "operation.type"), "start-one-off")
      assert.match(
        String(at(operation, "operation.start_one_off_data.attach_url")),
        /^https:\/\/one-off\.osc-fr1\.scalingo\.com:5000\//
      )
      const count = Effect.map(api("GET", "/apps/example-app/ps"), (response) => listOf(response, "containers").length)
      assert.strictEqual(yield* count, 3)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(yield* count, 2)

      const id = String(at(attached, "container.id"))
      assert.strictEqual((yield* api("POST", `/apps/example-app/containers/${id}/stop`)).status, 202)
      assert.strictEqual(at(yield* api("GET", "/apps/example-app/ps"), "containers.1.state"), "stopping")
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* count, 1)
      assert.strictEqual((yield* api("POST", `/apps/example-app/containers/web-1/stop`)).status, 422)
    }).pipe(withSandbox()))

  it.effect("allows at most 10 one-offs in an app", () =>
    Effect.gen(function*() {
      const run = api("POST", "/apps/example-app/run", { body: { command: "bash" } })
      const responses = yield* Effect.all(Array.from({ length: 11 }, () => run))
      assert.deepStrictEqual(
        responses.filter((response) => response.status !== 200).map((response) => response.status),
        [422]
      )
    }).pipe(withSandbox()))
})
