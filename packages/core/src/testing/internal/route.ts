/**
 * Defines routes: `regional.get("/projects", (call) => …)`.
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
import { badRequest, invalid, notFound, type Refusal, type Refused, type Response, unauthorized } from "./responses.js"
import type { State } from "./state.js"

/** A request to an endpoint without authentication. */
export interface PublicCall {
  readonly state: State
  readonly request: HttpServerRequest.HttpServerRequest
  readonly identity: Identity
  /** Empty for the auth and billing APIs, which have no regions. */
  readonly region: string
  /** The instant of the request. */
  readonly now: number
  readonly query: URLSearchParams
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string
  readonly header: (name: string) => string | undefined
  /** The body as JSON; `undefined` when there is none. 400 when it is not JSON. */
  readonly json: Effect.Effect<unknown, Refusal>
  /** Decodes the body below its root key. 400 without the key; 422 with messages by field when it does not decode. */
  readonly input: <A, I>(root: string | undefined, schema: Schema.Schema<A, I>) => Effect.Effect<A, Refusal>
}

/** A request with a bearer. */
export interface Call extends PublicCall {
  readonly account: Account
}

/** A request to the database API with an addon token. */
export interface AddonCall extends PublicCall {
  readonly account: Account
  readonly app: App
  readonly addon: Addon
}

/** What a handler returns: a response, or an effect of one. */
type Handled = Response | Effect.Effect<Response, Refusal>

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "CONNECT"

/** A route, by its canonical path. */
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
  readonly connect: Define<C>
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
    delete: define("DELETE"),
    connect: define("CONNECT")
  }
}

const anyone = (call: PublicCall, handler: (call: PublicCall) => Handled): Handled => handler(call)

const withBearer = (call: PublicCall, handler: (call: Call) => Handled): Handled =>
  call.identity._tag === "Bearer" ? handler({ ...call, account: call.identity.account }) : unauthorized()

/** The database API refuses wrong and missing tokens with 400. */
export const refuseToken: Refused = Effect.suspend(() => badRequest("unauthorized"))

const databasePrefix = "/db/:region/api"
/** The official JavaScript client reaches the database API on the host of the regional API. */
const databaseOnRegionalHost = "/api/:region/api"

/** Who can get a token for the addons of an app. */
const mayOpenDatabases = (app: App, account: Account): boolean =>
  app.ownerId === account.id ||
  app.collaborators.some((it) => it.accountId === account.id && it.status === "accepted" && it.role !== "limited")

const withAddonToken = (call: PublicCall, handler: (call: AddonCall) => Handled): Handled => {
  const { identity } = call
  const isRegionalHost = call.request.url.startsWith("/api/")
  if (identity._tag !== (isRegionalHost ? "Bearer" : "Addon")) return refuseToken
  const { account } = identity
  const addon = call.state.addons.get(identity._tag === "Addon" ? identity.addonId : call.param("databaseId"))
  const app = addon === undefined ? undefined : call.state.apps.get(addon.appId)
  if (addon === undefined || app === undefined) return notFound("database")
  return isRegionalHost && !mayOpenDatabases(app, account) ? refuseToken : handler({ ...call, account, app, addon })
}

/**
 * The routes below `/databases` once more, on the host of the regional API. The account's own bearer is their
 * credential.
 */
export const onRegionalHost = (routes: ReadonlyArray<Route>): ReadonlyArray<Route> =>
  routes.flatMap((route) =>
    route.path.startsWith(`${databasePrefix}/databases/`)
      ? [{ ...route, path: `${databaseOnRegionalHost}${route.path.slice(databasePrefix.length)}` }]
      : []
  )

/** Routes of the regional API that require a bearer. */
export const regional = definer<Call>("/api/:region/v1", withBearer)
/** Routes of the regional API without authentication; `call.identity` has the account, if any. */
export const regionalPublic = definer<PublicCall>("/api/:region/v1", anyone)
/** Routes of the auth API that require a bearer. */
export const auth = definer<Call>("/auth/v1", withBearer)
/** Routes of the auth API without authentication. */
export const authPublic = definer<PublicCall>("/auth/v1", anyone)
/** Routes of the database API that require an addon token. */
export const database = definer<AddonCall>(databasePrefix, withAddonToken)
/** Routes of the database API without authentication. */
export const databasePublic = definer<PublicCall>(databasePrefix, anyone)
/** Routes of the billing API, which require a bearer. */
export const billing = definer<Call>("/billing", withBearer)
/** Routes of the logs behind pre-signed URLs. */
export const logs = definer<PublicCall>("/logs/:region", anyone)
/** Routes of the stream of deployments, whose bearer comes in a frame. */
export const deploymentStream = definer<PublicCall>("/deployments/:region", anyone)
/** Routes of the service of one-offs, which want a bearer as the password of Basic authentication. */
export const oneOff = definer<PublicCall>("/one-off/:region", anyone)
/** Routes of the storage behind pre-signed URLs. */
export const storage = definer<PublicCall>("/storage/:region", anyone)

const genericMessage = "is invalid"

/**
 * The errors of a 422 by field: the messages in the annotations of the schema, or else a generic one. The union with
 * `null` and `undefined` adds a generic issue to an optional field, which is dropped when there is another message for
 * the field or a part of it.
 */
const errorsOf = (error: ParseError): { readonly [field: string]: ReadonlyArray<string> } => {
  const errors = new Map<string, Set<string>>()
  for (const issue of issuesOf(error)) {
    const field = issue.path.length === 0 ? "base" : issue.path.map(String).join(".")
    const message = issue.message === "is missing"
      ? "can't be blank"
      : issue.message.startsWith("Expected ")
      ? genericMessage
      : issue.message
    errors.set(field, (errors.get(field) ?? new Set()).add(message))
  }
  const fields = Array.from(errors.keys())
  for (const [field, messages] of errors) {
    if (messages.size > 1) messages.delete(genericMessage)
    if (messages.has(genericMessage) && fields.some((other) => other.startsWith(`${field}.`))) errors.delete(field)
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
