import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, FastCheck, Fiber, FiberId, Option, Scope, TestClock } from "effect"
import { broken, type HttpRequest, isExchange, issuer, json, pipeline, send } from "../fakePlatform.js"
import { runs } from "../runs.js"

const minute = 60_000

/** The highest number of arrivals in any window of a minute. */
const worstWindow = (arrivals: ReadonlyArray<number>): number =>
  Math.max(0, ...arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + minute).length))

interface Journey {
  /** Milliseconds from the start of a request to its arrival at the server. */
  readonly there?: number
  /** Milliseconds from the arrival to the response headers. */
  readonly back?: number
  readonly priority?: RateLimiter.Priority
}

/** One request, which pushes its arrival. Without a journey it arrives and is over at once. */
const request = (
  rateLimiter: RateLimiter.RateLimiterService,
  arrivals: Array<number>,
  { back = 0, priority = "user", there = 0 }: Journey = {}
) =>
  Effect.gen(function*() {
    const permit = yield* rateLimiter.acquire(priority)
    if (there > 0) yield* Effect.sleep(there)
    arrivals.push(yield* Clock.currentTimeMillis)
    if (back > 0) yield* Effect.sleep(back)
    yield* permit.complete
  })

const burst = (
  rateLimiter: RateLimiter.RateLimiterService,
  arrivals: Array<number>,
  journeys: ReadonlyArray<Journey>
) =>
  Effect.fork(
    Effect.forEach(journeys, (journey) => request(rateLimiter, arrivals, journey), {
      concurrency: "unbounded",
      discard: true
    })
  )

const instantly = (count: number): ReadonlyArray<Journey> => Array.from({ length: count }, () => ({}))

/** A request that is over at once and pushes its name. */
const enter = (
  rateLimiter: RateLimiter.RateLimiterService,
  order: Array<string>,
  priority: RateLimiter.Priority,
  name: string = priority
) =>
  Effect.flatMap(rateLimiter.acquire(priority), (permit) => {
    order.push(name)
    return permit.complete
  })

/** A limit that counts how often it is looked at: a measure of work that does not depend on the machine. */
const countingLimit = (limit: number) => {
  const work = { reads: 0 }
  const options = {
    get limit() {
      work.reads++
      return limit
    },
    window: "1 minute" as const
  }
  return { work, options }
}

/**
 * A clock that only the test moves, to any fraction of a millisecond. For many instants it is much faster than
 * TestClock.
 */
const manualClock = (startsAt = 0) => {
  let now = startsAt
  let sleeping: Array<{ readonly until: number; readonly wakeUp: () => void }> = []
  const nanos = () => BigInt(Math.round(now * 1000)) * 1000n
  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: nanos,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.async((resume) => {
        sleeping.push({ until: now + Duration.toMillis(duration), wakeUp: () => resume(Effect.void) })
      })
  }
  /** Lets all fibers run until they sleep. */
  const settle = Effect.repeatN(Effect.yieldNow(), 20)
  const moveTo = (end: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const next = Math.min(end, ...sleeping.map(({ until }) => until))
      now = Math.max(now, next)
      const due = sleeping.filter(({ until }) => until <= now)
      sleeping = sleeping.filter(({ until }) => until > now)
      for (const { wakeUp } of due) wakeUp()
      return Effect.zipRight(settle, due.length === 0 && now >= end ? Effect.void : moveTo(end))
    })
  const moveBy = (millis: number) => Effect.zipRight(settle, Effect.suspend(() => moveTo(now + millis)))
  const use = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.withClock(effect, clock)
  return { moveBy, moveTo, settle, use }
}

