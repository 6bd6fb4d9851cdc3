import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { api, at, auth, basic, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

describe("sandbox: environment", () => {
  it.effect("creates, changes, deletes, many at once", () =>
    Effect.gen(function*() {
      const path = "/apps/another-app/variables"
      const one = yield* api("POST", path, { body: { variable: { name: "A", value: "1" } } })
      assert.strictEqual(one.status, 201)
      assert.strictEqual((yield* api("POST", path, { body: { variable: { name: "A", value: "2" } } })).status, 422)
      const many = { variables: [{ name: "A", value: "3" }, { name: "B", value: "4" }] }
      assert.strictEqual(listOf(yield* api("PUT", path, { body: many }), "variables").length, 2)
      const id = at(one, "variable.id")
      const changed = yield* api("PATCH", `${path}/${id}`, { body: { variable: { value: "5" } } })
      assert.strictEqual(at(changed, "variable.value"), "5")

      const sandbox = yield* Sandbox.Sandbox
      assert.deepStrictEqual((yield* sandbox.app("another-app")).variables, { A: "5", B: "4" })
      assert.strictEqual((yield* api("DELETE", `${path}/${id}`)).status, 204)
      const ids = listOf(yield* api("GET", path), "variables").map((it) => it.id)
      assert.strictEqual((yield* api("DELETE", path, { body: { variable_ids: ids } })).status, 204)
      assert.deepStrictEqual((yield* sandbox.app("another-app")).variables, {})
      assert.deepStrictEqual((yield* sandbox.events("another-app")).map((it) => it.type), [
        "new_app",
        "new_variable",
        "edit_variables",
        "edit_variable",
        "delete_variable",
        "edit_variables"
      ])
    }).pipe(withSandbox()))

  it.effect("changes all variables or none, and limits their lengths", () =>
    Effect.gen(function*() {
      const path = "/apps/another-app/variables"
      const body = { variables: [{ name: "OK", value: "1" }, { name: "X".repeat(65), value: "y".repeat(32_769) }] }
      const refused = yield* api("PUT", path, { body })
      assert.strictEqual(refused.status, 422)
      assert.deepStrictEqual(Object.keys(at(refused, "errors") as object), ["1.name", "1.value"])
      assert.deepStrictEqual(listOf(yield* api("GET", path), "variables"), [])
    }).pipe(withSandbox()))

  it.effect("keeps aliases, or expands them", () =>
    Effect.gen(function*() {
      const value = (response: Parameters<typeof listOf>[0]) =>
        String(listOf(response, "variables").find((it) => it.name === "DATABASE_URL")?.value)
      const path = "/apps/example-app/variables"
      assert.strictEqual(value(yield* api("GET", path)), "$SCALINGO_POSTGRESQL_URL")
      assert.match(value(yield* api("GET", `${path}?aliases=false`)), /^postgres:\/\//)
    }).pipe(withSandbox()))
})

describe("sandbox: addons", () => {
  it.effect("provisions, runs after a while, changes plan, and is deleted with its variables", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const plans = yield* api("GET", "/addon_providers/redis/plans")
      const [small, large] = listOf(plans, "plans").map((it) => String(it.id))
      const body = { addon: { addon_provider_id: "redis", plan_id: small } }
      const made = yield* api("POST", "/apps/another-app/addons", { body })
      assert.strictEqual(made.status, 201)
      assert.strictEqual(at(made, "addon.status"), "provisioning")
      assert.deepStrictEqual(at(made, "variables"), ["SCALINGO_REDIS_URL", "DATABASE_URL"])
      const path = `/apps/another-app/addons/${at(made, "addon.id")}`
      const up = { addon: { plan_id: large } }
      assert.strictEqual((yield* api("PATCH", path, { body: up })).status, 422)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(at(yield* api("GET", path), "addon.status"), "running")
      assert.strictEqual((yield* api("PATCH", path, { body: up })).status, 200)
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual((yield* sandbox.app("another-app")).addons, ["redis-starter-1024"])

      yield* sandbox.suspendAddons("another-app")
      assert.strictEqual(at(yield* api("GET", path), "addon.status"), "suspended")
      assert.strictEqual((yield* api("POST", `${path}/resume`)).status, 200)
      assert.strictEqual((yield* api("POST", `${path}/resume`)).status, 422)
      assert.match(String(at(yield* api("POST", `${path}/sso`), "addon.sso_url")), /^https:/)

      assert.strictEqual((yield* api("DELETE", path)).status, 204)
      assert.strictEqual((yield* api("GET", path)).status, 404)
      assert.deepStrictEqual((yield* sandbox.app("another-app")).variables, {})
    }).pipe(withSandbox()))

  it.effect("issues tokens for the database API, for one hour and one addon", () =>
    Effect.gen(function*() {
      const addon = at(yield* api("GET", "/apps/example-app/addons"), "addons.0.id")
      const token = yield* api("POST", `/apps/example-app/addons/${addon}/token`)
      assert.strictEqual(token.status, 200)
      assert.strictEqual(String(at(token, "addon.token")).split(".").length, 3)
      // It is no bearer for other APIs.
      const bearer = Redacted.make(String(at(token, "addon.token")))
      assert.strictEqual((yield* api("GET", "/apps", { bearer })).status, 401)
    }).pipe(withSandbox()))

  it.effect("the catalogue needs no token", () =>
    Effect.gen(function*() {
      const base = "https://api.osc-fr1.scalingo.com/v1"
      const providers = listOf(yield* sendTo("GET", `${base}/addon_providers`), "addon_providers")
      assert.include(providers.map((it) => it.id), "postgresql")
      const category = listOf(yield* sendTo("GET", `${base}/addon_categories`), "addon_categories")[1]?.id
      const filtered = yield* sendTo("GET", `${base}/addon_providers?category_id=${category}`)
      assert.deepStrictEqual(listOf(filtered, "addon_providers").map((it) => it.id), ["rabbitmq"])
      const body = { addon: { addon_provider_id: "redis", plan_id: "nope" } }
      const unknown = yield* api("POST", "/apps/another-app/addons", { body })
      assert.deepStrictEqual(unknown.body, { resource: "plan", error: "not found" })
    }).pipe(withSandbox()))
})

