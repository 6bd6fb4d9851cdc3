/**
 * The terminal of this process, or the pipes in its place: raw mode that is always put back, input and output with
 * back-pressure, the size, and signals.
 */
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ReadStream, WriteStream } from "node:tty"
import { codeOf, wordsOf } from "./systemError.js"

/** Nobody reads what this process writes, or it was told to end. */
export class TerminalClosed extends Data.TaggedError("TerminalClosed")<{ readonly message: string }> {}

export interface Size {
  readonly width: number
  readonly height: number
}

type ForwardedSignal = "SIGINT" | "SIGQUIT" | "SIGTSTP"

export interface Terminal {
  /** What is typed or piped in. Input is paused while a piece is consumed. Ends with the input. */
  readonly input: Stream.Stream<Uint8Array>
  /** Waits until the bytes are taken. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<void, TerminalClosed>
  /** The size after each change. */
  readonly sizes: Stream.Stream<Size>
  /** Signals for the remote command. Without a terminal in raw mode, its keys are signals to this process. */
  readonly signals: Stream.Stream<ForwardedSignal>
  /** Fails when the terminal is closed, or this process is told to end. */
  readonly closed: Effect.Effect<never, TerminalClosed>
}

const ignore = (): void => {}

/** The size of the terminal that shows the output. `None` without one. */
export const sizeOf = ({ columns, isTTY, rows }: WriteStream): Option.Option<Size> =>
  isTTY && columns > 0 && rows > 0 ? Option.some({ width: columns, height: rows }) : Option.none()

/** Listens until the scope is closed. */
const listen = <Event extends string>(
  emitter: {
    readonly on: (event: Event, listener: () => void) => unknown
    readonly off: (event: Event, listener: () => void) => unknown
  },
  event: Event,
  listener: () => void
) =>
  Effect.acquireRelease(
    Effect.sync(() => emitter.on(event, listener)),
    () => Effect.sync(() => emitter.off(event, listener))
  )

const rawMode = (stdin: ReadStream) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = stdin.isRaw
      stdin.setRawMode(true)
      return before
    }),
    // A terminal that is gone cannot be put back.
    (before) => Effect.ignore(Effect.try(() => stdin.setRawMode(before)))
  )

/** The next piece of the input; `None` at its end. Between two pieces stdin is paused, and does not hold the process. */
const nextPiece = (stdin: ReadStream): Effect.Effect<Uint8Array, Option.Option<never>> =>
  Effect.async((resume) => {
    const stop = (): void => {
      stdin.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onEnd).on("error", ignore)
      stdin.pause()
    }
    const onData = (bytes: Uint8Array | string): void => {
      stop()
      resume(Effect.succeed(typeof bytes === "string" ? Buffer.from(bytes) : bytes))
    }
    const onEnd = (): void => {
      stop()
      resume(Effect.fail(Option.none()))
    }
    if (stdin.readableEnded || stdin.destroyed) {
      resume(Effect.fail(Option.none()))
      return
    }
    stdin.off("error", ignore).on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd)
    stdin.resume()
    return Effect.sync(stop)
  })

/** Takes the terminal, or the pipes, until the scope is closed. */
export const open = (
  stdin: ReadStream,
  stdout: WriteStream
): Effect.Effect<Terminal, never, Scope.Scope> =>
  Effect.gen(function*() {
    const closed = yield* Deferred.make<never, TerminalClosed>()
    const close = (message: string) => () => {
      Deferred.unsafeDone(closed, new TerminalClosed({ message }))
    }
    // Without a listener, `| head` would end the process.
    yield* listen(stdout, "error", ignore)
    const sizes = yield* Queue.sliding<Size>(1)
    const signals = yield* Queue.unbounded<ForwardedSignal>()
    yield* listen(stdout, "resize", () => {
      Option.map(sizeOf(stdout), (size) => Queue.unsafeOffer(sizes, size))
    })
    const isRaw = stdin.isTTY === true
    if (process.platform !== "win32") {
      yield* listen(process, "SIGHUP", close("this process got SIGHUP"))
      if (isRaw) {
        // These would end the process without putting the terminal back.
        yield* listen(process, "SIGQUIT", close("this process got SIGQUIT"))
      } else {
        for (const signal of ["SIGINT", "SIGQUIT", "SIGTSTP"] as const) {
          yield* listen(process, signal, () => {
            Queue.unsafeOffer(signals, signal)
          })
        }
      }
    }
    if (isRaw) yield* rawMode(stdin)
    return {
      input: Stream.repeatEffectOption(nextPiece(stdin)),
      write: (bytes) =>
        Effect.async((resume) => {
          stdout.write(bytes, (error) =>
            resume(
              error
                ? new TerminalClosed({ message: `its output cannot be written (${codeOf(error) ?? wordsOf(error)})` })
                : Effect.void
            ))
        }),
      sizes: Stream.fromQueue(sizes),
      signals: Stream.fromQueue(signals),
      closed: Deferred.await(closed)
    }
  })
