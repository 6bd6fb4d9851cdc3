import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as FirewallRules from "@effect-scalingo/core/DatabaseFirewallRules"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, Effect, Layer } from "effect"
import { type Answer, answering } from "../answering.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

/** A service over a database API that answers by `answer`; `requests` and `refs` say what it was asked. */
const over = <I, S>(
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, DatabaseApi>,
  answer: Answer | ((request: ApiRequest<unknown>) => Answer | ScalingoError)
) => {
  const { api, requests } = answering(typeof answer === "function" ? answer : () => answer)
  const refs: Array<DatabaseRef> = []
  const database = Layer.succeed(DatabaseApi, {
    request: (database, request) => {
      refs.push(database)
      return api.request(request)
    }
  })
  return Effect.map(tag, (service) => ({ service, requests, refs })).pipe(
    Effect.provide(layer.pipe(Layer.provide(database)))
  )
}

describe("the firewall rules of a database", () => {
  it.effect("a firewall rule is of one kind or the other", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* over(FirewallRules.DatabaseFirewallRules, FirewallRules.layer, {
        body: { rule: { id: "fr-1", type: "managed_range", range_id: "mr-1", cidr: "", label: "", database_id: "d" } }
      })
      yield* service.create(ref, { type: "managed_range", range_id: "mr-1" })
      assert.deepStrictEqual(requests[0]?.body, { firewall_rule: { type: "managed_range", range_id: "mr-1" } })
      const error = yield* Effect.flip(service.create(ref, { type: "custom_range", cidr: "" }))
      assert.strictEqual(error._tag === "InvalidRequest" ? error.field : error._tag, "firewall_rule.cidr")
      assert.strictEqual(requests.length, 1)
    }))
})
