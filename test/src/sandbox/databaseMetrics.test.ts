import { MetricPoint } from "@effect-scalingo/core/ContainerStat"
import { DatabaseHealth, DatabaseMetrics } from "@effect-scalingo/core/DatabaseStats"
import { DatabaseInstanceStatus } from "@effect-scalingo/core/DatabaseStatus"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { databasesSeed, db, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { api, Sandbox, withSandbox } from "./sandboxClient.js"

describe("sandbox: database metrics and status", () => {
  it.effect("has the current metrics of a database and its instances", () =>
    Effect.gen(function*() {
      for (const plan of ["mongodb-sandbox", "postgresql-business-1024"]) {
        const it = yield* open(`app-${plan}`)
        const response = yield* db(it, "GET", `${it.path}/metrics`)
        assert.strictEqual(response.status, 200)
        const metrics = yield* decode(DatabaseMetrics, response.body)
        assert.lengthOf(Object.keys(metrics.instances_metrics ?? {}), plan === "mongodb-sandbox" ? 1 : 5)
        assert.isBelow(metrics.memory?.memory ?? 0, metrics.memory?.memory_limit ?? 0)
      }
      const it = yield* open("app-mongodb-sandbox")
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual(
        (yield* db(it, "GET", `${it.path}/metrics`, { bearer: yield* sandbox.bearer() })).status,
        400
      )
    }).pipe(withSandbox(databasesSeed("mongodb-sandbox", "postgresql-business-1024"))))

  it.effect("has time series that follow the clock", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("5 hours")
      const it = yield* open()
      const points = (path: string) =>
        Effect.flatMap(
          db(it, "GET", `${it.path}${path}`),
          (response) => decode(Schema.Array(MetricPoint), response.body)
        )
      const cpu = yield* points("/metrics/cpu")
      assert.lengthOf(cpu, 60)
      assert.strictEqual(String(cpu.at(-1)?.time), "DateTime.Utc(1970-01-01T05:00:00.000Z)")
      assert.strictEqual(String(cpu[0]?.time), "DateTime.Utc(1970-01-01T02:03:00.000Z)")
      assert.lengthOf(yield* points("/metrics/memory?since=24&last=true"), 1)
      const instances = yield* decode(
        Schema.Array(DatabaseInstanceStatus),
        (yield* db(it, "GET", `${it.path}/instances_status`)).body
      )
      assert.lengthOf(yield* points(`/instances/${instances[0]?.id}/metrics/disk`), 60)
      assert.strictEqual((yield* db(it, "GET", `${it.path}/metrics/luck`)).status, 404)
      assert.strictEqual((yield* db(it, "GET", `${it.path}/instances/unknown/metrics/cpu`)).status, 404)
      assert.strictEqual((yield* db(it, "GET", `${it.path}/metrics/cpu?since=never`)).status, 400)
    }).pipe(withSandbox()))

  it.effect("has the health of search engines only", () =>
    Effect.gen(function*() {
      const it = yield* open("app-opensearch")
      const health = yield* decode(DatabaseHealth, (yield* db(it, "GET", `${it.path}/health`)).body)
      assert.strictEqual(health.status, "green")
      yield* db(it, "POST", `${it.path}/upgrade`)
      const during = yield* decode(DatabaseHealth, (yield* db(it, "GET", `${it.path}/health`)).body)
      assert.strictEqual(during.status, "yellow")
      const other = yield* open("app-redis")
      assert.strictEqual((yield* db(other, "GET", `${other.path}/health`)).status, 400)
    }).pipe(withSandbox(databasesSeed("opensearch", "redis"))))

  it.effect("has the status of each instance", () =>
    Effect.gen(function*() {
      const it = yield* open("app-mysql-business-1024")
      const status = Effect.flatMap(
        db(it, "GET", `${it.path}/instances_status`),
        (response) => decode(Schema.Array(DatabaseInstanceStatus), response.body)
      )
      assert.deepStrictEqual((yield* status).map((instance) => [instance.type, instance.status, instance.role]), [
        ["gateway", "running", ""],
        ["gateway", "running", ""],
        ["db-node", "running", "leader"],
        ["db-node", "running", "follower"],
        ["db-node", "running", "follower"]
      ])
      const plan = { body: { addon: { plan_id: "mysql-starter-512" } } }
      yield* api("PATCH", `/apps/${it.app}/addons/${it.addonId}`, plan)
      assert.deepStrictEqual((yield* status).map((instance) => instance.status), ["migrating"])
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual((yield* status).map((instance) => instance.status), ["running"])
    }).pipe(withSandbox(databasesSeed("mysql-business-1024"))))
})
