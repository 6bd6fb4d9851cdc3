import type { HttpMethod } from "@effect-scalingo/core/ApiClient"
import { withTimeout } from "@effect-scalingo/core/RequestOptions"
import { type RetryPolicy, withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Exit, Fiber, TestClock } from "effect"
import {
  broken,
  type HttpRequest,
  inOrder,
  isExchange,
  issuer,
  json,
  type Pipeline,
  pipeline,
  type RespondHttp,
  send
} from "../fakePlatform.js"
import { runs } from "../runs.js"

/** These responses in order, then success. */
const script = (...responses: ReadonlyArray<ReturnType<RespondHttp>>): RespondHttp =>
  inOrder(...responses, json({ ok: true }))

const run = <A, E>(respond: RespondHttp, effect: Effect.Effect<A, E, Pipeline>) => {
  const sent: Array<HttpRequest> = []
  return Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("10 minutes")
    const exit = yield* Fiber.await(fiber)
    return { exit, sent }
  }).pipe(Effect.provide(pipeline(sent, respond, { bearer: "bearer" })))
}

const attempts = (method: HttpMethod, reply: ReturnType<RespondHttp>) =>
  Effect.map(run(script(reply), send({ method })), ({ sent }) => sent.length)

describe("the client", () => {
  const methods: ReadonlyArray<HttpMethod> = ["GET", "PUT", "PATCH", "DELETE", "POST"]
  const expectations: ReadonlyArray<readonly [string, ReturnType<RespondHttp>, ReadonlyArray<number>]> = [
    ["429", { status: 429, text: "Retry later" }, [2, 2, 2, 2, 2]],
    ["a refused connection", broken("ECONNREFUSED"), [2, 2, 2, 2, 2]],
    ["an unknown host", broken("ENOTFOUND"), [2, 2, 2, 2, 2]],
    ["500", { status: 500 }, [2, 2, 2, 2, 1]],
    ["502", { status: 502 }, [2, 2, 2, 2, 1]],
    ["503", { status: 503 }, [2, 2, 2, 2, 1]],
    ["504", { status: 504 }, [2, 2, 2, 2, 1]],
    ["501", { status: 501 }, [1, 1, 1, 1, 1]],
    ["a lost connection", broken("ECONNRESET"), [2, 2, 2, 2, 1]],
    ["400", { status: 400 }, [1, 1, 1, 1, 1]],
    ["409", { status: 409 }, [1, 1, 1, 1, 1]],
    ["422", { status: 422 }, [1, 1, 1, 1, 1]]
  ]
  for (const [name, reply, counts] of expectations) {
    it.effect(`sends ${counts.join(", ")} requests for ${methods.join(", ")} after ${name}`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* Effect.forEach(methods, (method) => attempts(method, reply)), [...counts])
      }))
  }

  it.effect("retries a POST after a 503 when the caller opts in", () =>
    Effect.gen(function*() {
      const { exit, sent } = yield* run(
        script({ status: 503 }),
        withRetryPolicy(send({ method: "POST" }), { retryUnsafe: true })
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(sent.length, 2)
    }))

  it.effect("retries three times, and fails with an error that contains the number of attempts", () =>
    Effect.gen(function*() {
      const { exit, sent } = yield* run(() => ({ status: 503, text: "down" }), Effect.flip(send()))
      assert.strictEqual(sent.length, 4)
      const error = yield* exit
      assert.strictEqual(error._tag, "ServerError")
      if (error._tag === "ServerError") {
        assert.strictEqual(error.attempts, 4)
        assert.strictEqual(error.detail, "down")
      }
    }))

  it.effect("retries as often as configured when an override does not set the number", () =>
    Effect.gen(function*() {
      const open = { maxRetries: undefined } as unknown as { readonly maxRetries: number }
      const { sent } = yield* run(() => ({ status: 503 }), Effect.exit(withRetryPolicy(send(), open)))
      assert.strictEqual(sent.length, 4)
    }))

  it.effect("fails when a deletion finds nothing in its second attempt, but has to decode a response", () =>
    Effect.gen(function*() {
      const { exit } = yield* run(
        script({ status: 502 }, json({}, 404)),
        send({
          method: "DELETE",
          decoder: {
            decode: ({ text }) =>
              text === "" ? Either.left({ path: "", reason: "Expected JSON", value: "" }) : Either.right(text)
          }
        })
      )
      assert.isTrue(Exit.isFailure(exit))
    }))

  it.effect("never retries when a successful response does not decode", () =>
    Effect.gen(function*() {
      const { sent } = yield* run(
        () => json({}),
        Effect.flip(send({
          decoder: { decode: () => Either.left({ path: "app", reason: "Expected an app", value: {} }) }
        })).pipe(Effect.exit)
      )
      assert.strictEqual(sent.length, 1)
    }))

  it.effect("retries after a timeout, which applies to each attempt", () =>
    Effect.gen(function*() {
      const { exit, sent } = yield* run(() => Effect.never, withTimeout(Effect.flip(send()), "10 seconds"))
      const error = yield* exit
      assert.strictEqual(sent.length, 4)
      assert.strictEqual(error._tag, "TransportError")
      if (error._tag === "TransportError") {
        assert.strictEqual(error.reason, "timeout")
        assert.isAtLeast(Duration.toMillis(error.elapsed), 40_000)
      }
    }))

  it.effect("succeeds when a deletion finds nothing in its second attempt", () =>
    Effect.gen(function*() {
      const gone = json({ resource: "app", error: "not found" }, 404)
      const again = yield* run(script({ status: 502 }, gone), send({ method: "DELETE" }))
      assert.isTrue(Exit.isSuccess(again.exit))
      const first = yield* run(script(gone), send({ method: "DELETE" }))
      assert.isTrue(Exit.isFailure(first.exit))
      const throttled = yield* run(
        script({ status: 429, headers: { "retry-after": "1" } }, gone),
        send({ method: "DELETE" })
      )
      assert.isTrue(Exit.isFailure(throttled.exit), "a 429 deleted nothing")
    }))
})

