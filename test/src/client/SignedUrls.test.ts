import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as SignedUrls from "@effect-scalingo/core/SignedUrls"
import { FetchHttpClient, HttpClient, HttpClientResponse } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Chunk,
  Deferred,
  type Duration,
  Effect,
  Either,
  Fiber,
  Layer,
  Option,
  Redacted,
  Stream,
  TestClock,
  TestServices
} from "effect"
import * as Http from "node:http"
import { inspect } from "node:util"
import { listen } from "../httpServer.js"
import { runs } from "../runs.js"
import { awaitRecords, platform, transports } from "../wire/hostile.js"
import { useHostileServer } from "../wire/useHostileServer.js"

const getServer = useHostileServer()

type Handler = (request: Http.IncomingMessage, response: Http.ServerResponse, body: Buffer) => void

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
}

/** A server on a local port, and the requests that it received. */
const serve = (handler: Handler) =>
  Effect.suspend(() => {
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
    return Effect.map(listen(server), (url) => ({ url, received, server }))
  })

const withTimeout = (timeout: Duration.DurationInput) =>
  SignedUrls.layer.pipe(
    Layer.provide(Layer.mergeAll(
      NodeHttpClient.layerUndici,
      Layer.orDie(ScalingoConfig.layer({ timeout, retryPolicy: { baseDelay: "1 millis" } })),
      RetryPolicy.layerBudget,
      RateLimiter.layerNoop
    ))
  )

const live = withTimeout("10 minutes")

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

  it.scopedLive("hides an opaque token in the path of the URL", () =>
    Effect.gen(function*() {
      const token = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA"
      const { url } = yield* serve((request, response) => response.writeHead(403).end(request.url))
      const error = yield* failure(`${url}/backups/${token}/my-app.tar.gz`)
      assert.strictEqual("url" in error ? error.url : "", `${url}/backups/<redacted>/my-app.tar.gz`)
      assert.notInclude(`${error} ${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`, token)
    }).pipe(Effect.provide(live)))

  it.scopedLive("fetches the file as it is stored, without a compression for the way", () =>
    Effect.gen(function*() {
      const { received, url } = yield* serve((_, response) => response.writeHead(200).end("fine"))
      const urls = yield* SignedUrls.SignedUrls
      yield* bytesOf(urls.download("Test.download", Redacted.make(url)))
      assert.strictEqual(received[0]?.headers["accept-encoding"], "identity")
    }).pipe(Effect.provide(live)))

  it.scopedLive("is opened with headers, which go over redirects, and shows those of the response", () =>
    Effect.gen(function*() {
      const { received, url } = yield* serve((request, response) => {
        if (request.url === "/first") response.writeHead(301, { location: "/second" }).end()
        else response.writeHead(206, { "content-range": "bytes 5-9/10", "etag": "\"v1\"" }).end("56789")
      })
      const urls = yield* SignedUrls.SignedUrls
      const options = { headers: { "range": "bytes=5-", "if-range": "\"v1\"" } }
      const { content, headers, status } = yield* urls.open("Test.open", Redacted.make(`${url}/first`), options)
      assert.strictEqual(status, 206)
      assert.deepInclude(headers, { "content-range": "bytes 5-9/10", "etag": "\"v1\"" })
      assert.strictEqual((yield* bytesOf(content)).toString(), "56789")
      assert.deepStrictEqual(received.map(({ headers }) => [headers.range, headers["if-range"]]), [
        ["bytes=5-", "\"v1\""],
        ["bytes=5-", "\"v1\""]
      ])
    }).pipe(Effect.provide(live)))

  it.scopedLive("keeps no connection open when what is opened is not read", () =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      const { url } = yield* serve((_, response) => {
        response.on("close", () => Deferred.unsafeDone(closed, Effect.void))
        response.writeHead(200).write("x")
      })
      const urls = yield* SignedUrls.SignedUrls
      yield* Effect.scoped(urls.open("Test.open", Redacted.make(url)))
      yield* Deferred.await(closed)
    }).pipe(Effect.provide(live)))

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
      yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => closed })
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

