/**
 * What the modules of the core package do when they are imported, in a process of its own and on the built package.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import { runNode, tsc } from "../processes.js"

const index = new URL("../../../packages/core/dist/index.js", import.meta.url)

beforeAll(tsc("-b", "packages/core", "packages/node"))

// Deno asks for a permission, and some edge runtimes have no `process` at all.
it(
  "the core package reads no environment variable when it is imported",
  async () => {
    const script = `
    const read = new Set()
    // The module loader of Node reads these two.
    const ofNode = ["WATCH_REPORT_DEPENDENCIES", "NODE_V8_COVERAGE"]
    const note = (name) => { if (typeof name === "string" && !ofNode.includes(name)) read.add(name) }
    process.env = new Proxy({}, {
      get: (_, name) => note(name),
      has: (_, name) => { note(name); return false },
      ownKeys: () => { note("all of them"); return [] }
    })
    const core = await import(${JSON.stringify(index.href)})
    await import(${JSON.stringify(new URL("testing/index.js", index).href)})
    console.log(JSON.stringify({ modules: Object.keys(core).length > 10, read: [...read] }))`
    const { output } = await runNode(["--input-type=module", "--eval", script])
    assert.deepStrictEqual(JSON.parse(output), { modules: true, read: [] })
  }
)
