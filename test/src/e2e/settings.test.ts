import {
  Apps,
  Deployments,
  Events,
  Projects,
  withDryRun,
  withHeaders,
  withRegion,
  withResponse,
  withTimeout
} from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option, Redacted, TestClock } from "effect"
import { failure, Fault, over, Sandbox, sent, withScalingo, withScalingoUnlimited } from "./kit.js"

describe("end to end: what an effect says of its calls", () => {
  it.effect("user agent, additional headers and headers of a call", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* apps.list
      yield* apps.list.pipe(
        withHeaders({ "X-Team": "green", "X-Job": "7" }),
        withHeaders({ "x-team": "outer", "x-outer": "yes" })
      )
      const [exchange, first, second] = (yield* sandbox.requests).map(({ headers }) => headers)
      assert.deepInclude(exchange, { "user-agent": "fleet/2.0", "x-team": "blue" })
      assert.deepInclude(first, { "user-agent": "fleet/2.0", "x-team": "blue", accept: "application/json" })
      assert.notProperty(first, "x-job")
      // The inner one wins over the outer one, and both over the configured one.
      assert.deepInclude(second, { "x-team": "green", "x-job": "7", "x-outer": "yes", "user-agent": "fleet/2.0" })
    }).pipe(withScalingo(undefined, { client: { userAgent: "fleet/2.0", headers: { "X-Team": "blue" } } })))

  it.effect("the library names itself and its version when nothing is said", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* Effect.flatMap(Apps, (apps) => apps.list)
      for (const { headers } of yield* sandbox.requests) {
        assert.match(headers["user-agent"] ?? "", /^effect-scalingo\/\d+\.\d+\.\d+/)
      }
    }).pipe(withScalingo()))

  it.effect("a header that is none, or the library's own, is refused before anything is sent", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const split = yield* failure(apps.list.pipe(withHeaders({ "X-Team": "a\r\nInjected: yes" })))
      assert.deepInclude(split, { _tag: "InvalidRequest", field: "headers.X-Team" })
      const own = yield* failure(apps.list.pipe(withHeaders({ Authorization: "Bearer another" })))
      assert.deepInclude(own, { _tag: "InvalidRequest", field: "headers.Authorization" })
      assert.strictEqual(yield* sandbox.countRequests(), 0)
    }).pipe(withScalingo()))

  it.effect("a dry run responds and fails as the creation does, and creates nothing", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const dry = yield* apps.create({ name: "new-app" }).pipe(withDryRun)
      assert.strictEqual(dry.name, "new-app")
      assert.strictEqual((yield* sandbox.apps).length, 2)
      assert.strictEqual((yield* failure(apps.get("new-app")))._tag, "NotFound")
      assert.strictEqual((yield* failure(apps.create({ name: "example-app" }).pipe(withDryRun)))._tag, "Unprocessable")
      yield* apps.create({ name: "new-app" })
      assert.strictEqual((yield* sandbox.apps).length, 3)
    }).pipe(withScalingo()))

  it.effect("status, headers, request id and attempts beside the value", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* sandbox.inject({ on: { path: "/apps/:app" }, fault: Fault.status(503), times: 2 })
      const result = yield* apps.get("example-app").pipe(
        withHeaders({ "x-request-id": "my-request-7" }),
        withResponse,
        over("1 minute")
      )
      assert.strictEqual(result.value.name, "example-app")
      const response = Option.getOrThrow(result.response)
      assert.deepInclude(response, {
        endpoint: "Apps.get",
        status: 200,
        requestId: "my-request-7",
        attempts: 3,
        region: "osc-fr1"
      })
      assert.match(response.headers["content-type"] ?? "", /^application\/json/)
      assert.isTrue(Duration.greaterThan(response.elapsed, Duration.zero))
      assert.isTrue(Option.isNone(response.pagination))
      assert.isTrue(Option.isNone(response.operation))
      assert.include(Redacted.value(response.body), `"git_url"`)
      assert.notInclude(JSON.stringify(response), "git_url")
      assert.deepStrictEqual(
        (yield* sandbox.requests).filter(({ api }) => api === "regional").map(({ requestId }) => requestId),
        ["my-request-7", "my-request-7", "my-request-7"]
      )
    }).pipe(withScalingo()))

  it.effect("the page and the operation beside the value, and every response of many", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const events = yield* Events
      const page = yield* withResponse(events.listForUserPage({ page: 2, perPage: 10 }))
      assert.deepStrictEqual(Option.getOrThrow(Option.getOrThrow(page.response).pagination), page.value.pagination)
      assert.deepInclude(page.value.pagination, { current_page: 2, prev_page: 1, next_page: 3 })

      const restarted = yield* withResponse(apps.restart("example-app"))
      const response = Option.getOrThrow(restarted.response)
      assert.strictEqual(response.status, 202)
      assert.deepStrictEqual({ ...Option.getOrThrow(response.operation), type: "restart" }, restarted.value)
      assert.isTrue(Option.isNone(response.pagination))

      const { responses } = yield* withResponse(Effect.all([
        Effect.flatMap(Deployments, (deployments) => deployments.listPage("example-app")),
        Effect.flatMap(Projects, (projects) => projects.list),
        withRegion(apps.list, "osc-secnum-fr1")
      ]))
      assert.deepStrictEqual(responses.map(({ endpoint, region, status }) => [endpoint, region, status]), [
        ["Deployments.list", "osc-fr1", 200],
        ["Projects.list", "osc-fr1", 200],
        ["Apps.list", "osc-secnum-fr1", 200]
      ])
    }).pipe(withScalingo({ events: 50 })))

  it.effect("a timeout of its own", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* sandbox.inject({ on: { path: "/apps" }, fault: Fault.delay("20 seconds"), times: Infinity })
      yield* apps.list.pipe(over("20 seconds"))
      const fiber = yield* Effect.fork(failure(apps.list.pipe(withTimeout("5 seconds"))))
      yield* TestClock.adjust("2 minutes")
      const error = yield* Fiber.join(fiber)
      assert.deepInclude(error, { _tag: "TransportError", reason: "timeout", attempts: 4, sent: true })
    }).pipe(withScalingoUnlimited()))

  it.effect("ids stand in the path as one segment; what is none never leaves", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      for (const name of ["", ".", ".."]) {
        assert.deepInclude(yield* failure(apps.get(name)), { _tag: "InvalidRequest", field: "app" })
      }
      for (const name of ["No Hyphens", "x", "-app-app"]) {
        const error = yield* failure(apps.create({ name }))
        assert.strictEqual(error._tag, "InvalidRequest")
      }
      assert.strictEqual(yield* sandbox.countRequests(), 0)
      assert.strictEqual((yield* failure(apps.get("../../users/self")))._tag, "NotFound")
      assert.deepStrictEqual(yield* sent, ["POST /tokens/exchange", "GET /apps/..%2F..%2Fusers%2Fself"])
    }).pipe(withScalingo()))
})
