import { Source } from "@effect-scalingo/core/Sources"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream, TestClock } from "effect"
import { gzipSync } from "node:zlib"
import { decodeAt } from "./decodeResponse.js"
import { api, at, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const upload = (url: string, bytes: Uint8Array, contentType = "application/x-gzip") =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.put(url).pipe(HttpClientRequest.bodyUint8Array(bytes, contentType))
    return (yield* client.execute(request)).status
  })

const download = (url: string) =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const response = yield* client.get(url)
    return response.status === 200 ? new Uint8Array(yield* response.arrayBuffer) : response.status
  })

describe("sandbox: sources", () => {
  it.effect("keep an archive for ten minutes", () =>
    Effect.gen(function*() {
      const created = yield* api("POST", "/sources")
      assert.strictEqual(created.status, 201)
      yield* decodeAt(Source, created, "source")
      const to = String(at(created, "source.upload_url"))
      const from = String(at(created, "source.download_url"))
      const archive = new Uint8Array([0x1f, 0x8b, 0, 255, 128])
      assert.strictEqual(yield* download(from), 404)
      assert.strictEqual(yield* upload(to, archive), 200)
      assert.deepStrictEqual(yield* download(from), archive)

      const body = { deployment: { source_url: from, git_ref: "v1" } }
      assert.strictEqual((yield* api("POST", "/apps/example-app/deployments", { body })).status, 201)

      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* download(from), 403)
      assert.strictEqual(yield* upload(to, archive), 403)
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const created = yield* api("POST", "/sources")
      const to = String(at(created, "source.upload_url"))
      const from = String(at(created, "source.download_url"))
      assert.strictEqual(yield* upload(from, new Uint8Array([1])), 403)
      assert.strictEqual(yield* download(to), 403)
      // A bearer that is sent to the storage is leaked.
      assert.strictEqual((yield* sendTo("PUT", to, { bearer: yield* sandbox.bearer() })).status, 400)
      assert.strictEqual((yield* sendTo("POST", `${sandbox.urls.api("osc-fr1")}/sources`)).status, 401)
    }).pipe(withSandbox()))

  it.effect("take only what the URL is signed for", () =>
    Effect.gen(function*() {
      const to = String(at(yield* api("POST", "/sources"), "source.upload_url"))
      for (const contentType of ["application/gzip", "application/octet-stream", "application/x-gzip; charset=utf-8"]) {
        assert.strictEqual(yield* upload(to, new Uint8Array(5), contentType), 403)
      }
      assert.strictEqual(yield* upload(to, new Uint8Array(1001)), 413)
      assert.strictEqual(yield* upload(to, new Uint8Array(1000)), 200)
      const client = yield* HttpClient.HttpClient
      const chunked = HttpClientRequest.put(to).pipe(
        HttpClientRequest.bodyStream(Stream.make(new Uint8Array(5)), { contentType: "application/x-gzip" })
      )
      assert.strictEqual((yield* client.execute(chunked)).status, 411)
    }).pipe(withSandbox(undefined, { maxUploadSize: 1000 })))

  const entryOf = (path: string, type: string, content = ""): Buffer => {
    const block = Buffer.alloc(512)
    block.write(path, 0, 100)
    block.write("0000644\0", 100)
    block.write(`${Buffer.byteLength(content).toString(8).padStart(11, "0")}\0`, 124)
    block.write(`        ${type}`, 148)
    block.write("ustar\u000000", 257)
    block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148)
    const size = Math.ceil(Buffer.byteLength(content) / 512) * 512
    const padded = Buffer.alloc(size)
    padded.write(content)
    return Buffer.concat([block, padded])
  }

  /** An extended header with a path. */
  const extended = (path: string): Buffer => {
    const length = Buffer.byteLength(` path=${path}\n`)
    const total = [2, 3, 4].map((digits) => digits + length).find((sum, index) => String(sum).length === index + 2)
    return entryOf("PaxHeader", "x", `${total} path=${path}\n`)
  }

  /** A tar with these paths; those that end with a slash are folders. */
  const tarOf = (paths: ReadonlyArray<string>) =>
    Buffer.concat([
      entryOf("pax_global_header", "g", "52 comment=0123456789012345678901234567890123456789\n"),
      ...paths.flatMap((path) => [
        ...(Buffer.byteLength(path) > 100 ? [extended(path)] : []),
        path.endsWith("/") ? entryOf(path, "5") : entryOf(path, "0", "abc")
      ]),
      Buffer.alloc(1024)
    ])

  const long = `${"folder/".repeat(30)}${"x".repeat(120)}`
  const cases: { readonly [name: string]: readonly [archive: Uint8Array | undefined, problem: string | undefined] } = {
    "one folder": [gzipSync(tarOf(["app/", "app/a", "app/b/", "app/b/c"])), undefined],
    "one folder without an entry of its own": [gzipSync(tarOf(["./app/a", "app/é"])), undefined],
    "one folder with long names": [gzipSync(tarOf(["app/", `app/${long}`])), undefined],
    "two folders": [
      gzipSync(tarOf(["app/a", "other/a"])),
      "it must have one folder at its root, and has 2 entries there"
    ],
    "a folder and a file": [gzipSync(tarOf(["app/a", "b"])), "it must have one folder at its root"],
    "a file": [gzipSync(tarOf(["b"])), "it has a file at its root instead of a folder"],
    "nothing in it": [gzipSync(tarOf([])), "has 0 entries there"],
    "no compression": [tarOf(["app/a"]), "it is not compressed by gzip"],
    "no tar in it": [gzipSync("x".repeat(2000)), "it is not a tar archive"],
    "half of it": [gzipSync(tarOf(["app/a"])).subarray(0, 60), "it is damaged"],
    "no upload": [undefined, "nothing has been uploaded"]
  }
  for (const [name, [archive, problem]] of Object.entries(cases)) {
    it.effect(`are deployed, or not, with ${name}`, () =>
      Effect.gen(function*() {
        const source = yield* api("POST", "/sources")
        if (archive !== undefined) {
          assert.strictEqual(yield* upload(String(at(source, "source.upload_url")), archive), 200)
        }
        const body = { deployment: { source_url: at(source, "source.download_url") } }
        const created = yield* api("POST", "/apps/example-app/deployments", { body })
        const path = `/apps/example-app/deployments/${String(at(created, "deployment.id"))}`
        yield* TestClock.adjust("2 minutes")
        const status = at(yield* api("GET", path), "deployment.status")
        const { text } = yield* api("GET", `${path}/output`)
        assert.strictEqual(status, problem === undefined ? "success" : "build-error", text)
        if (problem === undefined) assert.notInclude(text, "cannot be deployed")
        else assert.include(text, `The archive cannot be deployed: ${problem.startsWith("has") ? "" : problem}`)
        if (problem !== undefined) assert.include(text, problem)
      }).pipe(withSandbox()))
  }

  it.effect("of others are not looked at, and those that have expired are not found", () =>
    Effect.gen(function*() {
      const source = yield* api("POST", "/sources")
      yield* TestClock.adjust("10 minutes")
      const end = (source_url: unknown) =>
        Effect.gen(function*() {
          const created = yield* api("POST", "/apps/example-app/deployments", { body: { deployment: { source_url } } })
          yield* TestClock.adjust("2 minutes")
          const path = `/apps/example-app/deployments/${String(at(created, "deployment.id"))}`
          return at(yield* api("GET", path), "deployment.status")
        })
      assert.strictEqual(yield* end(at(source, "source.download_url")), "build-error")
      assert.strictEqual(yield* end("https://github.com/me/app/archive/main.tar.gz"), "success")
    }).pipe(withSandbox()))
})
