/**
 * Runs the commands of `npm test`. Uses Node only, since it also runs before the installation.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../..", import.meta.url))

/** Runs a command and resolves to its exit code, with its output when `quiet`. */
export const run = (command, args, { cwd = root, env = {}, quiet = false } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
      shell: process.platform === "win32"
    })
    let output = ""
    child.stdout?.on("data", (data) => (output += data))
    child.stderr?.on("data", (data) => (output += data))
    child.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    child.on("close", (code) => resolve({ code: code ?? 1, output }))
  })

/**
 * The compiler of TypeScript 7, which checks the same for a fifth of the time. It is a dependency of the tests under
 * another name, so that `npx tsc` stays the compiler that builds, whose rules of Effect need TypeScript 5.
 */
export const nativeCompiler = `${root}test/node_modules/typescript-native/bin/tsc`

export const bin = (name) => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url))

/** Runs vitest over the tests. */
export const vitest = (args, env = {}) =>
  run(`${root}test/node_modules/.bin/vitest`, ["run", ...args], {
    cwd: `${root}test`,
    // The tests need not build what has just been built.
    env: { CI: "true", IS_BUILT: "yes", ...env }
  })

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Runs a command and prints one line, followed by its output when it fails. */
export const step = async (name, command, args, options) => {
  const since = performance.now()
  const { code, output } = await run(command, args, { ...options, quiet: true })
  if (code === 0) console.log(`ok    ${name} (${seconds(since)})`)
  else console.log(`FAIL  ${name} (${seconds(since)}): ${[command, ...args].join(" ")}\n${output}`)
  return code === 0
}

export const install = () => step("install", "npx", ["-y", "pnpm@10.34.9", "install", "--frozen-lockfile"])
