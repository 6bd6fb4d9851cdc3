/**
 * The bearer of every call: obtained from an API token, kept fresh, renewed ahead of its end.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { lifeOf } from "../internal/jwt.js"
import { Secret } from "../schema/ScalingoSchema.js"
import type { AnswerDecoder } from "./ApiRequest.js"
import * as ClientMetrics from "./ClientMetrics.js"
import * as Request from "./internal/request.js"
import * as Answer from "./internal/response.js"
import { orOtpRequired } from "./internal/responseError.js"
import * as Source from "./internal/tokenSource.js"
import { Quota } from "./RateLimiter.js"
import { RetryBudget } from "./RetryPolicy.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import type { OtpRequired, ScalingoError } from "./ScalingoError.js"

/**
 * The methods of {@link TokenManager}.
 *
 * @category models
 */
export interface Service {
  /**
   * A bearer that is good for some minutes at least. Waits for an exchange (`POST /tokens/exchange` on the auth API)
   * when there is none; however many fibers ask, there is one exchange at a time. A failed exchange is tried again
   * by the next caller.
   */
  readonly get: Effect.Effect<Redacted.Redacted, ScalingoError>
  /**
   * The bearer at hand, without waiting; `None` when an exchange is needed first. Right after `get` has succeeded it is
   * `Some`: an implementation of one's own must hold to that.
   */
  readonly current: Effect.Effect<Option.Option<Redacted.Redacted>>
  /**
   * Says that the platform has refused a bearer. `true` when another try makes sense: `get` gives a new one then.
   */
  readonly reject: (bearer: Redacted.Redacted) => Effect.Effect<boolean>
}

/**
 * Who the calls of a layer are made by.
 *
 * @category tags
 */
export class TokenManager extends Context.Tag("@effect-scalingo/core/TokenManager")<TokenManager, Service>() {}

const requester = Effect.gen(function*() {
  return Request.make({
    client: yield* HttpClient.HttpClient,
    config: yield* ScalingoConfig,
    quota: yield* Quota,
    budget: yield* RetryBudget
  })
})

/** The bearer of an answer, and how long it lives. */
const issued = (decoder: AnswerDecoder<Redacted.Redacted>, fallbackLife: Duration.Duration) =>
  Answer.withAnswer(decoder, (token, answer) => {
    const life = lifeOf(Redacted.value(token), answer.headers["date"])
    return Either.right({ token, life: Option.getOrElse(life, () => fallbackLife) })
  })

const bearer = Answer.root("token", Secret)

/** An exchange counts against the quota, but goes before all ordinary calls. */
const signIn = (authUrl: string): Request.Target => ({
  base: Effect.succeed({ url: authUrl, region: null }),
  tokens: undefined,
  priority: "urgent"
})

/**
 * Exchanges an API token for bearers of an hour.
 *
 * @category constructors
 */
export const make = (
  apiToken: Redacted.Redacted
): Effect.Effect<
  Service,
  never,
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget | Scope.Scope
> =>
  Effect.gen(function*() {
    const config = yield* ScalingoConfig
    const request = yield* requester
    const obtain = request(signIn(config.authUrl), {
      name: "Tokens.exchange",
      method: "POST",
      path: "/tokens/exchange",
      credential: { username: "", password: apiToken },
      repeatability: "repeatable",
      decoder: issued(bearer, config.tokens.life)
    })
    return yield* Source.make({
      obtain: Effect.zipLeft(obtain, Metric.increment(ClientMetrics.tokenExchanges)),
      refreshAhead: config.tokens.refreshAhead,
      minimumLeft: config.tokens.minimumLeft
    })
  })

/** What a credential must look like to be sent in a header at all. */
const checkSecret = (
  key: string,
  secret: Redacted.Redacted,
  expected: string
): Effect.Effect<Redacted.Redacted, ConfigError.ConfigError> =>
  /^[\x21-\x7e]+$/.test(Redacted.value(secret))
    ? Effect.succeed(secret)
    : Effect.fail(ConfigError.InvalidData([key], `Expected ${expected}`))

const apiTokenForm = "an API token such as tk-us-…, without blanks"

/**
 * Signs in with an API token, which every account makes in its dashboard. A text that cannot be one fails with a
 * `ConfigError` when the layer is built.
 *
 * @category layers
 */
export const layer = (
  apiToken: Redacted.Redacted
): Layer.Layer<
  TokenManager,
  ConfigError.ConfigError,
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget
> => Layer.scoped(TokenManager, Effect.flatMap(checkSecret("apiToken", apiToken, apiTokenForm), make))

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
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget
> =>
  Layer.scoped(
    TokenManager,
    Effect.flatMap(apiToken, (token) => Effect.flatMap(checkSecret("SCALINGO_API_TOKEN", token, apiTokenForm), make))
  )

/**
 * Uses one bearer as it is, for as long as it lives: nothing is exchanged and nothing renewed, and when its hour is
 * over the calls fail with `Unauthorized`.
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
  /** Asked for only when the account has two-factor authentication. */
  readonly otp?: Effect.Effect<Redacted.Redacted, E> | undefined
  /** The name of the API token that is made for this. Default `effect-scalingo`. */
  readonly tokenName?: string | undefined
}

/**
 * Signs in with a name and a password: makes an API token (`POST /tokens` on the auth API) when the layer is built,
 * and exchanges that one from then on. The new API token stays in the account. An account with two-factor
 * authentication fails with `OtpRequired` unless `otp` is given.
 *
 * @category layers
 */
export const layerLogin = <E = never>(
  options: Login<E>
): Layer.Layer<
  TokenManager,
  ScalingoError | OtpRequired | E,
  HttpClient.HttpClient | ScalingoConfig | Quota | RetryBudget
> =>
  Layer.scoped(
    TokenManager,
    Effect.gen(function*() {
      const config = yield* ScalingoConfig
      const request = yield* requester
      const createToken = (otp?: Redacted.Redacted) =>
        orOtpRequired(request(signIn(config.authUrl), {
          name: "Tokens.create",
          method: "POST",
          path: "/tokens",
          credential: { username: options.login, password: options.password, otp },
          body: { token: { name: options.tokenName ?? "effect-scalingo" } },
          decoder: Answer.root("token", Schema.Struct({ token: Secret }))
        }))
      const { otp } = options
      const created = yield* otp === undefined
        ? createToken()
        : Effect.catchTag(createToken(), "OtpRequired", () => Effect.flatMap(otp, createToken))
      return yield* make(created.token)
    })
  )
