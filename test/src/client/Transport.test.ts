/**
 * What users change on their `HttpClient` is honoured, and the transports give back what they hold.
 */
import { type ApiRequest, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import * as Transport from "@effect-scalingo/core/Transport"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, TestClock, TestServices } from "effect"
import { awaitRecords, platform, transports } from "../wire/hostile.js"
import { useHostileServer } from "../wire/useHostileServer.js"

const getServer = useHostileServer()

const call = (input: Partial<ApiRequest<unknown>>): Effect.Effect<unknown, ScalingoError, RegionalApi> =>
  Effect.flatMap(
    RegionalApi,
    (api) => api.request({ name: "Test.call", method: "GET", path: "/fine", decoder: Decode.anyJson, ...input })
  )

const changed = (
  client: Layer.Layer<HttpClient.HttpClient>,
  change: (client: HttpClient.HttpClient) => HttpClient.HttpClient
): Layer.Layer<HttpClient.HttpClient> =>
  Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, change)), client)

const redirected = { _tag: "TransportError", reason: "redirect", sent: true, attempts: 1 }

const pick = (error: ScalingoError, expected: object) =>
  Object.fromEntries(Object.keys(expected).map((field) => [field, Reflect.get(error, field)]))

describe.each(Object.keys(transports))("an HttpClient derived from the %s one", (over) => {
  const client = transports[over]!

  it.live("may fail for statuses that are no success", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const live = platform(changed(client, HttpClient.filterStatusOk), server.plain, {
        retryPolicy: { maxRetries: 3 }
      })
      const errors = { "/404": "NotFound", "/401": "Unauthorized", "/422": "Unprocessable" }
      for (const [path, tag] of Object.entries(errors)) {
        const id = `${over}-filter-${path.slice(1)}`
        const error = yield* Effect.flip(call({ path, query: { id } })).pipe(Effect.provide(live))
        assert.deepStrictEqual(pick(error, { _tag: tag, attempts: 1 }), { _tag: tag, attempts: 1 })
        assert.lengthOf(yield* server.records(id), 1)
      }
    }))

  it.live("may retry by itself", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-transient`
      const live = platform(changed(client, HttpClient.retryTransient({ times: 2 })), server.plain)
      const error = yield* Effect.flip(call({ path: "/503", query: { id } })).pipe(Effect.provide(live))
      assert.deepStrictEqual([error._tag, Reflect.get(error, "attempts")], ["ServerError", 1])
      assert.lengthOf(yield* server.records(id), 3)
    }))

  it.live("may retry failed connections by itself", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-retry`
      const live = platform(changed(client, HttpClient.retry({ times: 2 })), server.plain)
      const error = yield* Effect.flip(call({ path: "/reset", query: { id }, method: "POST" })).pipe(
        Effect.provide(live)
      )
      assert.strictEqual(error._tag, "TransportError")
      assert.lengthOf(yield* server.records(id), 3)
    }))

  it.live("may look at requests and responses, and add headers", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-tap`
      const seen: Array<string> = []
      const live = platform(
        changed(client, (client) =>
          client.pipe(
            HttpClient.mapRequest(HttpClientRequest.setHeader("x-team", "blue")),
            HttpClient.tapRequest((request) => Effect.sync(() => seen.push(request.method))),
            HttpClient.tap((response) => Effect.sync(() => seen.push(`${response.status}`)))
          )),
        server.plain
      )
      const value = yield* call({ query: { id } }).pipe(Effect.provide(live))
      assert.deepStrictEqual(value, { ok: true })
      assert.deepStrictEqual(seen, ["GET", "200"])
      const [record] = yield* server.records(id)
      assert.strictEqual(record?.headers["x-team"], "blue")
      assert.strictEqual(record?.headers["authorization"], "Bearer the-bearer")
    }))

  it.live("may send everything through a gateway", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const id = `${over}-gateway`
      const gateway = HttpClient.mapRequest(HttpClientRequest.prependUrl(`${server.other}/gateway/`))
      const value = yield* call({ query: { id } }).pipe(
        Effect.provide(platform(changed(client, gateway), server.plain))
      )
      assert.deepStrictEqual(value, { ok: true })
      const records = yield* server.records(id)
      assert.deepStrictEqual(records.map(({ server, url }) => [server, url]), [
        ["other", `/gateway/${server.plain}/v1/fine?id=${id}`]
      ])
    }))

  it.live("fails when it follows a redirect to another origin, and not within the same one", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const live = platform(changed(client, HttpClient.followRedirects(3)), server.plain)
      const redirect = (to: string) => call({ path: "/redirect", query: { to } })
      const error = yield* Effect.flip(redirect(`${server.other}/v1/fine`)).pipe(Effect.provide(live))
      assert.deepStrictEqual(pick(error, redirected), redirected)
      const value = yield* redirect(`${server.plain}/v1/fine`).pipe(Effect.provide(live))
      assert.deepStrictEqual(value, { ok: true })
    }))
})

describe("a fetch that follows redirects whatever it is told", () => {
  it.live("fails when it is led to another origin", () =>
    Effect.gen(function*() {
      const server = yield* getServer
      const following: typeof fetch = (input, init) => fetch(input, { ...init, redirect: "follow" })
      const client = Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, following))
      const error = yield* Effect.flip(call({ path: "/redirect", query: { to: `${server.other}/v1/fine` } })).pipe(
        Effect.provideService(FetchHttpClient.Fetch, following),
        Effect.provide(platform(client, server.plain))
      )
      assert.deepStrictEqual(pick(error, redirected), redirected)
    }))
})

describe("a client with a transport of its own", () => {
  it.effect("keeps it, and a client that is derived from it does not", () =>
    Effect.gen(function*() {
      const client = yield* HttpClient.HttpClient
      const transport: Transport.Transport = { send: () => Effect.never, streamsKeepLength: true }
      const attached = Transport.attach(client, transport)
      assert.strictEqual(Transport.fromHttpClient(attached), transport)
      const derived = [
        HttpClient.filterStatusOk(attached),
        HttpClient.retry(attached, { times: 1 }),
        HttpClient.retryTransient(attached, { times: 1 }),
        HttpClient.tap(attached, () => Effect.void),
        HttpClient.mapRequest(attached, HttpClientRequest.setHeader("a", "b")),
        HttpClient.followRedirects(attached),
        HttpClient.withTracerPropagation(attached, false),
        HttpClient.transformResponse(attached, Effect.timeout("1 second")),
        Object.create(attached)
      ]
      for (const other of derived) assert.notStrictEqual(Transport.fromHttpClient(other), transport)
      // Without the transport, the client itself is as it was.
      assert.notStrictEqual(Transport.fromHttpClient(client), transport)
    }).pipe(Effect.provide(FetchHttpClient.layer)))
})

describe.each(Object.keys(transports))("the %s transport", (over) => {
  const client = transports[over]!

  for (const path of ["/silence", "/headers-then-silence", "/endless"]) {
    it.live(`closes the connection when it is interrupted: ${path}`, () =>
      Effect.gen(function*() {
        const server = yield* getServer
        const id = `${over}-interrupt-${path.slice(1)}`
        const fiber = yield* Effect.fork(
          call({ path, query: { id } }).pipe(
            Effect.provide(platform(client, server.plain, { maxResponseSize: 536_870_888, timeout: "1 hour" }))
          )
        )
        yield* awaitRecords(server, id, (records) => records.length > 0)
        yield* Fiber.interrupt(fiber)
        const records = yield* awaitRecords(server, id, (records) => records.every(({ closed }) => closed))
        assert.lengthOf(records, 1)
      }))
  }

  for (const path of ["/silence", "/headers-then-silence"]) {
    it.effect(`has a timeout that follows the clock of the program: ${path}`, () =>
      Effect.gen(function*() {
        const server = yield* getServer
        const id = `${over}-clock-${path.slice(1)}`
        const fiber = yield* Effect.fork(
          Effect.flip(call({ path, query: { id } })).pipe(
            Effect.provide(platform(client, server.plain, { timeout: "1 hour" }))
          )
        )
        const sent = (check: (closed: boolean) => boolean) =>
          TestServices.provideLive(
            awaitRecords(server, id, (records) => records.length === 1 && records.every(({ closed }) => check(closed)))
          )
        yield* sent((closed) => !closed)
        yield* TestClock.adjust("1 hour")
        assert.deepInclude(yield* Fiber.join(fiber), { _tag: "TransportError", reason: "timeout", sent: true })
        yield* sent((closed) => closed)
      }))
  }

  it.live("frees the place of a refused connection at once", () =>
    Effect.gen(function*() {
      const { closed } = yield* getServer
      const live = platform(
        client,
        closed,
        { rateLimit: 1, rateLimitWindow: "1 hour", tokenLife: "10 hours" },
        RateLimiter.layer
      )
      const errors = yield* Effect.all([1, 2, 3].map(() => Effect.flip(call({})))).pipe(Effect.provide(live))
      assert.deepStrictEqual(errors.map(({ _tag }) => _tag), ["TransportError", "TransportError", "TransportError"])
    }))
})
