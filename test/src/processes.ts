/**
 * Runs Node in other processes, so that the tests of this one go on.
 */
import { spawn } from "node:child_process"
import { root } from "./typescript.js"

export interface Ended {
  readonly code: number | null
  /** What it has printed, both channels. */
  readonly output: string
}

export const run = (command: string, args: ReadonlyArray<string>, cwd = root): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const channel of [child.stdout, child.stderr]) {
      channel.setEncoding("utf8").on("data", (text: string) => {
        output += text
      })
    }
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, output }))
  })

export const runNode = (args: ReadonlyArray<string>, cwd = root): Promise<Ended> => run(process.execPath, args, cwd)

/** Runs the compiler as `npm test` does, so what is built already takes a second. */
export const tsc = (...args: ReadonlyArray<string>) => async (): Promise<void> => {
  const { code, output } = await runNode([`${root}test/scripts/tsc.mjs`, ...args])
  if (code !== 0) throw new Error(output)
}
