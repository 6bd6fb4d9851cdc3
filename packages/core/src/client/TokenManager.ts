/**
 * The bearer of every call: obtained from an API token, and renewed before it expires.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { Secret } from "../schema/ScalingoSchema.js"
import * as ClientMetrics from "./ClientMetrics.js"
import { invalidConfig } from "./internal/configError.js"
import { isSendable, issuedToken } from "./internal/issuedToken.js"
import * as Pipeline from "./internal/request.js"
import { orOtpRequired } from "./internal/responseError.js"
import * as Source from "./internal/tokenSource.js"
import type { RateLimiter } from "./RateLimiter.js"
import * as Decode from "./ResponseDecoder.js"
import type { RetryBudget } from "./RetryPolicy.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import type { OtpRequired, ScalingoError } from "./ScalingoError.js"

/**
 * The methods of {@link TokenManager}.
 *
 * @category models
 */
export interface TokenManagerService {
  /**
   * A bearer that is valid for some minutes at least. Waits for an exchange (`POST /tokens/exchange` on the auth API)
   * when there is none. There is one exchange at a time, however many fibers wait. After a failed exchange the next
   * caller starts another one.
   */
  readonly get: Effect.Effect<Redacted.Redacted, ScalingoError>
  /**
   * The bearer at hand, without waiting; `None` when an exchange is needed first. An implementation must return `Some`
   * right after `get` has succeeded.
   */
  readonly current: Effect.Effect<Option.Option<Redacted.Redacted>>
  /**
   * Reports a bearer that the platform has refused. Returns `true` when a retry makes sense, since `get` then returns
   * another one. The refused bearer stays in use until there is another one, and repeated reports start ever fewer
   * exchanges: a 401 may also say that the account has no access to a resource.
   */
  readonly reject: (bearer: Redacted.Redacted) => Effect.Effect<boolean>
}

/**
 * The bearer that all calls of a layer share.
 *
 * @category tags
 */
export class TokenManager
  extends Context.Tag("@effect-scalingo/core/TokenManager")<TokenManager, TokenManagerService>()
{}

const bearer = Decode.root("token", Secret)

/** An exchange counts against the rate limit, but goes before all ordinary calls. */
const signIn = (authUrl: string): Pipeline.Target => ({
  base: Effect.succeed({ url: authUrl, region: null }),
  tokens: undefined,
  priority: "urgent"
})

/** Exchanges an API token for bearers of an hour. */
const make = (
  apiToken: Redacted.Redacted
): Effect.Effect<TokenManagerService, never, Pipeline.RequestPipeline | ScalingoConfig | Scope.Scope> =>
  Effect.gen(function*() {
    const config = yield* ScalingoConfig
    const { request } = yield* Pipeline.RequestPipeline
    const obtain = request(signIn(config.authUrl), {
      name: "Tokens.exchange",
      method: "POST",
      path: "/tokens/exchange",
      credential: { username: "", password: apiToken },
      idempotent: true,
      decoder: issuedToken(bearer, config.tokens.life)
    })
    return yield* Source.make({
      obtain: Effect.zipLeft(obtain, Metric.increment(ClientMetrics.tokenExchanges)),
      refreshAhead: config.tokens.refreshAhead,
      minimumLeft: config.tokens.minimumLeft
    })
  })

/** Refuses a credential that cannot be sent in a header. */
const checkSecret = (
  key: string,
  secret: Redacted.Redacted,
  expected: string
): Effect.Effect<Redacted.Redacted, ConfigError.ConfigError> =>
  isSendable(secret)
    ? Effect.succeed(secret)
    : Effect.fail(invalidConfig(key, expected))

const expectedApiToken = "an API token such as tk-us-…, without blanks"

/**
 * Signs in with an API token, which is created in the dashboard. A text that cannot be one fails with a `ConfigError`
 * when the layer is built.
 *
 * @category layers
 */
export const layer = (
  apiToken: Redacted.Redacted
): Layer.Layer<
  TokenManager,
  ConfigError.ConfigError,
  HttpClient.HttpClient | ScalingoConfig | RateLimiter | RetryBudget
> =>
  Layer.scoped(TokenManager, Effect.flatMap(checkSecret("apiToken", apiToken, expectedApiToken), make)).pipe(
    Layer.provide(Pipeline.layer)
  )

/**
 * Signs in with the API token of `SCALINGO_API_TOKEN`.
 *
 * @category layers
 */
export const layerConfig = (
  apiToken: Config.Config<Redacted.Redacted> = Config.redacted("SCALINGO_API_TOKEN")
): Layer.Layer<
  TokenManager,
  ConfigError.ConfigError,
  HttpClient.HttpClient | ScalingoConfig | RateLimiter | RetryBudget
> =>
  Layer.scoped(
    TokenManager,
    Effect.flatMap(
      apiToken,
      (token) => Effect.flatMap(checkSecret("SCALINGO_API_TOKEN", token, expectedApiToken), make)
    )
  ).pipe(Layer.provide(Pipeline.layer))

/**
 * Uses one bearer and never renews it. When it has expired, calls fail with `Unauthorized`.
 *
 * @category layers
 */
export const layerBearer = (bearer: Redacted.Redacted): Layer.Layer<TokenManager, ConfigError.ConfigError> =>
  Layer.effect(
    TokenManager,
    Effect.map(checkSecret("bearer", bearer, "a bearer (a JWT), without blanks"), Source.fixed)
  )

/**
 * How to sign in with a password.
 *
 * @category models
 */
export interface Login<E = never> {
  /** The user's name or e-mail address. */
  readonly login: string
  readonly password: Redacted.Redacted
  /** Runs only when the account has two-factor authentication. */
  readonly otp?: Effect.Effect<Redacted.Redacted, E> | undefined
  /** The name of the new API token. Default `effect-scalingo`. */
  readonly tokenName?: string | undefined
}

/**
 * Signs in with a name and a password: creates an API token (`POST /tokens` on the auth API) when the layer is built,
 * and exchanges it from then on. The new API token stays in the account. An account with two-factor authentication
 * fails with `OtpRequired` unless `otp` is given.
 *
 * @category layers
 */
export const layerLogin = <E = never>(
  options: Login<E>
): Layer.Layer<
  TokenManager,
  ScalingoError | OtpRequired | E,
  HttpClient.HttpClient | ScalingoConfig | RateLimiter | RetryBudget
> =>
  Layer.scoped(
    TokenManager,
    Effect.gen(function*() {
      const config = yield* ScalingoConfig
      const { request } = yield* Pipeline.RequestPipeline
      const createToken = (otp?: Redacted.Redacted) =>
        orOtpRequired(request(signIn(config.authUrl), {
          name: "Tokens.create",
          method: "POST",
          path: "/tokens",
          credential: { username: options.login, password: options.password, otp },
          body: { token: { name: options.tokenName ?? "effect-scalingo" } },
          decoder: Decode.root("token", Schema.Struct({ token: Secret }))
        }))
      const { otp } = options
      const created = yield* otp === undefined
        ? createToken()
        : Effect.catchTag(createToken(), "OtpRequired", () => Effect.flatMap(otp, createToken))
      return yield* make(created.token)
    })
  ).pipe(Layer.provide(Pipeline.layer))
