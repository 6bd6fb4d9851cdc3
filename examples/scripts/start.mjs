/**
 * `npm start`: installs the dependencies, builds, and runs the main job. Arguments are passed to the job.
 */
import { spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Prints one line per step, and the full output of a step that fails. */
const step = (name, command, args) => {
  const start = performance.now()
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: Infinity,
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"]
  })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (result.status === 0) return console.log(`ok    ${name} (${seconds} s)`)
  console.log(`FAIL  ${name} (${seconds} s): ${[command, ...args].join(" ")}`)
  console.log(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`)
  process.exit(1)
}

step("install", "npx", ["-y", "pnpm@10.34.9", "install", "--frozen-lockfile"])
step("build", process.execPath, [join("test", "scripts", "tsc.mjs"), "-b", "examples"])

const job = join(root, "examples", "dist", "roll-out", "main.js")
const child = spawn(process.execPath, [job, ...process.argv.slice(2)], { stdio: "inherit" })
// Ctrl-C reaches the job directly, since both share the terminal. This process waits until the job has ended.
process.on("SIGINT", () => undefined)
process.on("SIGTERM", () => child.kill("SIGTERM"))
child.on("close", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)))
