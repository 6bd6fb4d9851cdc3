/**
 * A platform played by a function, for responses that the sandbox does not give. `pipeline` runs the real client over a
 * fake HTTP client. `fakeApis` replaces the APIs that the resources are built on.
 */
import { AddonTokens, layer as addonTokens } from "@effect-scalingo/core/AddonTokens"
import type { ApiClient, ApiRequest, DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import { CurrentRegion } from "@effect-scalingo/core/CurrentRegion"
import * as LiveSockets from "@effect-scalingo/core/LiveSockets"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import type { RegionDirectory } from "@effect-scalingo/core/RegionDirectory"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import { DecodeError, NotFound, type ScalingoError, ServerError } from "@effect-scalingo/core/ScalingoError"
import * as SignedUrls from "@effect-scalingo/core/SignedUrls"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { Clock, type Context, Data, Duration, Effect, Either, Encoding, Layer, Option, Redacted, Stream } from "effect"
import * as FakeWebSocket from "./fakeWebSocket.js"

/** A request as the platform receives it. */
export interface SentRequest {
  /** Milliseconds of the test's clock. */
  readonly at: number
  readonly method: string
  /** With the values of its parameters. */
  readonly path: string
  readonly query: { readonly [name: string]: unknown }
  /** A JSON value; `undefined` without a body. */
  readonly body: unknown
}

/** A request over HTTP. */
export interface HttpRequest extends SentRequest {
  readonly url: URL
  readonly query: { readonly [name: string]: string }
  readonly headers: { readonly [name: string]: string }
  /** The body as it was sent. */
  readonly text: string | undefined
}

/** A request to one of the APIs. */
export interface ApiCall extends SentRequest {
  readonly api: "regional" | "auth" | "billing" | "database"
  /** The region that the effect has chosen. */
  readonly region: string | undefined
  readonly priority: RateLimiter.Priority
  /** The database whose token the request needs. */
  readonly database: DatabaseRef | undefined
  readonly request: ApiRequest<unknown>
}

/** Status 200 with an empty body, if nothing else is given. */
export interface FakeResponse {
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  /** The body as a JSON value. */
  readonly json?: unknown
  /** The body as text. */
  readonly text?: string
  /** The body as bytes, over HTTP. */
  readonly bytes?: Uint8Array
}

/** What becomes of a request. Errors are effects, so they can be given as they are. */
export type Outcome<E> = FakeResponse | Effect.Effect<FakeResponse, E>

/** Plays the platform. */
export type Respond<Sent extends SentRequest, E> = (sent: Sent) => Outcome<E>

/** Plays the platform over HTTP. */
export type RespondHttp = Respond<HttpRequest, BrokenConnection>

/** Plays the platform at the level of `ApiClient`. */
export type RespondCall = Respond<ApiCall, ScalingoError>

/** A connection that fails. */
export class BrokenConnection extends Data.TaggedError("BrokenConnection")<{ readonly cause: unknown }> {}

/** A connection that fails with a system code such as `ECONNRESET`, in the form that `fetch` gives it. */
export const broken = (code: string): BrokenConnection =>
  new BrokenConnection({
    cause: new TypeError("fetch failed", { cause: Object.assign(new Error(`connect ${code}`), { code }) })
  })

export const json = (
  value: unknown,
  status = 200,
  headers: { readonly [name: string]: string } = {}
): FakeResponse => ({
  status,
  headers,
  json: value
})

/** Responds to the n-th request with the n-th response, and to all further requests with the last one. */
export const inOrder = <E>(...responses: ReadonlyArray<Outcome<E>>): () => Outcome<E> => {
  let next = 0
  return () => responses[Math.min(next++, responses.length - 1)]!
}

const asEffect = <E>(outcome: Outcome<E>): Effect.Effect<FakeResponse, E> =>
  Effect.isEffect(outcome) ? outcome : Effect.succeed(outcome)

/** A response as it goes over the wire. */
const encode = ({ headers, json, status, text }: FakeResponse) => ({
  status: status ?? 200,
  headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
  text: text ?? (json === undefined ? "" : JSON.stringify(json))
})

const parse = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "")
  } catch {
    return text
  }
}

/** Statuses that cannot have a body. */
const bodiless = new Set([204, 304])

