/**
 * WebSockets and raw connections on Node, over real sockets.
 */
import { ConnectClient, type ConnectError } from "@effect-scalingo/core/ConnectClient"
import { NodeScalingo, NodeSockets } from "@effect-scalingo/node"
import { Socket } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Effect, Fiber, Layer, Predicate, Redacted, type Scope, Stream } from "effect"
import * as Net from "node:net"
import { fileURLToPath } from "node:url"
import { listen } from "../httpServer.js"
import { programFile, runNode } from "../processes.js"
import { proxy } from "./proxy.js"
import { socketServer } from "./socketServer.js"

type Variables = { readonly [name: string]: string }

const withVariables = (variables: Variables = {}) =>
  Layer.orDie(NodeSockets.layer).pipe(
    Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))
  )

const connect = (url: string, variables?: Variables) =>
  Effect.flatMap(
    ConnectClient,
    (client) => client.connect({ url: new URL("/attach?token=t", url), headers: { authorization: "Basic Og==" } })
  ).pipe(Effect.provide(withVariables(variables)))

const text = (stream: Stream.Stream<Uint8Array, ConnectError>) => Stream.mkString(Stream.decodeText(stream))

/** The first message of a WebSocket. */
const firstMessage = (url: string, variables?: Variables) =>
  Effect.gen(function*() {
    const socket = yield* Socket.makeWebSocket(url.replace("http", "ws"))
    const first = yield* Deferred.make<string | Uint8Array>()
    return yield* Effect.raceFirst(
      Deferred.await(first),
      Effect.zipRight(socket.runRaw((data) => Deferred.succeed(first, data)), Effect.never)
    )
  }).pipe(Effect.provide(withVariables(variables)))

const bytes = (text: string) => new TextEncoder().encode(text)

const until = (check: Effect.Effect<boolean>) => Effect.repeat(Effect.delay(check, "5 millis"), { until: (yes) => yes })

/** A port on which nothing listens. */
const closedUrl: Effect.Effect<string> = Effect.scoped(Effect.suspend(() => listen(Net.createServer())))

/** A server that takes connections and says nothing. */
const silent: Effect.Effect<
  { readonly url: string; readonly open: Effect.Effect<number> },
  never,
  Scope.Scope
> = Effect.suspend(() => {
  let open = 0
  const server = Net.createServer((socket) => {
    open++
    socket.on("error", () => {}).once("close", () => open--).resume()
  })
  return Effect.map(listen(server), (url) => ({ url, open: Effect.sync(() => open) }))
})

/** What `ws` says. */
const wordsOf = ({ cause }: Socket.SocketError): string =>
  Predicate.hasProperty(cause, "message") ? String(cause.message) : ""

const hostOf = (url: string) => new URL(url).host

