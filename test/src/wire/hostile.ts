/**
 * Starts the hostile server, and builds the real pipeline over one of the transports.
 */
import type { AuthApi, BillingApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as SignedUrls from "@effect-scalingo/core/SignedUrls"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import { NodeScalingo } from "@effect-scalingo/node"
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"

/** A request that the server has received. */
export interface Record {
  readonly server: "plain" | "other" | "tls"
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  /** The size of the body so far, in bytes. */
  readonly body: number
  readonly complete: boolean
  /** Whether its connection is closed, and what was written to it until then. */
  readonly closed: boolean
  readonly bytesSent: number
}

export interface HostileServer {
  readonly plain: string
  readonly other: string
  readonly tls: string
  /** The file with the certificate of `tls`, which nothing trusts. */
  readonly certificate: string
  /** Nothing listens there. */
  readonly closed: string
  /** The requests with this text in their URL. */
  readonly records: (marker: string) => Effect.Effect<ReadonlyArray<Record>>
  readonly openSockets: Effect.Effect<number>
}

interface Reply {
  readonly id: number
  readonly openSockets: number
  readonly records: ReadonlyArray<Record>
}

const start = (child: ChildProcess): Effect.Effect<HostileServer> =>
  Effect.async((resume) => {
    let last = 0
    const ask = (marker: string): Effect.Effect<Reply> =>
      Effect.async((resume) => {
        const id = ++last
        const listener = (message: unknown): void => {
          const reply = message as Reply
          if (reply.id !== id) return
          child.off("message", listener)
          resume(Effect.succeed(reply))
        }
        child.on("message", listener)
        child.send({ id, marker })
      })
    child.setMaxListeners(0)
    child.once("message", (message) => {
      const { certificate, ports } = message as {
        readonly certificate: string
        readonly ports: { readonly [K in "plain" | "other" | "tls" | "closed"]: number }
      }
      resume(Effect.succeed({
        plain: `http://127.0.0.1:${ports.plain}`,
        other: `http://127.0.0.1:${ports.other}`,
        tls: `https://127.0.0.1:${ports.tls}`,
        certificate,
        closed: `http://127.0.0.1:${ports.closed}`,
        records: (marker) => Effect.map(ask(marker), ({ records }) => records),
        openSockets: Effect.map(ask("nothing"), ({ openSockets }) => openSockets)
      }))
    })
    child.once("error", (error) => resume(Effect.die(error)))
  })

/** The server runs until the scope is closed. */
export const hostileServer: Effect.Effect<HostileServer, never, Scope.Scope> = Effect.flatMap(
  Effect.acquireRelease(
    Effect.sync(() =>
      fork(fileURLToPath(new URL("../../src/wire/hostileServer.mjs", import.meta.url)), { execArgv: [] })
    ),
    (child) => Effect.sync(() => child.kill())
  ),
  start
)

/** Waits until the server's records pass a check. A defect when they do not within two minutes. */
export const awaitRecords = (
  server: HostileServer,
  marker: string,
  check: (records: ReadonlyArray<Record>) => boolean
): Effect.Effect<ReadonlyArray<Record>> =>
  Effect.repeat(Effect.delay(server.records(marker), "10 millis"), { until: check }).pipe(
    Effect.timeout("2 minutes"),
    Effect.catchAll(() =>
      Effect.flatMap(
        server.records(marker),
        (records) => Effect.dieMessage(`the server still has ${JSON.stringify(records)}`)
      )
    )
  )

/** Both transports: Node's own, and the portable one over `fetch`. */
export const transports: { readonly [name: string]: Layer.Layer<HttpClient.HttpClient> } = {
  node: Layer.orDie(NodeScalingo.layerHttpClient),
  portable: FetchHttpClient.layer
}

/** What the pipeline provides. */
export type Services =
  | RegionalApi
  | AuthApi
  | BillingApi
  | SignedUrls.SignedUrls
  | RateLimiter.RateLimiter
  | TokenManager.TokenManager

/** The pipeline and the transfers, with one attempt for each request. */
export const platform = (
  client: Layer.Layer<HttpClient.HttpClient>,
  url: string,
  options: ScalingoConfig.Options = {},
  limiter: typeof RateLimiter.layerNoop | typeof RateLimiter.layer = RateLimiter.layerNoop
): Layer.Layer<Services> => {
  const base = Layer.mergeAll(
    client,
    Layer.orDie(ScalingoConfig.layer({
      region: "osc-fr1",
      apiUrl: url,
      authUrl: url,
      databaseUrl: url,
      billingUrl: url,
      timeout: "10 minutes",
      maxResponseSize: 1024 * 1024,
      ...options,
      retryPolicy: { maxRetries: 0, ...options.retryPolicy }
    })),
    RetryPolicy.layerBudget
  )
  const limited = Layer.provideMerge(limiter, base)
  const tokens = Layer.orDie(TokenManager.layerBearer(Redacted.make("the-bearer")))
  return Layer.merge(ApiLayer.layer, SignedUrls.layer).pipe(
    Layer.provideMerge(Layer.merge(tokens, limited))
  )
}
