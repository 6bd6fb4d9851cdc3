import { SandboxServer } from "@effect-scalingo/node/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Redacted, TestClock } from "effect"
import { clientFromToken } from "scalingo"
import { ask, at, deploymentTime, each, operationTime, refusal, Sandbox, signIn, withServer } from "./kit.js"

describe("official client: addons", () => {
  it.effect("reads the catalogue, signed in or not", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const categories = yield* ask(() => client.Addons.listCategories())
      assert.deepStrictEqual(each(categories, "name"), ["Databases", "Messaging"])
      const providers = yield* ask(() => client.Addons.listProviders())
      assert.include(each(providers, "id"), "postgresql")
      assert.deepStrictEqual(yield* ask(() => client.Addons.listProviders(undefined, true)), providers)
      const messaging = yield* ask(() => client.Addons.listProviders(categories[1]?.id))
      assert.deepStrictEqual(each(messaging, "id"), ["rabbitmq"])
      assert.strictEqual(messaging[0]?.category.name, "Messaging")
      assert.deepStrictEqual(each(messaging[0]?.plans ?? [], "name"), [
        "rabbitmq-starter-512",
        "rabbitmq-starter-1024",
        "rabbitmq-business-1024"
      ])
    }).pipe(withServer()))

  it.effect("provisions, lists, upgrades, signs in and destroys", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const providers = yield* ask(() => client.Addons.listProviders())
      const redis = providers.find(({ id }) => id === "redis")
      const [small, large] = redis?.plans ?? []
      assert.isDefined(small)
      assert.isDefined(large)

      const created = yield* ask(() =>
        client.Addons.create("example-app", { addon_provider_id: "redis", plan_id: small.id })
      )
      assert.deepInclude<unknown>(created, { status: "provisioning", deprovisioned_at: null })
      assert.strictEqual(created.plan.name, "redis-starter-512")
      assert.strictEqual(created.addon_provider.name, "Redis")
      const look = ask(() => client.Addons.getAddon("example-app", created.id))
      yield* TestClock.adjust(operationTime)
      assert.strictEqual((yield* look).status, "running")
      assert.deepStrictEqual(
        (yield* ask(() => client.Addons.for("example-app"))).map(({ plan }) => plan.name),
        ["postgresql-starter-512", "redis-starter-512"]
      )
      assert.property((yield* sandbox.app("example-app")).variables, "SCALINGO_REDIS_URL")

      // It reads the key `addon`; that the fields below it are `vars` and `message`, only its types say.
      const upgraded = yield* ask(() => client.Addons.update("example-app", created.id, { plan_id: large.id }))
      assert.strictEqual(at(upgraded, "id"), created.id)
      assert.strictEqual((yield* look).plan.name, "redis-starter-1024")

      const sso: unknown = yield* ask(() => client.Addons.sso("example-app", created.id))
      assert.strictEqual(at(sso, "id"), created.id)
      assert.match(String(at(sso, "sso_url")), /\/sso\?/)

      yield* ask(() => client.Addons.destroy("example-app", created.id))
      assert.strictEqual((yield* Effect.flip(look)).status, 404)
      assert.deepStrictEqual((yield* sandbox.app("example-app")).addons, ["postgresql-starter-512"])
    }).pipe(withServer()))

  it.effect("resumes what is suspended", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const [addon] = yield* ask(() => client.Addons.for("example-app"))
      assert.isDefined(addon)
      assert.strictEqual((yield* refusal(() => client.Addons.resume("example-app", addon.id))).status, 422)
      yield* sandbox.suspendAddons("example-app")
      assert.strictEqual((yield* ask(() => client.Addons.getAddon("example-app", addon.id))).status, "suspended")
      const resumed = yield* ask(() => client.Addons.resume("example-app", addon.id))
      assert.strictEqual(resumed.addon.status, "running")
      assert.isString(resumed.message)
    }).pipe(withServer()))
})

