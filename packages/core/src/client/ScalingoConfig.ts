/**
 * The configuration of the library. Every key has a default; only a credential is needed, and `TokenManager` takes
 * that.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { fromEither } from "../internal/fromEither.js"
import { withoutUndefined } from "../internal/withoutUndefined.js"
import type { DurationInput } from "../schema/ScalingoSchema.js"
import { areRetries, delayFields, expectedRetries } from "./internal/callOptions.js"
import { invalidConfig, renameInvalid } from "./internal/configError.js"
import * as Environment from "./internal/environment.js"
import { headerIssue, isHeaderValue } from "./internal/requestHeaders.js"
import { parseBaseUrl, regionOfUrl } from "./internal/url.js"
import { userAgent as defaultUserAgent } from "./internal/version.js"
import { defaultPolicy, type RetryPolicy } from "./RetryPolicy.js"

/**
 * The complete configuration, with all defaults filled in.
 *
 * @category models
 */
export interface ScalingoConfigService {
  /** The region of calls without `withRegion`. */
  readonly region: string
  /** Whether `apiUrl` and `databaseUrl` belong to a region that is known. If not, one does not follow from the other. */
  readonly isRegionKnown: boolean
  /** The regional API of that region, with `/v1`. `None` stands for the region's own host. */
  readonly apiUrl: Option.Option<string>
  /** The database API of that region, with `/api`. */
  readonly databaseUrl: Option.Option<string>
  readonly authUrl: string
  readonly billingUrl: string
  readonly userAgent: string
  /** Sent with every request. */
  readonly headers: { readonly [name: string]: string }
  /** For one attempt, from its start to the last byte of its response. */
  readonly timeout: Duration.Duration
  readonly rateLimit: { readonly limit: number; readonly window: Duration.Duration }
  readonly retryPolicy: RetryPolicy
  readonly tokens: TokenTimes
  /** Whether a response that does not fit its schema is returned nevertheless, with a warning. */
  readonly lenient: boolean
  /** The largest body of a successful response, in bytes after decompression. */
  readonly maxResponseSize: number
  /** Hosts that may be reached over http. */
  readonly insecureHosts: ReadonlyArray<string>
  /** Hosts outside the domain of the API that may get the bearer when a response names them. */
  readonly trustedHosts: ReadonlyArray<string>
}

/**
 * When bearers are renewed.
 *
 * @category models
 */
export interface TokenTimes {
  /** The lifetime of a bearer without an `exp` claim. */
  readonly life: Duration.Duration
  /** A bearer with less than this left is renewed in the background, and still used meanwhile. */
  readonly refreshAhead: Duration.Duration
  /** A bearer with less than this left is never used. */
  readonly minimumLeft: Duration.Duration
}

/**
 * The configuration as a caller gives it. Every key is optional.
 *
 * @category models
 */
