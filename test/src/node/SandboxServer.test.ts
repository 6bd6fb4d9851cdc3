import { Fault } from "@effect-scalingo/core/testing"
import * as SandboxServer from "@effect-scalingo/node/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Redacted, Scope } from "effect"
import { readFileSync } from "node:fs"
import * as Https from "node:https"
import * as Net from "node:net"
import { key } from "../wire/hostileServerKey.mjs"

type Server = Effect.Effect.Success<ReturnType<typeof SandboxServer.make>>

/** A connection to the server, and whether it has ended. */
interface Connection {
  readonly socket: Net.Socket
  readonly ended: Effect.Effect<void>
}

const connect = (port: number): Effect.Effect<Connection, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Net.Socket>((resume) => {
      const socket = Net.connect(port, "127.0.0.1", () => resume(Effect.succeed(socket)))
      // A reset is an end as well.
      socket.on("error", () => {})
    }),
    (socket) => Effect.sync(() => socket.destroy())
  ).pipe(Effect.map((socket) => ({
    socket,
    ended: Effect.async<void>((resume) => {
      if (socket.closed) return resume(Effect.void)
      socket.on("close", () => resume(Effect.void))
      // The end is noticed only by a socket that is read.
      socket.resume()
    })
  })))

const write = (socket: Net.Socket, text: string) =>
  Effect.async<void>((resume) => {
    socket.write(text, () => resume(Effect.void))
  })

/** Waits for some bytes, and then reads no further. */
const someBytes = (socket: Net.Socket) =>
  Effect.async<string>((resume) => {
    socket.once("data", (bytes: Buffer) => {
      socket.pause()
      resume(Effect.succeed(bytes.toString()))
    })
  })

const waitUntil = (condition: Effect.Effect<boolean>): Effect.Effect<void> =>
  Effect.repeat(Effect.zipLeft(condition, Effect.sleep("5 millis")), { until: (ok) => ok }).pipe(Effect.asVoid)

const requestOf = (path: string, headers: ReadonlyArray<string>) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`

const isRefused = (port: number) =>
  Effect.async<boolean>((resume) => {
    const socket = Net.connect(port, "127.0.0.1", () => {
      socket.destroy()
      resume(Effect.succeed(false))
    })
    socket.on("error", (error) => resume(Effect.succeed("code" in error && error.code === "ECONNREFUSED")))
  })

/** What a client leaves open, by name. */
const clients: {
  readonly [name: string]: (server: Server) => Effect.Effect<ReadonlyArray<Connection>, never, Scope.Scope>
} = {
  "a connection that sends nothing": ({ server }) => Effect.map(connect(server.port), (connection) => [connection]),

  "an idle keep-alive connection": ({ server }) =>
    Effect.gen(function*() {
      const connection = yield* connect(server.port)
      yield* write(connection.socket, requestOf("/auth/v1/users/self", []))
      assert.match(yield* someBytes(connection.socket), /^HTTP\/1\.1 401/)
      return [connection]
    }),

  "half of the headers of a request": ({ server }) =>
    Effect.gen(function*() {
      const connection = yield* connect(server.port)
      yield* write(connection.socket, "GET /api/osc-fr1/v1/apps HTTP/1.1\r\nHost: local")
      return [connection]
    }),

  "half of the body of a request": ({ sandbox, server }) =>
    Effect.gen(function*() {
      const connection = yield* connect(server.port)
      const bearer = Redacted.value(yield* sandbox.bearer())
      yield* write(
        connection.socket,
        `POST /api/osc-fr1/v1/apps HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${bearer}\r\n` +
          "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"app\":"
      )
      return [connection]
    }),

  "a request with a delay of an hour": ({ sandbox, server }) =>
    Effect.gen(function*() {
      const rule = yield* sandbox.inject({ on: { path: "/apps/slow" }, fault: Fault.delay("1 hour"), times: 2 })
      const connections = yield* Effect.all([connect(server.port), connect(server.port)])
      const headers = [`Authorization: Bearer ${Redacted.value(yield* sandbox.bearer())}`]
      for (const { socket } of connections) yield* write(socket, requestOf("/api/osc-fr1/v1/apps/slow", headers))
      yield* waitUntil(Effect.map(rule.hits, (hits) => hits === 2))
      return connections
    }),

  "a response that is read by half": ({ sandbox, server }) =>
    Effect.gen(function*() {
      // Larger than the buffers of both sockets.
      yield* sandbox.inject({ on: { path: "/apps/large" }, fault: Fault.status(200, "x".repeat(64 * 1024 * 1024)) })
      const connection = yield* connect(server.port)
      yield* write(connection.socket, requestOf("/api/osc-fr1/v1/apps/large", []))
      assert.match(yield* someBytes(connection.socket), /^HTTP\/1\.1 200/)
      return [connection]
    })
}

/** The only time in these tests: what does not end at once does not end at all. */
const limit = "2 minutes"

describe("the server of a sandbox closes at once", () => {
  for (const [name, open] of Object.entries(clients)) {
    it.scopedLive(`with ${name}`, () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const server = yield* Scope.extend(SandboxServer.make({ apps: [{ name: "my-app" }] }), scope)
        const connections = yield* open(server)
        // Finalizers are not interruptible: without this, the test would wait for them in spite of the limit.
        yield* Effect.disconnect(Scope.close(scope, Exit.void)).pipe(Effect.timeout(limit))
        for (const { ended } of connections) yield* Effect.timeout(ended, limit)
        assert.isTrue(yield* isRefused(server.server.port))
      }))
  }

  it.scopedLive("with all of these, when the program is interrupted", () =>
    Effect.gen(function*() {
      const opened = yield* Deferred.make<ReadonlyArray<Connection>>()
      const outer = yield* Effect.scope
      const program = Effect.scoped(
        Effect.gen(function*() {
          const server = yield* SandboxServer.make({ apps: [{ name: "my-app" }] })
          const connections = yield* Effect.forEach(
            Object.values(clients),
            (open) => Scope.extend(open(server), outer)
          )
          yield* Deferred.succeed(opened, connections.flat())
          return yield* Effect.never
        })
      )
      const fiber = yield* Effect.fork(program)
      const connections = yield* Effect.timeout(Deferred.await(opened), limit)
      yield* Effect.disconnect(Fiber.interrupt(fiber)).pipe(Effect.timeout(limit))
      for (const { ended } of connections) yield* Effect.timeout(ended, limit)
      assert.lengthOf(connections, 7)
    }))

  it.scopedLive("breaks a terminal over TLS, and goes on", () =>
    Effect.gen(function*() {
      const cert = readFileSync(new URL("../wire/hostileServer.pem", import.meta.url), "utf8")
      const { sandbox, server } = yield* SandboxServer.make({}, { tls: { key, cert } })
      yield* sandbox.inject({ on: { method: "CONNECT" }, fault: Fault.reset })
      const options = { host: "127.0.0.1", port: server.port, ca: cert, agent: false }
      yield* Effect.async<void>((resume) => {
        const request = Https.request({ ...options, method: "CONNECT", path: "/one-off/osc-fr1/any" })
        request.on("error", () => {}).on("close", () => resume(Effect.void)).end()
      })
      const status = yield* Effect.async<number | undefined>((resume) => {
        Https.get({ ...options, path: "/ready" }, (response) => {
          response.resume().on("end", () => resume(Effect.succeed(response.statusCode)))
        })
      })
      assert.strictEqual(status, 200)
    }))
})
