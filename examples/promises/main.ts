/**
 * Runs the server: `node examples/dist/promises/main.js`, with `SCALINGO_API_TOKEN` or after `scalingo login`.
 */
import { NodeScalingo } from "@effect-scalingo/node"
import { ManagedRuntime } from "effect"
import { makeServer } from "./Server.js"

const runtime = ManagedRuntime.make(NodeScalingo.layerConfig)

// Builds the services now: a missing token or a wrong setting ends the process here, and not the first request.
await runtime.runtime()

const server = makeServer(runtime).listen(Number(process.env["PORT"] ?? 3000))

const shutDown = () => {
  // First no more requests, then no more services.
  server.close(() => void runtime.dispose())
  server.closeIdleConnections()
}
process.once("SIGTERM", shutDown)
process.once("SIGINT", shutDown)
