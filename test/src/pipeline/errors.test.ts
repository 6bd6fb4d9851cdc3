import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import * as Errors from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Option, Redacted, Schema } from "effect"
import { Broken, json, type Parts, pipeline, type Platform, type Reply, request } from "./support.js"

const over = <A, E>(
  platform: Platform,
  effect: Effect.Effect<A, E, Parts>,
  options: Parameters<typeof pipeline>[2] = {}
) =>
  Effect.provide(withRetryPolicy(effect, { maxRetries: 0 }), pipeline([], platform, { bearer: "bearer", ...options }))

const failure = (reply: Reply | Broken): Effect.Effect<ScalingoError, unknown> =>
  over(() => reply, Effect.flip(request()))

/** The tag, and the fields that a caller would read. */
const expectFailure = (reply: Reply, tag: ScalingoError["_tag"], fields: Record<string, unknown> = {}) =>
  Effect.gen(function*() {
    const error = yield* failure(reply)
    assert.strictEqual(error._tag, tag)
    for (const [name, value] of Object.entries(fields)) {
      assert.deepStrictEqual((error as unknown as Record<string, unknown>)[name], value, name)
    }
    if ("status" in error) assert.strictEqual(error.status, reply.status)
    assert.include(error.message, "Test.call (GET https://api.osc-fr1.scalingo.com/v1/apps/my-app)")
  })

const html = (status: number): Reply => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html><body><h1>Bad Gateway</h1></body></html>"
})

describe("errors by status and body", () => {
  const cases: ReadonlyArray<readonly [string, Reply, ScalingoError["_tag"], Record<string, unknown>]> = [
    ["400", json({ error: "name is missing" }, 400), "BadRequest", { detail: "name is missing" }],
    ["400 with a code", json({ error: "no", code: "invalid" }, 400), "BadRequest", { code: "invalid" }],
    ["401", json({ error: "unauthorized" }, 401), "Unauthorized", { detail: "unauthorized" }],
    [
      "402",
      json({ name: "payment", error: "You need a payment method", url: "https://my.scalingo.com/billing" }, 402),
      "PaymentRequired",
      { name: "payment", detail: "You need a payment method", paymentUrl: "https://my.scalingo.com/billing" }
    ],
    ["403", json({ error: "forbidden", code: "region_access" }, 403), "Forbidden", { code: "region_access" }],
    ["404", json({ resource: "app", error: "not found" }, 404), "NotFound", { resource: "app", detail: "not found" }],
    ["404 without a resource", json({ error: "not found" }, 404), "NotFound", { detail: "not found" }],
    ["409", json({ error: "has apps" }, 409), "Conflict", { detail: "has apps" }],
    [
      "422",
      json({ errors: { name: ["is too short", "is taken"] } }, 422),
      "Unprocessable",
      { errors: { name: ["is too short", "is taken"] }, detail: "name: is too short, is taken" }
    ],
    [
      "422 with nested lists",
      json({ errors: { web: [["too many"]] } }, 422),
      "Unprocessable",
      { errors: { web: ["too many"] } }
    ],
    [
      "422 with one text",
      json({ error: "no change in containers formation" }, 422),
      "Unprocessable",
      { errors: { base: ["no change in containers formation"] }, isNoChange: true }
    ],
    ["429 in plain text", { status: 429, body: "Retry later\n" }, "RateLimited", { detail: "Retry later" }],
    ["429 in JSON", json({ error: "slow down", code: "quota" }, 429), "RateLimited", { detail: "slow down" }],
    ["500", json({ error: "boom" }, 500), "ServerError", { detail: "boom" }],
    ["503 without a body", { status: 503 }, "ServerError", { detail: "Service Unavailable" }],
    ["502 of a proxy", html(502), "ServerError", { detail: "Bad Gateway" }],
    ["404 of a proxy", html(404), "NotFound", { detail: "Not Found" }],
    ["404 in text", { status: 404, body: "nothing here" }, "NotFound", { detail: "nothing here" }],
    ["422 cut short", { status: 422, body: "{\"errors\":{\"name\":[\"is" }, "Unprocessable", { errors: {} }],
    ["400 with an array", json([{ error: "x" }], 400), "BadRequest", { detail: "Bad Request" }],
    ["400 with null", json(null, 400), "BadRequest", { detail: "Bad Request" }],
    ["400 with an object as its error", json({ error: { why: "x" } }, 400), "BadRequest", {
      detail: "{\"why\":\"x\"}"
    }],
    ["400 with the two characters of a line break", json({ error: "a\\nb" }, 400), "BadRequest", { detail: "a b" }],
    ["418", { status: 418, body: "I am a teapot" }, "UnexpectedStatus", { detail: "I am a teapot" }],
    ["302", { status: 302, headers: { location: "https://elsewhere" } }, "UnexpectedStatus", {}],
    ["599", { status: 599 }, "ServerError", { detail: "status 599" }]
  ]
  for (const [name, reply, tag, fields] of cases) {
    it.effect(name, () => expectFailure(reply, tag, fields))
  }

  it.effect("a refused connection was never sent, a lost one may have been", () =>
    Effect.gen(function*() {
      const refused = yield* failure(new Broken("ECONNREFUSED"))
      const lost = yield* failure(new Broken("ECONNRESET"))
      const tls = yield* failure(new Broken("DEPTH_ZERO_SELF_SIGNED_CERT"))
      assert.deepInclude(refused, { _tag: "TransportError", reason: "network", sent: false, code: "ECONNREFUSED" })
      assert.deepInclude(lost, { _tag: "TransportError", reason: "network", sent: true, code: "ECONNRESET" })
      assert.deepInclude(tls, { _tag: "TransportError", reason: "tls" })
    }))
})

