import * as SandboxServer from "@effect-scalingo/node/SandboxServer"
import { NodeHttpClient } from "@effect/platform-node"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream, TestClock } from "effect"
import { createHash } from "node:crypto"
import { gunzipSync } from "node:zlib"
import { turn } from "../turn.js"
import { db, open } from "./databaseClient.js"
import { api, at, Fault, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const get = (url: string, headers: { readonly [name: string]: string } = {}) =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const response = yield* client.execute(HttpClientRequest.get(url, { headers }))
    const bytes = response.status < 300 ? yield* response.arrayBuffer : new ArrayBuffer(0)
    return { status: response.status, headers: response.headers, bytes: Buffer.from(bytes) }
  })

const archives = Effect.map(api("GET", "/apps/example-app/logs_archives"), (response) => listOf(response, "archives"))

describe("sandbox: files behind pre-signed URLs", () => {
  it.effect("are the lines of a day for an archive of logs, the same every time", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-26T12:00:00Z"))
      const [first, second] = yield* archives
      const url = String(first?.["url"])
      assert.deepInclude(first, {
        from: "Wed Nov 25 00:00:00 +0000 UTC 2026",
        to: "Thu Nov 26 00:00:00 +0000 UTC 2026"
      })
      const file = yield* get(url)
      assert.deepInclude(file.headers, { "content-type": "application/x-gzip", "accept-ranges": "bytes" })
      assert.strictEqual(file.bytes.length, first?.["size"])
      const lines = gunzipSync(file.bytes).toString().split("\n").slice(0, -1)
      assert.isAbove(lines.length, 100)
      for (const line of lines) {
        assert.match(line, /^2026-11-25 \d\d:\d\d:\d\d\.\d{9} \+0000 UTC \[web-1\] GET \S+ \d{3} in \d+ ms$/)
      }
      assert.deepStrictEqual(lines, lines.toSorted())
      const [again] = yield* archives
      assert.isTrue((yield* get(String(again?.["url"]))).bytes.equals(file.bytes))
      assert.isFalse((yield* get(String(second?.["url"]))).bytes.equals(file.bytes))

      assert.strictEqual((yield* get(url.replace("2026-11-25", "2026-11-24"))).status, 403)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* get(url)).status, 403)
    }).pipe(withSandbox()))

  it.effect("come in parts, as long as they are the same", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("3 days")
      const url = String((yield* archives)[0]?.["url"])
      const { bytes, headers } = yield* get(url)
      const etag = headers["etag"] ?? ""
      const date = headers["last-modified"] ?? ""
      assert.match(etag, /^"[^"]+"$/)
      assert.strictEqual(new Date(date).toUTCString(), date)
      const size = bytes.length
      const parts: ReadonlyArray<readonly [range: string, from: number, to: number]> = [
        ["bytes=0-", 0, size],
        ["bytes=100-", 100, size],
        ["bytes=100-199", 100, 200],
        [`bytes=100-${size + 5}`, 100, size],
        ["bytes=-10", size - 10, size],
        [`bytes=${size - 1}-`, size - 1, size]
      ]
      for (const [range, from, to] of parts) {
        for (const ifRange of [{}, { "if-range": etag }, { "if-range": date }]) {
          const part = yield* get(url, { range, ...ifRange })
          assert.strictEqual(part.status, 206)
          assert.deepInclude(part.headers, { "content-range": `bytes ${from}-${to - 1}/${size}`, etag })
          assert.isTrue(part.bytes.equals(bytes.subarray(from, to)), range)
        }
      }
      for (const ifRange of ["\"other\"", `W/${etag}`, "Thu, 01 Jan 1970 00:00:00 GMT"]) {
        assert.strictEqual((yield* get(url, { "range": "bytes=5-", "if-range": ifRange })).status, 200)
      }
      for (const range of ["bytes=5-1", "bytes=-", "lines=1-2", "bytes=0-1,4-5"]) {
        assert.strictEqual((yield* get(url, { range })).status, 200)
      }
      for (const range of [`bytes=${size}-`, "bytes=-0"]) {
        const refused = yield* get(url, { range })
        assert.strictEqual(refused.status, 416)
        assert.strictEqual(refused.headers["content-range"], `bytes */${size}`)
      }
    }).pipe(withSandbox()))

  it.effect("are redirected on request, with the method", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* TestClock.adjust("3 days")
      const url = String((yield* archives)[0]?.["url"])
      for (const status of [301, 307] as const) {
        yield* sandbox.inject({ on: { api: "storage" }, fault: Fault.redirected(status) })
        const response = yield* get(url)
        assert.strictEqual(response.status, status)
        assert.strictEqual(response.headers["location"], url)
        assert.strictEqual((yield* get(url)).status, 200)
      }
    }).pipe(withSandbox()))

  it.scopedLive("are as large as a test needs them, and never in memory", () =>
    Effect.gen(function*() {
      const size = 40_000_000
      const { sandbox } = yield* SandboxServer.make(undefined, {
        requestLimit: "unlimited",
        operationDuration: 1,
        backupSize: size
      })
      const backup = yield* Effect.gen(function*() {
        const it = yield* open()
        const id = String(at(yield* db(it, "POST", `${it.path}/backups`), "database_backup.id"))
        yield* Effect.repeat(Effect.zipRight(turn, db(it, "GET", `${it.path}/backups/${id}`)), {
          until: (response) => at(response, "database_backup.status") === "done"
        })
        const known = yield* db(it, "GET", `${it.path}/backups/${id}`)
        const archive = yield* db(it, "GET", `${it.path}/backups/${id}/archive`)
        return { size: at(known, "database_backup.size"), url: String(at(archive, "download_url")) }
      }).pipe(Effect.provideService(Sandbox.Sandbox, sandbox))
      assert.strictEqual(backup.size, size)
      const client = yield* HttpClient.HttpClient
      const hashFrom = (from: number) =>
        Effect.gen(function*() {
          const headers = from === 0 ? {} : { range: `bytes=${from}-` }
          const response = yield* client.execute(HttpClientRequest.get(backup.url, { headers }))
          assert.strictEqual(response.headers["content-length"], String(size - from))
          const hash = createHash("sha256")
          let chunks = 0
          const rest = yield* Stream.runFold(response.stream, Buffer.alloc(0), (last, bytes) => {
            chunks++
            hash.update(bytes)
            return Buffer.concat([last, bytes]).subarray(-1_234_567)
          })
          assert.isAbove(chunks, 10)
          return { hash: hash.digest("hex"), rest }
        })
      const whole = yield* hashFrom(0)
      assert.strictEqual((yield* hashFrom(0)).hash, whole.hash)
      const part = yield* hashFrom(size - 1_234_567)
      assert.isTrue(part.rest.equals(whole.rest))
      const start = yield* get(backup.url, { range: "bytes=0-1" })
      assert.deepStrictEqual([...start.bytes], [0x1f, 0x8b])
      // Blocks differ.
      const [one, two] = [
        yield* get(backup.url, { range: "bytes=65536-65599" }),
        yield* get(backup.url, { range: "bytes=131072-131135" })
      ]
      assert.isFalse(one.bytes.equals(two.bytes))
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)))
})
