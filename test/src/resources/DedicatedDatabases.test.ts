import { type ApiRequest, DatabaseApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as DedicatedDatabases from "@effect-scalingo/core/DedicatedDatabases"
import { NotFound, type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, TestClock } from "effect"
import { type Answer, answering, failed } from "./answering.js"

const flat = {
  id: "54100930736f7563d5030000",
  name: "my-postgres-db",
  project_id: "pr-82a3cac5-9b25-473e-b33d-6272b87e636f",
  technology: "postgresql-ng",
  plan: "postgresql-dr-starter-4096"
}

const app = {
  id: flat.id,
  uuid: "ap-1",
  name: flat.name,
  region: "osc-fr1",
  status: "running",
  created_at: "2025-03-12T10:00:00.123Z",
  project: { id: flat.project_id, name: "my-project" },
  owner: { id: "us-1", username: "john", email: "john@example.com" }
}

const addon = {
  id: "ad-1",
  app_id: flat.id,
  resource_id: "my_postgres_db_1234",
  status: "running",
  addon_provider: { id: "postgresql-ng", name: "PostgreSQL", logo_url: "//cdn.scalingo.com/pg.svg" },
  plan: { id: "p-1", name: flat.plan, display_name: "Starter 4G", price: 0, description: "", hds_available: true }
}

const database = (status: string) => ({
  id: "d-1",
  resource_id: "my_postgres_db_1234",
  app_name: flat.name,
  created_at: "2025-03-12T10:00:00.123Z",
  encryption_at_rest: true,
  features: [],
  plan: flat.plan,
  status,
  type_id: "t-1",
  type_name: "postgresql-ng",
  version_id: "v-1",
  readable_version: "17.2.0-1",
  hostname: "my-postgres-db.postgresql.osc-fr1.scalingo-dbs.com:31234",
  instances: [],
  next_version_id: null,
  current_operation_id: null,
  cluster: false,
  periodic_backups_enabled: true,
  periodic_backups_scheduled_at: [3],
  maintenance_window: { weekday_utc: 3, starting_hour_utc: 21, duration_in_hour: 8 }
})

const notFound = new NotFound({ ...failed, status: 404, detail: "Database not found", body: "" })

type Reply = (request: ApiRequest<unknown>) => Answer | ScalingoError

const dedicated = (regional: Reply, databases: Reply = () => notFound) => {
  const front = answering(regional)
  const back = answering(databases)
  return Effect.map(DedicatedDatabases.DedicatedDatabases, (service) => ({
    service,
    requests: front.requests,
    databaseRequests: back.requests
  })).pipe(Effect.provide(DedicatedDatabases.layer.pipe(Layer.provide([
    Layer.succeed(RegionalApi, front.api),
    Layer.succeed(DatabaseApi, { request: (_, request) => back.api.request(request) })
  ]))))
}

describe("databases with dedicated resources", () => {
  it.effect("are listed alike in every form of the answer", () =>
    Effect.gen(function*() {
      const goItem = { ...flat, app: null, database: database("running") }
      for (
        const body of [
          { databases: [flat] },
          { databases: [{ database: flat }] },
          { databases: [{ database: flat, app, addon }] },
          { databases: [goItem] },
          [{ database: flat }]
        ]
      ) {
        const { service } = yield* dedicated(() => ({ body }))
        const [first] = yield* service.list()
        assert.deepStrictEqual([first?.id, first?.plan], [flat.id, flat.plan])
      }
      const { requests, service } = yield* dedicated(() => ({ body: { databases: [{ database: flat, app, addon }] } }))
      const [first] = yield* service.list({ dashboard: true })
      assert.deepStrictEqual([first?.app?.status, first?.addon?.id], ["running", "ad-1"])
      assert.deepStrictEqual(requests[0]?.query, { dashboard: true })
    }))

  it.effect("come alone or beside their app and addon", () =>
    Effect.gen(function*() {
      for (const body of [{ database: flat }, { database: flat, app, addon }, { database: { database: flat } }]) {
        const { service } = yield* dedicated(() => ({ body }))
        assert.strictEqual((yield* service.get("my-postgres-db")).name, flat.name)
      }
      const { service } = yield* dedicated(() => ({ body: { database: flat, app, addon } }))
      assert.strictEqual((yield* service.get("my-postgres-db")).addon?.id, "ad-1")
      const wrong = yield* dedicated(() => ({ body: { database: { ...flat, plan: 3 } } }))
      const error = yield* Effect.flip(wrong.service.get("my-postgres-db"))
      assert.strictEqual(error._tag === "DecodeError" ? error.path : error._tag, "database.plan")
    }))

  it.effect("names are checked before anything is sent", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* dedicated(() => ({ body: { database: flat } }))
      for (const name of ["short", "With-Capitals", "a".repeat(49)]) {
        const error = yield* Effect.flip(
          service.create({ name, technology: "postgresql-ng", plan: "postgresql-dr-starter-4096" })
        )
        assert.deepStrictEqual(
          error._tag === "InvalidRequest" ? [error.field, error.expected] : error._tag,
          ["database.name", "6 to 48 lowercase letters, digits and hyphens"]
        )
      }
      assert.strictEqual(requests.length, 0)
    }))

  it.effect("are called by their addon", () =>
    Effect.gen(function*() {
      const some = yield* dedicated(() => ({ body: { addons: [addon] } }))
      assert.deepStrictEqual(
        yield* some.service.getRef("my-postgres-db"),
        Option.some({ app: "my-postgres-db", addonId: "ad-1" })
      )
      const none = yield* dedicated(() => ({ body: { addons: [] } }))
      assert.deepStrictEqual(yield* none.service.getRef("my-postgres-db"), Option.none())
    }))

  it.effect("are awaited from before they exist until they run", () =>
    Effect.gen(function*() {
      let gets = 0
      let lists = 0
      let looks = 0
      const { databaseRequests, requests, service } = yield* dedicated(
        ({ path }) =>
          path === "/databases/:database"
            ? ++gets < 3 ? notFound : { body: { database: flat } }
            : { body: { addons: ++lists < 2 ? [] : [addon] } },
        () => ++looks < 2 ? notFound : { body: { database: database(looks < 4 ? "creating" : "running") } }
      )
      const waiting = yield* Effect.fork(service.await("my-postgres-db"))
      yield* TestClock.adjust("2 minutes")
      const running = yield* Fiber.join(waiting)
      assert.deepStrictEqual(running.ref, { app: flat.id, addonId: "ad-1" })
      assert.strictEqual(running.dedicated.name, "my-postgres-db")
      assert.strictEqual(running.database.status, "running")
      assert.deepStrictEqual(
        databaseRequests.map(({ pathParams }) => pathParams),
        Array(4).fill({ databaseId: "ad-1" })
      )
      assert.strictEqual(requests.length, 6, "what is known is not asked for again")
    }))

  it.effect("are not awaited for ever", () =>
    Effect.gen(function*() {
      const { service } = yield* dedicated(() => notFound)
      const waiting = yield* Effect.fork(Effect.flip(service.await("my-postgres-db", { timeout: "5 minutes" })))
      yield* TestClock.adjust("5 minutes")
      const error = yield* Fiber.join(waiting)
      assert.strictEqual(error._tag === "WaitTimeout" ? error.status : error._tag, "not found")
    }))
})
