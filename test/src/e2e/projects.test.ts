import { Apps, Projects, Regions, Tokens, Users } from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Stream, TestClock } from "effect"
import { as, failure, Sandbox, type Seed, withScalingoUnlimited } from "./kit.js"

const shared: Seed.Seed = {
  accounts: [{ username: "john" }, { username: "alice" }, { username: "eve" }],
  projects: [{ name: "default", default: true }, { name: "shop" }],
  apps: [
    { name: "shop-web", project: "shop", collaborators: ["alice"] },
    { name: "shop-api", project: "shop", collaborators: ["alice"] }
  ]
}

const shop = Effect.gen(function*() {
  const projects = yield* Projects
  const found = (yield* projects.list).find(({ name }) => name === "shop")
  return found ?? (yield* Effect.dieMessage("there is no project shop"))
})

describe("end to end: projects", () => {
  it.effect("from the creation to the end", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const projects = yield* Projects
      const created = yield* projects.create({ name: "blog" })
      assert.deepInclude(created, { name: "blog", default: false })
      assert.strictEqual(created.owner.username, "john")
      const renamed = yield* projects.update(created.id, { name: "journal", default: true })
      assert.deepInclude(renamed, { id: created.id, name: "journal", default: true })
      assert.deepStrictEqual(yield* projects.get(created.id), renamed)
      assert.deepStrictEqual(
        (yield* projects.list).map((it) => [it.name, it.default]),
        [["default", false], ["shop", false], ["journal", true]]
      )

      const app = yield* apps.create({ name: "blog-web" })
      assert.strictEqual(app.project?.name, "journal")
      assert.strictEqual((yield* failure(projects.delete(created.id)))._tag, "Conflict")
      yield* apps.update("blog-web", { project_id: (yield* shop).id })
      yield* projects.update((yield* shop).id, { default: true })
      yield* projects.delete(created.id)
      const gone = yield* failure(projects.get(created.id))
      assert.deepInclude(gone, { _tag: "NotFound", resource: "project" })
      const taken = yield* failure(projects.create({ name: "shop" }))
      assert.deepInclude(taken, { _tag: "Unprocessable", errors: { name: ["has already been taken"] } })
    }).pipe(withScalingoUnlimited(shared)))

  it.effect("goes from one account to another by an invitation that is accepted", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const projects = yield* Projects
      const { id } = yield* shop
      const [alice, ...others] = yield* projects.listEligibleNewOwners(id)
      assert.isDefined(alice)
      assert.deepStrictEqual([alice.user_name, others.length], ["alice", 0])
      const invited = yield* projects.createTransferInvitation(id, alice.user_id)
      assert.deepInclude(invited, { status: "pending", invited_user_name: "alice" })
      assert.strictEqual((yield* failure(projects.createTransferInvitation(id, alice.user_id)))._tag, "Conflict")
      assert.deepStrictEqual(yield* projects.listTransferInvitations(id), [invited])
      assert.strictEqual((yield* failure(projects.acceptTransferInvitation(id, invited.id)))._tag, "Forbidden")
      const strange = Effect.flatMap(Projects, (it) => it.getTransferInvitation(id, invited.id)).pipe(as("eve"))
      assert.strictEqual((yield* failure(strange))._tag, "NotFound")

      const accepted = yield* Effect.flatMap(Projects, (it) => it.acceptTransferInvitation(id, invited.id)).pipe(
        as("alice")
      )
      assert.strictEqual(accepted.status, "accepted")
      assert.strictEqual((yield* failure(projects.get(id)))._tag, "NotFound")
      assert.deepStrictEqual((yield* sandbox.apps).map(({ name, owner }) => [name, owner]), [
        ["shop-web", "alice"],
        ["shop-api", "alice"]
      ])
      const mine = yield* Effect.flatMap(Projects, (it) => it.get(id)).pipe(as("alice"))
      assert.strictEqual(mine.owner.username, "alice")
    }).pipe(withScalingoUnlimited(shared)))

  it.effect("stays when the invitation is declined, taken back, or too old", () =>
    Effect.gen(function*() {
      const projects = yield* Projects
      const { id } = yield* shop
      const [alice] = yield* projects.listEligibleNewOwners(id)
      const invite = projects.createTransferInvitation(id, alice?.user_id ?? "")

      const first = yield* invite
      const declined = yield* Effect.flatMap(Projects, (it) => it.declineTransferInvitation(id, first.id)).pipe(
        as("alice")
      )
      assert.strictEqual(declined.status, "declined")
      const second = yield* invite
      assert.strictEqual((yield* projects.cancelTransferInvitation(id, second.id)).status, "canceled")
      const third = yield* invite
      yield* TestClock.adjust("3 days")
      const late = Effect.flatMap(Projects, (it) => it.acceptTransferInvitation(id, third.id)).pipe(as("alice"))
      assert.strictEqual((yield* failure(late))._tag, "Unprocessable")
      assert.isEmpty(yield* projects.listTransferInvitations(id))
      assert.strictEqual((yield* projects.listTransferInvitations(id, { status: "all" })).length, 3)
      assert.strictEqual((yield* projects.get(id)).owner.username, "john")

      const events = yield* Stream.runCollect(projects.listEvents(id))
      assert.include(Array.from(events, ({ type }) => type), "decline_project_transfer_invitation")
    }).pipe(withScalingoUnlimited(shared)))
})

