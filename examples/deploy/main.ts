/**
 * Deploys a folder, with a bar for the upload and the live build: `node examples/dist/deploy/main.js my-app [folder]`. Files
 * that git ignores are left out. Everything goes to stderr; stdout has the id of the deployment.
 */
import * as LogLine from "@effect-scalingo/core/LogLine"
import { Deploy, NodeScalingo } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Cause, Console, Effect, Exit, Stream } from "effect"
import { styleText } from "node:util"

const { stderr } = process
const isTerminal = stderr.isTTY === true
const bold = (text: string) => styleText("bold", text, { stream: stderr })

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

const print = (text: string) => Effect.sync(() => stderr.write(text))

/** Draws the bar over itself on a terminal. Elsewhere there is one line at the end. */
const drawUpload = (sent: number, total: number) => {
  const isDone = sent >= total
  if (!isTerminal) return isDone ? print(`Uploaded ${megabytes(total)}\n`) : Effect.void
  const full = total === 0 ? 30 : Math.round(30 * sent / total)
  const bar = `${"█".repeat(full)}${"░".repeat(30 - full)} ${megabytes(sent)} of ${megabytes(total)}`
  return print(`\r\u001b[2K${bar}${isDone ? "\n" : ""}`)
}

const show = (event: Deploy.DeployEvent): Effect.Effect<unknown> => {
  switch (event._tag) {
    case "Packing":
      return print(`${bold("Packing")} ${event.directory}\n`)
    case "Packed":
      return print(`${bold("Packed")} ${event.files} files, ${megabytes(event.length)}\n`)
    case "Uploading":
      return drawUpload(event.sent, event.total)
    case "Created":
      return print(`${bold("Deployment")} ${event.deployment.id}\n`)
    case "Log":
      return print(`${event.content.replace(/\n$/, "").split("\n").map(LogLine.printable).join("\n")}\n`)
    case "Status":
      return print(`${bold(event.status)}\n`)
    case "Gap":
      return print(`${event.reason}\n`)
    default:
      return Effect.void
  }
}

const program = Effect.gen(function*() {
  const [app, folder = "."] = process.argv.slice(2)
  if (app === undefined) {
    yield* Console.error("Usage: node examples/dist/deploy/main.js <app> [folder]")
    return 2
  }
  const { id } = yield* Deploy.run(Stream.tap(Deploy.fromDirectory(app, folder), show))
  yield* Console.log(id)
  return 0
}).pipe(
  // What has happened is on the screen already.
  Effect.catchTag("DeploymentFailed", (error) => Effect.as(Console.error(error.message), 1))
)

program.pipe(
  Effect.provide(NodeScalingo.layerConfig),
  NodeRuntime.runMain({
    teardown: (exit, onExit) =>
      onExit(Exit.match(exit, { onFailure: (cause) => Cause.isInterruptedOnly(cause) ? 130 : 1, onSuccess: Number }))
  })
)
