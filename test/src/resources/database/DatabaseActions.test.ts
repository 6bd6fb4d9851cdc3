import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseActionFailed } from "@effect-scalingo/core/DatabaseActions"
import { Databases, type DatabasesService, layer } from "@effect-scalingo/core/Databases"
import { BadRequest } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import { errorContext, fakeService, json, type RespondCall } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

const databases = (respond: RespondCall) => fakeService(Databases, layer, respond)

describe("actions inside a database", () => {
  const actions: ReadonlyArray<{
    readonly name: string
    readonly run: (databases: DatabasesService) => Effect.Effect<unknown, unknown>
    readonly body: unknown
    /** `result` in the response. */
    readonly result: unknown
    readonly value: unknown
    readonly idempotent?: boolean
  }> = [
    {
      name: "list-databases",
      run: (databases) => databases.listDatabases(ref),
      body: { action_name: "list-databases" },
      result: [{ name: "database-name-1234", protected: true }, { name: "custom-db", protected: false }],
      value: [{ name: "database-name-1234", protected: true }, { name: "custom-db", protected: false }],
      idempotent: true
    },
    {
      name: "list-databases, none",
      run: (databases) => databases.listDatabases(ref),
      body: { action_name: "list-databases" },
      result: null,
      value: [],
      idempotent: true
    },
    {
      name: "create-database",
      run: (databases) => databases.createDatabase(ref, "custom-db"),
      body: { action_name: "create-database", params: { database_name: "custom-db" } },
      result: { name: "custom-db", protected: false },
      value: { name: "custom-db", protected: false }
    },
    {
      name: "delete-database",
      run: (databases) => databases.deleteDatabase(ref, "custom-db"),
      body: { action_name: "delete-database", params: { database_name: "custom-db" } },
      result: null,
      value: undefined
    },
    {
      name: "reset-database",
      run: (databases) => databases.resetDatabase(ref, "custom-db"),
      body: { action_name: "reset-database", params: { database_name: "custom-db" } },
      result: null,
      value: undefined
    },
    {
      name: "get-sqlmode",
      run: (databases) => databases.getSqlMode(ref),
      body: { action_name: "get-sqlmode" },
      result: "ONLY_FULL_GROUP_BY,NO_ZERO_DATE",
      value: "ONLY_FULL_GROUP_BY,NO_ZERO_DATE",
      idempotent: true
    },
    {
      name: "set-sqlmode",
      run: (databases) => databases.setSqlMode(ref, "NO_ZERO_DATE"),
      body: { action_name: "set-sqlmode", params: "NO_ZERO_DATE" },
      result: null,
      value: undefined,
      idempotent: true
    },
    {
      name: "list-extensions",
      run: (databases) => databases.listExtensions(ref),
      body: { action_name: "list-extensions" },
      result: [{ name: "postgis", version: "v2.5.0" }],
      value: [{ name: "postgis", version: "v2.5.0" }],
      idempotent: true
    },
    {
      name: "pg-list-queries",
      run: (databases) => databases.pgListQueries(ref),
      body: { action_name: "pg-list-queries" },
      result: [
        {
          query: "SELECT * FROM users",
          state: "active",
          username: "username_1234",
          query_start: "2020-05-10T09:00:00Z",
          pid: 2000,
          query_duration: 1_000_000_000
        },
        { query: "", state: null, username: null, query_start: null, pid: 12, query_duration: null }
      ],
      value: [
        {
          query: "SELECT * FROM users",
          state: "active",
          username: "username_1234",
          query_start: DateTime.unsafeMake("2020-05-10T09:00:00Z"),
          pid: 2000,
          query_duration: Duration.nanos(1_000_000_000n)
        },
        { query: "", state: null, username: null, query_start: null, pid: 12, query_duration: null }
      ],
      idempotent: true
    },
    {
      name: "pg-cancel-query",
      run: (databases) => databases.pgCancelQuery(ref, 2000),
      body: { action_name: "pg-cancel-query", params: { pid: 2000 } },
      result: null,
      value: undefined
    },
    {
      name: "pg-terminate-query",
      run: (databases) => databases.pgTerminateQuery(ref, 2000),
      body: { action_name: "pg-terminate-query", params: { pid: 2000 } },
      result: null,
      value: undefined
    },
    {
      name: "pg-stat-statements-enable",
      run: (databases) => databases.pgStatStatementsEnable(ref),
      body: { action_name: "pg-stat-statements-enable" },
      result: null,
      value: undefined,
      idempotent: true
    },
    {
      name: "pg-stat-statements-reset",
      run: (databases) => databases.pgStatStatementsReset(ref),
      body: { action_name: "pg-stat-statements-reset" },
      result: null,
      value: undefined
    },
    {
      name: "pg-stat-statements-list",
      run: (databases) => databases.pgStatStatementsList(ref),
      body: { action_name: "pg-stat-statements-list" },
      result: [{
        user_id: 1000,
        query: "SELECT * FROM users",
        calls: 24512,
        rows: 500,
        total_time: 1837.1,
        min_time: 0.2,
        max_time: 3.5,
        mean_time: 0.6,
        std_dev: 0.1
      }],
      value: [{
        user_id: 1000,
        query: "SELECT * FROM users",
        calls: 24512,
        rows: 500,
        total_time: 1837.1,
        min_time: 0.2,
        max_time: 3.5,
        mean_time: 0.6,
        std_dev: 0.1
      }],
      idempotent: true
    },
    {
      name: "list-retention-policies",
      run: (databases) => databases.listRetentionPolicies(ref),
      body: { action_name: "list-retention-policies" },
      result: [{ name: "autogen", duration: "0", default: true }],
      value: [{ name: "autogen", duration: "0", default: true }],
      idempotent: true
    },
    {
      name: "add-retention-policy",
      run: (databases) => databases.addRetentionPolicy(ref, { name: "30-days", duration: "30d", default: true }),
      body: { action_name: "add-retention-policy", params: { name: "30-days", duration: "30d", default: true } },
      result: null,
      value: undefined
    },
    {
      name: "del-retention-policy",
      run: (databases) => databases.deleteRetentionPolicy(ref, "30-days"),
      body: { action_name: "del-retention-policy", params: { name: "30-days" } },
      result: null,
      value: undefined
    },
    {
      name: "any other",
      run: (databases) => databases.action(ref, "flush", ["everything"]),
      body: { action_name: "flush", params: ["everything"] },
      result: { flushed: 3 },
      value: { flushed: 3 }
    },
    {
      name: "any other without parameters or result",
      run: (databases) => databases.action(ref, "flush"),
      body: { action_name: "flush" },
      result: undefined,
      value: null
    }
  ]

  for (const { body, idempotent, name, result, run, value } of actions) {
    it.effect(name, () =>
      Effect.gen(function*() {
        const { sent, service } = yield* databases(() => json({ ok: 1, result }))
        assert.deepStrictEqual(yield* run(service), value)
        assert.strictEqual(sent.length, 1)
        assert.deepStrictEqual(sent[0]?.database, ref)
        assert.deepStrictEqual(sent[0]?.body, body)
        assert.strictEqual(sent[0]?.request.idempotent, idempotent)
      }))

    it.effect(`${name}, refused with a success status`, () =>
      Effect.gen(function*() {
        const { service } = yield* databases(() => json({ ok: 0, error: "something bad happened" }))
        const error = yield* Effect.flip(run(service))
        assert.instanceOf(error, DatabaseActionFailed)
        const { action, addonId, app, detail, status } = error as DatabaseActionFailed
        assert.deepStrictEqual(
          { action, addonId, app, detail, status },
          {
            action: (body as { readonly action_name: string }).action_name,
            addonId: "ad-1",
            app: "my-app",
            detail: "something bad happened",
            status: 200
          }
        )
      }))
  }

  const badRequest = (body: string) =>
    new BadRequest({ ...errorContext, status: 400, detail: "something bad happened", body })

  it.effect("fail with DatabaseActionFailed, also with an error status", () =>
    Effect.gen(function*() {
      const { service } = yield* databases(() => badRequest(`{"ok":0,"error":"no such database"}`))
      const error = yield* Effect.flip(service.deleteDatabase(ref, "nope"))
      assert.deepStrictEqual(
        error._tag === "DatabaseActionFailed" ? [error.detail, error.status] : error._tag,
        ["no such database", 400]
      )
    }))

  it.effect("do not change other failures", () =>
    Effect.gen(function*() {
      for (const body of [`{"error":"no"}`, `{"ok":1}`, "no JSON"]) {
        const { service } = yield* databases(() => badRequest(body))
        assert.strictEqual((yield* Effect.flip(service.listExtensions(ref)))._tag, "BadRequest", body)
      }
    }))

  it.effect("fail with DecodeError when the result has another form", () =>
    Effect.gen(function*() {
      const { service } = yield* databases(() => json({ ok: 1, result: [{ version: "3.1" }] }))
      const error = yield* Effect.flip(service.listExtensions(ref))
      assert.deepInclude(error, { _tag: "DecodeError", path: "result.0.name" })
    }))

  it.effect("refuse invalid parameters before anything is sent", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* databases(() => json({ ok: 1 }))
      const errors = yield* Effect.all([
        Effect.flip(service.action(ref, "", {})),
        Effect.flip(service.createDatabase(ref, "")),
        Effect.flip(service.pgCancelQuery(ref, 1.5)),
        Effect.flip(service.addRetentionPolicy(ref, { name: "a", duration: "", default: false }))
      ])
      assert.deepStrictEqual(
        errors.map((error) => error._tag === "InvalidRequest" ? error.field : error._tag),
        ["action_name", "params.database_name", "params.pid", "params.duration"]
      )
      assert.strictEqual(sent.length, 0)
    }))
})
