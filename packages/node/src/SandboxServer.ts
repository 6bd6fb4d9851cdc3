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
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Http from "node:http"

/**
 * The port and the URLs of the sandbox.
 *
 * @category models
 */
export interface SandboxServerService {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
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
export interface Options extends Omit<Sandbox.Options, "origin"> {
  /** Default: any free port. */
  readonly port?: number | undefined
  /** Default `127.0.0.1`. Anyone who can reach this host can use the sandbox. */
  readonly host?: string | undefined
}

/** Resets the connection, as a broken network does. */
const reset = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.sync(() => {
    NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()
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

const toApp = (sandbox: Sandbox.SandboxService) =>
  Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const outcome = yield* sandbox.handle
    switch (outcome._tag) {
      case "Response":
        return outcome.response
      case "BrokenResponse":
        return yield* breakOff(request, outcome.response, outcome.keep)
      case "Reset":
      case "NeverSent":
        return yield* reset(request)
    }
  })

/**
 * Closes a server with all its connections. `NodeHttpServer` alone waits for requests that are under way or half sent,
 * and finds the server closed when its own finalizer runs after this one.
 */
const close = (server: Http.Server) =>
  Effect.async<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

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

/**
 * Starts a sandbox that listens until its scope is closed.
 *
 * @category constructors
 */
export const make = (seed?: Seed.Seed, options?: Options): Effect.Effect<
  { readonly server: SandboxServerService; readonly sandbox: Sandbox.SandboxService },
  HttpServerError.ServeError,
  Scope.Scope
> =>
  Effect.gen(function*() {
    const host = options?.host ?? "127.0.0.1"
    const node = Http.createServer()
    const http = yield* NodeHttpServer.make(() => node, { host, port: options?.port ?? 0 })
    yield* Effect.addFinalizer(() => close(node))
    const port = http.address._tag === "TcpAddress" ? http.address.port : 0
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
    const clock = options?.clock ?? (yield* Effect.clock)
    const sandbox = yield* Sandbox.make(seed, { ...options, clock, origin: url })
    yield* http.serve(toApp(sandbox), forBrowsers)
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

export const layer = (
  seed?: Seed.Seed,
  options?: Options
): Layer.Layer<SandboxServer | Sandbox.Sandbox, HttpServerError.ServeError> =>
  Layer.scopedContext(
    Effect.map(make(seed, options), ({ sandbox, server }) =>
      Context.make(SandboxServer, server).pipe(Context.add(Sandbox.Sandbox, sandbox)))
  )
