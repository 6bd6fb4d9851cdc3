import { Deployment } from "@effect-scalingo/core/Deployment"
import { ScmBranch } from "@effect-scalingo/core/ScmIntegrations"
import { RepoLinkPullRequest, ReviewApp, ScmRepoLink } from "@effect-scalingo/core/ScmRepoLinks"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, auth, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const path = "/apps/example-app/scm_repo_link"
const source = "https://github.com/Scalingo/sample-go-martini"

const link = (more: object = {}, as?: string) =>
  api("POST", path, { body: { scm_repo_link: { source, branch: "master", ...more } }, as })

describe("sandbox: links to repositories", () => {
  it.effect("are created, changed and deleted", () =>
    Effect.gen(function*() {
      const none = yield* api("GET", path)
      assert.deepStrictEqual([none.status, none.body], [200, { scm_repo_link: null }])
      const integration = at(yield* auth("GET", "/scm_integrations"), "scm_integrations.0.id")
      const created = yield* link({ auto_deploy_enabled: true, auth_integration_uuid: integration })
      assert.strictEqual(created.status, 201)
      const made = yield* decodeAt(ScmRepoLink, created, "scm_repo_link")
      assert.deepStrictEqual([made.owner, made.repo, made.linker.username], ["Scalingo", "sample-go-martini", "john"])

      const body = { scm_repo_link: { branch: "prod", delete_stale_enabled: true, hours_before_delete_stale: 5 } }
      const changed = yield* decodeAt(ScmRepoLink, yield* api("PATCH", path, { body }), "scm_repo_link")
      assert.deepStrictEqual([changed.branch, changed.auto_deploy_enabled], ["prod", true])
      assert.strictEqual((yield* api("PUT", path, { body })).status, 200)

      const links = yield* api("GET", `/scm_repo_links?auth_integration_uuid=${integration}`)
      yield* decodeListAt(ScmRepoLink, links, "scm_repo_links")
      assert.strictEqual(at(links, "meta.pagination.total_count"), 1)
      assert.deepStrictEqual(
        listOf(yield* api("GET", "/scm_repo_links?auth_integration_uuid=none"), "scm_repo_links"),
        []
      )
      assert.deepStrictEqual(listOf(yield* api("GET", "/scm_repo_links", { as: "alice" }), "scm_repo_links"), [])

      assert.strictEqual((yield* api("DELETE", path)).status, 204)
      assert.strictEqual((yield* api("DELETE", path)).status, 404)
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events")
      assert.deepStrictEqual(events.slice(0, 4).map((it) => it["type"]), [
        "unlink_scm",
        "update_scm",
        "update_scm",
        "link_scm"
      ])
    }).pipe(withSandbox()))

  it.effect("deploy a branch", () =>
    Effect.gen(function*() {
      yield* link()
      const started = yield* api("POST", `${path}/manual_deploy`, { body: { branch: "master" } })
      assert.strictEqual(started.status, 200)
      const deployment = yield* decodeAt(Deployment, started, "deployment")
      assert.strictEqual(deployment.status, "queued")
      yield* TestClock.adjust("90 seconds")
      const [last] = yield* decodeListAt(Deployment, yield* api("GET", `${path}/deployments`), "deployments")
      assert.deepStrictEqual([last?.id, last?.status], [deployment.id, "success"])
      assert.strictEqual((yield* api("POST", `${path}/manual_deploy`, { body: {} })).status, 422)

      const branches = yield* decodeListAt(ScmBranch, yield* api("GET", `${path}/branches`), "branches")
      assert.include(branches.map((it) => it.name), "master")
      const pulls = yield* decodeListAt(RepoLinkPullRequest, yield* api("GET", `${path}/pulls`), "pulls")
      assert.deepStrictEqual(pulls.map((it) => it.opened_from_a_forked_repo), [false, false, true])
      yield* decodeAt(RepoLinkPullRequest, yield* api("GET", `${path}/pulls/43`), "pull")
      assert.strictEqual((yield* api("GET", `${path}/pulls/1`)).status, 404)
    }).pipe(withSandbox()))

  it.effect("create review apps, which are deleted when they are stale", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* link({ delete_stale_enabled: true, hours_before_delete_stale: 5 })
      const review = (id: unknown) => api("POST", `${path}/manual_review_app`, { body: { pull_request_id: id } })
      const made = yield* review(42)
      assert.strictEqual(made.status, 200)
      const reviewApp = yield* decodeAt(ReviewApp, made, "review_app")
      assert.strictEqual(reviewApp.app_name, "example-app-pr42")
      assert.strictEqual((yield* review("43")).status, 200)
      assert.strictEqual((yield* review(42)).status, 422)
      assert.strictEqual((yield* review(1)).status, 404)

      yield* TestClock.adjust("90 seconds")
      const child = yield* sandbox.app("example-app-pr42")
      assert.deepStrictEqual([child.status, child.containers, child.variables], [
        "running",
        ["web-1"],
        { RAILS_ENV: "production" }
      ])
      const children = listOf(yield* api("GET", "/apps/example-app/child_apps"), "child_apps")
      assert.deepStrictEqual(children.map((it) => it["name"]), ["example-app-pr42", "example-app-pr43"])
      const listed = yield* decodeListAt(ReviewApp, yield* api("GET", `${path}/review_apps`), "review_apps")
      assert.deepStrictEqual(listed.map((it) => it.last_deployment?.status), ["success", "success"])

      yield* api("DELETE", "/apps/example-app-pr43?current_name=example-app-pr43")
      assert.strictEqual(listOf(yield* api("GET", `${path}/review_apps`), "review_apps").length, 1)

      // A later deadline replaces the first one.
      yield* api("PATCH", path, { body: { scm_repo_link: { hours_before_delete_stale: 10 } } })
      yield* TestClock.adjust("6 hours")
      assert.strictEqual((yield* api("GET", "/apps/example-app-pr42")).status, 200)
      yield* TestClock.adjust("4 hours")
      assert.strictEqual((yield* api("GET", "/apps/example-app-pr42")).status, 404)
      const types = (yield* sandbox.events("example-app")).map((event) => event.type)
      assert.deepStrictEqual(types.slice(-4), [
        "create_review_app",
        "create_review_app",
        "update_scm",
        "destroy_review_app"
      ])
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* link({ source: "martini" })).body, {
        errors: { source: ["is not the URL of a repository"] }
      })
      assert.strictEqual((yield* link({ source: "https://github.com/Scalingo/missing" })).status, 404)
      assert.strictEqual((yield* link({ source: "https://gitlab.com/group/sub/app" })).status, 404)
      assert.strictEqual((yield* link({ auth_integration_uuid: "none" })).status, 404)
      assert.deepStrictEqual((yield* link({ branch: null, auto_deploy_enabled: true })).body, {
        errors: { branch: ["can't be blank"] }
      })
      yield* link({}, "alice")
      assert.strictEqual((yield* link()).status, 422)

      // The collaborator who linked the repository keeps the role.
      const alice = at(yield* api("GET", "/apps/example-app/collaborators"), "collaborators.0.id")
      const body = { collaborator: { is_limited: true } }
      const collaborator = `/apps/example-app/collaborators/${alice}`
      assert.strictEqual((yield* api("PATCH", collaborator, { body })).status, 422)
      yield* api("DELETE", path)
      yield* link()
      assert.strictEqual((yield* api("PATCH", collaborator, { body })).status, 200)

      // A limited collaborator can only deploy the branch of the link.
      const deploy = (branch: string) => api("POST", `${path}/manual_deploy`, { body: { branch }, as: "alice" })
      assert.strictEqual((yield* deploy("develop")).status, 403)
      assert.strictEqual((yield* deploy("master")).status, 200)
      assert.strictEqual((yield* api("DELETE", path, { as: "alice" })).status, 403)
      assert.strictEqual((yield* api("GET", "/apps/another-app/scm_repo_link", { as: "alice" })).status, 401)
    }).pipe(withSandbox()))
})
