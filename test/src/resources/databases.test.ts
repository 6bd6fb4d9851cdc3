import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseActionFailed } from "@effect-scalingo/core/DatabaseActions"
import * as FirewallRules from "@effect-scalingo/core/DatabaseFirewallRules"
import * as Logs from "@effect-scalingo/core/DatabaseLogs"
import * as Maintenance from "@effect-scalingo/core/DatabaseMaintenance"
import * as Metrics from "@effect-scalingo/core/DatabaseMetrics"
import * as Databases from "@effect-scalingo/core/Databases"
import * as TypeVersions from "@effect-scalingo/core/DatabaseTypeVersions"
import * as Users from "@effect-scalingo/core/DatabaseUsers"
import { BadRequest, type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, DateTime, Duration, Effect, Fiber, Layer, Redacted, Stream, TestClock } from "effect"
import { inspect } from "node:util"
import { type Answer, answering, failed } from "./answering.js"

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

describe("a database", () => {
  const operation = (status: string) => ({
    id: "op-1",
    type: "upgrade",
    status,
    created_at: "2021-05-04T13:02:30.498+02:00",
    finished_at: null,
    error: status === "error" ? "disk full" : null
  })

  it.effect("a restoration is named in each of the forms of its answer", () =>
    Effect.gen(function*() {
      const at = DateTime.unsafeMake("2019-07-18T23:00:00Z")
      const byId = yield* databases({ body: { operation_id: "op-1" } })
      assert.deepStrictEqual(yield* byId.service.pitrRestore(ref, at), { operation_id: "op-1", operation: null })
      const { created_at, id, status, type } = operation("pending")
      const whole = yield* databases({ body: { operation: { created_at, id, status, type } } })
      const result = yield* whole.service.pitrRestore(ref, at)
      assert.strictEqual(result.operation_id, "op-1")
      assert.strictEqual(result.operation?.error, null)
      const neither = yield* databases({ body: {} })
      assert.strictEqual((yield* Effect.flip(neither.service.pitrRestore(ref, at)))._tag, "DecodeError")
    }))

  it.effect("hours and days are checked before anything is sent", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* databases({ body: {} })
      const errors = yield* Effect.all([
        Effect.flip(service.update(ref, { periodic_backups_scheduled_at: 24 })),
        Effect.flip(service.update(ref, { maintenance_window: { weekday_utc: 7, starting_hour_utc: 0 } })),
        Effect.flip(service.enableFeature(ref, "")),
        Effect.flip(service.disableFeature(ref, ""))
      ])
      assert.deepStrictEqual(
        errors.map((error) => error._tag === "InvalidRequest" ? error.field : error._tag),
        [
          "database.periodic_backups_scheduled_at",
          "database.maintenance_window.weekday_utc",
          "feature.name",
          "feature"
        ]
      )
      assert.strictEqual(requests.length, 0)
    }))

  it.effect("an operation is awaited to its end", () =>
    Effect.gen(function*() {
      let looks = 0
      const { service } = yield* databases(() => ({
        body: { operation: operation(++looks < 4 ? "running" : "finished") }
      }))
      const waiting = yield* Effect.fork(service.awaitOperation(ref, "op-1"))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(waiting)).status, "finished")
      assert.strictEqual(looks, 4)
    }))

  it.effect("an operation that fails says why", () =>
    Effect.gen(function*() {
      const { service } = yield* databases({ body: { operation: operation("error") } })
      const error = yield* Effect.flip(service.awaitOperation(ref, "op-1"))
      assert.strictEqual(error._tag, "DatabaseOperationFailed")
      assert.include(error.message, "disk full")
    }))

  it.effect("the certificate is text", () =>
    Effect.gen(function*() {
      const { service } = yield* databases({ body: "-----BEGIN CERTIFICATE-----" })
      assert.include(yield* service.caCertificate(ref), "BEGIN CERTIFICATE")
    }))

  it.effect("an empty answer to a ping is one", () =>
    Effect.gen(function*() {
      const { service } = yield* databases({})
      assert.strictEqual(yield* service.ping(ref), null)
    }))
})

