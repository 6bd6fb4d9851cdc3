import {
  Database,
  DatabaseFeatureResult,
  DatabaseMessage,
  DatabaseOperation,
  DatabasePlan,
  DatabaseUpgradeResult,
  PitrRecoveryWindow,
  PitrRestoreResult
} from "@effect-scalingo/core/Database"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { X509Certificate } from "node:crypto"
import { databasesSeed, db, eventTypes, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

describe("sandbox: databases", () => {
  it.effect("has a database for each addon of a database provider", () =>
    Effect.gen(function*() {
      for (const provider of ["postgresql", "mysql", "mongodb", "redis", "opensearch", "influxdb"]) {
        const it = yield* open(`app-${provider}`)
        const response = yield* db(it, "GET", it.path)
        assert.strictEqual(response.status, 200)
        const database = yield* decode(Database, at(response, "database"))
        assert.strictEqual(database.type_name, provider)
        assert.strictEqual(database.plan, `${provider}-starter-512`)
        assert.strictEqual(database.status, "running")
        assert.strictEqual(database.cluster, false)
        assert.strictEqual(database.instances?.length, 1)
        const variables = listOf(yield* api("GET", `/apps/app-${provider}/variables`), "variables")
        assert.include(String(variables[0]?.["value"]), `@${database.hostname}/`)
      }
      const queue = yield* open("app-rabbitmq")
      assert.strictEqual((yield* db(queue, "GET", queue.path)).status, 404)
    }).pipe(withSandbox(
      databasesSeed("postgresql", "mysql", "mongodb", "redis", "opensearch", "influxdb", "rabbitmq")
    )))

  it.effect("accepts only the token of the database, for an hour", () =>
    Effect.gen(function*() {
      const first = yield* open("app-postgresql-starter-512")
      const second = yield* open("app-redis-starter-512")
      assert.strictEqual((yield* db(second, "GET", first.path)).status, 400)
      assert.strictEqual((yield* db(first, "GET", "/databases/ad-nowhere")).status, 404)
      assert.strictEqual((yield* db(first, "GET", first.path, { region: "osc-secnum-fr1" })).status, 404)
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual((yield* db(first, "GET", first.path, { bearer: yield* sandbox.bearer() })).status, 400)
      assert.strictEqual((yield* sendTo("GET", `${sandbox.urls.database("osc-fr1")}${first.path}`)).status, 400)
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual((yield* db(first, "GET", first.path)).status, 200)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* db(first, "GET", first.path)).status, 400)
      const again = yield* open("app-postgresql-starter-512")
      yield* api("DELETE", `/apps/${again.app}/addons/${again.addonId}`)
      assert.strictEqual((yield* db(again, "GET", again.path)).status, 404)
    }).pipe(withSandbox(databasesSeed("postgresql-starter-512", "redis-starter-512"))))

  it.effect("is created, changed with its plan, and stopped", () =>
    Effect.gen(function*() {
      const provisioned = yield* api("POST", "/apps/another-app/addons", {
        body: { addon: { addon_provider_id: "redis", plan_id: "redis-starter-512" } }
      })
      assert.strictEqual(provisioned.status, 201)
      const it = yield* open("another-app")
      const status = Effect.map(db(it, "GET", it.path), (response) => at(response, "database.status"))
      assert.strictEqual(yield* status, "creating")
      assert.strictEqual((yield* db(it, "POST", `${it.path}/upgrade`)).status, 422)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(yield* status, "running")

      const plan = { body: { addon: { plan_id: "redis-business-1024" } } }
      yield* api("PATCH", `/apps/another-app/addons/${it.addonId}`, plan)
      assert.strictEqual(yield* status, "updating")
      yield* TestClock.adjust("20 seconds")
      const response = yield* db(it, "GET", it.path)
      const database = yield* decode(Database, at(response, "database"))
      assert.strictEqual(database.plan, "redis-business-1024")
      assert.strictEqual(database.cluster, true)
      assert.deepStrictEqual(
        database.instances?.map((instance) => instance.type),
        ["gateway", "gateway", "db-node", "db-node", "db-node"]
      )

      yield* (yield* Sandbox.Sandbox).suspendAddons("another-app")
      assert.strictEqual(yield* status, "stopped")
      assert.strictEqual((yield* db(it, "POST", `${it.path}/ping`)).status, 422)
    }).pipe(withSandbox()))

  it.effect("changes the schedule of backups and the window of maintenance", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const response = yield* db(it, "PATCH", it.path, {
        body: {
          database: {
            periodic_backups_enabled: true,
            periodic_backups_scheduled_at: 3,
            maintenance_window: { weekday_utc: 0, starting_hour_utc: 22 }
          }
        }
      })
      assert.strictEqual(response.status, 200)
      const database = yield* decode(Database, at(response, "database"))
      assert.deepStrictEqual(database.periodic_backups_scheduled_at, [3])
      assert.deepStrictEqual(database.maintenance_window, {
        weekday_utc: 0,
        starting_hour_utc: 22,
        duration_in_hour: 8
      })
      const list = { database: { periodic_backups_scheduled_at: [3, 15] } }
      const put = yield* db(it, "PUT", it.path, { body: list })
      assert.deepStrictEqual(at(put, "database.periodic_backups_scheduled_at"), [3, 15])

      const wrong = yield* db(it, "PATCH", it.path, {
        body: { database: { periodic_backups_scheduled_at: 24, maintenance_window: { weekday_utc: 7 } } }
      })
      assert.strictEqual(wrong.status, 422)
      assert.deepStrictEqual(wrong.body, {
        errors: {
          periodic_backups_scheduled_at: ["must be between 0 and 23"],
          "maintenance_window.weekday_utc": ["must be between 0 and 6"]
        }
      })
      assert.strictEqual((yield* db(it, "PATCH", it.path, { body: {} })).status, 400)
    }).pipe(withSandbox()))

  it.effect("upgrades to the next version, one operation at a time", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const before = yield* decode(Database, at(yield* db(it, "GET", it.path), "database"))
      const accepted = yield* db(it, "POST", `${it.path}/upgrade`)
      assert.strictEqual(accepted.status, 202)
      const upgrade = yield* decode(DatabaseUpgradeResult, accepted.body)
      assert.strictEqual(upgrade.id, before.next_version_id)
      assert.strictEqual(
        accepted.headers["location"],
        `https://db-api.osc-fr1.scalingo.com/api/operations/${upgrade.operation_id}`
      )

      const operation = Effect.flatMap(
        db(it, "GET", `${it.path}/operations/${upgrade.operation_id}`),
        (response) => decode(DatabaseOperation, at(response, "operation"))
      )
      const during = yield* decode(Database, at(yield* db(it, "GET", it.path), "database"))
      assert.strictEqual(during.status, "upgrading")
      assert.strictEqual(during.current_operation_id, upgrade.operation_id)
      assert.deepStrictEqual(during.instances?.map((instance) => instance.status), ["upgrading"])
      assert.strictEqual((yield* db(it, "POST", `${it.path}/upgrade`)).status, 422)
      assert.strictEqual((yield* operation).status, "pending")
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* operation).status, "running")
      yield* TestClock.adjust("18 seconds")
      const finished = yield* operation
      assert.strictEqual(finished.status, "finished")
      assert.isNotNull(finished.finished_at)
      const short = yield* db(it, "GET", `/operations/${upgrade.operation_id}`)
      assert.strictEqual(at(short, "operation.status"), "finished")

      const after = yield* decode(Database, at(yield* db(it, "GET", it.path), "database"))
      assert.strictEqual(after.status, "running")
      assert.strictEqual(after.version_id, upgrade.id)
      assert.strictEqual(after.next_version_id, null)
      assert.strictEqual(after.current_operation_id, null)
      assert.deepStrictEqual((yield* db(it, "POST", `${it.path}/upgrade`)).body, {
        errors: { version: ["is already the latest"] }
      })
      const event = listOf(yield* api("GET", "/apps/example-app/events"), "events")[0]
      assert.strictEqual(event?.["type"], "upgrade_database")
      assert.deepStrictEqual(event?.["type_data"], {
        addon_name: "PostgreSQL",
        old_version: before.readable_version,
        new_version: after.readable_version
      })
    }).pipe(withSandbox()))

  it.effect("keeps the version when the upgrade fails", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const it = yield* open()
      const version = at(yield* db(it, "GET", it.path), "database.version_id")
      yield* sandbox.failNextOperation("example-app", "the disk is full")
      const { operation_id } = yield* decode(
        DatabaseUpgradeResult,
        (yield* db(it, "POST", `${it.path}/upgrade`)).body
      )
      yield* TestClock.adjust("20 seconds")
      const response = yield* db(it, "GET", `${it.path}/operations/${operation_id}`)
      assert.strictEqual(at(response, "operation.status"), "error")
      assert.strictEqual(at(response, "operation.error"), "the disk is full")
      assert.strictEqual(at(yield* db(it, "GET", it.path), "database.version_id"), version)
      assert.notInclude(yield* eventTypes("example-app"), "upgrade_database")
      assert.strictEqual((yield* db(it, "GET", `${it.path}/operations/unknown`)).status, 404)
    }).pipe(withSandbox()))

  it.effect("restores PostgreSQL to a point in time", () =>
    Effect.gen(function*() {
      const it = yield* open("app-postgresql-starter-512")
      const act = (action_name: string) => db(it, "POST", `${it.path}/action`, { body: { action_name } })
      yield* TestClock.adjust("1 minute")
      yield* act("pg-stat-statements-enable")
      assert.lengthOf(listOf(yield* act("list-extensions"), "result"), 2)

      yield* TestClock.adjust("4 days")
      const fresh = yield* open("app-postgresql-starter-512")
      const response = yield* db(fresh, "GET", `${it.path}/pitr/recovery_window`)
      yield* decode(PitrRecoveryWindow, at(response, "recovery_window"))
      assert.deepStrictEqual(at(response, "recovery_window"), {
        earliest_recoverable_at: "1970-01-02T00:01:00.000Z",
        latest_recoverable_at: "1970-01-05T00:01:00.000Z"
      })
      const restore = (restore_time: unknown) =>
        db(fresh, "POST", `${it.path}/pitr/restore`, { body: { restore_time } })
      assert.deepStrictEqual((yield* restore("1970-01-01T00:00:30Z")).body, {
        errors: { restore_time: ["is not in the recovery window"] }
      })
      assert.deepStrictEqual((yield* restore("yesterday")).body, {
        errors: { restore_time: ["is not a valid date"] }
      })
      const begun = yield* restore("1970-01-02T00:01:00Z")
      assert.strictEqual(begun.status, 201)
      const { operation_id } = yield* decode(PitrRestoreResult, begun.body)
      assert.strictEqual(at(yield* db(fresh, "GET", it.path), "database.status"), "updating")
      yield* TestClock.adjust("20 seconds")
      const operation = yield* db(fresh, "GET", `${it.path}/operations/${operation_id}`)
      assert.strictEqual(at(operation, "operation.status"), "finished")

      const redis = yield* open("app-redis-starter-512")
      const body = { restore_time: "1970-01-02T00:01:00Z" }
      assert.strictEqual((yield* db(redis, "POST", `${redis.path}/pitr/restore`, { body })).status, 400)
      assert.strictEqual((yield* db(redis, "GET", `${redis.path}/pitr/recovery_window`)).status, 400)
    }).pipe(withSandbox(databasesSeed("postgresql-starter-512", "redis-starter-512"))))

  it.effect("restores the content of that time", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const act = (action_name: string) => db(it, "POST", `${it.path}/action`, { body: { action_name } })
      yield* TestClock.adjust("10 minutes")
      yield* act("pg-stat-statements-enable")
      yield* TestClock.adjust("10 minutes")
      yield* db(it, "POST", `${it.path}/pitr/restore`, { body: { restore_time: "1970-01-01T00:05:00Z" } })
      yield* TestClock.adjust("20 seconds")
      assert.lengthOf(listOf(yield* act("list-extensions"), "result"), 1)
    }).pipe(withSandbox()))

  it.effect("enables features after a while, and disables them at once", () =>
    Effect.gen(function*() {
      const it = yield* open("app-redis-starter-512")
      const path = `${it.path}/features`
      const enable = (name: string) => db(it, "POST", path, { body: { feature: { name } } })
      const features = Effect.map(db(it, "GET", it.path), (response) => at(response, "database.features"))
      assert.deepStrictEqual(yield* features, [{ name: "redis-rdb", status: "ACTIVATED" }])
      assert.deepStrictEqual((yield* enable("publicly-available")).body, {
        errors: { name: ["publicly-available requires force-ssl"] }
      })
      assert.strictEqual((yield* enable("teleportation")).status, 422)

      const asked = yield* enable("force-ssl")
      assert.strictEqual(asked.status, 200)
      assert.deepStrictEqual(yield* decode(DatabaseFeatureResult, asked.body), {
        name: "force-ssl",
        status: "PENDING_TO_ACTIVATE",
        message: "force-ssl feature is being enabled"
      })
      yield* TestClock.adjust("20 seconds")
      assert.deepInclude(yield* features, { name: "force-ssl", status: "ACTIVATED" })
      assert.strictEqual((yield* enable("publicly-available")).status, 200)

      assert.strictEqual((yield* db(it, "DELETE", path)).status, 400)
      assert.strictEqual((yield* db(it, "DELETE", `${path}?feature=redis-aof`)).status, 404)
      assert.strictEqual((yield* db(it, "DELETE", `${path}?feature=force-ssl`)).status, 422)
      const disabled = yield* db(it, "DELETE", `${path}?feature=publicly-available`)
      assert.strictEqual(disabled.status, 200)
      assert.deepStrictEqual(yield* decode(DatabaseMessage, disabled.body), {
        message: "publicly-available feature has been disabled"
      })
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(yield* features, [
        { name: "redis-rdb", status: "ACTIVATED" },
        { name: "force-ssl", status: "ACTIVATED" }
      ])

      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.failNextOperation(it.app, "no")
      yield* enable("redis-aof")
      yield* TestClock.adjust("20 seconds")
      assert.deepInclude(yield* features, { name: "redis-aof", status: "FAILED" })

      const events = yield* sandbox.events(it.app)
      assert.deepStrictEqual(
        events.filter((event) => event.type.startsWith("database/")).map((event) => event.type),
        ["database/add_feature", "database/add_feature", "database/remove_feature", "database/add_feature"]
      )
      assert.deepStrictEqual(events.at(-1)?.type_data, {
        feature: "redis-aof",
        addon_provider_name: "Redis",
        addon_provider_id: "redis",
        addon_uuid: it.addonId,
        remote_ip: "127.0.0.1"
      })
    }).pipe(withSandbox(databasesSeed("redis-starter-512"))))

  it.effect("has plans, pings and lags", () =>
    Effect.gen(function*() {
      const it = yield* open("app-postgresql-business-1024")
      const plan = yield* decode(DatabasePlan, at(yield* db(it, "GET", `${it.path}/plan`), "plan"))
      assert.strictEqual(plan.name, "postgresql-business-1024")
      assert.strictEqual(plan.memory, 1024)
      assert.strictEqual(plan.pitr_backup_days, 7)
      const other = yield* db(it, "GET", "/plans/redis-sandbox?type=redis")
      assert.strictEqual((yield* decode(DatabasePlan, at(other, "plan"))).backup, false)
      assert.strictEqual((yield* db(it, "GET", "/plans/redis-sandbox")).status, 400)
      assert.strictEqual((yield* db(it, "GET", "/plans/redis-sandbox?type=mysql")).status, 404)
      assert.strictEqual((yield* db(it, "POST", `${it.path}/ping`)).status, 200)
      assert.lengthOf(listOf(yield* db(it, "GET", `${it.path}/lag`), "lag"), 2)
    }).pipe(withSandbox(databasesSeed("postgresql-business-1024"))))

  it.effect("serves the certificate without authentication", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const response = yield* sendTo("GET", `${sandbox.urls.database("osc-fr1")}/ca_certificate`)
      assert.strictEqual(response.status, 200)
      assert.isTrue(new X509Certificate(response.text).ca)
    }).pipe(withSandbox()))
})
