/**
 * Where the APIs of a region are: by name for the platform's own regions, from the auth API for all others.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { Region } from "../Region.js"
import type { Service as Config } from "../ScalingoConfig.js"
import { baseUrl } from "../ScalingoConfig.js"
import { InvalidRequest, type ScalingoError } from "../ScalingoError.js"
import * as Answer from "./answer.js"
import type { Base, Requester } from "./request.js"
import * as SingleFlight from "./singleFlight.js"
import type { TokenSource } from "./tokenSource.js"

export interface Directory {
  /** The regional API of the effect's region. */
  readonly api: Effect.Effect<Base, ScalingoError>
  /** The database API of the effect's region. */
  readonly database: Effect.Effect<Base, ScalingoError>
  /** The effect's region, or the configured one. */
  readonly region: Effect.Effect<string>
}

interface Hosts {
  readonly name: string
  readonly api: string
  readonly database_api: string
}

const RegionList = Schema.Array(Schema.Struct({
  name: Schema.String,
  api: Schema.String,
  database_api: Schema.String
}))

const publicAuth = "https://auth.scalingo.com/v1"
const publicRegions = new Set(["osc-fr1", "osc-secnum-fr1"])

const publicHosts = (name: string): Hosts => ({
  name,
  api: `https://api.${name}.scalingo.com`,
  database_api: `https://db-api.${name}.scalingo.com`
})

export const make = (
  config: Config,
  request: Requester,
  tokens: TokenSource<ScalingoError>
): Effect.Effect<Directory, never, Scope.Scope> =>
  Effect.gen(function*() {
    let known: ReadonlyArray<Hosts> = []
    const flight = yield* SingleFlight.make(Effect.tap(
      request({ base: Effect.succeed({ url: config.authUrl, region: null }), tokens }, {
        name: "Regions.list",
        method: "GET",
        path: "/regions",
        decoder: Answer.root("regions", RegionList)
      }),
      (regions) => {
        known = regions
      }
    ))
    const ask = Effect.flatMap(flight, Deferred.await)

    const find = (name: string, hosts: ReadonlyArray<Hosts>) =>
      Option.fromNullable(hosts.find((region) => region.name === name))

    const hostsOf = (name: string): Effect.Effect<Hosts, ScalingoError> => {
      if (config.authUrl === publicAuth && publicRegions.has(name)) return Effect.succeed(publicHosts(name))
      return Option.match(find(name, known), {
        onSome: Effect.succeed,
        onNone: () =>
          Effect.flatMap(ask, (regions) =>
            Option.match(find(name, regions), {
              onSome: Effect.succeed,
              onNone: () =>
                Effect.fail(
                  new InvalidRequest({
                    endpoint: "Region",
                    field: "region",
                    expected: `one of ${regions.map((region) => region.name).join(", ")} (not ${JSON.stringify(name)})`
                  })
                )
            }))
      })
    }

    const region = Effect.map(Region, Option.getOrElse(() => config.region))

    /** A bearer is about to go there: only where the configuration or the auth API says, and never in the clear. */
    const resolve = (
      own: Option.Option<string>,
      host: (hosts: Hosts) => string,
      suffix: string
    ): Effect.Effect<Base, ScalingoError> =>
      Effect.flatMap(region, (name) =>
        Option.isSome(own) && name === config.region
          ? Effect.succeed({ url: own.value, region: name })
          : Effect.flatMap(hostsOf(name), (hosts) =>
            Either.match(baseUrl("region", host(hosts), suffix), {
              onLeft: () =>
                Effect.fail(
                  new InvalidRequest({
                    endpoint: "Region",
                    field: "region",
                    expected: `one whose API has an https address (${name} has ${host(hosts)})`
                  })
                ),
              onRight: (url) => Effect.succeed({ url, region: name })
            })))

    return {
      region,
      api: resolve(config.apiUrl, (hosts) => hosts.api, "/v1"),
      database: resolve(config.databaseUrl, (hosts) => hosts.database_api, "/api")
    }
  })
