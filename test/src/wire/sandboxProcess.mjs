/**
 * A sandbox in a process of its own, which a test controls by messages: `{ write, app, container }` writes lines to a log, `{ cut }`
 * cuts all sockets.
 */
import { Sandbox } from "@effect-scalingo/core/testing"
import { SandboxServer } from "@effect-scalingo/node"
import { Effect, Redacted } from "effect"

const program = Effect.gen(function*() {
  const server = yield* SandboxServer.SandboxServer
  const sandbox = yield* Sandbox.Sandbox
  const reply = (value) => Effect.sync(() => process.send(value))
  const handle = (message) =>
    Effect.gen(function*() {
      if (message.write !== undefined) {
        yield* sandbox.writeLogs(message.app, message.write, { container: message.container })
      }
      const sockets = message.cut === true ? yield* sandbox.cutSockets : yield* sandbox.countSockets
      yield* reply({ id: message.id, sockets })
    })
  process.on("message", (message) => Effect.runFork(handle(message)))
  process.on("disconnect", () => process.exit(0))
  yield* reply({ authUrl: server.authUrl, token: Redacted.value(sandbox.token) })
  yield* Effect.never
})

const options = JSON.parse(process.argv[2] ?? "{}")
Effect.runFork(
  Effect.provide(
    program,
    SandboxServer.layer({ apps: [{ name: "my-app", logs: [] }] }, {
      requestLimit: "unlimited",
      logInterval: "never",
      ...options
    })
  )
)