export interface Options {
  /** `SCALINGO_REGION`. The region of calls without `withRegion`. Default `osc-fr1`. */
  readonly region?: string | undefined
  /** `SCALINGO_API_URL`. The regional API of that region. Default `https://api.<region>.scalingo.com`. */
  readonly apiUrl?: string | undefined
  /** `SCALINGO_AUTH_URL`. Default `https://auth.scalingo.com`. */
  readonly authUrl?: string | undefined
  /** `SCALINGO_DB_URL`. The database API of that region. Default `https://db-api.<region>.scalingo.com`. */
  readonly databaseUrl?: string | undefined
  /** `SCALINGO_BILLING_URL`. Default `https://cashmachine.scalingo.com`. */
  readonly billingUrl?: string | undefined
  /** `SCALINGO_USER_AGENT`. Default `effect-scalingo/<version>`. */
  readonly userAgent?: string | undefined
  /** Headers of every request. Default none. */
  readonly headers?: { readonly [name: string]: string } | undefined
  /** `SCALINGO_TIMEOUT`. The timeout of one attempt, from its start to the last byte of its response. Default 30 s. */
  readonly timeout?: DurationInput | undefined
  /** `SCALINGO_RATE_LIMIT`. How many requests may reach the platform in a window. Default 60, the platform's limit. */
  readonly rateLimit?: number | undefined
  /** `SCALINGO_RATE_LIMIT_WINDOW`. The length of the window. Default 60 s. */
  readonly rateLimitWindow?: DurationInput | undefined
  /** Changes to the default retry policy. `SCALINGO_MAX_RETRIES` sets its `maxRetries`. */
  readonly retryPolicy?: Partial<RetryPolicy> | undefined
  /** `SCALINGO_TOKEN_LIFE`. The lifetime of a bearer without an `exp` claim. Default 55 min. */
  readonly tokenLife?: DurationInput | undefined
  /**
   * `SCALINGO_TOKEN_REFRESH_AHEAD`. A bearer with less than this left is renewed in the background, and still used
   * meanwhile. Default 10 min, and never more than a sixth of the bearer's lifetime.
   */
  readonly tokenRefreshAhead?: DurationInput | undefined
  /**
   * `SCALINGO_TOKEN_MINIMUM_LEFT`. A bearer with less than this left is never used. Default 5 min, and never more than
   * a twelfth of the bearer's lifetime.
   */
  readonly tokenMinimumLeft?: DurationInput | undefined
  /**
   * `SCALINGO_LENIENT`. Returns responses that do not fit their schema nevertheless, with a warning and a metric. What
   * fits is decoded, the rest is as it came, and secrets are `Redacted` where the schema has them.
   * For the case that the platform changes before this library does. Default `false`.
   */
  readonly lenient?: boolean | undefined
  /**
   * `SCALINGO_MAX_RESPONSE_SIZE`. The largest body of a successful response, in bytes after decompression. A larger one
   * fails with `DecodeError`. At most 536,870,888, the longest text that JavaScript holds. Downloads have no limit.
   * Default 64 MiB.
   */
  readonly maxResponseSize?: number | undefined
  /**
   * `SCALINGO_INSECURE_HOSTS`, separated by commas. Host names that may be reached over plain http, bearer included: a
   * sandbox in a compose network. This machine (`localhost`, `127.0.0.1`) needs no entry. Default none.
   */
  readonly insecureHosts?: ReadonlyArray<string> | undefined
  /**
   * `SCALINGO_TRUSTED_HOSTS`, separated by commas. Host names outside the domain of the API that may get the bearer when
   * a response names them as the stream of deployments or the terminal of a one-off container. Default none.
   */
  readonly trustedHosts?: ReadonlyArray<string> | undefined
}

/**
 * The configuration of the library.
 *
 * @category tags
 */
export class ScalingoConfig
  extends Context.Tag("@effect-scalingo/core/ScalingoConfig")<ScalingoConfig, ScalingoConfigService>()
{}

const goodUrls: { readonly [key: string]: string } = {
  apiUrl: "https://api.osc-fr1.scalingo.com",
  authUrl: "https://auth.scalingo.com",
  databaseUrl: "https://db-api.osc-fr1.scalingo.com",
  billingUrl: "https://cashmachine.scalingo.com"
}

const makeBaseUrl = (insecureHosts: ReadonlyArray<string>) => {
  const baseUrl = (key: string, text: string, suffix: string): Either.Either<string, ConfigError.ConfigError> =>
    Either.mapLeft(
      parseBaseUrl(text, suffix, insecureHosts),
      (expected) => invalidConfig(key, `${expected}, such as ${goodUrls[key]}`)
    )
  const optionalUrl = (key: string, text: string | undefined, suffix: string) =>
    text === undefined ? Either.right(Option.none<string>()) : Either.map(baseUrl(key, text, suffix), Option.some)
  return { baseUrl, optionalUrl }
}

