/**
 * A call has a span only when somebody can see it, and then exactly one, with OpenTelemetry's attributes.
 */
import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import { SignedUrls } from "@effect-scalingo/core/SignedUrls"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Option, Redacted, Stream, TestClock, Tracer } from "effect"
import { broken, inOrder, json, type Pipeline, pipeline, type RespondHttp, send } from "../fakePlatform.js"

interface Recorded {
  readonly name: string
  readonly kind: string
  readonly parent: string | undefined
  readonly attributes: Map<string, unknown>
  exit: Exit.Exit<unknown, unknown> | undefined
}

const record = () => {
  const spans: Array<Recorded> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const recorded: Recorded = {
        name,
        kind,
        parent: Option.getOrUndefined(Option.map(parent, ({ spanId }) => spanId)),
        attributes: new Map(),
        exit: undefined
      }
      spans.push(recorded)
      return {
        _tag: "Span",
        name,
        spanId: `${name} ${spans.length}`,
        traceId: "trace",
        parent,
        context,
        links,
        kind,
        sampled: true,
        status: { _tag: "Started", startTime },
        attributes: recorded.attributes,
        attribute: (key, value) => {
          recorded.attributes.set(key, value)
        },
        event: () => {},
        addLinks: () => {},
        end: (_, exit) => {
          recorded.exit = exit
        }
      }
    },
    context: (f) => f()
  })
  return { spans, tracer }
}

/** Responds, and notes the span that the request was sent in. */
const noting = (
  seen: Array<Option.Option<Tracer.Span>>,
  respond: RespondHttp = () => json({ ok: true })
): RespondHttp =>
(request) =>
  Effect.flatMap(Effect.option(Effect.currentSpan), (span) => {
    seen.push(span)
    const outcome = respond(request)
    return Effect.isEffect(outcome) ? outcome : Effect.succeed(outcome)
  })

const over = (respond: RespondHttp): Layer.Layer<Pipeline> => pipeline([], respond, { bearer: "bearer" })

const names = (seen: ReadonlyArray<Option.Option<Tracer.Span>>) =>
  seen.map((span) => Option.getOrUndefined(Option.map(span, ({ name }) => name)))

