/**
 * The permissions of limited collaborators.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { api, at, listOf, type Send, withSandbox } from "./sandboxClient.js"

const seed = {
  accounts: [{ username: "john" }, { username: "alice" }, { username: "bob" }],
  apps: [{
    name: "example-app",
    variables: { SECRET: "42" },
    addons: ["postgresql-starter-512"],
    collaborators: ["alice"],
    limitedCollaborators: ["bob"]
  }]
}

const app = "/apps/example-app"

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

const scale = { containers: [{ name: "web", amount: 2 }] }
const variable = { variable: { name: "NEW", value: "1" } }

describe("sandbox: roles", () => {
  it.effect("a limited collaborator restarts the app and reads its status", () =>
    Effect.gen(function*() {
      const as = (method: Method, path: string, options: Send = {}) =>
        Effect.map(api(method, `${app}${path}`, { ...options, as: "bob" }), (response) => response.status)
      for (
        const path of [
          "",
          "/ps",
          "/containers",
          "/stats",
          "/stats/cpu/web",
          "/events",
          "/logs",
          "/addons",
          "/deployments",
          "/cron_tasks",
          "/domains",
          "/alerts",
          "/log_drains",
          "/collaborators",
          "/child_apps"
        ]
      ) {
        assert.strictEqual(yield* as("GET", path), 200, path)
      }
      assert.strictEqual(yield* as("POST", "/restart"), 202)
      assert.strictEqual(yield* as("DELETE", "/caches/deployment"), 204)
      const consent = { data_access_consent: { databases_until: "1970-01-02T00:00:00Z" } }
      assert.strictEqual(yield* as("POST", "/data_access_consent", { body: consent }), 201)
    }).pipe(withSandbox(seed)))

  it.effect("a limited collaborator neither changes the app nor sees its data", () =>
    Effect.gen(function*() {
      const addon = at(yield* api("GET", `${app}/addons`), "addons.0.id")
      const oneOff = at(yield* api("POST", `${app}/run`, { body: { command: "bash" } }), "container.id")
      const variableId = at(yield* api("GET", `${app}/variables`), "variables.0.id")
      const attempts: ReadonlyArray<readonly [Method, string, unknown?]> = [
        ["PATCH", "", { app: { force_https: true } }],
        ["POST", "/child_apps", { app: { name: "child-app" } }],
        ["POST", "/scale", scale],
        ["POST", "/run", { command: "bash" }],
        ["POST", `/containers/${oneOff}/stop`],
        ["POST", `/containers/${oneOff}/kill`, { signal: "SIGTERM" }],
        ["GET", "/logs_archives"],
        ["POST", "/deployments", { deployment: { source_url: "https://example.com/code.tar.gz" } }],
        ["POST", "/variables", variable],
        ["PUT", "/variables", { variables: [] }],
        ["DELETE", "/variables", { variable_ids: [] }],
        ["PATCH", `/variables/${variableId}`, variable],
        ["DELETE", `/variables/${variableId}`],
        ["POST", "/addons", { addon: { addon_provider_id: "redis", plan_id: "redis-starter-512" } }],
        ["PATCH", `/addons/${addon}`, { addon: { plan_id: "postgresql-starter-1024" } }],
        ["DELETE", `/addons/${addon}`],
        ["POST", `/addons/${addon}/token`],
        ["POST", `/addons/${addon}/sso`],
        ["POST", `/addons/${addon}/resume`]
      ]
      const responses = yield* Effect.forEach(attempts, ([method, path, body]) =>
        Effect.map(api(method, `${app}${path}`, { body, as: "bob" }), ({ status }) => [method, path, status]))
      assert.deepStrictEqual(responses, attempts.map(([method, path]) => [method, path, 403]))
      // The refused requests had no effect, and a full collaborator may send them.
      assert.strictEqual((yield* api("POST", `${app}/scale`, { body: scale, as: "alice" })).status, 202)
      const child = { app: { name: "child-app" } }
      const made = yield* api("POST", `${app}/child_apps`, { body: child, as: "alice" })
      assert.deepStrictEqual([made.status, at(made, "app.owner.username")], [201, "john"])
    }).pipe(withSandbox(seed)))

  it.effect("a limited collaborator sees the names of variables, not their values", () =>
    Effect.gen(function*() {
      yield* api("POST", `${app}/variables`, { body: variable })
      yield* api("PUT", `${app}/variables`, { body: { variables: [{ name: "NEW", value: "2" }] } })
      const seen = (as: string) =>
        Effect.gen(function*() {
          const variables = listOf(yield* api("GET", `${app}/variables`, { as }), "variables")
          const events = listOf(yield* api("GET", `${app}/events`, { as }), "events")
          return {
            variables: variables.filter(({ name }) => name === "SECRET" || name === "NEW").map(({ value }) => value),
            events: events.slice(0, 2).map((event) => event["type_data"])
          }
        })
      const updated = (value: string, old_value: string) => ({
        new_vars: [],
        updated_vars: [{ name: "NEW", value, old_value }],
        deleted_vars: []
      })
      assert.deepStrictEqual(yield* seen("bob"), {
        variables: ["", ""],
        events: [updated("", ""), { name: "NEW", value: "" }]
      })
      assert.deepStrictEqual(yield* seen("alice"), {
        variables: ["42", "2"],
        events: [updated("2", "1"), { name: "NEW", value: "1" }]
      })
    }).pipe(withSandbox(seed)))

  it.effect("a limited collaborator reads the output of a deployment for seven days", () =>
    Effect.gen(function*() {
      const id = at(yield* api("GET", `${app}/deployments`), "deployments.0.id")
      const output = Effect.map(
        api("GET", `${app}/deployments/${id}/output`, { as: "bob" }),
        (response) => response.status
      )
      yield* TestClock.adjust("6 days")
      assert.strictEqual(yield* output, 200)
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* output, 403)
    }).pipe(withSandbox(seed)))
})
