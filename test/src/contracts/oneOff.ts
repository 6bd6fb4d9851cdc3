/**
 * The requests of an attached one-off container, from its start to its exit code.
 */
import * as Apps from "@effect-scalingo/core/Apps"
import { ConnectClient } from "@effect-scalingo/core/ConnectClient"
import * as Logs from "@effect-scalingo/core/Logs"
import * as Operations from "@effect-scalingo/core/Operations"
import * as OneOff from "@effect-scalingo/node/OneOff"
import { Effect, Layer, Stream } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type HttpRequest, json, pipeline, type RespondHttp } from "../fakePlatform.js"
import { temporaryFolder } from "../temporaryFolder.js"

const attachUrl = "https://signed.example.com/attachUrl"
const at = "2024-01-01T00:00:00Z"

const respond: RespondHttp = ({ path }) => {
  if (path.endsWith("/run")) {
    const container = {
      id: "c-1",
      type: "one-off",
      type_index: 1,
      label: "one-off-1",
      created_at: at,
      state: "booting"
    }
    return json({ container, operation_url: "https://api.osc-fr1.scalingo.com/v1/apps/app/operations/op-1" })
  }
  if (path.includes("/operations/")) {
    const start_one_off_data = { attach_url: attachUrl, container_id: "c-1" }
    return json({
      operation: { id: "op-1", created_at: at, status: "done", type: "start-one-off", start_one_off_data }
    })
  }
  return path.endsWith("/wait") ? json({ exit_code: 0 }) : {}
}

/** What was sent to the host of the container: `CONNECT https://…`. */
export const oneOffRequests: Effect.Effect<ReadonlyArray<string>, unknown> = Effect.gen(function*() {
  const file = join(yield* temporaryFolder, "file.txt")
  writeFileSync(file, "content")
  const sent: Array<HttpRequest> = []
  const connections: Array<string> = []
  const connectClient = Layer.succeed(ConnectClient, {
    connect: ({ url }) =>
      Effect.sync(() => {
        connections.push(`CONNECT ${url.href}`)
        return { status: 200, incoming: Stream.empty, send: () => Effect.void }
      })
  })
  const program = Effect.gen(function*() {
    const oneOff = yield* OneOff.OneOff
    const attached = yield* oneOff.attach("app", { command: "true", files: [file], width: 80, height: 25 })
    yield* attached.resize(100, 40)
    yield* Stream.runDrain(attached.output)
    return yield* attached.exitCode
  })
  yield* Effect.scoped(program).pipe(
    Effect.provide(
      OneOff.layer.pipe(
        Layer.provide(Layer.mergeAll(Apps.layer, Operations.layer, Logs.layer, connectClient)),
        Layer.provide(pipeline(sent, respond, { bearer: "bearer", trustedHosts: ["signed.example.com"] }))
      )
    )
  )
  return [...connections, ...sent.map(({ method, url }) => `${method} ${url.href}`)]
}).pipe(Effect.scoped)
