/**
 * The command `scalingo-sandbox`.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { help, parse } from "./arguments.js"
import type { CommandFailure } from "./failure.js"
import { print, version, warn } from "./terminal.js"

type Signal = "SIGINT" | "SIGTERM"

/** The exit codes. As process 1, a process ends by no signal that it does not handle. */
const exitCodes: { readonly [signal in Signal]: number } = { SIGINT: 130, SIGTERM: 0 }

/** The first signal that asks the process to end. It stays alive while it ends: later signals change nothing. */
const awaitSignal: Effect.Effect<Signal> = Effect.gen(function*() {
  const received = yield* Deferred.make<Signal>()
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => Deferred.unsafeDone(received, Effect.succeed(signal)))
  }
  return yield* Deferred.await(received)
})

const command = (argv: ReadonlyArray<string>): Effect.Effect<number, CommandFailure> =>
  Effect.flatMap(parse(argv), (parsed) => {
    switch (parsed._tag) {
      case "Help":
        return Effect.as(print(help), 0)
      case "Version":
        return Effect.as(Effect.flatMap(version, (it) => print(`${it}\n`)), 0)
      case "Serve":
        return Effect.map(
          Effect.raceFirst(
            awaitSignal,
            // The arguments are read before everything else is loaded.
            Effect.scoped(
              Effect.promise(() => import("./serve.js")).pipe(
                Effect.flatMap(({ serve }) => serve(parsed.arguments)),
                Effect.zipRight(Effect.never)
              )
            )
          ),
          (signal) => exitCodes[signal]
        )
    }
  })

/** Runs the command, and ends the process with its exit code. */
export const main = (argv: ReadonlyArray<string>): void => {
  // Whoever reads the lines may have gone, as `head` does.
  process.stdout.on("error", () => {})
  const program = Effect.catchAll(
    command(argv),
    ({ code, message }) =>
      Effect.as(warn(code === 2 ? `${message}\nSee scalingo-sandbox --help.` : message), Number(code))
  )
  Effect.runCallback(program, {
    onExit: (exit) => {
      if (Exit.isSuccess(exit)) return process.exit(exit.value)
      process.stderr.write(`scalingo-sandbox: unexpected: ${String(exit.cause)}\n`)
      process.exit(1)
    }
  })
}
