/**
 * The proxies of the environment, over real sockets: a proxy that serves absolute URLs and `CONNECT`.
 */
import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import { NodeScalingo } from "@effect-scalingo/node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Layer } from "effect"
import { programFile, runNode } from "../processes.js"
import { platform } from "../wire/hostile.js"
import { useHostileServer } from "../wire/useHostileServer.js"
import { proxy } from "./proxy.js"

const getServer = useHostileServer()

/** One call of the platform with these environment variables. */
const callWith = (url: string, variables: { readonly [name: string]: string }) =>
  Effect.flatMap(
    RegionalApi,
    (api) => api.request({ name: "Test.call", method: "GET", path: "/fine", decoder: Decode.anyJson })
  ).pipe(
    Effect.either,
    Effect.provide(
      platform(
        Layer.orDie(NodeScalingo.layerHttpClient).pipe(
          Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))
        ),
        url
      )
    )
  )

const hostOf = (url: string) => new URL(url).host
const fine = Either.right({ ok: true })

describe("the proxies of the environment", () => {
  it.scopedLive("carry the requests of their scheme, in capitals and in small letters", () =>
    Effect.gen(function*() {
      const { plain } = yield* getServer
      for (const name of ["HTTP_PROXY", "http_proxy"]) {
        const { seen, url } = yield* proxy()
        assert.deepStrictEqual(yield* callWith(plain, { [name]: url }), fine)
        assert.lengthOf(seen, 1)
        const [method, target, authorization] = seen[0]!
        assert.include(["GET", "CONNECT"], method)
        assert.include(target, hostOf(plain))
        assert.isUndefined(authorization)
      }
      const other = yield* proxy()
      assert.deepStrictEqual(yield* callWith(plain, { HTTPS_PROXY: other.url }), fine)
      assert.deepStrictEqual(other.seen, [])
    }))

  it.scopedLive("of small letters win", () =>
    Effect.gen(function*() {
      const { plain } = yield* getServer
      const [large, small] = yield* Effect.all([proxy(), proxy()])
      assert.deepStrictEqual(yield* callWith(plain, { HTTP_PROXY: large.url, http_proxy: small.url }), fine)
      assert.deepStrictEqual([large.seen.length, small.seen.length], [0, 1])
    }))

  it.scopedLive("are off when unset or empty, and for the hosts of NO_PROXY", () =>
    Effect.gen(function*() {
      const { plain } = yield* getServer
      const { seen, url } = yield* proxy()
      assert.deepStrictEqual(yield* callWith(plain, {}), fine)
      assert.deepStrictEqual(yield* callWith(plain, { HTTP_PROXY: "" }), fine)
      assert.deepStrictEqual(yield* callWith(plain, { HTTP_PROXY: url, NO_PROXY: "127.0.0.1" }), fine)
      assert.deepStrictEqual(yield* callWith(plain, { HTTP_PROXY: url, no_proxy: "*" }), fine)
      assert.deepStrictEqual(seen, [])
      assert.deepStrictEqual(yield* callWith(plain, { HTTP_PROXY: url, NO_PROXY: "example.com" }), fine)
      assert.lengthOf(seen, 1)
    }))

  it.scopedLive("get the user and the password of their URL, which the target does not get", () =>
    Effect.gen(function*() {
      const { plain, records } = yield* getServer
      const { seen, url } = yield* proxy()
      const before = (yield* records("/fine")).length
      const withUser = url.replace("//", "//user:secret@")
      assert.deepStrictEqual(yield* callWith(plain, { HTTP_PROXY: withUser }), fine)
      assert.strictEqual(seen[0]?.[2], `Basic ${btoa("user:secret")}`)
      const [record] = (yield* records("/fine")).slice(before)
      assert.strictEqual(record?.headers["authorization"], "Bearer the-bearer")
      assert.isUndefined(record?.headers["proxy-authorization"])
    }))

  it.scopedLive("that cannot be reached or that refuse are typed errors, without the password", () =>
    Effect.gen(function*() {
      const { closed, plain, tls } = yield* getServer
      const down = yield* Effect.flip(Effect.flatten(callWith(plain, { HTTP_PROXY: closed })))
      assert.deepInclude(down, { _tag: "TransportError", reason: "network", sent: false, code: "ECONNREFUSED" })
      for (const url of [plain, tls]) {
        const refusing = yield* proxy(407)
        const withUser = refusing.url.replace("//", "//user:the-secret@")
        const variables = { HTTP_PROXY: withUser, HTTPS_PROXY: withUser }
        const refused = yield* Effect.flip(Effect.flatten(callWith(url, variables)))
        assert.include(["TransportError", "UnexpectedStatus"], refused._tag)
        assert.notInclude(`${refused} ${JSON.stringify(refused)}`, "the-secret")
      }
    }))

  it.scopedLive("carry TLS from end to end, in a process of its own with a real environment", () =>
    Effect.gen(function*() {
      const { certificate, tls } = yield* getServer
      const { seen, url } = yield* proxy()
      const run = (environment: NodeJS.ProcessEnv) =>
        Effect.promise(async () => {
          const program = programFile("test/src/node/proxyProgram.mjs")
          const { output } = await runNode([program, tls], { env: { PATH: process.env["PATH"], ...environment } })
          return output
        })
      assert.strictEqual(
        yield* run({ NODE_EXTRA_CA_CERTS: certificate, HTTPS_PROXY: url }),
        "{\"ok\":true}\n"
      )
      assert.deepStrictEqual(seen, [["CONNECT", hostOf(tls), undefined]])
      // Without the certificate the proxy is asked, and the bearer is not sent.
      assert.include(yield* run({ HTTPS_PROXY: url }), "DEPTH_ZERO_SELF_SIGNED_CERT")
      assert.lengthOf(seen, 2)
    }))
})
