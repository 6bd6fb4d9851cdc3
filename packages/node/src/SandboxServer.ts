/**
 * The sandbox on a local port, for any HTTP client in any language.
 *
 * ```ts
 * const program = Effect.gen(function*() {
 *   const server = yield* SandboxServer.SandboxServer
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* Effect.log(`SCALINGO_AUTH_URL=${server.authUrl} SCALINGO_API_TOKEN=${Redacted.value(sandbox.token)}`)
 *   yield* Effect.never
 * })
 *
 * program.pipe(Effect.provide(SandboxServer.layer()), NodeRuntime.runMain)
 * ```
 *
 * The sandbox follows the Clock that the server is started with. In a test with TestClock, the test moves the time of the
 * platform, while the program under test may be anything that speaks HTTP, on its own clock:
 *
 * ```ts
 * const test = Effect.gen(function*() {
 *   const server = yield* SandboxServer.SandboxServer
 *   const sandbox = yield* Sandbox.Sandbox
 *   const authorization = `Bearer ${Redacted.value(yield* sandbox.bearer())}`
 *   const restart = `${server.apiUrl("osc-fr1")}/apps/example-app/restart`
 *   yield* Effect.promise(() => fetch(restart, { method: "POST", headers: { authorization } }))
 *   yield* TestClock.adjust("20 seconds")
 *   const { operations } = yield* sandbox.app("example-app")
 *   yield* Effect.log(operations[0]?.status) // done
 * })
 *
 * test.pipe(Effect.provide(SandboxServer.layer()), Effect.provide(TestContext.TestContext))
 * ```
 *
 * `Options.clock` sets another clock.
 *
 * @since 0.1.0
 */
import * as Sandbox from "@effect-scalingo/core/Sandbox"
import type * as Seed from "@effect-scalingo/core/Seed"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Socket from "@effect/platform/Socket"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Mailbox from "effect/Mailbox"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Http from "node:http"
import * as Https from "node:https"
import type * as Net from "node:net"
import type { Duplex } from "node:stream"
import * as Tls from "node:tls"

/**
 * The port and the URLs of the sandbox.
 *
 * @category models
 */
export interface SandboxServerService {
  readonly port: number
  /** `http://127.0.0.1:<port>`, unless the options say otherwise. */
  readonly url: string
  /** The auth API, with `/v1`. */
  readonly authUrl: string
  /** The regional API of a region, with `/v1`. */
  readonly apiUrl: (region: string) => string
  /** The database API of a region, with `/api`. */
  readonly databaseUrl: (region: string) => string
  readonly billingUrl: string
}

/**
 * The server of a sandbox.
 *
 * @category tags
 */
export class SandboxServer
  extends Context.Tag("@effect-scalingo/node/SandboxServer")<SandboxServer, SandboxServerService>()
{}

/**
 * The options of the sandbox and of the server. The default of `clock` is the Clock of the effect that starts the server.
 *
 * @category models
 */
