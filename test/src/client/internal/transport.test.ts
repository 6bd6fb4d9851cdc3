import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { broken, pipeline, type RespondHttp, send } from "../../fakePlatform.js"

const failure = (response: ReturnType<RespondHttp>): Effect.Effect<ScalingoError, unknown> =>
  Effect.provide(
    withRetryPolicy(Effect.flip(send()), { maxRetries: 0 }),
    pipeline([], () => response, { bearer: "bearer" })
  )

describe("a connection that fails", () => {
  it.effect("says whether the platform may have received the request", () =>
    Effect.gen(function*() {
      const refused = yield* failure(broken("ECONNREFUSED"))
      const lost = yield* failure(broken("ECONNRESET"))
      const tls = yield* failure(broken("DEPTH_ZERO_SELF_SIGNED_CERT"))
      assert.deepInclude(refused, { _tag: "TransportError", reason: "network", sent: false, code: "ECONNREFUSED" })
      assert.deepInclude(lost, { _tag: "TransportError", reason: "network", sent: true, code: "ECONNRESET" })
      assert.deepInclude(tls, { _tag: "TransportError", reason: "tls" })
    }))
})
