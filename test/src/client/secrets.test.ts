/**
 * Errors, logs, spans and services never show a secret. The platform of these tests repeats everything that it is sent,
 * in many forms.
 */
import { DatabaseApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import type { ApiRequest } from "@effect-scalingo/core/ApiClient"
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import * as Environment from "@effect-scalingo/core/Environment"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import { withHeaders, withResponse } from "@effect-scalingo/core/RequestOptions"
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
  FastCheck as fc,
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
import { checkedVariables } from "../environmentVariables.js"
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
import { runs } from "../runs.js"
import { turn } from "../turn.js"

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

const forms = Object.entries(secrets).flatMap(([name, secret]) =>
  Array.from(new Set(formsOf(secret)), (form) => ({ name, form }))
)

const expectNone = (printed: string, what: string) => {
  for (const { form, name } of forms) {
    const at = printed.indexOf(form)
    if (at !== -1) assert.fail(`${what} shows the ${name}: …${printed.slice(Math.max(0, at - 150), at + 150)}…`)
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
    yield* turn
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
const usualStatuses = runs([401, 422], [200, 401, 422, 503])
/** All classes of errors treat a body that is not JSON alike, so a few statuses do for it. */
const statusesOf = (shape: string) =>
  runs(["an error text"], ["an error text", "errors by field"]).includes(shape) ? allStatuses : usualStatuses

const respondIn = (shape: Shape, status: number) => (request: HttpRequest): FakeResponse => {
  const response = shape(request)
  return { ...response, status, headers: { ...response.headers, ...quick } }
}

const quick = { "retry-after-ms": "1", location: `https://elsewhere/?token=${secrets["token in a query"]}` }

describe("no secret is printed", () => {
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
          // The class of the error does not depend on who asks.
          if (!usualStatuses.includes(status)) continue
          const opaque = { bearer: secrets["bearer that looks like any text"] }
          yield* expectFailure(what("a fixed bearer"), respond, asAccount, opaque)
          yield* expectFailure(what("an addon"), respond, asAddon)
          yield* expectFailure(what("a password"), respond, withPassword)
          yield* expectFailure(what("a variable"), respond, variable)
        }
      }))

    it.live(`when signing in fails with ${name}`, () =>
      Effect.gen(function*() {
        for (const status of runs(usualStatuses, statusesOf(name))) {
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
        ...Object.values(shapes).flatMap((shape) =>
          runs([403], [403, 404, 500]).map((status) => respondIn(shape, status))
        ),
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
        for (const status of runs([401], [200, 401, 422])) {
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
      const variables = ConfigProvider.fromMap(new Map([["SCALINGO_API_TOKEN", `${apiToken}\n${apiToken}`]]))
      const files = (content: string) =>
        Layer.merge(
          FileSystem.layerNoop({
            stat: () => Effect.succeed({ type: "File", size: FileSystem.Size(content.length) } as FileSystem.File.Info),
            readFileString: () => Effect.succeed(content)
          }),
          Path.layer
        )
      const layers: ReadonlyArray<Layer.Layer<never, unknown>> = [
        Layer.provide(TokenManager.layer(Redacted.make(`${apiToken} ${apiToken}`)), below),
        TokenManager.layerBearer(Redacted.make(`${secrets.bearer}\n${secrets.bearer}`)),
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
          `{"auth_config_data": {"auth.scalingo.com": {"tokens": {"token": "${apiToken} ${apiToken}"}}}}`,
          `{"auth_config_data": "${apiToken}"}`,
          `{"auth_config_data": {"auth.scalingo.com": {"tokens": {"token": "${apiToken}"`
        ].map((content) => Layer.provide(Layer.effectDiscard(CredentialsFile.apiToken()), files(content)))
      ]
      for (const layer of layers) yield* expectQuiet("a wrong setting", Effect.scoped(Layer.build(layer)))
    }))

  it.live("when a response that carries credentials has another form than usual", () =>
    Effect.gen(function*() {
      const secret = "an-issued-secret-of-any-form"
      const bodies = [
        JSON.stringify({ jwt: secret }),
        JSON.stringify(secret),
        secret,
        JSON.stringify([[secret]]),
        JSON.stringify({ variables: { FOO: secret } }),
        JSON.stringify({ error: { given: secret }, errors: { base: { given: secret }, [secret]: 1 }, code: secret }),
        `<html>${secret}</html>`,
        `{"jwt":"${secret}`
      ]
      const endpoints: ReadonlyArray<readonly [ApiRequest<unknown>["method"], string]> = [
        ["POST", "/tokens"],
        ["POST", "/tokens/exchange"],
        ["POST", "/apps/my-app/addons/ad-1/sso"],
        ["GET", "/apps/my-app/variables"],
        ["POST", "/client/tfa"],
        ["GET", "/apps/my-app/logs"],
        ["POST", "/databases/db/users"]
      ]
      const statuses = runs([200, 302, 401, 500], [200, 302, 400, 401, 403, 404, 409, 418, 422, 500])
      for (const [method, path] of endpoints) {
        for (const [index, text] of bodies.entries()) {
          // One of the bodies meets every status.
          for (
            const status of index === endpoints.findIndex((it) => it[1] === path)
              ? statuses
              : runs([422], [200, 422])
          ) {
            const respond: RespondHttp = (request) =>
              isExchange(request) && request.url.hostname.startsWith("auth") ? token(secrets.bearer) : { status, text }
            const request: ApiRequest<unknown> = {
              name: "Test.call",
              method,
              path,
              decoder: { decode: () => Either.left({ path: "", reason: "Expected an object", value: text }) }
            }
            const what = `${status} to ${method} ${path}`
            const error = yield* expectFailure(
              what,
              respond,
              Effect.flatMap(RegionalApi, (api) => api.request(request)),
              { bearer: "a-fixed-bearer" }
            )
            assert.propertyVal(error, "body", "<withheld>")
            assert.notInclude(printError(error), secret, what)
          }
        }
      }
      const refused = yield* expectFailure(
        "a refusal",
        () => json({ error: "invalid name", errors: { name: ["is taken"] } }, 422),
        variable,
        { bearer: "a-fixed-bearer" }
      )
      assert.deepInclude(refused, { detail: "invalid name", errors: { name: ["is taken"] }, body: "<withheld>" })
    }))

  it.live("when the platform repeats the headers of the caller, or the command of a container", () =>
    Effect.gen(function*() {
      const secret = "a-secret-of-the-caller"
      const command = "psql 'host=x password=hunter2'"
      const request: ApiRequest<unknown> = {
        ...secretRequest,
        path: "/apps/:app/run",
        headers: { "x-own": `${secret}-1` },
        body: { command }
      }
      const effect = Effect.flatMap(RegionalApi, (api) => api.request(request)).pipe(
        withHeaders({ "x-key": `Bearer ${secret}-2`, "x-dry-run": "true" })
      )
      for (const shape of Object.values(shapes)) {
        for (const status of runs([422], [200, 422, 503])) {
          const respond: RespondHttp = (received) => {
            const response = respondIn(shape, status)(received)
            const text = `${response.text ?? ""} ${received.headers["x-own"]} ${
              received.headers["x-key"]?.slice(7)
            } ${command}`
            return { ...response, text }
          }
          const error = yield* expectFailure("headers", respond, effect, { bearer: "a-fixed-bearer" })
          assert.notInclude(printError(error), secret)
          assert.notInclude(printError(error), "hunter2")
        }
      }
    }))

  it.live("when the platform's request id is not an id", () =>
    Effect.gen(function*() {
      const bearer = secrets["bearer that looks like any text"]
      for (const status of [200, 401, 503]) {
        for (const id of [bearer, secrets.bearer, "a".repeat(129), `an id ${"b".repeat(9000)}`, "<b>"]) {
          const respond: RespondHttp = () => json({ error: "no" }, status, { ...quick, "x-request-id": id })
          const { error, recorded } = yield* expectQuiet(
            "a request id",
            Effect.provide(asAccount, pipeline([], respond, { retryPolicy, bearer }))
          )
          assert.match(String((error as { readonly requestId?: string }).requestId), /^[0-9a-f-]{36}$/)
          assert.notInclude(recorded.map(print).join(""), id)
        }
        const given = yield* expectFailure(
          "a request id",
          () => json({}, status, { ...quick, "x-request-id": "id-1" }),
          asAccount,
          { bearer }
        )
        assert.propertyVal(given, "requestId", "id-1")
      }
    }))

  it.live("when a response is nested deeply", () =>
    Effect.gen(function*() {
      const nested = "[".repeat(2203) + "]".repeat(2203)
      for (const text of [nested, "[".repeat(2203), `{"variable":${nested}}`, `{"variable":{"id":${nested}}}`]) {
        for (const status of runs([200, 422], [200, 201, 422, 503])) {
          for (const effect of [asAccount, variable]) {
            yield* expectFailure("nesting", () => ({ status, text, headers: quick }), effect, {
              bearer: "a-fixed-bearer"
            })
          }
        }
      }
      const recursive: ApiRequest<unknown> = {
        ...secretRequest,
        decoder: {
          decode(response) {
            return this.decode({ ...response })
          }
        }
      }
      const error = yield* expectFailure(
        "a recursive decoder",
        () => json({}),
        Effect.flatMap(RegionalApi, (api) => api.request(recursive)),
        { bearer: "a-fixed-bearer" }
      )
      assert.propertyVal(error, "_tag", "DecodeError")
    }))

  it.live("when a variable of the environment has a wrong value", () =>
    Effect.gen(function*() {
      for (const name of checkedVariables) {
        const provider = ConfigProvider.fromMap(new Map([[name, `${apiToken}\nmore`]]))
        const layer = Layer.provide(ScalingoConfig.layerConfig(), Layer.setConfigProvider(provider))
        const { error } = yield* expectQuiet(name, Effect.scoped(Layer.build(layer)))
        assert.notInclude(printError(error), "more")
        assert.include(printError(error), name)
      }
    }))

  it.live("for any secret, in any form of echo", () =>
    Effect.gen(function*() {
      const html = (text: string) =>
        text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")
      const echoes: ReadonlyArray<(text: string) => string> = [
        (text) => text,
        withoutQuotes,
        (text) => withoutQuotes(withoutQuotes(text)),
        html,
        (text) => html(withoutQuotes(text)),
        encodeURIComponent,
        (text) => encodeURIComponent(text).replace(/%../g, (escaped) => escaped.toLowerCase()),
        (text) => new URLSearchParams([["", text]]).toString().slice(1),
        base64,
        (text) => Buffer.from(text).toString("base64url"),
        (text) => Buffer.from(text).toString("hex")
      ]
      const characters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789 -_.:+/=?&<>\"'\\%#@$~äé€日😀"]
      const samples = fc.sample(
        fc.record({
          secret: fc.string({ unit: fc.constantFrom(...characters), minLength: 4, maxLength: 60 }),
          form: fc.constantFrom(...echoes),
          status: fc.constantFrom(200, 302, 401, 404, 422, 503),
          isJson: fc.boolean(),
          isCut: fc.boolean()
        }),
        runs(50, 150)
      )
      /** What is printed for a status without an echo. */
      const usualOf = yield* Effect.cachedFunction((status: number) => {
        const request: ApiRequest<unknown> = {
          ...secretRequest,
          query: {},
          body: {},
          decoder: { decode: () => Either.left({ path: "", reason: "", value: "" }) }
        }
        const respond: RespondHttp = () => json({ error: "<redacted>" }, status, quick)
        const layer = pipeline([], respond, { retryPolicy, bearer: "a-fixed-bearer" })
        const call = Effect.provide(Effect.flatMap(RegionalApi, (api) => api.request(request)), layer)
        return Effect.map(
          expectQuiet("no echo", call),
          ({ error, recorded }) => [printError(error), ...recorded.map(print)].join("\n")
        )
      })
      for (const { form, isCut, isJson, secret, status } of samples) {
        const least = Math.max(6, Math.min(12, Math.ceil(secret.length / 2)))
        const echoed = form(isCut ? [...secret].slice(0, least + 1).join("") : secret)
        const request: ApiRequest<unknown> = {
          ...secretRequest,
          query: {},
          body: { password: secret },
          decoder: { decode: () => Either.left({ path: echoed, reason: `Expected ${echoed}`, value: echoed }) }
        }
        const responding = (text: string) =>
          Effect.provide(
            Effect.flatMap(RegionalApi, (api) => api.request(request)),
            pipeline(
              [],
              () =>
                isJson
                  ? json({ error: text, errors: { [text]: [text] } }, status, quick)
                  : { status, text, headers: quick },
              { retryPolicy, bearer: "a-fixed-bearer" }
            )
          )
        const { error, recorded } = yield* expectQuiet("an echo", responding(`it is ${echoed}!`))
        const printed = [printError(error), ...recorded.map(print)].join("\n")
        // A short text may be a part of what is printed anyway.
        const usual = yield* usualOf(status)
        for (const text of [echoed, withoutQuotes(echoed)]) {
          if (!usual.includes(text)) assert.notInclude(printed, text, `${secret} as ${echoed}`)
        }
      }
    }))
})
