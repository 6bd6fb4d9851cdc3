/**
 * The main job of the examples: its parts with the clock of the test, and the whole as a process that is interrupted.
 */
import { Apps, withRegion } from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Schedule, Stream, TestClock } from "effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Demo from "../../../examples/roll-out/Demo.js"
import { fleet, fleetOf, keyOf } from "../../../examples/roll-out/Fleet.js"
import { type Entry, Journal, layerMemory } from "../../../examples/roll-out/Journal.js"
import { type Outcome, rollOut } from "../../../examples/roll-out/RollOut.js"
import { programFile } from "../processes.js"
import { temporaryFolder } from "../temporaryFolder.js"
import { exchanges, Fault, over, Sandbox, Seed, statuses, withScalingo } from "./kit.js"

/** 26 and 14 apps of the project in two regions, and others. */
const withFleet = withScalingo({
  accounts: [{ username: "john" }],
  apps: [
    ...Seed.fleet({ count: 26, prefix: "shop", project: "shop" }),
    ...Seed.fleet({ count: 14, prefix: "shop-sec", project: "shop", region: "osc-secnum-fr1" }),
    ...Seed.fleet({ count: 10, prefix: "blog", project: "blog" })
  ]
}, {
  sandbox: { requestLimit: 600, operationDuration: "3 seconds" },
  client: { rateLimit: 600 }
})

/** The faults of the demonstration, and two more writes that need a retry. */
const troubles = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  yield* Demo.troubles
  const restart = { method: "POST", path: "/apps/:app/restart" }
  // Long after the throttled restarts: an app that meets both could use up its attempts.
  yield* sandbox.inject({ on: restart, fault: Fault.status(503), times: 2, after: 30 })
})

const options = { variable: "RELEASE", concurrency: 8 }

const targets = Effect.map(Stream.runCollect(fleetOf("shop")), (all) => Array.from(all))

const outcomes = Effect.flatMap(
  targets,
  (all) => Effect.map(Stream.runCollect(rollOut(all, options)), (found): ReadonlyArray<Outcome> => Array.from(found))
)

const count = (all: ReadonlyArray<Outcome>, result: Outcome["result"]) =>
  all.filter((outcome) => outcome.result === result).length

/** The restarts of each app of the project as the sandbox has them. */
const restarts = Effect.flatMap(Sandbox.Sandbox, (sandbox) =>
  Effect.map(sandbox.apps, (apps) =>
    new Map(
      apps.filter(({ project }) => project === "shop").map((app) => [
        `${app.region}/${app.name}`,
        app.operations.map(({ status }) => status)
      ])
    )))

const done: Entry = { _tag: "Done", attempts: 1, seconds: 3 }

