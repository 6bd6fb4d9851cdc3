import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Deferred, Effect, Exit, Fiber, Layer, Redacted, TestClock } from "effect"
import {
  Broken,
  isExchange,
  issuer,
  json,
  jwt,
  type Parts,
  pipeline,
  type Platform,
  request,
  type Seen
} from "./support.js"

const run = <A, E>(
  platform: Platform,
  effect: (seen: Array<Seen>) => Effect.Effect<A, E, Parts>,
  options: Parameters<typeof pipeline>[2] = {}
) => {
  const seen: Array<Seen> = []
  return effect(seen).pipe(Effect.provide(pipeline(seen, platform, { rateLimit: 1_000_000, ...options })))
}

/** Lets the fibers in the background do what they can do without time passing. */
const settle = TestClock.adjust(0)

const bearerOf = (seen: Seen) => seen.headers["authorization"]
const get = Effect.flatMap(TokenManager.TokenManager, (tokens) => tokens.get)

describe("TokenManager", () => {
  it.effect("exchanges the API token with an empty user name and no other", () => {
    const { issue } = issuer()
    return run((seen) => isExchange(seen) ? issue(seen) : json({}), (seen) =>
      Effect.gen(function*() {
        yield* request()
        assert.strictEqual(seen.length, 2)
        assert.strictEqual(seen[0]!.url.href, "https://auth.scalingo.com/v1/tokens/exchange")
        assert.match(bearerOf(seen[0]!)!, /^Basic Onr?/)
        assert.match(bearerOf(seen[1]!)!, /^Bearer eyJ/)
      }))
  })

  it.effect("hands out one bearer to 1,000 fibers that ask at once", () => {
    const { issue, state } = issuer()
    return run(
      (seen) => isExchange(seen) ? Effect.delay(Effect.succeed(issue(seen)), "2 seconds") : json({}),
      () =>
        Effect.gen(function*() {
          const fibers = yield* Effect.fork(
            Effect.all(Array.from({ length: 1000 }, () => get), { concurrency: "unbounded" })
          )
          yield* TestClock.adjust("3 seconds")
          const bearers = yield* Fiber.join(fibers)
          assert.strictEqual(new Set(bearers.map(Redacted.value)).size, 1)
          assert.strictEqual(state.exchanges, 1)
        })
    )
  })

  it.effect("serves the others when the caller that started the exchange is interrupted", () => {
    const { issue, state } = issuer()
    return run(
      (seen) => isExchange(seen) ? Effect.delay(Effect.succeed(issue(seen)), "2 seconds") : json({}),
      () =>
        Effect.gen(function*() {
          const first = yield* Effect.fork(get)
          yield* TestClock.adjust("1 second")
          const others = yield* Effect.fork(Effect.all([get, get], { concurrency: "unbounded" }))
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(first)
          yield* TestClock.adjust("1 second")
          assert.strictEqual((yield* Fiber.join(others)).length, 2)
          assert.strictEqual(state.exchanges, 1)
        })
    )
  })

  it.effect("does not remember a failed exchange", () => {
    const { issue, state } = issuer()
    let calls = 0
    return run(
      (seen) => isExchange(seen) ? (++calls === 1 ? json({ error: "bad token" }, 401) : issue(seen)) : json({}),
      () =>
        Effect.gen(function*() {
          const failed = yield* Effect.flip(get)
          assert.strictEqual(failed._tag, "Unauthorized")
          yield* get
          assert.strictEqual(state.exchanges, 1)
        })
    )
  })

  it.effect("fails all that wait for one failing exchange, with one exchange", () => {
    let calls = 0
    const platform: Platform = (seen) => {
      if (!isExchange(seen)) return json({})
      calls++
      return Effect.delay(Effect.succeed(json({ error: "no" }, 403)), "10 seconds")
    }
    return run(platform, () =>
      Effect.gen(function*() {
        const fiber = yield* Effect.fork(
          Effect.all(Array.from({ length: 20 }, () => Effect.exit(get)), { concurrency: "unbounded" })
        )
        yield* TestClock.adjust("10 seconds")
        const exits = yield* Fiber.join(fiber)
        assert.isTrue(exits.every(Exit.isFailure))
        assert.strictEqual(calls, 1)
      }))
  })

  it.effect("renews behind the callers from ten minutes before the end, and before them from five", () => {
    const { issue, state } = issuer()
    let slow = false
    const platform: Platform = (seen) =>
      !isExchange(seen) ? json({}) : slow ? Effect.delay(Effect.succeed(issue(seen)), "3 seconds") : issue(seen)
    return run(platform, () =>
      Effect.gen(function*() {
        const first = yield* get
        yield* TestClock.adjust("49 minutes")
        assert.strictEqual(yield* get, first)
        assert.strictEqual(state.exchanges, 1)
        slow = true
        yield* TestClock.adjust("2 minutes")
        assert.strictEqual(yield* get, first, "the old bearer while the new one is on its way")
        yield* TestClock.adjust("3 seconds")
        const second = yield* get
        assert.notStrictEqual(second, first)
        assert.strictEqual(state.exchanges, 2)
        yield* TestClock.adjust("56 minutes")
        const waiting = yield* Effect.fork(get)
        yield* TestClock.adjust("2 seconds")
        assert.isNull(yield* Fiber.poll(waiting).pipe(Effect.map((exit) => exit._tag === "None" ? null : exit)))
        yield* TestClock.adjust("1 second")
        assert.notStrictEqual(yield* Fiber.join(waiting), second)
        assert.strictEqual(state.exchanges, 3)
      }))
  })

  it.effect("keeps the old bearer when a renewal ahead of time fails, and does not hammer", () => {
    const { issue, state } = issuer()
    let calls = 0
    const platform: Platform = (seen) =>
      !isExchange(seen) ? json({}) : ++calls === 1 ? issue(seen) : json({ error: "x" }, 400)
    return run(platform, () =>
      Effect.gen(function*() {
        const first = yield* get
        yield* TestClock.adjust("51 minutes")
        for (let i = 0; i < 10; i++) {
          assert.strictEqual(yield* get, first)
          yield* settle
        }
        assert.strictEqual(calls, 2)
        yield* TestClock.adjust("10 seconds")
        yield* get
        yield* settle
        assert.strictEqual(calls, 3)
        assert.strictEqual(state.exchanges, 1)
      }))
  })

  it.effect("shrinks its margins for short lives", () => {
    const { issue, state } = issuer(120)
    return run((seen) => isExchange(seen) ? issue(seen) : json({}), () =>
      Effect.gen(function*() {
        const first = yield* get
        yield* TestClock.adjust("99 seconds")
        assert.strictEqual(yield* get, first)
        assert.strictEqual(state.exchanges, 1)
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* get, first)
        yield* settle
        assert.strictEqual(state.exchanges, 2, "renewed from a sixth of its life before the end")
      }))
  })

  it.effect("gives a bearer without exp 55 minutes", () => {
    let exchanges = 0
    const platform: Platform = (seen) => isExchange(seen) ? json({ token: jwt({ n: ++exchanges }) }) : json({})
    return run(platform, () =>
      Effect.gen(function*() {
        const first = yield* get
        yield* TestClock.adjust("45 minutes")
        assert.strictEqual(yield* get, first)
        yield* TestClock.adjust("6 minutes")
        assert.notStrictEqual(yield* get, first)
      }))
  })

  it.effect("does not care for the wall clock being set", () => {
    const { issue, state } = issuer()
    return Effect.gen(function*() {
      const clock = yield* Clock.clockWith(Effect.succeed)
      let shift = 0
      const shifted: Clock.Clock = Object.assign(Object.create(clock), {
        unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
        currentTimeNanos: clock.currentTimeNanos,
        unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + shift,
        currentTimeMillis: Effect.suspend(() => Effect.map(clock.currentTimeMillis, (millis) => millis + shift))
      })
      yield* run((seen) => isExchange(seen) ? issue(seen) : json({}), () =>
        Effect.gen(function*() {
          const first = yield* get
          shift = 5 * 3600_000
          assert.strictEqual(yield* get, first)
          shift = -5 * 3600_000
          assert.strictEqual(yield* get, first)
          assert.strictEqual(state.exchanges, 1)
          yield* TestClock.adjust("56 minutes")
          assert.notStrictEqual(yield* get, first)
        })).pipe(Effect.withClock(shifted))
    })
  })

  describe("a 401", () => {
    it.effect("on the current bearer makes one exchange and one replay, for a POST too", () => {
      const { issue, state } = issuer()
      const platform: Platform = (seen) =>
        isExchange(seen)
          ? issue(seen)
          : state.exchanges === 1
          ? json({ error: "expired" }, 401)
          : json({ ok: true }, 201)
      return run(platform, (seen) =>
        Effect.gen(function*() {
          yield* request({ method: "POST", body: { a: 1 } })
          assert.deepStrictEqual(seen.map(({ url }) => url.pathname), [
            "/v1/tokens/exchange",
            "/v1/apps/my-app",
            "/v1/tokens/exchange",
            "/v1/apps/my-app"
          ])
          assert.notStrictEqual(bearerOf(seen[1]!), bearerOf(seen[3]!))
        }))
    })

    it.effect("that comes again is Unauthorized", () => {
      const { issue, state } = issuer()
      return run(
        (seen) => isExchange(seen) ? issue(seen) : json({ error: "not a collaborator" }, 401),
        (seen) =>
          Effect.gen(function*() {
            const error = yield* Effect.flip(request())
            assert.strictEqual(error._tag, "Unauthorized")
            assert.strictEqual(state.exchanges, 2)
            assert.strictEqual(seen.length, 4)
            if (error._tag === "Unauthorized") assert.strictEqual(error.attempts, 2)
            yield* Effect.flip(request())
            assert.strictEqual(state.exchanges, 2, "a bearer that was just renewed for nothing is not renewed again")
            yield* TestClock.adjust("11 seconds")
            yield* Effect.flip(request())
            assert.strictEqual(state.exchanges, 3)
          })
      )
    })

    it.effect("for 50 calls at once makes one exchange", () => {
      const { issue, state } = issuer()
      const platform: Platform = (seen) =>
        isExchange(seen)
          ? Effect.delay(Effect.succeed(issue(seen)), "1 second")
          : Effect.delay(Effect.sync(() => bearerOf(seen)!.includes(jwtMark(1)) ? json({}, 401) : json({})), "1 second")
      return run(platform, () =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(
            Effect.all(Array.from({ length: 50 }, () => request()), { concurrency: "unbounded" })
          )
          yield* TestClock.adjust("10 seconds")
          yield* Fiber.join(fiber)
          assert.strictEqual(state.exchanges, 2)
        }))
    })

    it.effect("on a fixed bearer is Unauthorized at once", () =>
      run(() => json({ error: "no" }, 401), (seen) =>
        Effect.gen(function*() {
          assert.strictEqual((yield* Effect.flip(request()))._tag, "Unauthorized")
          assert.strictEqual(seen.length, 1)
        }), { bearer: "fixed-bearer" }))
  })

  it.effect("closes at once while an exchange hangs", () =>
    Effect.gen(function*() {
      const entered = yield* Deferred.make<void>()
      const layer = pipeline([], (seen) =>
        isExchange(seen) ? Effect.zipRight(Deferred.succeed(entered, void 0), Effect.never) : json({}))
      const fiber = yield* Effect.fork(Effect.provide(get, layer))
      yield* Deferred.await(entered)
      yield* Fiber.interrupt(fiber)
    }))

  it.effect("tries a failed exchange again when the connection was refused", () => {
    const { issue, state } = issuer()
    let calls = 0
    return run(
      (seen) => isExchange(seen) ? (++calls === 1 ? new Broken("ECONNREFUSED") : issue(seen)) : json({}),
      () =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(get)
          yield* TestClock.adjust("2 seconds")
          yield* Fiber.join(fiber)
          assert.strictEqual(state.exchanges, 1)
        })
    )
  })
})

/** A part of the bearer that the n-th exchange issues at time 0. */
const jwtMark = (n: number): string => {
  const iat = 1_700_000_000
  return jwt({ iat, exp: iat + 3600, n }).split(".")[1]!
}

describe("TokenManager.layerConfig", () => {
  it.effect("name the credential that is missing or cannot be one, and do not show it", () =>
    Effect.gen(function*() {
      const build = (variables: Record<string, string>) =>
        Effect.flip(Layer.build(
          TokenManager.layerConfig().pipe(
            Layer.provide(RateLimiter.layer),
            Layer.provide([ScalingoConfig.layer(), RetryPolicy.layerBudget, FetchHttpClient.layer])
          )
        )).pipe(
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
          Effect.scoped
        )
      assert.include(String(yield* build({})), "SCALINGO_API_TOKEN")
      const blanks = String(yield* build({ SCALINGO_API_TOKEN: "tk us s3cret" }))
      assert.include(blanks, "SCALINGO_API_TOKEN")
      assert.notInclude(blanks, "s3cret")
    }))
})
