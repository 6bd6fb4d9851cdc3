/**
 * Connections of raw bytes, which an HTTP `CONNECT` opens.
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import type { Fault } from "../Fault.js"
import { whileOpen } from "./live.js"
import type { Response } from "./responses.js"
import type { State } from "./state.js"

/** The server's end of a connection. */
export interface RawSocket {
  /** Sends bytes. Waits while the client does not read. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<void>
  /** The next bytes of the client; `undefined` when it sends no more. */
  readonly read: Effect.Effect<Uint8Array | undefined>
  readonly close: Effect.Effect<void>
  /** Breaks the connection. */
  readonly cut: Effect.Effect<void>
}

type RawSession = (socket: RawSocket) => Effect.Effect<void>

class RawBody {
  constructor(readonly session: RawSession) {}
}

/** Responds to a `CONNECT` with a session, on which the connection is closed when it ends. */
export const rawResponse = (session: RawSession): Response =>
  HttpServerResponse.raw(new RawBody(session), { status: 200 })

/** The session of a response; `undefined` for an ordinary one. */
export const rawBodyOf = (response: Response): RawBody | undefined =>
  response.body._tag === "Raw" && response.body.body instanceof RawBody ? response.body.body : undefined

/** Runs a session on a connection, with what a fault makes of it, until the session or the connection ends. */
export const runRawSession = (
  state: State,
  session: RawSession,
  fault: Fault | undefined,
  socket: RawSocket
): Effect.Effect<void> =>
  whileOpen(state, socket.cut, (cut) => {
    let written = 0
    const write = (bytes: Uint8Array) =>
      Effect.suspend(() => {
        if (fault?._tag === "Silence") return Effect.void
        if (fault?._tag !== "CutConnection" || written + bytes.length < fault.after) {
          written += bytes.length
          return socket.write(bytes)
        }
        const rest = bytes.subarray(0, fault.after - written)
        return Effect.zipRight(rest.length === 0 ? Effect.void : socket.write(rest), Effect.zipRight(cut, Effect.never))
      })
    return Effect.zipRight(session({ ...socket, write }), socket.close)
  })