describe("official client: projects and variables", () => {
  it.effect("creates, shows, renames and lists projects; apps go to one", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const created = yield* ask(() => client.Projects.create({ name: "official" }))
      assert.deepInclude(created, { name: "official", default: false })
      assert.strictEqual(at(created, "owner.username"), "john")
      const updated = yield* ask(() => client.Projects.update(created.id, { name: "renamed", default: true }))
      assert.deepInclude(updated, { id: created.id, name: "renamed", default: true })
      assert.deepStrictEqual(yield* ask(() => client.Projects.find(created.id)), updated)
      assert.deepStrictEqual(
        (yield* ask(() => client.Projects.all())).map((it) => [it.name, it.default]),
        [["example-project", false], ["renamed", true]]
      )
      yield* ask(() => client.Apps.create({ name: "app-of-project", project_id: created.id }))
      yield* ask(() => client.Apps.update("another-app", { project_id: created.id }))
      assert.deepStrictEqual(
        (yield* sandbox.apps).filter((app) => app.project === "renamed").map((app) => app.name),
        ["another-app", "app-of-project"]
      )
      const taken = yield* refusal(() => client.Projects.create({ name: "renamed" }))
      assert.deepStrictEqual([taken.status, taken.data], [422, { errors: { name: ["has already been taken"] } }])
      assert.strictEqual((yield* refusal(() => client.Projects.find("pr-none"))).status, 404)
    }).pipe(withServer()))

  it.effect("sets variables one by one and at once", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const one = yield* ask(() => client.Environment.create("another-app", { name: "ONE", value: "1" }))
      assert.deepInclude(one, { name: "ONE", value: "1" })
      const changed = yield* ask(() => client.Environment.update("another-app", one.id, "first"))
      assert.deepInclude(changed, { id: one.id, name: "ONE", value: "first" })
      const bulk = yield* ask(() =>
        client.Environment.bulkUpdate("another-app", [
          { name: "ONE", value: "uno" },
          { name: "TWO", value: "due" },
          { name: "SUM", value: "$ONE + $TWO" }
        ])
      )
      assert.deepStrictEqual(each(bulk, "name"), ["ONE", "TWO", "SUM"])
      assert.deepStrictEqual(yield* ask(() => client.Environment.for("another-app")), bulk)
      assert.deepStrictEqual((yield* sandbox.app("another-app")).variables, {
        ONE: "uno",
        TWO: "due",
        SUM: "$ONE + $TWO"
      })
      const ids = bulk.slice(1).map(({ id }) => id)
      // It looks for `variable_ids` in the response, where the documentation has none.
      assert.isUndefined(yield* ask(() => client.Environment.bulkDestroy("another-app", ids)))
      yield* ask(() => client.Environment.destroy("another-app", one.id))
      assert.deepStrictEqual(yield* ask(() => client.Environment.for("another-app")), [])
      const bad = yield* refusal(() => client.Environment.create("another-app", { name: "NO-HYPHEN", value: "" }))
      assert.strictEqual(bad.status, 422)
    }).pipe(withServer()))
})

describe("official client: deployments and events", () => {
  it.effect("deploys an archive and reads what the build says", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const created = yield* ask(() =>
        client.Deployments.create("another-app", { source_url: "https://example.com/v1.tar.gz", git_ref: "v1" })
      )
      assert.deepInclude(created, { status: "queued", git_ref: "v1" })
      assert.strictEqual(created.pusher.username, "john")
      const look = ask(() => client.Deployments.find("another-app", created.id))
      yield* TestClock.adjust(deploymentTime)
      const done = yield* look
      assert.strictEqual(done.status, "success")
      assert.isAbove(done.image_size, 0)
      const output = yield* ask(() => client.Deployments.logs("another-app", created.id))
      assert.match(output, /^<-- Start deployment of another-app -->/)
      assert.match(output, /successful/)

      const page = yield* ask(() => client.Deployments.for("another-app", { page: 1, per_page: 5 }))
      assert.deepStrictEqual(each(page.deployments, "id"), [created.id])
      assert.deepStrictEqual<unknown>(page.meta.pagination, {
        current_page: 1,
        prev_page: null,
        next_page: null,
        total_pages: 1,
        total_count: 1
      })
      assert.deepStrictEqual(each(yield* ask(() => client.Containers.processes("another-app")), "label"), ["web-1"])
      yield* ask(() => client.Deployments.purgeCache("another-app"))
      const bad = yield* refusal(() => client.Deployments.create("another-app", { source_url: "no-address" }))
      assert.strictEqual(bad.status, 422)
    }).pipe(withServer()))

  it.effect("sees a deployment that fails", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      yield* sandbox.failNextDeployment("another-app", "build-error")
      const created = yield* ask(() =>
        client.Deployments.create("another-app", { source_url: "https://example.com/v1.tar.gz" })
      )
      const look = ask(() => client.Deployments.find("another-app", created.id))
      yield* TestClock.adjust(deploymentTime)
      assert.strictEqual((yield* look).status, "build-error")
      assert.match(yield* ask(() => client.Deployments.logs("another-app", created.id)), /Build failed/)
    }).pipe(withServer()))

  it.effect("turns the pages of the events", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const pages: Array<unknown> = []
      const seen: Array<unknown> = []
      for (let page: unknown = 1; typeof page === "number";) {
        const asked = page
        const response = yield* ask(() => client.Events.for("example-app", { page: asked, per_page: 20 }))
        seen.push(...each(response.events, "id"))
        pages.push(at(response.meta, "pagination"))
        page = at(response.meta, "pagination.next_page")
      }
      const total = (yield* sandbox.events("example-app")).length
      assert.strictEqual(total, 51)
      assert.strictEqual(new Set(seen).size, total)
      assert.deepStrictEqual(pages, [
        { current_page: 1, prev_page: null, next_page: 2, total_pages: 3, total_count: 51 },
        { current_page: 2, prev_page: 1, next_page: 3, total_pages: 3, total_count: 51 },
        { current_page: 3, prev_page: 2, next_page: null, total_pages: 3, total_count: 51 }
      ])

      yield* ask(() => client.Environment.create("example-app", { name: "NEW", value: "1" }))
      const { events: [newest] } = yield* ask(() => client.Events.all())
      assert.deepInclude(newest, { type: "new_variable", app_name: "example-app" })
      assert.deepStrictEqual(newest?.type_data, { name: "NEW", value: "1" })
      assert.deepStrictEqual(yield* ask(() => client.Events.find("example-app", String(newest?.id))), newest)
      const lastHour = yield* ask(() => client.Events.all({ from: 1 }))
      assert.isAbove(lastHour.events.length, 20)
      assert.strictEqual((yield* refusal(() => client.Events.all({ from: 73 }))).status, 400)
    }).pipe(withServer({ events: 100 })))
})

