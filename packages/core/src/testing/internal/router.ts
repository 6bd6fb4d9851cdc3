/**
 * Turns the routes into one handler of requests: log, faults, rate limit, authentication, route.
 */
import type { HttpMethod } from "@effect/platform/HttpMethod"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Fault, Seen } from "../Fault.js"
import { identify, type Identity } from "./authentication.js"
import type { Faults } from "./faults.js"
import { eventStream, liveBodyOf, type LiveSocket, runSession } from "./live.js"
import type { RateLimit } from "./rateLimit.js"
import { rawBodyOf, type RawSocket, runRawSession } from "./rawSocket.js"
import { bodyBytes, errorResponse, type Response, text } from "./responses.js"
import { type PublicCall, readInput, readJson, type Route } from "./route.js"
import { expireSigned } from "./signedUrls.js"
import type { State } from "./state.js"
import { placeOf, services } from "./urls.js"

/**
 * How a request ends: with a response, unless the connection breaks. `SandboxServer` of `@effect-scalingo/node` turns it
 * into what happens on a socket.
 */
export type Outcome =
  | { readonly _tag: "Response"; readonly response: HttpServerResponse.HttpServerResponse }
  /** The headers arrive, and then only the first part of the body: `keep`, from 0 to 1. */
  | { readonly _tag: "BrokenResponse"; readonly response: HttpServerResponse.HttpServerResponse; readonly keep: number }
  /** The connection becomes a WebSocket. `run` uses it until it ends, and closes it. */
  | { readonly _tag: "Upgrade"; readonly run: (socket: LiveSocket) => Effect.Effect<void> }
  /** The connection carries raw bytes. `run` uses it until it ends, and closes it. */
  | { readonly _tag: "Connected"; readonly run: (socket: RawSocket) => Effect.Effect<void> }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "NeverSent"; readonly code: string }

/** A request that has arrived. */
export interface RequestLogEntry {
  /** Milliseconds of the Clock. */
  readonly time: number
  readonly method: string
  /** `regional`, `auth`, `database`, `billing`, or a service behind pre-signed URLs. */
  readonly api: string
  readonly region: string | undefined
  /** As the API documents it, without `/v1`. */
  readonly path: string
  readonly query: { readonly [name: string]: string }
  readonly headers: { readonly [name: string]: string }
  readonly requestId: string
  /** `undefined` when the connection broke before the response. */
  status: number | undefined
}

export type { LiveSocket } from "./live.js"
export type { RawSocket } from "./rawSocket.js"

interface Dependencies {
  /** Runs sessions on the clock of the sandbox. */
  readonly onClock: (session: Effect.Effect<void>) => Effect.Effect<void>
  readonly state: State
  readonly faults: Faults
  readonly rateLimit: RateLimit
  readonly log: Array<RequestLogEntry>
  readonly routes: ReadonlyArray<Route>
}

const respond = (response: Response): Outcome => ({ _tag: "Response", response })

const throttled = (retryAfter: string | undefined) =>
  text("Retry later", 429, retryAfter === undefined ? undefined : { "retry-after": retryAfter })

const htmlPage = (status: number) =>
  HttpServerResponse.text(
    `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>`,
    { status, contentType: "text/html" }
  )

const secretHeaders = ["authorization", "x-authorization-otp", "cookie"]

const redactHeaders = (headers: { readonly [name: string]: string }) => {
  const redacted: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(headers)) {
    redacted[name] = secretHeaders.includes(name) ? value.replace(/\S+$/, "<redacted>") : value
  }
  return redacted
}

/** The tokens of pre-signed URLs and of invitations are credentials. */
const redactQuery = (query: URLSearchParams) =>
  Object.fromEntries(Array.from(query, ([name, value]) => [name, name === "token" ? "<redacted>" : value]))

/** The rate limit is that of the APIs, not of the services that they give URLs of. */
const isLimited = (api: string): boolean => !["logs", "deployments", "one-off"].includes(api)

