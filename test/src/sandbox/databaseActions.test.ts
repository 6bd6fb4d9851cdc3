import {
  DatabaseActionResult,
  InfluxRetentionPolicy,
  LogicalDatabase,
  PgExtension,
  PgQuery,
  PgStatStatement
} from "@effect-scalingo/core/DatabaseActions"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { type Database, databasesSeed, db, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { withSandbox } from "./sandboxClient.js"

const act = (it: Database, action_name: string, params?: unknown) =>
  Effect.flatMap(
    db(it, "POST", `${it.path}/action`, { body: params === undefined ? { action_name } : { action_name, params } }),
    (response) =>
      Effect.map(decode(DatabaseActionResult, response.body), (body) => ({ status: response.status, ...body }))
  )

const done = (result: unknown) => ({ status: 200, ok: 1, result })

describe("sandbox: database actions", () => {
  for (const provider of ["mysql", "mongodb"]) {
    it.effect(`creates, lists, resets and deletes logical databases of ${provider}`, () =>
      Effect.gen(function*() {
        const it = yield* open(`app-${provider}`)
        const custom = { database_name: "custom-db" }
        assert.deepStrictEqual(yield* act(it, "create-database", custom), done({ name: "custom-db", protected: false }))
        assert.strictEqual((yield* act(it, "create-database", custom)).ok, 0)
        const listed = (yield* act(it, "list-databases")).result
        const databases = yield* decode(Schema.Array(LogicalDatabase), listed)
        assert.deepStrictEqual(databases.map((database) => database.protected), [true, false])
        assert.deepStrictEqual(yield* act(it, "reset-database", custom), done(null))
        assert.deepStrictEqual(yield* act(it, "delete-database", custom), done(null))
        assert.deepStrictEqual(yield* act(it, "delete-database", custom), {
          status: 200,
          ok: 0,
          error: "database custom-db does not exist"
        })
        const platforms = yield* act(it, "delete-database", { database_name: databases[0]?.name })
        assert.strictEqual(platforms.ok, 0)
        assert.strictEqual((yield* act(it, "create-database", { name: "x" })).status, 400)
      }).pipe(withSandbox(databasesSeed(provider))))
  }

  it.effect("changes the SQL mode of MySQL", () =>
    Effect.gen(function*() {
      const it = yield* open("app-mysql")
      assert.include(String((yield* act(it, "get-sqlmode", null)).result), "ONLY_FULL_GROUP_BY")
      assert.deepStrictEqual(yield* act(it, "set-sqlmode", "NO_ZERO_IN_DATE,NO_ZERO_DATE"), done(null))
      assert.deepStrictEqual(yield* act(it, "get-sqlmode"), done("NO_ZERO_IN_DATE,NO_ZERO_DATE"))
      assert.strictEqual((yield* act(it, "set-sqlmode", "no such mode")).ok, 0)
      assert.strictEqual((yield* act(it, "set-sqlmode", { mode: "" })).status, 400)
    }).pipe(withSandbox(databasesSeed("mysql"))))

  it.effect("lists, cancels and ends the queries of PostgreSQL", () =>
    Effect.gen(function*() {
      const it = yield* open()
      yield* TestClock.adjust("3 seconds")
      const queries = Effect.flatMap(act(it, "pg-list-queries"), ({ result }) => decode(Schema.Array(PgQuery), result))
      const [first] = yield* queries
      assert.strictEqual(first?.state, "active")
      assert.strictEqual(String(first?.query_duration), "Duration(3s)")
      assert.deepStrictEqual(yield* act(it, "pg-cancel-query", { pid: first?.pid }), done(null))
      assert.deepStrictEqual((yield* queries).map((query) => query.state), ["idle", "idle"])
      assert.deepStrictEqual(yield* act(it, "pg-terminate-query", { pid: first?.pid }), done(null))
      assert.lengthOf(yield* queries, 1)
      assert.strictEqual((yield* act(it, "pg-cancel-query", { pid: first?.pid })).ok, 0)
      yield* decode(Schema.Array(PgExtension), (yield* act(it, "list-extensions", null)).result)
    }).pipe(withSandbox()))

  it.effect("counts the statements of PostgreSQL once that is enabled", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const list = Effect.flatMap(
        act(it, "pg-stat-statements-list"),
        ({ result }) => decode(Schema.Array(PgStatStatement), result)
      )
      assert.deepStrictEqual(yield* act(it, "pg-stat-statements-list"), {
        status: 200,
        ok: 0,
        error: "pg_stat_statements is not enabled"
      })
      assert.deepStrictEqual(yield* act(it, "pg-stat-statements-enable"), done(null))
      assert.deepStrictEqual(yield* list, [])
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual((yield* list).map((statement) => statement.calls), [120, 2])
      assert.deepStrictEqual(yield* act(it, "pg-stat-statements-reset"), done(null))
      assert.deepStrictEqual(yield* list, [])
    }).pipe(withSandbox()))

  it.effect("adds and deletes retention policies of InfluxDB", () =>
    Effect.gen(function*() {
      const it = yield* open("app-influxdb")
      const policies = Effect.flatMap(
        act(it, "list-retention-policies"),
        ({ result }) => decode(Schema.Array(InfluxRetentionPolicy), result)
      )
      const policy = { name: "30-days", duration: "30d", default: true }
      assert.deepStrictEqual(yield* act(it, "add-retention-policy", policy), done(null))
      assert.strictEqual((yield* act(it, "add-retention-policy", policy)).ok, 0)
      assert.strictEqual((yield* act(it, "add-retention-policy", { ...policy, duration: "long" })).status, 400)
      assert.deepStrictEqual(yield* policies, [{ name: "autogen", duration: "0", default: false }, policy])
      assert.strictEqual((yield* act(it, "del-retention-policy", { name: "30-days" })).ok, 0)
      assert.deepStrictEqual(yield* act(it, "del-retention-policy", { name: "autogen" }), done(null))
      assert.deepStrictEqual(yield* policies, [policy])
    }).pipe(withSandbox(databasesSeed("influxdb"))))

  it.effect("refuses the actions of another technology", () =>
    Effect.gen(function*() {
      const it = yield* open()
      assert.deepStrictEqual(yield* act(it, "get-sqlmode"), {
        status: 400,
        ok: 0,
        error: "get-sqlmode is not an action of PostgreSQL"
      })
      assert.strictEqual((yield* db(it, "POST", `${it.path}/action`, { body: {} })).status, 422)
      const stranger = { bearer: undefined }
      assert.strictEqual((yield* db(it, "POST", `${it.path}/action`, stranger)).status, 400)
    }).pipe(withSandbox()))
})
