/** The terminal of this process, connected to a one-off container of the built packages: `interactiveProgram.mjs <url>`. */
import * as NodeScalingo from "@effect-scalingo/node/NodeScalingo"
import * as OneOff from "@effect-scalingo/node/OneOff"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Exit, Redacted } from "effect"

const [url] = process.argv.slice(2)

const program = Effect.gen(function*() {
  const oneOff = yield* OneOff.OneOff
  return yield* oneOff.interactive("my-app", { command: "bash" })
}).pipe(
  Effect.catchTag("AttachLost", ({ message }) => {
    console.error(message)
    return Effect.succeed(9)
  }),
  Effect.provide(NodeScalingo.layer({
    apiToken: Redacted.make("tk-us-test"),
    region: "osc-fr1",
    apiUrl: url,
    authUrl: url
  }))
)

NodeRuntime.runMain(program, {
  // A process that is not done yet stays: the tests wait for its end.
  teardown: (exit, onExit) => {
    process.exitCode = Exit.isSuccess(exit) ? exit.value : Exit.isInterrupted(exit) ? 130 : 1
    if (Exit.isFailure(exit)) onExit(process.exitCode)
  }
})
