import { Maintenance } from "@effect-scalingo/core/DatabaseMaintenance"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { databasesSeed, db, eventTypes, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

// The clock starts on a Thursday at midnight. The window opens on Wednesday at 21:00.
const untilWindow = "165 hours"

describe("sandbox: database maintenance", () => {
  it.effect("starts when the window opens, and takes a while", () =>
    Effect.gen(function*() {
      const first = yield* open()
      const response = yield* db(first, "GET", `${first.path}/maintenance`)
      const listed = yield* decode(Schema.Array(Maintenance), at(response, "maintenance"))
      assert.deepStrictEqual(listed.map((known) => known.status), ["scheduled", "done"])
      assert.deepStrictEqual(at(response, "meta.pagination"), {
        current_page: 1,
        prev_page: null,
        next_page: null,
        total_pages: 1,
        total_count: 2
      })
      const second = yield* db(first, "GET", `${first.path}/maintenance?page=2&per_page=1`)
      assert.lengthOf(listOf(second, "maintenance"), 1)

      yield* TestClock.adjust(untilWindow)
      const it = yield* open()
      const path = `${it.path}/maintenance/${listed[0]?.id}`
      const maintenance = Effect.flatMap(
        db(it, "GET", path),
        (response) => decode(Maintenance, at(response, "maintenance"))
      )
      const running = yield* maintenance
      assert.strictEqual(running.status, "running")
      assert.strictEqual(String(running.started_at), "DateTime.Utc(1970-01-07T21:00:00.000Z)")
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* maintenance).status, "done")
      assert.strictEqual((yield* db(it, "GET", `${it.path}/maintenance/unknown`)).status, 404)
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events").slice(0, 3)
      assert.deepStrictEqual(events.map((event) => event["type"]), [
        "complete_database_maintenance",
        "start_database_maintenance",
        "plan_database_maintenance"
      ])
      assert.deepStrictEqual(events[0]?.["type_data"], {
        maintenance_id: running.id,
        addon_name: "PostgreSQL",
        maintenance_type: "no-op",
        maintenance_window_in_hours: 8,
        next_maintenance_window: "1970-01-07T21:00:00.000Z"
      })
    }).pipe(withSandbox()))

  it.effect("moves with the window, and may fail", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const it = yield* open()
      const status = Effect.map(
        db(it, "GET", `${it.path}/maintenance`),
        (response) => at(response, "maintenance.0.status")
      )
      assert.strictEqual(yield* status, "scheduled")
      yield* db(it, "PATCH", it.path, {
        body: { database: { maintenance_window: { weekday_utc: 4, starting_hour_utc: 0 } } }
      })
      yield* db(it, "PATCH", it.path, {
        body: { database: { maintenance_window: { weekday_utc: 4, starting_hour_utc: 1 } } }
      })
      yield* sandbox.failNextOperation("example-app", "no")
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual(yield* status, "scheduled")
      yield* TestClock.adjust("1 minute")
      const again = yield* open()
      assert.strictEqual(
        at(yield* db(again, "GET", `${it.path}/maintenance`), "maintenance.0.status"),
        "running"
      )
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(at(yield* db(again, "GET", `${it.path}/maintenance`), "maintenance.0.status"), "failed")
      assert.notInclude(yield* eventTypes("example-app"), "complete_database_maintenance")
    }).pipe(withSandbox()))

  it.effect("requires the token of the database", () =>
    Effect.gen(function*() {
      const [first, second] = [yield* open("app-redis"), yield* open("app-mysql")]
      assert.strictEqual((yield* db(first, "GET", `${second.path}/maintenance`)).status, 400)
    }).pipe(withSandbox(databasesSeed("redis", "mysql"))))
})