describe("a redirect of a transfer", () => {
  /** Redirects from the first URL to the second, which responds with 200. */
  const redirect = (method: "GET" | "PUT", status: number, from: string, to: string) => {
    const seen: Array<string> = []
    const client = HttpClient.make((request) =>
      Effect.sync(() => {
        seen.push(request.url)
        return HttpClientResponse.fromWeb(
          request,
          request.url === from
            ? new Response("moved", { status, headers: { location: to } })
            : new Response("fine", { status: 200 })
        )
      })
    )
    return Effect.flatMap(SignedUrls.SignedUrls, (urls) =>
      method === "GET"
        ? Stream.runDrain(urls.download("Test.download", Redacted.make(from)))
        : urls.upload("Test.upload", Redacted.make(from), {
          content: Stream.make(new Uint8Array(3)),
          length: 3,
          contentType: "text/plain"
        })).pipe(
        Effect.either,
        Effect.map((outcome) => ({ outcome: Either.isLeft(outcome) ? outcome.left._tag : "fine", seen })),
        Effect.provide(platform(Layer.succeed(HttpClient.HttpClient, client), "https://auth.example.org"))
      )
  }

  it.effect("is refused from https to http, and from a public host to a private address", () =>
    Effect.gen(function*() {
      const from = "https://storage.example.com/x"
      for (
        const to of [
          "http://storage.example.com/y",
          "http://127.0.0.1/y",
          "https://127.0.0.1/y",
          "https://localhost/y",
          "https://10.0.0.1/y",
          "https://169.254.169.254/latest/meta-data",
          "https://[::1]/y",
          "https://[::ffff:10.0.0.1]/y",
          "https://0x7f000001/y",
          "ftp://storage.example.com/y",
          "file:///etc/passwd",
          "https://"
        ]
      ) {
        for (const method of ["GET", "PUT"] as const) {
          assert.deepStrictEqual(
            yield* redirect(method, 302, from, to),
            { outcome: "UnexpectedStatus", seen: [from] },
            to
          )
        }
      }
    }))

  it.effect("is followed to another public host, but not by a PUT that would become a GET", () =>
    Effect.gen(function*() {
      const [from, to] = ["https://storage.example.com/x", "https://other.example.com/y"]
      for (const status of [301, 302, 303, 307, 308]) {
        assert.deepStrictEqual(yield* redirect("GET", status, from, to), { outcome: "fine", seen: [from, to] })
        assert.deepStrictEqual(
          yield* redirect("PUT", status, from, to),
          status === 303 ? { outcome: "UnexpectedStatus", seen: [from] } : { outcome: "fine", seen: [from, to] }
        )
      }
    }))

  it.effect("that a browser hides is a second request, with its own place in the rate limit", () =>
    Effect.gen(function*() {
      const modes: Array<string> = []
      const client = HttpClient.make((request) =>
        Effect.map(Effect.serviceOption(FetchHttpClient.RequestInit), (init) => {
          const mode = Option.getOrUndefined(init)?.redirect ?? "follow"
          modes.push(mode)
          // What `fetch` of a browser gives for a redirect: no status, no headers.
          return HttpClientResponse.fromWeb(request, mode === "manual" ? Response.error() : new Response("fine"))
        })
      )
      const permits: Array<string> = []
      const limiter = Layer.succeed(RateLimiter.RateLimiter, {
        acquire: () =>
          Effect.sync(() => {
            permits.push("acquired")
            return { release: Effect.void, complete: Effect.sync(() => permits.push("completed")) }
          }),
        cooldown: () => Effect.void
      })
      const url = "https://api.osc-fr1.example.org/backup"
      const bytes = yield* Effect.flatMap(
        SignedUrls.SignedUrls,
        (urls) => bytesOf(urls.download("Test.download", Redacted.make(url)))
      ).pipe(
        Effect.provide(
          platform(Layer.succeed(HttpClient.HttpClient, client), "https://auth.example.org", {}, limiter)
        )
      )
      assert.strictEqual(`${bytes}`, "fine")
      assert.deepStrictEqual(modes, ["manual", "follow"])
      assert.deepStrictEqual(permits, ["acquired", "completed", "acquired", "completed"])
    }))

  it.effect("is followed five times at most", () =>
    Effect.gen(function*() {
      const url = "https://storage.example.com/x"
      const { outcome, seen } = yield* redirect("GET", 302, url, url)
      assert.strictEqual(outcome, "UnexpectedStatus")
      assert.lengthOf(seen, 6)
    }))
})

