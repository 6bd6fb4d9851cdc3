import { Contract } from "@effect-scalingo/core/Contracts"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { at, auth, withSandbox } from "./sandboxClient.js"

describe("sandbox: contracts", () => {
  it.effect("are accepted in order", () =>
    Effect.gen(function*() {
      const list = yield* decodeListAt(Contract, yield* auth("GET", "/contracts"), "contracts")
      const [terms, health] = list.map((it) => `/contracts/${it.id}`)
      assert.deepStrictEqual(list.map((it) => it.accepted), [null, null])
      const history = yield* decodeListAt(Contract, yield* auth("GET", "/contracts/history"), "contracts")
      assert.strictEqual(history[0]?.accepted?.locale, "en")
      assert.strictEqual(history[0]?.next_version_id, list[0]?.id)

      const body = { locale: "fr" }
      assert.strictEqual((yield* auth("POST", `${health}/accept`, { body })).status, 422)
      yield* TestClock.adjust("1 hour")
      const accepted = yield* auth("POST", `${terms}/accept`, { body })
      assert.deepStrictEqual(at(accepted, "contract.accepted"), { on: "1970-01-01T01:00:00.000Z", locale: "fr" })
      yield* TestClock.adjust("1 hour")
      const again = yield* auth("POST", `${terms}/accept`, { body: { locale: "en" } })
      assert.deepStrictEqual(at(again, "contract.accepted"), at(accepted, "contract.accepted"))
      assert.strictEqual((yield* auth("POST", `${health}/accept`, { body })).status, 200)
      yield* decodeAt(Contract, yield* auth("GET", `${terms}`), "contract")
      assert.isNull(at(yield* auth("GET", `${terms}`, { as: "alice" }), "contract.accepted"))
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      const [terms] = yield* decodeListAt(Contract, yield* auth("GET", "/contracts"), "contracts")
      assert.strictEqual((yield* auth("GET", "/contracts/none")).status, 404)
      const wrong = yield* auth("POST", `/contracts/${terms?.id}/accept`, { body: { locale: "la" } })
      assert.deepStrictEqual(wrong.body, { errors: { locale: ["is not included in the list"] } })
      const [old] = yield* decodeListAt(Contract, yield* auth("GET", "/contracts/history"), "contracts")
      assert.strictEqual((yield* auth("POST", `/contracts/${old?.id}/accept`, { body: { locale: "en" } })).status, 422)
    }).pipe(withSandbox()))
})
