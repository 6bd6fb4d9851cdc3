import { toRecord } from "@effect-scalingo/core/Environment"
import { AddonProviders, Addons, Deployments, Environment, Events } from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Record, Redacted, Stream, TestClock } from "effect"
import { failure, over, Sandbox, withScalingo, withScalingoUnlimited } from "./kit.js"

describe("end to end: variables", () => {
  it.effect("one by one and at once; values are secrets", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const environment = yield* Environment
      const values = (options?: { readonly aliases: boolean }) =>
        Effect.map(environment.list("another-app", options), (all) => Record.map(toRecord(all), Redacted.value))
      const one = yield* environment.create("another-app", { name: "ONE", value: Redacted.make("first") })
      assert.notInclude(JSON.stringify(one), "first")
      yield* environment.update("another-app", one.id, "uno")
      const bulk = yield* environment.bulkUpdate("another-app", [
        { name: "ONE", value: "1" },
        { name: "TWO", value: "2" },
        { name: "SUM", value: "$ONE+$TWO" }
      ])
      assert.deepStrictEqual(bulk.map(({ name }) => name), ["ONE", "TWO", "SUM"])
      assert.deepStrictEqual(yield* values(), { ONE: "1", TWO: "2", SUM: "$ONE+$TWO" })
      assert.deepStrictEqual(yield* values({ aliases: false }), { ONE: "1", TWO: "2", SUM: "1+2" })
      assert.deepStrictEqual((yield* sandbox.app("another-app")).variables, { ONE: "1", TWO: "2", SUM: "$ONE+$TWO" })
      yield* environment.delete("another-app", one.id)
      yield* environment.bulkDelete("another-app", bulk.slice(1).map(({ id }) => id))
      assert.isEmpty(yield* environment.list("another-app"))

      const taken = yield* failure(environment.create("example-app", { name: "RAILS_ENV", value: "secret-value" }))
      assert.deepInclude(taken, { _tag: "Unprocessable", errors: { name: ["has already been taken"] } })
      assert.notInclude(String(taken) + JSON.stringify(taken), "secret-value")
      yield* sandbox.clearRequests
      const long = yield* failure(environment.create("example-app", { name: "N".repeat(65), value: "" }))
      assert.strictEqual(long._tag, "InvalidRequest")
      const none = yield* failure(environment.bulkDelete("example-app", []))
      assert.strictEqual(none._tag, "InvalidRequest")
      assert.strictEqual(yield* sandbox.countRequests(), 0)
    }).pipe(withScalingoUnlimited()))
})

