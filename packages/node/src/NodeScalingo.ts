/**
 * All services on Node, with undici as HTTP client and credentials from the environment or the official command line.
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
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as CredentialsFile from "./CredentialsFile.js"
import { missingToken } from "./internal/configError.js"

/**
 * The HTTP client for Node: undici with keep-alive connections.
 *
 * @category layers
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndici

/**
 * All services, signed in with the given API token.
 *
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
 * The options that override the environment and the files.
 *
 * @category models
 */
export interface ConfigOptions extends ScalingoConfig.Options {
  /** The folder of the command line's files. `false` ignores the files. Default `~/.config/scalingo`. */
  readonly credentialsFile?: string | false | undefined
}

/** An empty variable counts as unset. */
const variable = (name: string) =>
  Effect.map(Config.option(Config.string(name)), Option.filter((text) => text.trim() !== ""))

const hostOf = (url: string): string => URL.canParse(url) ? new URL(url).host : url

/**
 * All services, configured by the environment: `SCALINGO_API_TOKEN`, `SCALINGO_REGION` and the other variables that
 * `ScalingoConfig` lists. A token or region that is not set comes from the files of the official command line.
 * `options` override both.
 *
 * @category layers
 */
export const layerConfigWith = (
  options: ConfigOptions = {}
): Layer.Layer<Scalingo.Services, ConfigError.ConfigError> =>
  Layer.unwrapEffect(
    Effect.gen(function*() {
      const { credentialsFile, ...explicit } = options
      const authUrl = yield* variable("SCALINGO_AUTH_URL")
      const files = {
        directory: credentialsFile === false ? undefined : credentialsFile,
        authHost: hostOf(explicit.authUrl ?? Option.getOrElse(authUrl, () => "https://auth.scalingo.com"))
      }
      /** Reads a file only when its value is not set elsewhere: the file may be invalid or unreadable. */
      const orStored = <A, E, R>(
        given: Option.Option<A>,
        stored: Effect.Effect<Option.Option<A>, E, R>
      ): Effect.Effect<Option.Option<A>, E, R> =>
        Option.isSome(given) || credentialsFile === false ? Effect.succeed(given) : stored

      const given = Option.map(yield* variable("SCALINGO_API_TOKEN"), (token) => Redacted.make(token))
      const apiToken = yield* orStored(given, CredentialsFile.apiToken(files))
      if (Option.isNone(apiToken)) return yield* Effect.fail(missingToken)
      const environmentRegion = yield* variable("SCALINGO_REGION")
      const chosen = Option.orElse(Option.fromNullable(explicit.region), () => environmentRegion)
      const region = yield* orStored(chosen, CredentialsFile.region(files))
      return Layer.provide(
        Scalingo.layerConfig({
          apiToken: Config.succeed(apiToken.value),
          options: explicit,
          fallback: { region: Option.getOrUndefined(region) }
        }),
        layerHttpClient
      )
    }).pipe(Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer)))
  )

/**
 * {@link layerConfigWith} without options.
 *
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
