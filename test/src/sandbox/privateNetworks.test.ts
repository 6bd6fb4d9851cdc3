import { PrivateNetworkDomainNames, ProjectPrivateNetwork } from "@effect-scalingo/core/PrivateNetworks"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { decode } from "./decodeResponse.js"
import { api, at, type Seed, withSandbox } from "./sandboxClient.js"

const seed: Seed.Seed = {
  accounts: [{ username: "john" }, { username: "eve" }],
  apps: [{ name: "first-app", containers: { web: 3, worker: 2 } }, { name: "second-app", containers: { web: 1 } }]
}

// The format of domain names in private networks.
const form = /^\d+\.(web|worker)\.ap-[0-9a-f-]{36}\.pn-[0-9a-f-]{36}\.private-network\.internal\.$/

describe("sandbox: private networks", () => {
  it.effect("paginates the domain names of containers", () =>
    Effect.gen(function*() {
      const page = (query: string) =>
        Effect.flatMap(
          api("GET", `/apps/first-app/private_network_domain_names${query}`),
          // The pages of this service have their size, too.
          (response) => Schema.decodeUnknown(PrivateNetworkDomainNames)(at(response, "domain_names"))
        )
      const all = yield* page("")
      assert.lengthOf(all.data ?? [], 5)
      for (const name of all.data ?? []) assert.match(name, form)
      const second = yield* page("?page=2&per_page=3")
      assert.deepStrictEqual(second.data, all.data?.slice(3))
      assert.deepInclude(second.meta, { current_page: 2, prev_page: 1, next_page: 2, total_pages: 2, total_count: 5 })
      assert.deepInclude((yield* page("?per_page=3")).meta, { prev_page: 1, next_page: 2 })
    }).pipe(withSandbox(seed)))

  it.effect("assigns IP addresses to the containers of a project, and releases them", () =>
    Effect.gen(function*() {
      const project = String(at(yield* api("GET", "/projects"), "projects.0.id"))
      const network = Effect.flatMap(
        api("GET", `/projects/${project}/private_network`),
        (response) => decode(ProjectPrivateNetwork, response.body)
      )
      const before = yield* network
      assert.strictEqual(before.subnet, "10.240.0.0/24")
      assert.strictEqual(before.used_ips_count, 6)
      assert.strictEqual(before.used_ips?.[0], "10.240.0.2")
      yield* api("POST", "/apps/first-app/scale", { body: { containers: [{ name: "web", amount: 1, size: "M" }] } })
      yield* TestClock.adjust("20 seconds")
      const after = yield* network
      assert.strictEqual(after.id, before.id)
      assert.strictEqual(after.used_ips_count, 4)
      assert.strictEqual(
        (yield* api("GET", `/projects/${project}/private_network`, { as: "eve" })).status,
        404
      )
      assert.strictEqual(
        (yield* api("GET", "/apps/first-app/private_network_domain_names", { as: "eve" })).status,
        401
      )
    }).pipe(withSandbox(seed)))
})
