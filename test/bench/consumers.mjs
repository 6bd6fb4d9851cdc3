/**
 * Small programs that use the library as the README teaches: one service over `fetch`, all services over `fetch`, and
 * the stream of events.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Ignored by git, and inside the test package, so that the packages are found as users find them: built. */
export const folder = fileURLToPath(new URL("../dist/bench/", import.meta.url))

const one = `
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import * as Apps from "@effect-scalingo/core/Apps"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const Live = Apps.layer.pipe(
  Layer.provide(ApiLayer.layer),
  Layer.provide(TokenManager.layer(Redacted.make("tk-us-…"))),
  Layer.provide(Layer.merge(RateLimiter.layer, RetryPolicy.layerBudget)),
  Layer.provide(ScalingoConfig.layer({})),
  Layer.provide(FetchHttpClient.layer)
)

export const names = Effect.flatMap(Apps.Apps, (apps) => apps.list).pipe(
  Effect.map((list) => list.map((app) => app.name)),
  Effect.provide(Live)
)
`

const all = `
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const Live = Scalingo.layer({ apiToken: Redacted.make("tk-us-…") }).pipe(Layer.provide(FetchHttpClient.layer))

export const names = Effect.flatMap(Scalingo.Apps, (apps) => apps.list).pipe(
  Effect.map((list) => list.map((app) => app.name)),
  Effect.provide(Live)
)
`

const events = `
import { isEvent } from "@effect-scalingo/core/Event"
import { Events } from "@effect-scalingo/core/Events"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export const deployments = Stream.unwrap(Effect.map(Events, (events) => events.listForApp("my-app"))).pipe(
  Stream.filter(isEvent("deployment")),
  Stream.map((event) => event.type_data.status)
)
`

export const consumers = { one, all, events }

/** Writes a file there and returns its path. */
export const write = (name, text) => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(folder + name, text)
  return folder + name
}
