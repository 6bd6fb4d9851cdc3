import { DedicatedDatabases, layer } from "@effect-scalingo/core/DedicatedDatabases"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, TestClock } from "effect"
import { fakeService, json, notFound, type RespondCall } from "../fakePlatform.js"

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

const dedicated = (respond: RespondCall) => fakeService(DedicatedDatabases, layer, respond)

describe("DedicatedDatabases", () => {
  it.effect("lists databases for every form of the response", () =>
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
        const { service } = yield* dedicated(() => json(body))
        const [first] = yield* service.list()
        assert.deepStrictEqual([first?.id, first?.plan], [flat.id, flat.plan])
      }
      const { sent, service } = yield* dedicated(() => json({ databases: [{ database: flat, app, addon }] }))
      const [first] = yield* service.list({ dashboard: true })
      assert.deepStrictEqual([first?.app?.status, first?.addon?.id], ["running", "ad-1"])
      assert.deepStrictEqual(sent[0]?.query, { dashboard: true })
    }))

  it.effect("reads a database alone, or beside its app and its addon", () =>
    Effect.gen(function*() {
      for (const body of [{ database: flat }, { database: flat, app, addon }, { database: { database: flat } }]) {
        const { service } = yield* dedicated(() => json(body))
        assert.strictEqual((yield* service.get("my-postgres-db")).name, flat.name)
      }
      const { service } = yield* dedicated(() => json({ database: flat, app, addon }))
      assert.strictEqual((yield* service.get("my-postgres-db")).addon?.id, "ad-1")
      const wrong = yield* dedicated(() => json({ database: { ...flat, plan: 3 } }))
      const error = yield* Effect.flip(wrong.service.get("my-postgres-db"))
      assert.deepInclude(error, { _tag: "DecodeError", path: "database.plan" })
    }))

  it.effect("refuses invalid names before anything is sent", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* dedicated(() => json({ database: flat }))
      for (const name of ["short", "With-Capitals", "a".repeat(49)]) {
        const error = yield* Effect.flip(
          service.create({ name, technology: "postgresql-ng", plan: "postgresql-dr-starter-4096" })
        )
        assert.deepInclude(error, {
          _tag: "InvalidRequest",
          field: "database.name",
          expected: "6 to 48 lowercase letters, digits and hyphens"
        })
      }
      assert.strictEqual(sent.length, 0)
    }))

  it.effect("refers to a database by its addon", () =>
    Effect.gen(function*() {
      const some = yield* dedicated(() => json({ addons: [addon] }))
      assert.deepStrictEqual(
        yield* some.service.getRef("my-postgres-db"),
        Option.some({ app: "my-postgres-db", addonId: "ad-1" })
      )
      const none = yield* dedicated(() => json({ addons: [] }))
      assert.deepStrictEqual(yield* none.service.getRef("my-postgres-db"), Option.none())
    }))
})

describe("DedicatedDatabases.await", () => {
  it.effect("waits for the database, its addon and its start, and asks for each only as long as needed", () =>
    Effect.gen(function*() {
      let gets = 0
      let lists = 0
      let looks = 0
      const { sent, service } = yield* dedicated(({ api, request }) => {
        if (api === "database") {
          return ++looks < 2 ? notFound() : json({ database: database(looks < 4 ? "creating" : "running") })
        }
        return request.path === "/databases/:database"
          ? ++gets < 3 ? notFound() : json({ database: flat })
          : json({ addons: ++lists < 2 ? [] : [addon] })
      })
      const waiting = yield* Effect.fork(service.await("my-postgres-db"))
      yield* TestClock.adjust("2 minutes")
      const running = yield* Fiber.join(waiting)
      assert.deepStrictEqual(running.ref, { app: flat.id, addonId: "ad-1" })
      assert.strictEqual(running.dedicated.name, "my-postgres-db")
      assert.strictEqual(running.database.status, "running")
      assert.deepStrictEqual(
        sent.filter(({ api }) => api === "database").map(({ request }) => request.pathParams),
        Array(4).fill({ databaseId: "ad-1" })
      )
      assert.strictEqual(sent.filter(({ api }) => api === "regional").length, 6)
    }))

  it.effect("fails after its timeout", () =>
    Effect.gen(function*() {
      const { service } = yield* dedicated(() => notFound())
      const waiting = yield* Effect.fork(Effect.flip(service.await("my-postgres-db", { timeout: "5 minutes" })))
      yield* TestClock.adjust("5 minutes")
      assert.deepInclude(yield* Fiber.join(waiting), { _tag: "WaitTimeout", status: "not found" })
    }))
})
