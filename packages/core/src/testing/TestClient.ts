/**
 * Every service of the library on a sandbox, signed in: one layer for a test.
 *
 * ```ts
 * import { Apps } from "@effect-scalingo/core/Scalingo"
 * import { layerClient, Sandbox } from "@effect-scalingo/core/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const apps = yield* Apps
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* apps.scale("my-app", [{ name: "web", amount: 2 }])
 *   yield* Effect.log(yield* sandbox.app("my-app"))
 * })
 *
 * program.pipe(Effect.provide(layerClient({ apps: [{ name: "my-app" }] })))
 * ```
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Socket from "@effect/platform/Socket"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { ConnectClient, ConnectError } from "../client/ConnectClient.js"
import type * as ScalingoConfig from "../client/ScalingoConfig.js"
import * as Scalingo from "../Scalingo.js"
import * as Sandbox from "./Sandbox.js"
import type { Seed } from "./Seed.js"

/**
 * How a client signs in, and its options.
 *
 * @category models
 */
export interface SignInOptions {
  /** The username of a seeded account. Default: the first account. */
  readonly as?: string | undefined
  /** The options of the client, for example `{ rateLimit: 600 }`. A wrong value is a defect. */
  readonly client?: ScalingoConfig.Options | undefined
}

/**
 * The options of the sandbox and of the client.
 *
 * @category models
 */
export interface Options extends Sandbox.Options, SignInOptions {}

/** Raw connections to the sandbox in memory. */
const layerConnectClient: Layer.Layer<ConnectClient, never, Sandbox.Sandbox> = Layer.effect(
  ConnectClient,
  Effect.map(Sandbox.Sandbox, (sandbox) =>
    ConnectClient.of({
      connect: (request) => {
        const fail = ({ cause, reason }: Sandbox.ConnectionError) =>
          new ConnectError({ reason, host: request.url.host, cause })
        return Effect.mapBoth(sandbox.connect(request), {
          onFailure: fail,
          onSuccess: ({ incoming, send, status }) => ({
            status,
            incoming: Stream.mapError(incoming, fail),
            send: (bytes: Uint8Array) => Effect.mapError(send(bytes), fail)
          })
        })
      }
    }))
)

/**
 * Every service, signed in to the sandbox that is already there: for example a second account in addition to the one
 * of {@link layer}. WebSockets come from the context, as the HttpClient does.
 *
 * @category layers
 */
export const layerSignedIn = (
  options: SignInOptions = {}
): Layer.Layer<Scalingo.Services | ConnectClient, never, Sandbox.Sandbox | HttpClient.HttpClient> =>
  Layer.provideMerge(
    Layer.unwrapEffect(
      Effect.map(Sandbox.Sandbox, (sandbox) =>
        Layer.orDie(Scalingo.layer({
          ...options.client,
          apiToken: options.as === undefined ? sandbox.token : sandbox.tokenOf(options.as)
        })))
    ),
    layerConnectClient
  )

/**
 * Every service, signed in to a sandbox of its own, and that sandbox. The testing barrel exports it as `layerClient`.
 * The region of the client is the first one of the seed.
 *
 * @category layers
 */
export const layer = (
  seed?: Seed,
  { as, client, ...options }: Options = {}
): Layer.Layer<
  Scalingo.Services | ConnectClient | Sandbox.Sandbox | HttpClient.HttpClient | Socket.WebSocketConstructor
> =>
  Layer.provideMerge(
    layerSignedIn({ as, client: { region: seed?.regions?.[0], ...client } }),
    Sandbox.layer(seed, options)
  )