/** An HTTP client that pushes requests to `sent`. */
export const fakeHttpClient = (sent: Array<HttpRequest>, respond: RespondHttp): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const body = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : undefined
      const entry: HttpRequest = {
        at: yield* Clock.currentTimeMillis,
        method: request.method,
        url,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        text: body,
        body: parse(body)
      }
      sent.push(entry)
      const response = yield* asEffect(respond(entry)).pipe(
        Effect.mapError(({ cause }) => new HttpClientError.RequestError({ request, reason: "Transport", cause }))
      )
      const { headers, status, text } = encode(response)
      const payload = response.bytes === undefined ? text : new Uint8Array(response.bytes)
      return HttpClientResponse.fromWeb(
        request,
        new Response(bodiless.has(status) ? null : payload, { status, headers })
      )
    })
  )

/** What the services are built on. */
export type Apis = RegionalApi | AuthApi | BillingApi | DatabaseApi | SignedUrls.SignedUrls | LiveSockets.LiveSockets

/** What a pipeline provides. */
export type Pipeline =
  | Apis
  | AddonTokens
  | RegionDirectory
  | TokenManager.TokenManager
  | RateLimiter.RateLimiter
  | ScalingoConfig.ScalingoConfig
  | HttpClient.HttpClient

export interface PipelineOptions extends ScalingoConfig.Options {
  /** The bearer of the account, instead of signing in. */
  readonly bearer?: string
  /** The bearer of every database, instead of asking for one. */
  readonly addonBearer?: string
  /** Serves the WebSockets. By default there are none. */
  readonly webSocket?: (socket: FakeWebSocket.FakeWebSocket, index: number) => void
}

const fixedAddonTokens = (bearer: string): Layer.Layer<AddonTokens> =>
  Layer.succeed(AddonTokens, {
    forDatabase: () =>
      Effect.succeed({
        get: Effect.succeed(Redacted.make(bearer)),
        current: Effect.succeed(Option.some(Redacted.make(bearer))),
        reject: () => Effect.succeed(false)
      })
  })

const noSocket = Effect.dieMessage("no socket is expected")

/** A runtime without WebSockets. */
const noSockets = Layer.succeed(LiveSockets.LiveSockets, {
  isAvailable: false,
  open: () => noSocket,
  openSignedIn: () => noSocket
})

/** The real client over a fake HTTP client that pushes requests to `sent`. */
export const pipeline = (
  sent: Array<HttpRequest>,
  respond: RespondHttp,
  { addonBearer, bearer, webSocket, ...config }: PipelineOptions = {}
): Layer.Layer<Pipeline> => {
  const base = Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, fakeHttpClient(sent, respond)),
    ScalingoConfig.layer(config),
    RetryPolicy.layerBudget
  )
  const limited = RateLimiter.layer.pipe(Layer.provideMerge(base))
  const tokens = (bearer === undefined
    ? TokenManager.layer(Redacted.make(apiToken))
    : TokenManager.layerBearer(Redacted.make(bearer))).pipe(Layer.provideMerge(limited))
  const sockets = webSocket === undefined
    ? noSockets
    : Layer.provide(LiveSockets.layer, FakeWebSocket.layer(webSocket))
  return Layer.mergeAll(ApiLayer.layerDatabase, SignedUrls.layer, sockets).pipe(
    Layer.provideMerge(addonBearer === undefined ? addonTokens : fixedAddonTokens(addonBearer)),
    Layer.provideMerge(ApiLayer.layer),
    Layer.provideMerge(tokens),
    Layer.orDie
  )
}

export const apiToken = "tk-us-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"

/** A bearer as the platform issues it. */
export const jwt = (claims: { readonly iat?: number; readonly exp?: number; readonly n?: number }): string =>
  [JSON.stringify({ alg: "none" }), JSON.stringify(claims), "signature"].map(Encoding.encodeBase64Url).join(".")

/** Issues bearers with that lifetime and counts them. */
export const issuer = (lifetimeSeconds = 3600) => {
  const state = { exchanges: 0 }
  const issue = ({ at }: HttpRequest): FakeResponse => {
    state.exchanges++
    const iat = 1_700_000_000 + Math.floor(at / 1000)
    return json({ token: jwt({ iat, exp: iat + lifetimeSeconds, n: state.exchanges }) })
  }
  return { state, issue }
}

