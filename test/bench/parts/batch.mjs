/**
 * What users feel at 60 requests a minute: a batch over 200 apps that sets variables, restarts, and awaits the restart,
 * in virtual time against the sandbox in memory. Compared with the least that any client needs for the same work.
 */
import { Apps, Environment, Operations } from "@effect-scalingo/core/Scalingo"
import { layerClient, Sandbox } from "@effect-scalingo/core/testing"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { runInVirtualTime } from "../virtualTime.mjs"

const apps = 200
const limit = 60
const minute = 60_000

const cases = [1, 10].flatMap((minutes) =>
  [8, 32, "unbounded"].map((concurrency) => ({ duration: minutes * minute, concurrency }))
)

/**
 * The requests that the work itself needs: the exchange of the token, two calls for each app, and reads of each
 * operation, of which one shows its end and the others keep the promise that a waiting program hears of each operation
 * at least once a minute. `least` has only the last read of each.
 */
const requestsFor = ({ duration }) => ({
  least: 1 + apps * 3,
  needed: 1 + apps * (2 + Math.ceil(duration / minute))
})

/** The n-th request cannot arrive earlier. */
const earliest = (n) => Math.floor((n - 1) / limit) * minute

/**
 * No client can be faster than any of these:
 * - the rate limit lets the last of the least number of requests through,
 * - the last of all restarts begins when the limit lets it through, and takes its time,
 * - one of the loops has the most apps, and their operations come one after the other.
 */
const leastTime = ({ concurrency, duration }) => {
  const loops = concurrency === "unbounded" ? apps : concurrency
  return Math.max(
    earliest(requestsFor({ duration }).least),
    earliest(1 + apps * 2) + duration,
    Math.ceil(apps / loops) * duration
  )
}

const program = (concurrency) =>
  Effect.gen(function*() {
    const environment = yield* Environment
    const { restart } = yield* Apps
    const operations = yield* Operations
    const sandbox = yield* Sandbox.Sandbox
    const names = Array.from({ length: apps }, (_, index) => `app-${String(index + 1).padStart(3, "0")}`)
    yield* Effect.forEach(names, (name) =>
      Effect.gen(function*() {
        yield* environment.bulkUpdate(name, [{ name: "RELEASE", value: "v42" }])
        const operation = yield* restart(name)
        yield* operations.await(operation, { timeout: "10 hours" })
      }), { concurrency, discard: true })
    const requests = yield* sandbox.requests
    const refused = requests.filter(({ status }) => status >= 400)
    if (refused.length > 0) return yield* Effect.dieMessage(`the sandbox refused ${refused.length} requests`)
    return requests.length
  })

const measureCase = async ({ concurrency, duration }) => {
  let sent = 0
  const client = layerClient(
    { apps: { count: apps, prefix: "app" } },
    { operationDuration: duration, logInterval: "never", onRequest: () => Effect.sync(() => sent++) }
  )
  const { milliseconds, value: requests } = await runInVirtualTime(
    program(concurrency).pipe(Effect.provide(client), Logger.withMinimumLogLevel(LogLevel.None)),
    () => sent
  )
  const { least, needed } = requestsFor({ duration })
  const leastMilliseconds = leastTime({ concurrency, duration })
  return {
    concurrency,
    duration: duration / minute,
    minutes: milliseconds / minute,
    leastMinutes: leastMilliseconds / minute,
    timeRatio: milliseconds / leastMilliseconds,
    requests,
    leastRequests: least,
    neededRequests: needed,
    requestRatio: requests / needed
  }
}

/** A quick run leaves out what takes most steps: long operations, and no limit of concurrency. */
const isQuick = ({ concurrency, duration }) => duration === minute && concurrency !== "unbounded"

export const measureBatch = async ({ quick }) => {
  const results = []
  for (const it of cases) if (!quick || isQuick(it)) results.push(await measureCase(it))
  return results
}