describe.each(Object.keys(transports))("transfers over the %s transport", (over) => {
  const client = transports[over]!
  const live = (url: string) => platform(client, url, { retryPolicy: { maxRetries: 3, baseDelay: "1 millis" } })
  const put = <E>(url: string, content: Stream.Stream<Uint8Array, E>, length = archive.length) =>
    Effect.flatMap(
      SignedUrls.SignedUrls,
      (urls) => urls.upload("Test.upload", Redacted.make(url), { content, length, contentType: "application/x-gzip" })
    )

  /** The content, and how often it has run. */
  const counted = <E>(content: Stream.Stream<Uint8Array, E>) => {
    const runs = { count: 0 }
    return { runs, content: Stream.suspend(() => (runs.count++, content)) }
  }

  it.live("send the length of an upload, and the same bytes after a redirect", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-upload`
      const { content: again, runs } = counted(content)
      const to = encodeURIComponent(`${server.other}/kept/x?id=${id}`)
      yield* put(`${server.plain}/redirect?status=307&to=${to}`, again).pipe(Effect.provide(live(server.plain)))
      assert.strictEqual(runs.count, 2)
      const records = yield* server.records(id)
      assert.deepStrictEqual(
        records.map(({ body, headers, method, server }) => [
          server,
          method,
          body,
          headers["content-length"],
          headers["transfer-encoding"],
          headers["content-type"],
          headers["authorization"]
        ]),
        ["plain", "other"].map((server) => [
          server,
          "PUT",
          archive.length,
          `${archive.length}`,
          undefined,
          "application/x-gzip",
          undefined
        ])
      )
    }))

  it.live("send an empty upload with its length", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-empty`
      yield* put(`${server.plain}/kept/x?id=${id}`, Stream.empty, 0).pipe(Effect.provide(live(server.plain)))
      const [record] = yield* server.records(id)
      assert.strictEqual(record?.headers["content-length"], "0")
      assert.isUndefined(record?.headers["transfer-encoding"])
    }))

  for (const [name, length] of [["shorter", archive.length + 1], ["longer", archive.length - 1]] as const) {
    it.live(`refuse content that is ${name} than announced, after one attempt`, () =>
      Effect.gen(function*() {
        const server = yield* getServer
        const id = `${over}-${name}`
        const { content: once, runs } = counted(content)
        const error = yield* Effect.flip(put(`${server.plain}/kept/x?id=${id}`, once, length)).pipe(
          Effect.provide(live(server.plain))
        )
        assert.deepInclude(error, { _tag: "InvalidRequest", field: "length" })
        assert.strictEqual(runs.count, 1)
        const records = yield* server.records(id)
        assert.isTrue(records.every(({ complete }) => !complete))
      }))
  }

  it.live("send nothing when the content fails at once", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-fails-at-once`
      const { content: once, runs } = counted(Stream.fail("disk" as const))
      const error = yield* Effect.flip(put(`${server.plain}/kept/x?id=${id}`, once)).pipe(
        Effect.provide(live(server.plain))
      )
      assert.strictEqual(error, "disk")
      assert.strictEqual(runs.count, 1)
      assert.deepStrictEqual(yield* server.records(id), [])
    }))

  it.live("fail with the error of content that fails later, and close the connection", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-fails-later`
      const { content: once, runs } = counted(
        Stream.concat(
          Stream.make(archive.subarray(0, 50_000)),
          Stream.fromEffect(Effect.delay(Effect.fail("disk" as const), "100 millis"))
        )
      )
      const error = yield* Effect.flip(put(`${server.plain}/kept/x?id=${id}`, once)).pipe(
        Effect.provide(live(server.plain))
      )
      assert.strictEqual(error, "disk")
      assert.strictEqual(runs.count, 1)
      const records = yield* awaitRecords(server, id, (records) => records.every(({ closed }) => closed))
      assert.isTrue(records.every(({ complete }) => !complete))
    }))

  it.effect("wait no longer than the timeout for bodies that nobody needs", () => {
    let isSilent = false
    const noted = Layer.effect(
      HttpClient.HttpClient,
      Effect.map(HttpClient.HttpClient, (http) =>
        http.pipe(
          HttpClient.tapRequest(() => Effect.sync(() => isSilent = false)),
          HttpClient.tap(({ request }) => Effect.sync(() => isSilent = request.url.includes("-then-silence")))
        ))
    ).pipe(Layer.provide(client))
    /** Moves the clock while a body is awaited that never comes, and at no other time. */
    const pass = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.gen(function*() {
        isSilent = false
        const fiber = yield* Effect.fork(effect)
        while (Option.isNone(yield* Fiber.poll(fiber))) {
          yield* TestServices.provideLive(Effect.sleep("10 millis"))
          if (isSilent) yield* TestClock.adjust("30 seconds")
        }
        return yield* Fiber.join(fiber)
      })
    return Effect.gen(function*() {
      const { plain } = yield* getServer
      const urls = yield* SignedUrls.SignedUrls
      const download = (path: string) =>
        bytesOf(urls.download("Test.download", Redacted.make(`${plain}/${path}?id=${over}-silent`)))
      const error = yield* pass(Effect.flip(download("error-then-silence")))
      assert.deepInclude(error, { _tag: "Forbidden", attempts: 1 })
      assert.strictEqual((yield* pass(download("redirect-then-silence"))).toString(), "{\"ok\":true}")
      yield* pass(put(`${plain}/headers-then-silence`, content))
      yield* pass(put(`${plain}/redirect-then-silence`, content))
      const refused = yield* pass(Effect.flip(put(`${plain}/error-then-silence`, content)))
      assert.strictEqual(refused._tag, "Forbidden")
    }).pipe(
      Effect.provide(
        Layer.unwrapEffect(Effect.map(getServer, ({ plain }) => platform(noted, plain, { timeout: "1 minute" })))
      )
    )
  })

  it.live("leave no connection behind after redirects", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-drained`
      const count = runs(100, 300)
      const to = encodeURIComponent(`${server.other}/kept/x?id=${id}`)
      const download = Effect.flatMap(SignedUrls.SignedUrls, (urls) =>
        bytesOf(urls.download("Test.download", Redacted.make(`${server.plain}/redirect?to=${to}`))))
      yield* Effect.gen(function*() {
        const bodies = yield* Effect.all(
          Array.from({ length: count }, () =>
            download),
          { concurrency: 5 }
        )
        assert.isTrue(bodies.every((body) => body.toString() === "{\"ok\":true}"))
        // Idle connections are kept for the next requests.
        assert.isBelow(yield* server.openSockets, 60)
      }).pipe(Effect.provide(live(server.plain)))
      assert.lengthOf(yield* server.records(id), 2 * count)
    }))
})
