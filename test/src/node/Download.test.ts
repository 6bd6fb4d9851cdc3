import { Addons } from "@effect-scalingo/core/Addons"
import { DatabaseBackups } from "@effect-scalingo/core/DatabaseBackups"
import { Invoices } from "@effect-scalingo/core/Invoices"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as SignedUrls from "@effect-scalingo/core/SignedUrls"
import { layerClient } from "@effect-scalingo/core/testing"
import * as Download from "@effect-scalingo/node/Download"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Option, Redacted, Stream, TestClock, TestContext } from "effect"
import * as Fs from "node:fs"
import * as Http from "node:http"
import * as Path from "node:path"
import { gzipSync } from "node:zlib"
import { listen } from "../httpServer.js"
import { temporaryFolder } from "../temporaryFolder.js"

/** Bytes in which every part is another. */
const bytesOf = (length: number, seed = 1) => {
  const bytes = Buffer.alloc(length)
  for (let at = 0, value = seed; at < length; at++) {
    value = (value * 1_103_515_245 + 12_345) >>> 0
    bytes[at] = value >>> 24
  }
  return bytes
}

const whole = bytesOf(1_000_000)
const other = bytesOf(900_000, 2)

interface Context {
  readonly request: Http.IncomingMessage
  readonly response: Http.ServerResponse
  /** From 0. */
  readonly count: number
}

/** A server on a local port, and the `Range` and `If-Range` of each request. */
const serve = (handler: (context: Context) => void) =>
  Effect.suspend(() => {
    const seen: Array<{ readonly url: string; readonly range: string | undefined; readonly ifRange: unknown }> = []
    const server = Http.createServer((request, response) => {
      seen.push({ url: request.url ?? "", range: request.headers.range, ifRange: request.headers["if-range"] })
      handler({ request, response, count: seen.length - 1 })
    })
    return Effect.map(listen(server), (url) => ({ url: Redacted.make(`${url}/file?token=s3cret`), origin: url, seen }))
  })

interface Served {
  readonly bytes?: Buffer
  readonly headers?: { readonly [name: string]: string }
  /** How many bytes are sent before the connection is cut. Default: all. */
  readonly cut?: number
}

const etag = { etag: "\"v1\"" }

/** Serves a file as a storage does, with ranges. */
const serveFile = ({ request, response }: Context, { bytes = whole, cut, headers = etag }: Served = {}) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? -1)
  const ifRange = request.headers["if-range"]
  const isRest = start >= 0 && (ifRange === headers["etag"] || ifRange === headers["last-modified"])
  const body = isRest ? bytes.subarray(start) : bytes
  response.writeHead(isRest ? 206 : 200, {
    "content-length": String(body.length),
    ...(isRest ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    ...headers
  })
  if (cut === undefined) response.end(body)
  else response.write(body.subarray(0, cut), () => response.destroy())
}

const live = SignedUrls.layer.pipe(
  Layer.provide(Layer.mergeAll(
    NodeHttpClient.layerUndici,
    Layer.orDie(ScalingoConfig.layer({})),
    RetryPolicy.layerBudget,
    RateLimiter.layerNoop
  ))
)

const quick: Download.Options = { pause: "1 millis" }

/** A target in a folder of its own, and what is in that folder. */
const target = Effect.map(temporaryFolder, (folder) => ({
  path: Path.join(folder, "file.bin"),
  names: Effect.sync(() => Fs.readdirSync(folder)),
  content: Effect.sync(() => Fs.readFileSync(Path.join(folder, "file.bin")))
}))