describe("the main job", () => {
  it.effect("reports the one failure, and loses nothing", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* troubles
      const all = yield* outcomes.pipe(over("10 minutes"))
      assert.strictEqual(new Set(all.map(({ target }) => keyOf(target))).size, 40)
      assert.deepStrictEqual([count(all, "done"), count(all, "failed")], [39, 1])
      const failed = all.find(({ result }) => result === "failed")
      assert.strictEqual(failed?.target.app.name, Demo.unlucky)
      assert.match(failed?.reason ?? "", /the container web-1 did not boot in time/)

      for (const app of yield* sandbox.apps) {
        assert.strictEqual(app.variables["RELEASE"], app.project === "shop" ? "v2" : undefined)
      }
      for (const [key, states] of yield* restarts) {
        assert.deepStrictEqual(states, [key === `osc-fr1/${Demo.unlucky}` ? "error" : "done"])
      }
      // Three and two 503s on writes and six 429s led to retries, and each counts for its app.
      assert.isAtLeast(all.reduce((sum, { attempts }) => sum + attempts - 1, 0), 3 + 2 + 6)
      assert.strictEqual(yield* exchanges, 2)
      assert.deepInclude(yield* statuses, { 429: 6, 503: 7 })
    }).pipe(Effect.provide(layerMemory("v2")), withFleet))

  it.effect("the fleet is that of all regions", () =>
    Effect.gen(function*() {
      const all = Array.from(yield* Stream.runCollect(fleet))
      assert.strictEqual(all.length, 50)
      assert.strictEqual(all.filter(({ region }) => region === "osc-secnum-fr1").length, 14)
      assert.strictEqual((yield* targets).length, 40)
    }).pipe(withFleet))

  it.effect("goes on where an earlier run has stopped: what is done is not touched", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      // The earlier run has left three restarts: one goes on, one has ended, one is known to nobody any more.
      const apps = yield* Apps
      const going = yield* apps.restart("shop-003")
      const ended = yield* withRegion(apps.restart("shop-sec-001"), "osc-secnum-fr1").pipe(over("5 seconds"))
      const restarting = (operation: typeof going): Entry => ({ _tag: "Restarting", operation })
      const earlier: Record<string, Entry> = {
        "osc-fr1/shop-001": done,
        "osc-secnum-fr1/shop-sec-002": done,
        "osc-fr1/shop-003": restarting(going),
        "osc-secnum-fr1/shop-sec-001": restarting(ended),
        "osc-fr1/shop-004": restarting({ ...going, app: "shop-004", operationId: "none" }),
        "osc-fr1/shop-005": { _tag: "Failed", attempts: 1, seconds: 3, reason: "of the past" }
      }
      yield* sandbox.clearRequests
      const all = yield* outcomes.pipe(Effect.provide(layerMemory("v2", earlier)), over("10 minutes"))
      assert.deepStrictEqual([count(all, "done"), count(all, "done earlier")], [38, 2])

      const touched = new Set((yield* sandbox.requests).map(({ path, region }) => `${region}${path}`))
      const ofApp = (key: string) => {
        const [region, name] = key.split("/")
        return Array.from(touched).filter((path) => path.startsWith(`${region}/apps/${name}/`))
      }
      assert.isEmpty(ofApp("osc-fr1/shop-001"))
      assert.isEmpty(ofApp("osc-secnum-fr1/shop-sec-002"))
      assert.isNotEmpty(ofApp("osc-fr1/shop-002"))
      const counts = yield* restarts
      for (const key of ["osc-fr1/shop-003", "osc-secnum-fr1/shop-sec-001", "osc-fr1/shop-004", "osc-fr1/shop-005"]) {
        assert.deepStrictEqual(counts.get(key), ["done"], key)
      }
    }).pipe(withFleet))

  it.effect("interrupted in the middle and run again, every app is restarted once", () =>
    Effect.gen(function*() {
      const names = yield* targets
      const entries = yield* Effect.gen(function*() {
        const journal = yield* Journal
        const job = yield* Effect.fork(outcomes)
        yield* TestClock.adjust("7 seconds")
        yield* Fiber.interrupt(job)
        const known: Record<string, Entry> = {}
        for (const target of names) {
          const entry = yield* journal.get(keyOf(target))
          if (Option.isSome(entry)) known[keyOf(target)] = entry.value
        }
        return known
      }).pipe(Effect.provide(layerMemory("v2")))
      const before = Object.values(entries).filter(({ _tag }) => _tag === "Done").length
      assert.isAbove(before, 0)
      assert.isBelow(before, 40)

      const all = yield* outcomes.pipe(Effect.provide(layerMemory("v2", entries)), over("10 minutes"))
      assert.deepStrictEqual([count(all, "done"), count(all, "done earlier")], [40 - before, before])
      for (const [key, states] of yield* restarts) assert.deepStrictEqual(states, ["done"], key)
    }).pipe(withFleet))
})

const main = programFile("examples/dist/roll-out/main.js")
const journalFile = Path.join(Path.dirname(main), "../../.roll-out/journal.json")

const readJournal = (): Readonly<Record<string, { readonly _tag: string }>> =>
  JSON.parse(Fs.readFileSync(journalFile, "utf8")).apps

