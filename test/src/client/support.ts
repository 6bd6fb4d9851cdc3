/**
 * The whole pipeline over a platform that is played by a function: what the sandbox cannot be made to answer.
 */
import { AddonTokens, layer as addonTokens } from "@effect-scalingo/core/AddonTokens"
import { type AuthApi, type BillingApi, type DatabaseApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import type { ApiRequest } from "@effect-scalingo/core/ApiClient"
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { Clock, Effect, Either, Encoding, Layer, Redacted } from "effect"

export interface Seen {
  /** Milliseconds of the test's clock. */
  readonly at: number
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A connection that fails with this system code. */
export class Broken {
  constructor(readonly code: string) {}
}

export type Platform = (seen: Seen) => Reply | Broken | Effect.Effect<Reply | Broken>

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value)
})

export const apiToken = "tk-us-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"

/** A bearer as the platform issues it. */
export const jwt = (claims: { readonly iat?: number; readonly exp?: number; readonly n?: number }): string =>
  [JSON.stringify({ alg: "none" }), JSON.stringify(claims), "signature"].map(Encoding.encodeBase64Url).join(".")

/** Issues bearers of that life and counts them. */
export const issuer = (lifeSeconds = 3600) => {
  const state = { exchanges: 0 }
  const issue = (seen: Seen): Reply => {
    state.exchanges++
    const iat = 1_700_000_000 + Math.floor(seen.at / 1000)
    return json({ token: jwt({ iat, exp: iat + lifeSeconds, n: state.exchanges }) })
  }
  return { state, issue }
}

export const isExchange = (seen: Seen) => seen.url.pathname.endsWith("/tokens/exchange")

export const client = (seen: Array<Seen>, platform: Platform) =>
  HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const entry: Seen = {
        at: yield* Clock.currentTimeMillis,
        method: request.method,
        url,
        headers: request.headers,
        body: request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : undefined
      }
      seen.push(entry)
      const answered = platform(entry)
      const reply = Effect.isEffect(answered) ? yield* answered : answered
      if (reply instanceof Broken) {
        const cause = Object.assign(new Error(`connect ${reply.code}`), { code: reply.code })
        return yield* new HttpClientError.RequestError({
          request,
          reason: "Transport",
          cause: new TypeError("fetch failed", { cause })
        })
      }
      return HttpClientResponse.fromWeb(
        request,
        new Response(reply.status === 204 ? null : reply.body ?? "", {
          status: reply.status ?? 200,
          headers: reply.headers ?? {}
        })
      )
    })
  )

export type Parts =
  | RegionalApi
  | AuthApi
  | BillingApi
  | DatabaseApi
  | AddonTokens
  | TokenManager.TokenManager
  | RateLimiter.RateLimiter

/** Everything, real, over that platform. */
export const pipeline = (
  seen: Array<Seen>,
  platform: Platform,
  options: ScalingoConfig.Options & { readonly bearer?: string } = {}
): Layer.Layer<Parts> => {
  const { bearer, ...config } = options
  const base = Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, client(seen, platform)),
    ScalingoConfig.layer(config),
    RetryPolicy.layerBudget
  )
  const quota = RateLimiter.layer.pipe(Layer.provideMerge(base))
  const tokens = (bearer === undefined
    ? TokenManager.layer(Redacted.make(apiToken))
    : TokenManager.layerBearer(Redacted.make(bearer))).pipe(Layer.provideMerge(quota))
  return ApiLayer.layerDatabase.pipe(
    Layer.provideMerge(addonTokens),
    Layer.provideMerge(ApiLayer.layer),
    Layer.provideMerge(tokens),
    Layer.orDie
  )
}

export const request = <A = unknown>(
  input: Partial<ApiRequest<A>> = {}
): Effect.Effect<unknown, ScalingoError, RegionalApi> =>
  Effect.flatMap(RegionalApi, (api) =>
    api.request<unknown>({
      name: "Test.call",
      method: "GET",
      path: "/apps/my-app",
      decoder: { decode: (answer) => Either.right(answer.text) },
      ...input
    }))
