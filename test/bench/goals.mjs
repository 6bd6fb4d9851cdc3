/**
 * The goals: what must hold, and what is aimed at. Each looks at one number of the results.
 */
import { operations } from "./operations.mjs"
import { batchLabel } from "./report.mjs"

const requestGoals = {
  getApp: { must: [2.4, 0.42], aim: [1.6, 0.3] },
  list20: { must: [2.2, 0.55], aim: [1.5, 0.45] },
  list100: { must: [1.9, 0.85], aim: [1.4, 0.7] },
  createApp: { must: [2.4, 0.45], aim: [1.6, 0.32] }
}

const atMost = (label, measured, must, aim) => ({ label, measured, must, aim, isMet: (goal) => measured <= goal })
const atLeast = (label, measured, must, aim) => ({ label, measured, must, aim, isMet: (goal) => measured >= goal })

const httpGoals = (http) => [
  ...operations.flatMap(({ label, name }) => {
    const goals = requestGoals[name]
    if (goals === undefined) return []
    const { xOfficial, xUndici } = http[name].cpu.ours
    return [
      atMost(`${label}, CPU x undici`, xUndici, goals.must[0], goals.aim[0]),
      atMost(`${label}, CPU x official`, xOfficial, goals.must[1], goals.aim[1])
    ]
  }),
  atLeast("events, items a second x undici", http.walkEvents.perSecond.ours.xUndici, 0.6, 0.8),
  atLeast("events, items a second x official", http.walkEvents.perSecond.ours.xOfficial, 0.85, 1.2)
]

const decodeGoals = ({ apps, events }) => [
  atMost("parse + decode of 100 apps x JSON.parse", apps.ratio, 1.9, 1.5),
  atMost("parse + decode of 100 events x JSON.parse", events.ratio, 2.2, 1.6)
]

const coldStartGoals = ({ all, one }) => [
  atMost("import of one service x Effect's modules", one.ratio, 1.15, 1.1),
  atMost("import of everything x Effect's modules", all.ratio, 1.25, 1.1)
]

const sizeGoals = ({ all, one }) => [
  atMost("our part of a bundle with one service, kB", one.own, 15, 10),
  atMost("our part of a bundle with everything, kB", all.own, 45)
]

const heapGoals = ({ growth }) => [atMost("memory at page 1,000 of events over page 100, MB", growth, 1)]

/**
 * "A few µs each", as a multiple of a fiber that waits for a `Deferred` of its own, which takes some µs on an idle machine
 * and many times that on a busy one.
 */
const waitersGoals = ({ acquired, interrupted }) => [
  atMost("a fiber that waits for its turn x one that waits for a Deferred", acquired.ratio, 2.5),
  atMost("a fiber that is interrupted x one that waits for a Deferred", interrupted.ratio, 2.5)
]

const batchGoals = (cases) =>
  cases.flatMap((it) => [
    atMost(`${batchLabel(it)}: time x the least`, it.timeRatio, 1.05),
    atMost(`${batchLabel(it)}: requests x those needed`, it.requestRatio, 1.1)
  ])

const typesGoals = ({ events, one }) => [
  atMost("instantiations with one service", one, 35_000),
  atMost("instantiations with the stream of events", events, 60_000)
]

const goalsOf = {
  http: httpGoals,
  decode: decodeGoals,
  coldStart: coldStartGoals,
  size: sizeGoals,
  heap: heapGoals,
  waiters: waitersGoals,
  batch: batchGoals,
  types: typesGoals
}

/** One for each goal of the parts that were measured. */
export const checkGoals = (results) => {
  const goals = Object.entries(goalsOf).flatMap(([part, of]) => results[part] === undefined ? [] : of(results[part]))
  return ["must", "aim"].flatMap((kind) =>
    goals.flatMap((goal) =>
      goal[kind] === undefined
        ? []
        : [{ kind, label: goal.label, measured: goal.measured, wanted: goal[kind], isMet: goal.isMet(goal[kind]) }]
    )
  )
}

const written = (number) => Number.isInteger(number) ? String(number) : number.toFixed(3)

export const goalLine = ({ isMet, kind, label, measured, wanted }) =>
  `${kind.padEnd(4)}  ${label}: ${written(measured)}, wanted ${wanted}: ${isMet ? "met" : "missed"}`
