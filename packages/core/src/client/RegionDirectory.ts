/**
 * The regions of an account, and the base URLs of their APIs.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Concurrency } from "effect/Types"
import { struct } from "../internal/lazySchema.js"
import * as SingleFlight from "../internal/singleFlight.js"
import { CurrentRegion, withRegion } from "./CurrentRegion.js"
import * as Pipeline from "./internal/request.js"
import { strict } from "./internal/strict.js"
import { isTrustedHost, parseBaseUrl } from "./internal/url.js"
import type { RateLimiter } from "./RateLimiter.js"
import * as Decode from "./ResponseDecoder.js"
import type { RetryBudget } from "./RetryPolicy.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import { InvalidRequest, type ScalingoError } from "./ScalingoError.js"
import { TokenManager } from "./TokenManager.js"

/**
 * The base URL of an API, and its region.
 *
 * @category models
 */
export interface ApiBaseUrl {
  readonly url: string
  readonly region: string
}

/**
 * The methods of {@link RegionDirectory}. An unknown region fails with `InvalidRequest`, which lists the known ones.
 *
 * @category models
 */
export interface RegionDirectoryService {
  /** The name of the effect's region, or of the configured one. Does not check that it exists. */
  readonly region: Effect.Effect<string>
  /** The regional API of the effect's region. */
  readonly api: Effect.Effect<ApiBaseUrl, ScalingoError>
  /** The database API of the effect's region. */
  readonly database: Effect.Effect<ApiBaseUrl, ScalingoError>
  /** The names of the regions that the account may use: `GET /regions`. Requested anew at each use. */
  readonly names: Effect.Effect<ReadonlyArray<string>, ScalingoError>
}

/**
 * Finds the APIs of the region that an effect's calls go to.
 *
 * @category tags
 */
export class RegionDirectory
  extends Context.Tag("@effect-scalingo/core/RegionDirectory")<RegionDirectory, RegionDirectoryService>()
{}

interface Hosts {
  readonly name: string
  readonly api: string
  readonly database_api: string
}

const RegionHosts = struct(() => ({
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

const invalidRegion = (expected: string) => new InvalidRequest({ endpoint: "Region", field: "region", expected })

const make = Effect.gen(function*() {
  const config = yield* ScalingoConfig
  const tokens = yield* TokenManager
  const { request } = yield* Pipeline.RequestPipeline
  let known: ReadonlyArray<Hosts> = []
  const flight = yield* SingleFlight.make(Effect.tap(
    request({ base: Effect.succeed({ url: config.authUrl, region: null }), tokens }, {
      name: "Regions.list",
      method: "GET",
      path: "/regions",
      decoder: strict(Decode.list("regions", RegionHosts))
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
                invalidRegion(
                  `one of ${regions.map((region) => region.name).join(", ")} (not ${JSON.stringify(name)})`
                )
              )
          }))
    })
  }

  const regionOf = (context: Context.Context<never>): string =>
    Option.getOrElse(Context.get(context, CurrentRegion), () => config.region)

  /** The bearer is sent there: the host must belong to the same domain as the auth API, and use https. */
  const trusted = (name: string, host: string, suffix: string): Effect.Effect<ApiBaseUrl, InvalidRequest> =>
    Either.match(parseBaseUrl(host, suffix, config.insecureHosts), {
      onLeft: () => Effect.fail(invalidRegion(`one whose API has an https address (${name} has ${host})`)),
      onRight: (url) =>
        isTrustedHost(new URL(url).hostname, config.authUrl, config.insecureHosts)
          ? Effect.succeed({ url, region: name })
          : Effect.fail(invalidRegion(`one whose API is in the domain of the auth API (${name} has ${host})`))
    })

  const resolve = (options: {
    readonly configured: Option.Option<string>
    /** What a user sets to say where this API is. */
    readonly variable: string
    readonly host: (hosts: Hosts) => string
    readonly suffix: string
  }): Effect.Effect<ApiBaseUrl, ScalingoError> => {
    /** Every call comes through here, and URLs are slow to parse. They hold for the list that they were made from. */
    const bases = new Map<string, Effect.Effect<ApiBaseUrl>>()
    let basesOf = known
    const findBase = (name: string): Effect.Effect<ApiBaseUrl, ScalingoError> => {
      if (name === config.region) {
        if (Option.isSome(options.configured)) return Effect.succeed({ url: options.configured.value, region: name })
        // The other API was configured by a URL that does not tell its region: the default one would be a guess.
        if (!config.isRegionKnown) {
          return Effect.fail(invalidRegion(`known: set SCALINGO_REGION, or ${options.variable} for this API`))
        }
      }
      return Effect.flatMap(hostsOf(name), (hosts) => trusted(name, options.host(hosts), options.suffix))
    }
    return Effect.withFiberRuntime((fiber) => {
      const name = regionOf(fiber.currentContext)
      if (basesOf !== known) {
        basesOf = known
        bases.clear()
      }
      return bases.get(name) ?? Effect.tap(findBase(name), (base) => {
        bases.set(name, Effect.succeed(base))
      })
    })
  }

  return RegionDirectory.of({
    region: Effect.contextWith((context: Context.Context<never>) => regionOf(context)),
    names: Effect.map(ask, (regions) => regions.map(({ name }) => name)),
    api: resolve({
      configured: config.apiUrl,
      variable: "SCALINGO_API_URL",
      host: (hosts) => hosts.api,
      suffix: "/v1"
    }),
    database: resolve({
      configured: config.databaseUrl,
      variable: "SCALINGO_DB_URL",
      host: (hosts) => hosts.database_api,
      suffix: "/api"
    })
  })
})