/** Whether a request exchanges an API token for a bearer. */
export const isExchange = ({ path }: HttpRequest) => path.endsWith("/tokens/exchange")

/** Sends a request to the regional API and returns the response's text: `GET /apps/my-app` by default. */
export const send = (
  input: Partial<ApiRequest<unknown>> = {}
): Effect.Effect<unknown, ScalingoError, RegionalApi> =>
  Effect.flatMap(RegionalApi, (api) =>
    api.request<unknown>({
      name: "Test.call",
      method: "GET",
      path: "/apps/my-app",
      decoder: { decode: ({ text }) => Either.right(text) },
      ...input
    }))

/** What every error says of its request. */
export const errorContext = {
  endpoint: "Test.call",
  method: "GET",
  url: "https://api.osc-fr1.scalingo.com/v1/apps/my-app",
  requestId: "request-1",
  attempts: 1,
  elapsed: Duration.zero
}

export const serverError = (status = 503): ServerError =>
  new ServerError({ ...errorContext, status, detail: "down", body: "" })

export const notFound = (resource?: string): NotFound =>
  new NotFound({ ...errorContext, status: 404, detail: "not found", body: "", resource })

const withoutUndefined = (query: ApiRequest<unknown>["query"]) =>
  Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== undefined))

/** One of the APIs: records a request and decodes the response like the real one. */
const fakeApi = (
  sent: Array<ApiCall>,
  respond: RespondCall,
  api: ApiCall["api"],
  lenient: boolean,
  database?: DatabaseRef
): ApiClient => ({
  request: (request) =>
    Effect.gen(function*() {
      const region = Option.getOrUndefined(yield* CurrentRegion)
      const call: ApiCall = {
        at: yield* Clock.currentTimeMillis,
        api,
        method: request.method,
        path: request.path.replace(/:(\w+)/g, (_, name: string) => request.pathParams?.[name] ?? ""),
        query: withoutUndefined(request.query),
        body: request.body,
        region,
        priority: yield* RateLimiter.RequestPriority,
        database,
        request
      }
      sent.push(call)
      const response = encode(yield* asEffect(respond(call)))
      const hasRegion = api === "regional" || api === "database"
      const decoded = request.decoder.decode({ ...response, region: hasRegion ? region ?? "osc-fr1" : null })
      if (lenient && Either.isLeft(decoded) && decoded.left.unchecked !== undefined) {
        return decoded.left.unchecked.value as never
      }
      return yield* Either.mapLeft(decoded, ({ path, reason, value }) =>
        new DecodeError({
          ...errorContext,
          endpoint: request.name ?? request.path,
          status: response.status,
          path,
          reason,
          body: response.text,
          value: Redacted.make(value)
        }))
    })
})

/**
 * The APIs without the client: requests are pushed to `sent`, and no transfer is expected. Lenient ones return what does
 * not fit, as a client with `lenient` does.
 */
export const fakeApis = (
  sent: Array<ApiCall>,
  respond: RespondCall,
  { lenient = false }: { readonly lenient?: boolean } = {}
): Layer.Layer<Apis> =>
  Layer.mergeAll(
    Layer.succeed(RegionalApi, fakeApi(sent, respond, "regional", lenient)),
    Layer.succeed(AuthApi, fakeApi(sent, respond, "auth", lenient)),
    Layer.succeed(BillingApi, fakeApi(sent, respond, "billing", lenient)),
    Layer.succeed(DatabaseApi, {
      request: (database, request) => fakeApi(sent, respond, "database", lenient, database).request(request)
    }),
    Layer.succeed(SignedUrls.SignedUrls, {
      download: () => Stream.dieMessage("no transfer is expected"),
      open: () => Effect.dieMessage("no transfer is expected"),
      upload: () => Effect.dieMessage("no transfer is expected")
    }),
    noSockets
  )

/** A service over the fake APIs, and the requests that it sends. */
export const fakeService = <I, S>(
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, Apis>,
  respond: RespondCall
): Effect.Effect<{ readonly service: S; readonly sent: ReadonlyArray<ApiCall> }> => {
  const sent: Array<ApiCall> = []
  return Effect.map(tag, (service) => ({ service, sent })).pipe(
    Effect.provide(Layer.provide(layer, fakeApis(sent, respond)))
  )
}