describe("RateLimiter", () => {
  it.scoped("allows exactly its limit of requests in any window", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 60, window: "1 minute" })
      const arrivals: Array<number> = []
      yield* burst(rateLimiter, arrivals, instantly(180))
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(arrivals.length, 180)
      assert.strictEqual(worstWindow(arrivals), 60)
      assert.strictEqual(arrivals[179], 2 * minute)
    }))

  it.scoped("keeps its limit for any pattern of arrivals and any delays of the network", () =>
    Effect.gen(function*() {
      const delay = FastCheck.oneof(
        FastCheck.constant(0),
        FastCheck.integer({ min: 0, max: 800 }),
        FastCheck.integer({ min: 0, max: 30_000 })
      )
      const journey = FastCheck.record({ there: delay, back: delay })
      const wave = FastCheck.tuple(
        FastCheck.integer({ min: 0, max: 70_000 }),
        FastCheck.array(journey, { minLength: 1, maxLength: 40 })
      )
      const patterns = FastCheck.sample(FastCheck.array(wave, { minLength: 1, maxLength: 8 }), runs(15, 50))
      for (const waves of patterns) {
        const { moveBy, use } = manualClock()
        yield* use(Effect.gen(function*() {
          const rateLimiter = yield* RateLimiter.make({ limit: 20, window: "1 minute" })
          const arrivals: Array<number> = []
          let total = 0
          for (const [pause, journeys] of waves) {
            yield* moveBy(pause)
            yield* burst(rateLimiter, arrivals, journeys)
            total += journeys.length
          }
          yield* moveBy(40 * minute)
          assert.strictEqual(arrivals.length, total)
          assert.isAtMost(worstWindow(arrivals), 20)
        }))
      }
    }))

  it.scoped("occupies a place until a window after the response headers", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const arrivals: Array<number> = []
      yield* burst(rateLimiter, arrivals, [{ there: 300, back: 200 }, {}])
      yield* TestClock.adjust("60499 millis")
      assert.deepStrictEqual(arrivals, [300])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(arrivals, [300, 60_500])
    }))

  it.scoped("lets nobody else start while a request has no response", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 2, window: "1 minute" })
      const arrivals: Array<number> = []
      const slow = yield* rateLimiter.acquire("user")
      yield* burst(rateLimiter, arrivals, instantly(3))
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(arrivals, [0, minute, 2 * minute])
      yield* burst(rateLimiter, arrivals, instantly(2))
      yield* TestClock.adjust("1 minute")
      yield* slow.complete
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(arrivals.length, 5)
    }))

  it.scoped("lets the next request start instead of an interrupted one", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const arrivals: Array<number> = []
      yield* request(rateLimiter, arrivals)
      const first = yield* Effect.fork(request(rateLimiter, arrivals))
      const second = yield* Effect.fork(request(rateLimiter, arrivals))
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(second)
      assert.deepStrictEqual(arrivals, [0, minute])
    }))

  it.scoped("frees the place of a released permit at once", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const permit = yield* rateLimiter.acquire("user")
      const next = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* Effect.yieldNow()
      yield* permit.release
      yield* TestClock.adjust(0)
      const second = Option.getOrThrow(yield* Fiber.poll(next))
      yield* Effect.flatMap(second, ({ release }) => release)
      const third = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust(0)
      assert.isTrue(Option.isSome(yield* Fiber.poll(third)))
    }))

  it.scoped("gives a permit at once or none, which leaves nothing behind", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 2, window: "1 minute" })
      const tryAcquire = rateLimiter.tryAcquire!("user")
      const first = Option.getOrThrow(yield* tryAcquire)
      const second = Option.getOrThrow(yield* tryAcquire)
      assert.isTrue(Option.isNone(yield* tryAcquire))
      yield* first.release
      const third = Option.getOrThrow(yield* tryAcquire)
      yield* Effect.all([second.complete, third.complete])
      const waiting = yield* Effect.fork(rateLimiter.acquire("background"))
      yield* TestClock.adjust("59 seconds")
      assert.isTrue(Option.isNone(yield* tryAcquire))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(waiting)
      assert.isTrue(Option.isSome(yield* tryAcquire))
      assert.isTrue(Option.isNone(yield* tryAcquire))
    }))

  it.scoped("gives no permit past a request that waits, nor during a cooldown", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const tryAcquire = rateLimiter.tryAcquire!("urgent")
      yield* rateLimiter.cooldown("10 seconds")
      assert.isTrue(Option.isNone(yield* tryAcquire))
      const order: Array<string> = []
      const waiting = yield* Effect.fork(enter(rateLimiter, order, "background"))
      yield* Effect.yieldNow()
      assert.isTrue(Option.isNone(yield* tryAcquire))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(order, ["background"])
    }))

  it.scoped("ends a permit only once", () =>
    Effect.gen(function*() {
      const ends: ReadonlyArray<(permit: RateLimiter.Permit) => Effect.Effect<void>> = [
        ({ complete }) => Effect.zipRight(complete, complete),
        ({ complete, release }) => Effect.zipRight(complete, release),
        ({ release }) => Effect.zipRight(release, release),
        ({ complete, release }) => Effect.zipRight(release, complete)
      ]
      for (const [index, end] of ends.entries()) {
        const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
        const startedAt = yield* Clock.currentTimeMillis
        yield* Effect.flatMap(rateLimiter.acquire("user"), end)
        const arrivals: Array<number> = []
        yield* burst(rateLimiter, arrivals, instantly(2))
        yield* TestClock.adjust("3 minutes")
        // Completed permits occupy their place for a window, released ones do not. Neither frees a second place.
        const first = index < 2 ? minute : 0
        assert.deepStrictEqual(arrivals.map((at) => at - startedAt), [first, first + minute])
      }
    }))

  it.scoped("blocks new requests during a cooldown, which never gets shorter", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 60, window: "1 minute" })
      const arrivals: Array<number> = []
      yield* rateLimiter.cooldown("30 seconds")
      yield* rateLimiter.cooldown("10 seconds")
      yield* burst(rateLimiter, arrivals, instantly(2))
      yield* TestClock.adjust("29 seconds")
      assert.deepStrictEqual(arrivals, [])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(arrivals, [30_000, 30_000])
    }))

  it.scoped("blocks requests that already wait when a cooldown begins", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const arrivals: Array<number> = []
      yield* burst(rateLimiter, arrivals, instantly(2))
      yield* TestClock.adjust("50 seconds")
      yield* rateLimiter.cooldown("30 seconds")
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(arrivals, [0, 80_000])
    }))
})

