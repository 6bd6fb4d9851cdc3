/**
 * An API that answers what a test tells it, and notes what it was asked. It decodes like the real one.
 */
import type { ApiClient, ApiRequest } from "@effect-scalingo/core/ApiClient"
import { DecodeError, isScalingoError, type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { SignedUrls } from "@effect-scalingo/core/SignedUrls"
import { Duration, Effect, Either, Layer, Redacted, Stream } from "effect"

export interface Answer {
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  /** JSON. */
  readonly body?: unknown
}

/** What every error says of its request. */
export const failed = {
  endpoint: "Test.call",
  method: "GET",
  url: "https://api.example.com/v1",
  requestId: "request-1",
  attempts: 1,
  elapsed: Duration.zero
}

export const answering = (answer: (request: ApiRequest<unknown>) => Answer | ScalingoError) => {
  const requests: Array<ApiRequest<unknown>> = []
  const api: ApiClient = {
    request: (request) =>
      Effect.suspend(() => {
        requests.push(request)
        const said = answer(request)
        if (isScalingoError(said)) return Effect.fail(said)
        const text = said.body === undefined ? "" : JSON.stringify(said.body)
        const status = said.status ?? 200
        return Either.match(
          request.decoder.decode({ status, headers: said.headers ?? {}, text, region: null }),
          {
            onLeft: ({ path, reason, value }) =>
              Effect.fail(new DecodeError({ ...failed, status, path, reason, body: "", value: Redacted.make(value) })),
            onRight: Effect.succeed
          }
        )
      })
  }
  return { api, requests }
}

/** For services that can also transfer bytes, in tests where they do not. */
export const noTransfers = Layer.succeed(SignedUrls, {
  download: () => Stream.dieMessage("no transfer is expected"),
  upload: () => Effect.dieMessage("no transfer is expected")
})
