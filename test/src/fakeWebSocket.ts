/**
 * WebSockets whose server is a function: for what a server does in a moment that a test chooses.
 */
import * as Socket from "@effect/platform/Socket"
import { Layer } from "effect"

const event = (type: string, data: object) => Object.assign(new Event(type), data)

/** The part of a WebSocket that `Socket` of `@effect/platform` uses, and the server's hold on it. */
export class FakeWebSocket extends EventTarget {
  readyState = 0
  /** The frames that the client has sent. */
  readonly received: Array<string> = []
  /** Whether the client has closed the connection. */
  isClosedByClient = false

  constructor(readonly url: string, private readonly onFrame: (frame: string) => void = () => {}) {
    super()
  }

  /** Lets the client in. */
  open() {
    this.readyState = 1
    this.dispatchEvent(new Event("open"))
  }

  /** Sends a frame to the client: text as it is, anything else as JSON. */
  emit(frame: unknown) {
    this.dispatchEvent(event("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) }))
  }

  /** Ends the connection: 1006 as a broken one. */
  cut(code = 1006, reason = "") {
    this.readyState = 3
    this.dispatchEvent(event("close", { code, reason }))
  }

  /** Refuses the connection, as a server that responds with another status than 101. */
  refuse() {
    this.readyState = 3
    this.dispatchEvent(event("error", { error: new Error("Unexpected server response: 403") }))
  }

  send(frame: string) {
    this.received.push(frame)
    this.onFrame(frame)
  }

  close() {
    this.isClosedByClient = true
    this.readyState = 3
  }
}

/** Serves each new socket, in the order of their opening. */
export const layer = (serve: (socket: FakeWebSocket, index: number) => void) => {
  let count = 0
  return Layer.succeed(Socket.WebSocketConstructor, (url) => {
    const socket = new FakeWebSocket(url)
    const index = count++
    // The client listens only after the constructor has returned.
    queueMicrotask(() => serve(socket, index))
    return socket as unknown as globalThis.WebSocket
  })
}
