/**
 * The library as users have it on Node: its HTTP client, a bearer from a token exchange, retries, the rate limiter, and
 * dates decoded to `DateTime`. No tracer is set, and no span is open.
 *
 * The limit itself must not hold anything up: so many requests in so short a window that it is never reached, and that
 * the limiter remembers about as many requests as at 60 a minute.
 */
import * as Apps from "@effect-scalingo/core/Apps"
import * as Events from "@effect-scalingo/core/Events"
import * as Tokens from "@effect-scalingo/core/Tokens"
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { apiToken } from "./promises.mjs"

export { run, runOnce } from "./effects.mjs"

const scope = Effect.runSync(Scope.make())

/** The services of an account; they stay until the process ends. */
export const services = (url) =>
  Effect.runPromise(
    Layer.buildWithScope(
      NodeScalingo.layer({
        apiToken: Redacted.make(apiToken),
        region: "osc-fr1",
        authUrl: `${url}/v1`,
        apiUrl: `${url}/v1`,
        databaseUrl: `${url}/api`,
        rateLimit: 1_000_000,
        rateLimitWindow: "20 millis"
      }),
      scope
    )
  )

export const connect = async (url) => {
  const small = await services(`${url}/20`)
  const large = await services(`${url}/100`)
  const apps = Context.get(large, Apps.Apps)
  const smallApps = Context.get(small, Apps.Apps)
  const events = Context.get(large, Events.Events)
  const tokens = Context.get(large, Tokens.Tokens)
  return {
    getApp: () => Effect.map(apps.get("example-app"), (app) => app.name),
    list20: () => Effect.map(smallApps.list, (list) => list.length),
    list100: () => Effect.map(apps.list, (list) => list.length),
    createApp: () => Effect.map(apps.create({ name: "example-app" }), (app) => app.name),
    exchangeToken: () =>
      Effect.map(tokens.exchange(apiToken), ({ token }) => Redacted.value(token).split(".").length === 3),
    walkEvents: () => Stream.runCount(events.listForUser({ perPage: 100 }))
  }
}
