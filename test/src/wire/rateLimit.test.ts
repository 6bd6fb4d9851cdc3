/**
 * The rate limiter over sockets: a server in another process counts what arrives, with its own clock and after delays
 * like those of a network. The window is short; `npm run test:long` has the real one.
 */
import { Apps } from "@effect-scalingo/core/Apps"
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { type ConfigError, Effect, Layer, Redacted } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const calls = 90
const limit = 20
const window = 1500
const maxDelay = 60

interface Report {
  readonly arrivals: number
  readonly refusals: number
  readonly maxInWindow: number
}

/** The URL of a server that ends with the scope. */
const startServer = (window: number) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(
        process.execPath,
        [
          fileURLToPath(new URL("rateLimitServer.mjs", import.meta.url)),
          JSON.stringify({ limit, window, maxDelay })
        ],
        { stdio: ["pipe", "pipe", "inherit"] }
      )
    ),
    (child) => Effect.sync(() => child.stdin.end())
  ).pipe(
    Effect.flatMap((child) =>
      Effect.async<string>((resume) => {
        child.stdout.once("data", (data) => resume(Effect.succeed(`http://127.0.0.1:${Number(String(data))}`)))
        child.once("error", (error) => resume(Effect.die(error)))
      })
    )
  )

const reportOf = (url: string): Effect.Effect<Report> =>
  Effect.promise(() => fetch(`${url}/report`).then((response) => response.json()))

type Client = (options: Scalingo.LayerOptions) => Layer.Layer<Scalingo.Services, ConfigError.ConfigError>

const keepsLimit = (client: Client) =>
  Effect.gen(function*() {
    const url = yield* startServer(window)
    const options: Scalingo.LayerOptions = {
      apiToken: Redacted.make("tk-us-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"),
      region: "osc-fr1",
      authUrl: url,
      apiUrl: url,
      databaseUrl: url,
      rateLimit: limit,
      rateLimitWindow: window,
      timeout: "10 minutes"
    }
    const burst = Effect.flatMap(Apps, (apps) =>
      Effect.all(
        Array.from({ length: calls }, () => apps.get("example-app")),
        {
          concurrency: "unbounded",
          discard: true
        }
      ))
    yield* Effect.provide(burst, client(options))
    const report = yield* reportOf(url)
    // The exchange of the token is a request too.
    assert.strictEqual(report.arrivals, calls + 1)
    assert.strictEqual(report.refusals, 0)
    assert.isAtMost(report.maxInWindow, limit)
  })

describe("the rate limit over sockets", () => {
  it.scopedLive("holds on the server with the transport for Node", () => keepsLimit(NodeScalingo.layer))

  it.scopedLive(
    "holds on the server with the portable transport",
    () => keepsLimit((options) => Layer.provide(Scalingo.layer(options), FetchHttpClient.layer))
  )

  it.scopedLive("is noticed by the server when a client does not keep it", () =>
    Effect.gen(function*() {
      const url = yield* startServer(60_000)
      const statuses = yield* Effect.promise(() =>
        Promise.all(
          Array.from({ length: limit + 5 }, () => fetch(`${url}/v1/apps/x`).then(({ status }) => status))
        )
      )
      const report = yield* reportOf(url)
      assert.strictEqual(statuses.filter((status) => status === 429).length, 5)
      assert.strictEqual(report.refusals, 5)
      assert.strictEqual(report.maxInWindow, limit + 5)
    }))
})
