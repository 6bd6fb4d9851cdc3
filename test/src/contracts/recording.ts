/**
 * The whole pipeline over a client that notes what is sent and answers what it is told.
 */
import { AddonTokens } from "@effect-scalingo/core/AddonTokens"
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as SignedUrls from "@effect-scalingo/core/SignedUrls"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Effect, Layer, Option, Redacted } from "effect"
import type { Apis } from "./driver.js"

export interface Sent {
  readonly method: string
  readonly origin: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON; `undefined` when there is none, or nothing in it. */
  readonly body: unknown
}

export interface Reply {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body: string
}

const parseBody = (text: string): unknown => {
  const json: unknown = JSON.parse(text)
  return typeof json === "object" && json !== null && Object.keys(json).length === 0 ? undefined : json
}

export const accountBearer = "account-bearer"
export const addonBearer = "addon-bearer"

const noBody = new Set([101, 204, 304])

/** The APIs over a client that pushes to `sent` and answers by `reply`. */
export const recordingApis = (sent: Array<Sent>, reply: (sent: Sent) => Reply): Layer.Layer<Apis> => {
  const client = HttpClient.make((request, url) =>
    Effect.sync(() => {
      const entry: Sent = {
        method: request.method,
        origin: url.origin,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: request.body._tag === "Uint8Array" ? parseBody(new TextDecoder().decode(request.body.body)) : undefined
      }
      sent.push(entry)
      const { body, headers, status } = reply(entry)
      return HttpClientResponse.fromWeb(
        request,
        new Response(noBody.has(status) ? null : body, { status, headers: headers ?? {} })
      )
    })
  )
  const addonTokens = Layer.succeed(AddonTokens, {
    forDatabase: () =>
      Effect.succeed({
        get: Effect.succeed(Redacted.make(addonBearer)),
        current: Effect.succeed(Option.some(Redacted.make(addonBearer))),
        reject: () => Effect.succeed(false)
      })
  })
  const needs = Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, client),
    ScalingoConfig.layer(),
    RateLimiter.layerNoop,
    RetryPolicy.layerBudget,
    TokenManager.layerBearer(Redacted.make(accountBearer)),
    addonTokens
  )
  return Layer.merge(ApiLayer.layerDatabase, SignedUrls.layer).pipe(
    Layer.provideMerge(ApiLayer.layer),
    Layer.provide(needs),
    Layer.orDie
  )
}
