/**
 * Whatever goes wrong, and wherever it is printed: no secret is ever in it.
 *
 * The platform of these tests is the worst there could be: it repeats all that it was sent, in every form it can
 * think of.
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
import { FileSystem, HttpClient, HttpClientError, HttpClientResponse, Path } from "@effect/platform"
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
  Broken,
  client,
  isExchange,
  json,
  jwt,
  type Parts,
  pipeline,
  type Platform,
  type Reply,
  type Seen
} from "./support.js"

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

/** How a secret may look when it has been through JSON, an address, a header or an inspection. */
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
  // Inspections break texts where lines end.
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

/** A value in every way that a program, a logger or a debugger prints it. */
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

/** Runs something with a logger and a tracer that keep all they are told. */
const watch = <A, E>(effect: Effect.Effect<A, E>) => {
  const told: Array<unknown> = []
  const logger = Logger.make((entry) => {
    told.push(entry.message, Object.fromEntries(entry.annotations), Cause.pretty(entry.cause), [...entry.spans])
    told.push(Logger.jsonLogger.log(entry), Logger.logfmtLogger.log(entry), Logger.stringLogger.log(entry))
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
        attribute: (key, value) => told.push(name, key, value),
        event: (event, _, attributes) => told.push(event, attributes),
        addLinks: (more) => told.push(more),
        end: (_, exit) => told.push(name, exit, exit._tag === "Failure" ? Cause.pretty(exit.cause) : "")
      }
      return span
    },
    context: (f) => f()
  })
  return Effect.exit(effect).pipe(
    Effect.withTracer(tracer),
    Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
    Logger.withMinimumLogLevel(LogLevel.All),
    Effect.map((exit) => ({ exit, told }))
  )
}

const parse = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "")
  } catch {
    return text
  }
}

/** All texts in a value. */
const textsOf = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)])
    : []

/** What the client has told, in words. */
const repeat = (seen: Seen): string => {
  const authorization = seen.headers["authorization"] ?? ""
  const basic = /^Basic (.*)$/.exec(authorization)?.[1] ?? ""
  return [
    "You sent",
    authorization,
    basic,
    Buffer.from(basic, "base64").toString(),
    seen.headers["x-authorization-otp"],
    seen.url.href,
    ...textsOf(parse(seen.body)),
    seen.body,
    encodeURIComponent(seen.body ?? "")
  ].join(" ; ")
}

type Shape = (seen: Seen) => { readonly body: string; readonly headers?: Record<string, string> }

const asJson = { "content-type": "application/json" }

const shapes: { readonly [name: string]: Shape } = {
  "an error text": (seen) => ({ body: JSON.stringify({ error: repeat(seen) }), headers: asJson }),
  "a message": (seen) => ({ body: JSON.stringify({ message: repeat(seen), code: repeat(seen) }), headers: asJson }),
  "errors by field": (seen) => ({
    body: JSON.stringify({
      errors: { value: [repeat(seen)], name: [[repeat(seen)]], [repeat(seen)]: ["is wrong"] },
      resource: repeat(seen),
      name: repeat(seen),
      url: `https://my.scalingo.com/?token=${secrets["token in a query"]}`
    }),
    headers: asJson
  }),
  "the request itself": (seen) => ({
    body: JSON.stringify({ headers: seen.headers, sent: parse(seen.body), error: { all: repeat(seen) } }),
    headers: asJson
  }),
  "JSON cut short": (seen) => ({ body: JSON.stringify({ sent: parse(seen.body), error: repeat(seen) }).slice(0, -3) }),
  text: (seen) => ({ body: repeat(seen), headers: { "content-type": "text/plain" } }),
  "an HTML page": (seen) => ({ body: `<p>${repeat(seen)}</p>`, headers: { "content-type": "text/html" } })
}

const token = (value: string) => json({ token: value })

const call: Partial<ApiRequest<unknown>> = {
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
    decode: (answer) => Either.left({ path: "thing.value", reason: "Expected a number", value: answer.text })
  }
}

const request = { ...call, decoder: call.decoder! } as ApiRequest<unknown>

