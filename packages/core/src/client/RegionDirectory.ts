/**
 * Where the APIs of a region are: by name for the platform's own regions, from the auth API (`GET /regions`) for all
 * others.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as SingleFlight from "../internal/singleFlight.js"
import { Region } from "./CurrentRegion.js"
import * as Request from "./internal/request.js"
import * as Answer from "./internal/response.js"
import { Quota } from "./RateLimiter.js"
import { RetryBudget } from "./RetryPolicy.js"
import { baseUrl, ScalingoConfig } from "./ScalingoConfig.js"
import { InvalidRequest, type ScalingoError } from "./ScalingoError.js"
import { TokenManager } from "./TokenManager.js"

/**
 * The root of an API, and the region that it belongs to.
 *
 * @category models
 */
export interface ApiRoot {
  readonly url: string
  readonly region: string
}

/**
 * The methods of {@link RegionDirectory}. A name that Scalingo does not have fails with `InvalidRequest`, which lists
 * those that it has.
 *
 * @category models
 */
export interface Service {
  /** The name of the effect's region, or of the configured one. Whether it exists is not checked. */
  readonly region: Effect.Effect<string>
  /** The regional API of the effect's region. */
  readonly api: Effect.Effect<ApiRoot, ScalingoError>
  /** The database API of the effect's region. */
  readonly database: Effect.Effect<ApiRoot, ScalingoError>
}

/**
 * Finds the APIs of the region that an effect runs in.
 *
 * @category tags
 */
export class RegionDirectory extends Context.Tag("@effect-scalingo/core/RegionDirectory")<RegionDirectory, Service>() {}

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

export const make: Effect.Effect<
  Service,
  never,
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget | TokenManager | Scope.Scope
> = Effect
  .gen(function*() {
    const config = yield* ScalingoConfig
    const tokens = yield* TokenManager
    const request = Request.make({
      client: yield* HttpClient.HttpClient,
      config,
      quota: yield* Quota,
      budget: yield* RetryBudget
    })
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
    ): Effect.Effect<ApiRoot, ScalingoError> =>
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

    return RegionDirectory.of({
      region,
      api: resolve(config.apiUrl, (hosts) => hosts.api, "/v1"),
      database: resolve(config.databaseUrl, (hosts) => hosts.database_api, "/api")
    })
  })

/**
 * Asks for the list of regions once, when it is first needed.
 *
 * @category layers
 */
export const layer: Layer.Layer<
  RegionDirectory,
  never,
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget | TokenManager
> = Layer.scoped(RegionDirectory, make)