describe("the users of a database", () => {
  const user = { name: "my-user", read_only: false, protected: false }
  const users = (answer: Parameters<typeof over>[2]) => over(Users.DatabaseUsers, Users.layer, answer)
  const password = "K_gaef6ripo7Ao4Uaxai6Kiey"

  it.effect("are listed under either root key", () =>
    Effect.gen(function*() {
      for (const root of ["database-users", "database_users"]) {
        const { service } = yield* users({ body: { [root]: [user] } })
        assert.deepStrictEqual(yield* service.list(ref), [user])
      }
      const { service } = yield* users({ body: {} })
      const error = yield* Effect.flip(service.list(ref))
      assert.strictEqual(error._tag === "DecodeError" ? error.path : error._tag, "database-users")
    }))

  it.effect("come with or without a root key, and their password is never shown", () =>
    Effect.gen(function*() {
      const withPassword = { ...user, password: "generated password" }
      for (const body of [withPassword, { database_user: withPassword }]) {
        const { service } = yield* users({ body })
        const created = yield* service.create(ref, { name: "my-user", read_only: false })
        assert.notInclude(inspect(created, { depth: null }), "generated password")
        assert.strictEqual(created.password && Redacted.value(created.password), "generated password")
      }
    }))

  it.effect("a password is sent twice, redacted or not", () =>
    Effect.gen(function*() {
      for (const given of [password, Redacted.make(password)]) {
        const { requests, service } = yield* users({ body: user })
        yield* service.update(ref, "my-user", { password: given })
        assert.deepStrictEqual(requests[0]?.body, {
          database_user: { database_id: "ad-1", password, password_confirmation: password }
        })
      }
    }))

  it.effect("a password that is too short is refused and not shown", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* users({ body: user })
      const errors = yield* Effect.all([
        Effect.flip(service.update(ref, "my-user", { password: "too-short" })),
        Effect.flip(service.create(ref, { name: "my-user", read_only: true, password: Redacted.make("too-short") })),
        Effect.flip(service.create(ref, { name: "short", read_only: true }))
      ])
      assert.deepStrictEqual(
        errors.map((error) => error._tag === "InvalidRequest" ? [error.field, error.expected] : error._tag),
        [
          ["database_user.password", "24 to 64 characters"],
          ["database_user.password", "24 to 64 characters"],
          ["database_user.name", "a string at least 6 character(s) long"]
        ]
      )
      assert.notInclude(inspect(errors, { depth: null }), "too-short")
      assert.strictEqual(requests.length, 0)
    }))
})

describe("the metrics of a database", () => {
  const metrics = (answer: Parameters<typeof over>[2]) => over(Metrics.DatabaseMetrics, Metrics.layer, answer)
  const instance = {
    instance_id: "i-1",
    instance_address: "i-1.example.com:31376",
    real_disk_size: 1,
    cpu: { usage_in_percents: 2 },
    memory: {
      memory_usage: 1,
      swap_usage: 0,
      memory_limit: 5,
      swap_limit: 5,
      max_memory_usage: 2,
      max_swap_usage: 0
    }
  }

  it.effect("are by instance whatever the form of the answer", () =>
    Effect.gen(function*() {
      for (
        const body of [
          { instances_metrics: { "i-1": instance } },
          { instances_metrics: [instance] },
          { instance_metrics: { "i-1": instance } }
        ]
      ) {
        const { service } = yield* metrics({ body })
        assert.deepStrictEqual((yield* service.current(ref)).instances_metrics, { "i-1": instance })
      }
    }))

  it.effect("keep what a technology counts", () =>
    Effect.gen(function*() {
      const { service } = yield* metrics({ body: { database_stats: { data_size: 7, Objects: 3 } } })
      assert.deepStrictEqual((yield* service.current(ref)).database_stats, { data_size: 7, Objects: 3 })
    }))

  it.effect("a series of one point may come alone", () =>
    Effect.gen(function*() {
      const point = { time: "2016-07-26T15:34:00Z", value: 5.9e6 }
      const alone = yield* metrics({ body: point })
      const listed = yield* metrics({ body: [point] })
      assert.deepStrictEqual(
        yield* alone.service.series(ref, "cpu", { last: true }),
        yield* listed.service.series(ref, "cpu", { last: true })
      )
    }))

  it.effect("the health is counted in numbers", () =>
    Effect.gen(function*() {
      for (const shards of ["141", 141]) {
        const { service } = yield* metrics({
          body: { epoch: "1550839427", status: "green", cluster: "my-cluster", shards, pending_tasks: "0" }
        })
        const health = yield* service.health(ref)
        assert.deepStrictEqual([health.epoch, health.shards, health.pending_tasks], [1550839427, 141, 0])
      }
    }))
})

