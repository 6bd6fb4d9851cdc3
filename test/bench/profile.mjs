/**
 * Reads CPU profiles: which functions and which packages take the time.
 */
const packageOf = (url, functionName) => {
  const [, dependency] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
  if (dependency !== undefined) return dependency
  const [, own] = /\/packages\/(\w+)\/dist\//.exec(url) ?? []
  if (own !== undefined) return `@effect-scalingo/${own}`
  if (url.startsWith("node:")) return "node"
  return url === "" ? functionName.startsWith("(") ? functionName : "native functions" : "benchmark"
}

const placeOf = ({ functionName, lineNumber, url }) => {
  const name = functionName === "" ? "(anonymous)" : functionName
  return url === "" ? name : `${name} ${url.replace(/.*\/(?:dist\/(?:esm\/)?|lib\/)/, "")}:${lineNumber + 1}`
}

const add = (map, key, amount) => map.set(key, (map.get(key) ?? 0) + amount)

const top = (times, total, amount) =>
  [...times].toSorted(([, a], [, b]) => b - a).slice(0, amount)
    .map(([name, time]) => ({ name, percent: time / total * 100 }))

/** The share of the self time, in percent, without the time in which the process was idle. */
export const readProfile = ({ nodes, samples, timeDeltas }, amount = 10) => {
  const frames = new Map(nodes.map(({ callFrame, id }) => [id, callFrame]))
  const functions = new Map()
  const packages = new Map()
  let total = 0
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    if (frame.functionName === "(idle)") continue
    // The time until the next sample belongs to this one.
    const time = timeDeltas[index + 1] ?? 0
    total += time
    add(functions, placeOf(frame), time)
    add(packages, packageOf(frame.url, frame.functionName), time)
  }
  return { functions: top(functions, total, amount), packages: top(packages, total, amount) }
}
