/**
 * What the hostile server does to a request, and what the request ends with.
 */
import { type ApiRequest, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as RequestOptions from "@effect-scalingo/core/RequestOptions"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import type { DurationInput } from "@effect-scalingo/core/ScalingoSchema"
import { Duration, Effect } from "effect"

/** What a request ends with: a value, or an error that has these fields at least. */
export type Expected = { readonly value: unknown } | { readonly [field: string]: unknown }

export interface Case {
  readonly name: string
  readonly path: string
  readonly method?: "GET" | "DELETE" | "HEAD"
  readonly decoder?: ApiRequest<unknown>["decoder"]
  readonly timeout?: DurationInput
  readonly expected: Expected
  /** Where the portable transport differs. */
  readonly portable?: Expected
  readonly portableTimeout?: DurationInput
}

const fine: Expected = { value: { ok: true } }
export const network: Expected = { _tag: "TransportError", reason: "network", sent: true, attempts: 1 }
const timedOut: Expected = { _tag: "TransportError", reason: "timeout", sent: true, attempts: 1 }
const tooLarge: Expected = {
  _tag: "DecodeError",
  status: 200,
  reason: "Expected at most 1048576 bytes (maxResponseSize)",
  body: ""
}
const notJson: Expected = { _tag: "DecodeError", status: 200, reason: "Expected JSON" }
const htmlPage: Expected = {
  _tag: "DecodeError",
  status: 200,
  reason: "Expected a response of the API, this is an HTML page"
}

/** `fetch` of Node 20 often does not notice that a body cannot be decoded. The attempt then ends by its timeout. */
const undecodable: Expected = { _tag: "TransportError", sent: true, attempts: 1 }

export const cases: ReadonlyArray<Case> = [
  { name: "an ordinary response", path: "/fine", expected: fine },
  { name: "a reset before the headers", path: "/reset", expected: network },
  { name: "an end before the headers", path: "/close", expected: network },
  { name: "a reset in the headers", path: "/reset-in-headers", expected: network },
  { name: "a reset in the body", path: "/reset-in-body", expected: network },
  { name: "a reset in the body of an error", path: "/reset-in-error-body", expected: network },
  { name: "a body shorter than its length", path: "/short-body", expected: network },
  { name: "a chunked body that is cut short", path: "/short-chunked", expected: network },
  { name: "an invalid chunk", path: "/invalid-chunk", expected: network },
  { name: "a length and chunks", path: "/length-and-chunks", expected: network },
  { name: "silence", path: "/silence", timeout: "500 millis", expected: timedOut },
  { name: "silence after the headers", path: "/headers-then-silence", timeout: "500 millis", expected: timedOut },
  { name: "one byte at a time", path: "/one-byte-at-a-time", timeout: "500 millis", expected: timedOut },
  { name: "an endless body", path: "/endless", expected: tooLarge },
  { name: "an endless body of an error", path: "/endless-error", expected: { _tag: "ServerError", status: 500 } },
  { name: "a gzip bomb", path: "/bomb", expected: tooLarge },
  { name: "a gzip bomb as an error", path: "/bomb-error", expected: { _tag: "ServerError", status: 500 } },
  { name: "gzip", path: "/gzip", expected: fine },
  { name: "x-gzip", path: "/x-gzip", expected: fine },
  {
    name: "gzip as an error",
    path: "/gzip-error",
    expected: { _tag: "NotFound", detail: "no such app" }
  },
  { name: "deflate", path: "/deflate", expected: fine },
  { name: "deflate without its header", path: "/raw-deflate", expected: fine },
  {
    name: "deflate without its header that begins like one",
    path: "/raw-deflate-like-zlib",
    expected: fine,
    // `fetch` looks at the first byte only.
    portable: undecodable,
    portableTimeout: "1 second"
  },
  { name: "br", path: "/br", expected: fine },
  { name: "two encodings", path: "/gzip-and-br", expected: fine },
  {
    name: "an unknown encoding",
    path: "/unknown-encoding",
    expected: { _tag: "TransportError", reason: "encoding", sent: true },
    portable: notJson
  },
  {
    name: "an unknown encoding of an error",
    path: "/unknown-encoding-error",
    expected: { _tag: "ServerError", status: 503 }
  },
  { name: "truncated gzip", path: "/truncated-gzip", expected: network, portable: notJson },
  {
    name: "text that claims to be gzip",
    path: "/not-gzip",
    expected: network,
    portable: undecodable,
    portableTimeout: "1 second"
  },
  {
    name: "an error that claims to be gzip",
    path: "/not-gzip-error",
    expected: { _tag: "ServerError", status: 500 },
    portable: undecodable,
    portableTimeout: "1 second"
  },
  {
    name: "an encoding that is the name of an inherited property",
    path: "/inherited-encoding",
    expected: { _tag: "TransportError", reason: "encoding", sent: true },
    portable: fine
  },
  { name: "a byte order mark", path: "/bom", expected: fine },
  {
    name: "the headers of a body",
    path: "/gzip",
    method: "HEAD",
    decoder: Decode.empty,
    expected: { value: undefined }
  },
  { name: "304", path: "/not-modified", expected: { _tag: "UnexpectedStatus", status: 304 } },
  { name: "odd headers", path: "/odd-headers", expected: fine },
  { name: "a path that is not ASCII", path: "/\u2603", expected: fine },
  { name: "a timeout of more than 2^31 ms", path: "/fine", timeout: "60 days", expected: fine },
  { name: "an endless timeout", path: "/fine", timeout: Duration.infinity, expected: fine },
  { name: "100 before the response", path: "/continue", expected: network },
  { name: "103 before the response", path: "/early-hints", expected: fine },
  { name: "101 that nobody asked for", path: "/switching", expected: network },
  { name: "HTML for a GET", path: "/html", expected: htmlPage },
  { name: "HTML for a DELETE", path: "/html", method: "DELETE", decoder: Decode.empty, expected: htmlPage },
  {
    name: "204 with the type of HTML",
    path: "/html-204",
    method: "DELETE",
    decoder: Decode.empty,
    expected: { value: undefined }
  },
  {
    name: "an empty body",
    path: "/empty",
    expected: { _tag: "DecodeError", status: 200, reason: "Expected JSON, the body is empty" }
  },
  { name: "invalid UTF-8", path: "/invalid-utf8", expected: { value: "\ufffd\ufffd" } },
  { name: "headers of 200 KB", path: "/large-headers", expected: network },
  { name: "many cookies", path: "/many-cookies", expected: fine },
  { name: "two different lengths", path: "/two-lengths", expected: network },
  { name: "no content type", path: "/no-content-type", expected: fine },
  { name: "HTTP/1.0", path: "/http-1.0", expected: fine },
  { name: "another protocol", path: "/not-http", expected: network },
  { name: "deep JSON", path: "/deep", expected: { _tag: "DecodeError" } },
  { name: "deep JSON as an error", path: "/deep-error", expected: { _tag: "ServerError" } },
  { name: "closed deep JSON as an error", path: "/deep-closed-error", expected: { _tag: "ServerError" } }
]

export const call = (input: Partial<ApiRequest<unknown>>): Effect.Effect<unknown, ScalingoError, RegionalApi> =>
  Effect.flatMap(
    RegionalApi,
    (api) => api.request({ name: "Test.call", method: "GET", path: "/fine", decoder: Decode.anyJson, ...input })
  )

/** The request of a case. The server can be asked for it by its marker. */
export const callCase = (
  { decoder, method, path, portableTimeout, timeout }: Case,
  over: string,
  marker: string
): Effect.Effect<unknown, ScalingoError, RegionalApi> =>
  call({
    path,
    query: { over: marker },
    ...(method === undefined ? {} : { method }),
    ...(decoder === undefined ? {} : { decoder })
  }).pipe(RequestOptions.withTimeout((over === "portable" ? portableTimeout : timeout) ?? timeout ?? "10 minutes"))
