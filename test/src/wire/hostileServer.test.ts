/**
 * Broken, slow and oversized responses over real sockets and both transports: each ends with a typed error or a value.
 */
import { type ApiRequest, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as RequestOptions from "@effect-scalingo/core/RequestOptions"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import type { DurationInput } from "@effect-scalingo/core/ScalingoSchema"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either } from "effect"
import { awaitRecords, platform, transports, useHostileServer } from "./hostile.js"

/** What a request ends with: a value, or an error that has these fields at least. */
type Expected = { readonly value: unknown } | { readonly [field: string]: unknown }

interface Case {
  readonly name: string
  readonly path: string
  readonly method?: "GET" | "DELETE" | "HEAD"
  readonly decoder?: ApiRequest<unknown>["decoder"]
  readonly timeout?: DurationInput
  readonly expected: Expected
  /** Where the portable transport differs. */
  readonly portable?: Expected
}

const fine: Expected = { value: { ok: true } }
const network: Expected = { _tag: "TransportError", reason: "network", sent: true, attempts: 1 }
const timedOut: Expected = { _tag: "TransportError", reason: "timeout", sent: true, attempts: 1 }
const tooLarge: Expected = {
  _tag: "DecodeError",
  status: 200,
  reason: "Expected at most 1048576 bytes (maxResponseSize)",
  body: ""
}
const notJson: Expected = { _tag: "DecodeError", status: 200, reason: "Expected JSON" }
const htmlPage: Expected = {
  _tag: "DecodeError",
  status: 200,
  reason: "Expected a response of the API, this is an HTML page"
}