const duration = (
  key: string,
  input: DurationInput | undefined,
  fallback: DurationInput
): Either.Either<Duration.Duration, ConfigError.ConfigError> =>
  Either.fromOption(
    Option.filter(
      Duration.decodeUnknown(input ?? fallback),
      (value) => Duration.isFinite(value) && Duration.greaterThan(value, Duration.zero)
    ),
    () => invalidConfig(key, expectedDuration)
  )

const defaultRegion = "osc-fr1"
const defaultResponseSize = 64 * 1024 * 1024
/** V8 has no longer texts. */
const maxResponseSize = 536_870_888

const expectedDuration = "a finite duration above zero, such as \"30 seconds\""
const expectedLimit = "an integer of at least 1, such as 60"
const expectedSize =
  `a number of bytes from 1 to ${maxResponseSize}, the longest text that JavaScript holds, such as ${defaultResponseSize}`

/** What was expected of a header, with one that may be set. */
const expectedHeader = (issue: string) =>
  `${issue === "left to the library" ? "a header that the library does not set" : issue}, such as x-team: platform`
const hostName = /^[a-z0-9._:[\]-]+$/i
const regionName = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** The public URL of an API in a region. */
const urlIn = (region: string, key: "apiUrl" | "databaseUrl") =>
  `https://${key === "apiUrl" ? "api" : "db-api"}.${region}.scalingo.com`

const check = (ok: boolean, key: string, expected: string): Either.Either<void, ConfigError.ConfigError> =>
  ok ? Either.void : Either.left(invalidConfig(key, expected))

/**
 * Checks the options and fills in the defaults. A wrong value fails with a `ConfigError` that names its key.
 *
 * @category constructors
 */
export const make = (options: Options = {}): Either.Either<ScalingoConfigService, ConfigError.ConfigError> =>
  Either.gen(function*() {
    const insecureHosts = options.insecureHosts ?? []
    const trustedHosts = options.trustedHosts ?? []
    for (const [key, hosts] of [["insecureHosts", insecureHosts], ["trustedHosts", trustedHosts]] as const) {
      yield* check(hosts.every((host) => hostName.test(host)), key, "host names without a port, such as sandbox")
    }
    const { baseUrl, optionalUrl } = makeBaseUrl(insecureHosts)
    const apiUrl = yield* optionalUrl("apiUrl", options.apiUrl, "/v1")
    const databaseUrl = yield* optionalUrl("databaseUrl", options.databaseUrl, "/api")
    const regionsOfUrls = [apiUrl, databaseUrl].flatMap((url) =>
      Option.toArray(Option.flatMapNullable(url, regionOfUrl))
    )
    const region = options.region ?? regionsOfUrls[0] ?? defaultRegion
    yield* check(regionName.test(region), "region", "the name of a region, such as osc-fr1")
    for (const [key, url] of [["apiUrl", apiUrl], ["databaseUrl", databaseUrl]] as const) {
      const other = Option.flatMapNullable(url, regionOfUrl)
      yield* check(
        Option.isNone(other) || other.value === region,
        key,
        `a URL of the region ${region}, such as ${urlIn(region, key)}`
      )
    }
    const headers = options.headers ?? {}
    for (const [name, value] of Object.entries(headers)) {
      const expected = headerIssue(name, value)
      yield* check(expected === undefined, `headers.${name}`, expectedHeader(expected ?? ""))
    }
    const userAgent = options.userAgent ?? defaultUserAgent
    yield* check(
      userAgent !== "" && isHeaderValue(userAgent),
      "userAgent",
      "text that can stand in a header, such as my-tool/1.0"
    )
    const limit = options.rateLimit ?? 60
    yield* check(Number.isSafeInteger(limit) && limit >= 1, "rateLimit", expectedLimit)
    const responseSize = options.maxResponseSize ?? defaultResponseSize
    yield* check(
      Number.isSafeInteger(responseSize) && responseSize >= 1 && responseSize <= maxResponseSize,
      "maxResponseSize",
      expectedSize
    )
    const retryPolicy = { ...defaultPolicy, ...withoutUndefined(options.retryPolicy ?? {}) }
    yield* check(areRetries(retryPolicy.maxRetries), "retryPolicy.maxRetries", expectedRetries)
    for (const field of delayFields) {
      yield* duration(`retryPolicy.${field}`, retryPolicy[field], defaultPolicy[field])
    }
    const tokens = {
      life: yield* duration("tokenLife", options.tokenLife, "55 minutes"),
      refreshAhead: yield* duration("tokenRefreshAhead", options.tokenRefreshAhead, "10 minutes"),
      minimumLeft: yield* duration("tokenMinimumLeft", options.tokenMinimumLeft, "5 minutes")
    }
    yield* check(
      Duration.lessThanOrEqualTo(tokens.minimumLeft, tokens.refreshAhead),
      "tokenMinimumLeft",
      "at most tokenRefreshAhead, such as \"5 minutes\" with one of \"10 minutes\""
    )
    const window = yield* duration("rateLimitWindow", options.rateLimitWindow, "60 seconds")
    const requestsPerToken = limit * Duration.toMillis(tokens.life) / Duration.toMillis(window)
    yield* check(
      requestsPerToken >= 2,
      "rateLimit",
      "enough for a request beside each renewal of the bearer, such as 60"
    )
    return {
      region,
      isRegionKnown: options.region !== undefined || regionsOfUrls.length > 0 ||
        (Option.isNone(apiUrl) && Option.isNone(databaseUrl)),
      apiUrl,
      databaseUrl,
      authUrl: yield* baseUrl("authUrl", options.authUrl ?? "https://auth.scalingo.com", "/v1"),
      billingUrl: yield* baseUrl("billingUrl", options.billingUrl ?? "https://cashmachine.scalingo.com", ""),
      userAgent,
      headers,
      timeout: yield* duration("timeout", options.timeout, "30 seconds"),
      rateLimit: { limit, window },
      retryPolicy,
      tokens,
      lenient: options.lenient ?? false,
      maxResponseSize: responseSize,
      insecureHosts,
      trustedHosts
    }
  })

