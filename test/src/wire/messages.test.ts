/**
 * What a person reads when something goes wrong, over real sockets: each message says what is wrong, and what to do.
 */
import { Apps, layerConfig, Notifiers, withRegion } from "@effect-scalingo/core/Scalingo"
import type * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import * as SandboxServer from "@effect-scalingo/node/SandboxServer"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, ConfigProvider, Effect, Exit, Fiber, Layer, Logger, Redacted } from "effect"
import { Fault, Sandbox, type Seed } from "../e2e/kit.js"
import { useHostileServer } from "./useHostileServer.js"

const seed: Seed.Seed = {
  accounts: [{ username: "john" }],
  apps: [{ name: "my-app", containers: { web: 1 } }]
}

const token = "tk-us-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"

/** What `NodeRuntime.runMain` logs of a failure. Request ids and ports differ from run to run. */
const printed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.map(
    Effect.exit(effect),
    (exit) =>
      (Exit.isSuccess(exit) ? "it did not fail" : Cause.pretty(exit.cause, { renderErrorCause: true }))
        .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:port")
        .replace(/request [\w-]+\]/, "request id]")
  )

const client = (options: ScalingoConfig.Options & { readonly apiToken?: string } = {}) =>
  Layer.unwrapEffect(Effect.gen(function*() {
    const { authUrl } = yield* SandboxServer.SandboxServer
    const sandbox = yield* Sandbox.Sandbox
    const { apiToken, ...config } = options
    return NodeScalingo.layer({
      apiToken: apiToken === undefined ? sandbox.token : Redacted.make(apiToken),
      authUrl,
      ...config
    })
  }))

const withSandbox = Effect.provide(SandboxServer.layer(seed, { operationDuration: "1 minute" }))

const fromVariables = (variables: Record<string, string>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))

const list = Effect.flatMap(Apps, (apps) => apps.list)
const retryPolicy = { maxRetries: 0 }