describe("versions, maintenance, logs and firewalls", () => {
  it.effect("the next version is known by its id", () =>
    Effect.gen(function*() {
      const version = {
        id: "v-1",
        database_type_id: "t-1",
        created_at: "2020-07-29T15:41:14.326+02:00",
        updated_at: "2020-07-29T15:41:14.326+02:00",
        features: [],
        allowed_plugins: ["postgis"],
        major: 4,
        minor: 0,
        patch: 19,
        build: 1
      }
      for (const next_upgrade of ["v-2", { ...version, id: "v-2", next_upgrade: null }, { id: "v-2" }]) {
        const { service } = yield* over(TypeVersions.DatabaseTypeVersions, TypeVersions.layer, {
          body: { database_type_version: { ...version, next_upgrade } }
        })
        assert.strictEqual((yield* service.get(ref, "v-1")).next_upgrade?.id, "v-2")
      }
    }))

  const maintenance = (id: string) => ({
    id,
    database_id: "my-db-123",
    type: "no-op",
    status: "done",
    started_at: "2023-07-04T15:59:50.407Z",
    ended_at: null
  })

  it.effect("maintenance comes with or without a root key", () =>
    Effect.gen(function*() {
      for (const body of [maintenance("m-1"), { maintenance: maintenance("m-1") }]) {
        const { service } = yield* over(Maintenance.DatabaseMaintenance, Maintenance.layer, { body })
        assert.strictEqual((yield* service.get(ref, "m-1")).id, "m-1")
      }
    }))

  it.effect("maintenance is walked over its pages, whose numbers stop at the last", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* over(
        Maintenance.DatabaseMaintenance,
        Maintenance.layer,
        ({ query }) => {
          const page = Number(query?.["page"])
          return {
            body: {
              maintenance: [maintenance(`m-${page}`)],
              meta: { pagination: { current_page: page, prev_page: 1, next_page: 2, total_pages: 2, total_count: 2 } }
            }
          }
        }
      )
      const all = yield* Stream.runCollect(service.list(ref))
      assert.deepStrictEqual([...all].map(({ id }) => id), ["m-1", "m-2"])
      assert.strictEqual(requests.length, 2)
    }))

  it.effect("archives of logs are walked to the end, and their addresses are not shown", () =>
    Effect.gen(function*() {
      const archive = (name: string) => ({
        url: `https://archives.example.com/${name}?token=secret`,
        size: 98765,
        from: "Fri Mar 24 14:00:00 +0000 UTC 2017",
        to: "Sun Mar 26 14:00:00 +0000 UTC 2017"
      })
      const { requests, service } = yield* over(
        Logs.DatabaseLogs,
        Logs.layer,
        ({ query }) => ({
          body: query?.["cursor"] === undefined
            ? { next_cursor: "2", has_more: true, archives: [archive("a")] }
            : { next_cursor: "3", has_more: false, archives: [archive("b")] }
        })
      )
      const all = [...yield* Stream.runCollect(service.archives(ref))]
      assert.deepStrictEqual(all.map(({ url }) => Redacted.value(url).includes("/a?")), [true, false])
      assert.notInclude(inspect(all, { depth: null }), "secret")
      assert.deepStrictEqual(requests.map(({ query }) => query?.["cursor"]), [undefined, "2"])
    }))

  it.effect("the address of the logs is not shown", () =>
    Effect.gen(function*() {
      const { service } = yield* over(Logs.DatabaseLogs, Logs.layer, {
        body: { url: "https://logs.scalingo.com/apps/1/logs?token=secret" }
      })
      const url = yield* service.url(ref)
      assert.notInclude(inspect(url), "secret")
      assert.include(Redacted.value(url), "secret")
    }))

  it.effect("a firewall rule is of one kind or the other", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* over(FirewallRules.DatabaseFirewallRules, FirewallRules.layer, {
        body: { rule: { id: "fr-1", type: "managed_range", range_id: "mr-1", cidr: "", label: "", database_id: "d" } }
      })
      yield* service.create(ref, { type: "managed_range", range_id: "mr-1" })
      assert.deepStrictEqual(requests[0]?.body, { firewall_rule: { type: "managed_range", range_id: "mr-1" } })
      const error = yield* Effect.flip(service.create(ref, { type: "custom_range", cidr: "" }))
      assert.strictEqual(error._tag === "InvalidRequest" ? error.field : error._tag, "firewall_rule.cidr")
      assert.strictEqual(requests.length, 1)
    }))
})
