/**
 * The live protocols on real sockets: WebSockets, Server-Sent Events and CONNECT on the port of the sandbox.
 */
import * as Server from "@effect-scalingo/node/SandboxServer"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Redacted, Scope } from "effect"
import * as Http from "node:http"
import type * as Net from "node:net"
import { listen, logsUrl, readEvents } from "./liveClient.js"
import { credentials, start } from "./oneOffClient.js"
import { api, at, basic, Fault, Sandbox, type Seed, sendTo } from "./sandboxClient.js"

const seed: Seed.Seed = { apps: [{ name: "my-app", logs: ["one", "two", "thrée"] }] }

const withServer = (options?: Server.Options) =>
  Effect.provide(
    Layer.mergeAll(
      Server.layer(seed, { requestLimit: "unlimited", logInterval: "never", ...options }),
      NodeHttpClient.layerUndici,
      NodeSocket.layerWebSocketConstructor
    )
  )

/** Waits for something to become true on a real network. */
const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.asVoid(Effect.repeat(Effect.zipRight(Effect.sleep("2 millis"), Effect.sync(condition)), {
    until: (isTrue) => isTrue
  }))

const texts = (frames: ReadonlyArray<string>) =>
  frames.map((frame) => String(JSON.parse(frame).log)).map((line) => line.replace(/^.*\] /, "").trimEnd())

describe("sandbox: logs on a port", () => {
  it.scopedLive("stream over a WebSocket", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = yield* logsUrl("my-app")
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/logs\/osc-fr1\/apps\/my-app\/logs\?/)
      const socket = yield* listen(`${url}&stream=true&n=2`)
      yield* until(() => socket.frames.length === 2)
      yield* sandbox.writeLogs("my-app", ["four"])
      yield* until(() => socket.frames.length === 3)
      assert.deepStrictEqual(texts(socket.frames), ["two", "thrée", "four"])
      assert.strictEqual(yield* sandbox.cutSockets, 1)
      yield* until(() => socket.end !== "open")
      assert.strictEqual(socket.end, 1006)
    }).pipe(withServer()))

  it.scopedLive("stream as Server-Sent Events", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = yield* logsUrl("my-app")
      const events = yield* readEvents(`${url}&stream=true`)
      assert.strictEqual(events.status, 200)
      yield* until(() => events.text === ":\n\n")
      yield* sandbox.writeLogs("my-app", ["four"])
      yield* until(() => events.text.endsWith(`four\\n"}\n\n`))
      assert.strictEqual(yield* sandbox.cutSockets, 1)
      yield* until(() => events.end !== "open")
      assert.strictEqual(events.end, "Decode")
    }).pipe(withServer()))

  it.scopedLive("refuse what a dump refuses", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      const wrong = yield* listen(`${url}x&stream=true`)
      yield* until(() => wrong.end !== "open")
      assert.deepStrictEqual(wrong.frames, [])
      assert.notStrictEqual(wrong.end, 1000)
    }).pipe(withServer()))

  it.scopedLive("break within a frame and within a character", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = `${yield* logsUrl("my-app")}&stream=true&n=3`
      for (const at of ["between", "frame", "character"] as const) {
        yield* sandbox.inject({ fault: Fault.cutSocket(2, at) })
        const socket = yield* listen(url)
        yield* until(() => socket.end !== "open")
        assert.deepStrictEqual([texts(socket.frames), socket.end], [["one", "two"], 1006], at)

        yield* sandbox.inject({ fault: Fault.cutSocket(2, at) })
        const events = yield* readEvents(url)
        yield* until(() => events.end !== "open")
        assert.strictEqual(events.end, "Decode")
        assert.strictEqual(/two\\n"\}\n\ndata: \{"event":"log"[^\n]*$/.test(events.text), at !== "between")
      }
      yield* sandbox.inject({ fault: Fault.cutSocket(0) })
      const none = yield* listen(url)
      yield* until(() => none.end !== "open")
      assert.deepStrictEqual([none.frames, none.end], [[], 1006])
    }).pipe(withServer()))

  it.scopedLive("leave nothing behind when their clients go away", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = `${yield* logsUrl("my-app")}&stream=true&n=1`
      const scope = yield* Scope.make()
      const clients = yield* Scope.extend(
        Effect.all([listen(url), listen(url), readEvents(url), readEvents(url)]),
        scope
      )
      yield* until(() => clients.every((it) => "frames" in it ? it.frames.length > 0 : it.text.length > 5))
      assert.strictEqual(yield* sandbox.countSockets, 4)
      yield* Scope.close(scope, Exit.void)
      yield* Effect.repeat(Effect.zipRight(Effect.sleep("2 millis"), sandbox.countSockets), {
        until: (count) => count === 0
      })
    }).pipe(withServer()))

  it.scopedLive("close with the server at once", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const { sandbox } = yield* Scope.extend(
        Server.make(seed, { requestLimit: "unlimited" }),
        scope
      )
      const url = `${yield* logsUrl("my-app").pipe(Effect.provideService(Sandbox.Sandbox, sandbox))}&stream=true&n=1`
      const socket = yield* listen(url)
      const events = yield* readEvents(url)
      yield* until(() => socket.frames.length > 0 && events.text.length > 5)
      yield* Effect.disconnect(Scope.close(scope, Exit.void)).pipe(Effect.timeout("1 minute"))
      yield* until(() => socket.end !== "open" && events.end !== "open")
      assert.deepStrictEqual([socket.end, events.end], [1006, "Decode"])
    }).pipe(Effect.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])))
})