describe("sandbox: deployments", () => {
  const body = { deployment: { source_url: "https://example.com/archive.tar.gz", git_ref: "v2" } }

  it.effect("pass through their statuses, and the app runs", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const made = yield* api("POST", "/apps/another-app/deployments", { body })
      assert.strictEqual(made.status, 201)
      const path = `/apps/another-app/deployments/${at(made, "deployment.id")}`
      assert.strictEqual((yield* api("GET", `${path}/output`)).status, 404)
      const states: Array<unknown> = []
      for (const wait of ["0 seconds", "9 seconds", "27 seconds", "27 seconds", "27 seconds"] as const) {
        yield* TestClock.adjust(wait)
        states.push(at(yield* api("GET", path), "deployment.status"))
      }
      assert.deepStrictEqual(states, ["queued", "building", "pushing", "starting", "success"])
      assert.strictEqual(at(yield* api("GET", path), "deployment.duration"), 90)
      const output = yield* api("GET", `${path}/output`)
      assert.match(output.text, /Building[\s\S]*Starting/)
      assert.match(output.headers["content-type"] ?? "", /^text\/plain/)
      const app = yield* sandbox.app("another-app")
      assert.deepStrictEqual([app.status, app.containers], ["running", ["web-1"]])
      const event = at(yield* api("GET", "/apps/another-app/events"), "events.0.type_data")
      assert.deepInclude(event as object, { status: "success", duration: 90, git_ref: "v2" })
    }).pipe(withSandbox()))

  it.effect("run one after the other, and one fails", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.failNextDeployment("another-app", "build-error")
      yield* api("POST", "/apps/another-app/deployments", { body })
      yield* api("POST", "/apps/another-app/deployments", { body })
      const states = Effect.map(
        api("GET", "/apps/another-app/deployments"),
        (response) => listOf(response, "deployments").map((it) => it.status)
      )
      yield* TestClock.adjust("60 seconds")
      assert.deepStrictEqual(yield* states, ["queued", "building"])
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(yield* states, ["queued", "build-error"])
      yield* TestClock.adjust("90 seconds")
      assert.deepStrictEqual(yield* states, ["success", "build-error"])
    }).pipe(withSandbox()))

  it.effect("check their input", () =>
    Effect.gen(function*() {
      const create = (deployment: unknown) =>
        Effect.map(
          api("POST", "/apps/another-app/deployments", { body: { deployment } }),
          (response) => Object.keys(at(response, "errors") as object)
        )
      const source_url = "https://example.com/a.tar.gz"
      assert.deepStrictEqual(yield* create({}), ["source_url"])
      assert.deepStrictEqual(yield* create({ source_url: "ftp://x" }), ["source_url"])
      assert.deepStrictEqual(yield* create({ source_url, git_ref: "-v1" }), ["git_ref"])
      assert.deepStrictEqual(yield* create({ source_url, git_ref: "" }), ["git_ref"])
      assert.strictEqual((yield* api("DELETE", "/apps/another-app/caches/deployment")).status, 204)
    }).pipe(withSandbox()))
})