describe("RateLimiter, the order of waiting requests", () => {
  it.scoped("prefers the sign-in to users and users to polling, which waits one window longer at most", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const order: Array<string> = []
      yield* enter(rateLimiter, order, "user", "first")
      for (
        const [name, priority] of [
          ["poll", "background"],
          ["user 1", "user"],
          ["user 2", "user"],
          ["user 3", "user"],
          ["sign-in", "urgent"]
        ] as const
      ) {
        yield* Effect.fork(enter(rateLimiter, order, priority, name))
        yield* Effect.yieldNow()
      }
      // The poll is overdue, and three users are fewer than the four that go before it.
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(order, ["first", "sign-in", "user 1", "user 2", "user 3", "poll"])
    }))

  it.scoped("prefers retries to first attempts", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const order: Array<string> = []
      yield* enter(rateLimiter, order, "user", "first")
      for (const priority of ["user", "retry"] as const) {
        yield* Effect.fork(enter(rateLimiter, order, priority))
        yield* Effect.yieldNow()
      }
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(order, ["first", "retry", "user"])
    }))

  it.scoped("gives user requests four of five places beside 120 pollers that never stop", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 60, window: "1 minute" })
      const order: Array<string> = []
      const pollers = yield* Effect.fork(
        Effect.all(Array.from({ length: 120 }, () => Effect.forever(enter(rateLimiter, order, "background"))), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(order.length, 60)
      yield* Effect.fork(
        Effect.all(Array.from({ length: 100 }, () => enter(rateLimiter, order, "user")), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("4 minutes")
      yield* Fiber.interrupt(pollers)
      const places = order.slice(60)
      for (let from = 0; from < 125; from += 5) {
        assert.strictEqual(places.slice(from, from + 5).filter((name) => name === "user").length, 4)
      }
      assert.strictEqual(places.filter((name) => name === "user").length, 100)
      assert.strictEqual(places.length, 240)
    }))

  it.scoped("gives polling one of five places beside users that never stop", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 60, window: "1 minute" })
      const order: Array<string> = []
      const running = yield* Effect.fork(
        Effect.all(
          Array.from({ length: 240 }, (_, index) =>
            Effect.forever(enter(rateLimiter, order, index < 120 ? "user" : "background"))),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("5 minutes")
      yield* Fiber.interrupt(running)
      // Nobody has waited in the first minute.
      const places = order.slice(60)
      assert.strictEqual(places.length, 300)
      assert.strictEqual(
        places.filter((name) =>
          name === "background"
        ).length,
        60
      )
    }))
})

