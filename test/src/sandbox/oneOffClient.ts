/**
 * One-offs of the sandbox by raw requests, attached in memory.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { Deferred, Effect, Redacted, Stream, TestClock } from "effect"
import { api, at, basic, Sandbox } from "./sandboxClient.js"

/** A one-off that runs, or can be attached to. */
export interface Started {
  readonly label: string
  /** Empty for a detached one-off. */
  readonly url: string
  /** Posts to the API below the container. */
  readonly post: (path: string, body: unknown) => ReturnType<typeof api>
}

/** The credentials of the service of one-offs. */
export const credentials = (username?: string) =>
  Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => Effect.map(sandbox.bearer(username), (bearer) => basic("", Redacted.value(bearer)))
  )

/** Runs a one-off. `passTime` lets the operation come to its end. */
export const start = (
  app: string,
  body: { readonly command: string; readonly [name: string]: unknown },
  passTime: Effect.Effect<unknown> = TestClock.adjust("5 seconds")
): Effect.Effect<Started, Effect.Effect.Error<ReturnType<typeof api>>, Sandbox.Sandbox | HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const run = yield* api("POST", `/apps/${app}/run`, { body })
    yield* passTime
    const operation = yield* api("GET", `/apps/${app}/operations/${String(at(run, "operation"))}`)
    return {
      label: String(at(run, "container.label")),
      url: String(at(operation, "operation.start_one_off_data.attach_url") ?? ""),
      post: (path, body) => api("POST", `/apps/${app}/containers/${String(at(run, "container.id"))}${path}`, { body })
    }
  })

/** Attaches to a one-off for the scope. */
export const attachTo = ({ url }: Started) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const connection = yield* sandbox.connect({ url: new URL(url), headers: yield* credentials() })
    const decoder = new TextDecoder()
    let output = ""
    let end = "open"
    const over = yield* Deferred.make<void>()
    yield* Stream.runForEach(connection.incoming, (bytes) =>
      Effect.sync(() => {
        output += decoder.decode(bytes, { stream: true })
      })).pipe(
        Effect.match({
          onFailure: ({ reason }) => {
            end = reason
          },
          onSuccess: () => {
            end = "closed"
          }
        }),
        Effect.zipRight(Deferred.succeed(over, undefined)),
        Effect.forkScoped
      )
    return {
      output: () => output,
      end: () => end,
      ended: Deferred.await(over),
      type: (text: string) => connection.send(new TextEncoder().encode(text))
    }
  })

/** Sends files to a one-off: field, name and content. */
export const upload = (
  { url }: Started,
  files: ReadonlyArray<readonly [field: string, name: string, content: string | Uint8Array<ArrayBuffer>]>
) =>
  Effect.gen(function*() {
    const form = new FormData()
    for (const [field, name, content] of files) form.append(field, new Blob([content]), name)
    const client = yield* HttpClient.HttpClient
    return yield* client.execute(
      HttpClientRequest.post(`${url}/files`, { headers: yield* credentials() }).pipe(
        HttpClientRequest.bodyFormData(form)
      )
    )
  })