describe("a call", () => {
  it.effect("has no span with the default tracer and no span around it", () =>
    Effect.gen(function*() {
      const seen: Array<Option.Option<Tracer.Span>> = []
      yield* Effect.provide(send(), over(noting(seen)))
      assert.deepStrictEqual(names(seen), [undefined])
    }))

  it.effect("has no span while tracing is off, and leaves the span around it alone", () =>
    Effect.gen(function*() {
      const { spans, tracer } = record()
      yield* send().pipe(
        Effect.withTracerEnabled(false),
        Effect.withSpan("caller"),
        Effect.provide(over(() => json({ ok: true }))),
        Effect.withTracer(tracer)
      )
      assert.deepStrictEqual(spans.map(({ name }) => name), ["caller"])
      assert.deepStrictEqual([...spans[0]!.attributes], [])
    }))

  it.effect("has a span below the caller's, whatever the tracer", () =>
    Effect.gen(function*() {
      const seen: Array<Option.Option<Tracer.Span>> = []
      const around = Tracer.externalSpan({ spanId: "remote", traceId: "trace" })
      const call = Effect.provide(send(), over(noting(seen)))
      yield* Effect.withSpan(call, "caller")
      yield* Effect.withParentSpan(call, around)
      assert.deepStrictEqual(names(seen), ["Scalingo.Test.call", "Scalingo.Test.call"])
      const parents = seen.map((span) => Option.getOrThrow(Option.flatMap(span, ({ parent }) => parent)))
      assert.deepStrictEqual(parents.map((parent) => parent._tag === "Span" ? parent.name : parent.spanId), [
        "caller",
        "remote"
      ])
    }))

  it.effect("is exactly one client span for another tracer, however it was provided", () =>
    Effect.gen(function*() {
      const { spans, tracer } = record()
      const call = Effect.provide(send({ query: { api_token: "secret-token", page: 2 } }), over(() => json({ ok: 1 })))
      yield* Effect.withTracer(call, tracer)
      yield* Effect.provide(call, Layer.setTracer(tracer))
      assert.lengthOf(spans, 2)
      for (const { attributes, exit, kind, name, parent } of spans) {
        assert.deepStrictEqual([name, kind, parent], ["Scalingo.Test.call", "client", undefined])
        assert.isTrue(exit !== undefined && Exit.isSuccess(exit))
        const { "scalingo.request_id": requestId, ...rest } = Object.fromEntries(attributes)
        assert.isString(requestId)
        assert.deepStrictEqual(rest, {
          "http.request.method": "GET",
          "url.full": "https://api.osc-fr1.scalingo.com/v1/apps/my-app?api_token=<redacted>&page=2",
          "server.address": "api.osc-fr1.scalingo.com",
          "server.port": 443,
          "scalingo.region": "osc-fr1",
          "scalingo.attempts": 1,
          "http.response.status_code": 200
        })
      }
    }))

  it.effect("counts what was sent again, and has the status of the last attempt only", () =>
    Effect.gen(function*() {
      const { spans, tracer } = record()
      const retried = (respond: RespondHttp) =>
        Effect.gen(function*() {
          const call = Effect.provide(withRetryPolicy(send(), { maxRetries: 1 }), over(respond))
          const fiber = yield* Effect.fork(Effect.withTracer(Effect.exit(call), tracer))
          yield* TestClock.adjust("1 minute")
          yield* Fiber.join(fiber)
        })
      yield* retried(inOrder(json({}, 503), json({})))
      yield* retried(inOrder(json({}, 503), broken("ECONNRESET")))
      const facts = spans.map(({ attributes }) =>
        ["http.request.resend_count", "http.response.status_code", "error.type"].map((key) => attributes.get(key))
      )
      assert.deepStrictEqual(facts, [[1, 200, undefined], [1, undefined, "TransportError"]])
    }))

  const failures: { readonly [error: string]: readonly [RespondHttp, Parameters<typeof send>[0], number?] } = {
    NotFound: [() => json({ error: "not found" }, 404), {}, 404],
    DecodeError: [() => ({ status: 200, text: "<html>", headers: { "content-type": "text/html" } }), {}, 200],
    TransportError: [() => broken("ECONNREFUSED"), { method: "POST" }],
    InvalidRequest: [() => json({}), { path: "/apps/:app", pathParams: { app: ".." } }]
  }
  for (const [name, [respond, input, status]] of Object.entries(failures)) {
    it.effect(`that fails with ${name} has a failed span`, () =>
      Effect.gen(function*() {
        const { spans, tracer } = record()
        const call = Effect.provide(withRetryPolicy(send(input), { maxRetries: 0 }), over(respond))
        const error = yield* Effect.flip(Effect.withTracer(call, tracer))
        assert.strictEqual(error._tag, name)
        assert.strictEqual("endpoint" in error ? error.endpoint : undefined, "Test.call")
        const [span] = spans
        assert.lengthOf(spans, 1)
        assert.isTrue(span?.exit !== undefined && Exit.isFailure(span.exit))
        assert.strictEqual(span?.attributes.get("error.type"), name)
        assert.strictEqual(span?.attributes.get("http.response.status_code"), status)
      }))
  }

  it.effect("that is interrupted ends its span", () =>
    Effect.gen(function*() {
      const { spans, tracer } = record()
      const fiber = yield* Effect.fork(
        Effect.withTracer(Effect.provide(send(), over(() => Effect.never)), tracer)
      )
      yield* Effect.yieldNow()
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      const [span] = spans
      assert.isTrue(span?.exit !== undefined && Exit.isFailure(span.exit) && Cause.isInterruptedOnly(span.exit.cause))
    }))

  it.effect("that cannot be prepared ends its span", () =>
    Effect.gen(function*() {
      const { spans, tracer } = record()
      const call = Effect.provide(send({ headers: null as never }), over(() => json({})))
      const exit = yield* Effect.exit(Effect.withTracer(call, tracer))
      assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
      assert.isTrue(spans[0]?.exit !== undefined && Exit.isFailure(spans[0].exit))
    }))

  it.effect("may run many times, each time with or without a span of its own", () =>
    Effect.gen(function*() {
      const { spans, tracer } = record()
      const seen: Array<Option.Option<Tracer.Span>> = []
      yield* Effect.gen(function*() {
        const api = yield* RegionalApi
        const call = api.request({ name: "Test.call", method: "GET", path: "/", decoder: Decode.anyJson })
        yield* call
        yield* Effect.withTracer(call, tracer)
        yield* call
      }).pipe(Effect.provide(over(noting(seen))))
      assert.deepStrictEqual(names(seen), [undefined, "Scalingo.Test.call", undefined])
      assert.lengthOf(spans, 1)
    }))
})

describe("a transfer", () => {
  const url = Redacted.make("https://bucket.s3.example.com/file?X-Amz-Signature=abcdefgh")
  const download = Effect.flatMap(SignedUrls, (urls) => Stream.runDrain(urls.download("Test.download", url)))

  it.effect("is one client span, without the query of its URL", () =>
    Effect.gen(function*() {
      const { spans, tracer } = record()
      yield* Effect.withTracer(Effect.provide(download, over(() => ({ text: "bytes" }))), tracer)
      assert.lengthOf(spans, 1)
      assert.strictEqual(spans[0]?.kind, "client")
      assert.deepStrictEqual(Object.fromEntries(spans[0]?.attributes ?? []), {
        "http.request.method": "GET",
        "url.full": "https://bucket.s3.example.com/file",
        "server.address": "bucket.s3.example.com",
        "server.port": 443,
        "scalingo.attempts": 1,
        "http.response.status_code": 200
      })
    }))

  it.effect("has no span when nobody looks", () =>
    Effect.gen(function*() {
      const seen: Array<Option.Option<Tracer.Span>> = []
      yield* Effect.provide(download, over(noting(seen, () => ({ text: "bytes" }))))
      assert.deepStrictEqual(names(seen), [undefined])
    }))
})
