/**
 * Sets an app up and prints what has changed. The second run changes nothing:
 * `node examples/dist/provision/main.js my-app .env.production`, with `SCALINGO_API_TOKEN` or after `scalingo login`.
 */
import { NodeScalingo } from "@effect-scalingo/node"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import { provision } from "./Provision.js"

const [app = "my-app", variables = ".env.production"] = process.argv.slice(2)

const program = Effect.gen(function*() {
  const { changes } = yield* provision({
    app,
    database: { provider: "postgresql", plan: "postgresql-starter-512" },
    domain: `www.${app}.example.com`,
    variables,
    collaborator: "alice@example.com",
    logs: { host: "logs.example.com", port: "6514" },
    web: { min: 2, max: 6, requestsPerMinute: 150 }
  })
  yield* Console.log(changes.length === 0 ? "nothing has changed" : changes.map((what) => `+ ${what}`).join("\n"))
})

program.pipe(Effect.provide(Layer.merge(NodeScalingo.layerConfig, NodeContext.layer)), NodeRuntime.runMain)
