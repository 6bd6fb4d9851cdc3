/**
 * Follows the logs of all apps of a region, each in its colour: `node examples/dist/tail/main.js [filter]`. `filter` is a
 * container (`web-1`), a type (`web`) or several: `web|router`. Messages go to stderr, so that a pipe has only lines.
 */
import * as LogLine from "@effect-scalingo/core/LogLine"
import { Apps, Logs } from "@effect-scalingo/core/Scalingo"
import { NodeScalingo } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Console, DateTime, Effect, Option, Stream } from "effect"
import { styleText } from "node:util"

const colours = ["cyan", "green", "yellow", "magenta", "blue", "red"] as const

/** The same app always has the same colour. */
const colourOf = (app: string) =>
  colours[Array.from(app).reduce((sum, char) => sum + char.charCodeAt(0), 0) % colours.length]!

const timeOf = (line: LogLine.LogLine) =>
  Option.match(line.time, {
    onNone: () => " ".repeat(8),
    onSome: ({ dateTime }) => DateTime.formatIso(dateTime).slice(11, 19)
  })

/** One line for a request of the router, and the text of any other line, without what would act on the terminal. */
const textOf = (line: LogLine.LogLine) =>
  LogLine.printable(Option.match(LogLine.router(line), {
    onNone: () => line.text,
    onSome: ({ method, path, status }) => `${method} ${path} ${status ?? "-"}`
  }))

const program = Effect.gen(function*() {
  const apps = yield* Apps
  const logs = yield* Logs
  const names = (yield* apps.list).filter(({ status }) => status !== "new").map(({ name }) => name)
  if (names.length === 0) return yield* Console.error("There is no app with logs in this region")
  yield* Console.error(`Following ${names.join(", ")}. Ctrl-C ends it`)
  const width = Math.max(...names.map((name) => name.length))
  const items = logs.tailAll(names, { lines: 5, filter: process.argv[2], sortWithin: "500 millis" })
  yield* Stream.runForEach(items, ({ app, item }) => {
    switch (item._tag) {
      case "LogLine": {
        const head = styleText(
          colourOf(app),
          `${app.padEnd(width)} ${Option.getOrElse(item.container, () => "").padEnd(10)}`
        )
        return Console.log(`${styleText("dim", timeOf(item))} ${head} ${textOf(item)}`)
      }
      case "Gap":
        return Console.error(`${app}: lines are missing, the platform no longer has them`)
      case "Dropped":
        return Console.error(`${app}: ${item.count} lines came faster than they could be shown`)
      case "TailEnded":
        return Console.error(`${app}: ${item.error.message}`)
    }
  })
})

// `tail | head` ends this program, too.
process.stdout.on("error", () => process.exit(0))

program.pipe(Effect.provide(NodeScalingo.layerConfig), NodeRuntime.runMain)
