import { SandboxServer } from "@effect-scalingo/node/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, TestClock } from "effect"
import { clientFromToken } from "scalingo"
import { ask, at, each, operationTime, refusal, Sandbox, signIn, withServer } from "./kit.js"

describe("official client: sign-in and apps", () => {
  it.effect("exchanges an API token for a bearer that opens both APIs", () =>
    Effect.gen(function*() {
      const server = yield* SandboxServer
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      assert.match(client._token, /^[\w-]+\.[\w-]+\.[\w-]+$/)

      const self = yield* ask(() => client.Users.self())
      assert.deepInclude(self, { username: "john", email: "john@example.com" })
      assert.deepStrictEqual(
        each(yield* ask(() => client.Regions.all()), "name"),
        ["osc-fr1", "osc-secnum-fr1"]
      )
      const [exchange] = yield* sandbox.requests
      assert.deepInclude(exchange, { method: "POST", api: "auth", path: "/tokens/exchange", status: 200 })

      const authApiUrl = `${server.url}/auth`
      const wrong = yield* refusal(() => clientFromToken("tk-us-wrong", { authApiUrl }))
      assert.strictEqual(wrong.status, 401)
      const right = yield* ask(() => clientFromToken(Redacted.value(sandbox.token), { authApiUrl }))
      assert.notStrictEqual(right._token, client._token)
    }).pipe(withServer()))

  it.effect("lists and shows apps", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      assert.deepStrictEqual(each(yield* ask(() => client.Apps.all()), "name"), ["example-app", "another-app"])
      const app = yield* ask(() => client.Apps.find("example-app"))
      assert.deepInclude(app, {
        name: "example-app",
        region: "osc-fr1",
        status: "running",
        url: "https://example-app.osc-fr1.scalingo.io",
        force_https: false
      })
      assert.strictEqual(app.owner.username, "john")
      assert.strictEqual(at(app, "project.name"), "example-project")
      assert.match(app.links.deployments_stream, /^ws:\/\/127\.0\.0\.1:\d+\/deployments\/osc-fr1\/apps\/example-app$/)
      assert.deepStrictEqual(yield* ask(() => client.Apps.find(app.id)), app)

      const elsewhere = yield* signIn({ region: "osc-secnum-fr1" })
      assert.deepStrictEqual(yield* ask(() => elsewhere.Apps.all()), [])
    }).pipe(withServer()))

  it.effect("creates, changes, renames, transfers and destroys", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const created = yield* ask(() => client.Apps.create({ name: "official-app", stack_id: "st-scalingo-20" }))
      assert.deepInclude<unknown>(created, { name: "official-app", status: "new", stack_id: "st-scalingo-20" })
      const changed = yield* ask(() => client.Apps.update("official-app", { force_https: true, router_logs: true }))
      assert.deepInclude(changed, { force_https: true, router_logs: true, sticky_session: false })
      assert.deepStrictEqual(yield* ask(() => client.Apps.find("official-app")), changed)

      const renamed = yield* ask(() => client.Apps.rename("official-app", "official-app", "official-app-2"))
      assert.deepInclude(renamed, { id: created.id, name: "official-app-2" })
      assert.strictEqual((yield* refusal(() => client.Apps.find("official-app"))).status, 404)

      yield* ask(() => client.Apps.destroy("official-app-2", "official-app-2"))
      assert.strictEqual((yield* refusal(() => client.Apps.find("official-app-2"))).status, 404)

      const parent = yield* ask(() => client.Apps.find("example-app"))
      const child = yield* ask(() => client.Apps.create({ name: "child-app", parent_id: parent.id }))
      assert.strictEqual(at(child, "parent_app_name"), "example-app")
      const orphan = { name: "orphan-app", parent_id: created.id }
      assert.strictEqual((yield* refusal(() => client.Apps.create(orphan))).status, 404)

      const given = yield* ask(() => client.Apps.transfer("example-app", "example-app", "alice@example.com"))
      assert.strictEqual(given.owner.username, "alice")
      assert.strictEqual((yield* sandbox.app("example-app")).owner, "alice")
    }).pipe(withServer()))

  it.effect("a dry run creates nothing", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const dry = yield* ask(() => client.Apps.create({ name: "official-app", dry_run: true }))
      assert.strictEqual(dry.name, "official-app")
      const taken = yield* refusal(() => client.Apps.create({ name: "example-app", dry_run: true }))
      assert.strictEqual(taken.status, 422)
      assert.strictEqual((yield* sandbox.apps).length, 2)
    }).pipe(withServer()))

  it.effect("is refused with its own error class", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const missing = yield* refusal(() => client.Apps.find("no-such-app"))
      assert.deepStrictEqual([missing.status, missing.message, missing.data], [
        404,
        "not found",
        { resource: "app", error: "not found" }
      ])
      const short = yield* refusal(() => client.Apps.create({ name: "short" }))
      assert.deepStrictEqual([short.status, short.data], [
        422,
        { errors: { name: ["is too short (minimum is 6 characters)"] } }
      ])
      const misnamed = yield* refusal(() => client.Apps.destroy("example-app", "other-name"))
      assert.strictEqual(misnamed.status, 422)
      const alice = yield* signIn({ as: "alice" })
      assert.strictEqual((yield* refusal(() => alice.Apps.find("another-app"))).status, 401)
      assert.strictEqual((yield* refusal(() => alice.Apps.destroy("example-app", "example-app"))).status, 403)

      yield* sandbox.expireBearers
      assert.strictEqual((yield* refusal(() => client.Apps.all())).status, 401)
    }).pipe(withServer()))

  it.effect("is told of a missing payment method, and where to go", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      yield* ask(() => client.Apps.create({ name: "first-app" }))
      const refused = yield* refusal(() => client.Apps.create({ name: "second-app" }))
      assert.strictEqual(refused.status, 402)
      assert.match(String(at(refused.data, "url")), /\/billing\/payment$/)
    }).pipe(withServer({ accounts: [{ username: "poor", paymentMethod: false }] })))

  it.effect("meets the limit as a 429 in plain text", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      yield* ask(() => client.Apps.all())
      const refused = yield* refusal(() => client.Apps.all())
      assert.deepStrictEqual([refused.status, refused.data], [429, "Retry later"])
    }).pipe(withServer(undefined, { requestLimit: 2 })))
})