describe("a retry", () => {
  const pause = (reply: ReturnType<RespondHttp>) =>
    Effect.map(run(script(reply), send()), ({ sent }) => (sent[1]?.at ?? -1) - (sent[0]?.at ?? 0))

  it.effect("starts after Retry-After, given in seconds, fractions, milliseconds or as a date", () =>
    Effect.gen(function*() {
      const throttled = (headers: Record<string, string>) => ({ status: 429, headers })
      const date = "Thu, 01 Jan 1970 00:01:00 GMT"
      for (
        const [headers, from] of [
          [{ "retry-after": "12" }, 12_000],
          [{ "retry-after": "1.5" }, 1500],
          [{ "retry-after-ms": "700" }, 700],
          [{ "retry-after": "Thu, 01 Jan 1970 00:01:20 GMT", date }, 20_000]
        ] as const
      ) {
        const at = yield* pause(throttled(headers))
        assert.isAtLeast(at, from)
        assert.isAtMost(at, from + 1001)
      }
    }))

  it.effect("starts at the next full minute of the server's clock after a 429 without Retry-After", () =>
    Effect.gen(function*() {
      const at = yield* pause({
        status: 429,
        headers: { date: "Thu, 01 Jan 1970 00:07:45 GMT" },
        text: "Retry later"
      })
      assert.isAtLeast(at, 15_000)
      assert.isAtMost(at, 18_001)
    }))

  it.effect("is refused when the policy or the timeout of a call is wrong, before anything is sent", () =>
    Effect.gen(function*() {
      const policies: ReadonlyArray<readonly [field: string, policy: Partial<RetryPolicy>]> = [
        ["maxRetries", { maxRetries: -1 }],
        ["maxRetries", { maxRetries: 1.5 }],
        ["baseDelay", { baseDelay: "soon" as never }]
      ]
      for (const [field, policy] of policies) {
        const { exit, sent } = yield* run(() => json({}), Effect.flip(withRetryPolicy(send(), policy)))
        const error = yield* exit
        assert.deepInclude(error, { _tag: "InvalidRequest", field: `retryPolicy.${field}` })
        assert.lengthOf(sent, 0)
      }
      for (const timeout of [0, "soon" as never]) {
        const { exit, sent } = yield* run(() => json({}), Effect.flip(withTimeout(send(), timeout)))
        assert.deepInclude(yield* exit, { _tag: "InvalidRequest", field: "timeout" })
        assert.lengthOf(sent, 0)
      }
    }))

  it.effect("is not made when a 429 asks to wait longer than a minute", () =>
    Effect.gen(function*() {
      const { exit, sent } = yield* run(
        () => ({ status: 429, headers: { "retry-after": "61" } }),
        Effect.flip(send())
      )
      const error = yield* exit
      assert.strictEqual(sent.length, 1)
      assert.strictEqual(error._tag, "RateLimited")
      if (error._tag === "RateLimited") assert.strictEqual(Duration.toSeconds(error.retryAfter), 61)
    }))

  it.effect("is not made when a 503 asks to wait longer than a minute", () =>
    Effect.gen(function*() {
      const { sent } = yield* run(() => ({ status: 503, headers: { "retry-after": "3600" } }), Effect.exit(send()))
      assert.strictEqual(sent.length, 1)
    }))

  it.effect("starts after a random delay of at most half a second, which doubles for each attempt", () =>
    Effect.gen(function*() {
      for (let round = 0; round < runs(6, 20); round++) {
        const { sent } = yield* run(() => ({ status: 503 }), Effect.exit(send()))
        const waits = sent.slice(1).map(({ at }, index) => at - sent[index]!.at)
        assert.isAtMost(waits[0]!, 501)
        assert.isAtMost(waits[1]!, 1001)
        assert.isAtMost(waits[2]!, 2001)
      }
    }))
})