const asAccount = Effect.flatMap(RegionalApi, (api) => api.request(request))
const asAddon = Effect.flatMap(
  DatabaseApi,
  (api) => api.request({ app: "my-app", addonId: "ad-1" }, { ...request, path: "/things", pathParams: {} })
)
const withPassword = Effect.flatMap(RegionalApi, (api) =>
  api.request({
    ...request,
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

const isAddonToken = (seen: Seen) => seen.url.pathname.endsWith("/addons/ad-1/token")

/** Signs in, and answers the rest as it is told. */
const after = (answer: Platform): Platform => (seen) =>
  isExchange(seen)
    ? token(secrets.bearer)
    : isAddonToken(seen)
    ? json({ addon: { token: secrets["addon token"] } })
    : answer(seen)

const retryPolicy = { maxRetries: 1, baseDelay: "1 millis", throttleDelay: "1 millis" } as const

/** The error, and that neither it nor anything that was logged or traced shows a secret. */
const expectQuiet = <A, E>(what: string, effect: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const { exit, told } = yield* watch(effect)
    if (exit._tag === "Success") return assert.fail(`${what} succeeded`)
    const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
    assert.isDefined(error, `${what} died: ${Cause.pretty(exit.cause)}`)
    expectNone(printError(error), what)
    expectNone(Cause.pretty(exit.cause), what)
    for (const one of told) expectNone(print(one), `${what}, in what was logged or traced,`)
    return { error, told }
  })

const expectFailure = (
  what: string,
  platform: Platform,
  effect: Effect.Effect<unknown, unknown, Parts>,
  options: { readonly bearer?: string } = {}
) =>
  Effect.map(
    expectQuiet(what, Effect.provide(effect, pipeline([], platform, { retryPolicy, ...options }))),
    ({ error, told }) => {
      assert.isNotEmpty(told, "the spans are seen")
      return error
    }
  )

/** What stands below a `TokenManager`. */
const base = (http: HttpClient.HttpClient) =>
  Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, http),
    ScalingoConfig.layer({ retryPolicy }),
    RetryPolicy.layerBudget,
    RateLimiter.layerNoop
  )

const allStatuses = [200, 302, 400, 401, 402, 403, 404, 409, 418, 422, 429, 503]
/** Every class of errors says what the others do of a body that is no JSON. */
const statusesOf = (shape: string) =>
  shape === "an error text" || shape === "errors by field" ? allStatuses : [200, 401, 422, 503]

/** Answers in that shape. */
const answerIn = (answer: Shape, status: number) => (seen: Seen): Reply => {
  const { body, headers } = answer(seen)
  return { status, body, headers: { ...headers, ...quick } }
}

const quick = { "retry-after-ms": "1", location: `https://elsewhere/?token=${secrets["token in a query"]}` }

