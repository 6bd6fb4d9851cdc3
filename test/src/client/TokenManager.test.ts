import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as RetryPolicy from "@effect-scalingo/core/RetryPolicy"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import * as TokenManager from "@effect-scalingo/core/TokenManager"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Deferred, Effect, Exit, Fiber, Layer, Option, Redacted, TestClock } from "effect"
import {
  broken,
  type HttpRequest,
  isExchange,
  issuer,
  json,
  jwt,
  type Pipeline,
  pipeline,
  type RespondHttp,
  send
} from "../fakePlatform.js"

const run = <A, E>(
  respond: RespondHttp,
  effect: (sent: Array<HttpRequest>) => Effect.Effect<A, E, Pipeline>,
  options: Parameters<typeof pipeline>[2] = {}
) => {
  const sent: Array<HttpRequest> = []
  return effect(sent).pipe(Effect.provide(pipeline(sent, respond, { rateLimit: 1_000_000, ...options })))
}

/** Lets fibers in the background run without advancing the clock. */
const settle = TestClock.adjust(0)

const bearerOf = (request: HttpRequest) => request.headers["authorization"]
const get = Effect.flatMap(TokenManager.TokenManager, (tokens) => tokens.get)

describe("TokenManager", () => {
  it.effect("exchanges the API token once, as a password without a user name", () => {
    const { issue } = issuer()
    return run((request) => isExchange(request) ? issue(request) : json({}), (sent) =>
      Effect.gen(function*() {
        yield* send()
        assert.strictEqual(sent.length, 2)
        assert.strictEqual(sent[0]!.url.href, "https://auth.scalingo.com/v1/tokens/exchange")
        assert.match(bearerOf(sent[0]!)!, /^Basic Onr?/)
        assert.match(bearerOf(sent[1]!)!, /^Bearer eyJ/)
      }))
  })

  it.effect("shares one exchange between 1,000 concurrent fibers", () => {
    const { issue, state } = issuer()
    return run(
      (request) => isExchange(request) ? Effect.delay(Effect.succeed(issue(request)), "2 seconds") : json({}),
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

  it.effect("continues an exchange for the others when the fiber that started it is interrupted", () => {
    const { issue, state } = issuer()
    return run(
      (request) => isExchange(request) ? Effect.delay(Effect.succeed(issue(request)), "2 seconds") : json({}),
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

  it.effect("exchanges again after a failed exchange", () => {
    const { issue, state } = issuer()
    let calls = 0
    return run(
      (request) =>
        isExchange(request) ? (++calls === 1 ? json({ error: "bad token" }, 401) : issue(request)) : json({}),
      () =>
        Effect.gen(function*() {
          const failed = yield* Effect.flip(get)
          assert.strictEqual(failed._tag, "Unauthorized")
          yield* get
          assert.strictEqual(state.exchanges, 1)
        })
    )
  })

  it.effect("fails all waiting fibers after one failed exchange", () => {
    let calls = 0
    const respond: RespondHttp = (request) => {
      if (!isExchange(request)) return json({})
      calls++
      return Effect.delay(Effect.succeed(json({ error: "no" }, 403)), "10 seconds")
    }
    return run(respond, () =>
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

  it.effect("renews in the background from ten minutes before expiry, and makes callers wait from five", () => {
    const { issue, state } = issuer()
    let slow = false
    const respond: RespondHttp = (request) =>
      !isExchange(request)
        ? json({})
        : slow
        ? Effect.delay(Effect.succeed(issue(request)), "3 seconds")
        : issue(request)
    return run(respond, () =>
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

  it.effect("keeps the old bearer when an early renewal fails, and waits before the next one", () => {
    const { issue, state } = issuer()
    let calls = 0
    const respond: RespondHttp = (request) =>
      !isExchange(request) ? json({}) : ++calls === 1 ? issue(request) : json({ error: "x" }, 400)
    return run(respond, () =>
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

  it.effect("shortens the margins for short-lived bearers", () => {
    const { issue, state } = issuer(120)
    return run((request) => isExchange(request) ? issue(request) : json({}), () =>
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

  it.effect("assumes a lifetime of 55 minutes for a bearer without exp", () => {
    let exchanges = 0
    const respond: RespondHttp = (request) => isExchange(request) ? json({ token: jwt({ n: ++exchanges }) }) : json({})
    return run(respond, () =>
      Effect.gen(function*() {
        const first = yield* get
        yield* TestClock.adjust("45 minutes")
        assert.strictEqual(yield* get, first)
        yield* TestClock.adjust("6 minutes")
        assert.notStrictEqual(yield* get, first)
      }))
  })

  it.effect("does not depend on the wall clock", () => {
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
      yield* run((request) => isExchange(request) ? issue(request) : json({}), () =>
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
    it.effect("causes one exchange and one more attempt, also for a POST", () => {
      const { issue, state } = issuer()
      const respond: RespondHttp = (request) =>
        isExchange(request)
          ? issue(request)
          : state.exchanges === 1
          ? json({ error: "expired" }, 401)
          : json({ ok: true }, 201)
      return run(respond, (sent) =>
        Effect.gen(function*() {
          yield* send({ method: "POST", body: { a: 1 } })
          assert.deepStrictEqual(sent.map(({ url }) => url.pathname), [
            "/v1/tokens/exchange",
            "/v1/apps/my-app",
            "/v1/tokens/exchange",
            "/v1/apps/my-app"
          ])
          assert.notStrictEqual(bearerOf(sent[1]!), bearerOf(sent[3]!))
        }))
    })

    it.effect("fails with Unauthorized when it comes again with a new bearer", () => {
      const { issue, state } = issuer()
      return run(
        (request) => isExchange(request) ? issue(request) : json({ error: "not a collaborator" }, 401),
        (sent) =>
          Effect.gen(function*() {
            const error = yield* Effect.flip(send())
            assert.strictEqual(error._tag, "Unauthorized")
            assert.strictEqual(state.exchanges, 2)
            assert.strictEqual(sent.length, 4)
            if (error._tag === "Unauthorized") assert.strictEqual(error.attempts, 2)
            yield* Effect.flip(send())
            assert.strictEqual(state.exchanges, 2, "a bearer that was just renewed in vain is not renewed again")
            yield* TestClock.adjust("11 seconds")
            yield* Effect.flip(send())
            assert.strictEqual(state.exchanges, 3)
          })
      )
    })

    it.effect("for 50 concurrent calls of a revoked bearer causes one exchange and one replay each", () => {
      const { issue, state } = issuer()
      const respond: RespondHttp = (request) =>
        isExchange(request)
          ? Effect.delay(Effect.succeed(issue(request)), "1 second")
          : Effect.delay(
            Effect.sync(() => bearerOf(request)!.includes(jwtMark(1)) ? json({ error: "revoked" }, 401) : json({})),
            `${100 + 37 * Number(request.query["n"])} millis`
          )
      return run(respond, (sent) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(
            Effect.all(Array.from({ length: 50 }, (_, n) => send({ method: "POST", body: {}, query: { n } })), {
              concurrency: "unbounded"
            })
          )
          yield* TestClock.adjust("10 seconds")
          yield* Fiber.join(fiber)
          assert.strictEqual(state.exchanges, 2)
          const calls = sent.filter((request) => !isExchange(request))
          for (let n = 0; n < 50; n++) {
            const bearers = calls.filter(({ query }) => query["n"] === String(n)).map(bearerOf)
            assert.strictEqual(bearers.length, 2)
            assert.include(bearers[0], jwtMark(1))
            assert.notInclude(bearers[1], jwtMark(1))
          }
        }))
    })

    it.effect("for one app of somebody else leaves the bearer in use while the exchange is down", () => {
      const { issue } = issuer()
      let isDown = false
      const respond: RespondHttp = (request) =>
        isExchange(request)
          ? isDown
            ? Effect.delay(Effect.succeed(json({ error: "down" }, 503)), "2 seconds")
            : issue(request)
          : request.path.endsWith("/foreign")
          ? json({ error: "not a collaborator" }, 401)
          : json({})
      return run(respond, (sent) =>
        Effect.gen(function*() {
          const first = yield* get
          isDown = true
          const foreign = yield* Effect.fork(Effect.flip(send({ path: "/apps/foreign" })))
          yield* TestClock.adjust("1 second")
          yield* send()
          assert.isTrue((yield* Fiber.poll(foreign))._tag === "None", "waits for the exchange")
          assert.strictEqual(yield* get, first)
          yield* TestClock.adjust("2 minutes")
          const error = yield* Fiber.join(foreign)
          assert.deepInclude(error, { _tag: "Unauthorized", detail: "not a collaborator", attempts: 1 })
          yield* send()
          assert.strictEqual(yield* get, first)
          const own = sent.filter(({ path }) => path.endsWith("/my-app"))
          assert.deepStrictEqual(own.map(bearerOf), own.map(() => `Bearer ${Redacted.value(first)}`))
        }))
    })

    it.effect("for one app of somebody else does not disturb 50 other calls", () => {
      const { issue, state } = issuer()
      const respond: RespondHttp = (request) =>
        isExchange(request)
          ? Effect.delay(Effect.succeed(issue(request)), "5 seconds")
          : request.path.endsWith("/foreign")
          ? json({ error: "not a collaborator" }, 401)
          : json({})
      return run(respond, () =>
        Effect.gen(function*() {
          const signedIn = yield* Effect.fork(get)
          yield* TestClock.adjust("5 seconds")
          yield* Fiber.join(signedIn)
          const foreign = yield* Effect.fork(Effect.flip(send({ path: "/apps/foreign" })))
          yield* settle
          // The clock stands still, so none of these can wait for the exchange.
          yield* Effect.all(Array.from({ length: 50 }, () => send()), { concurrency: "unbounded" })
          assert.isTrue((yield* Fiber.poll(foreign))._tag === "None")
          yield* TestClock.adjust("5 seconds")
          assert.deepInclude(yield* Fiber.join(foreign), { _tag: "Unauthorized", attempts: 2 })
          assert.strictEqual(state.exchanges, 2)
        }))
    })

    it.effect("that comes again and again starts ever fewer exchanges", () => {
      const { issue, state } = issuer(10 * 24 * 3600)
      const respond: RespondHttp = (request) =>
        isExchange(request) ? issue(request) : json({ error: "not a collaborator" }, 401)
      const exchangesOfThree = Effect.gen(function*() {
        const before = state.exchanges
        for (let n = 0; n < 3; n++) assert.strictEqual((yield* Effect.flip(send()))._tag, "Unauthorized")
        return state.exchanges - before
      })
      return run(respond, () =>
        Effect.gen(function*() {
          yield* get
          assert.strictEqual(yield* exchangesOfThree, 1)
          for (const pause of [10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, 1800]) {
            yield* TestClock.adjust(`${pause - 1} seconds`)
            assert.strictEqual(yield* exchangesOfThree, 0, `one second before the end of ${pause} s`)
            yield* TestClock.adjust("1 second")
            assert.strictEqual(yield* exchangesOfThree, 1, `after ${pause} s`)
          }
        }))
    })

    it.effect("that comes while the exchange is down starts one exchange in ten seconds", () => {
      const { issue } = issuer()
      let isDown = false
      let refused = 0
      const respond: RespondHttp = (request) => {
        if (!isExchange(request)) return json({ error: "not a collaborator" }, 401)
        if (!isDown) return issue(request)
        refused++
        return json({ error: "down" }, 400)
      }
      return run(respond, () =>
        Effect.gen(function*() {
          yield* get
          isDown = true
          for (let seconds = 0; seconds < 60; seconds++) {
            assert.deepInclude(yield* Effect.flip(send()), { _tag: "Unauthorized", attempts: 1 })
            yield* TestClock.adjust("1 second")
          }
          assert.strictEqual(refused, 6)
        }))
    })

    it.effect("is healed at once after an ordinary renewal, although foreign ones have come before", () => {
      const { issue, state } = issuer()
      let revoked: string | undefined
      const respond: RespondHttp = (request) =>
        isExchange(request)
          ? issue(request)
          : request.path.endsWith("/foreign") || bearerOf(request) === revoked
          ? json({ error: "no" }, 401)
          : json({})
      return run(respond, () =>
        Effect.gen(function*() {
          yield* Effect.flip(send({ path: "/apps/foreign" }))
          yield* TestClock.adjust("51 minutes")
          yield* get
          yield* settle
          assert.strictEqual(state.exchanges, 3)
          revoked = `Bearer ${Redacted.value(yield* get)}`
          yield* send()
          assert.strictEqual(state.exchanges, 4)
        }))
    })

    it.effect("fails with Unauthorized at once for a fixed bearer", () =>
      run(() => json({ error: "no" }, 401), (sent) =>
        Effect.gen(function*() {
          assert.strictEqual((yield* Effect.flip(send()))._tag, "Unauthorized")
          assert.strictEqual(sent.length, 1)
        }), { bearer: "fixed-bearer" }))
  })

  it.effect("is released at once while an exchange hangs", () =>
    Effect.gen(function*() {
      const entered = yield* Deferred.make<void>()
      const layer = pipeline([], (request) =>
        isExchange(request) ? Effect.zipRight(Deferred.succeed(entered, void 0), Effect.never) : json({}))
      const fiber = yield* Effect.fork(Effect.provide(get, layer))
      yield* Deferred.await(entered)
      const ended = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("1 milli")
      assert.deepStrictEqual(
        Option.map(yield* Fiber.poll(ended), Exit.map(Exit.isInterrupted)),
        Option.some(Exit.succeed(true))
      )
    }))

  it.effect("retries an exchange whose connection is refused", () => {
    const { issue, state } = issuer()
    let calls = 0
    return run(
      (request) => isExchange(request) ? (++calls === 1 ? broken("ECONNREFUSED") : issue(request)) : json({}),
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

/** The claims of the bearer that the n-th exchange issues at time 0. */
const jwtMark = (n: number): string => {
  const iat = 1_700_000_000
  return jwt({ iat, exp: iat + 3600, n }).split(".")[1]!
}

describe("TokenManager.layerConfig", () => {
  it.effect("names the variable of a missing or malformed token, without showing it", () =>
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