export interface Options extends Omit<Sandbox.Options, "origin" | "followHost"> {
  /** Default: any free port. */
  readonly port?: number | undefined
  /** Default `127.0.0.1`. Anyone who can reach this host can use the sandbox. */
  readonly host?: string | undefined
  /**
   * The origin of the URLs in responses: `https://sandbox.example.com`. Default: the host that the request was sent to,
   * so that a client in another container, or behind a port that is forwarded, gets URLs that it can reach.
   */
  readonly publicUrl?: string | undefined
  /** Serves https and wss with this key and certificate, both PEM. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined
}

/** Node resets plain connections only. */
const breakSocket = (socket: Net.Socket): void => {
  if (socket instanceof Tls.TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

/** Resets the connection, as a broken network does. */
const reset = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.sync(() => {
    breakSocket(NodeHttpServerRequest.toIncomingMessage(request).socket)
    return HttpServerResponse.empty()
  })

/** Sends the headers of the whole response and the first part of its body, then breaks the connection. */
const breakOff = (
  request: HttpServerRequest.HttpServerRequest,
  response: HttpServerResponse.HttpServerResponse,
  keep: number
) =>
  Effect.async<HttpServerResponse.HttpServerResponse>((resume) => {
    const node = NodeHttpServerRequest.toServerResponse(request)
    const bytes = response.body._tag === "Uint8Array" ? response.body.body : new Uint8Array()
    node.writeHead(response.status, { ...response.headers, "content-length": String(Math.max(1, bytes.length)) })
    node.flushHeaders()
    node.write(bytes.subarray(0, Math.floor(bytes.length * keep)), () => {
      NodeHttpServerRequest.toIncomingMessage(request).socket.destroy()
      // Without this, the server would try to send a response.
      node.end()
      resume(Effect.succeed(HttpServerResponse.empty()))
    })
  })

/** Waits until what was written to a socket has left this process, unless it is little. */
const drained = (socket: Net.Socket): Effect.Effect<void> =>
  Effect.suspend(() =>
    socket.writableNeedDrain
      ? Effect.async<void>((resume) => {
        const done = () => resume(Effect.void)
        socket.once("drain", done).once("close", done)
        return Effect.sync(() => {
          socket.off("drain", done).off("close", done)
        })
      })
      : Effect.void
  )

/** The header of a WebSocket frame with a text of so many bytes. */
const textFrameHeader = (length: number): Uint8Array => {
  const header = Buffer.alloc(4)
  header[0] = 0x81
  if (length < 126) {
    header[1] = length
    return header.subarray(0, 2)
  }
  header[1] = 126
  header.writeUInt16BE(Math.min(length, 0xffff), 2)
  return header
}

/** Upgrades a request, and runs a session on its WebSocket until either of both ends. */
const runUpgraded = (
  request: HttpServerRequest.HttpServerRequest,
  run: (socket: Sandbox.LiveSocket) => Effect.Effect<void>
) =>
  Effect.gen(function*() {
    const raw = NodeHttpServerRequest.toIncomingMessage(request).socket
    const socket = yield* request.upgrade
    const write = yield* socket.writer
    const frames = yield* Mailbox.make<string | Uint8Array>()
    const live: Sandbox.LiveSocket = {
      send: (text) => Effect.zipRight(Effect.ignore(write(text)), drained(raw)),
      receive: Effect.orDie(frames.take),
      close: (code) => Effect.ignore(write(new Socket.CloseEvent(code))),
      cut: (frame) =>
        Effect.sync(() => {
          if (frame !== undefined) {
            raw.write(textFrameHeader(Buffer.byteLength(frame.text)))
            raw.write(frame.bytes)
          }
          raw.destroySoon()
        })
    }
    const opened = yield* Deferred.make<void>()
    const reading = socket.runRaw((frame) => {
      frames.unsafeOffer(frame)
    }, { onOpen: Effect.asVoid(Deferred.succeed(opened, undefined)) })
    yield* Effect.raceFirst(Effect.ignore(reading), Effect.zipRight(Deferred.await(opened), run(live)))
    return HttpServerResponse.empty()
  }).pipe(
    Effect.scoped,
    Effect.orElse(() => Effect.succeed(HttpServerResponse.empty({ status: 400 })))
  )

/** A body that breaks off also breaks the connection, where the server of the platform would end it in order. */
const breaking = (
  request: HttpServerRequest.HttpServerRequest,
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse =>
  response.body._tag === "Stream"
    ? HttpServerResponse.setBody(
      response,
      HttpBody.stream(
        Stream.catchAll(response.body.stream, () =>
          Stream.fromEffect(
            Effect.zipRight(
              Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.destroySoon()),
              Effect.never
            )
          )),
        response.body.contentType
      )
    )
    : response

/** The URL that tells whether the sandbox can be used. */
const readyPath = "/ready"

const toApp = (ready: Deferred.Deferred<Sandbox.SandboxService>) =>
  Effect.gen(function*() {
    const sandbox = yield* Deferred.await(ready)
    const request = yield* HttpServerRequest.HttpServerRequest
    if (request.url === readyPath) return HttpServerResponse.text("ready\n")
    const { authorization, host } = request.headers
    const outcome = yield* Effect.provideService(
      sandbox.handle,
      HttpServerRequest.HttpServerRequest,
      request.modify({ url: sandbox.locate(request.url, host, authorization) })
    )
    switch (outcome._tag) {
      case "Response":
        return breaking(request, outcome.response)
      case "BrokenResponse":
        return yield* breakOff(request, outcome.response, outcome.keep)
      case "Upgrade":
        return yield* runUpgraded(request, outcome.run)
      case "Reset":
      case "NeverSent":
      case "Connected":
        // Node gives a CONNECT to another handler.
        return yield* reset(request)
    }
  })

/** Responds to a `CONNECT`, and carries bytes in both directions until either side ends the connection. */
const serveConnect = (
  ready: Deferred.Deferred<Sandbox.SandboxService>,
  origin: string,
  request: Http.IncomingMessage,
  socket: Duplex
) =>
  Effect.gen(function*() {
    const sandbox = yield* Deferred.await(ready)
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => typeof value === "string" ? [[name, value]] : [])
    )
    const target = request.url ?? "/"
    // A target without a path is the host and port of a proxied connection, which the sandbox does not have.
    const path = target.startsWith("/") ? target : "/"
    const url = new URL(sandbox.locate(path, headers["host"], headers["authorization"]), origin)
    const { incoming, send, status } = yield* sandbox.connect({ url, headers })
    const write = (bytes: Uint8Array | string) =>
      Effect.async<void>((resume) => {
        socket.write(bytes, () => resume(Effect.void))
      })
    const reason = Http.STATUS_CODES[status] ?? ""
    yield* write(`HTTP/1.1 ${status} ${reason}\r\n${status === 200 ? "" : "connection: close\r\n"}\r\n`)
    const down = Stream.runForEach(incoming, write)
    if (status !== 200) return yield* down
    const up = Stream.runForEach(
      NodeStream.fromReadable<unknown, Uint8Array>(() => socket, (cause) => cause, { closeOnDone: false }),
      send
    )
    yield* Effect.raceFirst(down, up)
  }).pipe(
    Effect.scoped,
    Effect.match({
      // An end in order would look like the end of the output, and so would a reset that arrives with the last bytes.
      onFailure: () => {
        setTimeout(() => breakSocket(request.socket), 50).unref()
      },
      onSuccess: () => {
        socket.end()
        // Otherwise what the client still sends would keep the connection open.
        socket.resume()
      }
    })
  )

/** The open connections of a server, also those that are no longer its own after an upgrade. */
const trackSockets = (server: Http.Server): ReadonlySet<Net.Socket> => {
  const sockets = new Set<Net.Socket>()
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return sockets
}

/** Allows pages of any origin to use the sandbox, and to read the headers that a client needs. */
const forBrowsers = HttpMiddleware.cors({
  exposedHeaders: [
    "content-disposition",
    "content-range",
    "date",
    "etag",
    "location",
    "retry-after",
    "x-request-id"
  ],
  maxAge: 600
})

/** A host that this machine can connect to, of one to listen on. */
const reachable = (host: string): string => {
  const known = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host
  return known.includes(":") ? `[${known}]` : known
}

/**
 * Like {@link make}, and prepares the sandbox before the first request is handled.
 *
 * @internal
 */
export const makePrepared = <E>(
  seed: Seed.Seed | undefined,
  options: Options | undefined,
  prepare: (sandbox: Sandbox.SandboxService) => Effect.Effect<void, E>
): Effect.Effect<
  { readonly server: SandboxServerService; readonly sandbox: Sandbox.SandboxService },
  HttpServerError.ServeError | E,
  Scope.Scope
> =>
  Effect.gen(function*() {
    const host = options?.host ?? "127.0.0.1"
    // A slow upload may take longer than the 5 minutes that Node gives a request.
    const node: Http.Server = options?.tls === undefined
      ? Http.createServer({ requestTimeout: 0 })
      : Https.createServer({ requestTimeout: 0, ...options.tls })
    const sockets = trackSockets(node)
    // The finalizers of the platform's server wait for every response and WebSocket, and its WebSocket server adds its
    // own at the first upgrade. So all of them are in a scope of their own, which closes after the connections.
    const inner = yield* Scope.make()
    yield* Effect.addFinalizer((exit) =>
      Effect.suspend(() => {
        node.close()
        for (const socket of sockets) socket.destroy()
        return Scope.close(inner, exit)
      })
    )
    const http = yield* Scope.extend(NodeHttpServer.make(() => node, { host, port: options?.port ?? 0 }), inner)
    const port = http.address._tag === "TcpAddress" ? http.address.port : 0
    const url = options?.publicUrl?.replace(/\/+$/, "") ??
      `${options?.tls === undefined ? "http" : "https"}://${reachable(host)}:${port}`
    const clock = options?.clock ?? (yield* Effect.clock)
    const ready = yield* Deferred.make<Sandbox.SandboxService>()
    // The port is open: requests wait. Without `interruptible`, a client that goes away would interrupt nothing.
    yield* Scope.extend(http.serve(Effect.interruptible(toApp(ready)), forBrowsers), inner)
    const run = yield* Scope.extend(FiberSet.makeRuntime(), inner)
    node.on("connect", (request, socket, head) => {
      socket.on("error", () => {})
      if (head.length > 0) socket.unshift(head)
      const fiber = run(serveConnect(ready, url, request, socket))
      socket.once("close", () => fiber.unsafeInterruptAsFork(fiber.id()))
    })
    const sandbox = yield* Sandbox.make(seed, {
      ...options,
      clock,
      origin: url,
      followHost: options?.publicUrl === undefined
    })
    yield* prepare(sandbox)
    yield* Deferred.succeed(ready, sandbox)
    return {
      sandbox,
      server: SandboxServer.of({
        port,
        url,
        authUrl: sandbox.urls.auth,
        apiUrl: sandbox.urls.api,
        databaseUrl: sandbox.urls.database,
        billingUrl: sandbox.urls.billing
      })
    }
  })

/**
 * Starts a sandbox that listens until its scope is closed. `GET /ready` responds 200 as soon as it can be used.
 *
 * @category constructors
 */
export const make = (seed?: Seed.Seed, options?: Options): Effect.Effect<
  { readonly server: SandboxServerService; readonly sandbox: Sandbox.SandboxService },
  HttpServerError.ServeError,
  Scope.Scope
> => makePrepared(seed, options, () => Effect.void)

export const layer = (
  seed?: Seed.Seed,
  options?: Options
): Layer.Layer<SandboxServer | Sandbox.Sandbox, HttpServerError.ServeError> =>
  Layer.scopedContext(
    Effect.map(make(seed, options), ({ sandbox, server }) =>
      Context.make(SandboxServer, server).pipe(Context.add(Sandbox.Sandbox, sandbox)))
  )
