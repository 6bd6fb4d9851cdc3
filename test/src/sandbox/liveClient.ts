/**
 * Raw WebSockets and event streams to the sandbox. The tests of the sandbox do not use the client of the library.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Socket from "@effect/platform/Socket"
import { Effect, Stream } from "effect"
import { api, at } from "./sandboxClient.js"

/** What a socket has received so far, and how it has ended. */
export interface Received {
  readonly frames: Array<string>
  /** How the socket ended: `open`, or a close code, or the reason of a failure. */
  end: "open" | number | string
  readonly send: (text: string) => Effect.Effect<void>
}

/** Opens a WebSocket that stays open for the scope, and collects its frames. */
export const listen = (url: string, first?: string) =>
  Effect.gen(function*() {
    const socket = yield* Socket.makeWebSocket(url.replace(/^http/, "ws"), { closeCodeIsError: () => true })
    const write = yield* socket.writer
    const received: Received = {
      frames: [],
      end: "open",
      send: (text) => Effect.orDie(write(text))
    }
    const options = first === undefined ? {} : { onOpen: Effect.orDie(write(first)) }
    yield* socket.runRaw((data) => {
      received.frames.push(typeof data === "string" ? data : new TextDecoder().decode(data))
    }, options).pipe(
      Effect.matchEffect({
        onFailure: (error) =>
          Effect.sync(() => {
            received.end = error.reason === "Close"
              ? error.code
              : error.reason === "Open"
              ? String((error.cause as { readonly message?: unknown }).message)
              : error.reason
          }),
        onSuccess: () => Effect.void
      }),
      Effect.forkScoped
    )
    return received
  })

/** Lets the fibers of a test run until they wait. */
export const settle = Effect.repeatN(Effect.yieldNow(), 20)

/** Reads an event stream for the scope: what has come so far, as text, and whether it has ended or failed. */
export const readEvents = (url: string) =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const response = yield* client.get(url)
    const read = { status: response.status, headers: response.headers, text: "", end: "open" }
    yield* response.stream.pipe(
      Stream.decodeText(),
      Stream.runForEach((text) =>
        Effect.sync(() => {
          read.text += text
        })
      ),
      Effect.match({
        onFailure: (error) => {
          read.end = error.reason
        },
        onSuccess: () => {
          read.end = "ended"
        }
      }),
      Effect.forkScoped
    )
    return read
  })

/** The URL of the logs of an app. */
export const logsUrl = (app: string) =>
  Effect.map(api("GET", `/apps/${app}/logs`), (response) => String(at(response, "logs_url")))
