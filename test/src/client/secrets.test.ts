/**
 * Errors, logs, spans and services never show a secret. The platform of these tests repeats everything that it is sent,
 * in many forms.
 */
import { DatabaseApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import type { ApiRequest } from "@effect-scalingo/core/ApiClient"
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import * as Environment from "@effect-scalingo/core/Environment"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import { withResponse } from "@effect-scalingo/core/RequestOptions"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import * as SignedUrls from "@effect-scalingo/core/SignedUrls"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import * as CredentialsFile from "@effect-scalingo/node/CredentialsFile"
import { FileSystem, HttpClient, Path } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  ConfigProvider,
  Effect,
  Either,
  Layer,
  Logger,
  LogLevel,
  Option,
  Redacted,
  Schema,
  Stream,
  Tracer
} from "effect"
import { inspect } from "node:util"
import {
  apiToken,
  broken,
  BrokenConnection,
  fakeHttpClient,
  type FakeResponse,
  type HttpRequest,
  isExchange,
  json,
  jwt,
  type Pipeline,
  pipeline,
  type RespondHttp
} from "../fakePlatform.js"

const secrets = {
  "API token": apiToken,
  "API token that looks like any text": "anything-goes-for-a-token",
  bearer: jwt({ iat: 1_700_000_000, exp: 1_700_003_600 }),
  "bearer that looks like any text": "opaque-bearer-of-an-account",
  "addon token": "opaque-token-of-an-addon",
  password: `pass "word" with \\ and ä/+?&`,
  "one-time password": "739146",
  "variable's value": "postgres://me:pässword@host/db?x=1&y=\"2\"\nline two\t<b>",
  "key of a certificate": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
  "option of a one-off container": "value-in-a-map-of-variables",
  "token in a query": "token-in-the-query-of-a-logs-url"
}

const base64 = (text: string) => Buffer.from(text).toString("base64")
const withoutQuotes = (text: string) => JSON.stringify(text).slice(1, -1)

/** The forms that a secret takes in JSON, in a URL, in a header and in an inspection. */
const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  withoutQuotes(secret),
  withoutQuotes(withoutQuotes(secret)),
  encodeURIComponent(secret),
  encodeURIComponent(withoutQuotes(secret)),
  base64(secret),
  base64(`:${secret}`),
  base64(`john:${secret}`),
  inspect(secret).slice(1, -1),
  // `inspect` breaks texts at line ends.
  ...secret.split("\n").filter((line) => line.length >= 8)
]

const expectNone = (printed: string, what: string) => {
  for (const [name, secret] of Object.entries(secrets)) {
    for (const form of formsOf(secret)) {
      const at = printed.indexOf(form)
      if (at !== -1) assert.fail(`${what} shows the ${name}: …${printed.slice(Math.max(0, at - 150), at + 150)}…`)
    }
  }
}

const attempt = (f: () => unknown): string => {
  try {
    return String(f())
  } catch (error) {
    return String(error)
  }
}

/** A value in the ways that programs, loggers and debuggers print it. */
const print = (value: unknown): string =>
  [
    inspect(value, { depth: 30, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    inspect(value, { depth: 30, getters: true, maxStringLength: null }),
    attempt(() => JSON.stringify(value)),
    attempt(() => value)
  ].join("\n")

const encodeError = Schema.encodeUnknownEither(ScalingoError)

const printError = (error: unknown): string =>
  [
    print(error),
    error instanceof Error ? `${error.message}\n${error.stack}\n${error.toString()}` : "",
    Cause.pretty(Cause.fail(error), { renderErrorCause: true }),
    print(Cause.fail(error)),
    Either.match(encodeError(error), { onLeft: () => "", onRight: (encoded) => print(encoded) })
  ].join("\n")

/** Runs an effect and records everything that is logged and traced. */
const watch = <A, E>(effect: Effect.Effect<A, E>) => {
  const recorded: Array<unknown> = []
  const logger = Logger.make((entry) => {
    recorded.push(entry.message, Object.fromEntries(entry.annotations), Cause.pretty(entry.cause), [...entry.spans])
    recorded.push(Logger.jsonLogger.log(entry), Logger.logfmtLogger.log(entry), Logger.stringLogger.log(entry))
  })
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const span: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: "span",
        traceId: "trace",
        parent,
        context,
        links,
        kind,
        sampled: true,
        status: { _tag: "Started", startTime },
        attributes: new Map(),
        attribute: (key, value) => recorded.push(name, key, value),
        event: (event, _, attributes) => recorded.push(event, attributes),
        addLinks: (more) => recorded.push(more),
        end: (_, exit) => recorded.push(name, exit, exit._tag === "Failure" ? Cause.pretty(exit.cause) : "")
      }
      return span
    },
    context: (f) => f()
  })
  return Effect.exit(effect).pipe(
    Effect.withTracer(tracer),
    Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
    Logger.withMinimumLogLevel(LogLevel.All),
    Effect.map((exit) => ({ exit, recorded }))
  )
}