describe("RateLimiter, in special cases", () => {
  it.effect("interrupts waiting requests when its scope closes", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const rateLimiter = yield* Scope.extend(RateLimiter.make({ limit: 1, window: "1 minute" }), scope)
      const permit = yield* rateLimiter.acquire("user")
      const before = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust("1 second")
      yield* Scope.close(scope, Exit.void)
      const after = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust("1 second")
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(before)))
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(after)))
      // What was on its way may still end.
      yield* permit.release
      yield* rateLimiter.acquire("user")
    }))

  it.scoped("reuses a permit that is released during a cooldown", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const arrivals: Array<number> = []
      const permit = yield* rateLimiter.acquire("user")
      const next = yield* Effect.fork(request(rateLimiter, arrivals))
      yield* TestClock.adjust("1 second")
      yield* rateLimiter.cooldown("5 seconds")
      yield* permit.release
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(next)
      assert.deepStrictEqual(arrivals, [6000])
    }))

  it.scoped("frees the place of a request that is interrupted just after its turn has come", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const permit = yield* rateLimiter.acquire("user")
      const next = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust("1 second")
      // The place is granted in this step, and the interruption comes before the other fiber runs.
      yield* Effect.zipRight(permit.release, Effect.sync(() => next.unsafeInterruptAsFork(FiberId.none)))
      yield* Fiber.await(next)
      const third = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust(0)
      assert.isTrue(Option.isSome(yield* Fiber.poll(third)))
    }))

  it.scoped("lets the next request start when the end of one is interrupted halfway", () =>
    Effect.gen(function*() {
      const rateLimiter = yield* RateLimiter.make({ limit: 1, window: "1 minute" })
      const permit = yield* rateLimiter.acquire("user")
      const next = yield* Effect.fork(rateLimiter.acquire("user"))
      yield* TestClock.adjust("1 second")
      const clock = yield* Effect.clock
      // The interruption arrives while the permit looks at the clock, before a timer is set for the next request.
      const ending = yield* Effect.fork(Effect.withFiberRuntime<void>((fiber) => {
        const interrupting: Clock.Clock = {
          ...clock,
          unsafeCurrentTimeNanos: () => {
            fiber.unsafeInterruptAsFork(FiberId.none)
            return clock.unsafeCurrentTimeNanos()
          },
          unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis(),
          sleep: (duration) => clock.sleep(duration)
        }
        return Effect.withClock(permit.complete, interrupting)
      }))
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(ending)))
      yield* TestClock.adjust("1 minute")
      assert.isTrue(Option.isSome(yield* Fiber.poll(next)))
    }))

  it.scoped("lets no request through by a rounding error", () =>
    Effect.gen(function*() {
      // At the second instant `now - window` is below the first one, and `first + window` is not above `now`.
      const [first, second] = [988_576.005, 1_048_576.005]
      assert.isTrue(first > second - minute && first + minute <= second)
      const { moveTo, settle, use } = manualClock(first)
      yield* use(Effect.gen(function*() {
        const rateLimiter = yield* RateLimiter.make({ limit: 2, window: "1 minute" })
        const completed = yield* rateLimiter.acquire("user")
        const unsent = yield* rateLimiter.acquire("user")
        yield* completed.complete
        let granted = 0
        const grant = Effect.map(rateLimiter.acquire("user"), () => granted++)
        const waiting = yield* Effect.fork(
          Effect.all(Array.from({ length: 10 }, () => grant), { concurrency: "unbounded" })
        )
        yield* settle
        // At this instant, before the timer has run.
        const move = yield* Effect.fork(moveTo(second))
        yield* unsent.release
        yield* Fiber.join(move)
        assert.strictEqual(granted, 2)
        yield* Fiber.interrupt(waiting)
      }))
    }))

  it.scoped("has little work with 20,000 waiting requests and their interruption", () =>
    Effect.gen(function*() {
      const count = 20_000
      const { options, work } = countingLimit(1)
      const rateLimiter = yield* RateLimiter.make(options)
      const arrivals: Array<number> = []
      yield* request(rateLimiter, arrivals)
      const waiting = yield* Effect.forEach(
        Array.from({ length: count }),
        () => Effect.fork(request(rateLimiter, arrivals))
      )
      const last = yield* Effect.fork(request(rateLimiter, arrivals))
      yield* TestClock.adjust("1 second")
      assert.isAtMost(work.reads, 2 * count + 10)
      work.reads = 0
      yield* Fiber.interruptAll(waiting)
      assert.isAtMost(work.reads, 10)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(last)
      assert.isAtMost(work.reads, 20)
      assert.deepStrictEqual(arrivals, [0, minute])
    }))

  it.scoped("is not slowed down by 60,000 completed requests", () =>
    Effect.gen(function*() {
      const count = 20_000
      const { options, work } = countingLimit(count)
      const rateLimiter = yield* RateLimiter.make(options)
      const once = Effect.flatMap(rateLimiter.acquire("user"), ({ complete }) => complete)
      for (let round = 1; round <= 3; round++) {
        yield* Effect.repeatN(once, count - 1)
        // One more has to wait: all places are occupied, and each acquire has looked once.
        const next = yield* Effect.fork(once)
        yield* TestClock.adjust("59 seconds")
        assert.isAtMost(work.reads, round * (count + 10))
        assert.isNull(next.unsafePoll())
        yield* Fiber.interrupt(next)
        yield* TestClock.adjust("1 second")
      }
      yield* once
    }))
})

