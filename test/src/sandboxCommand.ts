/**
 * Runs the command `scalingo-sandbox`, in another process or in this one.
 */
import { Effect, Exit, Scope } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { parse } from "../../packages/node/src/internal/sandboxCommand/arguments.js"
import type { CommandFailure } from "../../packages/node/src/internal/sandboxCommand/failure.js"
import { serve } from "../../packages/node/src/internal/sandboxCommand/serve.js"

const bin = fileURLToPath(new URL("../../packages/node/bin/scalingo-sandbox.js", import.meta.url))

interface Printed {
  readonly append: (text: string) => void
  readonly output: () => string
  readonly awaitOutput: (pattern: RegExp) => Effect.Effect<void>
  /** Nothing more is printed: who waits for more gets a defect. */
  readonly close: () => void
}

/** What a command prints. */
const makePrinted = (): Printed => {
  let output = ""
  let isClosed = false
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of Array.from(listeners)) listener()
  }
  return {
    append(text) {
      output += text
      changed()
    },
    output: () => output,
    awaitOutput: (pattern) =>
      Effect.async<void>((resume) => {
        const look = () => {
          if (pattern.test(output)) resume(Effect.void)
          else if (isClosed) resume(Effect.dieMessage(`ended without ${pattern}: ${output}`))
        }
        listeners.add(look)
        look()
        return Effect.sync(() => {
          listeners.delete(look)
        })
      }),
    close() {
      isClosed = true
      changed()
    }
  }
}

export interface ServedSandbox {
  readonly url: string
  /** What it has printed so far, both channels. */
  readonly output: () => string
  /** Waits until it has printed something that matches. */
  readonly awaitOutput: (pattern: RegExp) => Effect.Effect<void>
}

/** Waits until the command is ready. */
const served = ({ awaitOutput, output }: Printed): Effect.Effect<ServedSandbox> =>
  Effect.map(awaitOutput(/^Ready: \S+$/m), () => ({
    url: /^Ready: (\S+)$/m.exec(output())?.[1] ?? "",
    output,
    awaitOutput
  }))

/** How the command fails. */
export const serveFailing = (args: ReadonlyArray<string>): Effect.Effect<CommandFailure, void> =>
  Effect.flip(Effect.scoped(serveIn(makePrinted(), args)))

const serveIn = ({ append }: Printed, args: ReadonlyArray<string>) => {
  const print = (text: string) => Effect.sync(() => append(text))
  return Effect.flatMap(parse(args), (parsed) =>
    parsed._tag === "Serve"
      ? serve(parsed.arguments, { print, warn: (text) => print(`scalingo-sandbox: ${text}\n`) })
      : Effect.dieMessage(parsed._tag))
}

/** A command in this process. */
export interface SandboxHere extends ServedSandbox {
  /** What a signal does, but for the end of a process. */
  readonly end: Effect.Effect<void>
}

/**
 * Runs the command in this process on a free port, and waits until it is ready. It ends with the scope. A process of its
 * own takes seconds of CPU time, so only signals, exit codes and the channels are tested with one.
 */
export const serveSandbox = (args: ReadonlyArray<string> = []): Effect.Effect<SandboxHere, never, Scope.Scope> =>
  Effect.gen(function*() {
    const printed = makePrinted()
    const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    yield* Effect.orDie(Scope.extend(serveIn(printed, ["--port", "0", ...args]), scope))
    return { ...yield* served(printed), end: Scope.close(scope, Exit.void) }
  })

/** A command in another process. */
export interface RunningSandbox extends ServedSandbox {
  /** Sends a signal, and returns how the process ends: its exit code, or the name of a signal. */
  readonly end: (signal: NodeJS.Signals) => Effect.Effect<number | string | null>
}

export interface StartOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** The program. Default: the one of this repository. */
  readonly program?: string
}

/** Starts the built command on a free port, and waits until it is ready. It is killed at the end of the scope. */
export const startSandbox = (args: ReadonlyArray<string> = [], { cwd, env, program = bin }: StartOptions = {}) =>
  Effect.gen(function*() {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [program, "--port", "0", ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const printed = makePrinted()
    for (const channel of [child.stdout, child.stderr]) channel.setEncoding("utf8").on("data", printed.append)
    const ended = new Promise<number | string | null>((resolve) => {
      child.on("close", (code, signal) => {
        printed.close()
        resolve(signal ?? code)
      })
    })
    const running: RunningSandbox = {
      ...yield* served(printed),
      end: (signal) =>
        Effect.promise(() => {
          child.kill(signal)
          return ended
        })
    }
    return running
  })
