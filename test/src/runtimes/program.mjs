/**
 * The program that every runtime runs: lists the apps, uploads an archive of a few bytes and downloads it again, follows
 * a deployment to its end and some live lines of the logs. Where the runtime has no WebSockets, the deployment is polled,
 * and the lines come as Server-Sent Events.
 */
import { withResponse } from "@effect-scalingo/core/RequestOptions"
import * as Scalingo from "@effect-scalingo/core/Scalingo"
// The index of @effect/platform loads msgpackr, which reads the environment: Deno would need --allow-env.
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Effect, Layer, Option, Redacted, Stream } from "effect"

const text = "an archive: é ✓"

export const program = Effect.gen(function*() {
  const apps = yield* Scalingo.Apps
  const sources = yield* Scalingo.Sources
  const { response, value } = yield* withResponse(apps.list)
  const { headers } = Option.getOrThrow(response)
  const source = yield* sources.create
  const bytes = new TextEncoder().encode(text)
  yield* sources.upload(source.upload_url, { content: Stream.make(bytes), length: bytes.length })
  const downloaded = yield* Stream.mkString(Stream.decodeText(sources.download(source.download_url)))
  const app = value[0].name
  const deployments = yield* Scalingo.Deployments
  const { id } = yield* deployments.create(app, { source_url: "https://example.com/app.tar.gz" })
  const events = Array.from(yield* Stream.runCollect(deployments.follow(app, id)))
  const output = events.flatMap((event) => event._tag === "Log" ? [event.content] : []).join("")
  const logs = yield* Scalingo.Logs
  const lines = yield* Stream.runCollect(Stream.take(logs.tail(app, { lines: 1 }), 4))
  return {
    apps: value.map(({ name }) => name),
    headers: `${headers}`.includes("x-request-id"),
    upload: downloaded === text,
    deployment: events.at(-1).status,
    output: output === Option.getOrUndefined(yield* deployments.output(app, id)),
    lines: Array.from(lines, ({ _tag }) => _tag)
  }
})

/** What the program returns against the sandbox of `server.mjs`. */
export const expected = {
  apps: ["app-one", "app-two"],
  headers: true,
  upload: true,
  deployment: "success",
  output: true,
  lines: Array(4).fill("LogLine")
}

/** The program with the core package alone, over the runtime's own `fetch`. */
export const overFetch = (authUrl, apiToken) =>
  Effect.provide(
    program,
    Layer.provide(Scalingo.layer({ apiToken: Redacted.make(apiToken), authUrl }), FetchHttpClient.layer)
  )
