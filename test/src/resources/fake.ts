/**
 * A regional API that is played by a function: what a resource sends, and when, without the pipeline below it.
 */
import { type ApiClient, RegionalApi } from "@effect-scalingo/core/ApiClient"
import { CurrentRegion } from "@effect-scalingo/core/CurrentRegion"
import { RequestPriority } from "@effect-scalingo/core/RateLimiter"
import type { RawResponse } from "@effect-scalingo/core/ResponseDecoder"
import { DecodeError, NotFound, type ScalingoError, ServerError } from "@effect-scalingo/core/ScalingoError"
import { Clock, Duration, Effect, Either, Layer, Option, Redacted } from "effect"

export interface Sent {
  /** Milliseconds of the test's clock. */
  readonly at: number
  readonly name: string
  readonly method: string
  /** With its parameters filled in. */
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly region: string | undefined
  readonly priority: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly json?: unknown
  readonly text?: string
}

export type Platform = (sent: Sent) => Reply | ScalingoError | Effect.Effect<Reply | ScalingoError>

const context = (endpoint: string) => ({
  endpoint,
  method: "GET",
  url: "https://api.osc-fr1.scalingo.com/v1",
  requestId: "request",
  attempts: 1,
  elapsed: Duration.zero
})

export const serverError = (status = 503): ServerError =>
  new ServerError({ ...context("Test"), status, detail: "down", body: "" })

export const notFound = (resource?: string): NotFound =>
  new NotFound({ ...context("Test"), status: 404, detail: "not found", body: "", resource })

export const fakeApi = (sent: Array<Sent>, platform: Platform): Layer.Layer<RegionalApi> => {
  const request: ApiClient["request"] = (request) =>
    Effect.gen(function*() {
      const region = Option.getOrUndefined(yield* CurrentRegion)
      const name = request.name ?? request.path
      const entry: Sent = {
        at: yield* Clock.currentTimeMillis,
        name,
        method: request.method,
        path: request.path.replace(/:(\w+)/g, (_, param: string) => request.pathParams?.[param] ?? ""),
        query: request.query ?? {},
        body: request.body,
        region,
        priority: yield* RequestPriority
      }
      sent.push(entry)
      const answered = platform(entry)
      const reply = Effect.isEffect(answered) ? yield* answered : answered
      if ("_tag" in reply) return yield* reply
      const answer: RawResponse = {
        status: reply.status ?? 200,
        headers: reply.headers ?? {},
        text: reply.text ?? (reply.json === undefined ? "" : JSON.stringify(reply.json)),
        region: region ?? "osc-fr1"
      }
      return yield* Either.mapLeft(request.decoder.decode(answer), ({ path, reason, value }) =>
        new DecodeError({
          ...context(name),
          status: answer.status,
          path,
          reason,
          body: answer.text,
          value: Redacted.make(value)
        }))
    })
  return Layer.succeed(RegionalApi, { request })
}
