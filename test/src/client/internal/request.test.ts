import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Redacted, Schema } from "effect"
import {
  type FakeResponse,
  json,
  type Pipeline,
  pipeline,
  type PipelineOptions,
  type RespondHttp,
  send
} from "../../fakePlatform.js"

const over = <A, E>(
  respond: RespondHttp,
  effect: Effect.Effect<A, E, Pipeline>,
  options: PipelineOptions = {}
) => Effect.provide(withRetryPolicy(effect, { maxRetries: 0 }), pipeline([], respond, { bearer: "bearer", ...options }))

const html = (status: number): FakeResponse => ({
  status,
  headers: { "content-type": "text/html" },
  text: "<html><body><h1>Bad Gateway</h1></body></html>"
})

describe("a successful response that does not decode", () => {
  const App = Schema.Struct({
    app: Schema.Struct({ name: Schema.String, owner: Schema.Struct({ id: Schema.String }) })
  })
  const decoder = {
    decode: ({ text }: { readonly text: string }) => {
      const parsed = Either.try(() => JSON.parse(text) as unknown)
      if (Either.isLeft(parsed)) return Either.left({ path: "", reason: "Expected JSON", value: text })
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

  it.effect("fails with DecodeError, which has the path, the reason, the body and the value", () =>
    Effect.gen(function*() {
      const error = yield* over(() => odd, Effect.flip(send({ decoder })))
      assert.strictEqual(error._tag, "DecodeError")
      if (error._tag !== "DecodeError") return
      assert.strictEqual(error.path, "app.owner.id")
      assert.strictEqual(error.reason, "Expected string")
      assert.strictEqual(error.body, JSON.stringify(odd.json))
      assert.deepStrictEqual(Redacted.value(error.value), { app: { name: "my-app", owner: { id: 7 } } })
      assert.include(error.message, "app.owner.id does not fit: Expected string")
    }))

  it.effect("is returned unchecked when the configuration is lenient", () =>
    Effect.gen(function*() {
      const value = yield* over(() => odd, send({ decoder }), { lenient: true })
      assert.deepStrictEqual(value, { app: { name: "my-app", owner: { id: 7 } } })
    }))

  for (
    const [name, response] of [
      ["empty", { status: 200, text: "" }],
      ["text", { status: 200, text: "ok" }],
      ["HTML", html(200)],
      ["cut JSON", { status: 200, text: "{\"app\":{\"na" }],
      ["an array", json([1, 2])],
      ["JSON of another content type", { ...odd, headers: { "content-type": "text/plain" } }]
    ] as const
  ) {
    it.effect(`never dies: ${name}`, () =>
      Effect.gen(function*() {
        const error = yield* over(() => response, Effect.flip(send({ decoder })), { lenient: false })
        assert.strictEqual(error._tag, "DecodeError")
      }))
  }
})

describe("a request is refused before anything is sent", () => {
  const refuse = (input: Parameters<typeof send>[0], field: string) =>
    Effect.gen(function*() {
      let sent = 0
      const error = yield* over(() => {
        sent++
        return json({})
      }, Effect.flip(send(input)))
      assert.strictEqual(error._tag, "InvalidRequest")
      if (error._tag === "InvalidRequest") assert.strictEqual(error.field, field)
      assert.strictEqual(sent, 0)
    })

  for (const id of ["", " ", ".", ".."]) {
    it.effect(`for the id ${JSON.stringify(id)}`, () => refuse({ path: "/apps/:app", pathParams: { app: id } }, "app"))
  }
  it.effect("for text that is not well formed", () => refuse({ query: { name: "\ud800" } }, "name"))
  it.effect("for a header that the library sets", () =>
    refuse({ headers: { Authorization: "Bearer mine" } }, "headers.Authorization"))
  it.effect("for a missing id", () => refuse({ path: "/apps/:app" }, "app"))
  it.effect("for a path with dots", () => refuse({ path: "/apps/../users" }, "path"))
  it.effect("for a path with encoded dots", () => refuse({ path: "/apps/%2e%2e/users" }, "path"))
  it.effect("for a path with a query", () => refuse({ path: "/apps?x=1" }, "path"))
  it.effect("for a malformed header", () => refuse({ headers: { "x-a": "1\r\nx-b: 2" } }, "headers.x-a"))

  it.effect("but not for an id with special characters, which are encoded", () =>
    Effect.gen(function*() {
      const urls: Array<string> = []
      yield* over((request) => {
        urls.push(request.url.href)
        return json({})
      }, send({ path: "/apps/:app/ps", pathParams: { app: "../../admin?x=1#y" } }))
      assert.deepStrictEqual(urls, ["https://api.osc-fr1.scalingo.com/v1/apps/..%2F..%2Fadmin%3Fx%3D1%23y/ps"])
    }))
})