/** The account whose rate limit a request counts against. */
const rateLimitKey = (identity: Identity): string =>
  "account" in identity && identity.account !== undefined ? identity.account.id : "anonymous"

/** The same response with another body; keeps the content type unless one is given. */
const withBody = (response: Response, bytes: Uint8Array, contentType?: string): Response => {
  const { "content-length": _, "content-type": known, ...headers } = response.headers
  return HttpServerResponse.uint8Array(bytes, {
    status: response.status,
    headers,
    contentType: contentType ?? known ?? "application/json"
  })
}

const truncate = (response: Response, keep: number): Response => {
  const bytes = bodyBytes(response)
  return bytes.length === 0 ? response : withBody(response, bytes.slice(0, Math.floor(bytes.length * keep)))
}

/** Ends the bearer of a request. */
const expireBearer = (state: State, request: HttpServerRequest.HttpServerRequest): void => {
  const token = (request.headers["authorization"] ?? "").replace(/^bearer\s+/i, "")
  const bearer = state.bearers.get(token) ?? state.addonTokens.get(token)
  if (bearer !== undefined) bearer.expiresAt = state.now()
}

/** What a fault does before the handler; `undefined` when the handler runs. */
const beforeHandler = (
  state: State,
  request: HttpServerRequest.HttpServerRequest,
  query: URLSearchParams,
  fault: Fault | undefined
): Outcome | undefined => {
  switch (fault?._tag) {
    case "Respond":
      return respond(HttpServerResponse.text(fault.body, {
        status: fault.status,
        headers: fault.headers,
        ...(fault.contentType === undefined ? {} : { contentType: fault.contentType })
      }))
    case "Garbage":
      return respond(htmlPage(fault.status))
    case "Throttle":
      return respond(throttled(fault.retryAfter))
    case "Redirect":
      return respond(HttpServerResponse.empty({ status: fault.status, headers: { location: request.originalUrl } }))
    case "Reset":
      return fault.done ? undefined : { _tag: "Reset" }
    case "ExpireBearer":
      expireBearer(state, request)
      return undefined
    case "ExpireUrl":
      expireSigned(state, query.get("token"))
      return undefined
    default:
      return undefined
  }
}

/** What a fault makes of the response of the handler. */
const afterHandler = (fault: Fault | undefined, response: Response): Effect.Effect<Outcome> => {
  switch (fault?._tag) {
    case "Delay":
      return Effect.as(Effect.sleep(fault.milliseconds), respond(response))
    case "Truncate":
      return Effect.succeed(respond(truncate(response, fault.keep)))
    case "BreakBody":
      return Effect.succeed({ _tag: "BrokenResponse", response, keep: fault.keep })
    case "EmptyBody":
      return Effect.succeed(respond(withBody(response, new Uint8Array())))
    case "ContentType":
      return Effect.succeed(respond(withBody(response, bodyBytes(response), fault.contentType)))
    case "Reset":
      return Effect.succeed({ _tag: "Reset" })
    default:
      return Effect.succeed(respond(response))
  }
}

const splitUrl = (url: string): { readonly path: string; readonly query: URLSearchParams } => {
  const mark = url.indexOf("?")
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) }
}

const headerOf = (request: HttpServerRequest.HttpServerRequest) => (name: string): string | undefined =>
  request.headers[name.toLowerCase()]

const routerOf = (state: State, routes: ReadonlyArray<Route>) =>
  HttpRouter.fromIterable(routes.map((route) =>
    HttpRouter.makeRoute(
      // The platform's type lacks CONNECT, its router takes any method.
      route.method as HttpMethod,
      route.path,
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const { params } = yield* HttpRouter.RouteContext
        const body = readJson(request)
        const call: PublicCall = {
          state,
          request,
          identity: identify(state, request.headers["authorization"]),
          region: params["region"] ?? "",
          now: state.now(),
          query: splitUrl(request.url).query,
          param: (name) => params[name] ?? "",
          header: headerOf(request),
          json: body,
          input: (root, schema) => readInput(body, root, schema)
        }
        return yield* Effect.catchAll(route.handler(call), (refusal) => Effect.succeed(refusal.response))
      })
    )
  ))