describe("no secret is printed", () => {
  it("and the search would find them", () => {
    for (const [name, secret] of Object.entries(secrets)) {
      for (
        const one of [secret, { deep: [{ text: secret }] }, new Map([[1, secret]]), { text: JSON.stringify(secret) }]
      ) {
        assert.throws(() => expectNone(print(one), "it"), /it shows the/, name)
      }
      assert.throws(() => expectNone(printError(new Error(`no ${secret}`)), "it"), /it shows the/, name)
    }
  })

  for (const [shape, answer] of Object.entries(shapes)) {
    it.live(`when the platform repeats it in ${shape}`, () =>
      Effect.gen(function*() {
        for (const status of statusesOf(shape)) {
          const platform = after(answerIn(answer, status))
          const what = (who: string) => `${status} to ${who}`
          yield* expectFailure(what("an account"), platform, asAccount)
          const opaque = { bearer: secrets["bearer that looks like any text"] }
          yield* expectFailure(what("a fixed bearer"), platform, asAccount, opaque)
          yield* expectFailure(what("an addon"), platform, asAddon)
          yield* expectFailure(what("a password"), platform, withPassword)
          yield* expectFailure(what("a variable"), platform, variable)
        }
      }))

    it.live(`when signing in fails with ${shape}`, () =>
      Effect.gen(function*() {
        for (const status of statusesOf(shape)) {
          const refuse = answerIn(answer, status)
          yield* expectFailure(`${status} to the exchange`, refuse, asAccount)
          const noAddon: Platform = (seen) => isExchange(seen) ? token(secrets.bearer) : refuse(seen)
          yield* expectFailure(`${status} to the addon's token`, noAddon, asAddon)
        }
      }))
  }

  it.live("when an answer of success has another form than it should", () =>
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
          after(() => json(body)),
          Effect.flatMap(RegionalApi, (api) => api.request({ ...request, body: undefined, query: {} }))
        )
        assert.propertyVal(error, "_tag", "DecodeError")
      }
    }))

  it.live("when the connection fails with an error that holds the request", () =>
    Effect.gen(function*() {
      const causes: ReadonlyArray<(words: string) => unknown> = [
        (words) => new Error(words),
        (words) => new TypeError("fetch failed", { cause: Object.assign(new Error(words), { code: "EPIPE" }) }),
        (words) => new AggregateError([new Error(words)], words),
        (words) => words
      ]
      for (const cause of causes) {
        const failing = HttpClient.make((sent, url) => {
          const body = sent.body._tag === "Uint8Array" ? new TextDecoder().decode(sent.body.body) : undefined
          const seen: Seen = { at: 0, method: sent.method, url, headers: sent.headers, body }
          return isExchange(seen)
            ? Effect.succeed(HttpClientResponse.fromWeb(sent, Response.json({ token: secrets.bearer })))
            : Effect.fail(
              new HttpClientError.RequestError({ request: sent, reason: "Transport", cause: cause(repeat(seen)) })
            )
        })
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
      const reset = yield* expectFailure("a reset", after(() => new Broken("ECONNRESET")), asAccount)
      assert.propertyVal(reset, "_tag", "TransportError")
    }))

  it.live("when a transfer fails", () =>
    Effect.gen(function*() {
      const url = Redacted.make(`https://storage.scalingo.com/archive?token=${secrets["token in a query"]}&n=1`)
      const upload = { content: Stream.make(new Uint8Array([1])), length: 1, contentType: "application/gzip" }
      const download = Effect.flatMap(SignedUrls.SignedUrls, (urls) => Stream.runDrain(urls.download("Test.get", url)))
      const put = Effect.flatMap(SignedUrls.SignedUrls, (urls) => urls.upload("Test.put", url, upload))
      const platforms: ReadonlyArray<Platform> = [
        ...Object.values(shapes).flatMap((answer) => [403, 404, 500].map((status) => answerIn(answer, status))),
        (seen) => ({ status: 302, headers: { location: `${seen.url.href}&again=1` } }),
        () => new Broken("ECONNRESET")
      ]
      for (const platform of platforms) {
        const layer = Layer.provide(SignedUrls.layer, base(client([], platform)))
        yield* expectQuiet("a download", Effect.provide(download, layer))
        yield* expectQuiet("an upload", Effect.provide(put, layer))
      }
    }))

  it.live("when all goes well", () =>
    Effect.gen(function*() {
      const logsUrl = `https://logs.scalingo.com/my-app?token=${secrets["token in a query"]}`
      const platform = after((seen) =>
        json(
          { variable: { id: "1", name: "DATABASE_URL", value: secrets["variable's value"] }, logs_url: logsUrl },
          seen.method === "POST" ? 201 : 200,
          { location: logsUrl, link: `<${logsUrl}>; rel="next"`, "set-cookie": `session=${secrets["addon token"]}` }
        )
      )
      const { exit, told } = yield* watch(Effect.provide(withResponse(variable), pipeline([], platform)))
      if (exit._tag === "Failure") return assert.fail(Cause.pretty(exit.cause))
      const { response, value } = exit.value
      expectNone(print(exit), "the answer")
      expectNone(print(response), "the answer's response")
      for (const one of told) expectNone(print(one), "what was logged or traced")
      // It is all there for who asks for it.
      assert.strictEqual(Redacted.value(value.value), secrets["variable's value"])
      const answer = Option.getOrThrow(response)
      assert.strictEqual(answer.headers["location"], logsUrl)
      assert.include(Redacted.value(answer.body), logsUrl)
    }))

  it.live("in the services, the layers and the runtime", () =>
    Effect.gen(function*() {
      const platform = after(() => json({ variable: { id: "1", name: "A", value: secrets["variable's value"] } }))
      for (const options of [{}, { bearer: secrets["bearer that looks like any text"] }]) {
        const layer = pipeline([], platform, options)
        expectNone(print(layer), "a layer")
        const runtime = yield* Effect.provide(
          Effect.zipRight(Effect.ignore(Effect.zipRight(variable, asAddon)), Effect.runtime<Parts>()),
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
      for (const [shape, answer] of Object.entries(shapes)) {
        for (const status of [200, 401, 422]) {
          for (const withOtp of [false, true]) {
            const platform: Platform = (seen) =>
              withOtp && seen.headers["x-authorization-otp"] === undefined
                ? json({ error: "OTP Required" }, 401)
                : answerIn(answer, status)(seen)
            const layer = Layer.provide(login, base(client([], platform)))
            yield* expectQuiet(`${status} with ${shape}`, Effect.scoped(Layer.build(layer)))
          }
        }
      }
    }))

  it.live("when the configuration is wrong", () =>
    Effect.gen(function*() {
      const below = base(client([], () => json({})))
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