describe("a download to a file", () => {
  it.scopedLive("writes the whole file under its name, for its owner only, and says how far it is", () =>
    Effect.gen(function*() {
      const { url } = yield* serve((context) => serveFile(context))
      const { content, names, path } = yield* target
      const progress: Array<Download.Progress> = []
      const result = yield* Download.toFile(Effect.succeed(url), path, {
        onProgress: (now) => Effect.sync(() => progress.push(now))
      })
      assert.deepStrictEqual(result, { path, bytes: whole.length })
      assert.isTrue((yield* content).equals(whole))
      assert.deepStrictEqual(yield* names, ["file.bin"])
      if (process.platform !== "win32") assert.strictEqual(Fs.statSync(path).mode & 0o777, 0o600)
      assert.deepStrictEqual(progress[0], { bytes: 0, total: whole.length })
      assert.deepStrictEqual(progress.at(-1), { bytes: whole.length, total: whole.length })
    }).pipe(Effect.provide(live)))

  it.scopedLive("goes on where the connection was cut, each time", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serve((context) => serveFile(context, context.count < 9 ? { cut: 100_000 } : {}))
      const { content, names, path } = yield* target
      yield* Download.toFile(Effect.succeed(url), path, quick)
      assert.isTrue((yield* content).equals(whole))
      assert.deepStrictEqual(yield* names, ["file.bin"])
      assert.strictEqual(seen.length, 10)
      assert.strictEqual(seen[0]?.range, undefined)
      const starts = seen.slice(1).map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1]))
      assert.isTrue(starts.every((start, index) => start > (starts[index - 1] ?? 0)), starts.join())
      assert.isTrue(seen.slice(1).every(({ ifRange }) => ifRange === "\"v1\""))
    }).pipe(Effect.provide(live)))

  it.scopedLive("relies on the date where there is no strong tag, and begins anew without either", () =>
    Effect.gen(function*() {
      const date = { "etag": "W/\"v1\"", "last-modified": "Mon, 02 Jan 2023 00:00:00 GMT" }
      const cases = [
        [date, date["last-modified"]],
        [{ etag: "W/\"v1\"" }, undefined],
        [{ "content-type": "text/plain" }, undefined]
      ] as const
      for (const [headers, validator] of cases) {
        const { seen, url } = yield* serve((context) =>
          serveFile(context, context.count === 0 ? { headers, cut: 200_000 } : { headers })
        )
        const { content, path } = yield* target
        yield* Download.toFile(Effect.succeed(url), path, quick)
        assert.isTrue((yield* content).equals(whole))
        assert.strictEqual(seen[1]?.ifRange, validator)
        assert.strictEqual(seen[1]?.range === undefined, validator === undefined)
      }
    }).pipe(Effect.provide(live)))

  const oddities: { readonly [name: string]: (context: Context) => void } = {
    "ignores the range": ({ response }) => response.writeHead(200, { etag: "\"v2\"" }).end(other),
    "has another file by now": (context) => serveFile(context, { bytes: other, headers: { etag: "\"v2\"" } }),
    "sends another part": ({ response }) =>
      response.writeHead(206, { "content-range": `bytes 5-${other.length - 1}/${other.length}` }).end(
        other.subarray(5)
      ),
    "sends less than the rest": (context) => {
      const start = Number(/\d+/.exec(context.request.headers.range ?? "")?.[0])
      context.response.writeHead(206, { "content-range": `bytes ${start}-${start + 9}/${whole.length}` })
        .end(whole.subarray(start, start + 10))
    },
    "sends a part of another version": ({ request, response }) => {
      const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0])
      response.writeHead(206, {
        "content-range": `bytes ${start}-${other.length - 1}/${other.length}`,
        "etag": "\"v2\""
      }).end(other.subarray(start))
    },
    "says no range": ({ response }) => response.writeHead(206).end(other.subarray(7)),
    "knows no such range": ({ response }) => response.writeHead(416).end()
  }
  for (const [name, respond] of Object.entries(oddities)) {
    it.scopedLive(`begins anew when the server ${name}`, () =>
      Effect.gen(function*() {
        const { seen, url } = yield* serve((context) => {
          if (context.count === 0) serveFile(context, { cut: 300_000 })
          else if (context.count === 1) respond(context)
          else serveFile(context, { bytes: other, headers: { etag: "\"v2\"" } })
        })
        const { content, path } = yield* target
        yield* Download.toFile(Effect.succeed(url), path, quick)
        assert.isTrue((yield* content).equals(other))
        assert.isTrue(seen[1]?.range?.startsWith("bytes="))
      }).pipe(Effect.provide(live)))
  }

  it.scopedLive("ends with the server's error after the last attempt, and leaves nothing", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serve((context) => serveFile(context, { cut: 10 }))
      const { names, path } = yield* target
      const error = yield* Effect.flip(Download.toFile(Effect.succeed(url), path, { ...quick, attempts: 3 }))
      assert.deepInclude(error, { _tag: "TransportError", endpoint: "Download.toFile" })
      assert.notInclude(error.message, "s3cret")
      assert.strictEqual(seen.length, 3)
      assert.deepStrictEqual(yield* names, [])
      const missing = yield* serve(({ response }) => response.writeHead(404).end())
      assert.strictEqual(
        (yield* Effect.flip(Download.toFile(Effect.succeed(missing.url), path, quick)))._tag,
        "NotFound"
      )
      assert.strictEqual(missing.seen.length, 1)
    }).pipe(Effect.provide(live)))

  it.scopedLive("fails when there is less than the server has announced", () =>
    Effect.gen(function*() {
      const { url } = yield* serve((context) => {
        const start = Number(/\d+/.exec(context.request.headers.range ?? "")?.[0] ?? -1)
        if (start < 0) return serveFile(context, { cut: 100_000 })
        // Without a Content-Length, the HTTP client takes it for whole.
        context.response.writeHead(206, { ...etag, "content-range": `bytes ${start}-999999/1000000` })
        context.response.end(whole.subarray(start, start + 1))
      })
      const { names, path } = yield* target
      const error = yield* Effect.flip(Download.toFile(Effect.succeed(url), path, quick))
      assert.deepInclude(error, { _tag: "SizeMismatch", expected: 1_000_000 })
      assert.deepStrictEqual(yield* names, [])
    }).pipe(Effect.provide(live)))

  it.scopedLive("fails when the response is no file", () =>
    Effect.gen(function*() {
      const { url } = yield* serve(({ response }) => response.writeHead(204).end())
      const { names, path } = yield* target
      const error = yield* Effect.flip(Download.toFile(Effect.succeed(url), path, { ...quick, attempts: 2 }))
      assert.deepInclude(error, { _tag: "UnexpectedResponse", status: 204 })
      assert.deepStrictEqual(yield* names, [])
    }).pipe(Effect.provide(live)))

  it.scopedLive("refuses what is not gzip, if it must be", () =>
    Effect.gen(function*() {
      const { path, names } = yield* target
      for (const body of ["<html>Sign in</html>", "x", ""]) {
        const { url } = yield* serve(({ response }) => response.writeHead(200).end(body))
        for (const resume of [false, true]) {
          const error = yield* Effect.flip(Download.toFile(Effect.succeed(url), path, { gzip: true, resume }))
          assert.strictEqual(error._tag, "NotGzip")
          assert.deepStrictEqual(yield* names, [])
        }
      }
      const { url } = yield* serve(({ response }) => response.writeHead(200).end(gzipSync("fine")))
      yield* Download.toFile(Effect.succeed(url), path, { gzip: true })
    }).pipe(Effect.provide(live)))

  it.scopedLive("replaces a file only on request, also one that appears meanwhile", () =>
    Effect.gen(function*() {
      const { content, names, path } = yield* target
      const { seen, url } = yield* serve((context) => {
        Fs.writeFileSync(path, "mine")
        serveFile(context)
      })
      for (const requests of [1, 1]) {
        const error = yield* Effect.flip(Download.toFile(Effect.succeed(url), path))
        assert.deepInclude(error, { _tag: "FileExists", path })
        assert.strictEqual((yield* content).toString(), "mine")
        // The second time nothing was requested.
        assert.strictEqual(seen.length, requests)
      }
      yield* Download.toFile(Effect.succeed(url), path, { overwrite: true })
      assert.isTrue((yield* content).equals(whole))
      assert.deepStrictEqual(yield* names, ["file.bin"])
    }).pipe(Effect.provide(live)))

  it.scopedLive("asks for a fresh URL when one has expired, and goes on", () =>
    Effect.gen(function*() {
      for (const status of [401, 403, 410]) {
        const { origin, seen } = yield* serve((context) => {
          if (context.count === 0) serveFile(context, { cut: 300_000 })
          else if (context.request.url === "/1") context.response.writeHead(status).end("expired")
          else serveFile(context)
        })
        const { content, path } = yield* target
        let asked = 0
        const source = Effect.sync(() => Redacted.make(`${origin}/${++asked}`))
        yield* Download.toFile(source, path, quick)
        assert.isTrue((yield* content).equals(whole))
        assert.deepStrictEqual(seen.map(({ url }) => url), ["/1", "/1", "/2"])
        assert.isDefined(seen[2]?.range)
      }
    }).pipe(Effect.provide(live)))

  it.scopedLive("fails when the fresh URL is refused as well", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serve(({ response }) => response.writeHead(403).end("expired"))
      const { names, path } = yield* target
      const error = yield* Effect.flip(Download.toFile(Effect.succeed(url), path, quick))
      assert.strictEqual(error._tag, "Forbidden")
      assert.strictEqual(seen.length, 2)
      assert.deepStrictEqual(yield* names, [])
    }).pipe(Effect.provide(live)))

  it.scopedLive("takes a silent connection for a broken one", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serve((context) => {
        if (context.count > 0) return serveFile(context)
        context.response.writeHead(200, { ...etag, "content-length": "1000000" })
        context.response.write(whole.subarray(0, 5000))
      })
      const { content, path } = yield* target
      const silent = yield* Deferred.make<void>()
      // Only this test moves the clock of the download.
      const fiber = yield* Effect.fork(Download.toFile(Effect.succeed(url), path, {
        idleTimeout: "1 minute",
        pause: 0,
        onProgress: ({ bytes }) => bytes === 5000 ? Deferred.succeed(silent, undefined) : Effect.void
      }))
      yield* Deferred.await(silent)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.isTrue((yield* content).equals(whole))
      assert.lengthOf(seen, 2)
    }).pipe(Effect.provide([TestContext.TestContext, live])))

  it.scopedLive("leaves nothing when it is interrupted", () =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      const { url } = yield* serve(({ response }) => {
        response.on("close", () => Deferred.unsafeDone(closed, Effect.void))
        response.writeHead(200, { "content-length": "1000000" })
        response.write(whole.subarray(0, 5000))
      })
      const { names, path } = yield* target
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(Download.toFile(Effect.succeed(url), path, {
        onProgress: ({ bytes }) => bytes > 0 ? Deferred.succeed(begun, undefined) : Effect.void
      }))
      yield* Deferred.await(begun)
      assert.lengthOf(yield* names, 1)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* names, [])
      yield* Deferred.await(closed)
    }).pipe(Effect.provide(live)))

  it.scopedLive("fails when the file cannot be written", () =>
    Effect.gen(function*() {
      const { url } = yield* serve((context) => serveFile(context))
      const { path } = yield* target
      const error = yield* Effect.flip(Download.toFile(Effect.succeed(url), Path.join(path, "missing", "file")))
      assert.strictEqual(error._tag, "DownloadError")
    }).pipe(Effect.provide(live)))
})

