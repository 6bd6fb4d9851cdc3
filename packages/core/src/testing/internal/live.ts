/**
 * Connections that stay open: a session sends frames as the Clock passes, over a WebSocket or as Server-Sent Events.
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import type { Fault } from "../Fault.js"
import type { Response } from "./responses.js"
import type { PublicCall } from "./route.js"
import { type State, statePart } from "./state.js"

/** The server's end of a WebSocket, or of an event stream. */
export interface LiveSocket {
  /** Sends a text frame. Waits while the client does not read. */
  readonly send: (text: string) => Effect.Effect<void>
  /** The next frame of the client. */
  readonly receive: Effect.Effect<string | Uint8Array>
  readonly close: (code: number) => Effect.Effect<void>
  /** Breaks the connection, after the first bytes of a frame if one is given. */
  readonly cut: (frame?: { readonly text: string; readonly bytes: Uint8Array }) => Effect.Effect<void>
}

/** What a session does with its socket, which is closed when the session ends. */
interface SessionSocket {
  readonly send: (text: string) => Effect.Effect<void>
  /** Like `send`, for frames that only show that the connection is alive. */
  readonly ping: (text: string) => Effect.Effect<void>
  readonly receive: Effect.Effect<string | Uint8Array>
}

type Session = (socket: SessionSocket) => Effect.Effect<void>

class LiveBody {
  constructor(
    readonly session: Session,
    readonly isUpgrade: boolean
  ) {}
}

/** Whether a request asks for a WebSocket. */
export const isUpgrade = (call: PublicCall): boolean => call.header("upgrade")?.toLowerCase() === "websocket"

/** Responds with a session: 101 for a WebSocket, otherwise Server-Sent Events. */
export const liveResponse = (call: PublicCall, session: Session): Response => {
  const upgrade = isUpgrade(call)
  return HttpServerResponse.raw(new LiveBody(session, upgrade), { status: upgrade ? 101 : 200 })
}

/** The session of a response; `undefined` for an ordinary one. */
export const liveBodyOf = (response: Response): LiveBody | undefined =>
  response.body._tag === "Raw" && response.body.body instanceof LiveBody ? response.body.body : undefined

/** The open sockets, each with how to cut it. */
export const openSockets = statePart(() => new Set<Effect.Effect<unknown>>())

/** Cuts all open sockets, and returns how many. */
export const cutSockets = (state: State): Effect.Effect<number> =>
  Effect.suspend(() => {
    const cuts = Array.from(openSockets(state))
    return Effect.as(Effect.all(cuts, { discard: true }), cuts.length)
  })

const encoder = new TextEncoder()

/** The first half of a text. With `character`, it ends with the first byte of a character of two. */
const firstHalf = (text: string, character: boolean): Uint8Array => {
  const bytes = encoder.encode(text)
  const half = bytes.slice(0, Math.max(1, Math.floor(bytes.length / 2)))
  if (character) half[half.length - 1] = 0xc3
  return half
}

/**
 * Runs an effect on an open connection until it ends, or the connection is cut: by `cutSockets`, or by the effect itself
 * with the `cut` that it gets.
 */
export const whileOpen = (
  state: State,
  cutConnection: Effect.Effect<void>,
  run: (cut: Effect.Effect<void>) => Effect.Effect<void>
): Effect.Effect<void> =>
  Effect.flatMap(Deferred.make<void>(), (lost) => {
    const cut = Effect.asVoid(Effect.zipRight(cutConnection, Deferred.succeed(lost, undefined)))
    return Effect.acquireUseRelease(
      Effect.sync(() => openSockets(state).add(cut)),
      () => Effect.raceFirst(Effect.suspend(() => run(cut)), Deferred.await(lost)),
      (sockets) => Effect.sync(() => sockets.delete(cut))
    )
  })

/** Runs a session on a socket, with what a fault makes of it, until the session or the connection ends. */
export const runSession = (
  state: State,
  session: Session,
  fault: Fault | undefined,
  socket: LiveSocket
): Effect.Effect<void> =>
  whileOpen(state, socket.cut(), (cut) => {
    let sent = 0
    const send = (text: string): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (fault?._tag === "Silence") return Effect.void
        if (fault?._tag !== "CutSocket") return socket.send(text)
        const { after, at } = fault
        // After a cut, the session is interrupted.
        if (at !== "between" && sent === after) {
          const half = socket.cut({ text, bytes: firstHalf(text, at === "character") })
          return Effect.zipRight(half, Effect.zipRight(cut, Effect.never))
        }
        sent++
        return at === "between" && sent === after
          ? Effect.zipRight(socket.send(text), Effect.zipRight(cut, Effect.never))
          : socket.send(text)
      })
    if (fault?._tag === "CutSocket" && fault.at === "between" && fault.after === 0) return cut
    return Effect.zipRight(
      fault?._tag === "RefuseFirstFrame"
        ? socket.receive
        : session({ send, ping: fault?._tag === "NoPings" ? () => Effect.void : send, receive: socket.receive }),
      socket.close(1000)
    )
  })

/** The connection of an event stream was cut. */
export class ConnectionCut extends Data.TaggedError("ConnectionCut") {}

/** The Server-Sent Events of a session: one event a frame. */
export const eventStream = (
  run: (socket: LiveSocket) => Effect.Effect<void>
): Stream.Stream<Uint8Array, ConnectionCut> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const mailbox = yield* Mailbox.make<Uint8Array, ConnectionCut>({ capacity: 16 })
    const socket: LiveSocket = {
      send: (text) => mailbox.offer(encoder.encode(`data: ${text}\n\n`)),
      receive: Effect.never,
      close: () => mailbox.end,
      cut: (frame) =>
        Effect.zipRight(
          frame === undefined
            ? Effect.void
            : Effect.zipRight(mailbox.offer(encoder.encode("data: ")), mailbox.offer(frame.bytes)),
          mailbox.fail(new ConnectionCut())
        )
    }
    // The headers go out with the first bytes.
    yield* mailbox.offer(encoder.encode(":\n\n"))
    yield* Effect.forkScoped(run(socket))
    return Mailbox.toStream(mailbox)
  }))

/**
 * Runs what is due, again and again: `step` gets the instant, and returns when it is due next at the latest, or
 * `undefined` to end. It also runs when something has changed, and when a scheduled change is due.
 */
export const followClock = (
  state: State,
  step: (now: number) => Effect.Effect<number | undefined>
): Effect.Effect<void> =>
  Effect.scoped(Effect.gen(function*() {
    const woken = Effect.unsafeMakeLatch(false)
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        state.watch(() => {
          woken.unsafeOpen()
        })
      ),
      (forget) => Effect.sync(forget)
    )
    /** The instants of the sleeps under way. One is enough for many changes: a TestClock never forgets a sleep. */
    const sleeps = new Set<number>()
    while (true) {
      // From here on, a change runs the next step.
      woken.unsafeClose()
      const now = yield* Clock.currentTimeMillis
      state.advance(now)
      const due = yield* step(now)
      if (due === undefined) return
      const next = Math.min(due, state.scheduler.next() ?? Number.POSITIVE_INFINITY)
      if (next !== Number.POSITIVE_INFINITY && !Array.from(sleeps).some((at) => at <= next)) {
        sleeps.add(next)
        const passed = Effect.sync(() => {
          sleeps.delete(next)
          woken.unsafeOpen()
        })
        const later = yield* Clock.currentTimeMillis
        yield* Effect.forkScoped(Effect.zipRight(Effect.sleep(Math.max(0, next - later)), passed))
      }
      yield* woken.await
    }
  }))