describe("a raw connection", () => {
  it.scopedLive("carries bytes in both directions, from those right behind the headers to the end", () =>
    Effect.gen(function*() {
      const { requests, url } = yield* socketServer((socket, reply) => {
        reply(200, "early ")
        socket.on("data", (data) => socket.end(`got ${data}`))
      })
      const { incoming, send, status } = yield* connect(url)
      assert.strictEqual(status, 200)
      yield* send(bytes("something"))
      assert.strictEqual(yield* text(incoming), "early got something")
      const [request] = requests
      assert.deepInclude(request, { method: "CONNECT", url: "/attach?token=t" })
      assert.deepStrictEqual(request?.headers, { host: hostOf(url), authorization: "Basic Og==" })
    }))

  it.scopedLive("gives any status", () =>
    Effect.gen(function*() {
      const { url } = yield* socketServer((socket, reply) => {
        reply(401)
        socket.end()
      })
      assert.strictEqual((yield* connect(url)).status, 401)
    }))

  it.scopedLive("that is reset is lost, after what has been read, and also before anything was", () =>
    Effect.gen(function*() {
      let reset = () => {}
      const server = yield* socketServer((socket, reply) => {
        reply(200, "half")
        reset = () => socket.resetAndDestroy()
      })
      const first = yield* connect(server.url)
      let seen = ""
      const lost = yield* Effect.flip(Stream.runForEach(Stream.decodeText(first.incoming), (text) =>
        Effect.sync(() => {
          seen += text
          reset()
        })))
      assert.deepInclude(lost, { _tag: "ConnectError", reason: "Lost", host: hostOf(server.url) })
      assert.strictEqual(seen, "half")
      assert.include(lost.message, `The connection to ${hostOf(server.url)} was lost`)

      const second = yield* connect(server.url)
      reset()
      yield* until(Effect.map(server.open, (open) => open === 0))
      // The reset has arrived when a write fails.
      yield* Effect.flip(Effect.forever(second.send(bytes("x"))))
      assert.strictEqual((yield* Effect.flip(text(second.incoming))).reason, "Lost")
    }))

  it.scopedLive("waits for a slow end, in both directions", () =>
    Effect.gen(function*() {
      const total = 64 * 1024 * 1024
      const chunk = Buffer.alloc(64 * 1024)
      let written = 0
      const down = yield* socketServer((socket, reply) => {
        const more = (): void => {
          while (written < total) {
            written += chunk.length
            if (!socket.write(chunk)) return
          }
          socket.end()
        }
        reply()
        socket.on("drain", more)
        more()
      })
      const { incoming } = yield* connect(down.url)
      let isFirst = true
      const size = yield* Stream.runFoldEffect(incoming, 0, (size, bytes) =>
        Effect.gen(function*() {
          if (isFirst) {
            isFirst = false
            yield* Effect.sleep("300 millis")
            assert.isBelow(written, total / 2)
          }
          return size + bytes.length
        }))
      assert.strictEqual(size, total)

      const up = yield* socketServer((socket, reply) => {
        reply()
        socket.pause()
      })
      const { send } = yield* connect(up.url)
      let sent = 0
      const sending = send(chunk).pipe(Effect.tap(() => Effect.sync(() => sent += chunk.length)), Effect.forever)
      yield* Effect.timeoutOption(sending, "300 millis")
      assert.isBelow(sent, total / 2)
    }))

  it.scopedLive("that cannot be opened names the host, the port and what may block it", () =>
    Effect.gen(function*() {
      const url = yield* closedUrl
      const error = yield* Effect.flip(connect(url))
      assert.deepInclude(error, { _tag: "ConnectError", reason: "NotOpened", host: hostOf(url) })
      assert.include(error.message, `No connection to ${hostOf(url)}: connect ECONNREFUSED`)
      assert.include(error.message, `Firewalls often block port ${new URL(url).port}`)
    }))

  it.scopedLive("leaves no socket when its scope is closed, or when it is interrupted on the way", () =>
    Effect.gen(function*() {
      const server = yield* socketServer((_, reply) => reply())
      yield* Effect.scoped(connect(server.url))
      yield* until(Effect.map(server.open, (open) => open === 0))

      const quiet = yield* silent
      for (const variables of [{}, { HTTP_PROXY: quiet.url }]) {
        const fiber = yield* Effect.fork(Effect.scoped(connect(quiet.url, variables)))
        yield* until(Effect.map(quiet.open, (open) => open === 1))
        yield* Fiber.interrupt(fiber)
        yield* until(Effect.map(quiet.open, (open) => open === 0))
      }
    }))
})

describe("a WebSocket", () => {
  it.scopedLive("is open when it has been asked for, and gone a second after it is closed", () =>
    Effect.gen(function*() {
      // This server never responds to a close.
      const server = yield* socketServer(() => {})
      assert.strictEqual(yield* Effect.scoped(firstMessage(server.url)), "hello")
      yield* until(Effect.map(server.open, (open) => open === 0))
      assert.isUndefined(server.requests[0]?.headers["sec-websocket-extensions"])
    }))

  it.scopedLive("leaves no socket when it is interrupted on the way", () =>
    Effect.gen(function*() {
      const quiet = yield* silent
      for (const variables of [{}, { HTTP_PROXY: quiet.url }]) {
        const fiber = yield* Effect.fork(Effect.scoped(firstMessage(quiet.url, variables)))
        yield* until(Effect.map(quiet.open, (open) => open === 1))
        yield* Fiber.interrupt(fiber)
        yield* until(Effect.map(quiet.open, (open) => open === 0))
      }
    }))

  it.scopedLive("that cannot be opened names the host", () =>
    Effect.gen(function*() {
      const url = yield* closedUrl
      const error = yield* Effect.flip(Effect.scoped(firstMessage(url)))
      assert.include(wordsOf(error), `No connection to ${hostOf(url)}: connect ECONNREFUSED`)
    }))
})

/** Both kinds of sockets, each as an effect that succeeds when it has carried something, or fails with words. */
const kinds: ReadonlyArray<
  readonly [name: string, use: (url: string, variables: Variables) => Effect.Effect<void, string>]