describe("a failed sign-in", () => {
  const over = <A, E>(respond: RespondHttp, effect: Effect.Effect<A, E, Pipeline>) => {
    const sent: Array<HttpRequest> = []
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(Effect.exit(effect))
      yield* TestClock.adjust("30 minutes")
      return { exit: yield* Fiber.join(fiber), sent }
    }).pipe(Effect.provide(pipeline(sent, respond)))
  }

  it.effect("is retried by itself, and not again by the call that needs it", () =>
    Effect.gen(function*() {
      const { exit, sent } = yield* over(() => ({ status: 503 }), send())
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(sent.length, 4)
    }))

  it.effect("does not make a deletion that finds nothing succeed", () => {
    const { issue } = issuer()
    let exchanges = 0
    return Effect.gen(function*() {
      const { exit } = yield* over(
        (request) => !isExchange(request) ? json({}, 404) : exchanges++ < 2 ? { status: 503 } : issue(request),
        send({ method: "DELETE" })
      )
      assert.isTrue(Exit.isFailure(exit))
    })
  })
})

describe("the retry budget", () => {
  it.effect("limits retries while the platform is down, and refills with successful requests", () => {
    const sent: Array<HttpRequest> = []
    let down = true
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(
        Effect.forEach(Array.from({ length: 200 }), () => Effect.exit(send()), { concurrency: 10 })
      )
      yield* TestClock.adjust("60 minutes")
      yield* Fiber.join(fiber)
      assert.strictEqual(sent.length, 200 + 100, "500 tokens pay 100 retries")
      down = false
      for (let i = 0; i < 10; i++) yield* send()
      down = true
      const before = sent.length
      const last = yield* Effect.fork(Effect.exit(send()))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(last)
      assert.strictEqual(sent.length - before, 3, "ten successes pay two retries")
    }).pipe(
      Effect.provide(pipeline(sent, () => down ? { status: 503 } : json({}), { bearer: "bearer", rateLimit: 100_000 }))
    )
  })
})
