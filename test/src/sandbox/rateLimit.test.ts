import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Redacted, TestClock } from "effect"
import { api, basic, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const statuses = (count: number, region = "osc-fr1") =>
  Effect.map(
    Effect.forEach(Array.from({ length: count }), () => api("GET", "/projects", { region })),
    (responses) => responses.map((response) => response.status)
  )

const refused = (all: ReadonlyArray<number>) => all.filter((status) => status === 429).length

describe("sandbox: the rate limit", () => {
  it.effect("allows 60 requests in any 60 seconds, over all APIs and regions", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const exchange = sendTo("POST", "https://auth.scalingo.com/v1/tokens/exchange", {
        headers: basic("", Redacted.value(sandbox.token))
      })
      assert.strictEqual((yield* exchange).status, 200)
      assert.strictEqual(refused(yield* statuses(30)), 0)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(refused(yield* statuses(29, "osc-secnum-fr1")), 0)
      const over = yield* api("GET", "/projects")
      assert.strictEqual(over.status, 429)
      assert.strictEqual(over.text, "Retry later")
      assert.match(over.headers["content-type"] ?? "", /^text\/plain/)
      assert.isUndefined(over.headers["retry-after"])
      assert.strictEqual((yield* exchange).status, 429)

      yield* TestClock.adjust("29999 millis")
      assert.strictEqual((yield* api("GET", "/projects")).status, 429)
      // The first 31 came at 0, and have left the window.
      yield* TestClock.adjust("1 millis")
      const after = yield* statuses(32)
      assert.strictEqual(refused(after), 1)
      assert.strictEqual(after[31], 429)
    }).pipe(withSandbox(undefined, { requestLimit: 60 })))

  it.effect("allows neither more nor fewer than 60, whenever they come", () =>
    Effect.gen(function*() {
      const window = 60_000
      const passed: Array<number> = []
      const wrong: Array<string> = []
      let refusals = 0
      // Pseudo-random gaps and bursts, the same in every run.
      let state = 7
      const next = (below: number) => {
        state = (state * 48_271) % 2_147_483_647
        return state % below
      }
      for (let burst = 0; burst < 120; burst++) {
        yield* TestClock.adjust(next(4) === 0 ? next(30_000) : next(3000))
        const now = yield* Clock.currentTimeMillis
        for (let left = next(15); left > 0; left--) {
          const recent = passed.filter((at) => at > now - window).length
          const { status } = yield* api("GET", "/projects", { region: left % 2 === 0 ? "osc-fr1" : "osc-secnum-fr1" })
          if (status !== (recent < 60 ? 200 : 429)) wrong.push(`${status} at ${now} after ${recent}`)
          if (status === 200) passed.push(now)
          else refusals++
        }
      }
      assert.deepStrictEqual(wrong, [])
      assert.isAbove(passed.length, 300)
      assert.isAbove(refusals, 50)
    }).pipe(withSandbox(undefined, { requestLimit: 60 })))

  it.effect("counts each account on its own", () =>
    Effect.gen(function*() {
      yield* statuses(2)
      assert.strictEqual((yield* api("GET", "/projects")).status, 429)
      assert.strictEqual((yield* api("GET", "/projects", { as: "alice" })).status, 200)
    }).pipe(withSandbox(undefined, { requestLimit: 2 })))

  it.effect("has Retry-After with that option", () =>
    Effect.gen(function*() {
      yield* statuses(1)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* api("GET", "/projects")).headers["retry-after"], "40")
    }).pipe(withSandbox(undefined, { requestLimit: 1, retryAfter: true })))
})
