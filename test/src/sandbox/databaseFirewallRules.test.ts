import { FirewallManagedRange, FirewallRule } from "@effect-scalingo/core/DatabaseFirewallRules"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { databasesSeed, db, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { at, withSandbox } from "./sandboxClient.js"

describe("sandbox: firewall rules of databases", () => {
  it.effect("creates, relabels and deletes rules", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const path = `${it.path}/firewall_rules`
      const list = Effect.flatMap(
        db(it, "GET", path),
        (response) => decode(Schema.Array(FirewallRule), at(response, "rules"))
      )
      const office = yield* db(it, "POST", path, {
        body: { firewall_rule: { type: "custom_range", cidr: "203.0.113.0/24", label: "Office" } }
      })
      assert.strictEqual(office.status, 201)
      const rule = yield* decode(FirewallRule, at(office, "rule"))
      // Without a root key, as the Go client sends it.
      const managed = yield* db(it, "POST", path, { body: { type: "managed_range", range_id: "mr-scalingo-osc-fr1" } })
      assert.strictEqual(managed.status, 201)
      assert.deepStrictEqual((yield* list).map((known) => known.type), ["custom_range", "managed_range"])

      yield* TestClock.adjust("1 minute")
      const changed = yield* db(it, "PATCH", `${path}/${rule.id}`, { body: { firewall_rule: { label: "Home" } } })
      assert.strictEqual(changed.status, 200)
      const after = yield* decode(FirewallRule, at(changed, "rule"))
      assert.strictEqual(after.label, "Home")
      assert.strictEqual(String(after.updated_at), "DateTime.Utc(1970-01-01T00:01:00.000Z)")

      assert.strictEqual((yield* db(it, "DELETE", `${path}/${rule.id}`)).status, 204)
      assert.strictEqual((yield* db(it, "DELETE", `${path}/${rule.id}`)).status, 404)
      assert.lengthOf(yield* list, 1)
    }).pipe(withSandbox()))

  it.effect("requires the fields of each type of rule", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const create = (firewall_rule: object) =>
        Effect.map(
          db(it, "POST", `${it.path}/firewall_rules`, { body: { firewall_rule } }),
          (response) => at(response, "errors")
        )
      assert.deepStrictEqual(yield* create({ type: "wall" }), { type: ["is not included in the list"] })
      assert.deepStrictEqual(yield* create({ type: "custom_range" }), { cidr: ["can't be blank"] })
      assert.deepStrictEqual(yield* create({ type: "custom_range", cidr: "203.0.113.0" }), { cidr: ["is invalid"] })
      assert.deepStrictEqual(yield* create({ type: "custom_range", cidr: "1.2.3.4/32", range_id: "mr-x" }), {
        range_id: ["must be blank"]
      })
      assert.deepStrictEqual(yield* create({ type: "managed_range" }), { range_id: ["can't be blank"] })
      assert.deepStrictEqual(yield* create({ type: "managed_range", range_id: "mr-x" }), { range_id: ["is invalid"] })
      const rule = { type: "custom_range", cidr: "1.2.3.4/32" }
      assert.isUndefined(yield* create(rule))
      assert.deepStrictEqual(yield* create(rule), { cidr: ["has already been taken"] })
    }).pipe(withSandbox()))

  it.effect("lists the managed ranges, and shows rules only for their database", () =>
    Effect.gen(function*() {
      const [first, second] = [yield* open("app-redis"), yield* open("app-mysql")]
      const ranges = at(yield* db(first, "GET", "/firewall/managed_ranges"), "ranges")
      assert.deepStrictEqual(
        (yield* decode(Schema.Array(FirewallManagedRange), ranges)).map((range) => range.id),
        ["mr-scalingo-osc-fr1", "mr-scalingo-osc-secnum-fr1"]
      )
      assert.strictEqual((yield* db(first, "GET", `${second.path}/firewall_rules`)).status, 400)
    }).pipe(withSandbox(databasesSeed("redis", "mysql"))))
})