describe("sandbox: the stream of deployments on a port", () => {
  it.scopedLive("sends a deployment to its end", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = String(at(yield* api("GET", "/apps/my-app"), "app.links.deployments_stream"))
      assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/deployments\/osc-fr1\/apps\/my-app$/)
      const authenticate = (token: string) => listen(url, JSON.stringify({ type: "auth", data: { token } }))
      const refused = yield* authenticate("wrong")
      const socket = yield* authenticate(Redacted.value(yield* sandbox.bearer()))
      yield* until(() => socket.frames.length > 0)
      const replayed = socket.frames.length
      const body = { deployment: { source_url: "https://example.com/archive.tar.gz" } }
      const id = at(yield* api("POST", "/apps/my-app/deployments", { body }), "deployment.id")
      yield* until(() => socket.frames.some((frame) => frame.includes(`"status":"success"`)))
      const content = socket.frames.slice(replayed).map((frame) => JSON.parse(frame)).map(({ data, type }) =>
        type === "log" ? data.content : ""
      ).join("")
      assert.strictEqual((yield* api("GET", `/apps/my-app/deployments/${id}/output`)).text, content)
      assert.deepStrictEqual([refused.frames, refused.end, socket.end], [[], 1000, "open"])
    }).pipe(withServer({ deploymentDuration: "200 millis" })))
})

interface Attached {
  readonly status: number | undefined
  readonly socket: Net.Socket
  readonly received: Array<Buffer>
  readonly end: () => string
}