/** The variable of each option. */
const variables = {
  region: "SCALINGO_REGION",
  apiUrl: "SCALINGO_API_URL",
  authUrl: "SCALINGO_AUTH_URL",
  databaseUrl: "SCALINGO_DB_URL",
  billingUrl: "SCALINGO_BILLING_URL",
  userAgent: "SCALINGO_USER_AGENT",
  timeout: "SCALINGO_TIMEOUT",
  rateLimit: "SCALINGO_RATE_LIMIT",
  rateLimitWindow: "SCALINGO_RATE_LIMIT_WINDOW",
  "retryPolicy.maxRetries": "SCALINGO_MAX_RETRIES",
  lenient: "SCALINGO_LENIENT",
  maxResponseSize: "SCALINGO_MAX_RESPONSE_SIZE",
  insecureHosts: "SCALINGO_INSECURE_HOSTS",
  trustedHosts: "SCALINGO_TRUSTED_HOSTS",
  tokenLife: "SCALINGO_TOKEN_LIFE",
  tokenRefreshAhead: "SCALINGO_TOKEN_REFRESH_AHEAD",
  tokenMinimumLeft: "SCALINGO_TOKEN_MINIMUM_LEFT"
}

const variableOf = (key: string): string | undefined => new Map<string, string>(Object.entries(variables)).get(key)

