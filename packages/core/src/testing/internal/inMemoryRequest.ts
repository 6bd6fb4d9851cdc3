/**
 * Requests to the sandbox that come over no network.
 */
import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import type { HttpMethod } from "@effect/platform/HttpMethod"
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Multipart from "@effect/platform/Multipart"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const decoder = new TextDecoder()

const requestProto = {
  [HttpServerRequest.TypeId]: HttpServerRequest.TypeId,
  [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId
} as const

interface RequestParts {
  readonly source: object
  readonly method: HttpServerRequest.HttpServerRequest["method"]
  /** A canonical path. */
  readonly url: string
  readonly originalUrl: string
  readonly headers: Headers.Headers
  readonly bytes: Uint8Array
  readonly remoteAddress: Option.Option<string>
}

const makeRequest = (parts: RequestParts): HttpServerRequest.HttpServerRequest => {
  const failWith = (cause: unknown) => new HttpServerError.RequestError({ request, reason: "Decode", cause })
  const textOf = () => decoder.decode(parts.bytes)
  const noMultipart = new Multipart.MultipartError({
    reason: "InternalError",
    cause: "the sandbox keeps no files: read the parts with multipartStream"
  })
  const inspected = () => ({ _id: "@effect-scalingo/core/testing/Request", method: parts.method, url: parts.url })
  const request: HttpServerRequest.HttpServerRequest = {
    ...requestProto,
    source: parts.source,
    method: parts.method,
    url: parts.url,
    originalUrl: parts.originalUrl,
    headers: parts.headers,
    cookies: Cookies.parseHeader(parts.headers["cookie"] ?? ""),
    remoteAddress: parts.remoteAddress,
    multipart: Effect.fail(noMultipart),
    multipartStream: Stream.pipeThroughChannel(
      Stream.succeed(parts.bytes),
      Multipart.makeChannel(parts.headers)
    ),
    upgrade: Effect.suspend(() => Effect.fail(failWith("not an upgradeable request"))),
    modify: (options) =>
      makeRequest({
        ...parts,
        url: options.url ?? parts.url,
        headers: options.headers ?? parts.headers,
        remoteAddress: options.remoteAddress === undefined ? parts.remoteAddress : Option.some(options.remoteAddress)
      }),
    text: Effect.sync(textOf),
    json: Effect.try({ try: (): unknown => JSON.parse(textOf()), catch: failWith }),
    urlParamsBody: Effect.sync(() => UrlParams.fromInput(new URLSearchParams(textOf()))),
    arrayBuffer: Effect.sync(() => parts.bytes.slice().buffer),
    stream: Stream.suspend(() => Stream.succeed(parts.bytes)),
    toJSON: inspected,
    toString: () => Inspectable.format(inspected()),
    [Inspectable.NodeInspectSymbol]: inspected
  }
  return request
}

/** A request as the handler of the sandbox takes it. */
export const makeServerRequest = (input: {
  readonly source?: object | undefined
  readonly method: HttpMethod | "CONNECT"
  /** A canonical path. */
  readonly url: string
  readonly originalUrl: string
  readonly headers: Headers.Input
  readonly bytes?: Uint8Array | undefined
}): HttpServerRequest.HttpServerRequest =>
  makeRequest({
    source: input.source ?? {},
    // The platform's type lacks CONNECT.
    method: input.method as HttpMethod,
    url: input.url,
    originalUrl: input.originalUrl,
    headers: Headers.fromInput(input.headers),
    bytes: input.bytes ?? new Uint8Array(),
    remoteAddress: Option.some("127.0.0.1")
  })
