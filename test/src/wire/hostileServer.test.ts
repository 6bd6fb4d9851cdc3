/**
 * Broken, slow and oversized responses over real sockets and both transports: each ends with a typed error or a value.
 */
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either } from "effect"
import { awaitRecords, platform, transports } from "./hostile.js"
import { call, callCase, cases, type Expected, network } from "./hostileCases.js"
import { useHostileServer } from "./useHostileServer.js"

/** The values that the server sends, and the seconds that they stand for. */
const retryAfters: ReadonlyArray<readonly [value: string, seconds: number | undefined]> = [
  ["120", 120],
  ["1.5", 1.5],
  ["Thu, 26 Nov 2026 08:05:00 GMT", 90],
  ["120junk", undefined],
  ["-5", undefined],
  ["+3", undefined],
  ["1, 2", undefined],
  ["1e3", undefined],
  ["", undefined]
]

const getServer = useHostileServer()

const assertOutcome = (outcome: Either.Either<unknown, ScalingoError>, expected: Expected): void => {
  if ("value" in expected) assert.deepStrictEqual(outcome, Either.right(expected["value"]))
  else if (Either.isRight(outcome)) assert.fail(`Expected an error, got ${JSON.stringify(outcome.right)}`)
  else {
    // Only the fields, since a failed assertion prints what it compares.
    const fields = Object.keys(expected).map((field) => [field, Reflect.get(outcome.left, field)])
    assert.deepStrictEqual(Object.fromEntries(fields), expected)
  }
}

describe.each(Object.keys(transports))("over the %s transport", (over) => {
  const client = transports[over]!
  const marker = (name: string) => `${over}-${name.replaceAll(/\W+/g, "-")}`

  for (const hostile of cases) {
    it.live(hostile.name, () =>
      Effect.gen(function*() {
        const { plain } = yield* getServer
        const outcome = yield* callCase(hostile, over, marker(hostile.name)).pipe(
          Effect.either,
          Effect.provide(platform(client, plain))
        )
        assertOutcome(outcome, over === "portable" ? hostile.portable ?? hostile.expected : hostile.expected)
      }))
  }

  it.live("decodes up to the largest limit", () =>
    Effect.gen(function*() {
      const { plain } = yield* getServer
      const live = platform(client, plain, { maxResponseSize: 536_870_888 })
      assert.deepStrictEqual(yield* Effect.provide(call({ path: "/gzip" }), live), { ok: true })
    }))

  it.live("keeps the first 64 KiB of an error", () =>
    Effect.gen(function*() {
      const { plain } = yield* getServer
      const error = yield* Effect.flip(call({ path: "/endless-error" })).pipe(Effect.provide(platform(client, plain)))
      assert.strictEqual(error._tag, "ServerError")
      if (error._tag !== "ServerError") return
      assert.match(error.body, /^x{1000}/)
      assert.isAtMost(error.body.length, 10_000)
    }))

  for (const path of ["/endless", "/endless-error"]) {
    it.live(`stops receiving ${path}`, () =>
      Effect.gen(function*() {
        const server = yield* getServer
        const id = marker(`stop${path}`)
        yield* Effect.flip(call({ path, query: { id } })).pipe(Effect.provide(platform(client, server.plain)))
        const [record] = yield* awaitRecords(server, id, (records) => records.every(({ closed }) => closed))
        // What the buffers of both sockets hold.
        assert.isBelow(record!.bytesSent, 64 * 1024 * 1024)
      }))
  }

  const failure = (url: string, path = "/fine", insecureHosts: ReadonlyArray<string> = []) =>
    call({ path }).pipe(Effect.flip, Effect.provide(platform(client, url, { insecureHosts })))
  const notSent = { _tag: "TransportError", sent: false, attempts: 1 }

  it.live("a connection that is refused", () =>
    Effect.gen(function*() {
      const { closed } = yield* getServer
      const error = yield* failure(closed)
      assertOutcome(Either.left(error), { ...notSent, reason: "network", code: "ECONNREFUSED" })
    }))

  it.live("an unknown host", () =>
    Effect.gen(function*() {
      assertOutcome(Either.left(yield* failure("http://unknown.invalid", "/fine", ["unknown.invalid"])), {
        ...notSent,
        reason: "network"
      })
    }))

  it.live("TLS that is spoken to a plain port", () =>
    Effect.gen(function*() {
      const { plain } = yield* getServer
      const error = yield* failure(plain.replace("http:", "https:"))
      assertOutcome(Either.left(error), { ...notSent, reason: "tls" })
    }))

  it.live("a self-signed certificate", () =>
    Effect.gen(function*() {
      const { tls } = yield* getServer
      const error = yield* failure(tls)
      assertOutcome(Either.left(error), { ...notSent, reason: "tls", code: "DEPTH_ZERO_SELF_SIGNED_CERT" })
    }))

  it.live("plain text that is sent to a TLS port", () =>
    Effect.gen(function*() {
      const { tls } = yield* getServer
      assertOutcome(Either.left(yield* failure(tls.replace("https:", "http:"))), network)
    }))

  it.live("does not follow a redirect, so the bearer stays", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = marker("redirect")
      for (const status of ["301", "302", "303", "307", "308"]) {
        const error = yield* call({ path: "/redirect", query: { to: `${server.other}/v1/fine?id=${id}`, status } })
          .pipe(
            Effect.flip,
            Effect.provide(platform(client, server.plain))
          )
        assertOutcome(Either.left(error), { _tag: "UnexpectedStatus", status: Number(status) })
      }
      const records = yield* server.records(id)
      assert.deepStrictEqual(records.map(({ server }) => server), Array.from({ length: 5 }, () => "plain"))
      assert.isTrue(records.every(({ headers }) => headers["authorization"] === "Bearer the-bearer"))
    }))

  for (const [n, [value, seconds]] of retryAfters.entries()) {
    it.live(`Retry-After: ${value}`, () =>
      Effect.gen(function*() {
        const { plain } = yield* getServer
        const limited = yield* failure(plain, `/retry-after-${n}-429`)
        const unavailable = yield* failure(plain, `/retry-after-${n}-503`)
        assert.strictEqual(limited._tag, "RateLimited")
        assert.strictEqual(unavailable._tag, "ServerError")
        if (limited._tag !== "RateLimited" || unavailable._tag !== "ServerError") return
        const wait = Duration.toSeconds(limited.retryAfter)
        if (seconds === undefined) {
          assert.isUndefined(unavailable.retryAfter)
          // Until the next full minute of the server's clock.
          assert.isAtLeast(wait, 30)
          assert.isAtMost(wait, 32)
        } else {
          assert.deepStrictEqual(unavailable.retryAfter, Duration.seconds(seconds))
          assert.strictEqual(wait, seconds)
        }
      }))
  }
})
