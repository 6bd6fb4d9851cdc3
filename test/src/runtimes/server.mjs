/** The sandbox, in a process of its own. Prints its URL and an API token, and runs until it is killed. */
import { Sandbox } from "@effect-scalingo/core/Sandbox"
import { SandboxServer } from "@effect-scalingo/node"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Redacted } from "effect"

const program = Effect.gen(function*() {
  const { authUrl } = yield* SandboxServer.SandboxServer
  const { token } = yield* Sandbox
  console.log(JSON.stringify({ authUrl, apiToken: Redacted.value(token) }))
  yield* Effect.never
})

const seed = { apps: [{ name: "app-one", containers: { web: 1 } }, { name: "app-two" }] }
const options = { requestLimit: "unlimited", deploymentDuration: "2 seconds", logInterval: "300 millis" }
program.pipe(Effect.provide(SandboxServer.layer(seed, options)), NodeRuntime.runMain)