> = [
  [
    "a raw connection",
    (url, variables) =>
      Effect.scoped(connect(url, variables)).pipe(Effect.mapError(({ message }) => message), Effect.asVoid)
  ],
  [
    "a WebSocket",
    (url, variables) => Effect.scoped(firstMessage(url, variables)).pipe(Effect.mapError(wordsOf), Effect.asVoid)
  ]
]

for (const [name, use] of kinds) {
  describe(`the proxies of the environment for ${name}`, () => {
    it.scopedLive("carry it, in capitals and in small letters, with the user and the password of their URL", () =>
      Effect.gen(function*() {
        const server = yield* socketServer((_, reply) => reply())
        for (const variable of ["HTTP_PROXY", "http_proxy"]) {
          const { seen, url } = yield* proxy()
          yield* use(server.url, { [variable]: url.replace("//", "//user:p%40ss@") })
          assert.deepStrictEqual(seen, [["CONNECT", hostOf(server.url), `Basic ${btoa("user:p@ss")}`]])
        }
        assert.lengthOf(server.requests, 2)
        for (const { headers } of server.requests) assert.isUndefined(headers["proxy-authorization"])
      }))

    it.scopedLive("are off for the hosts of NO_PROXY", () =>
      Effect.gen(function*() {
        const server = yield* socketServer((_, reply) => reply())
        const { seen, url } = yield* proxy()
        const { port } = new URL(server.url)
        for (const list of ["127.0.0.1", "*", `example.com, 127.0.0.1:${port}`, ".0.0.1"]) {
          yield* use(server.url, { HTTP_PROXY: url, NO_PROXY: list })
        }
        assert.deepStrictEqual(seen, [])
        for (const list of ["127.0.0.1:1", "27.0.0.1"]) yield* use(server.url, { HTTP_PROXY: url, no_proxy: list })
        assert.lengthOf(seen, 2)
      }))

    it.scopedLive("that refuse or are down are named, without their password", () =>
      Effect.gen(function*() {
        const server = yield* socketServer((_, reply) => reply())
        const refusing = yield* proxy(407)
        const refused = yield* Effect.flip(use(server.url, { HTTP_PROXY: refusing.url.replace("//", "//me:secret@") }))
        assert.include(refused, `the proxy ${hostOf(refusing.url)} refused a connection to ${hostOf(server.url)}`)
        assert.include(refused, "407")
        assert.notInclude(refused, "secret")

        const closed = yield* closedUrl
        const down = yield* Effect.flip(use(server.url, { HTTP_PROXY: closed }))
        assert.include(down, `the proxy ${hostOf(closed)} cannot be used: connect ECONNREFUSED`)
        const socks = yield* Effect.flip(use(server.url, { HTTP_PROXY: "socks5://127.0.0.1:1080" }))
        assert.include(socks, "the proxy 127.0.0.1:1080 is a socks5 proxy")
        assert.lengthOf(server.requests, 0)
      }))
  })
}

describe("both, over TLS", () => {
  it.scopedLive("are encrypted from end to end through a proxy, in a process that then ends by itself", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* proxy()
      const certificate = fileURLToPath(new URL("../wire/hostileServer.pem", import.meta.url))
      const run = (environment: NodeJS.ProcessEnv) =>
        Effect.promise(() => {
          const program = programFile("test/src/node/socketsProgram.mjs")
          return runNode([program, certificate], { env: { PATH: process.env["PATH"], ...environment } })
        })
      const trusting = yield* run({ NODE_EXTRA_CA_CERTS: certificate, HTTPS_PROXY: url })
      assert.deepStrictEqual(trusting, { code: 0, output: "200 inside\nhello\n" })
      assert.lengthOf(seen, 2)
      const { output } = yield* run({ HTTPS_PROXY: url })
      assert.strictEqual(
        output.replace(/127\.0\.0\.1:\d+/, "host:port"),
        "ConnectError: self-signed certificate\nSocketError: No connection to host:port: self-signed certificate\n"
      )
    }))
})

describe("NodeScalingo.layer", () => {
  it.scopedLive("has raw connections too", () =>
    Effect.gen(function*() {
      const { url } = yield* socketServer((_, reply) => reply())
      const client = yield* ConnectClient
      assert.strictEqual((yield* client.connect({ url: new URL(url), headers: {} })).status, 200)
    }).pipe(
      Effect.provide(NodeScalingo.layer({ apiToken: Redacted.make("tk-us-test"), region: "osc-fr1" }))
    ))
})
