/**
 * `npm run test:long`: uploads and downloads 1 GiB with the built packages, over sockets, against a server in another
 * process. Fails when the bytes differ, or when the memory grows by 64 MiB or more over that of the idle process after a
 * first transfer. The growth without a first transfer is shown beside it.
 */
import { SignedUrls } from "@effect-scalingo/core/SignedUrls"
import { Download, NodeScalingo } from "@effect-scalingo/node"
import { Effect, Redacted, Stream } from "effect"
import { fork } from "node:child_process"
import { createHash } from "node:crypto"
import { createReadStream, mkdtempSync, rmSync } from "node:fs"
import * as Http from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const gibibyte = 1024 ** 3
const warmUp = 64 * 1024 ** 2
const limit = 64

/** The n-th block of any content. */
const block = (n) => Buffer.alloc(65_536, n & 0xff)

function* blocks(length) {
  for (let n = 0, left = length; left > 0; n++) {
    const bytes = block(n).subarray(0, Math.min(65_536, left))
    left -= bytes.length
    yield bytes
  }
}

const hashOf = (length) => {
  const hash = createHash("sha256")
  for (const bytes of blocks(length)) hash.update(bytes)
  return hash.digest("hex")
}

/** `PUT /` responds with the hash of the body, `GET /<length>` with that many bytes. */
const serve = () => {
  const hashes = []
  const server = Http.createServer((request, response) => {
    if (request.method === "PUT") {
      const hash = createHash("sha256")
      request.on("data", (bytes) => hash.update(bytes)).on("end", () => {
        hashes.push(hash.digest("hex"))
        response.end()
      })
    } else if (request.url === "/hash") response.end(hashes.pop())
    else {
      const length = Number(request.url.slice(1))
      response.writeHead(200, { "content-length": length, etag: `"${length}"` })
      const output = blocks(length)
      const more = () => {
        for (let next = output.next(); next.done !== true; next = output.next()) {
          if (!response.write(next.value)) return
        }
        response.end()
      }
      response.on("drain", more)
      more()
    }
  })
  server.requestTimeout = 0
  server.listen(0, "127.0.0.1", () => process.send(server.address().port))
}

const mib = (bytes) => Math.round(bytes / 1024 ** 2)

/** Runs an effect, and returns by how many MiB the memory has grown at most. */
const growth = (effect) =>
  Effect.gen(function*() {
    yield* Effect.sleep("500 millis")
    const idle = process.memoryUsage.rss()
    let peak = idle
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10)
    const since = performance.now()
    yield* effect
    clearInterval(timer)
    return { grown: mib(peak - idle), seconds: ((performance.now() - since) / 1000).toFixed(1) }
  })

const upload = (url, length) =>
  Effect.gen(function*() {
    const urls = yield* SignedUrls
    const content = Stream.suspend(() => Stream.fromIteratorSucceed(blocks(length), 1))
    yield* urls.upload("long", Redacted.make(`${url}/upload`), { content, length, contentType: "application/x-gzip" })
    const hash = yield* Stream.mkString(Stream.decodeText(urls.download("long", Redacted.make(`${url}/hash`))))
    if (hash !== hashOf(length)) throw new Error("other bytes have arrived")
  })

const download = (url, length) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-scalingo-long-"))),
    (folder) =>
      Effect.gen(function*() {
        const { path } = yield* Download.toFile(Effect.succeed(Redacted.make(`${url}/${length}`)), join(folder, "file"))
        return path
      }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

/** The bytes of a file are right; measured apart, since hashing needs memory too. */
const verifyDownload = (url) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-scalingo-long-"))),
    (folder) =>
      Effect.gen(function*() {
        const { path } = yield* Download.toFile(
          Effect.succeed(Redacted.make(`${url}/${gibibyte}`)),
          join(folder, "file")
        )
        const hash = createHash("sha256")
        yield* Effect.promise(async () => {
          for await (const bytes of createReadStream(path)) hash.update(bytes)
        })
        if (hash.digest("hex") !== hashOf(gibibyte)) throw new Error("other bytes have arrived")
      }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

/** One direction in a process of its own, with or without a first transfer. */
const measure = async ([direction, isWarm, port]) => {
  const url = `http://127.0.0.1:${port}`
  const transfer = direction === "up" ? upload : download
  const program = Effect.gen(function*() {
    if (isWarm === "warm") yield* transfer(url, warmUp)
    const measured = yield* growth(transfer(url, gibibyte))
    if (direction === "down" && isWarm === "warm") yield* verifyDownload(url)
    return measured
  })
  const layer = NodeScalingo.layer({ apiToken: Redacted.make("tk-us-none"), authUrl: url })
  process.send(await Effect.runPromise(Effect.provide(program, layer)))
  process.disconnect()
}

const self = fileURLToPath(import.meta.url)
const child = (...args) => {
  const process = fork(self, args)
  return { process, message: new Promise((resolve, reject) => process.once("message", resolve).once("exit", reject)) }
}

const [mode, ...rest] = process.argv.slice(2)
if (mode === "serve") serve()
else if (mode === "measure") await measure(rest)
else {
  const server = child("serve")
  const port = await server.message
  for (const direction of ["up", "down"]) {
    for (const state of ["cold", "warm"]) {
      const { grown, seconds } = await child("measure", direction, state, port).message
      const isWrong = state === "warm" && grown >= limit
      console.log(
        `1 GiB ${direction}, ${state}: ${seconds} s, memory grew by ${grown} MiB${isWrong ? `: ${limit} or more` : ""}`
      )
      if (isWrong) process.exitCode = 1
    }
  }
  server.process.kill()
}