describe("end to end: addons", () => {
  it.effect("from the catalogue to the end", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const addons = yield* Addons
      const addonProviders = yield* AddonProviders
      const categories = yield* addonProviders.listCategories
      const messaging = categories.find(({ name }) => name === "Messaging")
      const [rabbitmq, ...others] = yield* addonProviders.list({ categoryId: messaging?.id })
      assert.deepStrictEqual([rabbitmq?.id, others.length], ["rabbitmq", 0])
      const plans = yield* addonProviders.listPlans("rabbitmq")
      assert.deepStrictEqual(plans.map(({ id }) => id), rabbitmq?.plans?.map(({ id }) => id))

      const provisioned = yield* addons.provision("another-app", {
        addon_provider_id: "rabbitmq",
        plan_id: plans[0]?.id ?? ""
      })
      assert.deepStrictEqual([provisioned.addon.status, provisioned.addon.plan.name], [
        "provisioning",
        "rabbitmq-starter-512"
      ])
      const { id } = provisioned.addon
      const soon = yield* failure(addons.upgrade("another-app", id, { plan_id: plans[1]?.id ?? "" }))
      assert.strictEqual(soon._tag, "Unprocessable")
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* addons.get("another-app", id)).status, "running")
      yield* addons.upgrade("another-app", id, { plan_id: plans[1]?.id ?? "" })
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual((yield* addons.list("another-app")).map(({ plan, status }) => [plan.name, status]), [
        ["rabbitmq-starter-1024", "running"]
      ])
      assert.property((yield* sandbox.app("another-app")).variables, "SCALINGO_RABBITMQ_URL")

      const token = yield* addons.token("another-app", id)
      const sso = yield* addons.sso("another-app", id)
      assert.match(Redacted.value(sso.sso_url), /\/sso\?/)
      assert.notInclude(JSON.stringify([token, sso]), Redacted.value(token.token))

      yield* sandbox.suspendAddons("another-app")
      assert.strictEqual((yield* addons.get("another-app", id)).status, "suspended")
      yield* addons.resume("another-app", id)
      yield* addons.delete("another-app", id)
      assert.strictEqual((yield* failure(addons.get("another-app", id)))._tag, "NotFound")
      assert.deepStrictEqual((yield* sandbox.app("another-app")).variables, {})
    }).pipe(withScalingoUnlimited()))

  it.effect("what costs something asks for a payment method", () =>
    Effect.gen(function*() {
      const addons = yield* Addons
      const [provider] = yield* Effect.flatMap(AddonProviders, (it) => it.list())
      const provision = (index: number) =>
        addons.provision("poor-app", {
          addon_provider_id: provider?.id ?? "",
          plan_id: provider?.plans?.[index]?.id ?? ""
        })
      assert.strictEqual((yield* failure(provision(0)))._tag, "PaymentRequired")
    }).pipe(
      withScalingoUnlimited({ accounts: [{ username: "poor", paymentMethod: false }], apps: [{ name: "poor-app" }] })
    ))
})

describe("end to end: deployments", () => {
  const archive = { source_url: "https://example.com/v1.tar.gz", git_ref: "v1" }

  it.effect("deploys, awaits, and reads what the build says", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const deployments = yield* Deployments
      const created = yield* deployments.create("another-app", archive)
      assert.deepInclude(created, { status: "queued", git_ref: "v1" })
      assert.isTrue(Option.isNone(yield* deployments.output("another-app", created.id)))
      const done = yield* deployments.await("another-app", created.id).pipe(over("2 minutes"))
      assert.strictEqual(done.status, "success")
      const output = yield* deployments.output("another-app", created.id)
      assert.match(Option.getOrThrow(output), /^<-- Start deployment of another-app -->[^]*successful/)
      assert.deepStrictEqual((yield* sandbox.app("another-app")).containers, ["web-1"])
      assert.deepStrictEqual(yield* deployments.get("another-app", created.id), done)
      yield* deployments.resetCache("another-app")
      assert.strictEqual((yield* failure(deployments.get("another-app", "none")))._tag, "NotFound")
      const bad = yield* failure(deployments.create("another-app", { source_url: "/tmp/archive.tar.gz" }))
      assert.strictEqual(bad._tag, "InvalidRequest")
    }).pipe(withScalingoUnlimited()))

  for (const status of ["build-error", "crashed-error", "timeout-error", "hook-error", "aborted"] as const) {
    it.effect(`one that ends with ${status} is a typed failure`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const deployments = yield* Deployments
        yield* sandbox.failNextDeployment("another-app", status)
        const { id } = yield* deployments.create("another-app", archive)
        const error = yield* failure(deployments.await("another-app", id)).pipe(over("2 minutes"))
        assert.strictEqual(error._tag, "DeploymentFailed")
        assert.strictEqual("deployment" in error && error.deployment?.status, status)
        assert.include(error.message, status)
      }).pipe(withScalingoUnlimited()))
  }

  it.effect("newest first, over pages", () =>
    Effect.gen(function*() {
      const deployments = yield* Deployments
      for (const git_ref of ["v1", "v2", "v3"]) {
        const { id } = yield* deployments.create("another-app", { ...archive, git_ref })
        yield* deployments.await("another-app", id).pipe(over("2 minutes"))
      }
      const all = yield* Stream.runCollect(deployments.list("another-app", { perPage: 2 }))
      assert.deepStrictEqual(Array.from(all, ({ git_ref }) => git_ref), ["v3", "v2", "v1"])
      const page = yield* deployments.listPage("another-app", { page: 2, perPage: 2 })
      assert.deepStrictEqual(page.items.map(({ git_ref }) => git_ref), ["v1"])
      assert.deepInclude(page.pagination, { current_page: 2, next_page: null, total_pages: 2, total_count: 3 })
    }).pipe(withScalingoUnlimited()))
})

