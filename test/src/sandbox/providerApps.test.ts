import { ProviderApp, ProviderAppSummary } from "@effect-scalingo/core/ProviderApps"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { basic, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const provider = (
  method: "GET" | "PATCH",
  path: string,
  body?: unknown,
  headers = basic("postgresql", "postgresql-password")
) =>
  Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => sendTo(method, `${sandbox.urls.api("osc-fr1")}/provider/apps${path}`, { headers, body })
  )

describe("sandbox: apps of an addon provider", () => {
  it.effect("are listed, and their variables are set", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const list = yield* provider("GET", "")
      const [summary] = yield* decodeListAt(ProviderAppSummary, list, "apps")
      assert.strictEqual(summary?.plan, "postgresql-starter-512")
      const found = yield* decodeAt(ProviderApp, yield* provider("GET", `/${summary?.app_id}`), "app")
      assert.deepStrictEqual(Object.keys(found.config ?? {}), ["SCALINGO_POSTGRESQL_URL", "DATABASE_URL"])
      assert.strictEqual(found.owner_email, "john@example.com")

      const config = { SCALINGO_POSTGRESQL_URL: "postgres://new" }
      const changed = yield* provider("PATCH", `/${summary?.app_id}`, { config })
      assert.strictEqual(changed.status, 200)
      yield* decodeAt(ProviderApp, changed, "app")
      const app = yield* sandbox.app("example-app")
      assert.strictEqual(app.variables["SCALINGO_POSTGRESQL_URL"], "postgres://new")
      assert.strictEqual(app.status, "restarting")
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* sandbox.app("example-app")).status, "running")
      const types = (yield* sandbox.events("example-app")).map((event) => event.type)
      assert.deepStrictEqual(types.slice(-2), ["edit_variable", "restart"])
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* provider("GET", "", undefined, basic("postgresql", "wrong"))).status, 401)
      assert.deepStrictEqual(
        listOf(yield* provider("GET", "", undefined, basic("mysql", "mysql-password")), "apps"),
        []
      )
      assert.strictEqual((yield* provider("GET", "/none")).status, 404)
      const [summary] = listOf(yield* provider("GET", ""), "apps")
      const wrong = yield* provider("PATCH", `/${summary?.["app_id"]}`, { config: { RAILS_ENV: "test" } })
      assert.strictEqual(wrong.status, 422)
    }).pipe(withSandbox()))
})
