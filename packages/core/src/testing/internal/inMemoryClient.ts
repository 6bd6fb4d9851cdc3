/**
 * The sandbox as an HttpClient. A request runs in the fiber that makes it, without sockets and promises, so that
 * TestClock, interruption and the order of requests are exact.
 */
import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import type { HttpBody } from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { concatBytes } from "../../internal/bytes.js"
import { makeServerRequest } from "./inMemoryRequest.js"
import { bodyBytes, type Response } from "./responses.js"
import type { Outcome } from "./router.js"
import type { State } from "./state.js"
import { canonicalPath } from "./urls.js"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const systemError = (code: string, message: string) => Object.assign(new Error(message), { code })

/** The body of a request as bytes, and its content type. */
const readBody = (
  body: HttpBody
): Effect.Effect<{ readonly bytes: Uint8Array; readonly contentType: string | undefined }, unknown> => {
  switch (body._tag) {
    case "Empty":
      return Effect.succeed({ bytes: new Uint8Array(), contentType: undefined })
    case "Uint8Array":
      // A copy: a Buffer of Node may be a part of a larger one, and its `slice` makes no copy.
      return Effect.sync(() => ({ bytes: new Uint8Array(body.body), contentType: body.contentType }))
    case "Raw":
      return typeof body.body === "string"
        ? Effect.succeed({ bytes: encoder.encode(body.body), contentType: body.contentType })
        : Effect.dieMessage("the sandbox cannot read a raw body that is not a string")
    case "FormData":
      // The one promise: there is no other way to encode multipart.
      return Effect.tryPromise(() => {
        const web = new globalThis.Response(body.formData)
        return web.arrayBuffer().then((buffer) => ({
          bytes: new Uint8Array(buffer),
          contentType: web.headers.get("content-type") ?? undefined
        }))
      })
    case "Stream":
      return Effect.map(Stream.runCollect(body.stream), (chunks) => ({
        bytes: concatBytes(chunks),
        contentType: body.contentType
      }))
  }
}

const makeResponse = (
  request: HttpClientRequest.HttpClientRequest,
  source: Response,
  keep: number | undefined
): HttpClientResponse.HttpClientResponse => {
  const failWith = (reason: "Decode" | "EmptyBody", cause: unknown) =>
    new HttpClientError.ResponseError({ request, response, reason, cause })
  const lost = Effect.suspend(() => Effect.fail(failWith("Decode", systemError("ECONNRESET", "read ECONNRESET"))))
  const bytes = bodyBytes(source)
  const stream: Stream.Stream<Uint8Array, HttpClientError.ResponseError> = source.body._tag === "Stream"
    ? Stream.catchAll(source.body.stream, () => Stream.fromEffect(lost))
    : bytes.length === 0
    ? Stream.suspend(() => Stream.fail(failWith("EmptyBody", "there is no body")))
    : Stream.succeed(bytes)
  const whole: Effect.Effect<Uint8Array, HttpClientError.ResponseError> = keep !== undefined
    ? lost
    : source.body._tag === "Stream"
    ? Effect.map(Stream.runCollect(stream), concatBytes)
    : Effect.succeed(bytes)
  const text = Effect.map(whole, (all) => decoder.decode(all))
  const headers = Headers.fromInput({
    ...source.headers,
    ...(source.body._tag === "Uint8Array" && keep === undefined ? { "content-length": String(bytes.length) } : {})
  })
  const inspected = () => ({
    _id: "@effect-scalingo/core/testing/Response",
    request: request.toJSON(),
    status: source.status
  })
  const response: HttpClientResponse.HttpClientResponse = {
    [HttpClientResponse.TypeId]: HttpClientResponse.TypeId,
    [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId,
    request,
    status: source.status,
    headers,
    cookies: Cookies.empty,
    remoteAddress: Option.some("127.0.0.1"),
    text,
    json: Effect.flatMap(text, (all) =>
      all === "" ? Effect.succeed(null) : Effect.try({
        try: (): unknown => JSON.parse(all),
        catch: (cause) => failWith("Decode", cause)
      })),
    urlParamsBody: Effect.map(text, (all) => UrlParams.fromInput(new URLSearchParams(all))),
    arrayBuffer: Effect.map(whole, (all) => all.slice().buffer),
    formData: Effect.suspend(() => Effect.fail(failWith("Decode", "the sandbox returns no forms"))),
    stream: keep === undefined
      ? stream
      : Stream.concat(Stream.succeed(bytes.slice(0, Math.floor(bytes.length * keep))), Stream.fromEffect(lost)),
    toJSON: inspected,
    toString: () => Inspectable.format(inspected()),
    [Inspectable.NodeInspectSymbol]: inspected
  }
  return response
}

/** An HttpClient that reaches nothing but the sandbox: any other host is not found. */
export const makeClient = (
  state: State,
  handle: Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest>
): HttpClient.HttpClient =>
  HttpClient.make((request, url) => {
    const transport = (code: string, message: string) =>
      new HttpClientError.RequestError({ request, reason: "Transport", cause: systemError(code, message) })
    const path = canonicalPath(state.urls, state.regions.keys(), url)
    if (path === undefined) return Effect.fail(transport("ENOTFOUND", `getaddrinfo ENOTFOUND ${url.hostname}`))
    return Effect.flatMap(
      Effect.mapError(readBody(request.body), (cause) =>
        new HttpClientError.RequestError({ request, reason: "Encode", cause })),
      ({ bytes, contentType }) => {
        const server = makeServerRequest({
          source: request,
          method: request.method,
          url: path,
          originalUrl: url.href,
          headers: contentType === undefined || request.headers["content-type"] !== undefined
            ? request.headers
            : Headers.set(request.headers, "content-type", contentType),
          bytes
        })
        return Effect.flatMap(
          Effect.provideService(handle, HttpServerRequest.HttpServerRequest, server),
          (outcome): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
            switch (outcome._tag) {
              case "Response":
                return Effect.succeed(makeResponse(request, outcome.response, undefined))
              case "BrokenResponse":
                return Effect.succeed(makeResponse(request, outcome.response, outcome.keep))
              case "Upgrade":
              case "Connected":
                // Only a WebSocket asks for the one, and only a CONNECT for the other.
                return Effect.fail(transport("ECONNRESET", "read ECONNRESET"))
              case "Reset":
                return Effect.fail(transport("ECONNRESET", "read ECONNRESET"))
              case "NeverSent":
                return Effect.fail(transport(outcome.code, `connect ${outcome.code} ${url.host}`))
            }
          }
        )
      }
    )
  })
