/**
 * What belongs to the account rather than to an app: keys, contracts, the second factor, code hosts, databases.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { ask, at, deploymentTime, each, operationTime, refusal, signIn, withServer } from "./kit.js"

describe("official client: the account", () => {
  it.effect("SSH keys", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const content = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII john@laptop"
      const created = yield* ask(() => client.Keys.create("Laptop", content))
      assert.deepInclude(created, { name: "Laptop", content })
      assert.deepStrictEqual(yield* ask(() => client.Keys.show(created.id)), created)
      assert.deepStrictEqual(yield* ask(() => client.Keys.all()), [created])
      assert.strictEqual((yield* refusal(() => client.Keys.create("Laptop", content))).status, 422)
      assert.strictEqual((yield* refusal(() => client.Keys.create("Other", "no key"))).status, 422)
      yield* ask(() => client.Keys.destroy(created.id))
      assert.strictEqual((yield* refusal(() => client.Keys.show(created.id))).status, 404)
    }).pipe(withServer()))

  it.effect("contracts", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const contracts = yield* ask(() => client.Contracts.list())
      const terms = contracts.find((contract) => contract.required_for.includes("platform"))
      const health = contracts.find((contract) => contract.required_for.includes("hds"))
      assert.isDefined(terms)
      assert.isDefined(health)
      assert.isNull(terms.accepted)
      const [past] = yield* ask(() => client.Contracts.history())
      assert.deepInclude(past, { latest: false, next_version_id: terms.id })
      assert.isNotNull(past?.accepted)

      assert.strictEqual((yield* refusal(() => client.Contracts.accept(health.id, "en"))).status, 422)
      const accepted = yield* ask(() => client.Contracts.accept(terms.id, "fr"))
      assert.strictEqual(accepted.accepted?.locale, "fr")
      assert.deepStrictEqual(yield* ask(() => client.Contracts.find(terms.id)), accepted)
      assert.isNotNull((yield* ask(() => client.Contracts.accept(health.id, "en"))).accepted)
    }).pipe(withServer()))

  it.effect("the second factor", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      assert.strictEqual((yield* ask(() => client.TwoFactorAuth.status())).enabled, false)
      assert.strictEqual((yield* refusal(() => client.TwoFactorAuth.validate(123456))).status, 400)
      const begun = yield* ask(() => client.TwoFactorAuth.initiate())
      assert.match(begun.uri, /^otpauth:\/\/totp\/Scalingo:/)
      assert.strictEqual((yield* refusal(() => client.TwoFactorAuth.validate(1))).status, 400)
      const { codes, user } = yield* ask(() => client.TwoFactorAuth.validate(123456))
      assert.strictEqual(new Set(codes).size, 10)
      assert.deepInclude(user, { enabled: true, provider: "totp" })
      assert.deepStrictEqual(yield* ask(() => client.TwoFactorAuth.status()), user)
      // Here it does not look below the key `tfa`.
      const disabled: unknown = yield* ask(() => client.TwoFactorAuth.disable(123456))
      assert.strictEqual(at(disabled, "tfa.enabled"), false)
    }).pipe(withServer()))

  it.effect("integrations of code hosts", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const url = "https://git.example.com"
      const created = yield* ask(() =>
        client.SCMIntegrations.create({ scm_type: "gitlab-self-hosted", url, access_token: "secret" })
      )
      assert.deepInclude(created, { scm_type: "gitlab-self-hosted", url })
      assert.include(each(yield* ask(() => client.SCMIntegrations.all()), "id"), created.id)
      const found = yield* ask(() => client.SCMIntegrations.find(created.id))
      assert.strictEqual(found.owner.username, "john")

      const repositories = yield* ask(() => client.SCMIntegrations.searchRepositories(created.id, "example fork:true"))
      assert.isAbove(repositories.length, 1)
      const name = repositories[0]!.fullName
      const branches = yield* ask(() => client.SCMIntegrations.branchesForRepo(created.id, name))
      assert.include(each(branches, "name"), "main")
      const pulls = yield* ask(() => client.SCMIntegrations.searchPullRequests(created.id, `repo:${name}`))
      assert.isAbove(pulls.length, 0)
      const { meta, organizations } = yield* ask(() => client.SCMIntegrations.organizations(created.id, 1, 1))
      assert.strictEqual(organizations.length, 1)
      assert.deepInclude(meta.pagination, { current_page: 1, next_page: 2, total_pages: 2 })
      assert.isAbove((yield* ask(() => client.SCMIntegrations.importSSHKeys(created.id))).length, 0)
      yield* ask(() => client.SCMIntegrations.destroy(created.id))
      assert.strictEqual((yield* refusal(() => client.SCMIntegrations.find(created.id))).status, 404)
    }).pipe(withServer()))

  it.effect("links of apps to repositories, and review apps", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      const source = "https://github.com/john/example-repository"
      const created = yield* ask(() => client.SCMRepoLinks.create("example-app", { source, branch: "main" }))
      assert.deepInclude(created, { owner: "john", repo: "example-repository", branch: "main", scm_type: "github" })
      const updated = yield* ask(() =>
        client.SCMRepoLinks.update("example-app", { branch: "develop", auto_deploy_enabled: true })
      )
      assert.deepInclude(updated, { id: created.id, branch: "develop", auto_deploy_enabled: true })
      assert.deepStrictEqual(yield* ask(() => client.SCMRepoLinks.find("example-app")), updated)
      assert.include(each(yield* ask(() => client.SCMRepoLinks.branches("example-app")), "name"), "develop")

      const deployment = yield* ask(() => client.SCMRepoLinks.manualDeploy("example-app", "develop"))
      const look = ask(() => client.Deployments.find("example-app", deployment.id))
      yield* TestClock.adjust(deploymentTime)
      assert.strictEqual((yield* look).status, "success")

      const [pull] = yield* ask(() => client.SCMRepoLinks.pulls("example-app"))
      const number = String(pull?.number)
      const review = yield* ask(() => client.SCMRepoLinks.manualReviewApp("example-app", number))
      assert.deepInclude(review, { app_name: `example-app-pr${number}`, parent_app_name: "example-app" })
      assert.deepStrictEqual(each(yield* ask(() => client.SCMRepoLinks.reviewApps("example-app")), "id"), [review.id])
      assert.strictEqual(
        at(yield* ask(() => client.Apps.find(review.app_name)), "parent_app_name"),
        "example-app"
      )
      yield* ask(() => client.SCMRepoLinks.destroy("example-app"))
      assert.isNull(yield* ask(() => client.SCMRepoLinks.find("example-app")))
    }).pipe(withServer()))

  it.effect("databases with dedicated resources", () =>
    Effect.gen(function*() {
      const client = yield* signIn()
      // Its types are of an earlier form of this endpoint, which the documentation has with these fields.
      const documented = { name: "my-postgres-db", technology: "postgresql-ng", plan: "postgresql-dr-starter-4096" }
      const outdated = { addon_provider_id: "postgresql-ng", plan_id: "none", database_name: "my-postgres-db" }
      assert.strictEqual((yield* refusal(() => client.Databases.create(outdated))).status, 422)
      // In the response it looks for the key `apps`, where the documentation has `database`.
      assert.isUndefined(yield* ask(() => client.Databases.create({ ...outdated, ...documented })))
      yield* TestClock.adjust(operationTime)
      const listed = yield* ask(() => client.Databases.all())
      assert.deepInclude(at(listed, "databases.0"), documented)
      const dashboard = yield* ask(() => client.Databases.all({ dashboard: true }))
      assert.strictEqual(at(dashboard, "databases.0.app.name"), "my-postgres-db")
      assert.strictEqual(at(dashboard, "databases.0.app.dedicated_database"), true)
    }).pipe(withServer()))
})
