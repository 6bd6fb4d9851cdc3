/**
 * A sandbox in a process of its own, which a test controls by messages: `{ write, app, container }` writes lines to a
 * log, `{ cut }` cuts all sockets, `{ pass }` moves its clock by milliseconds. It stands still otherwise.
 */
import { Sandbox } from "@effect-scalingo/core/testing"
import { SandboxServer } from "@effect-scalingo/node"
import { Effect, Redacted, Runtime, TestClock, TestContext } from "effect"

const program = Effect.gen(function*() {
  const server = yield* SandboxServer.SandboxServer
  const sandbox = yield* Sandbox.Sandbox
  const reply = (value) => Effect.sync(() => process.send(value))
  const handle = (message) =>
    Effect.gen(function*() {
      if (message.write !== undefined) {
        yield* sandbox.writeLogs(message.app, message.write, { container: message.container })
      }
      if (message.pass !== undefined) yield* TestClock.adjust(message.pass)
      const sockets = message.cut === true ? yield* sandbox.cutSockets : yield* sandbox.countSockets
      yield* reply({ id: message.id, sockets })
    })
  const run = Runtime.runFork(yield* Effect.runtime())
  process.on("message", (message) => run(handle(message)))
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
  ).pipe(Effect.provide(TestContext.TestContext))
)
