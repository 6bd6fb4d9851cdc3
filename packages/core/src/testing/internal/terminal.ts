/**
 * The terminal of an attached one-off: it echoes what is typed, cuts it into lines, and turns control characters into
 * signals, backspaces and the end of the input.
 */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type { RawSocket } from "./rawSocket.js"
import type { ShellIo } from "./shell.js"

/** A terminal, and the effect that reads what is typed until the connection ends. */
interface Terminal {
  readonly io: Pick<ShellIo, "write" | "writeRaw" | "readLine" | "interruptible" | "modes">
  readonly typing: Effect.Effect<void>
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const endOfInput = 0x04

/** The exit codes of the control characters that are signals, and how they are shown. */
const signals: ReadonlyMap<number, { readonly code: number; readonly shown: string }> = new Map([
  [0x03, { code: 130, shown: "^C" }],
  [0x1c, { code: 131, shown: "^\\" }]
])

/** How much is written at once. */
const pieceSize = 65_536

/** `\n` becomes `\r\n`, unless it already is. */
const withReturns = (bytes: Uint8Array): Uint8Array => {
  let feeds = 0
  for (const byte of bytes) if (byte === lineFeed) feeds++
  if (feeds === 0) return bytes
  const out = new Uint8Array(bytes.length + feeds)
  let size = 0
  let before = 0
  for (const byte of bytes) {
    if (byte === lineFeed && before !== carriageReturn) out[size++] = carriageReturn
    out[size++] = byte
    before = byte
  }
  return out.subarray(0, size)
}

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

export const makeTerminal = (raw: RawSocket): Effect.Effect<Terminal> =>
  Effect.map(Mailbox.make<Uint8Array | "end">({ capacity: 1024 }), (lines): Terminal => {
    let typed: Array<number> = []
    let received = { count: 0, code: 0 }
    const modes: ShellIo["modes"] = { opost: true, echo: true }
    const listeners = new Set<(code: number) => void>()

    const writeRaw = (bytes: Uint8Array): Effect.Effect<void> =>
      bytes.length <= pieceSize
        ? raw.write(bytes)
        : Effect.gen(function*() {
          for (let offset = 0; offset < bytes.length; offset += pieceSize) {
            yield* raw.write(bytes.subarray(offset, offset + pieceSize))
          }
        })

    const write = (bytes: Uint8Array): Effect.Effect<void> =>
      Effect.gen(function*() {
        for (let offset = 0; offset < bytes.length; offset += pieceSize) {
          const piece = bytes.subarray(offset, offset + pieceSize)
          yield* raw.write(modes.opost ? withReturns(piece) : piece)
        }
      })

    const signal = (code: number) => {
      received = { count: received.count + 1, code }
      for (const listener of Array.from(listeners)) listener(code)
    }

    /** Takes what was typed, and returns the lines that it completes. What is to be shown goes to `echo`. */
    const type = (bytes: Uint8Array, echo: Array<number>): Array<Uint8Array | "end"> => {
      const complete: Array<Uint8Array | "end"> = []
      const show = (text: string) => {
        for (let index = 0; index < text.length; index++) echo.push(text.charCodeAt(index))
      }
      const endLine = () => {
        complete.push(Uint8Array.from(typed))
        typed = []
      }
      for (const byte of bytes) {
        const known = signals.get(byte)
        if (known !== undefined) {
          show(known.shown)
          typed = []
          signal(known.code)
        } else if (byte === carriageReturn || byte === lineFeed) {
          show("\r\n")
          typed.push(lineFeed)
          endLine()
        } else if (byte === endOfInput) {
          if (typed.length > 0) endLine()
          else complete.push("end")
        } else if (byte === 0x7f || byte === 0x08) {
          if (typed.length === 0) continue
          while (isContinuation(typed.at(-1))) typed.pop()
          typed.pop()
          show("\b \b")
        } else if (byte !== 0x1a) {
          typed.push(byte)
          echo.push(byte)
        }
      }
      return complete
    }

    return {
      io: {
        modes,
        write,
        writeRaw,
        readLine: Effect.map(Effect.orDie(lines.take), (line) => line === "end" ? undefined : line),
        interruptible: (effect) =>
          Effect.suspend(() => {
            const { count } = received
            const interrupted = Effect.async<number>((resume) => {
              if (received.count > count) return resume(Effect.succeed(received.code))
              const listener = (code: number) => resume(Effect.succeed(code))
              listeners.add(listener)
              return Effect.sync(() => listeners.delete(listener))
            })
            return Effect.raceFirst(effect, interrupted)
          })
      },
      typing: Effect.gen(function*() {
        for (let bytes = yield* raw.read; bytes !== undefined; bytes = yield* raw.read) {
          const echo: Array<number> = []
          const complete = type(bytes, echo)
          if (echo.length > 0 && modes.echo) yield* writeRaw(Uint8Array.from(echo))
          yield* lines.offerAll(complete)
        }
      })
    }
  })
