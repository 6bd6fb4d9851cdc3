/**
 * Every case of the hostile server over both transports: what it ends with, how long it takes, and how much memory the
 * process holds meanwhile. `npm run test:hostile` prints the table. It fails when a case ends with something else than a
 * typed error or a value.
 */
import { Cause, Effect, Exit } from "effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { hostileServer, platform, transports } from "./hostile.js"
import { callCase, cases } from "./hostileCases.js"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** The memory that is in use, in bytes. The resident memory would not get smaller after a large case. */
const memoryInUse = (): number => {
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

/** Runs an effect, and gives its exit, its time and by how much the memory in use has grown at most. */
const measure = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const before = yield* Effect.sync(() => {
      collectGarbage()
      return memoryInUse()
    })
    let peak = before
    const sample = Effect.sync(() => {
      peak = Math.max(peak, memoryInUse())
    })
    const started = performance.now()
    const exit = yield* Effect.raceFirst(
      Effect.exit(Effect.zipLeft(effect, sample)),
      Effect.forever(Effect.delay(sample, "1 millis"))
    )
    return { exit, millis: performance.now() - started, growth: peak - before }
  })

const outcomeOf = (exit: Exit.Exit<unknown, { readonly _tag: string }>): string | undefined => {
  if (Exit.isSuccess(exit)) return "a value"
  const failure = Cause.failureOption(exit.cause)
  if (failure._tag === "None") return undefined
  const reason = Reflect.get(failure.value, "reason")
  return failure.value._tag + (typeof reason === "string" ? `: ${reason}` : "")
}

const table = Effect.gen(function*() {
  const { plain } = yield* hostileServer
  let untyped = 0
  for (const [over, client] of Object.entries(transports)) {
    const live = platform(client, plain)
    // The first request loads code and fills caches.
    yield* Effect.exit(Effect.provide(callCase(cases[0]!, over, "table"), live))
    for (const hostile of cases) {
      const { exit, growth, millis } = yield* measure(Effect.provide(callCase(hostile, over, "table"), live))
      const outcome = outcomeOf(exit)
      if (outcome === undefined) untyped++
      const columns = [
        over.padEnd(8),
        hostile.name.padEnd(52),
        `${millis.toFixed(0).padStart(5)} ms`,
        `${(growth / 1024 / 1024).toFixed(1).padStart(6)} MiB`,
        outcome ?? "NOT TYPED"
      ]
      process.stdout.write(`${columns.join("  ")}\n`)
    }
  }
  const resident = process.resourceUsage().maxRSS / 1024
  process.stdout.write(
    `${untyped} of ${cases.length * 2} cases not typed; highest resident memory ${resident.toFixed(0)} MiB\n`
  )
  return untyped === 0 ? 0 : 1
})

export const main = (): Promise<number> => Effect.runPromise(Effect.scoped(table))
