import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as SignedUrls from "@effect-scalingo/core/SignedUrls"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, type Duration, Effect, Layer, Redacted, Stream } from "effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { inspect } from "node:util"

type Handler = (request: Http.IncomingMessage, response: Http.ServerResponse, body: Buffer) => void

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
}

/** A server on a local port, and the requests that it received. */
const serve = (handler: Handler) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly received: Array<Received>; readonly server: Http.Server }>(
      (resume) => {
        const received: Array<Received> = []
        const server = Http.createServer((request, response) => {
          const parts: Array<Buffer> = []
          request.on("data", (part: Buffer) => parts.push(part))
          request.on("end", () => {
            const body = Buffer.concat(parts)
            received.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body })
            handler(request, response, body)
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const { port } = server.address() as AddressInfo
          resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, received, server }))
        })
      }
    ),
    ({ server }) =>
      Effect.async<void>((resume) => {
        server.closeAllConnections()
        server.close(() => resume(Effect.void))
      })
  )

const withTimeout = (timeout: Duration.DurationInput) =>
  SignedUrls.layer.pipe(
    Layer.provide(Layer.mergeAll(
      NodeHttpClient.layerUndici,
      Layer.orDie(ScalingoConfig.layer({ timeout, retryPolicy: { baseDelay: "1 millis" } })),
      RetryPolicy.layerBudget,
      RateLimiter.layerNoop
    ))
  )

const live = withTimeout("30 seconds")

const bytesOf = <E>(stream: Stream.Stream<Uint8Array, E>) =>
  Effect.map(Stream.runCollect(stream), (chunks) => Buffer.concat(Chunk.toReadonlyArray(chunks)))

const archive = Buffer.from("x".repeat(100_000))
const content = Stream.fromIterable([archive.subarray(0, 40_000), archive.subarray(40_000)])

describe("a download from a pre-signed URL", () => {
  it.scopedLive("follows redirects, and sends no credentials", () =>
    Effect.gen(function*() {
      const { received, url } = yield* serve((request, response) => {
        if (request.url?.startsWith("/first")) response.writeHead(302, { location: "/second?token=s2" }).end()
        else response.writeHead(200).end(archive)
      })
      const urls = yield* SignedUrls.SignedUrls
      const bytes = yield* bytesOf(urls.download("Test.download", Redacted.make(`${url}/first?token=s1`)))
      assert.isTrue(bytes.equals(archive))
      assert.deepStrictEqual(received.map(({ headers, url }) => [url, headers["authorization"]]), [
        ["/first?token=s1", undefined],
        ["/second?token=s2", undefined]
      ])
    }).pipe(Effect.provide(live)))

  it.scopedLive("is retried before the first byte, and fails with the server's error, without the token", () =>
    Effect.gen(function*() {
      let n = 0
      const { url } = yield* serve((_, response) => {
        if (n++ === 0) response.writeHead(503).end()
        else response.writeHead(403).end("Request has expired: token=s3cret")
      })
      const urls = yield* SignedUrls.SignedUrls
      const error = yield* Effect.flip(bytesOf(urls.download("Test.download", Redacted.make(`${url}/x?token=s3cret`))))
      assert.strictEqual(error._tag, "Forbidden")
      assert.strictEqual(n, 2)
      assert.notInclude(inspect(error, { depth: 10 }), "s3cret")
    }).pipe(Effect.provide(live)))

  const firstPart = (then: (response: Http.ServerResponse) => void) =>
    serve((_, response) => {
      response.writeHead(200, { "content-length": "100000" })
      response.write(archive.subarray(0, 1000), () => then(response))
    })
  const failure = (url: string) =>
    Effect.flatMap(
      SignedUrls.SignedUrls,
      (urls) => Effect.flip(bytesOf(urls.download("Test.download", Redacted.make(url))))
    )

  it.scopedLive("fails when the connection is cut off", () =>
    Effect.gen(function*() {
      const { url } = yield* firstPart((response) => response.destroy())
      assert.deepInclude(yield* failure(url), { _tag: "TransportError", reason: "network" })
    }).pipe(Effect.provide(live)))

  it.scopedLive("fails when no data arrives within the timeout", () =>
    Effect.gen(function*() {
      const { url } = yield* firstPart(() => undefined)
      assert.deepInclude(yield* failure(url), { _tag: "TransportError", reason: "timeout" })
    }).pipe(Effect.provide(withTimeout("300 millis"))))

  it.scopedLive("closes the connection when it is interrupted", () =>
    Effect.gen(function*() {
      let closed = false
      const { url } = yield* serve((_, response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write("x"), 5)
        response.on("close", () => {
          closed = true
          clearInterval(timer)
        })
      })
      const urls = yield* SignedUrls.SignedUrls
      const first = urls.download("Test.download", Redacted.make(`${url}/endless`)).pipe(
        Stream.take(1),
        Stream.runDrain
      )
      yield* first
      yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => closed, times: 200 })
      assert.isTrue(closed)
    }).pipe(Effect.provide(live)))

  it.effect("refuses unsafe URLs before anything is sent", () =>
    Effect.gen(function*() {
      const urls = yield* SignedUrls.SignedUrls
      for (const url of ["http://storage.example.com/x", "ftp://example.com/x", "nonsense"]) {
        const error = yield* Effect.flip(Stream.runDrain(urls.download("Test.download", Redacted.make(url))))
        assert.strictEqual(error._tag, "InvalidRequest")
      }
    }).pipe(Effect.provide(live)))
})

describe("an upload to a pre-signed URL", () => {
  it.scopedLive("sends its length, and is sent again after a redirect and after a failure", () =>
    Effect.gen(function*() {
      let n = 0
      const { received, url } = yield* serve((request, response) => {
        if (request.url === "/first") response.writeHead(307, { location: "/second" }).end()
        else response.writeHead(n++ === 0 ? 502 : 200).end()
      })
      const urls = yield* SignedUrls.SignedUrls
      yield* urls.upload("Test.upload", Redacted.make(`${url}/first`), {
        content,
        length: archive.length,
        contentType: "application/x-gzip"
      })
      assert.deepStrictEqual(received.map(({ method, url }) => `${method} ${url}`), [
        "PUT /first",
        "PUT /second",
        "PUT /first",
        "PUT /second"
      ])
      for (const { body, headers } of received) {
        assert.isTrue(body.equals(archive))
        assert.strictEqual(headers["content-length"], "100000")
        assert.isUndefined(headers["transfer-encoding"])
        assert.strictEqual(headers["content-type"], "application/x-gzip")
        assert.isUndefined(headers["authorization"])
      }
    }).pipe(Effect.provide(live)))

  it.scopedLive("fails with the error of its stream", () =>
    Effect.gen(function*() {
      const { url } = yield* serve((_, response) => response.writeHead(200).end())
      const urls = yield* SignedUrls.SignedUrls
      const failing = Stream.concat(Stream.make(archive.subarray(0, 10)), Stream.fail("disk" as const))
      const error = yield* Effect.flip(urls.upload("Test.upload", Redacted.make(`${url}/x`), {
        content: failing,
        length: archive.length,
        contentType: "application/x-gzip"
      }))
      assert.strictEqual(error, "disk")
    }).pipe(Effect.provide(live)))
})
