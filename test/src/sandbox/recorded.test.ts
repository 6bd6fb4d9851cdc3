/**
 * What recorded responses of the platform and its changelog say, and the documentation does not.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { databasesSeed, db, open } from "./databaseClient.js"
import {
  api,
  at,
  auth,
  basic,
  Fault,
  faulty,
  listOf,
  Sandbox,
  type Send,
  sendTo,
  withSandbox
} from "./sandboxClient.js"

const example = "/apps/example-app"

const billing = (method: "GET" | "PUT", path: string, body?: unknown) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    return yield* sendTo(method, `${sandbox.urls.billing}${path}`, { bearer: yield* sandbox.bearer(), body })
  })

const tfa = (method: "GET" | "POST" | "DELETE", path = "", body?: object) =>
  auth(method, `/client/tfa${path}`, { body: body === undefined ? undefined : { tfa: body } })

const dataOf = (app: string, type: string) =>
  Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => Effect.map(sandbox.events(app), (events) => events.findLast((event) => event.type === type)?.type_data)
  )

describe("recorded statuses and error bodies", () => {
  it.effect("PATCH /apps/:app with an unknown stack_id: 404 stack", () =>
    Effect.gen(function*() {
      const refused = yield* api("PATCH", example, { body: { app: { stack_id: "st-none" } } })
      assert.strictEqual(refused.status, 404)
      assert.deepStrictEqual(refused.body, { resource: "stack", error: "not found" })
      const created = yield* api("POST", "/apps", { body: { app: { name: "fresh-app", stack_id: "st-none" } } })
      assert.strictEqual(created.status, 404)
    }).pipe(withSandbox()))

  it.effect("PATCH /apps/:app with a wrong current_name, in the body or in the query: 422 current_name", () =>
    Effect.gen(function*() {
      const app = { owner: "alice@example.com" }
      for (
        const refused of [
          yield* api("PATCH", example, { body: { current_name: "wrong", app } }),
          yield* api("PATCH", `${example}?current_name=wrong`, { body: { app } })
        ]
      ) {
        assert.strictEqual(refused.status, 422)
        assert.isArray(at(refused, "errors.current_name"))
      }
      const given = yield* api("PATCH", example, { body: { current_name: "example-app", app } })
      assert.strictEqual(at(given, "app.owner.username"), "alice")
    }).pipe(withSandbox()))

  for (const method of ["PATCH", "PUT"] as const) {
    it.effect(`${method} /tokens/:id/renew: 200, the id stays, the old secret ends`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const id = String(at(yield* auth("GET", "/tokens"), "tokens.0.id"))
        const renewed = yield* auth(method, `/tokens/${id}/renew`)
        assert.strictEqual(renewed.status, 200)
        assert.strictEqual(at(renewed, "token.id"), id)
        const exchange = (secret: string) =>
          sendTo("POST", `${sandbox.urls.auth}/tokens/exchange`, { headers: basic("", secret) })
        assert.strictEqual((yield* exchange(Redacted.value(sandbox.token))).status, 401)
        assert.strictEqual((yield* exchange(String(at(renewed, "token.token")))).status, 200)
      }).pipe(withSandbox()))
  }

  it.effect("POST /client/tfa and /client/tfa/validate: 201; what does not fit: four texts with 400", () =>
    Effect.gen(function*() {
      const texts: Array<readonly [number, unknown]> = []
      const refuse = (sent: ReturnType<typeof tfa>) =>
        Effect.map(sent, (response) => texts.push([response.status, response.body]))
      yield* refuse(tfa("DELETE", "", { attempt: "123456" }))
      yield* refuse(tfa("DELETE"))
      yield* refuse(tfa("POST", "/validate", { attempt: "123456" }))
      yield* refuse(tfa("POST", "", { provider: "mail" }))
      assert.strictEqual((yield* tfa("POST", "", { provider: "totp" })).status, 201)
      yield* refuse(tfa("POST", "/validate", { attempt: "wrong" }))
      assert.strictEqual((yield* tfa("POST", "/validate", { attempt: "123456" })).status, 201)
      yield* refuse(tfa("POST", "", { provider: "totp" }))
      assert.deepStrictEqual(texts, [
        [400, { error: "2fa not enabled for this account" }],
        [400, { error: "2fa not enabled for this account" }],
        [400, { error: "otp not created" }],
        [400, { error: "invalid provider" }],
        [400, { error: "unable to validate otp attempt" }],
        [400, { error: "2fa already enabled" }]
      ])
    }).pipe(withSandbox()))

  it.effect("GET /apps/:app/stats/cpu without a container type: 400", () =>
    Effect.gen(function*() {
      for (const metric of ["cpu", "memory", "swap"]) {
        const refused = yield* api("GET", `${example}/stats/${metric}`)
        assert.deepStrictEqual([refused.status, refused.body], [400, { error: "'container' should be defined" }])
        assert.strictEqual((yield* api("GET", `${example}/stats/${metric}/web`)).status, 200)
      }
    }).pipe(withSandbox()))

  it.effect("GET /apps/:app/stats/all: exists, as GET /features/metrics says", () =>
    Effect.gen(function*() {
      assert.include(listOf(yield* api("GET", "/features/metrics"), "metrics").map((it) => it["id"]), "all")
      const series = yield* api("GET", `${example}/stats/all`)
      assert.strictEqual(series.status, 200)
      assert.isTrue(Array.isArray(series.body) && series.body.length > 0)
    }).pipe(withSandbox()))

  it.effect("PUT /profiles/:id with some of the fields: 200, the others stay", () =>
    Effect.gen(function*() {
      const before = yield* billing("GET", "/profile")
      const changed = yield* billing("PUT", `/profiles/${at(before, "profile.id")}`, { profile: { company: "New" } })
      assert.strictEqual(changed.status, 200)
      assert.deepStrictEqual(at(changed, "profile"), { ...at(before, "profile") as object, company: "New" })
      const blank = yield* billing("PUT", `/profiles/${at(before, "profile.id")}`, { profile: { name: "" } })
      assert.strictEqual(blank.status, 422)
    }).pipe(withSandbox()))

  it.effect("POST /notifiers with an unknown platform: 404 notification_platform", () =>
    Effect.gen(function*() {
      const refused = yield* api("POST", `${example}/notifiers`, {
        body: { notifier: { platform_id: "x", name: "n" } }
      })
      assert.strictEqual(refused.status, 404)
      assert.deepStrictEqual(refused.body, { resource: "notification_platform", error: "not found" })
    }).pipe(withSandbox()))

  it.effect("POST /apps/:app/addons without plan_id: 400 plan_id is required", () =>
    Effect.gen(function*() {
      const refused = yield* api("POST", `${example}/addons`, { body: { addon: { addon_provider_id: "postgresql" } } })
      assert.deepStrictEqual([refused.status, refused.body], [400, { error: "plan_id is required" }])
    }).pipe(withSandbox()))

  it.effect("GET /apps/collaboration with somebody else's invitation: 400", () =>
    Effect.gen(function*() {
      const invited = yield* api("POST", `${example}/collaborators`, {
        body: { collaborator: { email: "carol@example.com" } }
      })
      const link = new URL(String(at(invited, "collaborator.invitation_link")))
      const accept = (as: string) => api("GET", `/apps/collaboration${link.search}`, { as })
      for (const as of ["john", "alice", "bob"]) assert.strictEqual((yield* accept(as)).status, 400, as)
      assert.match(String(at(yield* accept("alice"), "error")), /already working on this app.*carol@example\.com/)
      assert.strictEqual((yield* api("GET", example, { as: "bob" })).status, 401)
      assert.strictEqual((yield* accept("carol")).status, 200)
    }).pipe(withSandbox({
      accounts: ["john", "alice", "bob", "carol"].map((username) => ({ username })),
      apps: [{ name: "example-app", collaborators: ["alice"] }]
    })))

  it.effect("DELETE /apps/:app/variables?variable_ids[]=…: 204, as with ids in the body", () =>
    Effect.gen(function*() {
      const path = "/apps/another-app/variables"
      const body = { variables: ["ONE", "TWO", "THREE"].map((name) => ({ name, value: "1" })) }
      const [one, two, three] = listOf(yield* api("PUT", path, { body }), "variables").map((it) => String(it["id"]))
      const ids = new URLSearchParams([["variable_ids[]", one ?? ""], ["variable_ids[]", two ?? ""]])
      const unknown = yield* api("DELETE", `${path}?${new URLSearchParams({ "variable_ids[]": "none" })}`)
      assert.strictEqual(unknown.status, 404)
      assert.strictEqual((yield* api("DELETE", `${path}?${ids}`)).status, 204)
      assert.deepStrictEqual(listOf(yield* api("GET", path), "variables").map((it) => it["name"]), ["THREE"])
      assert.strictEqual((yield* api("DELETE", path, { body: { variable_ids: [three] } })).status, 204)
      assert.deepStrictEqual(listOf(yield* api("GET", path), "variables"), [])
    }).pipe(withSandbox()))

  it.effect("POST /apps with {}: 422 app missing field", () =>
    Effect.gen(function*() {
      const refused = yield* api("POST", "/apps", { body: {} })
      assert.deepStrictEqual([refused.status, refused.body], [422, { errors: { app: ["missing field"] } }])
    }).pipe(withSandbox()))

  it.effect("scale to 11: 422 container-web-amount", () =>
    Effect.gen(function*() {
      const body = { containers: [{ name: "web", amount: 11 }] }
      const refused = yield* api("POST", `${example}/scale`, { body })
      assert.strictEqual(refused.status, 422)
      assert.deepStrictEqual(Object.keys(at(refused, "errors") as object), ["container-web-amount"])
    }).pipe(withSandbox()))

  it.effect("rename to a bad name: 422 name", () =>
    Effect.gen(function*() {
      for (const new_name of ["example-app--", "x", "another-app"]) {
        const body = { current_name: "example-app", new_name }
        const refused = yield* api("POST", `${example}/rename`, { body })
        assert.strictEqual(refused.status, 422)
        assert.deepStrictEqual(Object.keys(at(refused, "errors") as object), ["name"], new_name)
      }
    }).pipe(withSandbox()))

  it.effect("the database API without a good addon token: 400 unauthorized", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const [first, second] = [yield* open("app-redis"), yield* open("app-mysql")]
      const get = (options: Send = {}) => db(first, "GET", first.path, options)
      assert.strictEqual((yield* get()).status, 200)
      yield* faulty(Fault.expiredBearer)
      for (
        const refused of [
          yield* get(),
          yield* get(),
          yield* get({ bearer: undefined }),
          yield* get({ bearer: Redacted.make("wrong") }),
          yield* get({ bearer: second.token }),
          yield* get({ bearer: yield* sandbox.bearer() })
        ]
      ) {
        assert.deepStrictEqual([refused.status, refused.body], [400, { error: "unauthorized" }])
      }
    }).pipe(withSandbox(databasesSeed("redis", "mysql"))))

  it.effect("a variable named _X or 1X: 422 must start with a letter", () =>
    Effect.gen(function*() {
      for (const name of ["_X", "1X"]) {
        const refused = yield* api("POST", `${example}/variables`, { body: { variable: { name, value: "1" } } })
        assert.deepStrictEqual(
          [refused.status, refused.body],
          [422, { errors: { name: ["must start with a letter"] } }]
        )
      }
      const accepted = yield* api("POST", `${example}/variables`, { body: { variable: { name: "x_1", value: "1" } } })
      assert.strictEqual(accepted.status, 201)
    }).pipe(withSandbox()))
})

describe("recorded values", () => {
  it.effect("variables have up to 32,768 characters", () =>
    Effect.gen(function*() {
      const set = (length: number) =>
        api("POST", `${example}/variables`, { body: { variable: { name: `L${length}`, value: "x".repeat(length) } } })
      assert.strictEqual((yield* set(32_768)).status, 201)
      assert.isArray(at(yield* set(32_769), "errors.value"))
    }).pipe(withSandbox()))

  it.effect("containers have the size 3XL", () =>
    Effect.gen(function*() {
      const body = { containers: [{ name: "web", amount: 1, size: "3XL" }] }
      assert.strictEqual((yield* api("POST", `${example}/scale`, { body })).status, 202)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(at(yield* api("GET", `${example}/ps`), "containers.0.container_size.name"), "3XL")
    }).pipe(withSandbox()))

  it.effect("the default stack is scalingo-26, and scalingo-24 exists", () =>
    Effect.gen(function*() {
      const stacks = listOf(yield* api("GET", "/features/stacks"), "stacks")
      assert.deepStrictEqual(stacks.filter((it) => it["default"] === true).map((it) => it["name"]), ["scalingo-26"])
      assert.include(stacks.map((it) => it["name"]), "scalingo-24")
      const created = yield* api("POST", "/apps", { body: { app: { name: "fresh-app" } } })
      assert.strictEqual(at(created, "app.stack_id"), "st-scalingo-26")
    }).pipe(withSandbox()))

  it.effect("no new addon has a sandbox plan; those that have one keep it", () =>
    Effect.gen(function*() {
      const names = (response: Parameters<typeof listOf>[0]) => listOf(response, "plans").map((it) => it["name"])
      assert.notInclude(names(yield* api("GET", "/addon_providers/redis/plans")), "redis-sandbox")
      const all = yield* api("GET", "/addon_providers/redis/plans?show_all=true")
      assert.deepInclude(listOf(all, "plans")[0], { name: "redis-sandbox", disabled: true })
      for (const provider of listOf(yield* api("GET", "/addon_providers"), "addon_providers")) {
        assert.notInclude(JSON.stringify(provider["plans"]), "-sandbox")
      }
      const addon = { addon_provider_id: "redis", plan_id: "redis-sandbox" }
      const refused = yield* api("POST", "/apps/old-app/addons", { body: { addon } })
      assert.isArray(at(refused, "errors.plan_id"))
      const addons = yield* api("GET", "/apps/old-app/addons")
      assert.strictEqual(at(addons, "addons.0.plan.name"), "postgresql-sandbox")
      const path = `/apps/old-app/addons/${at(addons, "addons.0.id")}`
      assert.strictEqual(
        (yield* api("PATCH", path, { body: { addon: { plan_id: "postgresql-starter-512" } } })).status,
        200
      )
      yield* TestClock.adjust("1 minute")
      const back = yield* api("PATCH", path, { body: { addon: { plan_id: "postgresql-sandbox" } } })
      assert.isArray(at(back, "errors.plan_id"))
    }).pipe(withSandbox({ apps: [{ name: "old-app", addons: ["postgresql-sandbox"] }] })))

  it.effect("log drains: logtail and appsignal need a token alone, syslog a host and a port", () =>
    Effect.gen(function*() {
      const create = (drain: object) => api("POST", `${example}/log_drains`, { body: { drain } })
      for (
        const drain of [
          { type: "logtail", token: "t" },
          { type: "appsignal", token: "t" },
          { type: "syslog", host: "logs.example.com", port: "6514" },
          { type: "syslog", host: "logs.example.com", port: "6514", token: "t" }
        ]
      ) {
        assert.strictEqual((yield* create(drain)).status, 201, JSON.stringify(drain))
      }
      const fields = (response: Parameters<typeof at>[0]) => Object.keys(at(response, "errors") as object)
      assert.deepStrictEqual(fields(yield* create({ type: "logtail" })), ["token"])
      assert.deepStrictEqual(fields(yield* create({ type: "appsignal", host: "h", port: "1" })), ["token"])
      assert.deepStrictEqual(fields(yield* create({ type: "syslog", token: "t" })), ["host", "port"])
    }).pipe(withSandbox()))

  it.effect("an app that is busy: 422 whose text says that it is scaling or restarting", () =>
    Effect.gen(function*() {
      const error = Effect.map(
        api("POST", `${example}/restart`, { body: {} }),
        (response) => [response.status, at(response, "errors.app.0")]
      )
      yield* api("POST", `${example}/scale`, { body: { containers: [{ name: "web", amount: 2 }] } })
      assert.deepStrictEqual(yield* error, [422, "is scaling, nothing else can be done to it"])
      yield* TestClock.adjust("1 minute")
      yield* api("POST", `${example}/restart`, { body: {} })
      assert.deepStrictEqual(yield* error, [422, "is restarting, nothing else can be done to it"])
    }).pipe(withSandbox()))

  it.effect("fields of tokens, variables, new apps, two-factor statuses and keys", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("1 hour")
      const token = yield* auth("GET", "/tokens")
      assert.strictEqual(at(token, "tokens.0.issued_at"), "1970-01-01T00:00:00.000Z")
      const renewed = yield* auth("PATCH", `/tokens/${at(token, "tokens.0.id")}/renew`)
      assert.strictEqual(at(renewed, "token.issued_at"), "1970-01-01T01:00:00.000Z")

      const app = yield* api("GET", "/apps/another-app")
      assert.isNull(at(app, "app.last_deployment_id"))
      assert.isNull(at(app, "app.parent_app_name"))
      yield* api("POST", `${example}/child_apps`, { body: { app: { name: "child-app" } } })
      assert.strictEqual(at(yield* api("GET", "/apps/child-app"), "app.parent_app_name"), "example-app")
      const variable = { name: "ONE", value: "1" }
      const created = yield* api("POST", "/apps/another-app/variables", { body: { variable } })
      assert.strictEqual(at(created, "variable.app_id"), at(app, "app.id"))
      assert.strictEqual(
        at(yield* api("GET", "/apps/another-app/variables"), "variables.0.app_id"),
        at(app, "app.id")
      )

      const { id } = at(yield* auth("GET", "/users/self"), "user") as { readonly id: string }
      assert.deepStrictEqual(at(yield* tfa("GET"), "tfa"), { id, uuid: id, enabled: false, provider: null })
      assert.strictEqual(at(yield* tfa("POST", "", { provider: "totp" }), "tfa.id"), id)
      const key = { name: "Laptop", content: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIII" }
      const owner = at(yield* auth("POST", "/keys", { body: { key } }), "key.owner")
      assert.deepStrictEqual(owner, at(yield* api("GET", "/users/self"), "user"))
    }).pipe(withSandbox()))

  it.effect("fields of domains, deployments and e-mail notifiers", () =>
    Effect.gen(function*() {
      const domain = at(
        yield* api("POST", `${example}/domains`, { body: { domain: { name: "www.example.com" } } }),
        "domain"
      )
      assert.deepInclude(domain, { acme_dns_fqdn: null, acme_dns_value: null, acme_challenge_error: null })

      const deployment = { source_url: "https://example.com/v1.tar.gz", git_ref: "0123456789abcdef0123" }
      const path = "/apps/another-app/deployments"
      const started = yield* api("POST", path, { body: { deployment } })
      assert.deepInclude(at(started, "deployment"), { image: null, registry: null })
      yield* TestClock.adjust("2 minutes")
      const done = yield* api("GET", `${path}/${at(started, "deployment.id")}`)
      assert.strictEqual(at(done, "deployment.registry"), "registry.osc-fr1.scalingo.com")
      assert.match(
        String(at(done, "deployment.image")),
        /^registry\.osc-fr1\.scalingo\.com\/app-another-app:0123456789abcde-/
      )

      const platforms = yield* api("GET", "/notification_platforms/search?name=email")
      const notifier = { platform_id: at(platforms, "notification_platforms.0.id"), name: "mails", active: false }
      const created = yield* api("POST", `${example}/notifiers`, { body: { notifier } })
      assert.deepStrictEqual(at(created, "notifier.type_data"), { user_ids: [], emails: [] })
    }).pipe(withSandbox()))

  it.effect("the database API on the host of the regional API, with the account's own bearer", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const it = yield* open()
      const base = sandbox.urls.api("osc-fr1").replace(/\/v1$/, "/api")
      const send = (path: string, as?: string) =>
        Effect.flatMap(sandbox.bearer(as), (bearer) => sendTo("GET", `${base}${path}`, { bearer }))
      const same = yield* db(it, "GET", it.path)
      for (const as of ["john", "alice"]) assert.deepStrictEqual((yield* send(it.path, as)).body, same.body)
      assert.strictEqual((yield* send(`${it.path}/backups`)).status, 200)
      assert.deepStrictEqual((yield* send(it.path, "bob")).body, { error: "unauthorized" })
      assert.strictEqual((yield* sendTo("GET", `${base}${it.path}`, { bearer: it.token })).status, 400)
      assert.strictEqual((yield* sendTo("GET", `${base}${it.path}`)).status, 400)
      assert.strictEqual((yield* send("/databases/ad-none")).status, 404)
      // Only the databases are there.
      assert.deepStrictEqual((yield* send("/database_types")).body, { error: "not found" })
      assert.isAbove(yield* sandbox.countRequests((request) => request.api === "database"), 5)
    }).pipe(withSandbox({
      accounts: [{ username: "john" }, { username: "alice" }, { username: "bob" }],
      apps: [{
        name: "example-app",
        addons: ["postgresql"],
        collaborators: ["alice"],
        limitedCollaborators: ["bob"]
      }]
    })))

  it.effect("the event stack_changed has both names of stacks", () =>
    Effect.gen(function*() {
      yield* api("PATCH", example, { body: { app: { stack_id: "st-scalingo-24" } } })
      assert.deepStrictEqual(yield* dataOf("example-app", "stack_changed"), {
        previous_stack_id: "st-scalingo-26",
        current_stack_id: "st-scalingo-24",
        previous_stack_name: "scalingo-26",
        current_stack_name: "scalingo-24"
      })
    }).pipe(withSandbox()))

  it.effect("the event edit_hds_contact has the whole contact", () =>
    Effect.gen(function*() {
      yield* api("POST", "/apps", { body: { app: { name: "health-app", hds_resource: true } } })
      const put = (hds_contact: object) => api("PUT", "/apps/health-app/hds_contact", { body: { hds_contact } })
      yield* put({ name: "Ada", email: "ada@example.com", org_type: "company" })
      yield* put({ company: "Engines" })
      assert.deepStrictEqual(yield* dataOf("health-app", "edit_hds_contact"), {
        org_type: "company",
        name: "Ada",
        email: "ada@example.com",
        phone_number: null,
        company: "Engines",
        address_line1: null,
        address_line2: null,
        address_city: null,
        address_zip: null,
        address_country: null,
        notes: null,
        remote_ip: "127.0.0.1"
      })
    }).pipe(withSandbox()))
})

describe("sandbox: what a test relies on", () => {
  it.effect("a failed deployment does not count as the last deployment", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const deployment = { source_url: "https://example.com/v1.tar.gz" }
      const deploy = Effect.zipRight(
        api("POST", "/apps/another-app/deployments", { body: { deployment } }),
        TestClock.adjust("2 minutes")
      )
      yield* sandbox.failNextDeployment("another-app", "build-error")
      yield* deploy
      const failed = yield* api("GET", "/apps/another-app")
      assert.deepInclude(at(failed, "app"), {
        status: "new",
        last_deployed_at: null,
        last_deployed_by: null,
        last_deployment_id: null
      })
      yield* deploy
      const done = yield* api("GET", "/apps/another-app")
      assert.deepInclude(at(done, "app"), { status: "running", last_deployed_by: "john" })
      yield* sandbox.failNextDeployment("another-app", "timeout-error")
      yield* deploy
      const still = yield* api("GET", "/apps/another-app")
      assert.strictEqual(at(still, "app.last_deployed_at"), at(done, "app.last_deployed_at"))
    }).pipe(withSandbox()))

  it.effect("a deleted account is signed out everywhere, and its e-mail address is free again", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const bearer = yield* sandbox.bearer("alice")
      const it = yield* open("example-app", { as: "alice" })
      assert.strictEqual((yield* db(it, "GET", it.path)).status, 200)
      assert.strictEqual((yield* api("DELETE", "/users", { bearer })).status, 204)
      assert.strictEqual((yield* api("GET", "/apps", { bearer })).status, 401)
      assert.strictEqual((yield* db(it, "GET", it.path)).status, 400)
      const signIn = (headers: { readonly [name: string]: string }, path: string) =>
        sendTo("POST", `${sandbox.urls.auth}${path}`, { headers, body: { token: { name: "new" } } })
      const token = Redacted.value(sandbox.tokenOf("alice"))
      assert.strictEqual((yield* signIn(basic("", token), "/tokens/exchange")).status, 401)
      assert.strictEqual((yield* signIn(basic("alice", "alice-password"), "/tokens")).status, 401)
      assert.deepStrictEqual((yield* sandbox.app("example-app")).collaborators, [])
      const user = { email: "alice@example.com", password: "a long password" }
      assert.strictEqual((yield* api("POST", "/users", { body: { user } })).status, 201)
    }).pipe(withSandbox()))

  it.effect("the events of an app stay with it when it is renamed", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* api("POST", `${example}/restart`, { body: {} })
      yield* TestClock.adjust("1 minute")
      const body = { current_name: "example-app", new_name: "renamed-app" }
      yield* api("POST", `${example}/rename`, { body })
      const types = (yield* sandbox.events("renamed-app")).map((event) => event.type)
      assert.deepStrictEqual(types, ["new_app", "restart", "rename_app"])
    }).pipe(withSandbox()))
})