interface Program {
  /** What it has printed so far, both channels. */
  readonly output: () => string
  /** The exit status, or the signal that ended it. */
  readonly exit: Effect.Effect<number | string>
}

/** Makes a process interrupt itself when the first app is done, however busy the machine is. */
const interrupting = `data:text/javascript,${
  encodeURIComponent(`
    const write = process.stdout.write.bind(process.stdout)
    process.stdout.write = (text, ...rest) => {
      if (/░ [1-9]\\d*\\/40/.test(String(text))) {
        process.stdout.write = write
        process.kill(process.pid, "SIGINT")
      }
      return write(text, ...rest)
    }
  `)
}`

/** Runs the compiled main job with an environment that holds nothing but an empty home. */
const start = (args: ReadonlyArray<string>, nodeArgs: ReadonlyArray<string> = []) =>
  Effect.gen(function*() {
    const home = yield* temporaryFolder
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        ChildProcess.spawn(process.execPath, [...nodeArgs, main, ...args], { env: { HOME: home }, cwd: home })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    let output = ""
    let ended: number | string | undefined
    for (const channel of [child.stdout, child.stderr]) {
      channel.setEncoding("utf8").on("data", (text: string) => {
        output += text
      })
    }
    child.on("close", (code, signal) => {
      ended = code ?? signal ?? "unknown"
    })
    const exit = Effect.suspend(() => ended === undefined ? Effect.fail(undefined) : Effect.succeed(ended)).pipe(
      Effect.retry(Schedule.spaced("20 millis")),
      Effect.timeout("4 minutes"),
      Effect.catchAll(() => Effect.dieMessage(`it has not ended; it has printed:\n${output}`))
    )
    const program: Program = { output: () => output, exit }
    return program
  })

describe("the main job as a process", () => {
  it.scopedLive(
    "stops at once when it is interrupted, and goes on when it is started again",
    () =>
      Effect.gen(function*() {
        Fs.rmSync(journalFile, { force: true })
        const first = yield* start([], ["--import", interrupting])
        assert.strictEqual(yield* first.exit, 130)
        const [intro = "", beginning = ""] = first.output().split("\n")
        assert.match(intro, /sandbox.*allows 600 .*instead of 60/)
        assert.match(beginning, /^Rolling out RELEASE=\d{14} to the 40 apps of the project shop$/)
        const written = Object.values(readJournal())
        const number = (pattern: RegExp) => Number(pattern.exec(first.output())?.[1] ?? 0)
        assert.include(first.output(), "\nInterrupted.\n")
        assert.include(first.output(), "Run it again to continue.")
        const ready = number(/\n(\d+) done, 0 failed in/)
        assert.isAtLeast(ready, 1)
        assert.strictEqual(ready, written.filter(({ _tag }) => _tag === "Done").length)
        assert.strictEqual(
          number(/Restart started, end not awaited \((\d+)\): shop-/),
          written.filter(({ _tag }) => _tag === "Restarting").length
        )
        assert.strictEqual(number(/Not done \((\d+)\): shop-/), 40 - written.length)

        const second = yield* start([], ["--import", interrupting])
        assert.strictEqual(yield* second.exit, 130)
        const release = /RELEASE=\d+/.exec(first.output())?.[0] ?? ""
        assert.include(second.output(), `Continuing ${release} to the 40 apps`)
        assert.include(second.output(), `, ${ready} done earlier in`)
        Fs.rmSync(journalFile, { force: true })
      })
  )

  it.scopedLive("on the real platform it needs a token, and says so", () =>
    Effect.gen(function*() {
      const live = yield* start(["--live"])
      assert.strictEqual(yield* live.exit, 1)
      assert.include(live.output(), "SCALINGO_API_TOKEN")
      assert.isBelow(live.output().length, 1000)
    }))

  it.scopedLive("an argument that it does not know is an error", () =>
    Effect.gen(function*() {
      const wrong = yield* start(["--force"])
      assert.strictEqual(yield* wrong.exit, 2)
      assert.include(wrong.output(), "--live")
    }))
})