const cases: ReadonlyArray<Case> = [
  { name: "an ordinary response", path: "/fine", expected: fine },
  { name: "a reset before the headers", path: "/reset", expected: network },
  { name: "an end before the headers", path: "/close", expected: network },
  { name: "a reset in the headers", path: "/reset-in-headers", expected: network },
  { name: "a reset in the body", path: "/reset-in-body", expected: network },
  { name: "a reset in the body of an error", path: "/reset-in-error-body", expected: network },
  { name: "a body shorter than its length", path: "/short-body", expected: network },
  { name: "a chunked body that is cut short", path: "/short-chunked", expected: network },
  { name: "an invalid chunk", path: "/invalid-chunk", expected: network },
  { name: "a length and chunks", path: "/length-and-chunks", expected: network },
  { name: "silence", path: "/silence", timeout: "500 millis", expected: timedOut },
  { name: "silence after the headers", path: "/headers-then-silence", timeout: "500 millis", expected: timedOut },
  { name: "one byte at a time", path: "/one-byte-at-a-time", timeout: "500 millis", expected: timedOut },
  { name: "an endless body", path: "/endless", expected: tooLarge },
  { name: "an endless body of an error", path: "/endless-error", expected: { _tag: "ServerError", status: 500 } },
  { name: "a gzip bomb", path: "/bomb", expected: tooLarge },
  { name: "a gzip bomb as an error", path: "/bomb-error", expected: { _tag: "ServerError", status: 500 } },
  { name: "gzip", path: "/gzip", expected: fine },
  { name: "x-gzip", path: "/x-gzip", expected: fine },
  {
    name: "gzip as an error",
    path: "/gzip-error",
    expected: { _tag: "NotFound", detail: "no such app" }
  },
  { name: "deflate", path: "/deflate", expected: fine },
  { name: "deflate without its header", path: "/raw-deflate", expected: fine },
  { name: "br", path: "/br", expected: fine },
  { name: "two encodings", path: "/gzip-and-br", expected: fine },
  {
    name: "an unknown encoding",
    path: "/unknown-encoding",
    expected: { _tag: "TransportError", reason: "encoding", sent: true },
    portable: notJson
  },
  {
    name: "an unknown encoding of an error",
    path: "/unknown-encoding-error",
    expected: { _tag: "ServerError", status: 503 }
  },
  { name: "truncated gzip", path: "/truncated-gzip", expected: network, portable: notJson },
  { name: "text that claims to be gzip", path: "/not-gzip", expected: network },
  {
    name: "an error that claims to be gzip",
    path: "/not-gzip-error",
    expected: { _tag: "ServerError", status: 500 },
    // `fetch` fails as if the connection were lost.
    portable: network
  },
  {
    name: "an encoding that is the name of an inherited property",
    path: "/inherited-encoding",
    expected: { _tag: "TransportError", reason: "encoding", sent: true },
    portable: fine
  },
  { name: "a byte order mark", path: "/bom", expected: fine },
  {
    name: "the headers of a body",
    path: "/gzip",
    method: "HEAD",
    decoder: Decode.empty,
    expected: { value: undefined }
  },
  { name: "304", path: "/not-modified", expected: { _tag: "UnexpectedStatus", status: 304 } },
  { name: "odd headers", path: "/odd-headers", expected: fine },
  { name: "a path that is not ASCII", path: "/\u2603", expected: fine },
  { name: "a timeout of more than 2^31 ms", path: "/fine", timeout: "60 days", expected: fine },
  { name: "an endless timeout", path: "/fine", timeout: Duration.infinity, expected: fine },
  { name: "100 before the response", path: "/continue", expected: network },
  { name: "103 before the response", path: "/early-hints", expected: fine },
  { name: "101 that nobody asked for", path: "/switching", expected: network },
  { name: "HTML for a GET", path: "/html", expected: htmlPage },
  { name: "HTML for a DELETE", path: "/html", method: "DELETE", decoder: Decode.empty, expected: htmlPage },
  {
    name: "204 with the type of HTML",
    path: "/html-204",
    method: "DELETE",
    decoder: Decode.empty,
    expected: { value: undefined }
  },
  {
    name: "an empty body",
    path: "/empty",
    expected: { _tag: "DecodeError", status: 200, reason: "Expected JSON, the body is empty" }
  },
  { name: "invalid UTF-8", path: "/invalid-utf8", expected: { value: "\ufffd\ufffd" } },
  { name: "headers of 200 KB", path: "/large-headers", expected: network },
  { name: "many cookies", path: "/many-cookies", expected: fine },
  { name: "two different lengths", path: "/two-lengths", expected: network },
  { name: "no content type", path: "/no-content-type", expected: fine },
  { name: "HTTP/1.0", path: "/http-1.0", expected: fine },
  { name: "another protocol", path: "/not-http", expected: network },
  { name: "deep JSON", path: "/deep", expected: { _tag: "DecodeError" } },
  { name: "deep JSON as an error", path: "/deep-error", expected: { _tag: "ServerError" } },
  { name: "closed deep JSON as an error", path: "/deep-closed-error", expected: { _tag: "ServerError" } }
]

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

const call = (input: Partial<ApiRequest<unknown>>): Effect.Effect<unknown, ScalingoError, RegionalApi> =>
  Effect.flatMap(
    RegionalApi,
    (api) => api.request({ name: "Test.call", method: "GET", path: "/fine", decoder: Decode.anyJson, ...input })
  )

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

  for (const { decoder, expected, method, name, path, portable, timeout } of cases) {
    it.live(name, () =>
      Effect.gen(function*() {
        const { plain } = yield* getServer
        const outcome = yield* call({
          path,
          query: { over: marker(name) },
          ...(method === undefined ? {} : { method }),
          ...(decoder === undefined ? {} : { decoder })
        }).pipe(
          RequestOptions.withTimeout(timeout ?? "20 seconds"),
          Effect.either,
          Effect.provide(platform(client, plain))
        )
        assertOutcome(outcome, over === "portable" ? portable ?? expected : expected)
      }))
  }

  it.live("decodes without a limit", () =>
    Effect.gen(function*() {
      const { plain } = yield* getServer
      const live = platform(client, plain, { maxResponseSize: Number.MAX_SAFE_INTEGER })
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