/** All texts in a value, the keys of objects included. */
const textsOf = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)])
    : []

/** Everything that the client has sent, as one text. */
const echo = (request: HttpRequest): string => {
  const authorization = request.headers["authorization"] ?? ""
  const basic = /^Basic (.*)$/.exec(authorization)?.[1] ?? ""
  return [
    "You sent",
    authorization,
    basic,
    Buffer.from(basic, "base64").toString(),
    request.headers["x-authorization-otp"],
    request.url.href,
    ...textsOf(request.body),
    request.text,
    encodeURIComponent(request.text ?? "")
  ].join(" ; ")
}

type Shape = (request: HttpRequest) => FakeResponse

const shapes: { readonly [name: string]: Shape } = {
  "an error text": (request) => json({ error: echo(request) }),
  "a message": (request) => json({ message: echo(request), code: echo(request) }),
  "errors by field": (request) =>
    json({
      errors: { value: [echo(request)], name: [[echo(request)]], [echo(request)]: ["is wrong"] },
      resource: echo(request),
      name: echo(request),
      url: `https://my.scalingo.com/?token=${secrets["token in a query"]}`
    }),
  "the request itself": (request) =>
    json({ headers: request.headers, sent: request.body, error: { all: echo(request) } }),
  "JSON cut short": (request) => ({
    text: JSON.stringify({ sent: request.body, error: echo(request) }).slice(0, -3)
  }),
  text: (request) => ({ text: echo(request), headers: { "content-type": "text/plain" } }),
  "an HTML page": (request) => ({ text: `<p>${echo(request)}</p>`, headers: { "content-type": "text/html" } })
}

const token = (value: string) => json({ token: value })

/** Has secrets in its query and its body, and its response never decodes. */
const secretRequest: ApiRequest<unknown> = {
  name: "Test.call",
  method: "POST",
  path: "/apps/:app/things",
  pathParams: { app: "my-app" },
  query: { token: secrets["token in a query"], n: 10 },
  body: {
    variable: { name: "DATABASE_URL", value: secrets["variable's value"] },
    domain: { tlskey: secrets["key of a certificate"] },
    env: { SESSION: secrets["option of a one-off container"] },
    token: secrets["API token that looks like any text"]
  },
  decoder: {
    decode: ({ text }) => Either.left({ path: "thing.value", reason: "Expected a number", value: text })
  }
}

const asAccount = Effect.flatMap(RegionalApi, (api) => api.request(secretRequest))
const asAddon = Effect.flatMap(
  DatabaseApi,
  (api) => api.request({ app: "my-app", addonId: "ad-1" }, { ...secretRequest, path: "/things", pathParams: {} })
)
const withPassword = Effect.flatMap(RegionalApi, (api) =>
  api.request({
    ...secretRequest,
    credential: {
      username: "john",
      password: Redacted.make(secrets.password),
      otp: Redacted.make(secrets["one-time password"])
    }
  }))
const variable = Effect.flatMap(
  Environment.Environment,
  (environment) => environment.create("my-app", { name: "DATABASE_URL", value: secrets["variable's value"] })
).pipe(
  Effect.provide(Environment.layer)
)

const isAddonToken = ({ path }: HttpRequest) => path.endsWith("/addons/ad-1/token")

/** Issues tokens, and responds to all other requests with `respond`. */
const signedIn = (respond: RespondHttp): RespondHttp => (request) =>
  isExchange(request)
    ? token(secrets.bearer)
    : isAddonToken(request)
    ? json({ addon: { token: secrets["addon token"] } })
    : respond(request)

