import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const names = (response: Parameters<typeof listOf>[0]) => listOf(response, "apps").map((it) => it.name)

describe("sandbox: apps", () => {
  it.effect("creates, finds by name and id, and deletes with the name as a check", () =>
    Effect.gen(function*() {
      const created = yield* api("POST", "/apps", { body: { app: { name: "fresh-app" } } })
      assert.strictEqual(created.status, 201)
      assert.strictEqual(at(created, "app.status"), "new")
      assert.strictEqual(at(created, "app.project.name"), "example-project")
      const byId = yield* api("GET", `/apps/${at(created, "app.id")}`)
      assert.strictEqual(at(byId, "app.name"), "fresh-app")

      assert.strictEqual((yield* api("DELETE", "/apps/fresh-app")).status, 422)
      assert.strictEqual((yield* api("DELETE", "/apps/fresh-app?current_name=fresh-app")).status, 204)
      const gone = yield* api("GET", "/apps/fresh-app")
      assert.strictEqual(gone.status, 404)
      assert.deepStrictEqual(gone.body, { resource: "app", error: "not found" })
    }).pipe(withSandbox()))

  it.effect("checks names", () =>
    Effect.gen(function*() {
      const create = (name: unknown) =>
        Effect.map(api("POST", "/apps", { body: { app: { name } } }), (response) => [
          response.status,
          at(response, "errors.name.0")
        ])
      assert.deepStrictEqual(yield* create("short"), [422, "is too short (minimum is 6 characters)"])
      assert.deepStrictEqual((yield* create("x".repeat(49)))[0], 422)
      assert.deepStrictEqual((yield* create("Upper-Case"))[0], 422)
      assert.deepStrictEqual((yield* create("double--hyphen"))[0], 422)
      assert.deepStrictEqual(yield* create("example-app"), [422, "has already been taken"])
      assert.deepStrictEqual(yield* create(undefined), [422, "can't be blank"])
      assert.strictEqual((yield* api("POST", "/apps", { body: { name: "no-root" } })).status, 422)
    }).pipe(withSandbox()))

  it.effect("a dry run responds the same and leaves nothing", () =>
    Effect.gen(function*() {
      const dry = { headers: { "x-dry-run": "true" } }
      const checked = yield* api("POST", "/apps", { ...dry, body: { app: { name: "maybe-app" } } })
      assert.strictEqual(checked.status, 201)
      assert.strictEqual((yield* api("GET", "/apps/maybe-app")).status, 404)
      assert.strictEqual((yield* api("POST", "/apps", { ...dry, body: { app: { name: "example-app" } } })).status, 422)
    }).pipe(withSandbox()))

  it.effect("an account sees its own apps, and those shared with it", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(names(yield* api("GET", "/apps")), ["example-app", "another-app"])
      assert.deepStrictEqual(names(yield* api("GET", "/apps", { as: "alice" })), ["example-app"])
      assert.deepStrictEqual(names(yield* api("GET", "/apps", { region: "osc-secnum-fr1" })), [])
      assert.strictEqual((yield* api("GET", "/apps/example-app", { region: "osc-secnum-fr1" })).status, 404)
      assert.strictEqual((yield* api("GET", "/apps/another-app", { as: "alice" })).status, 401)
      // A collaborator restarts, but does not rename or delete.
      const as = "alice"
      assert.strictEqual((yield* api("POST", "/apps/example-app/restart", { as, body: {} })).status, 202)
      const rename = { current_name: "example-app", new_name: "mine-now" }
      assert.strictEqual((yield* api("POST", "/apps/example-app/rename", { as, body: rename })).status, 403)
      assert.strictEqual((yield* api("DELETE", "/apps/example-app?current_name=example-app", { as })).status, 403)
    }).pipe(withSandbox()))

  it.effect("the options set the error for accounts without access", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* api("GET", "/apps/another-app", { as: "alice" })).status, 404)
    }).pipe(withSandbox(undefined, { strangers: "notFound" })))

  it.effect("renames, changes settings, moves to another project", () =>
    Effect.gen(function*() {
      const wrong = { current_name: "not-it", new_name: "renamed-app" }
      assert.strictEqual((yield* api("POST", "/apps/example-app/rename", { body: wrong })).status, 422)
      const body = { current_name: "example-app", new_name: "renamed-app" }
      assert.strictEqual(at(yield* api("POST", "/apps/example-app/rename", { body }), "app.name"), "renamed-app")

      const project = at(yield* api("POST", "/projects", { body: { project: { name: "other" } } }), "project.id")
      const rooted = { app: { force_https: true, project_id: project } }
      const updated = yield* api("PATCH", "/apps/renamed-app", { body: rooted })
      assert.strictEqual(at(updated, "app.force_https"), true)
      assert.strictEqual(at(updated, "app.project.name"), "other")
      // The body of the Go client.
      const put = yield* api("PUT", "/apps/renamed-app", { body: { router_logs: true } })
      assert.strictEqual(at(put, "app.router_logs"), true)

      const sandbox = yield* Sandbox.Sandbox
      const types = (yield* sandbox.events("renamed-app")).map((event) => event.type)
      assert.deepStrictEqual(types, ["new_app", "rename_app", "update_app_project", "edit_app", "edit_app"])
    }).pipe(withSandbox()))

  it.effect("is transferred to a collaborator only", () =>
    Effect.gen(function*() {
      const path = "/apps/example-app?current_name=example-app"
      const give = (owner: string) => api("PATCH", path, { body: { app: { owner } } })
      assert.strictEqual((yield* give("nobody@example.com")).status, 422)
      const given = yield* give("alice@example.com")
      assert.strictEqual(given.status, 200)
      assert.strictEqual(at(given, "app.owner.username"), "alice")
      assert.strictEqual((yield* give("alice@example.com")).status, 403)
    }).pipe(withSandbox()))

  it.effect("child apps are in the project of the parent, and are paginated", () =>
    Effect.gen(function*() {
      const body = { app: { name: "child-app" } }
      assert.strictEqual((yield* api("POST", "/apps/example-app/child_apps", { body })).status, 201)
      const listed = yield* api("GET", "/apps/example-app/child_apps")
      assert.strictEqual(at(listed, "child_apps.0.parent_app_name"), "example-app")
      assert.strictEqual(at(listed, "meta.pagination.total_count"), 1)
    }).pipe(withSandbox()))

  it.effect("without a payment method an account has one app and one small web container", () =>
    Effect.gen(function*() {
      const refused = yield* api("POST", "/apps", { body: { app: { name: "second-app" } } })
      assert.strictEqual(refused.status, 402)
      assert.match(String(at(refused, "url")), /^https:/)
      assert.isString(at(refused, "name"))
      const body = { containers: [{ name: "web", amount: 2 }] }
      assert.strictEqual((yield* api("POST", "/apps/single-app/scale", { body })).status, 402)
    }).pipe(withSandbox({ accounts: [{ username: "poor", paymentMethod: false }], apps: [{ name: "single-app" }] })))

  it.effect("logs, archives, stats", () =>
    Effect.gen(function*() {
      const logs = yield* api("GET", "/apps/example-app/logs")
      assert.match(String(at(logs, "logs_url")), /^https:\/\/logs\..*\/apps\/example-app\/logs\?.*token=/)
      let cursor = ""
      const archives: Array<unknown> = []
      for (;;) {
        const step = yield* api("GET", `/apps/example-app/logs_archives${cursor === "" ? "" : `?cursor=${cursor}`}`)
        archives.push(...listOf(step, "archives").map((it) => it.from))
        cursor = String(at(step, "next_cursor"))
        if (at(step, "has_more") !== true) break
      }
      assert.strictEqual(new Set(archives).size, 45)
      assert.match(String(archives[0]), /^Wed Dec 31 00:00:00 \+0000 UTC 1969$/)
      assert.strictEqual(at(yield* api("GET", "/apps/example-app/stats"), "stats.0.id"), "web-1")
      const series = yield* api("GET", "/apps/example-app/stats/memory/web/1?since=2")
      assert.strictEqual(Array.isArray(series.body) ? series.body.length : 0, 60)
      assert.strictEqual((yield* api("GET", "/apps/example-app/stats/memory/nope")).status, 404)
      const recommended = yield* api("GET", "/apps/example-app/stats/cpu/recommended_value?container_type=web")
      assert.strictEqual(at(recommended, "value"), 0.9)
    }).pipe(withSandbox()))
})
