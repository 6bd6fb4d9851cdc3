/**
 * From routes to one app: identification, faults, the limit, the handler, and the log of what came.
 */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Fault, Seen } from "../Fault.js"
import type { Faults } from "./faults.js"
import { identify, type Identity } from "./identity.js"
import type { Limit } from "./limit.js"
import { json, type Response, text } from "./reply.js"
import { type PublicCall, readInput, readJson, type Route } from "./route.js"
import type { State } from "./state.js"
import { placeOf } from "./urls.js"

/** How a request ends: mostly with an answer. */
export type Outcome =
  | { readonly _tag: "Answer"; readonly response: Response }
  /** The answer's headers come, and only `keep` (0 to 1) of its body. */
  | { readonly _tag: "BrokenAnswer"; readonly response: Response; readonly keep: number }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "NeverSent"; readonly code: string }

/** A request that has come. */
export interface Logged {
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
  /** `undefined` when the connection broke before the answer. */
  status: number | undefined
}

export interface Kernel {
  readonly state: State
  readonly faults: Faults
  readonly limit: Limit
  readonly log: Array<Logged>
  readonly routes: ReadonlyArray<Route>
}

const answer = (response: Response): Outcome => ({ _tag: "Answer", response })

const throttled = (retryAfter: string | undefined) =>
  text("Retry later", 429, retryAfter === undefined ? undefined : { "retry-after": retryAfter })

const page = (status: number) =>
  HttpServerResponse.text(
    `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>`,
    { status, contentType: "text/html" }
  )

const secretHeaders = ["authorization", "x-authorization-otp", "cookie"]

const shownHeaders = (headers: { readonly [name: string]: string }) => {
  const shown: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(headers)) {
    shown[name] = secretHeaders.includes(name) ? value.replace(/\S+$/, "<redacted>") : value
  }
  return shown
}

/** The tokens of pre-signed URLs and of invitations are as good as a password. */
const shownQuery = (query: URLSearchParams) =>
  Object.fromEntries(Array.from(query, ([name, value]) => [name, name === "token" ? "<redacted>" : value]))

/** Whose requests a request counts with. */
const limitKey = (identity: Identity): string =>
  "account" in identity && identity.account !== undefined ? identity.account.id : "anonymous"

const bodyBytes = (response: Response): Uint8Array | undefined =>
  response.body._tag === "Uint8Array" ? response.body.body : undefined

/** The same answer with another body; the type stays, unless told otherwise. */
const withBytes = (response: Response, bytes: Uint8Array, contentType?: string): Response => {
  const { "content-length": _, "content-type": known, ...headers } = response.headers
  return HttpServerResponse.uint8Array(bytes, {
    status: response.status,
    headers,
    contentType: contentType ?? known ?? "application/json"
  })
}

const truncate = (response: Response, keep: number): Response => {
  const bytes = bodyBytes(response)
  return bytes === undefined ? response : withBytes(response, bytes.slice(0, Math.floor(bytes.length * keep)))
}

/** What a fault answers before anything is done; `undefined` when it only changes the answer. */
const instead = (kernel: Kernel, request: HttpServerRequest.HttpServerRequest, fault: Fault): Outcome | undefined => {
  switch (fault._tag) {
    case "Respond":
      return answer(HttpServerResponse.text(fault.body, {
        status: fault.status,
        headers: fault.headers,
        ...(fault.contentType === undefined ? {} : { contentType: fault.contentType })
      }))
    case "Garbage":
      return answer(page(fault.status))
    case "Throttle":
      return answer(throttled(fault.retryAfter))
    case "NeverSent":
      return { _tag: "NeverSent", code: fault.code }
    case "Reset":
      return fault.done ? undefined : { _tag: "Reset" }
    case "ExpireBearer": {
      const token = (request.headers["authorization"] ?? "").replace(/^bearer\s+/i, "")
      const bearer = kernel.state.bearers.get(token)
      if (bearer !== undefined) bearer.expiresAt = kernel.state.now()
      return undefined
    }
    default:
      return undefined
  }
}

