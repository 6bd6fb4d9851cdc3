import { Key } from "@effect-scalingo/core/Keys"
import {
  ScmBranch,
  ScmIntegration,
  ScmOrganization,
  ScmPullRequest,
  ScmRepository
} from "@effect-scalingo/core/ScmIntegrations"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { at, auth, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const gitlab = { scm_type: "gitlab-self-hosted", url: "https://gitlab.example.com", access_token: "secret" }
const create = (scm_integration: object) => auth("POST", "/scm_integrations", { body: { scm_integration } })

describe("sandbox: SCM integrations", () => {
  it.effect("are linked and unlinked", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const [github] = yield* decodeListAt(ScmIntegration, yield* auth("GET", "/scm_integrations"), "scm_integrations")
      assert.strictEqual(github?.scm_type, "github")
      const created = yield* create(gitlab)
      assert.strictEqual(created.status, 201)
      assert.isUndefined(at(created, "scm_integration.access_token"))
      const { id } = yield* decodeAt(ScmIntegration, created, "scm_integration")
      const path = `/scm_integrations/${id}`
      assert.strictEqual(at(yield* auth("GET", path), "scm_integration.access_token"), "secret")
      assert.strictEqual((yield* auth("GET", path, { as: "alice" })).status, 404)

      const imported = yield* auth("POST", `${path}/import_keys`)
      assert.strictEqual(imported.status, 201)
      const [key] = yield* decodeListAt(Key, imported, "keys")
      assert.strictEqual(key?.name, "gitlab-self-hosted-Dev key")
      assert.strictEqual(listOf(yield* auth("GET", "/keys"), "keys").length, 1)
      assert.deepStrictEqual(listOf(yield* auth("POST", `${path}/import_keys`), "keys"), [])

      assert.strictEqual((yield* auth("DELETE", path)).status, 204)
      assert.strictEqual((yield* auth("GET", path)).status, 404)
      const types = (yield* sandbox.events()).map((event) => event.type)
      assert.deepStrictEqual(types.slice(-3), ["new_integration", "new_key", "delete_integration"])
    }).pipe(withSandbox()))

  it.effect("search", () =>
    Effect.gen(function*() {
      const id = at(yield* auth("GET", "/scm_integrations"), "scm_integrations.0.id")
      const search = (what: string, query: string) => auth("GET", `/scm_integrations/${id}/${what}?query=${query}`)
      const found = yield* decodeListAt(
        ScmRepository,
        yield* search("search_repos", "example+user:john"),
        "repositories"
      )
      assert.deepStrictEqual(found.map((it) => it.fullName), ["john/example-repository", "john/project-docs-example"])
      const forks = listOf(yield* search("search_repos", "example+fork:true"), "repositories")
      assert.strictEqual(forks.length, 3)
      const pulls = yield* decodeListAt(
        ScmPullRequest,
        yield* search("search_pull_requests", "is:open+repo:john/example-repository"),
        "pull_requests"
      )
      assert.deepStrictEqual(pulls.map((it) => it.number), [42, 43, 44])
      assert.deepStrictEqual(listOf(yield* search("search_pull_requests", "is:closed"), "pull_requests"), [])
      const orgs = yield* auth("GET", `/scm_integrations/${id}/orgs?per_page=1`)
      yield* decodeListAt(ScmOrganization, orgs, "organizations")
      assert.strictEqual(at(orgs, "meta.pagination.next_page"), 2)
      const branches = yield* auth("GET", `/scm_integrations/${id}/branches?repo_name=john/example-repository`)
      yield* decodeListAt(ScmBranch, branches, "branches")
      assert.strictEqual((yield* auth("GET", `/scm_integrations/${id}/branches?repo_name=none`)).status, 404)
      assert.strictEqual((yield* auth("GET", `/scm_integrations/${id}/search_repos`)).status, 400)
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* create({ scm_type: "github", url: "ftp://x", access_token: "" })).body, {
        errors: {
          scm_type: ["is not included in the list"],
          url: ["is not a valid URL"],
          access_token: ["can't be blank"]
        }
      })
      yield* create(gitlab)
      assert.deepStrictEqual((yield* create(gitlab)).body, { errors: { url: ["has already been taken"] } })
    }).pipe(withSandbox()))
})
