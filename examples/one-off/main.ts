/**
 * Runs a command in a one-off container, and ends with its exit code: `node examples/dist/one-off/main.js my-app rake
 * db:migrate`. Ctrl-C stops the container. Its output goes to stdout as it comes, messages go to stderr.
 */
import { NodeScalingo, OneOff } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Cause, Console, Effect, Exit, Stream } from "effect"

/** Waits while the terminal, or the program behind a pipe, does not take more. */
const write = (bytes: Uint8Array) =>
  Effect.async<void>((resume) => {
    if (process.stdout.write(bytes)) resume(Effect.void)
    else process.stdout.once("drain", () => resume(Effect.void))
  })

const program = Effect.gen(function*() {
  const [app, ...command] = process.argv.slice(2)
  if (app === undefined || command.length === 0) {
    yield* Console.error("Usage: node examples/dist/one-off/main.js <app> <command> [argument …]")
    return 2
  }
  const oneOff = yield* OneOff.OneOff
  const { container, exitCode, output } = yield* oneOff.attach(app, {
    command,
    width: process.stdout.columns ?? 80,
    height: process.stdout.rows ?? 25
  })
  yield* Console.error(`Running in ${container.label ?? container.id}`)
  yield* Stream.runForEach(output, write)
  return yield* exitCode
}).pipe(Effect.scoped)

program.pipe(
  Effect.provide(NodeScalingo.layerConfig),
  NodeRuntime.runMain({
    // The exit code of the command, 130 after Ctrl-C, 1 after a failure.
    teardown: (exit, onExit) =>
      onExit(Exit.match(exit, { onFailure: (cause) => Cause.isInterruptedOnly(cause) ? 130 : 1, onSuccess: Number }))
  })
)
