import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseActionFailed } from "@effect-scalingo/core/DatabaseActions"
import * as Databases from "@effect-scalingo/core/Databases"
import { BadRequest, type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, DateTime, Duration, Effect, Layer } from "effect"
import { type Answer, answering, failed } from "../answering.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

/** A service over a database API that answers by `answer`; `requests` and `refs` say what it was asked. */
const over = <I, S>(
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, DatabaseApi>,
  answer: Answer | ((request: ApiRequest<unknown>) => Answer | ScalingoError)
) => {
  const { api, requests } = answering(typeof answer === "function" ? answer : () => answer)
  const refs: Array<DatabaseRef> = []
  const database = Layer.succeed(DatabaseApi, {
    request: (database, request) => {
      refs.push(database)
      return api.request(request)
    }
  })
  return Effect.map(tag, (service) => ({ service, requests, refs })).pipe(
    Effect.provide(layer.pipe(Layer.provide(database)))
  )
}

const databases = (answer: Parameters<typeof over>[2]) => over(Databases.Databases, Databases.layer, answer)

describe("actions inside a database", () => {
  const actions: ReadonlyArray<{
    readonly name: string
    readonly run: (databases: Databases.DatabasesService) => Effect.Effect<unknown, unknown>
    readonly body: unknown
    readonly answer: unknown
    readonly value: unknown
    readonly repeatable?: boolean
  }> = [
    {
      name: "list-databases",
      run: (databases) => databases.listDatabases(ref),
      body: { action_name: "list-databases" },
      answer: [{ name: "database-name-1234", protected: true }, { name: "custom-db", protected: false }],
      value: [{ name: "database-name-1234", protected: true }, { name: "custom-db", protected: false }],
      repeatable: true
    },
    {
      name: "list-databases, none",
      run: (databases) => databases.listDatabases(ref),
      body: { action_name: "list-databases" },
      answer: null,
      value: [],
      repeatable: true
    },
    {
      name: "create-database",
      run: (databases) => databases.createDatabase(ref, "custom-db"),
      body: { action_name: "create-database", params: { database_name: "custom-db" } },
      answer: { name: "custom-db", protected: false },
      value: { name: "custom-db", protected: false }
    },
    {
      name: "delete-database",
      run: (databases) => databases.deleteDatabase(ref, "custom-db"),
      body: { action_name: "delete-database", params: { database_name: "custom-db" } },
      answer: null,
      value: undefined
    },
    {
      name: "reset-database",
      run: (databases) => databases.resetDatabase(ref, "custom-db"),
      body: { action_name: "reset-database", params: { database_name: "custom-db" } },
      answer: null,
      value: undefined
    },
    {
      name: "get-sqlmode",
      run: (databases) => databases.getSqlMode(ref),
      body: { action_name: "get-sqlmode" },
      answer: "ONLY_FULL_GROUP_BY,NO_ZERO_DATE",
      value: "ONLY_FULL_GROUP_BY,NO_ZERO_DATE",
      repeatable: true
    },
    {
      name: "set-sqlmode",
      run: (databases) => databases.setSqlMode(ref, "NO_ZERO_DATE"),
      body: { action_name: "set-sqlmode", params: "NO_ZERO_DATE" },
      answer: null,
      value: undefined,
      repeatable: true
    },
    {
      name: "list-extensions",
      run: (databases) => databases.listExtensions(ref),
      body: { action_name: "list-extensions" },
      answer: [{ name: "postgis", version: "v2.5.0" }],
      value: [{ name: "postgis", version: "v2.5.0" }],
      repeatable: true
    },
    {
      name: "pg-list-queries",
      run: (databases) => databases.pgListQueries(ref),
      body: { action_name: "pg-list-queries" },
      answer: [
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
      repeatable: true
    },
    {
      name: "pg-cancel-query",
      run: (databases) => databases.pgCancelQuery(ref, 2000),
      body: { action_name: "pg-cancel-query", params: { pid: 2000 } },
      answer: null,
      value: undefined
    },
    {
      name: "pg-terminate-query",
      run: (databases) => databases.pgTerminateQuery(ref, 2000),
      body: { action_name: "pg-terminate-query", params: { pid: 2000 } },
      answer: null,
      value: undefined
    },
    {
      name: "pg-stat-statements-enable",
      run: (databases) => databases.pgStatStatementsEnable(ref),
      body: { action_name: "pg-stat-statements-enable" },
      answer: null,
      value: undefined,
      repeatable: true
    },
    {
      name: "pg-stat-statements-reset",
      run: (databases) => databases.pgStatStatementsReset(ref),
      body: { action_name: "pg-stat-statements-reset" },
      answer: null,
      value: undefined
    },
    {
      name: "pg-stat-statements-list",
      run: (databases) => databases.pgStatStatementsList(ref),
      body: { action_name: "pg-stat-statements-list" },
      answer: [{
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
      repeatable: true
    },
    {
      name: "list-retention-policies",
      run: (databases) => databases.listRetentionPolicies(ref),
      body: { action_name: "list-retention-policies" },
      answer: [{ name: "autogen", duration: "0", default: true }],
      value: [{ name: "autogen", duration: "0", default: true }],
      repeatable: true
    },
    {
      name: "add-retention-policy",
      run: (databases) => databases.addRetentionPolicy(ref, { name: "30-days", duration: "30d", default: true }),
      body: { action_name: "add-retention-policy", params: { name: "30-days", duration: "30d", default: true } },
      answer: null,
      value: undefined
    },
    {
      name: "del-retention-policy",
      run: (databases) => databases.deleteRetentionPolicy(ref, "30-days"),
      body: { action_name: "del-retention-policy", params: { name: "30-days" } },
      answer: null,
      value: undefined
    },
    {
      name: "any other",
      run: (databases) => databases.action(ref, "flush", ["everything"]),
      body: { action_name: "flush", params: ["everything"] },
      answer: { flushed: 3 },
      value: { flushed: 3 }
    },
    {
      name: "any other without parameters or result",
      run: (databases) => databases.action(ref, "flush"),
      body: { action_name: "flush" },
      answer: undefined,
      value: null
    }
  ]

  for (const { answer, body, name, repeatable, run, value } of actions) {
    it.effect(name, () =>
      Effect.gen(function*() {
        const { refs, requests, service } = yield* databases({ body: { ok: 1, result: answer } })
        assert.deepStrictEqual(yield* run(service), value)
        assert.deepStrictEqual(refs, [ref])
        assert.strictEqual(requests.length, 1)
        assert.deepStrictEqual(requests[0]?.body, body)
        assert.strictEqual(requests[0]?.idempotent, repeatable)
      }))

    it.effect(`${name}, refused with a success status`, () =>
      Effect.gen(function*() {
        const { service } = yield* databases({ body: { ok: 0, error: "something bad happened" } })
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
    new BadRequest({ ...failed, status: 400, detail: "something bad happened", body })

  it.effect("a refusal with an error status is the same refusal", () =>
    Effect.gen(function*() {
      const { service } = yield* databases(() => badRequest(`{"ok":0,"error":"no such database"}`))
      const error = yield* Effect.flip(service.deleteDatabase(ref, "nope"))
      assert.deepStrictEqual(
        error._tag === "DatabaseActionFailed" ? [error.detail, error.status] : error._tag,
        ["no such database", 400]
      )
    }))

  it.effect("any other failure stays what it is", () =>
    Effect.gen(function*() {
      for (const body of [`{"error":"no"}`, `{"ok":1}`, "no JSON"]) {
        const { service } = yield* databases(() => badRequest(body))
        assert.strictEqual((yield* Effect.flip(service.listExtensions(ref)))._tag, "BadRequest", body)
      }
    }))

  it.effect("a result of another form is no refusal", () =>
    Effect.gen(function*() {
      const { service } = yield* databases({ body: { ok: 1, result: [{ name: "postgis" }] } })
      const error = yield* Effect.flip(service.listExtensions(ref))
      assert.strictEqual(error._tag === "DecodeError" ? error.path : error._tag, "result.0.version")
    }))

  it.effect("parameters are checked before anything is sent", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* databases({ body: { ok: 1 } })
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
      assert.strictEqual(requests.length, 0)
    }))
})