const retryPolicy = { maxRetries: 1, baseDelay: "1 millis", throttleDelay: "1 millis" } as const

/** Expects a failure, and no secret in the error or in anything that is logged or traced. */
const expectQuiet = <A, E>(what: string, effect: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const { exit, recorded } = yield* watch(effect)
    if (exit._tag === "Success") return assert.fail(`${what} succeeded`)
    const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
    assert.isDefined(error, `${what} died: ${Cause.pretty(exit.cause)}`)
    expectNone(printError(error), what)
    expectNone(Cause.pretty(exit.cause), what)
    for (const one of recorded) expectNone(print(one), `${what}, in what was logged or traced,`)
    return { error, recorded }
  })

const expectFailure = (
  what: string,
  respond: RespondHttp,
  effect: Effect.Effect<unknown, unknown, Pipeline>,
  options: { readonly bearer?: string } = {}
) =>
  Effect.map(
    expectQuiet(what, Effect.provide(effect, pipeline([], respond, { retryPolicy, ...options }))),
    ({ error, recorded }) => {
      assert.isNotEmpty(recorded, "the spans are recorded")
      return error
    }
  )

/** The dependencies of a `TokenManager`. */
const base = (http: HttpClient.HttpClient) =>
  Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, http),
    ScalingoConfig.layer({ retryPolicy }),
    RetryPolicy.layerBudget,
    RateLimiter.layerNoop
  )

const allStatuses = [200, 302, 400, 401, 402, 403, 404, 409, 418, 422, 429, 503]
/** All classes of errors treat a body that is not JSON alike, so a few statuses do for it. */
const statusesOf = (shape: string) =>
  shape === "an error text" || shape === "errors by field" ? allStatuses : [200, 401, 422, 503]

const respondIn = (shape: Shape, status: number) => (request: HttpRequest): FakeResponse => {
  const response = shape(request)
  return { ...response, status, headers: { ...response.headers, ...quick } }
}

const quick = { "retry-after-ms": "1", location: `https://elsewhere/?token=${secrets["token in a query"]}` }

