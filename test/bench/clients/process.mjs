/**
 * The process of one client: runs its calls on request and tells the CPU time that they took.
 *
 * Each client has a process of its own. Loading undici changes what the global `fetch` of Node does, garbage of one
 * client would be collected at the cost of another, and functions that two clients share would be compiled for both. The
 * parent gives the processes turns, so that they still see the same load of the machine.
 */
import { Session } from "node:inspector/promises"
import { serveParent } from "../child.mjs"
import { operations } from "../operations.mjs"

const [name, url] = process.argv.slice(2)
const { connect, run, runOnce } = await import(`./${name}.mjs`)
const calls = await connect(url)

for (const { expected, name: operation } of operations) {
  const value = await runOnce(calls[operation])
  if (value !== expected) throw new Error(`${name}, ${operation}: got ${value} instead of ${expected}`)
}

const measure = async ({ calls: amount, concurrency, operation }) => {
  const since = performance.now()
  const before = process.cpuUsage()
  await run(calls[operation], amount, concurrency)
  const { system, user } = process.cpuUsage(before)
  return { cpu: system + user, milliseconds: performance.now() - since }
}

const profile = async (request) => {
  const session = new Session()
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.setSamplingInterval", { interval: 200 })
  await session.post("Profiler.start")
  await measure(request)
  const { profile } = await session.post("Profiler.stop")
  session.disconnect()
  return { profile }
}

serveParent({ ready: true }, (request) => request.profile === true ? profile(request) : measure(request))