describe("a download that can be resumed", () => {
  /** A first call that fails, or is interrupted, after some bytes. */
  const begin = (url: Redacted.Redacted, path: string) =>
    Effect.exit(Download.toFile(Effect.succeed(url), path, { ...quick, resume: true, attempts: 1 }))

  it.scopedLive("goes on in a later call, with a fresh URL", () =>
    Effect.gen(function*() {
      const { origin, seen, url } = yield* serve((context) =>
        serveFile(context, context.count === 0 ? { cut: 400_000 } : {})
      )
      const { content, names, path } = yield* target
      yield* begin(url, path)
      assert.sameMembers(yield* names, [".file.bin.part", ".file.bin.part.json"])
      yield* Download.toFile(Effect.succeed(Redacted.make(`${origin}/fresh`)), path, { resume: true })
      assert.isTrue((yield* content).equals(whole))
      assert.deepStrictEqual(yield* names, ["file.bin"])
      assert.strictEqual(seen[1]?.url, "/fresh")
      assert.match(seen[1]?.range ?? "", /^bytes=[1-9]\d*-$/)
    }).pipe(Effect.provide(live)))

  it.scopedLive("begins anew when the file has changed, or nothing is known of the part", () =>
    Effect.gen(function*() {
      const { url } = yield* serve((context) =>
        context.count === 0
          ? serveFile(context, { cut: 400_000 })
          : serveFile(context, { bytes: other, headers: { etag: "\"v2\"" } })
      )
      const { content, path } = yield* target
      yield* begin(url, path)
      yield* Download.toFile(Effect.succeed(url), path, { resume: true })
      assert.isTrue((yield* content).equals(other))
      Fs.writeFileSync(Path.join(Path.dirname(path), ".file.bin.part"), "from somewhere else")
      yield* Download.toFile(Effect.succeed(url), path, { resume: true, overwrite: true })
      assert.isTrue((yield* content).equals(other))
    }).pipe(Effect.provide(live)))

  it.scopedLive("does not join the parts of two files", () =>
    Effect.gen(function*() {
      // A server that ignores If-Range, and does not say which file it sends.
      const { url } = yield* serve((context) => {
        if (context.count === 0) return serveFile(context, { cut: 400_000 })
        const { request, response } = context
        const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1]
        const body = start === undefined ? other : other.subarray(Number(start))
        response.writeHead(start === undefined ? 200 : 206, {
          "content-length": String(body.length),
          ...(start === undefined ? etag : { "content-range": `bytes ${start}-${other.length - 1}/${other.length}` })
        })
        response.end(body)
      })
      const { content, path } = yield* target
      yield* begin(url, path)
      yield* Download.toFile(Effect.succeed(url), path, { ...quick, resume: true })
      assert.isTrue((yield* content).equals(other))
    }).pipe(Effect.provide(live)))

  it.scopedLive("does not write into a part that others can read, or that is a link", () =>
    Effect.gen(function*() {
      const { url } = yield* serve((context) => serveFile(context))
      const { content, path } = yield* target
      const part = Path.join(Path.dirname(path), ".file.bin.part")
      const elsewhere = Path.join(yield* temporaryFolder, "elsewhere")
      Fs.writeFileSync(elsewhere, "kept")
      Fs.linkSync(elsewhere, part)
      yield* Download.toFile(Effect.succeed(url), path, { resume: true })
      assert.strictEqual(Fs.readFileSync(elsewhere, "utf8"), "kept")
      Fs.writeFileSync(part, "", { mode: 0o644 })
      yield* Download.toFile(Effect.succeed(url), path, { resume: true, overwrite: true })
      assert.isTrue((yield* content).equals(whole))
      if (process.platform !== "win32") assert.strictEqual(Fs.statSync(path).mode & 0o777, 0o600)
    }).pipe(Effect.provide(live)))

  it.scopedLive("keeps what it has when it is interrupted", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serve((context) => {
        if (context.count > 0) return serveFile(context)
        context.response.writeHead(200, { ...etag, "content-length": "1000000" })
        context.response.write(whole.subarray(0, 5000))
      })
      const { content, path } = yield* target
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(Download.toFile(Effect.succeed(url), path, {
        resume: true,
        onProgress: ({ bytes }) => bytes > 0 ? Deferred.succeed(begun, undefined) : Effect.void
      }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      yield* Download.toFile(Effect.succeed(url), path, { resume: true })
      assert.isTrue((yield* content).equals(whole))
      assert.isDefined(seen[1]?.range)
    }).pipe(Effect.provide(live)))
})

describe("downloads of the platform", () => {
  it.scoped("are backups and invoices", () =>
    Effect.gen(function*() {
      const backups = yield* DatabaseBackups
      const addon = yield* Effect.flatMap(Addons, (addons) => addons.list("example-app"))
      const database = { app: "example-app", addonId: addon[0]?.id ?? "" }
      const folder = yield* temporaryFolder
      const making = yield* Effect.fork(backups.createAndAwait(database))
      yield* TestClock.adjust("1 minute")
      const { id, size } = yield* Fiber.join(making)
      assert.deepStrictEqual(Option.map(yield* backups.latest(database), (latest) => latest.id), Option.some(id))
      const result = yield* Download.backup(database, id, Path.join(folder, "backup.tar.gz"))
      assert.strictEqual(result.bytes, size)

      yield* TestClock.adjust("40 days")
      const invoices = yield* Invoices
      const invoice = yield* Effect.flatten(Stream.runHead(invoices.list()))
      yield* Download.invoice(invoice.id, Path.join(folder, "invoice.pdf"))
      assert.match(Fs.readFileSync(Path.join(folder, "invoice.pdf"), "latin1"), /^%PDF/)
    }).pipe(Effect.provide(layerClient(undefined, { requestLimit: "unlimited" }))))
})