describe("official client: the account and its tokens", () => {
  it.effect("creates, renews and destroys tokens", () =>
    Effect.gen(function*() {
      const { authUrl } = yield* SandboxServer
      const authApiUrl = authUrl.replace(/\/v1$/, "")
      const client = yield* signIn()
      const names = Effect.map(ask(() => client.Tokens.all()), (all) => each(all, "name"))
      const created: unknown = yield* ask(() => client.Tokens.create("official"))
      assert.deepStrictEqual(yield* names, ["CLI", "official"])
      const secret = String(at(created, "token"))
      assert.match(secret, /^tk-us-/)
      yield* ask(() => clientFromToken(secret, { authApiUrl }))
      const renewed: unknown = yield* ask(() => client.Tokens.renew(String(at(created, "id"))))
      const again = String(at(renewed, "token"))
      assert.notStrictEqual(again, secret)
      assert.strictEqual((yield* refusal(() => clientFromToken(secret, { authApiUrl }))).status, 401)
      yield* ask(() => clientFromToken(again, { authApiUrl }))
      yield* ask(() => client.Tokens.destroy(String(at(renewed, "id"))))
      assert.deepStrictEqual(yield* names, ["CLI"])
    }).pipe(withServer()))

  it.effect("changes and leaves the account", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const changed = yield* ask(() => client.Users.updateAccount({ company: "ACME" }))
      assert.strictEqual(changed.company, "ACME")
      assert.deepStrictEqual(yield* ask(() => client.Users.self()), changed)
      assert.include(yield* ask(() => client.Users.roles()), "developer")
      yield* ask(() => client.Users.stopFreeTrial())
      const end = String(at(yield* ask(() => client.Users.self()), "free_trial_end_time"))
      assert.isAtMost(Date.parse(end), yield* Clock.currentTimeMillis)

      yield* ask(() => client.Users.requestAccountDeletion())
      const { data } = (yield* sandbox.mails)[0]!
      const confirm = (token: string) =>
        client.Users.confirmAccountDeletion(data["deletion_id"] ?? "", { token, reason: "" })
      assert.strictEqual((yield* refusal(() => confirm("wrong"))).status, 422)
      yield* ask(() => confirm(data["token"] ?? ""))
      assert.strictEqual((yield* refusal(() => client.Users.self())).status, 401)
      assert.deepStrictEqual(yield* sandbox.apps, [])
      const token = Redacted.value(sandbox.token)
      assert.strictEqual((yield* refusal(() => client.Tokens.exchange(token))).status, 401)
    }).pipe(withServer()))

  it.effect("reads what containers use", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const points = yield* ask(() => client.Metrics.get("example-app", "cpu", { since: 1, containerType: "web" }))
      assert.strictEqual(points.length, 60)
      assert.isNumber(points[0]?.value)
      assert.isNotNaN(Date.parse(String(points[0]?.time)))
      const last = yield* ask(() => client.Metrics.get("example-app", "memory", { last: true, containerType: "web" }))
      assert.strictEqual(last.length, 1)
      assert.strictEqual((yield* refusal(() => client.Metrics.get("example-app", "none"))).status, 404)
    }).pipe(withServer()))
})