describe("an answer of success that does not fit", () => {
  const App = Schema.Struct({
    app: Schema.Struct({ name: Schema.String, owner: Schema.Struct({ id: Schema.String }) })
  })
  const decoder = {
    decode: (answer: { readonly text: string }) => {
      const parsed = Either.try(() => JSON.parse(answer.text) as unknown)
      if (Either.isLeft(parsed)) return Either.left({ path: "", reason: "Expected JSON", value: answer.text })
      const value = parsed.right
      return Either.mapLeft(Schema.decodeUnknownEither(App)(value), () => ({
        path: "app.owner.id",
        reason: "Expected string",
        value,
        unchecked: { value }
      }))
    }
  }
  const odd = json({ app: { name: "my-app", owner: { id: 7 } } })

  it.effect("is a DecodeError with the path, the reason, the body and the value", () =>
    Effect.gen(function*() {
      const error = yield* over(() => odd, Effect.flip(request({ decoder })))
      assert.strictEqual(error._tag, "DecodeError")
      if (error._tag !== "DecodeError") return
      assert.strictEqual(error.path, "app.owner.id")
      assert.strictEqual(error.reason, "Expected string")
      assert.strictEqual(error.body, odd.body)
      assert.deepStrictEqual(Redacted.value(error.value), { app: { name: "my-app", owner: { id: 7 } } })
      assert.include(error.message, "app.owner.id does not fit: Expected string")
    }))

  it.effect("passes through unchecked when the configuration is lenient", () =>
    Effect.gen(function*() {
      const value = yield* over(() => odd, request({ decoder }), { lenient: true })
      assert.deepStrictEqual(value, { app: { name: "my-app", owner: { id: 7 } } })
    }))

  for (
    const [name, reply] of [
      ["empty", { status: 200, body: "" }],
      ["text", { status: 200, body: "ok" }],
      ["HTML", html(200)],
      ["cut JSON", { status: 200, body: "{\"app\":{\"na" }],
      ["an array", json([1, 2])],
      ["JSON of another content type", { ...odd, headers: { "content-type": "text/plain" } }]
    ] as const
  ) {
    it.effect(`never is a defect: ${name}`, () =>
      Effect.gen(function*() {
        const error = yield* over(() => reply, Effect.flip(request({ decoder })), { lenient: false })
        assert.strictEqual(error._tag, "DecodeError")
      }))
  }
})