/** A path and its query. */
const splitUrl = (url: string): { readonly path: string; readonly query: URLSearchParams } => {
  const mark = url.indexOf("?")
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) }
}

const headerOf = (request: HttpServerRequest.HttpServerRequest) => (name: string): string | undefined =>
  request.headers[name.toLowerCase()]

/** What a fault makes of an answer. */
const afterwards = (fault: Fault | undefined, response: Response): Effect.Effect<Outcome> => {
  switch (fault?._tag) {
    case "Delay":
      return Effect.as(Effect.sleep(fault.milliseconds), answer(response))
    case "Truncate":
      return Effect.succeed(answer(truncate(response, fault.keep)))
    case "BreakBody":
      return Effect.succeed({ _tag: "BrokenAnswer", response, keep: fault.keep })
    case "EmptyBody":
      return Effect.succeed(answer(withBytes(response, new Uint8Array())))
    case "ContentType":
      return Effect.succeed(answer(withBytes(response, bodyBytes(response) ?? new Uint8Array(), fault.contentType)))
    case "Reset":
      return Effect.succeed({ _tag: "Reset" })
    default:
      return Effect.succeed(answer(response))
  }
}

const routerOf = (kernel: Kernel) =>
  HttpRouter.fromIterable(kernel.routes.map((route) =>
    HttpRouter.makeRoute(
      route.method,
      route.path,
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const { params } = yield* HttpRouter.RouteContext
        const body = readJson(request)
        const call: PublicCall = {
          state: kernel.state,
          request,
          identity: identify(kernel.state, request.headers["authorization"]),
          region: params["region"] ?? "",
          now: kernel.state.now(),
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
 * Handles one request, whose URL is a canonical path. Never fails: what goes wrong on purpose is an outcome.
 */
export const makeHandle = (
  kernel: Kernel
): Effect.Effect<Outcome, never, HttpServerRequest.HttpServerRequest> => {
  const { state } = kernel
  const router = Effect.catchTag(
    HttpRouter.withRouterConfig(routerOf(kernel), { maxParamLength: 2000 }),
    "RouteNotFound",
    () => Effect.succeed(json({ error: "not found" }, 404))
  )
  return Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const now = yield* Clock.currentTimeMillis
    state.advance(now)
    const { path, query } = splitUrl(request.url)
    const place = placeOf(path)
    const header = headerOf(request)
    const key = limitKey(identify(state, header("authorization")))
    const seen: Seen = { ...place, method: request.method, query, header }
    const fault = kernel.faults.find(seen)
    if (fault?._tag === "NeverSent") return { _tag: "NeverSent", code: fault.code }
    const requestId = header("x-request-id") ?? state.ids.uuid()
    const entry: Logged = {
      time: now,
      method: request.method,
      api: place.api,
      region: place.region,
      path: place.path,
      query: shownQuery(query),
      headers: shownHeaders(request.headers),
      requestId,
      status: undefined
    }
    kernel.log.push(entry)
    const settle = (outcome: Outcome): Outcome => {
      if (outcome._tag === "Reset" || outcome._tag === "NeverSent") return outcome
      entry.status = outcome.response.status
      const response = HttpServerResponse.setHeaders(outcome.response, {
        "x-request-id": requestId,
        date: new Date(now).toUTCString()
      })
      return { ...outcome, response }
    }

    const early = fault === undefined ? undefined : instead(kernel, request, fault)
    if (early !== undefined) {
      // A 429 is given before a request is counted, everything else after.
      if (fault?._tag !== "Throttle") kernel.limit.take(key, now)
      return settle(early)
    }
    const wait = kernel.limit.take(key, now)
    if (wait !== undefined) {
      return settle(answer(throttled(state.settings.retryAfter ? String(Math.ceil(wait / 1000)) : undefined)))
    }
    if (place.region !== undefined && !state.regions.has(place.region)) {
      return settle(answer(json({ resource: "region", error: "not found" }, 404)))
    }
    const response = yield* router
    if (state.settings.latency > 0) yield* Effect.sleep(state.settings.latency)
    return settle(yield* afterwards(fault, response))
  })
}