describe("what is printed for", () => {
  const getServer = useHostileServer()

  it.live("no token, in core and on Node", () =>
    Effect.gen(function*() {
      const expected =
        "Error: (Missing data at SCALINGO_API_TOKEN: \"There is no API token. Set SCALINGO_API_TOKEN to " +
        "one from the dashboard (your profile, API tokens). NodeScalingo.layerConfig also takes the one of " +
        "`scalingo login`\")"
      for (const variables of [{}, { SCALINGO_API_TOKEN: "" }, { SCALINGO_API_TOKEN: " \n" }]) {
        const inCore = list.pipe(Effect.provide(Layer.provide(layerConfig(), FetchHttpClient.layer)))
        const onNode = list.pipe(Effect.provide(NodeScalingo.layerConfigWith({ credentialsFile: false })))
        assert.strictEqual(yield* printed(inCore.pipe(fromVariables(variables))), expected)
        assert.strictEqual(yield* printed(onNode.pipe(fromVariables(variables))), expected)
      }
    }))

  it.live("a wrong token", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(Effect.provide(list, client({ apiToken: token }))),
        "Unauthorized: Tokens.exchange (POST http://127.0.0.1:port/auth/v1/tokens/exchange) returned 401: " +
          "Invalid API token. The API token is wrong, or was revoked: create another one in the dashboard " +
          "[1 attempt, request id]"
      )
    }).pipe(withSandbox))

  it.live("a token with line ends: nothing around it, and where it is from within it", () =>
    Effect.gen(function*() {
      const { authUrl } = yield* SandboxServer.SandboxServer
      const sandbox = yield* Sandbox.Sandbox
      const good = Redacted.value(sandbox.token)
      const run = (SCALINGO_API_TOKEN: string) =>
        printed(list.pipe(
          Effect.provide(NodeScalingo.layerConfigWith({ credentialsFile: false })),
          fromVariables({ SCALINGO_API_TOKEN, SCALINGO_AUTH_URL: authUrl })
        ))
      assert.strictEqual(yield* run(`\t ${good}\r\n`), "it did not fail")
      assert.strictEqual(
        yield* run(`${good.slice(0, 9)}\n${good.slice(9)}`),
        "Error: (Invalid data at SCALINGO_API_TOKEN: \"Expected an API token such as tk-us-…, in one line and without " +
          "blanks\")"
      )
    }).pipe(withSandbox))

  it.live("an app that is not known, with the spans of the caller and nothing else", () =>
    Effect.gen(function*() {
      const get = Effect.flatMap(Apps, (apps) => apps.get("other-app")).pipe(
        Effect.withSpan("inner", { captureStackTrace: false }),
        Effect.withSpan("outer", { captureStackTrace: false })
      )
      const expected = "NotFound: Apps.get (GET http://127.0.0.1:port/api/osc-fr1/v1/apps/other-app) returned 404: " +
        "not found. Is it in another region, or is this account not one of its collaborators? [1 attempt, request id]"
      assert.strictEqual(
        yield* printed(Effect.provide(get, client())),
        `${expected}\n    at inner\n    at outer`
      )
    }).pipe(withSandbox))

  it.live("something else that is not known", () =>
    Effect.gen(function*() {
      const create = Effect.flatMap(Notifiers, (notifiers) =>
        notifiers.create("my-app", { platform_id: "carrier-pigeon", name: "x", active: true }))
      const sandbox = yield* Sandbox.Sandbox
      const body = "{\"resource\":\"notification_platform\",\"error\":\"not found\"}"
      yield* sandbox.inject({ on: { method: "POST", path: "/apps/:app/notifiers" }, fault: Fault.status(404, body) })
      const text = yield* printed(Effect.provide(create, client()))
      assert.match(text, /^NotFound: Notifiers\.create .* returned 404: not found \[1 attempt/)
    }).pipe(withSandbox))

  it.live("a region that does not exist", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(Effect.provide(withRegion(list, "osc-nowhere"), client())),
        "InvalidRequest: Apps.list was not sent: region must be one of osc-fr1, osc-secnum-fr1 (not \"osc-nowhere\")"
      )
    }).pipe(withSandbox))

  it.live("a value that is refused", () =>
    Effect.gen(function*() {
      const create = Effect.flatMap(Apps, (apps) => apps.create({ name: "my-app" }))
      assert.strictEqual(
        yield* printed(Effect.provide(create, client())),
        "Unprocessable: Apps.create (POST http://127.0.0.1:port/api/osc-fr1/v1/apps) returned 422: name: has already " +
          "been taken [1 attempt, request id]"
      )
    }).pipe(withSandbox))

  it.live("an app that is busy", () =>
    Effect.gen(function*() {
      const twice = Effect.flatMap(Apps, (apps) => Effect.zipRight(apps.restart("my-app"), apps.restart("my-app")))
      assert.strictEqual(
        yield* printed(Effect.provide(twice, client())),
        "Unprocessable: Apps.restart (POST http://127.0.0.1:port/api/osc-fr1/v1/apps/my-app/restart) returned 422: " +
          "app: is restarting, nothing else can be done to it [1 attempt, request id]"
      )
    }).pipe(withSandbox))

  it.live("a server that is down", () =>
    Effect.gen(function*() {
      const { closed } = yield* getServer
      const failing = list.pipe(
        Effect.provide(NodeScalingo.layer({ apiToken: Redacted.make(token), retryPolicy, authUrl: closed }))
      )
      assert.strictEqual(
        yield* printed(failing),
        "TransportError: Tokens.exchange (POST http://127.0.0.1:port/v1/tokens/exchange) got no response (network): " +
          "nothing listens there (connect ECONNREFUSED 127.0.0.1:port). Is the server up, and is the URL right? " +
          "[1 attempt, request id]"
      )
    }))

  it.live("a name that cannot be resolved", () =>
    Effect.gen(function*() {
      const failing = list.pipe(
        Effect.provide(
          NodeScalingo.layer({ apiToken: Redacted.make(token), retryPolicy, authUrl: "https://auth.invalid" })
        )
      )
      // Without a network, the resolver itself cannot be reached.
      assert.match(
        yield* printed(failing),
        /^TransportError: Tokens\.exchange \(POST https:\/\/auth\.invalid\/v1\/tokens\/exchange\) got no response \(network\): (there is no such host \(getaddrinfo ENOTFOUND auth\.invalid\)\. Check the URL|the host name cannot be resolved now \(getaddrinfo EAI_AGAIN auth\.invalid\)\. Check the network) and the name resolution \(DNS\) \[1 attempt, request id\]$/
      )
    }))

  it.live("TLS to a plain port, and a certificate that is not trusted", () =>
    Effect.gen(function*() {
      const { plain, tls } = yield* getServer
      const failing = (authUrl: string) =>
        printed(list.pipe(Effect.provide(NodeScalingo.layer({ apiToken: Redacted.make(token), retryPolicy, authUrl }))))
      const call =
        "TransportError: Tokens.exchange (POST https://127.0.0.1:port/v1/tokens/exchange) got no response (tls): "
      const wrongPort = yield* failing(plain.replace("http:", "https:"))
      assert.strictEqual(
        wrongPort.replace(/\((EPROTO|ERR_SSL_[A-Z_]+)\)/, "(code)"),
        `${call}the server does not speak TLS on this port (code). Is it a plain http server? [1 attempt, request id]`
      )
      assert.strictEqual(
        yield* failing(tls),
        `${call}the server's certificate is not from an authority that this machine trusts ` +
          "(DEPTH_ZERO_SELF_SIGNED_CERT). For a private authority, set NODE_EXTRA_CA_CERTS to its certificate " +
          "[1 attempt, request id]"
      )
    }))

  it.live("a response that does not fit", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { api: "regional" }, fault: Fault.status(200, "{\"apps\":1}"), times: Infinity })
      assert.strictEqual(
        yield* printed(Effect.provide(list, client())),
        "DecodeError: Apps.list (GET http://127.0.0.1:port/api/osc-fr1/v1/apps) returned 200, but apps does not fit: " +
          "Expected an array [1 attempt, request id]"
      )
    }).pipe(withSandbox))

  it.live("calls that wait for the rate limit", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const logger = Logger.map(Logger.logfmtLogger, (line) => {
        if (line.includes("Scalingo:")) lines.push(line.replace(/timestamp=\S+ /, "").replace(/fiber=\S+ /, ""))
      })
      // The bearer, the list of regions and one call have the places.
      const calls = Effect.forEach([1, 2, 3, 4], () => list, { concurrency: "unbounded", discard: true })
      const fiber = yield* calls.pipe(
        Effect.annotateLogs("job", "nightly"),
        Effect.provide(
          Layer.provideMerge(client({ rateLimit: 3 }), Logger.replace(Logger.defaultLogger, logger))
        ),
        Effect.fork
      )
      yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => lines.length > 0 })
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(lines.length, 1)
      assert.match(
        lines[0]!,
        /^level=INFO message="Scalingo: 3 calls wait for the rate limit \(3 requests in 60 s\), the longest for about \d+ s more"$/
      )
    }).pipe(withSandbox))
})