describe("the client under its rate limiter", () => {
  it.effect("counts all requests, the exchange of the token included", () => {
    const { issue } = issuer()
    const sent: Array<HttpRequest> = []
    const minutes = runs(3, 10)
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(
        Effect.all(Array.from({ length: 60 * minutes }, () => send()), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust(minutes * minute)
      yield* Fiber.join(fiber)
      const starts = sent.map(({ at }) => at)
      assert.strictEqual(starts.length, 60 * minutes + 1)
      assert.strictEqual(worstWindow(starts), 60)
      assert.strictEqual(starts[60 * minutes], minutes * minute)
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

  it.effect("pauses all other requests for as long as a 429 asks, also when its own call does not wait for that", () => {
    const sent: Array<HttpRequest> = []
    return Effect.gen(function*() {
      const impatient = RetryPolicy.withRetryPolicy(send({ path: "/throttled" }), { maxRetryAfter: "1 second" })
      const error = yield* Effect.flip(impatient)
      assert.strictEqual(error._tag, "RateLimited")
      const other = yield* Effect.fork(send({ path: "/other" }))
      yield* TestClock.adjust("31 seconds")
      yield* Fiber.join(other)
      assert.deepStrictEqual(sent.map(({ at }) => at), [0, 30_000])
    }).pipe(
      Effect.provide(
        pipeline(
          sent,
          ({ path }) =>
            path.endsWith("/throttled") ? { status: 429, headers: { "retry-after": "30" }, body: "" } : json({}),
          { bearer: "bearer" }
        )
      )
    )
  })

  const bearer = { bearer: "bearer", rateLimit: 1 }

  /** The paths of the requests, with their seconds. */
  const log = (sent: ReadonlyArray<HttpRequest>) =>
    sent.map(({ at, path }) => `${path.slice(path.lastIndexOf("/") + 1)} ${Math.floor(at / 1000)}`)

  it.effect("sends the retry of a user request before other user requests, and that of a background request after", () => {
    const sent: Array<HttpRequest> = []
    const failed = new Set<string>()
    return Effect.gen(function*() {
      for (const path of ["/first", "/second"]) {
        yield* Effect.fork(send({ path }))
        yield* TestClock.adjust("1 second")
      }
      yield* TestClock.adjust("3 minutes")
      yield* Effect.fork(RateLimiter.withPriority(send({ path: "/poll" }), "background"))
      // The retry waits for less than a window, so it is not overdue when a place is free.
      yield* TestClock.adjust("1 second")
      yield* Effect.fork(send({ path: "/third" }))
      yield* TestClock.adjust("3 minutes")
      assert.deepStrictEqual(
        log(sent),
        ["first 0", "first 60", "second 120", "poll 182", "third 242", "poll 302"]
      )
    }).pipe(
      Effect.provide(pipeline(sent, ({ path }) => {
        if (failed.has(path) || /second|third/.test(path)) return json({})
        failed.add(path)
        return { status: 503 }
      }, bearer))
    )
  })

  it.effect("frees the place of a request that never left at once, and that of a lost one after a window", () => {
    const sent: Array<HttpRequest> = []
    const failures = ["ECONNREFUSED", "ENOTFOUND", "ECONNRESET"]
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(send())
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(sent.length, 3)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.strictEqual(sent[3]!.at, sent[2]!.at + minute)
    }).pipe(
      Effect.provide(pipeline(sent, () => {
        const code = failures.shift()
        return code === undefined ? json({}) : broken(code)
      }, bearer))
    )
  })

  it.effect("occupies the place of an interrupted request for a window, since it may have arrived", () => {
    const sent: Array<HttpRequest> = []
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(send())
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(fiber)
      yield* Effect.fork(send({ path: "/next" }))
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(log(sent), ["my-app 0", "next 70"])
    }).pipe(
      Effect.provide(
        pipeline(sent, ({ path }) => path.endsWith("my-app") ? Effect.never : json({}), bearer)
      )
    )
  })
})
