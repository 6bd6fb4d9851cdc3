/**
 * The main job: rolls out a new value of a variable to all apps of a project in two regions, and restarts them.
 *
 *     npm start                 on an embedded sandbox with injected faults
 *     npm start -- --live       lists the apps on the real platform, read-only
 */
import * as ClientMetrics from "@effect-scalingo/core/ClientMetrics"
import { NodeScalingo } from "@effect-scalingo/node"
import { Path, Runtime } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Cause, Clock, ConfigError, Console, DateTime, Effect, Exit, Logger, LogLevel, Option, Stream } from "effect"
import * as Demo from "./Demo.js"
import { fleet, type FleetApp, fleetOf, keyOf } from "./Fleet.js"
import * as Journal from "./Journal.js"
import * as Progress from "./Progress.js"
import { type Outcome, outcomeOf, rollOut } from "./RollOut.js"
import { table } from "./Table.js"

const usage = `npm start                 the roll-out, on an embedded sandbox
npm start -- --live       the inventory of your account on the real platform, read-only; needs
                          SCALINGO_API_TOKEN, or a \`scalingo login\` on this machine`

const report = (outcomes: ReadonlyArray<Outcome>, before: ClientMetrics.Snapshot, since: number) =>
  Effect.gen(function*() {
    const rows = Array.from(outcomes)
      .sort((a, b) => keyOf(a.target).localeCompare(keyOf(b.target)))
      .map(({ attempts, result, seconds, target }) => [
        target.app.name,
        target.region,
        result,
        String(attempts),
        seconds.toFixed(1)
      ])
    yield* Console.log(`\n${table(["app", "region", "result", "attempts", "seconds"], rows)}\n`)
    for (const { reason, target } of outcomes) {
      if (reason !== undefined) yield* Console.log(`${target.app.name} (${target.region}) failed. ${reason}\n`)
    }
    const now = yield* ClientMetrics.snapshot
    const seconds = ((yield* Clock.currentTimeMillis) - since) / 1000
    const count = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result).length
    const earlier = count("done earlier")
    yield* Console.log(
      `${count("done")} done, ${count("failed")} failed${earlier === 0 ? "" : `, ${earlier} done earlier`} in ${
        seconds.toFixed(1)
      } s: ${now.requests - before.requests} requests, ${now.retries - before.retries} retries, ${
        now.rateLimited - before.rateLimited
      } rate-limited responses, ${now.tokenExchanges - before.tokenExchanges} token exchanges`
    )
  })

const job = Effect.gen(function*() {
  const journal = yield* Journal.Journal
  const before = yield* ClientMetrics.snapshot
  const since = yield* Clock.currentTimeMillis
  const targets = Array.from(yield* Stream.runCollect(fleetOf(Demo.project)))
  yield* Console.log(
    `${
      journal.continued ? "Continuing" : "Rolling out"
    } ${Demo.variable}=${journal.release} to the ${targets.length} apps of the project ${Demo.project}`
  )
  const progress = yield* Progress.make(targets.length)
  const outcomes: Array<Outcome> = []

  /** Reads the journal, which may contain outcomes that have not arrived here yet. */
  const interrupted = Effect.gen(function*() {
    yield* progress.clear
    yield* Console.log("\nInterrupted.")
    const reported = new Set(outcomes.map(({ target }) => keyOf(target)))
    const restarting: Array<FleetApp> = []
    const untouched: Array<FleetApp> = []
    for (const target of targets.filter((target) => !reported.has(keyOf(target)))) {
      const entry = Option.getOrUndefined(yield* journal.get(keyOf(target)))
      if (entry === undefined) untouched.push(target)
      else if (entry._tag === "Restarting") restarting.push(target)
      else outcomes.push(outcomeOf(target, entry, journal.earlier[keyOf(target)]))
    }
    yield* report(outcomes, before, since)
    const names = (apps: ReadonlyArray<FleetApp>) => apps.map(({ app }) => app.name).join(", ")
    if (restarting.length > 0) {
      yield* Console.log(`Restart started, end not awaited (${restarting.length}): ${names(restarting)}`)
    }
    yield* Console.log(`Not done (${untouched.length}): ${names(untouched)}\nRun it again to continue.`)
  })

  yield* rollOut(targets, {
    variable: Demo.variable,
    concurrency: 8,
    onStart: ({ app }) => progress.start(app.name),
    onOutcome: (outcome) =>
      Effect.sync(() => outcomes.push(outcome)).pipe(Effect.zipRight(progress.finish(outcome.result === "failed")))
  }).pipe(Stream.runDrain, Effect.onInterrupt(() => interrupted))

  yield* progress.clear
  yield* report(outcomes, before, since)
  yield* journal.clear
})

/** The name of a release is its creation time. */
const newRelease = Effect.map(
  DateTime.now,
  (now) => DateTime.formatIso(now).replace(/\D/g, "").slice(0, 14)
)

const demo = Effect.gen(function*() {
  const path = yield* Path.Path
  yield* Console.log(
    `A demonstration on an embedded sandbox of Scalingo: it allows ${Demo.rateLimit} requests a minute instead of 60, and its operations take about ${Demo.operationSeconds} s. Throttling, failures, an expired bearer and one failing restart are injected on purpose.`
  )
  const here = yield* path.fromFileUrl(new URL("../../.roll-out/journal.json", import.meta.url))
  yield* Effect.gen(function*() {
    const { earlier, release } = yield* Journal.Journal
    yield* Effect.provide(job, Demo.layer(release, earlier))
  }).pipe(Effect.provide(Journal.layerFile(here, newRelease)))
})

const live = Effect.gen(function*() {
  const targets = Array.from(yield* Stream.runCollect(fleet))
  const rows = targets.map(({ app, region }) => [
    app.name,
    region,
    app.project?.name ?? "",
    app.status ?? "",
    app.owner.username
  ])
  yield* Console.log(`${table(["app", "region", "project", "status", "owner"], rows)}\n\n${targets.length} apps`)
}).pipe(
  Effect.provide(NodeScalingo.layerConfig),
  Effect.catchAll((error) => {
    const message = ConfigError.isConfigError(error) ? String(error) : error.message
    return Effect.zipRight(Console.error(message), Effect.sync(() => process.exitCode = 1))
  })
)

const args = process.argv.slice(2)
const program = args.includes("--help")
  ? Console.log(usage)
  : args.some((arg) => arg !== "--live")
  ? Effect.zipRight(Console.error(`Unknown argument. ${usage}`), Effect.sync(() => process.exitCode = 2))
  : args.includes("--live")
  ? live
  : demo

/** An interrupted run exits with 130, as shells expect. */
const teardown: Runtime.Teardown = (exit, onExit) =>
  Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause) ? onExit(130) : Runtime.defaultTeardown(exit, onExit)

program.pipe(
  Effect.provide(NodeContext.layer),
  Logger.withMinimumLogLevel(LogLevel.Warning),
  NodeRuntime.runMain({ teardown })
)
