/**
 * The bearer of every call: obtained from an API token, and renewed before it expires.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { fromEither } from "../internal/fromEither.js"
import { struct } from "../internal/lazySchema.js"
import { Secret } from "../schema/ScalingoSchema.js"
import * as ClientMetrics from "./ClientMetrics.js"
import { invalidConfig, missingApiToken, nameOf } from "./internal/configError.js"
import { withName } from "./internal/environment.js"
import { isSendable, issuedToken, trimSecret } from "./internal/issuedToken.js"
import * as Pipeline from "./internal/request.js"
import { orOtpRequired } from "./internal/responseError.js"
import { strict } from "./internal/strict.js"
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

/** Trims a credential, and refuses one that cannot be sent in a header. */
const checkSecret = (
  key: string,
  secret: Redacted.Redacted,
  expected: string
): Either.Either<Redacted.Redacted, ConfigError.ConfigError> => {
  const trimmed = trimSecret(secret)
  return isSendable(trimmed) ? Either.right(trimmed) : Either.left(invalidConfig(key, expected))
}

const expectedApiToken = "an API token such as tk-us-…, in one line and without blanks"

/**
 * Signs in with an API token, which is created in the dashboard. Blanks and line ends around it do no harm. A text that
 * cannot be a token fails with a `ConfigError` when the layer is built.
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
  Layer.scoped(TokenManager, Effect.flatMap(fromEither(checkSecret("apiToken", apiToken, expectedApiToken)), make))
    .pipe(
      Layer.provide(Pipeline.layer)
    )

/** An empty variable counts as unset. */
const readApiToken = (
  apiToken: Config.Config<Redacted.Redacted>
): Effect.Effect<Redacted.Redacted, ConfigError.ConfigError> =>
  Effect.matchEffect(withName(apiToken), {
    onFailure: (error) => Effect.fail(ConfigError.isMissingDataOnly(error) ? missingApiToken(nameOf(error)) : error),
    onSuccess: ({ name = "apiToken", value }) =>
      Redacted.value(value).trim() === ""
        ? Effect.fail(missingApiToken(name))
        : fromEither(checkSecret(name, value, expectedApiToken))
  })

/**
 * Signs in with the API token of `SCALINGO_API_TOKEN`. Blanks and line ends around it do no harm.
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
    Effect.flatMap(readApiToken(apiToken), make)
  ).pipe(Layer.provide(Pipeline.layer))

/**
 * Uses one bearer and never renews it. When it has expired, calls fail with `Unauthorized`.
 *
 * @category layers
 */
export const layerBearer = (bearer: Redacted.Redacted): Layer.Layer<TokenManager, ConfigError.ConfigError> =>
  Layer.effect(
    TokenManager,
    Effect.suspend(() =>
      fromEither(
        Either.map(checkSecret("bearer", bearer, "a bearer (a JWT such as eyJ…), without blanks"), Source.fixed)
      )
    )
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
  /**
   * Deletes the new API token (`DELETE /tokens/:tokenId` on the auth API) when the scope of the layer closes. A failure
   * of that is a warning in the log. Default `false`.
   */
  readonly deleteToken?: boolean | undefined
}

/** The end of a program does not wait longer than this for the deletion of its token. */
const deletionTimeout = "30 seconds"

const deleteToken = (
  id: string,
  manager: TokenManagerService
): Effect.Effect<void, never, Pipeline.RequestPipeline | ScalingoConfig> =>
  Effect.gen(function*() {
    const config = yield* ScalingoConfig
    const { request } = yield* Pipeline.RequestPipeline
    yield* request({ ...signIn(config.authUrl), tokens: manager }, {
      name: "Tokens.delete",
      method: "DELETE",
      path: "/tokens/:tokenId",
      pathParams: { tokenId: id },
      decoder: Decode.empty
    })
  }).pipe(
    Effect.interruptible,
    Effect.timeout(deletionTimeout),
    Effect.catchAllCause((cause) => Effect.logWarning(`Scalingo: the API token ${id} was not deleted`, cause))
  )

/**
 * Signs in with a name and a password: creates an API token (`POST /tokens` on the auth API) when the layer is built,
 * and exchanges it from then on. The new API token stays in the account, unless `deleteToken` is set. An account with two-factor authentication
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
          name: "Tokens.createWithPassword",
          method: "POST",
          path: "/tokens",
          credential: { username: options.login, password: options.password, otp },
          body: { token: { name: options.tokenName ?? "effect-scalingo" } },
          decoder: strict(Decode.root("token", struct(() => ({ id: Schema.String, token: Secret }))))
        }))
      const { otp } = options
      const create = otp === undefined
        ? createToken()
        : Effect.catchTag(createToken(), "OtpRequired", () => Effect.flatMap(otp, createToken))
      if (options.deleteToken !== true) return yield* Effect.flatMap(create, ({ token }) => make(token))
      // Nothing interrupts between the creation and the finalizer, or the token would stay.
      return yield* Effect.uninterruptibleMask((restore) =>
        Effect.gen(function*() {
          const { id, token } = yield* restore(create)
          // The deletion may need a bearer, and a scope that closes starts no exchange any more.
          const ownScope = yield* Scope.make()
          const manager = yield* Scope.extend(make(token), ownScope)
          yield* Effect.addFinalizer((exit) => Effect.zipRight(deleteToken(id, manager), Scope.close(ownScope, exit)))
          return manager
        })
      )
    })
  ).pipe(Layer.provide(Pipeline.layer))
