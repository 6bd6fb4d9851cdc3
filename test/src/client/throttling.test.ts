/**
 * What a person learns of calls that wait: one line in the log for each waiting period, and the handler of the caller.
 */
import * as ApiLayer from "@effect-scalingo/core/ApiLayer"
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import { type Throttle, withThrottleHandler } from "@effect-scalingo/core/RequestOptions"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Fiber, Layer, Logger, Option, Redacted, Supervisor, TestClock } from "effect"
import { broken, fakeHttpClient, inOrder, json, pipeline, type RespondHttp, send } from "../fakePlatform.js"

/** Collects the lines at INFO and above. */
const collect = (lines: Array<string>) =>
  Effect.provide(
    Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ annotations, logLevel, message }) => {
        const extra = [...annotations].map(([key, value]) => ` ${key}=${String(value)}`).join("")
        lines.push(`${logLevel.label} ${String(message)}${extra}`)
      })
    )
  )

const calls = (count: number) =>
  Effect.forEach(Array.from({ length: count }), () => send(), { concurrency: "unbounded", discard: true })

/** Lets all fibers go on until they wait. */
const settle = Effect.repeatN(Effect.yieldNow(), 50)

const advance = (duration: Duration.DurationInput) =>
  Effect.zipRight(settle, Effect.zipRight(TestClock.adjust(duration), settle))

const fine: RespondHttp = () => json({})
const options = { bearer: "b", rateLimit: 10 }

const describeThrottle = ({ attempt, delay, endpoint, error, reason }: Throttle) => {
  const time = Option.match(delay, { onNone: () => "unknown", onSome: (known) => Duration.format(known) })
  const failure = Option.match(error, { onNone: () => "none", onSome: ({ _tag }) => _tag })
  return `${endpoint} ${reason} ${failure} ${time} #${attempt}`
}

/** Counts the fibers that start. */
class Starts extends Supervisor.AbstractSupervisor<number> {
  count = 0
  override readonly value = Effect.sync(() => this.count)
  override onStart(): void {
    this.count++
  }
}

describe("the line of a waiting period", () => {
  it.effect("says how many calls wait, why, and for how long", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      yield* Effect.gen(function*() {
        yield* calls(10)
        const fiber = yield* Effect.fork(Effect.annotateLogs(calls(15), "job", "nightly"))
        yield* advance("4 seconds")
        assert.deepStrictEqual(lines, [])
        yield* advance("2 seconds")
        const line =
          "INFO Scalingo: 15 calls wait for the rate limit (10 requests in 60 s), the longest for about 115 s more"
        assert.deepStrictEqual(lines, [line])
        // One line, although calls join and leave, as long as one waits.
        const more = yield* Effect.fork(calls(3))
        yield* advance("10 minutes")
        yield* Fiber.join(fiber)
        yield* Fiber.join(more)
        assert.deepStrictEqual(lines, [line])

        // The next period has its own.
        yield* calls(10)
        const next = yield* Effect.fork(send())
        yield* advance("6 seconds")
        assert.deepStrictEqual(lines.slice(1), [
          "INFO Scalingo: 1 call waits for the rate limit (10 requests in 60 s), for about 55 s more"
        ])
        yield* Fiber.interrupt(next)
      }).pipe(Effect.provide(pipeline([], fine, options)), collect(lines))
    }))

  it.effect("is not there when calls wait for less than 5 s, or not at all", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(calls(25))
        yield* advance("1 hour")
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(pipeline([], fine, { ...options, rateLimitWindow: "2 seconds" })), collect(lines))
      // Three windows of two seconds: the last calls wait for four seconds.
      assert.deepStrictEqual(lines, [])
    }))

  it.effect("is not there when the calls that waited are interrupted before", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      yield* Effect.gen(function*() {
        yield* calls(10)
        for (let round = 0; round < 3; round++) {
          const fiber = yield* Effect.fork(calls(5))
          yield* advance("3 seconds")
          yield* Fiber.interrupt(fiber)
        }
        yield* advance("1 hour")
      }).pipe(Effect.provide(pipeline([], fine, options)), collect(lines))
      assert.deepStrictEqual(lines, [])
    }))

  it.effect("names the 429 or the 503 that is retried", () =>
    Effect.gen(function*() {
      for (
        const [status, expected] of [
          [429, "1 call waits for a retry after 429, for about 26 s more"],
          [503, "1 call waits for a retry after 503, for about 26 s more"]
        ] as const
      ) {
        const lines: Array<string> = []
        const respond: RespondHttp = inOrder(json({}, status, { "retry-after": "30" }), json({}))
        yield* Effect.gen(function*() {
          const fiber = yield* Effect.fork(send())
          yield* advance("5 seconds")
          yield* advance("1 minute")
          yield* Fiber.join(fiber)
        }).pipe(
          Effect.provide(pipeline([], respond, { ...options, retryPolicy: { throttleDelay: 1, baseDelay: 1 } })),
          collect(lines)
        )
        assert.deepStrictEqual(lines, [`INFO Scalingo: ${expected}`])
      }
    }))

  it.effect("says that calls wait for the platform after its 429", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const respond: RespondHttp = inOrder(json({}, 429, { "retry-after": "30" }), json({}))
      yield* Effect.gen(function*() {
        const first = yield* Effect.fork(send())
        yield* advance(1)
        const others = yield* Effect.fork(calls(2))
        yield* advance("2 minutes")
        yield* Fiber.join(first)
        yield* Fiber.join(others)
      }).pipe(
        Effect.provide(pipeline([], respond, { ...options, retryPolicy: { throttleDelay: 1 } })),
        collect(lines)
      )
      assert.deepStrictEqual(lines, [
        "INFO Scalingo: 3 calls wait, the longest for about 26 s more: 1 for a retry after 429, 2 for the rate limit of " +
        "the platform (it responded 429)"
      ])
    }))

  it.effect("is cheap for many calls: one fiber for all of them", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const starts = new Starts()
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(Effect.supervised(calls(1000), starts))
        yield* advance("6 seconds")
        assert.deepStrictEqual(lines, [
          "INFO Scalingo: 990 calls wait for the rate limit (10 requests in 60 s), the longest for about 99 min more"
        ])
        // One for each call, of this test, and a few for each of the ten that are sent.
        assert.isAtMost(starts.count, 1000 + 100)
        yield* Fiber.interrupt(fiber)
      }).pipe(Effect.provide(pipeline([], fine, options)), collect(lines))
    }))
})

