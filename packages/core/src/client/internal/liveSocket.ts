/**
 * WebSockets and Server-Sent Events, whose frames wait in a bounded mailbox. However a connection ends, it is one typed
 * failure.
 */
import * as Socket from "@effect/platform/Socket"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { createParser } from "eventsource-parser"
import { wholeMillis } from "../../internal/clock.js"
import { redactText, secretsOfUrl } from "../../internal/redaction.js"
import type { Dropped } from "../../schema/LogLine.js"
import type { DurationInput } from "../../schema/ScalingoSchema.js"
import { InvalidRequest, type ScalingoError } from "../ScalingoError.js"
import { toTransportError } from "./transportError.js"

/** How frames become items. */
export interface SocketOptions<A> {
  /** The items of a frame. Must not throw. */
  readonly parse: (frame: string) => ReadonlyArray<A>
  /** How many items wait for a slow reader. Further ones are counted and dropped. */
  readonly capacity: number
  /** After this time without a frame, the connection counts as dead. */
  readonly silence: DurationInput
}

/** The end of a connection, whatever ended it. */
export interface SocketEnd {
  readonly _tag: "SocketEnd"
  /** Whether the connection was ever open. */
  readonly wasOpen: boolean
  /** Whether a frame came. A server that refuses the credentials closes the connection before. */
  readonly hadFrames: boolean
  /** The same as an error of the library. */
  readonly error: ScalingoError
}

/** A connection that is open, or is being opened. */
export interface LiveSocket<A> {
  readonly opened: Effect.Effect<void, SocketEnd>
  /** How many items have come so far, without those that were dropped. */
  readonly received: () => number
  /** Never ends without a failure. Can be run once. */
  readonly items: Stream.Stream<A | Dropped, SocketEnd>
}

/** What a connection tells while it runs. */
interface Reader {
  readonly onOpen: Effect.Effect<void>
  readonly onFrame: (frame: string) => void
  /** A sign of life without a frame. */
  readonly onAlive: () => void
}

/** Runs a connection in the background. `run` ends with why the connection ended. */
const makeLive = <A>(
  options: SocketOptions<A>,
  run: (reader: Reader) => Effect.Effect<ScalingoError>,
  silenceError: Effect.Effect<ScalingoError>
): Effect.Effect<LiveSocket<A>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const opened = yield* Deferred.make<void, SocketEnd>()
    // A full mailbox takes nothing more until all of it is taken, so what is dropped lies behind the chunk that is taken.
    const mailbox = yield* Mailbox.make<A | undefined, SocketEnd>({ capacity: options.capacity, strategy: "dropping" })
    let wasOpen = false
    let hadFrames = false
    let received = 0
    let dropped = 0
    const toEnd = (error: ScalingoError): SocketEnd => ({ _tag: "SocketEnd", wasOpen, hadFrames, error })
    const reader: Reader = {
      onOpen: Effect.suspend(() => {
        wasOpen = true
        return Deferred.succeed(opened, undefined)
      }),
      onFrame: (frame) => {
        hadFrames = true
        const items = options.parse(frame)
        if (items.length === 0) mailbox.unsafeOffer(undefined)
        for (const item of items) {
          if (mailbox.unsafeOffer(item)) received++
          else dropped++
        }
      },
      onAlive: () => {
        mailbox.unsafeOffer(undefined)
      }
    }
    yield* run(reader).pipe(
      Effect.map(toEnd),
      Effect.flatMap((end) => Effect.zipRight(Deferred.fail(opened, end), mailbox.fail(end))),
      Effect.forkScoped
    )
    const silent = Effect.flatMap(silenceError, (error) => Effect.fail(toEnd(error)))
    const items = Mailbox.toStream(mailbox).pipe(
      Stream.timeoutTo(options.silence, Stream.fromEffect(silent)),
      Stream.mapChunks((chunk) => {
        const count = dropped
        dropped = 0
        const items: Array<A | Dropped> = []
        for (const item of chunk) {
          if (item !== undefined) items.push(item)
        }
        if (count > 0) items.push({ _tag: "Dropped", count })
        return Chunk.unsafeFromArray(items)
      })
    )
    return { opened: Deferred.await(opened), received: () => received, items }
  })