describe("end to end: events", () => {
  for (const lastPage of ["null", "clamp"] as const) {
    it.effect(`a walk over 5,000 reads each once and stops (last page: ${lastPage})`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const events = yield* Events
        const ids = new Set<string>()
        const walked = yield* Stream.runFold(events.listForUser({ perPage: 100 }), 0, (count, event) => {
          ids.add(event.id)
          return count + 1
        })
        // Those of the seed, and the creations of its two apps.
        assert.strictEqual(walked, 5002)
        assert.strictEqual(ids.size, walked)
        assert.strictEqual(yield* sandbox.countRequests(({ path }) => path === "/events"), 51)
      }).pipe(withScalingoUnlimited({ events: 5000 }, { sandbox: { lastPage } })))
  }

  it.effect("is lazy: what is not taken is not asked for", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const events = yield* Events
      const asked = sandbox.countRequests(({ path }) => path.endsWith("/events"))
      const stream = events.listForUser({ perPage: 20 })
      assert.strictEqual(yield* asked, 0)
      assert.strictEqual((yield* Stream.runCollect(Stream.take(stream, 20))).length, 20)
      assert.strictEqual(yield* asked, 1)
      assert.strictEqual((yield* Stream.runCollect(Stream.take(stream, 45))).length, 45)
      assert.strictEqual(yield* asked, 1 + 3)
      const ofApp = events.listForApp("example-app", { perPage: 50, startPage: 2 })
      const [first] = yield* Stream.runCollect(Stream.take(ofApp, 1))
      const { items } = yield* events.listForAppPage("example-app", { page: 2, perPage: 50 })
      assert.deepStrictEqual(first, items[0])
      assert.strictEqual(yield* asked, 4 + 2)
    }).pipe(withScalingoUnlimited({ events: 5000 })))

  it.effect("with the platform's limit a walk over 5,000 takes its minute, not more", () =>
    Effect.gen(function*() {
      const events = yield* Events
      const walked = yield* Stream.runCount(events.listForUser({ perPage: 50 })).pipe(over("1 minute"))
      assert.strictEqual(walked, 5002)
    }).pipe(withScalingo({ events: 5000 })))

  it.effect("all that the actions of this library leave behind is known to it", () =>
    Effect.gen(function*() {
      const events = yield* Events
      const environment = yield* Environment
      const one = yield* environment.create("example-app", { name: "ONE", value: "1" })
      yield* environment.bulkUpdate("example-app", [{ name: "ONE", value: "2" }, { name: "TWO", value: "2" }])
      yield* environment.delete("example-app", one.id)
      const all = Array.from(yield* Stream.runCollect(events.listForApp("example-app")))
      const unknown = all.flatMap((event) => event.type === "unknown" ? [event.event_type] : [])
      assert.isEmpty(unknown)
      assert.deepStrictEqual(all.slice(0, 3).map(({ type }) => type), [
        "delete_variable",
        "edit_variables",
        "new_variable"
      ])
      const recent = yield* Stream.runCollect(events.listForApp("example-app", { from: 1 }))
      assert.isAtMost(recent.length, 60)
      assert.isAbove(recent.length, 3)
      const wrong = yield* failure(events.listForUserPage({ from: 73 }))
      assert.deepInclude(wrong, { _tag: "InvalidRequest", field: "from" })
      const first = all[0]!
      assert.deepStrictEqual(yield* events.get("example-app", first.id), first)
    }).pipe(withScalingoUnlimited({ events: 500 })))
})