const readEnvironment: Effect.Effect<Options, ConfigError.ConfigError> = /* @__PURE__ */ Effect.gen(function*() {
  const read = <A>(key: keyof typeof variables, reader: Environment.Reader<A>) =>
    Environment.optional(variables[key], reader)
  const maxRetries = yield* read("retryPolicy.maxRetries", Environment.integer(expectedRetries))
  return {
    region: yield* read("region", Environment.text),
    apiUrl: yield* read("apiUrl", Environment.text),
    authUrl: yield* read("authUrl", Environment.text),
    databaseUrl: yield* read("databaseUrl", Environment.text),
    billingUrl: yield* read("billingUrl", Environment.text),
    userAgent: yield* read("userAgent", Environment.text),
    timeout: yield* read("timeout", Environment.duration),
    rateLimit: yield* read("rateLimit", Environment.integer(expectedLimit)),
    rateLimitWindow: yield* read("rateLimitWindow", Environment.duration),
    retryPolicy: maxRetries === undefined ? undefined : { maxRetries },
    tokenLife: yield* read("tokenLife", Environment.duration),
    tokenRefreshAhead: yield* read("tokenRefreshAhead", Environment.duration),
    tokenMinimumLeft: yield* read("tokenMinimumLeft", Environment.duration),
    lenient: yield* read("lenient", Environment.boolean),
    maxResponseSize: yield* read("maxResponseSize", Environment.integer(expectedSize)),
    insecureHosts: yield* read("insecureHosts", Environment.names),
    trustedHosts: yield* read("trustedHosts", Environment.names)
  }
})

/**
 * Reads the environment (or any other `ConfigProvider`). `explicit` options override the environment, and the
 * environment overrides the `fallback` (a credentials file).
 *
 * @category constructors
 */
export const fromEnvironment = (
  explicit: Options = {},
  fallback: Options = {}
): Effect.Effect<ScalingoConfigService, ConfigError.ConfigError> =>
  Effect.flatMap(readEnvironment, (environment) => {
    const given = withoutUndefined(explicit)
    const chosen = explicit.region ?? environment.region
    if (explicit.region !== undefined) {
      // A URL from the environment belongs to the region of the environment, unless its host names another one. Using
      // it for the chosen region would write to the wrong apps.
      const urlRegion = environment.region ?? fallback.region ?? defaultRegion
      for (const key of ["apiUrl", "databaseUrl"] as const) {
        const url = environment[key]
        if (url === undefined || explicit[key] !== undefined) continue
        const ofUrl = regionOfUrl(url) ?? urlRegion
        if (ofUrl !== explicit.region) {
          return Effect.fail(
            invalidConfig(
              variables[key],
              `a URL of the region ${explicit.region}, such as ${urlIn(explicit.region, key)}`
            )
          )
        }
      }
    }
    const isRegionInUrl = [explicit, environment].some(({ apiUrl, databaseUrl }) =>
      [apiUrl, databaseUrl].some((url) => url !== undefined && regionOfUrl(url) !== undefined)
    )
    const merged: Options = {
      ...withoutUndefined(fallback),
      // The region of the files does not override the one that a URL names.
      ...(chosen === undefined && isRegionInUrl ? { region: undefined } : {}),
      ...withoutUndefined(environment),
      ...given,
      retryPolicy: {
        ...fallback.retryPolicy,
        ...environment.retryPolicy,
        ...withoutUndefined(explicit.retryPolicy ?? {})
      }
    }
    return Effect.mapError(fromEither(make(merged)), (error) =>
      renameInvalid(error, (key) => key.split(".")[0]! in given ? undefined : variableOf(key)))
  })

/**
 * The configuration from options.
 *
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<ScalingoConfig, ConfigError.ConfigError> =>
  Layer.effect(ScalingoConfig, Effect.suspend(() => fromEither(make(options))))

/**
 * The configuration from the environment, see {@link Options} for the variables. Durations are written as `30s`,
 * `1m30s`, `30 seconds` or `PT30S`; a number alone is in seconds. `explicit` options override it, and
 * `fallback` options fill in.
 *
 * @category layers
 */
export const layerConfig = (
  explicit?: Options,
  fallback?: Options
): Layer.Layer<ScalingoConfig, ConfigError.ConfigError> =>
  Layer.effect(ScalingoConfig, fromEnvironment(explicit, fallback))
