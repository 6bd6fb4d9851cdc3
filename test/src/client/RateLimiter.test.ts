import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, FastCheck, Fiber, Scope, TestClock } from "effect"
import { type HttpRequest, isExchange, issuer, json, pipeline, send } from "../fakePlatform.js"

const minute = 60_000

/** The highest number of starts in any window of a minute. */
const worstWindow = (starts: ReadonlyArray<number>): number =>
  Math.max(0, ...starts.map((from) => starts.filter((at) => at >= from && at < from + minute).length))

const acquire = (
  rateLimiter: RateLimiter.RateLimiterService,
  starts: Array<number>,
  priority: RateLimiter.Priority = "user"
) =>
  Effect.flatMap(rateLimiter.acquire(priority), () => Effect.map(Clock.currentTimeMillis, (at) => void starts.push(at)))

const burst = (rateLimiter: RateLimiter.RateLimiterService, starts: Array<number>, count: number) =>
  Effect.fork(
    Effect.all(Array.from({ length: count }, () => acquire(rateLimiter, starts)), { concurrency: "unbounded" })
  )

describe("RateLimiter", () => {
  it.scoped("allows exactly its limit of requests in any window", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 60, window: "1 minute" })
      const starts: Array<number> = []
      yield* burst(rateLimiter, starts, 180)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(starts.length, 180)
      assert.strictEqual(worstWindow(starts), 60)
      assert.strictEqual(starts[179], 2 * minute)
    }))

  it.scoped("keeps its limit for any pattern of arrivals", () =>
    Effect.gen(function*() {
      const runs = FastCheck.sample(
        FastCheck.array(
          FastCheck.tuple(FastCheck.integer({ min: 0, max: 70_000 }), FastCheck.integer({ min: 1, max: 40 })),
          {
            minLength: 1,
            maxLength: 8
          }
        ),
        25
      )
      for (const waves of runs) {
        const rateLimiter = yield* RateLimiter.make({ limit: 20, window: "1 minute" })
        const starts: Array<number> = []
        let total = 0
        for (const [pause, count] of waves) {
          yield* TestClock.adjust(pause)
          yield* burst(rateLimiter, starts, count)
          total += count
        }
        yield* TestClock.adjust("20 minutes")
        assert.strictEqual(starts.length, total)
        assert.isAtMost(worstWindow(starts), 20)
      }
    }))

  it.scoped("lets the next request start instead of an interrupted one", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const starts: Array<number> = []
      yield* acquire(rateLimiter, starts)
      const first = yield* Effect.fork(acquire(rateLimiter, starts))
      const second = yield* Effect.fork(acquire(rateLimiter, starts))
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(second)
      assert.deepStrictEqual(starts, [0, minute])
    }))

  it.scoped("reuses a permit that is released", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const permit = yield* rateLimiter.acquire("user")
      const next = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* Effect.yieldNow()
      yield* permit.release
      yield* Fiber.join(next)
    }))

  it.scoped("prefers the sign-in to users and users to polling, which waits one window longer at most", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const order: Array<string> = []
      const enter = (name: string, priority: RateLimiter.Priority) =>
        Effect.fork(Effect.map(rateLimiter.acquire(priority), () => order.push(name)))
      yield* enter("first", "user")
      yield* Effect.yieldNow()
      yield* enter("poll", "background")
      yield* enter("user 1", "user")
      yield* enter("user 2", "user")
      yield* enter("user 3", "user")
      yield* enter("sign-in", "urgent")
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(order, ["first", "sign-in", "poll", "user 1", "user 2", "user 3"])
    }))

  it.scoped("blocks new requests during a cooldown, which never gets shorter", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 60, window: "1 minute" })
      const starts: Array<number> = []
      yield* rateLimiter.cooldown("30 seconds")
      yield* rateLimiter.cooldown("10 seconds")
      yield* burst(rateLimiter, starts, 2)
      yield* TestClock.adjust("29 seconds")
      assert.deepStrictEqual(starts, [])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(starts, [30_000, 30_000])
    }))
})

describe("RateLimiter, in special cases", () => {
  it.effect("interrupts waiting requests when its scope closes", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const rateLimiter = yield* Scope.extend(RateLimiter.make({ limit: 1, window: "1 minute" }), scope)
      yield* rateLimiter.acquire("user")
      const before = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust("1 second")
      yield* Scope.close(scope, Exit.void)
      const after = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust("1 second")
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(before)))
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(after)))
    }))

  it.scoped("reuses a permit that is released during a cooldown", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const starts: Array<number> = []
      const permit = yield* rateLimiter.acquire("user")
      const next = yield* Effect.fork(acquire(rateLimiter, starts))
      yield* TestClock.adjust("1 second")
      yield* rateLimiter.cooldown("5 seconds")
      yield* permit.release
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(next)
      assert.deepStrictEqual(starts, [6000])
    }))

  it.scoped("prefers retries to first attempts", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const order: Array<string> = []
      yield* rateLimiter.acquire("user")
      for (const priority of ["user", "retry"] as const) {
        yield* Effect.fork(Effect.map(rateLimiter.acquire(priority), () => order.push(priority)))
        yield* Effect.yieldNow()
      }
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(order, ["retry", "user"])
    }))
})

describe("the client under its rate limiter", () => {
  it.effect("counts all requests, the exchange of the token included", () => {
    const { issue } = issuer()
    const sent: Array<HttpRequest> = []
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(
        Effect.all(Array.from({ length: 600 }, () => send()), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("10 minutes")
      yield* Fiber.join(fiber)
      const starts = sent.map(({ at }) => at)
      assert.strictEqual(starts.length, 601)
      assert.strictEqual(worstWindow(starts), 60)
      assert.strictEqual(starts[600], 10 * minute)
    }).pipe(Effect.provide(pipeline(sent, (request) => isExchange(request) ? issue(request) : json({}))))
  })

  it.effect("keeps the limit when requests wait for a slow sign-in", () => {
    const { issue } = issuer()
    const sent: Array<HttpRequest> = []
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(
        Effect.all(Array.from({ length: 120 }, () => send()), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("5 minutes")
      yield* Fiber.join(fiber)
      assert.isAtMost(worstWindow(sent.map(({ at }) => at)), 60)
    }).pipe(
      Effect.provide(
        pipeline(
          sent,
          (request) => isExchange(request) ? Effect.delay(Effect.succeed(issue(request)), "25 seconds") : json({})
        )
      )
    )
  })

  it.effect("pauses all requests after a 429 for its Retry-After", () => {
    const { issue } = issuer()
    const sent: Array<HttpRequest> = []
    let refused = false
    return Effect.gen(function*() {
      yield* send()
      const first = yield* Effect.fork(send({ path: "/throttled" }))
      yield* TestClock.adjust("1 second")
      const second = yield* Effect.fork(send({ path: "/other" }))
      yield* TestClock.adjust("40 seconds")
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      const at = (path: string) => sent.filter(({ url }) => url.pathname.endsWith(path)).map(({ at }) => at)
      assert.strictEqual(at("/throttled")[0], 0)
      assert.isAtLeast(at("/throttled")[1]!, 30_000)
      assert.strictEqual(at("/other")[0], 30_000)
    }).pipe(
      Effect.provide(pipeline(sent, (request) => {
        if (isExchange(request)) return issue(request)
        if (request.url.pathname.endsWith("/throttled") && !refused) {
          refused = true
          return { status: 429, headers: { "retry-after": "30" }, body: "Retry later" }
        }
        return json({})
      }))
    )
  })
})
