/**
 * The errors of the last day, from the archives and the live logs of all apps of a region: lines that speak of an error,
 * and requests that ended with 500 or more. `node examples/dist/errors/main.js > errors.txt`
 */
import * as LogLine from "@effect-scalingo/core/LogLine"
import { Apps, Logs } from "@effect-scalingo/core/Scalingo"
import { NodeScalingo } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Console, DateTime, Effect, Option, Stream } from "effect"

const isError = (line: LogLine.LogLine) =>
  Option.match(LogLine.router(line), {
    onNone: () => /\b(error|fatal|exception|panic)\b/i.test(LogLine.printable(line.text)),
    onSome: ({ status = 0 }) => status >= 500
  })

const program = Effect.gen(function*() {
  const apps = yield* Apps
  const logs = yield* Logs
  const from = DateTime.subtract(yield* DateTime.now, { days: 1 })
  const names = (yield* apps.list).filter(({ status }) => status !== "new").map(({ name }) => name)

  const errorsOf = (app: string) =>
    Effect.gen(function*() {
      let lines = 0
      const errors = yield* logs.between(app, { from }).pipe(
        Stream.filter((item) => item._tag === "LogLine"),
        Stream.tap(() => Effect.sync(() => lines++)),
        Stream.filter(isError),
        Stream.tap(({ raw }) => Console.log(`${app}: ${LogLine.printable(raw)}`)),
        Stream.runCount
      )
      yield* Console.error(`${app}: ${errors} errors in ${lines} lines`)
      return errors
    })

  // Logs are long: one app after the other reads them in constant memory.
  const counts = yield* Effect.forEach(names, errorsOf)
  yield* Console.error(`${counts.reduce((sum, count) => sum + count, 0)} errors in ${names.length} apps`)
})

// `errors | head` ends this program, too.
process.stdout.on("error", () => process.exit(0))

program.pipe(Effect.provide(NodeScalingo.layerConfig), NodeRuntime.runMain)
