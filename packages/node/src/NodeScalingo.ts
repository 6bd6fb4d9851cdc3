/**
 * All services on Node, with undici as HTTP client, WebSockets for logs and deployments, and credentials from the
 * environment or the official command line.
 *
 * @since 0.1.0
 */
import type { ConnectClient } from "@effect-scalingo/core/ConnectClient"
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import type * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as Transport from "@effect-scalingo/core/Transport"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Undici from "@effect/platform-node/Undici"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CredentialsFile from "./CredentialsFile.js"
import { proxies, variable } from "./internal/proxies.js"
import { isBun } from "./internal/runtime.js"
import * as UndiciTransport from "./internal/undiciTransport.js"
import * as NodeSockets from "./NodeSockets.js"
import * as OneOff from "./OneOff.js"

const makeDispatcher = Effect.gen(function*() {
  const { http, https, noProxy } = yield* proxies
  if (Option.isNone(http) && Option.isNone(https)) return new Undici.Agent()
  const text = Option.match({ onNone: () => "", onSome: (url: URL) => url.href })
  return new Undici.EnvHttpProxyAgent({ httpProxy: text(http), httpsProxy: text(https), noProxy })
})

/**
 * The HTTP client for Node: undici with connections that are kept open, and a transport of its own for the requests of
 * this library. On Bun it is `fetch`. The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are used when one is set.
 *
 * @category layers
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = isBun
  ? FetchHttpClient.layer
  : Layer.scoped(
    HttpClient.HttpClient,
    Effect.acquireRelease(
      makeDispatcher,
      (dispatcher) => Effect.promise(() => dispatcher.destroy())
    ).pipe(
      Effect.map((dispatcher) =>
        Transport.attach(NodeHttpClient.makeUndici(dispatcher), UndiciTransport.make(dispatcher))
      )
    )
  )

/**
 * The services that the layers of this module provide.
 *
 * @category models
 */
export type Services = Scalingo.Services | ConnectClient | OneOff.OneOff

/** The services of an account, those of Node on top, with the HTTP client and the sockets below. */
const onNode = <E>(
  scalingo: Layer.Layer<Scalingo.Services, E, HttpClient.HttpClient>
): Layer.Layer<Services, E | ConfigError.ConfigError> =>
  // `fresh`: a second account must not get the one-offs of the first one. `suspend`: the layer of one account, used in
  // several places, is still built once, which `fresh` alone is not.
  Layer.suspend(() => Layer.fresh(Layer.provideMerge(OneOff.layer, scalingo))).pipe(
    Layer.provideMerge(NodeSockets.layerConnectClient),
    Layer.provide(Layer.merge(layerHttpClient, NodeSockets.layerWebSocketConstructor))
  )

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
): Layer.Layer<Services, ConfigError.ConfigError> => onNode(Scalingo.layer(options))

/**
 * The options that override the environment and the files.
 *
 * @category models
 */
export interface ConfigOptions extends ScalingoConfig.Options {
  /** The folder of the command line's files. `false` ignores the files. Default `~/.config/scalingo`. */
  readonly credentialsFile?: string | false | undefined
}

const hostOf = (url: string): string => URL.canParse(url) ? new URL(url).hostname : url

/**
 * All services, configured by the environment: `SCALINGO_API_TOKEN`, `SCALINGO_REGION` and the other variables that
 * `ScalingoConfig` lists. A token or region that is not set comes from the files of the official command line.
 * `options` override both.
 *
 * @category layers
 */
export const layerConfigWith = (
  options: ConfigOptions = {}
): Layer.Layer<Services, ConfigError.ConfigError> =>
  Layer.unwrapEffect(
    Effect.gen(function*() {
      const { credentialsFile, ...explicit } = options
      const authUrl = yield* variable("SCALINGO_AUTH_URL")
      const files = {
        directory: credentialsFile === false ? undefined : credentialsFile,
        authHost: hostOf(explicit.authUrl ?? Option.getOrElse(authUrl, () => "https://auth.scalingo.com"))
      }
      // A file is read only when its value is not set elsewhere: it may be invalid or unreadable.
      const isTokenSet = Option.isSome(yield* variable("SCALINGO_API_TOKEN"))
      const storedToken = isTokenSet || credentialsFile === false
        ? Option.none()
        : yield* CredentialsFile.apiToken(files)
      const environmentRegion = yield* variable("SCALINGO_REGION")
      const chosen = Option.orElse(Option.fromNullable(explicit.region), () => environmentRegion)
      const region = Option.isSome(chosen) || credentialsFile === false ? chosen : yield* CredentialsFile.region(files)
      return onNode(Scalingo.layerConfig({
        // Without a stored token, it is the variable's, or the error that there is none.
        apiToken: Option.getOrUndefined(Option.map(storedToken, Config.succeed)),
        options: explicit,
        fallback: { region: Option.getOrUndefined(region) }
      }))
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
export const layerConfig: Layer.Layer<Services, ConfigError.ConfigError> = layerConfigWith()