/**
 * Tells an endpoint that the sandbox lacks from something that does not exist. The host of the regional API has nothing
 * of the database API but the databases.
 */
const noRoute = ({ method, url }: HttpServerRequest.HttpServerRequest): Response => {
  const { path } = splitUrl(url)
  const place = placeOf(path)
  const isElsewhere = /^\/api\/[^/]+\/api\//.test(path) && !place.path.startsWith("/databases/")
  return isElsewhere
    ? errorResponse(404, { error: "not found" })
    : errorResponse(501, {
      error: `not implemented in the sandbox: ${method} ${services.includes(place.api) ? place.path : path}`
    })
}

/** Handles one request, whose URL is a canonical path. Never fails: a fault is an outcome. */
export const makeHandle = (
  { faults, log, onClock, rateLimit, routes, state }: Dependencies
): Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest> => {
  const router = Effect.catchTag(
    HttpRouter.withRouterConfig(routerOf(state, routes), { maxParamLength: 2000 }),
    "RouteNotFound",
    ({ request }) => Effect.succeed(noRoute(request))
  )
  return Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const now = yield* Clock.currentTimeMillis
    state.advance(now)
    const { path, query } = splitUrl(request.url)
    const place = placeOf(path)
    const header = headerOf(request)
    const key = rateLimitKey(identify(state, header("authorization")))
    const seen: Seen = { ...place, method: request.method, query, header }
    const fault = faults.find(seen)
    if (fault?._tag === "NeverSent") return { _tag: "NeverSent", code: fault.code }
    const requestId = header("x-request-id") ?? state.ids.uuid()
    const entry: RequestLogEntry = {
      time: now,
      method: request.method,
      api: place.api,
      region: place.region,
      path: place.path,
      query: redactQuery(query),
      headers: redactHeaders(request.headers),
      requestId,
      status: undefined
    }
    log.push(entry)
    const end = (outcome: Outcome): Outcome => {
      if (!("response" in outcome)) return outcome
      entry.status = outcome.response.status
      const response = HttpServerResponse.setHeaders(outcome.response, {
        "x-request-id": requestId,
        date: new Date(now).toUTCString()
      })
      return { ...outcome, response }
    }

    const acquire = () => isLimited(place.api) ? rateLimit.acquire(key, now) : undefined
    const early = beforeHandler(state, request, query, fault)
    if (early !== undefined) {
      acquire()
      return end(early)
    }
    const wait = acquire()
    if (wait !== undefined) {
      return end(respond(throttled(state.settings.retryAfter ? String(Math.ceil(wait / 1000)) : undefined)))
    }
    if (services.includes(place.api) && place.region !== undefined && !state.regions.has(place.region)) {
      return end(respond(errorResponse(404, { resource: "region", error: "not found" })))
    }
    const response = yield* router
    if (state.settings.latency > 0) yield* Effect.sleep(state.settings.latency)
    const live = liveBodyOf(response)
    const raw = rawBodyOf(response)
    if (live === undefined && raw === undefined) return end(yield* afterHandler(fault, response))
    if (fault?._tag === "Delay") yield* Effect.sleep(fault.milliseconds)
    if (fault?._tag === "Reset") return { _tag: "Reset" }
    entry.status = response.status
    if (live === undefined) {
      return {
        _tag: "Connected",
        run: (socket) => raw === undefined ? Effect.void : onClock(runRawSession(state, raw.session, fault, socket))
      }
    }
    const run = (socket: LiveSocket) => onClock(runSession(state, live.session, fault, socket))
    return live.isUpgrade
      ? { _tag: "Upgrade", run }
      : end(respond(HttpServerResponse.stream(eventStream(run), { contentType: "text/event-stream" })))
  })
}
