/**
 * A server for raw connections and WebSockets.
 */
import { Effect, type Scope } from "effect"
import { createHash } from "node:crypto"
import * as Http from "node:http"
import type * as Net from "node:net"
import { listen } from "../httpServer.js"

export interface SocketServer {
  readonly url: string
  /** The requests for a connection, in the order of their arrival. */
  readonly requests: ReadonlyArray<Http.IncomingMessage>
  /** How many connections are open. */
  readonly open: Effect.Effect<number>
}

/** What becomes of a connection. `reply` sends the status, and begins it. */
export type Handler = (socket: Net.Socket, reply: (status?: number, more?: string) => void) => void

const words: { readonly [status: number]: string } = { 200: "OK", 401: "Unauthorized" }

/** A text frame as a server sends it. */
export const frame = (text: string): Buffer => Buffer.from([0x81, text.length, ...Buffer.from(text)])

/** Takes each `CONNECT`, and each WebSocket, to which it says `hello`. */
export const socketServer = (handler: Handler): Effect.Effect<SocketServer, never, Scope.Scope> =>
  Effect.suspend(() => {
    const requests: Array<Http.IncomingMessage> = []
    let open = 0
    const server = Http.createServer()
    // A socket sees its end only when it is read, and is then still open for the other direction.
    server.on("connection", (socket: Net.Socket) => {
      open++
      socket.once("close", () => open--)
    })
    server.on("connect", (request: Http.IncomingMessage, socket: Net.Socket) => {
      requests.push(request)
      socket.on("error", () => {}).on("end", () => socket.end()).resume()
      handler(
        socket,
        (status = 200, more = "") => socket.write(`HTTP/1.1 ${status} ${words[status] ?? "Status"}\r\n\r\n${more}`)
      )
    })
    server.on("upgrade", (request: Http.IncomingMessage, socket: Net.Socket) => {
      requests.push(request)
      socket.on("error", () => {}).on("end", () => socket.end()).resume()
      const accept = createHash("sha1")
        .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest("base64")
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
          `sec-websocket-accept: ${accept}\r\n\r\n`
      )
      socket.write(frame("hello"))
    })
    return Effect.map(listen(server), (url) => ({ url, requests, open: Effect.sync(() => open) }))
  })
