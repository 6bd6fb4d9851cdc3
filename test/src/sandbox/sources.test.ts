import { Source } from "@effect-scalingo/core/Sources"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt } from "./decodeResponse.js"
import { api, at, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const upload = (url: string, bytes: Uint8Array) =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.put(url).pipe(HttpClientRequest.bodyUint8Array(bytes, "application/x-gzip"))
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
})
