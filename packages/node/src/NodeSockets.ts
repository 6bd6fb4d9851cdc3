/**
 * WebSockets and raw connections on Node. `NodeScalingo` has them already: logs and deployments are followed over
 * WebSockets, and one-off containers are attached to over raw connections.
 *
 * Both take the proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in capitals and in small letters, as requests do.
 * A proxy may be http or https, with a user and a password in its URL.
 *
 * @since 0.2.0
 */
import { ConnectClient, type ConnectClientService, ConnectError } from "@effect-scalingo/core/ConnectClient"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Socket from "@effect/platform/Socket"
import * as Cause from "effect/Cause"
import type * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Duplex } from "node:stream"
import { WebSocket } from "ws"
import { authorityOf, dial, DialError, requestConnect } from "./internal/dial.js"
import { type Proxies, proxies, proxyFor } from "./internal/proxies.js"
import { isBun } from "./internal/runtime.js"

/** Opens a WebSocket. The connection is ours, so that it takes the proxies and is gone when the socket is closed. */
const openWebSocket = (proxies: Proxies, url: string, protocols: string | Array<string> | undefined) => {
  const connections = new Set<Duplex>()
  let cancel: () => void = () => {}
  const socket = new WebSocket(url, protocols, {
    // A peer that is gone would hold socket and process for 30 seconds.
    closeTimeout: 1000,
    perMessageDeflate: false,
    createConnection: (_, callback) => {
      const parsed = new URL(url)
      cancel = Effect.runCallback(
        dial(parsed, proxyFor(proxies, parsed), (connection) => connections.add(connection)),
        {
          onExit: Exit.match({
            onFailure: (cause) => {
              const error = Cause.squash(cause)
              const words = error instanceof Error ? error.message : "interrupted"
              callback(
                new DialError({ message: `No connection to ${authorityOf(parsed)}: ${words}`, code: undefined })
              )
            },
            onSuccess: (connection) => callback(null, connection)
          })
        }
      )
    }
  })
  socket.on("error", () => {})
  socket.on("close", () => {
    cancel()
    for (const connection of connections) connection.destroy()
  })
  return socket
}

/**
 * The WebSockets of `ws`, also on the versions of Node that have their own: those hold the process for long when the
 * server does not respond any more. On Bun it is the global one, which does not read these proxies.
 *
 * @category layers
 */
export const layerWebSocketConstructor: Layer.Layer<Socket.WebSocketConstructor, ConfigError.ConfigError> = isBun
  ? Socket.layerWebSocketConstructorGlobal
  : Layer.effect(
    Socket.WebSocketConstructor,
    Effect.map(proxies, (proxies) => (url, protocols) => openWebSocket(proxies, url, protocols))
  )

/** A connection has closed without its end and without an error. */
class ClosedEarly extends Data.TaggedError("ClosedEarly")<{}> {
  override get message(): string {
    return "closed before its end"
  }
}

/** How long a server may take to respond to a `CONNECT`. */
const responseTimeout = "60 seconds"

const makeConnectClient = (proxies: Proxies): ConnectClientService => ({
  connect: ({ headers, url }) =>
    Effect.gen(function*() {
      const host = authorityOf(url)
      const notOpened = (cause: unknown) => new ConnectError({ reason: "NotOpened", host, cause })
      const lost = (cause: unknown) => new ConnectError({ reason: "Lost", host, cause })

      const connections = new Set<Duplex>()
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          for (const connection of connections) connection.destroy()
        })
      )
      const { socket, status } = yield* dial(url, proxyFor(proxies, url), (connection) => connections.add(connection))
        .pipe(
          Effect.mapError(notOpened),
          Effect.flatMap((connection) =>
            requestConnect(connection, url.pathname + url.search, { ...headers, host }).pipe(
              Effect.timeoutFail({
                duration: responseTimeout,
                onTimeout: () => new DialError({ message: `no response after ${responseTimeout}`, code: undefined })
              }),
              // The server may have got the request.
              Effect.mapError(lost)
            )
          )
        )

      socket.once("close", () => {
        // Who reads would wait for ever.
        if (!socket.readableEnded && socket.errored === null) socket.emit("error", new ClosedEarly())
      })
      const incoming = NodeStream.fromReadable<ConnectError, Uint8Array>(() => socket, lost, { closeOnDone: false })
      // A connection that broke before it was read looks like one that has ended.
      const end = Stream.suspend(() =>
        socket.readableEnded ? Stream.empty : Stream.fail(lost(socket.errored ?? new ClosedEarly()))
      )
      return {
        status,
        incoming: Stream.concat(incoming, end),
        send: (bytes) =>
          Effect.async((resume) => {
            socket.write(bytes, (error) => resume(error ? Effect.fail(lost(error)) : Effect.void))
          })
      }
    })
})

/**
 * Raw connections over HTTP/1.1, with back-pressure in both directions. What cannot be opened within 30 seconds, or has
 * no response within 60 more, fails with `ConnectError`, whose message names the host and the port, and the proxy when
 * that is the reason.
 *
 * @category layers
 */
export const layerConnectClient: Layer.Layer<ConnectClient, ConfigError.ConfigError> = Layer.effect(
  ConnectClient,
  Effect.map(proxies, makeConnectClient)
)

/**
 * Both.
 *
 * @category layers
 */
export const layer: Layer.Layer<ConnectClient | Socket.WebSocketConstructor, ConfigError.ConfigError> = Layer.merge(
  layerConnectClient,
  layerWebSocketConstructor
)
