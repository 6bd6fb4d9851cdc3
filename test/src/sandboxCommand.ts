/**
 * Runs the built command `scalingo-sandbox` in another process.
 */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../packages/node/bin/scalingo-sandbox.js", import.meta.url))

export interface RunningSandbox {
  readonly url: string
  /** What it has printed so far, both channels. */
  readonly output: () => string
  /** Waits until it has printed something that matches. */
  readonly awaitOutput: (pattern: RegExp) => Effect.Effect<void>
  /** Sends a signal, and returns how the process ends: its exit code, or the name of a signal. */
  readonly end: (signal: NodeJS.Signals) => Effect.Effect<number | string | null>
}

export interface StartOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** The program. Default: the one of this repository. */
  readonly program?: string
}

/** Starts the command on a free port, and waits until it is ready. It is killed at the end of the scope. */
export const startSandbox = (args: ReadonlyArray<string> = [], { cwd, env, program = bin }: StartOptions = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [program, "--port", "0", ...args], {
        cwd,
        env,
        stdio: ["ignore", "pipe", "pipe"]
      })
      let output = ""
      const listeners = new Set<() => void>()
      const changed = () => {
        for (const listener of Array.from(listeners)) listener()
      }
      for (const channel of [child.stdout, child.stderr]) {
        channel.setEncoding("utf8").on("data", (text: string) => {
          output += text
          changed()
        })
      }
      const ended = new Promise<number | string | null>((resolve) => {
        child.on("close", (code, signal) => {
          changed()
          resolve(signal ?? code)
        })
      })
      /** Waits for output; a defect when the process ends without it. */
      const awaitOutput = (pattern: RegExp) =>
        Effect.async<void>((resume) => {
          const look = () => {
            if (pattern.test(output)) resume(Effect.void)
            else if (child.exitCode !== null) resume(Effect.dieMessage(`ended without ${pattern}: ${output}`))
          }
          listeners.add(look)
          child.once("close", look)
          look()
          return Effect.sync(() => {
            listeners.delete(look)
          })
        })
      return {
        child,
        output: () => output,
        awaitOutput,
        end: (signal: NodeJS.Signals) =>
          Effect.promise(() => {
            child.kill(signal)
            return ended
          })
      }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  ).pipe(
    Effect.flatMap(({ awaitOutput, end, output }) =>
      Effect.map(awaitOutput(/^Ready: \S+$/m), (): RunningSandbox => ({
        url: /^Ready: (\S+)$/m.exec(output())?.[1] ?? "",
        output,
        awaitOutput,
        end
      }))
    )
  )
