/**
 * `npm start`: installs and builds what is missing, then runs the main job. Arguments go to the job.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { bin, install, step } from "../../test/scripts/steps.mjs"

const built = (await install()) && (await step("build", bin("tsc"), ["-b", "examples"]))
if (!built) process.exit(1)

const job = fileURLToPath(new URL("../dist/rollOut/main.js", import.meta.url))
const child = spawn(process.execPath, [job, ...process.argv.slice(2)], { stdio: "inherit" })
// Ctrl-C reaches the job by itself, since it shares the terminal; this process waits for it to say what was done.
process.on("SIGINT", () => undefined)
process.on("SIGTERM", () => child.kill("SIGTERM"))
child.on("close", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)))
