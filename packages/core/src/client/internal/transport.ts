/**
 * One attempt on the wire: a request out, a whole response in.
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
import type { RawResponse } from "../ResponseDecoder.js"

export interface TransportRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  /** JSON text. */
  readonly body: string | undefined
  /** Is passed on to the response. */
  readonly region: string | null
}

/** Why there is no response. */
export interface TransportFailure {
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

/** The first system error code in the chain of causes, and the innermost message. */
const findCause = (error: unknown): { readonly code: string | undefined; readonly message: string } => {
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

/** Converts the error of an HTTP client. The texts of `known` are removed, since a client may put the request in its message. */
export const toFailure = (
  error: HttpClientError.HttpClientError,
  known: ReadonlyArray<string> = []
): TransportFailure => {
  const { code, message } = findCause(error.cause)
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
      message || (error.reason === "Transport" ? "the connection failed" : "the response was cut short"),
      known
    ),
    // After a failure of the response, or of an open connection, the platform may have carried the request out.
    sent: !(error._tag === "RequestError" &&
      (error.reason !== "Transport" || (code !== undefined && (neverSentCodes.has(code) || reason === "tls"))))
  }
}

/** Does not follow redirects: the bearer must not reach another host. */
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
  request: TransportRequest,
  timeout: Duration.Duration,
  /** Texts that must not be shown. Only called for an error. */
  known: () => ReadonlyArray<string>
): Effect.Effect<RawResponse, TransportFailure> => {
  const bare = HttpClientRequest.make(request.method)(request.url, { headers: request.headers })
  const complete = request.body === undefined
    ? bare
    : HttpClientRequest.bodyText(bare, request.body, "application/json")
  return client.execute(complete).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.text, (text): RawResponse => ({
        status: response.status,
        headers: response.headers,
        text,
        region: request.region
      }))
    ),
    withoutRedirects,
    Effect.mapError((error) => toFailure(error, known())),
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: (): TransportFailure => ({
        reason: "timeout",
        code: undefined,
        detail: "no response in time",
        sent: true
      })
    })
  )
}
