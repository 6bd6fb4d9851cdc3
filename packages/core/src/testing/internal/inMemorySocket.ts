/**
 * WebSockets to the sandbox in memory. They open no sockets: a session runs in a fiber on the Clock of the fiber that
 * opens it, and its frames become events at once.
 */
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as Socket from "@effect/platform/Socket"
import type * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import { makeServerRequest } from "./inMemoryRequest.js"
import type { LiveSocket } from "./live.js"
import type { Outcome } from "./router.js"
import type { State } from "./state.js"
import { canonicalPath } from "./urls.js"

/** Runs an effect in the background, from the next turn on. */
export type RunInBackground = (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>

const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const

type Open = (socket: SandboxWebSocket) => Effect.Effect<void>

/**
 * The parts of a WebSocket that `Socket` of `@effect/platform` uses, and those that are cheap to have. There are no
 * `on…` properties.
 */
class SandboxWebSocket extends EventTarget {
  readonly CONNECTING = states.CONNECTING
  readonly OPEN = states.OPEN
  readonly CLOSING = states.CLOSING
  readonly CLOSED = states.CLOSED
  readonly protocol = ""
  readonly extensions = ""
  readonly bufferedAmount = 0
  binaryType = "blob"
  readyState: number = states.CONNECTING
  /** Gets what the client sends. */
  onFrame: (frame: string | Uint8Array) => void = () => {}
  private readonly fiber: Fiber.RuntimeFiber<void>

  constructor(readonly url: string, run: RunInBackground, open: Open) {
    super()
    this.fiber = run(Effect.suspend(() => open(this)))
  }

  send(data: string | Uint8Array | ArrayBuffer): void {
    if (this.readyState !== states.OPEN) return
    this.onFrame(data instanceof ArrayBuffer ? new Uint8Array(data) : data)
  }

  close(code = 1005, reason = ""): void {
    if (this.readyState >= states.CLOSING) return
    this.fiber.unsafeInterruptAsFork(this.fiber.id())
    this.end(code, reason)
  }

  opened(): void {
    if (this.readyState !== states.CONNECTING) return
    this.readyState = states.OPEN
    this.dispatchEvent(new Event("open"))
  }

  received(data: string): void {
    if (this.readyState === states.OPEN) this.dispatchEvent(new MessageEvent("message", { data }))
  }

  failed(message: string): void {
    if (this.readyState >= states.CLOSING) return
    this.readyState = states.CLOSING
    this.dispatchEvent(Object.assign(new Event("error"), { message, error: new Error(message) }))
    this.end(1006, "")
  }

  /** Not every runtime has a class of close events. */
  end(code: number, reason: string): void {
    if (this.readyState === states.CLOSED) return
    this.readyState = states.CLOSED
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason, wasClean: code !== 1006 }))
  }
}

const openOn = (
  state: State,
  handle: Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest>,
  url: URL
): Open =>
(socket) =>
  Effect.gen(function*() {
    const path = canonicalPath(state.urls, state.regions.keys(), url)
    if (path === undefined) return socket.failed(`getaddrinfo ENOTFOUND ${url.hostname}`)
    const request = makeServerRequest({
      method: "GET",
      url: path,
      originalUrl: url.href,
      headers: { host: url.host, upgrade: "websocket", connection: "Upgrade", "sec-websocket-version": "13" }
    })
    const outcome = yield* Effect.provideService(handle, HttpServerRequest.HttpServerRequest, request)
    switch (outcome._tag) {
      case "Response":
      case "BrokenResponse":
        return socket.failed(`Unexpected server response: ${outcome.response.status}`)
      case "Reset":
      case "Connected":
        return socket.failed("read ECONNRESET")
      case "NeverSent":
        return socket.failed(`connect ${outcome.code} ${url.host}`)
      case "Upgrade": {
        const frames = yield* Mailbox.make<string | Uint8Array>()
        socket.onFrame = (frame) => {
          frames.unsafeOffer(frame)
        }
        socket.opened()
        const live: LiveSocket = {
          send: (text) => Effect.sync(() => socket.received(text)),
          receive: Effect.orDie(frames.take),
          close: (code) => Effect.sync(() => socket.end(code, "")),
          cut: () => Effect.sync(() => socket.end(1006, ""))
        }
        return yield* outcome.run(live)
      }
    }
  })

/** The WebSockets of the sandbox. */
export const makeWebSocketConstructor = (
  state: State,
  handle: Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest>,
  run: RunInBackground
): Context.Tag.Service<typeof Socket.WebSocketConstructor> =>
(url) => {
  // The clock of the fiber that opens the socket, which may be a TestClock.
  const services = Option.map(Fiber.getCurrentFiber(), (fiber) => fiber.getFiberRef(DefaultServices.currentServices))
  const onItsClock: RunInBackground = (effect) =>
    run(Option.match(services, {
      onNone: () => effect,
      onSome: (known) => Effect.locally(effect, DefaultServices.currentServices, known)
    }))
  const socket: unknown = new SandboxWebSocket(url, onItsClock, openOn(state, handle, new URL(url)))
  // The rest of the interface is not used by `Socket`.
  return socket as globalThis.WebSocket
}
