/**
 * Runs Node in other processes, so that the tests of this one go on.
 */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/**
 * The path of a program that a test starts: `programFile("examples/dist/tail/main.js")`. `npm test` has bundled them all,
 * see `scripts/programs.mjs`.
 */
export const programFile = (path: string): string =>
  process.env["PROGRAMS"] === "bundled" ? `${root}test/dist/programs/${path.replace(/\.m?js$/, ".mjs")}` : root + path

export interface Ended {
  readonly code: number | null
  /** What it has printed, both channels. */
  readonly output: string
}

export interface ProcessOptions {
  /** Default: the folder of the repository. */
  readonly cwd?: string
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv
}

export const run = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd = root, env }: ProcessOptions = {}
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const channel of [child.stdout, child.stderr]) {
      channel.setEncoding("utf8").on("data", (text: string) => {
        output += text
      })
    }
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, output }))
  })

export const runNode = (args: ReadonlyArray<string>, options?: ProcessOptions): Promise<Ended> =>
  run(process.execPath, args, options)

/** Runs the compiler as `npm test` does, which says that it has done so. */
export const tsc = (...args: ReadonlyArray<string>) => async (): Promise<void> => {
  if (process.env["IS_BUILT"] === "yes") return
  const { code, output } = await runNode([`${root}test/scripts/tsc.mjs`, ...args])
  if (code !== 0) throw new Error(output)
}

/** A program that is running. */
export interface Running {
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits for text in one of the channels. There is no other end than that of the test. */
  readonly until: (isThere: () => boolean) => Effect.Effect<void>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** The exit code, once it has ended. */
  readonly ended: Effect.Effect<number | null>
}

/** Starts Node with a program that is killed with the scope. */
export const startNode = (args: ReadonlyArray<string>, { cwd = root, env }: ProcessOptions = {}) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] })),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child): Running => {
      const texts = { stdout: "", stderr: "" }
      for (const channel of ["stdout", "stderr"] as const) {
        child[channel].setEncoding("utf8").on("data", (text: string) => {
          texts[channel] += text
        })
      }
      const closed = new Promise<number | null>((resolve) => child.on("close", resolve))
      const until = (isThere: () => boolean): Effect.Effect<void> =>
        Effect.suspend(() => isThere() ? Effect.void : Effect.zipRight(Effect.sleep(20), until(isThere)))
      return {
        stdout: () => texts.stdout,
        stderr: () => texts.stderr,
        until,
        signal: (signal) => Effect.sync(() => child.kill(signal)),
        ended: Effect.promise(() => closed)
      }
    }
  )
