/**
 * Several accounts in one program. Each signs in once and has its own rate limit. All share one HTTP client.
 */
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import { Config, Duration, Effect, Layer, LayerMap } from "effect"

/** The accounts that the program knows. An account is built when it is first used, and stays until the program ends. */
export class Accounts extends LayerMap.Service<Accounts>()("examples/accounts/Accounts", {
  lookup: (name: "shop" | "agency") =>
    Scalingo.layerConfig({ apiToken: Config.redacted(`SCALINGO_API_TOKEN_${name.toUpperCase()}`) }),
  idleTimeToLive: Duration.infinity
}) {}

/** What is done for one account knows nothing of the others. */
export const appNames = Effect.gen(function*() {
  const apps = yield* Scalingo.Apps
  const byRegion = yield* Scalingo.forEachRegion(apps.list)
  return Object.values(byRegion).flat().map(({ name }) => name)
})

export const program = Effect.all({
  shop: Effect.provide(appNames, Accounts.get("shop")),
  agency: Effect.provide(appNames, Accounts.get("agency"))
}, { concurrency: "unbounded" })

/** The API tokens of the users of a service. */
export class UserTokens extends Effect.Tag("examples/accounts/UserTokens")<UserTokens, {
  readonly tokenOf: (user: string) => Effect.Effect<Scalingo.LayerOptions["apiToken"]>
}>() {}

/** The accounts of any number of users. One that nobody uses for ten minutes is released. */
export class UserAccounts extends LayerMap.Service<UserAccounts>()("examples/accounts/UserAccounts", {
  lookup: (user: string) =>
    Layer.unwrapEffect(Effect.map(UserTokens.tokenOf(user), (apiToken) => Scalingo.layer({ apiToken }))),
  idleTimeToLive: "10 minutes"
}) {}
