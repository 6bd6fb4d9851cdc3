/**
 * A server of promises and callbacks that uses the library: one runtime for the process, and one place that turns errors
 * into responses. The handlers have the form of Express; the server is `node:http`, so that nothing has to be installed.
 */
import {
  Apps,
  Environment,
  isForbidden,
  isNotFound,
  isRetryable,
  isScalingoError,
  isUnauthorized
} from "@effect-scalingo/core/Scalingo"
import { Cause, Effect, type ManagedRuntime, Runtime } from "effect"
import * as Http from "node:http"

/** What runs the effects: `ManagedRuntime.make(NodeScalingo.layerConfig)`. */
export type ScalingoRuntime = ManagedRuntime.ManagedRuntime<Apps | Environment, unknown>

/** What `runPromise` rejects with is a wrapper. This is the error of the call in it, or the defect. */
export const errorOf = (rejection: unknown): unknown =>
  Runtime.isFiberFailure(rejection) ? Cause.squash(rejection[Runtime.FiberFailureCauseId]) : rejection

type Handler = (
  runtime: ScalingoRuntime,
  params: Readonly<Record<string, string>>,
  signal: AbortSignal
) => Promise<unknown>

/** One call: the promise resolves with its value, and rejects with its error. */
const listApps: Handler = async (runtime, _, signal) => {
  const apps = await runtime.runPromise(Effect.flatMap(Apps, (apps) => apps.list), { signal })
  return apps.map(({ name, status }) => ({ name, status }))
}

/** Several calls are one effect and one promise, so that an abort of the request interrupts all of them. */
const setRelease: Handler = (runtime, { app = "", release = "" }, signal) =>
  runtime.runPromise(
    Effect.gen(function*() {
      const environment = yield* Environment
      const { hasChanged } = yield* environment.sync(app, { RELEASE: release })
      const apps = yield* Apps
      if (hasChanged) yield* apps.restart(app)
      return { app, restarts: hasChanged }
    }),
    { signal }
  )

const routes: ReadonlyArray<readonly [method: string, path: RegExp, handler: Handler]> = [
  ["GET", /^\/apps$/, listApps],
  ["PUT", /^\/apps\/(?<app>[\w-]+)\/release\/(?<release>[\w.-]+)$/, setRelease]
]

/** The error middleware. The text of an error is for the log: it names endpoints and apps, but never a secret. */
const statusOf = (error: unknown): number => {
  if (isNotFound(error)) return 404
  // It is the token of this server that was refused, not the visitor.
  if (isUnauthorized(error) || isForbidden(error)) return 502
  // The retries are used up. The visitor may come back later.
  if (isRetryable(error)) return 503
  return isScalingoError(error) ? 502 : 500
}

export const makeServer = (runtime: ScalingoRuntime, log: (line: string) => void = console.error): Http.Server =>
  Http.createServer((request, response) => {
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    }
    const abort = new AbortController()
    response.on("close", () => abort.abort())
    for (const [method, path, handler] of routes) {
      const found = path.exec(request.url ?? "")
      if (method !== request.method || found === null) continue
      handler(runtime, found.groups ?? {}, abort.signal).then(
        (body) => send(200, body),
        (rejection: unknown) => {
          if (abort.signal.aborted) return
          const error = errorOf(rejection)
          log(String(error))
          send(statusOf(error), { error: Http.STATUS_CODES[statusOf(error)] })
        }
      )
      return
    }
    send(404, { error: "Not Found" })
  })