describe("official client: containers", () => {
  it.effect("scales and waits for the operation", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      assert.deepStrictEqual(
        (yield* ask(() => client.Containers.for("example-app"))).map((it) => [it.name, it.amount, it.size]),
        [["web", 1, "M"], ["worker", 0, "M"]]
      )
      const formation = [{ name: "web", amount: 2, size: "L" }, { name: "worker", amount: 1, size: "M" }]
      const scaled = yield* ask(() => client.Containers.scale("example-app", formation))
      assert.deepStrictEqual(
        scaled.formation.map(({ amount, name, size }) => ({ name, amount, size })),
        formation
      )
      const { operation } = scaled
      assert.isDefined(operation)
      assert.include(["pending", "running"], operation.status)
      assert.strictEqual(operation.type, "scale")
      assert.isNull(operation.finished_at)

      const waiting = yield* Effect.fork(ask(() => operation.wait()))
      yield* TestClock.adjust(operationTime)
      const done = yield* Fiber.join(waiting)
      assert.strictEqual(done.status, "done")
      assert.deepStrictEqual([operation.status, operation.error], ["done", ""])
      assert.isNotNull(operation.finished_at)
      const found = yield* ask(() => client.Operations.operation("example-app", done.id ?? ""))
      assert.deepStrictEqual(found, done)

      assert.deepStrictEqual((yield* sandbox.app("example-app")).containers, ["web-1", "web-2", "worker-1"])
      const processes = yield* ask(() => client.Containers.processes("example-app"))
      assert.deepStrictEqual(each(processes, "label"), ["web-1", "web-2", "worker-1"])
      assert.strictEqual(processes[0]?.container_size.name, "L")

      const same = yield* refusal(() => client.Containers.scale("example-app", formation))
      assert.deepStrictEqual([same.status, same.message], [422, "no change in containers formation"])
    }).pipe(withServer()))

  it.effect("scales an app that was never deployed without an operation", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const scaled = yield* ask(() => client.Containers.scale("another-app", [{ name: "web", amount: 2, size: "M" }]))
      assert.strictEqual(scaled.formation[0]?.amount, 2)
      assert.isUndefined(scaled.operation)
    }).pipe(withServer()))

  it.effect("restarts; while that goes on, nothing else can be done", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const before = each(yield* ask(() => client.Containers.processes("example-app")), "id")
      const operation = yield* ask(() => client.Containers.restart("example-app"))
      assert.strictEqual(operation.type, "restart")
      assert.strictEqual((yield* ask(() => client.Apps.find("example-app"))).status, "restarting")
      assert.strictEqual((yield* refusal(() => client.Containers.restart("example-app"))).status, 422)
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual((yield* refusal(() => client.Containers.restart("example-app"))).status, 422)
      yield* TestClock.adjust("1 second")
      yield* ask(() => operation.wait())
      assert.strictEqual(operation.status, "done")
      assert.notDeepEqual(each(yield* ask(() => client.Containers.processes("example-app")), "id"), before)
    }).pipe(withServer()))

  it.effect("sees an operation that fails, with its reason", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      yield* sandbox.failNextOperation("example-app", "not enough memory")
      const operation = yield* ask(() => client.Containers.restart("example-app"))
      // Its own `wait` never ends on an error: it is asked as it stands.
      yield* TestClock.adjust(operationTime)
      yield* ask(() => operation.refresh())
      assert.deepStrictEqual([operation.status, operation.error], ["error", "not enough memory"])
    }).pipe(withServer()))

  it.effect("runs one-offs and stops them", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const oneOff = yield* ask(() => client.Containers.run("example-app", { command: "bash", size: "S" }))
      assert.deepInclude(oneOff, { type: "one-off", command: "bash", state: "booting" })
      assert.strictEqual(oneOff.app.name, "example-app")
      assert.strictEqual(oneOff.container_size.name, "S")
      const labels = Effect.map(ask(() => client.Containers.processes("example-app")), (all) => all.length)
      assert.strictEqual(yield* labels, 2)
      yield* ask(() => client.Containers.stop("example-app", oneOff.id))
      yield* TestClock.adjust(operationTime)
      assert.strictEqual(yield* labels, 1)
      assert.strictEqual((yield* refusal(() => client.Containers.stop("example-app", "web-1"))).status, 422)
    }).pipe(withServer()))
})
