import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseFirewallRules, layer } from "@effect-scalingo/core/DatabaseFirewallRules"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fakeService, json } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

describe("DatabaseFirewallRules", () => {
  it.effect("creates a rule of one kind, and refuses a custom range without a CIDR", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* fakeService(DatabaseFirewallRules, layer, () =>
        json({
          rule: { id: "fr-1", type: "managed_range", range_id: "mr-1", cidr: "", label: "", database_id: "d" }
        }))
      yield* service.create(ref, { type: "managed_range", range_id: "mr-1" })
      assert.deepStrictEqual(sent[0]?.body, { firewall_rule: { type: "managed_range", range_id: "mr-1" } })
      const error = yield* Effect.flip(service.create(ref, { type: "custom_range", cidr: "" }))
      assert.deepInclude(error, { _tag: "InvalidRequest", field: "firewall_rule.cidr" })
      assert.strictEqual(sent.length, 1)
    }))
})