/**
 * Requests the list of regions (`GET /regions` on the auth API) once, when it is first needed.
 *
 * @category layers
 */
export const layer: Layer.Layer<
  RegionDirectory,
  never,
  HttpClient.HttpClient | ScalingoConfig | RateLimiter | RetryBudget | TokenManager
> = Layer.provide(Layer.scoped(RegionDirectory, make), Pipeline.layer)

/**
 * The options of {@link forEachRegion}.
 *
 * @category models
 */
export interface ForEachRegionOptions {
  /** In how many regions the effect runs at a time. Default: in one. The rate limit is the same for all regions. */
  readonly concurrency?: Concurrency | undefined
}

/**
 * Runs an effect once in each region that the account may use, and returns the results by region. The list of regions
 * is one request (`GET /regions`). Inside the effect, `CurrentRegion` is the name of the region.
 *
 * The first failure ends it and interrupts the other regions. To get the results of the other regions as well, run
 * `Effect.either` of the effect: then each region has its value or its error.
 *
 * @category combinators
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { forEachRegion } from "@effect-scalingo/core/RegionDirectory"
 * import { Effect, Either } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const apps = yield* Apps
 *   const byRegion = yield* forEachRegion(Effect.either(apps.list), { concurrency: "unbounded" })
 *   for (const [region, result] of Object.entries(byRegion)) {
 *     yield* Effect.log(region, Either.isRight(result) ? result.right.length : result.left.message)
 *   }
 * })
 * ```
 */
export const forEachRegion: {
  (options?: ForEachRegionOptions): <A, E, R>(
    self: Effect.Effect<A, E, R>
  ) => Effect.Effect<Readonly<Record<string, A>>, E | ScalingoError, R | RegionDirectory>
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    options?: ForEachRegionOptions
  ): Effect.Effect<Readonly<Record<string, A>>, E | ScalingoError, R | RegionDirectory>
} = /* @__PURE__ */ dual(
  (args) => Effect.isEffect(args[0]),
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    options?: ForEachRegionOptions
  ): Effect.Effect<Readonly<Record<string, A>>, E | ScalingoError, R | RegionDirectory> =>
    Effect.gen(function*() {
      const directory = yield* RegionDirectory
      const names = yield* directory.names
      const results = yield* Effect.forEach(names, (name) =>
        Effect.map(withRegion(self, name), (result) => [name, result] as const), {
        concurrency: options?.concurrency
      })
      return Object.fromEntries(results)
    })
)
