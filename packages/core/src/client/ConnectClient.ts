/**
 * Raw connections in both directions, opened by an HTTP `CONNECT`: the terminals of one-off containers. `fetch` and
 * browsers have none. `@effect-scalingo/node` has one for Node, and the sandbox one in memory.
 *
 * @since 0.2.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { errorClass } from "../internal/errorClass.js"

/**
 * The request that opens a connection.
 *
 * @category models
 */
export interface ConnectRequest {
  /** `https:` or `http:`. Its path and query are the target of the request. */
  readonly url: URL
  /** May hold credentials. */
  readonly headers: { readonly [name: string]: string }
}

/**
 * A response to a `CONNECT`. Closing the scope that it was opened in closes the connection at once.
 *
 * @category models
 */
export interface Connection {
  /** Only after a 200 the connection carries bytes. */
  readonly status: number
  /**
   * The bytes from the server, as fast as they are consumed. Ends when the server closes the connection in order, and
   * fails when the connection breaks. Can be run once.
   */
  readonly incoming: Stream.Stream<Uint8Array, ConnectError>
  /** Sends bytes, and waits while the server does not read. */
  readonly send: (bytes: Uint8Array) => Effect.Effect<void, ConnectError>
}

/**
 * A connection could not be opened, or broke. `NotOpened` says that the server has not got the request. `cause` is the
 * error of the runtime.
 *
 * @category errors
 */
export class ConnectError
  extends errorClass(() =>
    Schema.TaggedError<ConnectError>("@effect-scalingo/core/ConnectError")("ConnectError", {
      reason: Schema.Literal("NotOpened", "Lost"),
      /** The host and port, for messages. */
      host: Schema.String,
      cause: Schema.Unknown
    })
  )
{
  override get message(): string {
    const detail = this.cause instanceof Error && this.cause.message !== "" ? `: ${this.cause.message}` : ""
    return this.reason === "NotOpened"
      ? `No connection to ${this.host}${detail}`
      : `The connection to ${this.host} was lost${detail}`
  }
}

/**
 * The methods of {@link ConnectClient}.
 *
 * @category models
 */
export interface ConnectClientService {
  /** Opens a connection. A response with any status is a success. */
  readonly connect: (request: ConnectRequest) => Effect.Effect<Connection, ConnectError, Scope.Scope>
}

/**
 * Opens raw connections.
 *
 * @category tags
 */
export class ConnectClient
  extends Context.Tag("@effect-scalingo/core/ConnectClient")<ConnectClient, ConnectClientService>()
{}
