/**
 * One attempt on the wire: a request out, a whole answer in. The only module that touches the platform's HTTP client.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { redactText } from "../../internal/redaction.js"
import type { FailedAnswer } from "./responseError.js"

export interface WireRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  /** JSON text. */
  readonly body: string | undefined
}

export type WireAnswer = FailedAnswer

/** Why there is no answer. */
export interface WireFailure {
  readonly reason: "network" | "timeout" | "tls" | "aborted"
  readonly code: string | undefined
  readonly detail: string
  readonly sent: boolean
}

const neverSentCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT"
])
const timeoutCodes = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT"
])
const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO$)/

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined

/** The first system code on the way down the causes, and the deepest message. */
const investigate = (error: unknown): { readonly code: string | undefined; readonly message: string } => {
  let code: string | undefined
  let message = ""
  let current: unknown = error
  for (let depth = 0; depth < 10 && current !== undefined && current !== null; depth++) {
    const found = property(current, "code")
    if (code === undefined && typeof found === "string") code = found
    if (current instanceof Error && current.message !== "") message = current.message
    const errors = property(current, "errors")
    current = property(current, "cause") ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return { code, message }
}

/** Why there is no answer, without the texts of `known`: errors of clients tell of requests as they please. */
export const toFailure = (error: HttpClientError.HttpClientError, known: ReadonlyArray<string> = []): WireFailure => {
  const { code, message } = investigate(error.cause)
  const reason = code !== undefined && tlsCode.test(code)
    ? "tls"
    : code !== undefined && timeoutCodes.has(code)
    ? "timeout"
    : code === "UND_ERR_ABORTED" || code === "ABORT_ERR"
    ? "aborted"
    : "network"
  return {
    reason,
    code,
    detail: redactText(
      message || (error.reason === "Transport" ? "the connection failed" : "the answer was cut short"),
      known
    ),
    // A failure of the answer, or of a connection that was open, leaves open what the platform has done.
    sent: !(error._tag === "RequestError" &&
      (error.reason !== "Transport" || (code !== undefined && (neverSentCodes.has(code) || reason === "tls"))))
  }
}

/** A redirect is an answer like any other here: nobody is led to another host with a bearer in hand. */
export const withoutRedirects = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.mapInputContext(
    effect,
    (context: Context.Context<never>) =>
      Context.add(context, FetchHttpClient.RequestInit, {
        ...Option.getOrUndefined(Context.getOption(context, FetchHttpClient.RequestInit)),
        redirect: "manual"
      })
  )

export const send = (
  client: HttpClient.HttpClient,
  request: WireRequest,
  timeout: Duration.Duration,
  /** Texts that must not be shown, asked for when there is something to show. */
  known: () => ReadonlyArray<string>
): Effect.Effect<WireAnswer, WireFailure> => {
  const bare = HttpClientRequest.make(request.method)(request.url, { headers: request.headers })
  const complete = request.body === undefined
    ? bare
    : HttpClientRequest.bodyText(bare, request.body, "application/json")
  return client.execute(complete).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.text, (text): WireAnswer => ({ status: response.status, headers: response.headers, text }))
    ),
    withoutRedirects,
    Effect.mapError((error) => toFailure(error, known())),
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: (): WireFailure => ({ reason: "timeout", code: undefined, detail: `no answer in time`, sent: true })
    })
  )
}