describe("a rate limiter of the user", () => {
  /** Each permit takes that long. */
  const slow = (delay: Duration.DurationInput) =>
    Layer.succeed(RateLimiter.RateLimiter, {
      acquire: () =>
        Effect.as(Effect.interruptible(Effect.sleep(delay)), { release: Effect.void, complete: Effect.void }),
      cooldown: () => Effect.void
    })
  const platform = (delay: Duration.DurationInput) => {
    const base = Layer.mergeAll(
      Layer.succeed(HttpClient.HttpClient, fakeHttpClient([], fine)),
      ScalingoConfig.layer(),
      RetryPolicy.layerBudget,
      slow(delay)
    )
    return Layer.orDie(ApiLayer.layer.pipe(
      Layer.provide(TokenManager.layerBearer(Redacted.make("b"))),
      Layer.provide(base)
    ))
  }

  it.effect("that makes calls wait has the line and the handler too", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const throttles: Array<string> = []
      yield* Effect.gen(function*() {
        const handle = (throttle: Throttle) => Effect.sync(() => throttles.push(describeThrottle(throttle)))
        const fiber = yield* Effect.fork(withThrottleHandler(calls(2), (throttle) => Effect.asVoid(handle(throttle))))
        yield* advance("5 seconds")
        assert.deepStrictEqual(lines, ["INFO Scalingo: 2 calls wait for the rate limiter, the longest for 5 s so far"])
        assert.deepStrictEqual(throttles, Array.from({ length: 2 }, () => "Test.call rate-limit none unknown #1"))
        yield* advance("1 minute")
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(platform("20 seconds")), collect(lines))
    }))

  it.effect("that does not is silent", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(Effect.forEach([1, 2, 3, 4, 5], () => send()))
        yield* advance("1 minute")
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(platform("3 seconds")), collect(lines))
      assert.deepStrictEqual(lines, [])
    }))
})

describe("withThrottleHandler", () => {
  class Notes extends Context.Tag("test/Notes")<Notes, Array<string>>() {}

  const note = (throttle: Throttle) =>
    Effect.map(Notes, (notes) => {
      notes.push(describeThrottle(throttle))
    })

  it.effect("runs when a call of its effect begins to wait, and for no other", () =>
    Effect.gen(function*() {
      const notes: Array<string> = []
      yield* Effect.gen(function*() {
        yield* withThrottleHandler(calls(10), note)
        assert.deepStrictEqual(notes, [])
        const other = yield* Effect.fork(send())
        const fiber = yield* Effect.fork(send({ name: "Apps.restart" }).pipe(withThrottleHandler(note)))
        yield* advance(1)
        assert.deepStrictEqual(notes, ["Apps.restart rate-limit none 1m #1"])
        yield* advance("2 minutes")
        yield* Fiber.join(other)
        yield* Fiber.join(fiber)
        assert.strictEqual(notes.length, 1)
      }).pipe(Effect.provide(pipeline([], fine, options)), Effect.provideService(Notes, notes), collect([]))
    }))

  it.effect("gets the failure that is retried, and the number of the attempt", () =>
    Effect.gen(function*() {
      const notes: Array<string> = []
      const respond = inOrder(
        Effect.fail(broken("ECONNRESET")),
        json({}, 503, { "retry-after": "40" }),
        json({}, 429, { "retry-after": "20" }),
        json({})
      )
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(withThrottleHandler(send(), note))
        yield* advance("5 minutes")
        yield* Fiber.join(fiber)
      }).pipe(
        Effect.provide(
          pipeline([], respond, { ...options, retryPolicy: { throttleDelay: 1, baseDelay: 1, maxDelay: 1 } })
        ),
        Effect.provideService(Notes, notes),
        collect([])
      )
      assert.deepStrictEqual(notes, [
        "Test.call retry ServerError 40s 1ms #3",
        "Test.call retry RateLimited 20s 1ms #4"
      ])
    }))

  it.effect("neither delays the call nor keeps it from its end", () =>
    Effect.gen(function*() {
      const never: () => Effect.Effect<void> = () => Effect.never
      yield* Effect.gen(function*() {
        yield* calls(10)
        for (const handler of [never, () => Effect.die("broken")]) {
          const fiber = yield* Effect.fork(withThrottleHandler(send(), handler))
          yield* advance("1 minute")
          yield* Fiber.join(fiber)
          const interrupted = yield* Effect.fork(withThrottleHandler(calls(20), handler))
          yield* advance("1 second")
          yield* Fiber.interrupt(interrupted)
          yield* advance("2 minutes")
          yield* calls(10)
        }
      }).pipe(Effect.provide(pipeline([], fine, options)), collect([]))
    }))
})
