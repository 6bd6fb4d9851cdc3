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
      assert.deepInclude(tls, { _tag: "TransportError", reason: "tls", sent: false })
    }))

  const codes = {
    ENOTFOUND: { reason: "network", sent: false },
    EAI_AGAIN: { reason: "network", sent: false },
    EHOSTUNREACH: { reason: "network", sent: false },
    UND_ERR_CONNECT_TIMEOUT: { reason: "timeout", sent: false },
    ETIMEDOUT: { reason: "timeout", sent: true },
    EPIPE: { reason: "network", sent: true },
    UND_ERR_SOCKET: { reason: "network", sent: true },
    UND_ERR_ABORTED: { reason: "aborted", sent: true },
    ERR_TLS_CERT_ALTNAME_INVALID: { reason: "tls", sent: false },
    CERT_HAS_EXPIRED: { reason: "tls", sent: false },
    ERR_SSL_WRONG_VERSION_NUMBER: { reason: "tls", sent: false },
    // TLS 1.3 refuses a client certificate after the request, and a record may be damaged at any time.
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: { reason: "tls", sent: true },
    ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC: { reason: "tls", sent: true }
  } as const
  for (const [code, expected] of Object.entries(codes)) {
    it.effect(`tells the reason by the code ${code}`, () =>
      Effect.gen(function*() {
        assert.deepInclude(yield* failure(broken(code)), { _tag: "TransportError", code, ...expected })
      }))
  }
})

describe("a body that is larger than its content-length", () => {
  // A browser shows the length of the compressed body, and hides that it was compressed.
  const large = { status: 200, headers: { "content-length": "10" }, text: JSON.stringify("x".repeat(5000)) }
  const over = (maxResponseSize: number) => pipeline([], () => large, { bearer: "bearer", maxResponseSize })

  it.effect("is subject to maxResponseSize", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(send()).pipe(Effect.provide(over(1000)))
      assert.deepInclude(error, {
        _tag: "DecodeError",
        reason: "Expected at most 1000 bytes (maxResponseSize)",
        body: ""
      })
      assert.strictEqual(yield* Effect.provide(send(), over(10_000)), large.text)
    }))
})