describe("no secret is printed", { timeout: 120_000 }, () => {
  it("this check finds secrets that are printed", () => {
    for (const [name, secret] of Object.entries(secrets)) {
      for (
        const one of [secret, { deep: [{ text: secret }] }, new Map([[1, secret]]), { text: JSON.stringify(secret) }]
      ) {
        assert.throws(() => expectNone(print(one), "it"), /it shows the/, name)
      }
      assert.throws(() => expectNone(printError(new Error(`no ${secret}`)), "it"), /it shows the/, name)
    }
  })

  for (const [name, shape] of Object.entries(shapes)) {
    it.live(`when the platform repeats the request in ${name}`, () =>
      Effect.gen(function*() {
        for (const status of statusesOf(name)) {
          const respond = signedIn(respondIn(shape, status))
          const what = (who: string) => `${status} to ${who}`
          yield* expectFailure(what("an account"), respond, asAccount)
          const opaque = { bearer: secrets["bearer that looks like any text"] }
          yield* expectFailure(what("a fixed bearer"), respond, asAccount, opaque)
          yield* expectFailure(what("an addon"), respond, asAddon)
          yield* expectFailure(what("a password"), respond, withPassword)
          yield* expectFailure(what("a variable"), respond, variable)
        }
      }))

    it.live(`when signing in fails with ${name}`, () =>
      Effect.gen(function*() {
        for (const status of statusesOf(name)) {
          const refuse = respondIn(shape, status)
          yield* expectFailure(`${status} to the exchange`, refuse, asAccount)
          const noAddon: RespondHttp = (request) => isExchange(request) ? token(secrets.bearer) : refuse(request)
          yield* expectFailure(`${status} to the addon's token`, noAddon, asAddon)
        }
      }))
  }

  it.live("when a successful response does not decode", () =>
    Effect.gen(function*() {
      const bodies: ReadonlyArray<unknown> = [
        { variable: { id: 7, name: "X", value: secrets["variable's value"] } },
        { variable: [{ value: secrets["variable's value"] }], env: { A: secrets["variable's value"] } },
        { config: { A: { B: secrets["variable's value"] } } },
        { token: { value: 1, token: secrets["addon token"] }, access_token: secrets.bearer },
        { logs_url: `https://logs.scalingo.com/my-app?token=${secrets["token in a query"]}&n=1` },
        { anything: `https://logs.scalingo.com/my-app?token=${secrets["token in a query"]}&n=1` },
        { url: `https://me:${encodeURIComponent(secrets.password)}@example.com` },
        { codes: [secrets["one-time password"]], uri: `otpauth://totp/a?secret=${secrets["one-time password"]}` },
        { domain: { tlskey: secrets["key of a certificate"] }, invitation_link: `https://x/${secrets["addon token"]}` },
        { user: { password: secrets.password, otp: secrets["one-time password"] } }
      ]
      for (const body of bodies) {
        const error = yield* expectFailure(
          JSON.stringify(body),
          signedIn(() => json(body)),
          Effect.flatMap(RegionalApi, (api) => api.request({ ...secretRequest, body: undefined, query: {} }))
        )
        assert.propertyVal(error, "_tag", "DecodeError")
      }
    }))

  it.live("when the connection fails with an error that contains the request", () =>
    Effect.gen(function*() {
      const causes: ReadonlyArray<(words: string) => unknown> = [
        (words) => new Error(words),
        (words) => new TypeError("fetch failed", { cause: Object.assign(new Error(words), { code: "EPIPE" }) }),
        (words) => new AggregateError([new Error(words)], words),
        (words) => words
      ]
      for (const cause of causes) {
        const failing = fakeHttpClient([], (request) =>
          isExchange(request)
            ? token(secrets.bearer)
            : new BrokenConnection({ cause: cause(echo(request)) }))
        for (
          const tokens of [
            TokenManager.layer(Redacted.make(apiToken)),
            TokenManager.layerBearer(Redacted.make(secrets["bearer that looks like any text"]))
          ]
        ) {
          const live = ApiLayer.layer.pipe(Layer.provide(tokens), Layer.provide(base(failing)))
          for (const effect of [asAccount, withPassword]) {
            const { error } = yield* expectQuiet("a lost connection", Effect.provide(effect, live))
            assert.propertyVal(error, "_tag", "TransportError")
          }
        }
      }
      const reset = yield* expectFailure("a reset", signedIn(() => broken("ECONNRESET")), asAccount)
      assert.propertyVal(reset, "_tag", "TransportError")
    }))

  it.live("when a transfer fails", () =>
    Effect.gen(function*() {
      const url = Redacted.make(`https://storage.scalingo.com/archive?token=${secrets["token in a query"]}&n=1`)
      const upload = { content: Stream.make(new Uint8Array([1])), length: 1, contentType: "application/gzip" }
      const download = Effect.flatMap(SignedUrls.SignedUrls, (urls) => Stream.runDrain(urls.download("Test.get", url)))
      const put = Effect.flatMap(SignedUrls.SignedUrls, (urls) => urls.upload("Test.put", url, upload))
      const platforms: ReadonlyArray<RespondHttp> = [
        ...Object.values(shapes).flatMap((shape) => [403, 404, 500].map((status) => respondIn(shape, status))),
        (request) => ({ status: 302, headers: { location: `${request.url.href}&again=1` } }),
        () => broken("ECONNRESET")
      ]
      for (const respond of platforms) {
        const layer = Layer.provide(SignedUrls.layer, base(fakeHttpClient([], respond)))
        yield* expectQuiet("a download", Effect.provide(download, layer))
        yield* expectQuiet("an upload", Effect.provide(put, layer))
      }
    }))

  it.live("when a request succeeds", () =>
    Effect.gen(function*() {
      const logsUrl = `https://logs.scalingo.com/my-app?token=${secrets["token in a query"]}`
      const respond = signedIn((request) =>
        json(
          { variable: { id: "1", name: "DATABASE_URL", value: secrets["variable's value"] }, logs_url: logsUrl },
          request.method === "POST" ? 201 : 200,
          { location: logsUrl, link: `<${logsUrl}>; rel="next"`, "set-cookie": `session=${secrets["addon token"]}` }
        )
      )
      const { exit, recorded } = yield* watch(Effect.provide(withResponse(variable), pipeline([], respond)))
      if (exit._tag === "Failure") return assert.fail(Cause.pretty(exit.cause))
      const { response, value } = exit.value
      expectNone(print(exit), "the result")
      expectNone(print(response), "the response")
      for (const one of recorded) expectNone(print(one), "what was logged or traced")
      assert.strictEqual(Redacted.value(value.value), secrets["variable's value"])
      const received = Option.getOrThrow(response)
      assert.strictEqual(received.headers["location"], logsUrl)
      assert.include(Redacted.value(received.body), logsUrl)
    }))

  it.live("in the services, the layers and the runtime", () =>
    Effect.gen(function*() {
      const respond = signedIn(() => json({ variable: { id: "1", name: "A", value: secrets["variable's value"] } }))
      for (const options of [{}, { bearer: secrets["bearer that looks like any text"] }]) {
        const layer = pipeline([], respond, options)
        expectNone(print(layer), "a layer")
        const runtime = yield* Effect.provide(
          Effect.zipRight(Effect.ignore(Effect.zipRight(variable, asAddon)), Effect.runtime<Pipeline>()),
          layer
        )
        expectNone(print(runtime), "a runtime")
        for (const service of runtime.context.unsafeMap.values()) expectNone(print(service), "a service")
      }
      const password = Redacted.make(secrets.password)
      const otp = Effect.succeed(Redacted.make(secrets["one-time password"]))
      expectNone(print(TokenManager.layerLogin({ login: "john", password, otp })), "a layer")
      expectNone(print(TokenManager.layer(Redacted.make(apiToken))), "a layer")
    }))

  it.live("when a sign-in with a password fails", () =>
    Effect.gen(function*() {
      const login = TokenManager.layerLogin({
        login: "john",
        password: Redacted.make(secrets.password),
        otp: Effect.succeed(Redacted.make(secrets["one-time password"]))
      })
      for (const [name, shape] of Object.entries(shapes)) {
        for (const status of [200, 401, 422]) {
          for (const withOtp of [false, true]) {
            const respond: RespondHttp = (request) =>
              withOtp && request.headers["x-authorization-otp"] === undefined
                ? json({ error: "OTP Required" }, 401)
                : respondIn(shape, status)(request)
            const layer = Layer.provide(login, base(fakeHttpClient([], respond)))
            yield* expectQuiet(`${status} with ${name}`, Effect.scoped(Layer.build(layer)))
          }
        }
      }
    }))

  it.live("when the configuration is wrong", () =>
    Effect.gen(function*() {
      const below = base(fakeHttpClient([], () => json({})))
      const variables = ConfigProvider.fromMap(new Map([["SCALINGO_API_TOKEN", `${apiToken}\n`]]))
      const files = (content: string) =>
        Layer.merge(FileSystem.layerNoop({ readFileString: () => Effect.succeed(content) }), Path.layer)
      const layers: ReadonlyArray<Layer.Layer<never, unknown>> = [
        Layer.provide(TokenManager.layer(Redacted.make(`${apiToken} `)), below),
        TokenManager.layerBearer(Redacted.make(`${secrets.bearer}\n`)),
        TokenManager.layerConfig().pipe(Layer.provide(below), Layer.provide(Layer.setConfigProvider(variables))),
        ...[
          { authUrl: `https://john:${encodeURIComponent(secrets.password)}@auth.scalingo.com` },
          { apiUrl: `https://api.scalingo.com?token=${secrets["token in a query"]}` },
          { region: apiToken },
          { userAgent: `${apiToken}\n` },
          { headers: { authorization: `Bearer ${secrets.bearer}\n` } }
        ].map((options) => ScalingoConfig.layer(options)),
        ...[
          `{"auth_config_data": {"auth.scalingo.com": {"tokens": "${apiToken}"}}}`,
          `{"auth_config_data": {"auth.scalingo.com": {"tokens": {"token": ["${apiToken}"]}}}}`,
          `{"auth_config_data": "${apiToken}"}`,
          `{"auth_config_data": {"auth.scalingo.com": {"tokens": {"token": "${apiToken}"`
        ].map((content) => Layer.provide(Layer.effectDiscard(CredentialsFile.apiToken()), files(content)))
      ]
      for (const layer of layers) yield* expectQuiet("a wrong setting", Effect.scoped(Layer.build(layer)))
    }))
})
