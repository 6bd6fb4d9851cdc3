/**
 * The program that every runtime runs: lists the apps, uploads an archive of a few bytes and downloads it again, and
 * requests the URL of the logs.
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
  const logs = yield* apps.logsUrl(value[0].name)
  return {
    apps: value.map(({ name }) => name),
    headers: `${headers}`.includes("x-request-id"),
    upload: downloaded === text,
    logsUrl: URL.canParse(Redacted.value(logs.logs_url))
  }
})

/** What the program returns against the sandbox of `server.mjs`. */
export const expected = { apps: ["app-one", "app-two"], headers: true, upload: true, logsUrl: true }

/** The program with the core package alone, over the runtime's own `fetch`. */
export const overFetch = (authUrl, apiToken) =>
  Effect.provide(
    program,
    Layer.provide(Scalingo.layer({ apiToken: Redacted.make(apiToken), authUrl }), FetchHttpClient.layer)
  )