describe("what is refused before anything is sent", () => {
  const refuse = (input: Parameters<typeof request>[0], field: string) =>
    Effect.gen(function*() {
      let sent = 0
      const error = yield* over(() => {
        sent++
        return json({})
      }, Effect.flip(request(input)))
      assert.strictEqual(error._tag, "InvalidRequest")
      if (error._tag === "InvalidRequest") assert.strictEqual(error.field, field)
      assert.strictEqual(sent, 0)
    })

  for (const id of ["", " ", ".", ".."]) {
    it.effect(`the id ${JSON.stringify(id)}`, () => refuse({ path: "/apps/:app", pathParams: { app: id } }, "app"))
  }
  it.effect("a text that is not well formed", () => refuse({ query: { name: "\ud800" } }, "name"))
  it.effect("a header that is the library's", () =>
    refuse({ headers: { Authorization: "Bearer mine" } }, "headers.Authorization"))
  it.effect("a missing id", () => refuse({ path: "/apps/:app" }, "app"))
  it.effect("a path with dots", () => refuse({ path: "/apps/../users" }, "path"))
  it.effect("a path with encoded dots", () => refuse({ path: "/apps/%2e%2e/users" }, "path"))
  it.effect("a path with a query", () => refuse({ path: "/apps?x=1" }, "path"))
  it.effect("a header that is none", () => refuse({ headers: { "x-a": "1\r\nx-b: 2" } }, "headers.x-a"))

  it.effect("an id is encoded, whatever it holds", () =>
    Effect.gen(function*() {
      const urls: Array<string> = []
      yield* over((seen) => {
        urls.push(seen.url.href)
        return json({})
      }, request({ path: "/apps/:app/ps", pathParams: { app: "../../admin?x=1#y" } }))
      assert.deepStrictEqual(urls, ["https://api.osc-fr1.scalingo.com/v1/apps/..%2F..%2Fadmin%3Fx%3D1%23y/ps"])
    }))
})

describe("the errors themselves", () => {
  const notFound = new Errors.NotFound({
    endpoint: "Apps.get",
    method: "GET",
    url: "https://api.osc-fr1.scalingo.com/v1/apps/x",
    requestId: "r-1",
    attempts: 2,
    elapsed: Duration.seconds(1),
    status: 404,
    detail: "not found",
    body: "",
    resource: "app"
  })

  it("read as a sentence that helps", () => {
    assert.strictEqual(
      notFound.message,
      "Apps.get (GET https://api.osc-fr1.scalingo.com/v1/apps/x) returned 404: not found. Is it in another region? [2 attempts, request r-1]"
    )
  })

  it("go over a wire and back", () => {
    const wire = JSON.parse(JSON.stringify(Schema.encodeSync(Errors.ScalingoError)(notFound)))
    const back = Schema.decodeUnknownSync(Errors.ScalingoError)(wire)
    assert.strictEqual(back._tag, "NotFound")
    assert.strictEqual(back.message, notFound.message)
  })

  it("are known by their predicates", () => {
    assert.isTrue(Errors.isScalingoError(notFound))
    assert.isTrue(Errors.isNotFound(notFound))
    assert.isFalse(Errors.isRetryable(notFound))
    assert.isFalse(Errors.isScalingoError({ _tag: "NotFound" }))
  })

  it.effect("let a missing resource be an Option", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Errors.notFoundAsNone(Effect.fail(notFound)), Option.none())
      assert.deepStrictEqual(yield* Errors.notFoundAsNone(Effect.succeed(1)), Option.some(1))
    }))
})