/** Opens a raw connection with node:http, for the scope. */
const connect = (url: string, headers: { readonly [name: string]: string }) => {
  const { host, hostname, pathname, port } = new URL(url)
  return Effect.acquireRelease(
    Effect.async<Attached>((resume) => {
      const request = Http.request({
        method: "CONNECT",
        host: hostname,
        port,
        path: pathname,
        headers: { ...headers, host },
        agent: false
      })
      request.once("connect", (response, socket, head) => {
        const received: Array<Buffer> = [head]
        let end = "open"
        socket.on("data", (bytes: Buffer) => received.push(bytes))
        socket.on("error", (error) => {
          end = "code" in error ? String(error.code) : error.message
        })
        socket.on("end", () => {
          end = "closed"
        })
        resume(Effect.succeed({ status: response.statusCode, socket: request.socket!, received, end: () => end }))
      }).end()
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )
}

const outputOf = ({ received }: Attached) => Buffer.concat(received).toString()

describe("sandbox: one-offs on a port", () => {
  const options = { operationDuration: "4 millis" } as const
  const begin = (command: string) =>
    start("my-app", { command }, Effect.sleep("5 millis")).pipe(
      Effect.repeat({ until: ({ url }) => url !== "" })
    )

  it.scopedLive("carry bytes in both directions", () =>
    Effect.gen(function*() {
      const oneOff = yield* begin("cat")
      assert.match(oneOff.url, /^http:\/\/127\.0\.0\.1:\d+\/one-off\/osc-fr1\/run\/\w+$/)
      const terminal = yield* connect(oneOff.url, yield* credentials())
      assert.strictEqual(terminal.status, 200)
      terminal.socket.write("héllo\r\x04")
      yield* until(() => terminal.end() !== "open")
      assert.deepStrictEqual([outputOf(terminal), terminal.end()], ["héllo\r\nhéllo\r\n", "closed"])
      const waited = yield* sendTo("GET", `${oneOff.url}/wait`, { headers: yield* credentials() })
      assert.deepStrictEqual(waited.body, { exit_code: 0 })
    }).pipe(withServer(options)))

  it.scopedLive("carry much to a client that pauses", () =>
    Effect.gen(function*() {
      const oneOff = yield* begin("loud 20000000")
      const terminal = yield* connect(oneOff.url, yield* credentials())
      yield* until(() => terminal.received.length > 1)
      terminal.socket.pause()
      yield* Effect.sleep("20 millis")
      terminal.socket.resume()
      yield* until(() => terminal.end() !== "open")
      const bytes = Buffer.concat(terminal.received)
      assert.deepStrictEqual([bytes.length, terminal.end()], [20_000_000, "closed"])
      assert.match(bytes.subarray(-64).toString(), /^0000312499 /)
    }).pipe(withServer(options)))

  it.scopedLive("take large files, and refuse a wrong bearer", () =>
    Effect.gen(function*() {
      const oneOff = yield* begin("wc -c /tmp/uploads/large")
      const refused = yield* connect(oneOff.url, basic("", "wrong"))
      assert.strictEqual(refused.status, 401)
      yield* until(() => refused.end() === "closed")
      assert.include(outputOf(refused), "error")
      const form = new FormData()
      form.append("file", new Blob([new Uint8Array(11 * 1024 * 1024)]), "large")
      const headers = yield* credentials()
      const sent = yield* Effect.promise(() => fetch(`${oneOff.url}/files`, { method: "POST", headers, body: form }))
      assert.strictEqual(sent.status, 200)
      const terminal = yield* connect(oneOff.url, yield* credentials())
      yield* until(() => terminal.end() !== "open")
      assert.strictEqual(outputOf(terminal), `${11 * 1024 * 1024} /tmp/uploads/large\r\n`)
    }).pipe(withServer(options)))

  it.scopedLive("end with their client, and break when the platform does", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const oneOff = yield* begin("sleep 1000")
      const terminal = yield* connect(oneOff.url, yield* credentials())
      terminal.socket.destroy()
      const waited = yield* sendTo("GET", `${oneOff.url}/wait`, { headers: yield* credentials() })
      assert.deepStrictEqual(waited.body, { exit_code: 137 })
      assert.strictEqual(yield* sandbox.countSockets, 0)

      yield* sandbox.inject({ on: { method: "CONNECT" }, fault: Fault.cutConnection(10) })
      const second = yield* begin("loud 1000")
      const half = yield* connect(second.url, yield* credentials())
      yield* until(() => half.end() !== "open")
      assert.strictEqual(outputOf(half), "0000000000")
      const cut = yield* sendTo("GET", `${second.url}/wait`, { headers: yield* credentials() })
      assert.deepStrictEqual(cut.body, { exit_code: 137 })
    }).pipe(withServer(options)))

  it.scopedLive("close with the server at once", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const { sandbox } = yield* Scope.extend(Server.make(seed, options), scope)
      const terminal = yield* Effect.gen(function*() {
        const oneOff = yield* begin("sleep 1000")
        return yield* connect(oneOff.url, yield* credentials())
      }).pipe(Effect.provideService(Sandbox.Sandbox, sandbox))
      yield* Effect.disconnect(Scope.close(scope, Exit.void)).pipe(Effect.timeout("1 minute"))
      yield* until(() => terminal.end() !== "open")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)))
})

describe("sandbox: the API beside live connections", () => {
  it.scopedLive("still responds", () =>
    Effect.gen(function*() {
      const url = `${yield* logsUrl("my-app")}&stream=true`
      yield* Effect.all(Array.from({ length: 20 }, () => listen(url)))
      assert.strictEqual((yield* api("GET", "/apps/my-app")).status, 200)
      const { url: origin } = yield* Server.SandboxServer
      for (const path of ["/", "/favicon.ico", "/no/such/service"]) {
        const unknown = yield* sendTo("GET", `${origin}${path}`)
        assert.deepStrictEqual(
          [unknown.status, unknown.body],
          [501, { error: `not implemented in the sandbox: GET ${path}` }]
        )
      }
    }).pipe(withServer()))
})