/** What the events of a WebSocket say, as far as the runtime tells. */
const causeOf = (error: Socket.SocketError): unknown => {
  if (error.reason === "Close") {
    const words = error.closeReason === undefined || error.closeReason === "" ? "" : ` (${error.closeReason})`
    return error.code === 1006
      ? new Error("the connection broke")
      : new Error(`the server closed the connection with the code ${error.code}${words}`)
  }
  const cause = "cause" in error ? error.cause : undefined
  if (typeof cause !== "object" || cause === null) return new Error(String(cause ?? error.message))
  const inner: unknown = "error" in cause ? cause.error : undefined
  if (inner instanceof Error) return inner
  const message = "message" in cause && typeof cause.message === "string" ? cause.message : ""
  return new Error(message === "" ? "the connection could not be opened" : message)
}

type ToError = (kind: "request" | "response" | "timeout", cause: unknown) => Effect.Effect<ScalingoError>

/** The errors of a connection that begins now. All parameters of the URL may be its permission. */
const errorsOf = (endpoint: string, url: URL): Effect.Effect<ToError> =>
  Effect.map(wholeMillis, (startedAt) => {
    const secrets = [...url.searchParams.values(), ...secretsOfUrl(url.href)]
    return (kind, cause) =>
      Effect.map(wholeMillis, (now) =>
        toTransportError(
          {
            endpoint,
            method: "GET",
            url: redactText(`${url.protocol}//${url.host}${url.pathname}`),
            requestId: "none",
            attempts: 1,
            elapsed: Duration.millis(Math.max(0, now - startedAt))
          },
          { kind, cause },
          secrets
        ))
  })

const isSilent = new Error("the server is silent")

export const openSocket = <A>(
  make: typeof Socket.WebSocketConstructor.Service,
  name: string,
  url: URL,
  firstFrame: Option.Option<Redacted.Redacted>,
  options: SocketOptions<A>
): Effect.Effect<LiveSocket<A>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const toError = yield* errorsOf(name, url)
    const socket = yield* Socket.makeWebSocket(url.href, { closeCodeIsError: () => true, openTimeout: "10 seconds" })
      .pipe(Effect.provideService(Socket.WebSocketConstructor, make))
    const write = yield* socket.writer

    const run = ({ onFrame, onOpen }: Reader): Effect.Effect<ScalingoError> => {
      let wasOpen = false
      const decoder = new TextDecoder()
      const start = Effect.suspend(() => {
        wasOpen = true
        const sent = Option.match(firstFrame, {
          onNone: () => Effect.void,
          // When the connection is gone by now, its end says so.
          onSome: (frame) => Effect.ignore(write(Redacted.value(frame)))
        })
        return Effect.zipRight(sent, onOpen)
      })
      return socket.runRaw(
        (data) => onFrame(typeof data === "string" ? data : decoder.decode(data)),
        { onOpen: start }
      ).pipe(
        // The constructor throws for a URL or a port that the runtime does not take.
        Effect.catchAllDefect((cause) => Effect.fail(new Socket.SocketGenericError({ reason: "Open", cause }))),
        Effect.matchEffect({
          onSuccess: () => toError("response", new Error("the server closed the connection")),
          onFailure: (error) =>
            error.reason === "OpenTimeout"
              ? toError("timeout", error.cause)
              : toError(wasOpen ? "response" : "request", causeOf(error))
        })
      )
    }
    return yield* makeLive(options, run, toError("timeout", isSilent))
  })

/**
 * Reads Server-Sent Events, the data of each as a frame. The connection is open when `open` has the headers of the
 * response.
 */
export const openEvents = <A>(
  name: string,
  url: Redacted.Redacted,
  open: Effect.Effect<Stream.Stream<Uint8Array, ScalingoError>, ScalingoError, Scope.Scope>,
  options: SocketOptions<A>
): Effect.Effect<LiveSocket<A>, ScalingoError, Scope.Scope> =>
  Effect.gen(function*() {
    const text = Redacted.value(url)
    if (!URL.canParse(text)) {
      return yield* new InvalidRequest({ endpoint: name, field: "url", expected: "an https URL" })
    }
    const toError = yield* errorsOf(name, new URL(text))
    const run = ({ onAlive, onFrame, onOpen }: Reader): Effect.Effect<ScalingoError> => {
      const parser = createParser({ onEvent: ({ data }) => onFrame(data) })
      const decoder = new TextDecoder()
      return open.pipe(
        Effect.tap(onOpen),
        Effect.flatMap(Stream.runForEach((chunk) =>
          Effect.sync(() => {
            onAlive()
            parser.feed(decoder.decode(chunk, { stream: true }))
          })
        )),
        Effect.scoped,
        Effect.matchEffect({
          onFailure: Effect.succeed,
          onSuccess: () => toError("response", new Error("the server closed the connection"))
        })
      )
    }
    return yield* makeLive(options, run, toError("timeout", isSilent))
  })
