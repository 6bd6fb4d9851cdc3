/**
 * `npm run bench`: measures the built packages, prints one table and a line for each goal, and writes JSON. Ends with
 * exit status 1 when a goal that must be met is missed.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { cpus } from "node:os"
import { dirname, resolve } from "node:path"
import { checkGoals, goalLine } from "./goals.mjs"
import { readOptions, usage } from "./options.mjs"
import { rowsOf } from "./report.mjs"
import { table } from "./table.mjs"

/** Loaded when they are measured, so that a part finds the process as if it were the only one. */
const parts = {
  http: async () => (await import("./parts/http.mjs")).measureHttp,
  decode: async () => (await import("./parts/decode.mjs")).measureDecode,
  coldStart: async () => (await import("./parts/coldStart.mjs")).measureColdStart,
  size: async () => (await import("./parts/size.mjs")).measureSize,
  heap: async () => (await import("./parts/heap.mjs")).measureHeap,
  waiters: async () => (await import("./parts/waiters.mjs")).measureWaiters,
  batch: async () => (await import("./parts/batch.mjs")).measureBatch,
  types: async () => (await import("./parts/types.mjs")).measureTypes
}

const optionsOrUsage = () => {
  try {
    return readOptions(process.argv.slice(2), Object.keys(parts))
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`)
    process.exit(2)
  }
}

/** The results of these are the same on a busy machine, so they are measured side by side. */
const exact = ["size", "batch", "types"]

const options = optionsOrUsage()
const results = {}
const measure = async (name) => {
  const since = performance.now()
  results[name] = await (await parts[name]())(options)
  console.error(`measured ${name} in ${((performance.now() - since) / 1000).toFixed(1)} s`)
}
for (const name of options.only) if (!exact.includes(name)) await measure(name)
await Promise.all(options.only.filter((name) => exact.includes(name)).map(measure))

const goals = checkGoals(results)
console.log(["", ...table(rowsOf(results)), "", ...goals.map(goalLine)].join("\n"))

const out = resolve(options.out)
await mkdir(dirname(out), { recursive: true })
const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model }
await writeFile(out, `${JSON.stringify({ machine, rounds: options.rounds, results, goals }, null, 2)}\n`)
console.log(`\nresults in ${out}`)

if (options.profile !== undefined) {
  const { profileHttp } = await import("./parts/profile.mjs")
  console.log(["", ...(await profileHttp(options.profile))].join("\n"))
}
process.exitCode = goals.some(({ isMet, kind }) => kind === "must" && !isMet) ? 1 : 0
