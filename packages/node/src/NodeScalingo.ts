/**
 * All of Scalingo on Node: every service over undici, signed in by an API token, by the environment or by the official
 * command line's own files.
 *
 * @since 0.1.0
 */
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import type * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodePath from "@effect/platform-node/NodePath"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CredentialsFile from "./CredentialsFile.js"

/**
 * The HTTP client for Node: undici with connections that are kept open.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndici

/**
 * Every service, signed in with the API token that is given.
 *
 * @since 0.1.0
 * @category layers
 * @example
 * ```ts
 * import { NodeScalingo } from "@effect-scalingo/node"
 * import { Redacted } from "effect"
 *
 * const Live = NodeScalingo.layer({ apiToken: Redacted.make("tk-us-…"), region: "osc-secnum-fr1" })
 * ```
 */
export const layer = (
  options: Scalingo.LayerOptions
): Layer.Layer<Scalingo.Services, ConfigError.ConfigError> => Layer.provide(Scalingo.layer(options), layerHttpClient)

/**
 * What wins over the environment and the files.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfigOptions extends ScalingoConfig.Options {
  /** The folder of the command line's files, `~/.config/scalingo` by default; `false` leaves them alone. */
  readonly credentialsFile?: string | false | undefined
}

const hostOf = (url: string): string => URL.canParse(url) ? new URL(url).host : url

const missing = ConfigError.MissingData(
  ["SCALINGO_API_TOKEN"],
  "There is no API token: set SCALINGO_API_TOKEN (create one in the dashboard, under your profile's API tokens), or sign in with `scalingo login`"
)

/**
 * Every service, configured from outside: `SCALINGO_API_TOKEN`, `SCALINGO_REGION` and the other variables that
 * `ScalingoConfig` names; what they leave open comes from the files of the official command line. `options` win over
 * both.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfigWith = (
  options: ConfigOptions = {}
): Layer.Layer<Scalingo.Services, ConfigError.ConfigError> =>
  Layer.unwrapEffect(
    Effect.gen(function*() {
      const { credentialsFile, ...explicit } = options
      const fromEnvironment = yield* Config.option(Config.nonEmptyString("SCALINGO_AUTH_URL"))
      const authUrl = explicit.authUrl ?? Option.getOrElse(fromEnvironment, () => "https://auth.scalingo.com")
      const stored = credentialsFile === false
        ? { apiToken: Option.none(), region: Option.none() }
        : yield* CredentialsFile.read({ directory: credentialsFile, authHost: hostOf(authUrl) })
      const apiToken = yield* Config.option(Config.redacted(Config.nonEmptyString("SCALINGO_API_TOKEN"))).pipe(
        Effect.map(Option.orElse(() => stored.apiToken)),
        Effect.flatMap(Option.match({ onNone: () => Effect.fail(missing), onSome: Effect.succeed }))
      )
      return Layer.provide(
        Scalingo.layerConfig({
          apiToken: Config.succeed(apiToken),
          options: explicit,
          fallback: { region: Option.getOrUndefined(stored.region) }
        }),
        layerHttpClient
      )
    }).pipe(Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer)))
  )

/**
 * {@link layerConfigWith} without options.
 *
 * @since 0.1.0
 * @category layers
 * @example
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Apps"
 * import { NodeScalingo } from "@effect-scalingo/node"
 * import { NodeRuntime } from "@effect/platform-node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const apps = yield* Apps
 *   yield* Effect.log(yield* apps.list)
 * })
 *
 * program.pipe(Effect.provide(NodeScalingo.layerConfig), NodeRuntime.runMain)
 * ```
 */
export const layerConfig: Layer.Layer<Scalingo.Services, ConfigError.ConfigError> = layerConfigWith()
