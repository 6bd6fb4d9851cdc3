import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Broken, type Parts, pipeline, type Platform, type Reply, request } from "../support.js"

const over = <A, E>(
  platform: Platform,
  effect: Effect.Effect<A, E, Parts>,
  options: Parameters<typeof pipeline>[2] = {}
) =>
  Effect.provide(withRetryPolicy(effect, { maxRetries: 0 }), pipeline([], platform, { bearer: "bearer", ...options }))

const failure = (reply: Reply | Broken): Effect.Effect<ScalingoError, unknown> =>
  over(() => reply, Effect.flip(request()))

describe("the transport", () => {
  it.effect("a refused connection was never sent, a lost one may have been", () =>
    Effect.gen(function*() {
      const refused = yield* failure(new Broken("ECONNREFUSED"))
      const lost = yield* failure(new Broken("ECONNRESET"))
      const tls = yield* failure(new Broken("DEPTH_ZERO_SELF_SIGNED_CERT"))
      assert.deepInclude(refused, { _tag: "TransportError", reason: "network", sent: false, code: "ECONNREFUSED" })
      assert.deepInclude(lost, { _tag: "TransportError", reason: "network", sent: true, code: "ECONNRESET" })
      assert.deepInclude(tls, { _tag: "TransportError", reason: "tls" })
    }))
})