describe("end to end: the account", () => {
  it.effect("shows and changes itself", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const self = yield* users.self
      assert.deepInclude(self, { username: "john", email: "john@example.com" })
      assert.strictEqual((yield* users.selfAuth).id, self.id)
      const changed = yield* users.update(self.id, { username: "johnny" })
      assert.strictEqual(changed.username, "johnny")
      assert.strictEqual((yield* users.updateAccount({ company: "ACME" })).company, "ACME")
      assert.deepInclude(yield* users.self, { username: "johnny", company: "ACME" })
      const other = Effect.flatMap(Users, (it) => it.update(self.id, { username: "mine" })).pipe(as("alice"))
      assert.strictEqual((yield* failure(other))._tag, "Forbidden")
      assert.include(yield* users.listRoles, "developer")
      assert.deepStrictEqual((yield* users.usage()).map(({ app }) => app), ["shop-web", "shop-api"])
    }).pipe(withScalingoUnlimited(shared)))

  it.effect("makes, renews and revokes tokens", () =>
    Effect.gen(function*() {
      const tokens = yield* Tokens
      const created = yield* tokens.create({ name: "laptop" })
      const bearer = yield* tokens.exchange(created.token)
      assert.match(Redacted.value(bearer.token), /^[\w-]+\.[\w-]+\.[\w-]+$/)
      assert.notInclude(JSON.stringify([created, bearer]), Redacted.value(created.token))
      const renewed = yield* tokens.renew(created.id)
      assert.strictEqual(renewed.id, created.id)
      assert.strictEqual((yield* failure(tokens.exchange(created.token)))._tag, "Unauthorized")
      yield* tokens.exchange(renewed.token)
      yield* tokens.delete(renewed.id)
      assert.strictEqual((yield* failure(tokens.get(renewed.id)))._tag, "NotFound")
      assert.deepStrictEqual((yield* tokens.list).map(({ name }) => name), ["CLI"])
      const login = { name: "other", login: "alice", password: Redacted.make("alice-password") }
      const ofAlice = yield* tokens.createWithPassword(login)
      assert.strictEqual(ofAlice.name, "other")
    }).pipe(withScalingoUnlimited(shared)))

  it.effect("ends when that is confirmed with the token of the mail", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const users = yield* Users
      const apps = yield* Apps
      yield* users.requestDeletion
      const [mail] = yield* sandbox.mails
      assert.isDefined(mail)
      assert.strictEqual(mail.to, "john@example.com")
      const id = mail.data["deletion_id"] ?? ""
      assert.strictEqual((yield* failure(users.confirmDeletion(id, { token: "wrong" })))._tag, "Unprocessable")
      assert.strictEqual((yield* apps.list).length, 2)
      yield* users.confirmDeletion(id, { token: mail.data["token"] ?? "" })
      assert.strictEqual((yield* failure(users.self))._tag, "Unauthorized")
      assert.isEmpty(yield* sandbox.apps)
    }).pipe(withScalingoUnlimited(shared)))

  it.effect("regions, with their addresses", () =>
    Effect.gen(function*() {
      const regions = yield* Regions
      const [first] = yield* regions.list
      assert.deepInclude(first, {
        name: "osc-fr1",
        api: "https://api.osc-fr1.scalingo.com",
        database_api: "https://db-api.osc-fr1.scalingo.com",
        default: true
      })
    }).pipe(withScalingoUnlimited(shared)))
})
