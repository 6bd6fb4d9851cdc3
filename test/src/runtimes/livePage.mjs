/** Shows the logs of an app and a deployment in a page: `/?authUrl=…&apiToken=…`. The title is `done` at the end. */
import * as LogLine from "@effect-scalingo/core/LogLine"
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Effect, Layer, Redacted, Stream } from "effect"

const parameters = new URLSearchParams(location.search)
const layer = Layer.provide(
  Scalingo.layer({ apiToken: Redacted.make(parameters.get("apiToken")), authUrl: parameters.get("authUrl") }),
  FetchHttpClient.layer
)

const show = (id, text) =>
  Effect.sync(() => {
    document.getElementById(id).append(`${LogLine.printable(text)}\n`)
  })

const program = Effect.gen(function*() {
  const [app] = yield* Effect.flatMap(Scalingo.Apps, (apps) => apps.list)
  const deployments = yield* Scalingo.Deployments
  const logs = yield* Scalingo.Logs
  const { id } = yield* deployments.create(app.name, { source_url: "https://example.com/app.tar.gz" })
  const deployment = Stream.runForEach(deployments.follow(app.name, id), (event) => {
    switch (event._tag) {
      case "Log":
        return Effect.forEach(event.content.trimEnd().split("\n"), (line) => show("deployment", line))
      case "Status":
        return show("deployment", `[${event.status}]`)
      default:
        return show("deployment", event._tag)
    }
  })
  const lines = Stream.runForEach(
    Stream.take(logs.tail(app.name, { lines: 2 }), 12),
    (item) => show("logs", item._tag === "LogLine" ? item.raw : item._tag)
  )
  yield* Effect.all([deployment, lines], { concurrency: 2 })
})

Effect.runPromise(Effect.provide(program, layer)).then(
  () => document.title = "done",
  (error) => document.title = String(error)
)
