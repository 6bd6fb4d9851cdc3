/**
 * The smaller resources, which the official client is used for most: it is the one of the dashboard.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { ask, at, each, refusal, Sandbox, signIn, withServer } from "./kit.js"

describe("official client: what hangs on an app", () => {
  it.effect("domains and their certificates", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const created = yield* ask(() => client.Domains.create("example-app", { name: "www.example.com" }))
      assert.deepInclude(created, { name: "www.example.com", ssl: false, canonical: false })
      const certificate = {
        tlscert: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        tlskey: "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"
      }
      const updated = yield* ask(() =>
        client.Domains.update("example-app", created.id, { ...certificate, canonical: true })
      )
      assert.deepInclude(updated, { id: created.id, ssl: true, canonical: true })
      // The certificate itself does not come back: its subject does.
      assert.strictEqual(updated.tlscert, "/CN=www.example.com")
      assert.deepStrictEqual(yield* ask(() => client.Domains.show("example-app", created.id)), updated)
      assert.deepStrictEqual(yield* ask(() => client.Domains.for("example-app")), [updated])
      const bad = yield* refusal(() => client.Domains.update("example-app", created.id, { tlscert: "x", tlskey: "y" }))
      assert.deepStrictEqual([bad.status, bad.data], [
        422,
        { errors: { tlscert: ["is invalid"], tlskey: ["is invalid"] } }
      ])
      yield* ask(() => client.Domains.destroy("example-app", created.id))
      assert.deepStrictEqual(yield* ask(() => client.Domains.for("example-app")), [])
    }).pipe(withServer()))

  it.effect("collaborators are invited, accept and leave", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      const invited = yield* ask(() => client.Collaborators.invite("another-app", "alice@example.com"))
      assert.deepInclude(invited, { email: "alice@example.com", status: "pending" })
      assert.strictEqual((yield* refusal(() => client.Collaborators.invite("another-app", "none"))).status, 422)

      const alice = yield* signIn({ as: "alice" })
      assert.strictEqual((yield* refusal(() => alice.Apps.find("another-app"))).status, 401)
      const mail = (yield* sandbox.mails).find(({ to }) => to === "alice@example.com")
      const accepted: unknown = yield* ask(() => alice.Collaborators.inviteAccept(mail?.data["token"] ?? ""))
      assert.strictEqual(at(accepted, "app.name"), "another-app")
      assert.strictEqual((yield* ask(() => alice.Apps.find("another-app"))).owner.username, "john")

      const changed: unknown = yield* ask(() =>
        client.Collaborators.update("another-app", invited.id, { is_limited: false })
      )
      assert.strictEqual(at(changed, "is_limited"), false)
      const [one] = yield* ask(() => client.Collaborators.for("another-app"))
      assert.deepInclude(one, { id: invited.id, username: "alice", status: "accepted" })
      assert.strictEqual((yield* ask(() => client.Collaborators.all({}))).collaborators.length, 2)
      yield* ask(() => client.Collaborators.destroy("another-app", invited.id))
      assert.strictEqual((yield* refusal(() => alice.Apps.find("another-app"))).status, 401)
    }).pipe(withServer()))

  it.effect("notifiers, and where they send to", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const client = yield* signIn()
      // Its types have one of them, what comes is the list.
      const platforms: unknown = yield* ask(() => client.NotificationPlatforms.list())
      const email = Array.isArray(platforms) && platforms.find((platform) => at(platform, "name") === "email")
      const types = yield* ask(() => client.Events.listEventTypes())
      const categories = yield* ask(() => client.Events.listEventCategories())
      assert.includeMembers([...each(categories, "id")], [...each(types, "category_id")])

      const settings = {
        name: "To the team",
        send_all_events: false,
        selected_event_ids: [types[0]!.id],
        type_data: { user_ids: [], emails: ["team@example.com"] }
      }
      const created = yield* ask(() =>
        client.Notifiers.create("example-app", { platform_id: String(at(email, "id")), ...settings })
      )
      assert.deepInclude(created, { ...settings, active: true, type: "email" })
      yield* ask(() => client.Notifiers.test("example-app", created.id))
      assert.include(each(yield* sandbox.mails, "to"), "team@example.com")
      const updated = yield* ask(() => client.Notifiers.update("example-app", created.id, { name: "x", active: false }))
      assert.deepInclude(updated, { name: "x", active: false, send_all_events: false })
      assert.deepStrictEqual(yield* ask(() => client.Notifiers.get("example-app", created.id)), updated)
      assert.deepStrictEqual(yield* ask(() => client.Notifiers.for("example-app")), [updated])
      yield* ask(() => client.Notifiers.destroy("example-app", created.id))
      assert.deepStrictEqual(yield* ask(() => client.Notifiers.for("example-app")), [])
    }).pipe(withServer()))

  it.effect("alerts", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const metrics = yield* ask(() => client.Metrics.types())
      assert.includeMembers([...each(metrics, "id")], ["cpu", "memory"])
      const created = yield* ask(() =>
        client.Alerts.create("example-app", { container_type: "web", metric: "cpu", limit: 0.8 })
      )
      assert.deepInclude(created, { container_type: "web", metric: "cpu", limit: 0.8, disabled: false })
      const updated = yield* ask(() => client.Alerts.update("example-app", created.id, { limit: 0.9, disabled: true }))
      assert.deepInclude(updated, { id: created.id, limit: 0.9, disabled: true })
      assert.deepStrictEqual(yield* ask(() => client.Alerts.find("example-app", created.id)), updated)
      assert.deepStrictEqual(each(yield* ask(() => client.Alerts.for("example-app")), "id"), [created.id])
      assert.strictEqual((yield* refusal(() => client.Alerts.create("example-app", { metric: "none" }))).status, 422)
      yield* ask(() => client.Alerts.destroy("example-app", created.id))
      assert.strictEqual((yield* refusal(() => client.Alerts.find("example-app", created.id))).status, 404)
    }).pipe(withServer()))

  it.effect("autoscalers", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const wanted = { container_type: "web", min_containers: 1, max_containers: 4, metric: "cpu", target: 0.7 }
      const created = yield* ask(() => client.Autoscalers.create("example-app", wanted))
      assert.deepInclude(created, { ...wanted, disabled: false })
      const updated = yield* ask(() => client.Autoscalers.update("example-app", created.id, { max_containers: 6 }))
      assert.deepInclude(updated, { ...wanted, id: created.id, max_containers: 6 })
      assert.deepStrictEqual(yield* ask(() => client.Autoscalers.show("example-app", created.id)), updated)
      assert.deepStrictEqual(yield* ask(() => client.Autoscalers.for("example-app")), [updated])
      const bad = { ...wanted, min_containers: 5 }
      assert.strictEqual((yield* refusal(() => client.Autoscalers.create("example-app", bad))).status, 422)
      yield* ask(() => client.Autoscalers.destroy("example-app", created.id))
      assert.deepStrictEqual(yield* ask(() => client.Autoscalers.for("example-app")), [])
    }).pipe(withServer()))

  it.effect("consents, health-data contact, cron tasks, recordings, archives of logs", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const now = yield* Clock.currentTimeMillis
      const soon = new Date(now + 3_600_000).toISOString()
      const later = new Date(now + 7_200_000).toISOString()
      const consent = yield* ask(() => client.DataAccessConsent.create("example-app", { databases_until: soon }))
      assert.deepInclude(consent, { databases_until: soon, containers_until: null })
      const more = yield* ask(() => client.DataAccessConsent.update("example-app", { containers_until: later }))
      assert.deepInclude(more, { databases_until: soon, containers_until: later })
      yield* ask(() => client.DataAccessConsent.destroy("example-app"))
      assert.strictEqual((yield* refusal(() => client.DataAccessConsent.destroy("example-app"))).status, 404)

      const contact = yield* refusal(() => client.HDSContacts.update("example-app", { name: "Jane" }))
      assert.strictEqual(contact.status, 422)

      const { jobs } = yield* ask(() => client.CronTasks.for("example-app"))
      assert.isAbove(Date.parse(jobs?.[0]?.next_execution_date ?? ""), now)

      yield* ask(() => client.Containers.run("example-app", { command: "bash" }))
      const { events } = yield* ask(() => client.Events.for("example-app"))
      const run = events.find(({ type }) => type === "run")
      const recording = yield* ask(() => client.AuditLogs.show("example-app", run?.type_data["audit_log_id"]))
      assert.includeMembers([...each(recording, "type")], ["input", "output"])

      const first = yield* ask(() => client.Logs.archives("example-app"))
      assert.isTrue(first.has_more)
      const second = yield* ask(() => client.Logs.archives("example-app", first.next_cursor))
      assert.notDeepEqual(each(second.archives, "from"), each(first.archives, "from"))
      assert.match(yield* ask(() => client.Apps.logsURL("example-app")), /\/logs\/osc-fr1\/.*token=/)
    }).pipe(withServer()))
})

describe("official client: what belongs to the account or to nobody", () => {
  it.effect("sizes, stacks and referrals", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      assert.deepStrictEqual(
        each(yield* ask(() => client.Containers.availableSizes()), "name"),
        ["S", "M", "L", "XL", "2XL", "3XL"]
      )
      const stacks = yield* ask(() => client.Stacks.list())
      assert.deepStrictEqual(
        stacks.filter((stack) => stack.default).map(({ id }) => id),
        ["st-scalingo-26"]
      )
      assert.match((yield* ask(() => client.Stats.referrals())).url, /^https:\/\/sclng\.io\/r\//)
    }).pipe(withServer()))

  it.effect("the billing profile", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      assert.strictEqual((yield* refusal(() => client.Billing.profile())).status, 404)
      const address = {
        name: "Jane",
        email: "jane@example.com",
        address_line1: "1 street",
        address_zip: "67000",
        address_city: "Strasbourg",
        address_country: "FR"
      }
      const created = yield* ask(() => client.Billing.createProfile({ ...address, flags: [] }))
      assert.deepInclude(created, address)
      const moved = { ...address, address_city: "Paris" }
      const { id } = created
      assert.deepInclude(yield* ask(() => client.Billing.updateProfile(id, { ...moved, flags: [] })), { id, ...moved })
      assert.deepInclude(yield* ask(() => client.Billing.profile()), { id, ...moved })
    }).pipe(withServer({ accounts: [{ username: "jane", paymentMethod: false }] })))
})
