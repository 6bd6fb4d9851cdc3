/**
 * How routes are written: `regional.get("/projects", (call) => …)`.
 */
import type * as HttpRouter from "@effect/platform/HttpRouter"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { issuesOf, type ParseError } from "../../internal/parseResult.js"
import type { Identity } from "./authentication.js"
import type { Account, Addon, App } from "./models.js"
import { badRequest, invalid, notFound, type Refusal, type Response, unauthorized } from "./responses.js"
import type { State } from "./state.js"

/** A request, as a handler of an endpoint without authentication sees it. */
export interface PublicCall {
  readonly state: State
  readonly request: HttpServerRequest.HttpServerRequest
  readonly identity: Identity
  /** The region of the host; empty at the auth and billing APIs, which have none. */
  readonly region: string
  /** The instant of the request. */
  readonly now: number
  readonly query: URLSearchParams
  /** A parameter of the path, percent-decoded. */
  readonly param: (name: string) => string
  readonly header: (name: string) => string | undefined
  /** The body as JSON; `undefined` when there is none. 400 when it cannot be read. */
  readonly json: Effect.Effect<unknown, Refusal>
  /** The body below its root key, by a schema: 400 without the key, 422 with messages per field when it decodeErrors. */
  readonly input: <A, I>(root: string | undefined, schema: Schema.Schema<A, I>) => Effect.Effect<A, Refusal>
}

/** A request of an account. */
export interface Call extends PublicCall {
  readonly account: Account
}

/** A request to the database API, with the token of an addon. */
export interface AddonCall extends PublicCall {
  readonly account: Account
  readonly app: App
  readonly addon: Addon
}

/** What a handler returns: a response, or an effect of one. */
type Handled = Response | Effect.Effect<Response, Refusal>

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** A route of the sandbox, by its canonical path. */
export interface Route {
  readonly method: Method
  readonly path: HttpRouter.PathInput
  readonly handler: (call: PublicCall) => Effect.Effect<Response, Refusal>
}

type Define<C> = (path: `/${string}`, handler: (call: C) => Handled) => Route

interface Definer<C> {
  readonly get: Define<C>
  readonly post: Define<C>
  readonly put: Define<C>
  readonly patch: Define<C>
  readonly delete: Define<C>
}

const toEffect = (handled: Handled): Effect.Effect<Response, Refusal> =>
  HttpServerResponse.isServerResponse(handled) ? Effect.succeed(handled) : handled

const definer = <C>(
  prefix: `/${string}`,
  enter: (call: PublicCall, handler: (call: C) => Handled) => Handled
): Definer<C> => {
  const define = (method: Method): Define<C> => (path, handler) => ({
    method,
    path: `${prefix}${path}`,
    handler: (call) => toEffect(enter(call, handler))
  })
  return {
    get: define("GET"),
    post: define("POST"),
    put: define("PUT"),
    patch: define("PATCH"),
    delete: define("DELETE")
  }
}

const anyone = (call: PublicCall, handler: (call: PublicCall) => Handled): Handled => handler(call)

const withBearer = (call: PublicCall, handler: (call: Call) => Handled): Handled =>
  call.identity._tag === "Bearer" ? handler({ ...call, account: call.identity.account }) : unauthorized()

const withAddonToken = (call: PublicCall, handler: (call: AddonCall) => Handled): Handled => {
  if (call.identity._tag !== "Addon") return unauthorized()
  const addon = call.state.addons.get(call.identity.addonId)
  const app = addon === undefined ? undefined : call.state.apps.get(addon.appId)
  return addon === undefined || app === undefined
    ? notFound("database")
    : handler({ ...call, account: call.identity.account, app, addon })
}

/** The regional API, with a bearer. */
export const regional = definer<Call>("/api/:region/v1", withBearer)
/** The regional API, for anyone: `call.identity` tells who it is, if anyone. */
export const regionalPublic = definer<PublicCall>("/api/:region/v1", anyone)
/** The auth API, with a bearer. */
export const auth = definer<Call>("/auth/v1", withBearer)
/** The auth API, for anyone. */
export const authPublic = definer<PublicCall>("/auth/v1", anyone)
/** The database API, with the token of an addon. */
export const database = definer<AddonCall>("/db/:region/api", withAddonToken)
/** The database API, for anyone. */
export const databasePublic = definer<PublicCall>("/db/:region/api", anyone)
/** The billing API, with a bearer. */
export const billing = definer<Call>("/billing", withBearer)
/** The storage behind pre-signed URLs. */
export const storage = definer<PublicCall>("/storage/:region", anyone)

const general = "is invalid"

/**
 * What 422 says of a misfit: the messages of the schema's annotations, else a general one. A field that may be left out
 * or null decodeErrors these as well: the general message goes where there is another, for the field or a part of it.
 */
const errorsOf = (error: ParseError): { readonly [field: string]: ReadonlyArray<string> } => {
  const errors = new Map<string, Set<string>>()
  for (const issue of issuesOf(error)) {
    const field = issue.path.length === 0 ? "base" : issue.path.map(String).join(".")
    const message = issue.message === "is missing"
      ? "can't be blank"
      : issue.message.startsWith("Expected ")
      ? general
      : issue.message
    errors.set(field, (errors.get(field) ?? new Set()).add(message))
  }
  const fields = Array.from(errors.keys())
  for (const [field, messages] of errors) {
    if (messages.size > 1) messages.delete(general)
    if (messages.has(general) && fields.some((other) => other.startsWith(`${field}.`))) errors.delete(field)
  }
  return Object.fromEntries(Array.from(errors, ([field, messages]) => [field, Array.from(messages)]))
}

export const readJson = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<unknown, Refusal> =>
  Effect.flatMap(Effect.orElse(request.text, () => badRequest("the body cannot be read")), (text) => {
    if (text.trim() === "") return Effect.succeed(undefined)
    return Effect.orElse(
      Effect.try((): unknown => JSON.parse(text)),
      () => badRequest("the body is not valid JSON")
    )
  })

export const readInput = <A, I>(
  body: Effect.Effect<unknown, Refusal>,
  root: string | undefined,
  schema: Schema.Schema<A, I>
): Effect.Effect<A, Refusal> =>
  Effect.flatMap(body, (value) => {
    const part = root === undefined ? value ?? {} : Predicate.isReadonlyRecord(value) ? value[root] : undefined
    if (part === undefined) return badRequest(`param is missing or the value is empty: ${root}`)
    return Effect.catchAll(
      Schema.decodeUnknown(schema, { errors: "all" })(part),
      (error) => invalid(errorsOf(error))
    )
  })
