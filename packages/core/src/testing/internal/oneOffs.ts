/**
 * One-off containers: those that a client attaches to, and detached ones, whose output goes to the log of the app.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { labelOf } from "./apps.js"
import { minute } from "./durations.js"
import { followClock } from "./live.js"
import { maxLogLines, writeLog } from "./logStore.js"
import type { App, Container } from "./models.js"
import type { RawSocket } from "./rawSocket.js"
import { runShell, type ShellIo } from "./shell.js"
import { type State, statePart } from "./state.js"
import { makeTerminal } from "./terminal.js"
import { expandAliases } from "./variables.js"

/** How a one-off has ended: with an exit code, or cut for inactivity. */
type Ending = number | "inactive"

export interface OneOff {
  readonly app: App
  readonly container: Container
  readonly env: { readonly [name: string]: string }
  /** By their whole path. */
  readonly files: Map<string, Uint8Array>
  size: { width: number; height: number }
  isAttached: boolean
  ending: Ending | undefined
  /** Removes what is scheduled for a detached one-off. */
  cancel: () => void
}

/** By the id of the container. One-offs that have ended stay, since their exit codes can be asked for. */
const oneOffs = statePart(() => new Map<string, OneOff>())

export const oneOffOf = (state: State, id: string): OneOff | undefined => oneOffs(state).get(id)

export const createOneOff = (
  state: State,
  app: App,
  container: Container,
  env: { readonly [name: string]: string }
): OneOff => {
  const oneOff: OneOff = {
    app,
    container,
    env,
    files: new Map(),
    size: { width: 80, height: 24 },
    isAttached: false,
    ending: undefined,
    cancel: () => {}
  }
  oneOffs(state).set(container.id, oneOff)
  return oneOff
}

/** The folder of the files that are sent to a one-off. */
export const uploadsFolder = "/tmp/uploads"

/** The exit code of a container that is killed. */
const killed = 137

/** Ends a one-off: its container is gone. The exact words in the log are ours. */
export const endOneOff = (state: State, oneOff: OneOff, ending: Ending): void => {
  if (oneOff.ending !== undefined) return
  oneOff.ending = ending
  oneOff.cancel()
  const { app, container } = oneOff
  app.containers = app.containers.filter((it) => it !== container)
  const code = ending === "inactive" ? killed : ending
  if (state.apps.has(app.id)) {
    writeLog(state, app.id, "manager", [`container [${labelOf(container)}] exited with status code ${code}`])
  }
  state.changed()
}

/** Ends a one-off whose app has been deleted. */
const endWithApp = (state: State, oneOff: OneOff): void => {
  if (!state.apps.has(oneOff.app.id)) endOneOff(state, oneOff, killed)
}

const variablesOf = ({ app, container, env }: OneOff): ReadonlyMap<string, string> =>
  new Map([
    ["APP", app.name],
    ["CONTAINER", labelOf(container)],
    ["TERM", "xterm"],
    ...app.variables.map(({ name, value }) => [name, expandAliases(app, value)] as const),
    ...Object.entries(env)
  ])

const inactivityLimit = 30 * minute

/** Runs the command of a one-off on the terminal of a client. A client that goes away kills the container. */
export const attach = (state: State, oneOff: OneOff, socket: RawSocket): Effect.Effect<void> =>
  Effect.gen(function*() {
    if (oneOff.isAttached) return
    oneOff.isAttached = true
    let active = yield* Clock.currentTimeMillis
    const noteActivity = Effect.map(Clock.currentTimeMillis, (now) => {
      active = now
    })
    const terminal = yield* makeTerminal({
      ...socket,
      write: (bytes) => Effect.zipRight(socket.write(bytes), noteActivity),
      read: Effect.zipLeft(socket.read, noteActivity)
    })
    const io: ShellIo = {
      ...terminal.io,
      size: () => oneOff.size,
      readFile: (path) => oneOff.files.get(path)
    }
    const command = Effect.map(
      runShell(io, oneOff.container.command, variablesOf(oneOff)),
      (code) => endOneOff(state, oneOff, code)
    )
    const endedElsewhere = followClock(state, (now) =>
      Effect.sync(() => {
        endWithApp(state, oneOff)
        if (now >= active + inactivityLimit) endOneOff(state, oneOff, "inactive")
        return oneOff.ending === undefined ? active + inactivityLimit : undefined
      }))
    yield* Effect.raceFirst(command, Effect.raceFirst(endedElsewhere, terminal.typing)).pipe(
      Effect.ensuring(Effect.sync(() => endOneOff(state, oneOff, killed)))
    )
  })

/** Waits until a one-off has ended. */
export const awaitEnd = (state: State, oneOff: OneOff): Effect.Effect<Ending> =>
  Effect.map(
    followClock(state, () =>
      Effect.sync(() => {
        endWithApp(state, oneOff)
        return oneOff.ending === undefined ? Number.POSITIVE_INFINITY : undefined
      })),
    () => oneOff.ending ?? killed
  )

/** How many bytes a detached one-off prints at most. Then it is killed, since its command may be endless. */
const maxDetachedOutput = 16 * 1024 * 1024

interface Printed {
  readonly at: number
  readonly lines: Array<string>
}

/** Runs a command at once, on a clock of its own: what it prints when, and its exit code. */
const rehearse = (command: string, variables: ReadonlyMap<string, string>, start: number) => {
  let now = start
  const clock: Clock.Clock = {
    ...Clock.make(),
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(now) * 1_000_000n,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(() => BigInt(now) * 1_000_000n),
    sleep: (duration) =>
      Effect.sync(() => {
        now += Duration.toMillis(duration)
      })
  }
  const printed: Array<Printed> = []
  const decoder = new TextDecoder()
  let size = 0
  let rest = ""
  const print = (lines: ReadonlyArray<string>) => {
    const last = printed.at(-1)
    if (last?.at !== now) return printed.push({ at: now, lines: lines.slice(-maxLogLines) })
    for (const line of lines) last.lines.push(line)
    return last.lines.length > 2 * maxLogLines ? last.lines.splice(0, last.lines.length - maxLogLines) : undefined
  }
  const write = (bytes: Uint8Array): Effect.Effect<void> =>
    Effect.suspend(() => {
      size += bytes.length
      if (size > maxDetachedOutput) return Effect.interrupt
      const parts = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/)
      rest = parts.pop() ?? ""
      if (parts.length > 0) print(parts)
      return Effect.void
    })
  const io: ShellIo = {
    write,
    writeRaw: write,
    readLine: Effect.succeed(undefined),
    interruptible: (effect) => effect,
    size: () => ({ width: 0, height: 0 }),
    modes: { opost: false, echo: false },
    readFile: () => undefined
  }
  const exit = Effect.runSyncExit(Effect.withClock(runShell(io, command, variables), clock))
  if (rest !== "") print([rest])
  return { printed, end: now, code: Exit.isSuccess(exit) ? exit.value : killed }
}

/** Runs a detached one-off: its output goes to the log of the app, by the Clock. */
export const runDetached = (state: State, oneOff: OneOff): void => {
  const { app, container } = oneOff
  const start = state.now()
  const { code, end, printed } = rehearse(container.command, variablesOf(oneOff), start)
  const cancels = printed.map(({ at, lines }) =>
    state.after(at - start, () => writeLog(state, app.id, labelOf(container), lines))
  )
  cancels.push(state.after(end - start, () => endOneOff(state, oneOff, code)))
  oneOff.cancel = () => {
    for (const cancel of cancels) cancel()
  }
}
