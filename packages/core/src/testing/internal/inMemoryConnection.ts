/**
 * Raw connections to the sandbox in memory: the terminals of one-offs, without sockets.
 */
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { makeServerRequest } from "./inMemoryRequest.js"
import type { RawSocket } from "./rawSocket.js"
import { bodyBytes } from "./responses.js"
import type { Outcome } from "./router.js"
import type { State } from "./state.js"
import { canonicalPath } from "./urls.js"

/** A connection could not be opened, or broke. */
export class ConnectionError extends Data.TaggedError("ConnectionError")<{
  readonly reason: "NotOpened" | "Lost"
  readonly cause: Error
}> {
  override get message(): string {
    return this.cause.message
  }
}

/** The request that opens a connection. */
export interface ConnectionRequest {
  readonly url: URL
  readonly headers: { readonly [name: string]: string }
}

/** The client's end of a connection, which is closed with its scope. */
export interface Connection {
  /** Only after a 200 the connection carries bytes. Otherwise `incoming` is the body of the response. */
  readonly status: number
  /** Fails when the connection breaks. Can be run once. */
  readonly incoming: Stream.Stream<Uint8Array, ConnectionError>
  /** Sends bytes, and waits while the server does not read. */
  readonly send: (bytes: Uint8Array) => Effect.Effect<void, ConnectionError>
}

/** How many pieces of bytes wait in each direction before their sender does. */
const capacity = 16

const failure = (reason: ConnectionError["reason"], code: string, message: string) =>
  new ConnectionError({ reason, cause: Object.assign(new Error(message), { code }) })

const closed = Effect.suspend(() => Effect.fail(failure("Lost", "EPIPE", "write EPIPE")))

const open = (run: (socket: RawSocket) => Effect.Effect<void>): Effect.Effect<Connection, never, Scope.Scope> =>
  Effect.gen(function*() {
    const toClient = yield* Mailbox.make<Uint8Array, ConnectionError>({ capacity })
    const toServer = yield* Mailbox.make<Uint8Array>({ capacity })
    const socket: RawSocket = {
      write: (bytes) => toClient.offer(bytes),
      read: Effect.orElseSucceed(toServer.take, () => undefined),
      close: toClient.end,
      cut: Effect.suspend(() => toClient.fail(failure("Lost", "ECONNRESET", "read ECONNRESET")))
    }
    yield* Effect.forkScoped(Effect.ensuring(run(socket), Effect.zipRight(toClient.end, toServer.shutdown)))
    return {
      status: 200,
      incoming: Mailbox.toStream(toClient),
      send: (bytes) => Effect.flatMap(toServer.offer(bytes), (taken) => taken ? Effect.void : closed)
    }
  })

/** Opens a connection by a `CONNECT`, whose session runs in a fiber of the scope. */
export const makeConnect = (
  state: State,
  handle: Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest>
) =>
({ headers, url }: ConnectionRequest): Effect.Effect<Connection, ConnectionError, Scope.Scope> => {
  const path = canonicalPath(state.urls, state.regions.keys(), url)
  if (path === undefined) {
    return Effect.fail(failure("NotOpened", "ENOTFOUND", `getaddrinfo ENOTFOUND ${url.hostname}`))
  }
  const request = makeServerRequest({ method: "CONNECT", url: path, originalUrl: url.href, headers })
  return Effect.flatMap(
    Effect.provideService(handle, HttpServerRequest.HttpServerRequest, request),
    (outcome): Effect.Effect<Connection, ConnectionError, Scope.Scope> => {
      switch (outcome._tag) {
        case "Connected":
          return open(outcome.run)
        case "Response":
        case "BrokenResponse":
          return Effect.succeed({
            status: outcome.response.status,
            incoming: Stream.succeed(bodyBytes(outcome.response)),
            send: () => closed
          })
        case "NeverSent":
          return Effect.fail(failure("NotOpened", outcome.code, `connect ${outcome.code} ${url.host}`))
        case "Upgrade":
        case "Reset":
          return Effect.fail(failure("NotOpened", "ECONNRESET", "read ECONNRESET"))
      }
    }
  )
}
