import { Database } from "@effect-scalingo/core/Database"
import {
  DatabaseEndpoint,
  DatabaseNetPeering,
  DatabaseNetworkConfiguration,
  DedicatedDatabase,
  DedicatedDatabaseDashboardItem
} from "@effect-scalingo/core/DedicatedDatabases"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { db, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { api, at, listOf, type Send, withSandbox } from "./sandboxClient.js"

const input = { name: "my-postgres-db", technology: "postgresql-ng", plan: "postgresql-dr-starter-4096" }

const create = (database: object, options: Send = {}) =>
  api("POST", "/databases", { ...options, body: { database: { ...input, ...database } } })

describe("sandbox: databases with dedicated resources", () => {
  it.effect("is not found at first, then has an addon, then runs", () =>
    Effect.gen(function*() {
      const created = yield* create({})
      assert.strictEqual(created.status, 201)
      const database = yield* decode(DedicatedDatabase, at(created, "database"))
      assert.deepInclude(database, input)
      const unknown = yield* api("GET", "/databases/my-postgres-db")
      assert.strictEqual(unknown.status, 404)
      assert.deepStrictEqual(unknown.body, { error: "Database not found" })
      assert.deepStrictEqual(listOf(yield* api("GET", "/databases"), "databases"), [])

      yield* TestClock.adjust("10 seconds")
      for (const name of ["my-postgres-db", database.id]) {
        const found = yield* decode(DedicatedDatabase, at(yield* api("GET", `/databases/${name}`), "database"))
        assert.deepStrictEqual(found, database)
      }
      assert.deepStrictEqual(listOf(yield* api("GET", `/apps/${database.id}/addons`), "addons"), [])
      assert.deepStrictEqual(listOf(yield* api("GET", "/databases/my-postgres-db/endpoints"), "endpoints"), [])

      yield* TestClock.adjust("10 seconds")
      const it = yield* open("my-postgres-db")
      const state = Effect.flatMap(db(it, "GET", it.path), (response) => decode(Database, at(response, "database")))
      assert.strictEqual((yield* state).status, "creating")
      yield* TestClock.adjust("20 seconds")
      assert.deepInclude(yield* state, {
        status: "running",
        type_name: "postgresql-ng",
        plan: "postgresql-dr-starter-4096",
        app_name: "my-postgres-db"
      })

      const listed = yield* decode(
        Schema.Array(DedicatedDatabase),
        at(yield* api("GET", "/databases"), "databases")
      )
      assert.deepStrictEqual(listed, [database])
      const items = listOf(yield* api("GET", "/databases?dashboard=true"), "databases")
      // The addon in this response has fewer fields than others.
      const [item] = yield* Schema.decodeUnknown(Schema.Array(DedicatedDatabaseDashboardItem))(items)
      assert.strictEqual(item?.app?.dedicated_database, true)
      assert.strictEqual(item?.addon?.id, it.addonId)
      assert.strictEqual(item?.database.id, database.id)

      yield* api("DELETE", "/apps/my-postgres-db?current_name=my-postgres-db")
      assert.strictEqual((yield* api("GET", "/databases/my-postgres-db")).status, 404)
      assert.strictEqual((yield* db(it, "GET", it.path)).status, 404)
    }).pipe(withSandbox()))

  it.effect("has its own plans in the catalogue of addons", () =>
    Effect.gen(function*() {
      const providers = listOf(yield* api("GET", "/addon_providers?dedicated=true"), "addon_providers")
      assert.deepStrictEqual(providers.map(({ id }) => id), ["postgresql-ng"])
      const plans = listOf(yield* api("GET", "/addon_providers/postgresql-ng/plans"), "plans")
      assert.deepStrictEqual(plans.map(({ name }) => name), [
        "postgresql-dr-starter-2048",
        "postgresql-dr-starter-4096",
        "postgresql-dr-business-4096",
        "postgresql-dr-business-8192"
      ])
      const addon = { addon_provider_id: "postgresql-ng", plan_id: "postgresql-dr-starter-2048" }
      assert.strictEqual((yield* api("POST", "/apps/example-app/addons", { body: { addon } })).status, 422)

      yield* create({})
      yield* TestClock.adjust("1 minute")
      const { addonId } = yield* open("my-postgres-db")
      yield* api("PATCH", `/apps/my-postgres-db/addons/${addonId}`, {
        body: { addon: { plan_id: "postgresql-dr-business-8192" } }
      })
      const changed = yield* api("GET", "/databases/my-postgres-db")
      assert.strictEqual(at(changed, "database.plan"), "postgresql-dr-business-8192")
    }).pipe(withSandbox()))

  it.effect("accepts the body of the Go client, a network and apps to connect", () =>
    Effect.gen(function*() {
      const target = String(at(yield* api("GET", "/apps/another-app"), "app.id"))
      const created = yield* api("POST", "/databases", {
        body: {
          name: "from-golang",
          addon_provider_id: "postgresql-ng",
          plan_id: "postgresql-dr-business-4096",
          ip_range: "10.4.0.0/24",
          post_provisioning_configuration: { regional_network_access: true, app_ids: [target] }
        }
      })
      assert.strictEqual(created.status, 201)
      assert.strictEqual(at(created, "database.plan"), "postgresql-dr-business-4096")
      yield* TestClock.adjust("40 seconds")
      const configuration = at(
        yield* api("GET", "/databases/from-golang/network_configuration"),
        "network_configuration"
      )
      assert.strictEqual((yield* decode(DatabaseNetworkConfiguration, configuration)).ip_range, "10.4.0.0/24")
      assert.deepStrictEqual(
        listOf(yield* api("GET", "/apps/another-app/variables"), "variables").map((variable) => variable["name"]),
        ["SCALINGO_POSTGRESQL_URL"]
      )
    }).pipe(withSandbox()))

  it.effect("peers with networks", () =>
    Effect.gen(function*() {
      yield* create({})
      yield* TestClock.adjust("40 seconds")
      const path = "/databases/my-postgres-db/net_peerings"
      const endpoints = Effect.flatMap(
        api("GET", "/databases/my-postgres-db/endpoints"),
        (response) => decode(Schema.Array(DatabaseEndpoint), at(response, "endpoints"))
      )
      assert.deepStrictEqual((yield* endpoints).map((known) => known.type), ["public-rw"])
      const body = { outscale_net_peering_id: "pcx-12345678" }
      const created = yield* api("POST", path, { body })
      assert.strictEqual(created.status, 201)
      const peering = yield* decode(DatabaseNetPeering, at(created, "net_peering"))
      assert.strictEqual(peering.status, "active")
      assert.strictEqual((yield* api("POST", path, { body })).status, 422)
      assert.strictEqual((yield* api("POST", path, { body: {} })).status, 422)
      assert.lengthOf(listOf(yield* api("GET", path), "net_peerings"), 1)
      assert.deepStrictEqual((yield* endpoints).map((known) => known.type), ["public-rw", "private-peering-rw"])

      assert.strictEqual((yield* api("DELETE", `${path}/${peering.id}`)).status, 204)
      const deleted = at(yield* api("GET", `${path}/${peering.id}`), "net_peering")
      assert.strictEqual((yield* decode(DatabaseNetPeering, deleted)).status, "deleted")
      assert.lengthOf(listOf(yield* api("GET", path), "net_peerings"), 0)
      assert.strictEqual((yield* api("DELETE", `${path}/${peering.id}`)).status, 404)
      assert.strictEqual((yield* api("GET", `${path}/unknown`)).status, 404)
    }).pipe(withSandbox()))

  it.effect("refuses invalid input, missing payment methods, and the databases of others", () =>
    Effect.gen(function*() {
      const errors = (database: object) => Effect.map(create(database), (response) => at(response, "errors"))
      assert.deepStrictEqual(yield* errors({ name: "short" }), { name: ["is too short (minimum is 6 characters)"] })
      assert.deepStrictEqual(yield* errors({ technology: "cobol-ng" }), { technology: ["is not included in the list"] })
      assert.deepStrictEqual(yield* errors({ plan: "postgresql-sandbox" }), { plan: ["is not included in the list"] })
      assert.deepStrictEqual(yield* errors({ plan: undefined }), { plan: ["can't be blank"] })
      assert.deepStrictEqual(yield* errors({ ip_range: "10.0.0.0/26" }), {
        ip_range: ["must be a CIDR of at least a /25"]
      })
      assert.strictEqual((yield* create({ project_id: "pr-unknown" })).status, 404)
      assert.strictEqual((yield* create({}, { as: "poor" })).status, 402)
      assert.strictEqual((yield* create({})).status, 201)
      assert.deepStrictEqual(yield* errors({}), { name: ["has already been taken"] })
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* api("GET", "/databases/my-postgres-db", { as: "poor" })).status, 401)
      assert.deepStrictEqual(listOf(yield* api("GET", "/databases", { as: "poor" }), "databases"), [])
      assert.strictEqual(
        (yield* api("GET", "/databases/my-postgres-db", { region: "osc-secnum-fr1" })).status,
        404
      )
    }).pipe(withSandbox({ accounts: [{ username: "john" }, { username: "poor", paymentMethod: false }] })))
})