describe("sandbox: users", () => {
  it.effect("shows and changes the account", () =>
    Effect.gen(function*() {
      const self = yield* api("GET", "/users/self")
      assert.strictEqual(at(self, "user.email"), "john@example.com")
      const id = at(self, "user.id")
      const changed = yield* api("PATCH", `/users/${id}`, { body: { user: { email: "new@example.com" } } })
      assert.strictEqual(at(changed, "user.email"), "new@example.com")
      const body = { user: { email: "alice@example.com" } }
      assert.strictEqual((yield* api("PATCH", `/users/${id}`, { body })).status, 422)
      assert.strictEqual((yield* api("PATCH", "/users/us-other", { body })).status, 403)
      const password = "a-longer-password"
      const wrong = { user: { password, password_confirmation: "something-else" } }
      assert.strictEqual((yield* auth("PUT", "/users/account", { body: wrong })).status, 422)
      assert.strictEqual((yield* auth("PUT", "/users/account", { body: { user: { password } } })).status, 200)
      const login = yield* sendTo("POST", "https://auth.scalingo.com/v1/tokens", {
        headers: basic("john", password),
        body: { token: { name: "x" } }
      })
      assert.strictEqual(login.status, 201)
      assert.isArray(at(yield* auth("GET", "/users/roles"), "roles"))
      assert.strictEqual(listOf(yield* api("GET", "/account/usage"), "usage").length, 2)
      assert.strictEqual((yield* api("GET", "/account/usage?from=yesterday")).status, 400)
    }).pipe(withSandbox()))

  it.effect("deletes the account in two steps, with the token in the mail", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual((yield* auth("POST", "/users/delete")).status, 200)
      const mail = (yield* sandbox.mails)[0]
      const path = `/users/delete/${mail?.data.deletion_id}/confirm`
      assert.strictEqual((yield* auth("POST", path, { body: { deletion: { token: "guess" } } })).status, 422)
      const bearer = yield* sandbox.bearer()
      const body = { deletion: { token: mail?.data.token } }
      assert.strictEqual((yield* auth("POST", path, { bearer, body })).status, 200)
      assert.strictEqual((yield* auth("GET", "/users/self", { bearer })).status, 401)
      assert.deepStrictEqual(yield* sandbox.apps, [])
    }).pipe(withSandbox()))

  it.effect("signs up an account without a payment method", () =>
    Effect.gen(function*() {
      const base = "https://api.osc-fr1.scalingo.com/v1"
      const user = { email: "new@example.com", password: "long-enough-password" }
      assert.strictEqual((yield* sendTo("POST", `${base}/users`, { body: { user } })).status, 201)
      assert.strictEqual((yield* sendTo("POST", `${base}/users`, { body: { user } })).status, 422)
      const as = "new@example.com"
      const create = (name: string) => api("POST", "/apps", { as, body: { app: { name } } })
      assert.deepStrictEqual([(yield* create("first-app")).status, (yield* create("second-app")).status], [201, 402])
    }).pipe(withSandbox()))
})
