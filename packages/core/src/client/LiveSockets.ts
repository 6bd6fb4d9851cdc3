/**
 * The WebSockets of live logs and deployments.
 *
 * A runtime without a global `WebSocket` (Node 20) needs the `Socket.WebSocketConstructor` of `@effect/platform` beneath
 * the layer; `NodeScalingo` provides one. Without any, deployments are polled, and logs come as Server-Sent Events.
 *
 * @since 0.2.0
 */
import * as Socket from "@effect/platform/Socket"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { type LiveSocket, openSocket, type SocketOptions } from "./internal/liveSocket.js"
import { isSecureUrl } from "./internal/url.js"
import { RegionDirectory } from "./RegionDirectory.js"
import { ScalingoConfig } from "./ScalingoConfig.js"
import { InvalidRequest, type ScalingoError } from "./ScalingoError.js"
import { TokenManager } from "./TokenManager.js"
import * as TrustedHosts from "./TrustedHosts.js"

export type { LiveSocket, SocketEnd, SocketOptions } from "./internal/liveSocket.js"

/**
 * A socket whose first frame had a bearer.
 *
 * @category models
 */
export interface SignedInSocket<A> extends LiveSocket<A> {
  /** Reports that bearer as refused: the server has closed the socket right after the first frame. */
  readonly rejectBearer: Effect.Effect<void>
}

/**
 * The methods of {@link LiveSockets}.
 *
 * @category models
 */
export interface LiveSocketsService {
  /** Whether the runtime has WebSockets. Without them, `open` and `openSignedIn` fail with `InvalidRequest`. */
  readonly isAvailable: boolean
  /**
   * Opens a socket to a pre-signed URL. `https:` stands for `wss:`. Fails with `InvalidRequest` when the URL is not
   * encrypted and not on this machine. Connecting goes on in the background: `LiveSocket.opened` waits for it.
   */
  readonly open: <A>(
    name: string,
    url: Redacted.Redacted,
    options: SocketOptions<A>
  ) => Effect.Effect<LiveSocket<A>, ScalingoError, Scope.Scope>
  /**
   * Opens a socket to a URL that a response names, and sends a first frame with the current bearer. The bearer only goes
   * to the hosts of `TrustedHosts`, else the effect fails with `InvalidRequest` and nothing is sent.
   */
  readonly openSignedIn: <A>(
    name: string,
    url: string,
    firstFrame: (bearer: string) => string,
    options: SocketOptions<A>
  ) => Effect.Effect<SignedInSocket<A>, ScalingoError, Scope.Scope>
}

/**
 * Opens the WebSockets of live logs and deployments.
 *
 * @category tags
 */
export class LiveSockets extends Context.Tag("@effect-scalingo/core/LiveSockets")<LiveSockets, LiveSocketsService>() {}

const globalConstructor: Option.Option<typeof Socket.WebSocketConstructor.Service> =
  typeof globalThis.WebSocket === "function"
    ? Option.some((url, protocols) => new globalThis.WebSocket(url, protocols))
    : Option.none()

export const make: Effect.Effect<LiveSocketsService, never, RegionDirectory | ScalingoConfig | TokenManager> = Effect
  .gen(function*() {
    const config = yield* ScalingoConfig
    const tokens = yield* TokenManager
    const directory = yield* RegionDirectory
    const provided = yield* Effect.serviceOption(Socket.WebSocketConstructor)
    const constructor = Option.orElse(provided, () => globalConstructor)
    const invalid = (endpoint: string, field: string, expected: string) =>
      new InvalidRequest({ endpoint, field, expected })

    const connect = <A>(
      name: string,
      url: URL,
      firstFrame: Option.Option<Redacted.Redacted>,
      options: SocketOptions<A>
    ): Effect.Effect<LiveSocket<A>, ScalingoError, Scope.Scope> =>
      Option.match(constructor, {
        onNone: () => Effect.fail(invalid(name, "WebSocketConstructor", "one in the context of the layer")),
        onSome: (make) => {
          const target = new URL(url)
          target.protocol = url.protocol.replace(/^http/, "ws")
          return openSocket(make, name, target, firstFrame, options)
        }
      })

    return LiveSockets.of({
      isAvailable: Option.isSome(constructor),
      open: (name, url, options) =>
        Effect.suspend(() => {
          const text = Redacted.value(url)
          return URL.canParse(text) && isSecureUrl(new URL(text), config.insecureHosts)
            ? connect(name, new URL(text), Option.none(), options)
            : Effect.fail(invalid(name, "url", "an https URL"))
        }),
      openSignedIn: (name, url, firstFrame, options) =>
        Effect.gen(function*() {
          const target = yield* TrustedHosts.check(name, url).pipe(
            Effect.provideService(RegionDirectory, directory),
            Effect.provideService(ScalingoConfig, config)
          )
          const bearer = yield* tokens.get
          const frame = Redacted.make(firstFrame(Redacted.value(bearer)))
          const live = yield* connect(name, target, Option.some(frame), options)
          return { ...live, rejectBearer: Effect.asVoid(tokens.reject(bearer)) }
        })
    })
  })

export const layer: Layer.Layer<LiveSockets, never, RegionDirectory | ScalingoConfig | TokenManager> = Layer.effect(
  LiveSockets,
  make
)
