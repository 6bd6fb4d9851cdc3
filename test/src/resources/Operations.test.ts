import { layer, Operation, type OperationRef, Operations } from "@effect-scalingo/core/Operations"
import { isScalingoError } from "@effect-scalingo/core/ScalingoError"
import { OperationFailed, WaitTimeout } from "@effect-scalingo/core/WaitError"
import { assert, describe, it } from "@effect/vitest"
import {
  Chunk,
  Deferred,
  Effect,
  Either,
  Exit,
  Fiber,
  Layer,
  Option,
  Random,
  Ref,
  Schema,
  Stream,
  TestClock
} from "effect"
import {
  type ApiCall,
  fakeApis,
  type FakeResponse,
  inOrder,
  notFound,
  type RespondCall,
  serverError
} from "../fakePlatform.js"

const ref: OperationRef = { app: "my-app", operationId: "op-1", region: "osc-secnum-fr1" }

const inState = (status: string, more: Record<string, unknown> = {}): FakeResponse => ({
  json: {
    operation: {
      id: "op-1",
      created_at: "2024-05-01T10:00:00.000Z",
      finished_at: null,
      status,
      type: "restart",
      ...more
    }
  }
})

const withApi = (sent: Array<ApiCall>, respond: RespondCall) =>
  Effect.provide(Layer.provide(layer, fakeApis(sent, respond)))

/** Removes the jitter: every random number is the middle of its range. */
const evenly = Effect.withRandom(Random.fixed([0.5]))

const gaps = (sent: ReadonlyArray<ApiCall>) => sent.slice(1).map(({ at }, i) => at - sent[i]!.at)

const wait = (options?: { readonly timeout?: number }) =>
  Effect.flatMap(Operations, (operations) => operations.await(ref, options))

const follow = Stream.unwrap(Effect.map(Operations, (operations) => operations.follow(ref)))

/** Runs an effect and advances the clock. */
const after = <A, E, R>(millis: number, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Effect.either(effect))
    yield* TestClock.adjust(millis)
    return yield* Fiber.join(fiber)
  })

describe("Operations.await", () => {
  it.effect("polls at once, then at growing intervals, and returns the finished operation", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const pending = Array.from({ length: 9 }, () => inState("running"))
      const operation = yield* after(120_000, evenly(wait())).pipe(
        withApi(sent, inOrder(...pending, inState("done", { finished_at: "2024-05-01T10:01:00.000Z" })))
      )
      assert.strictEqual(Either.getOrThrow(operation).status, "done")
      assert.deepStrictEqual(gaps(sent), [1000, 1500, 2250, 3375, 5063, 7594, 10_000, 10_000, 10_000])
      assert.strictEqual(sent[0]!.at, 0)
      assert.strictEqual(sent[0]!.path, "/apps/my-app/operations/op-1")
    }))

  it.effect("varies the intervals by a fifth at most", () =>
    Effect.gen(function*() {
      const ideal = [1000, 1500, 2250, 3375, 5062.5, 7593.75, 10_000]
      const run = (seed: string) =>
        Effect.gen(function*() {
          const sent: Array<ApiCall> = []
          yield* after(70_000, Effect.withRandom(wait({ timeout: 60_000 }), Random.make(seed))).pipe(
            withApi(sent, inOrder(inState("running")))
          )
          return gaps(sent).slice(0, ideal.length)
        })
      const one = yield* run("one")
      const two = yield* run("two")
      for (const times of [one, two]) {
        times.slice(0, -1).forEach((gap, i) => {
          assert.isAtLeast(gap, ideal[i]! * 0.8 - 1)
          assert.isAtMost(gap, ideal[i]! * 1.2 + 1)
        })
      }
      assert.notDeepEqual(one, two)
    }))

  it.effect("polls the region of the operation, with low priority", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      yield* withApi(sent, inOrder(inState("done")))(wait())
      assert.strictEqual(sent[0]!.region, "osc-secnum-fr1")
      assert.strictEqual(sent[0]!.priority, "background")
    }))

  it.effect("polls the current region when the reference has none", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      yield* Effect.flatMap(Operations, (operations) => operations.await({ ...ref, region: null })).pipe(
        withApi(sent, inOrder(inState("done")))
      )
      assert.isUndefined(sent[0]!.region)
    }))

  for (const status of ["error", "user-error", "cancelled"]) {
    it.effect(`fails with the operation when its status is ${status}`, () =>
      Effect.gen(function*() {
        const sent: Array<ApiCall> = []
        const error = yield* Effect.flip(wait()).pipe(
          withApi(sent, inOrder(inState(status, { error: "no room\n" })))
        )
        assert.instanceOf(error, OperationFailed)
        assert.strictEqual(error.operation.status, status)
        assert.strictEqual(error.app, "my-app")
        assert.include(error.message, "op-1")
        assert.include(error.message, "no room")
        assert.isFalse(isScalingoError(error))
      }))
  }

  it.effect("succeeds with the status `finished` of databases", () =>
    Effect.gen(function*() {
      const operation = yield* withApi([], inOrder(inState("finished")))(wait())
      assert.strictEqual(operation.status, "finished")
    }))

  it.effect("continues after a temporary failure", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const operation = yield* after(60_000, evenly(wait())).pipe(
        withApi(sent, inOrder(inState("pending"), serverError(), serverError(502), inState("done")))
      )
      assert.strictEqual(Either.getOrThrow(operation).status, "done")
      assert.strictEqual(sent.length, 4)
    }))

  it.effect("fails with a permanent failure", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const error = yield* Effect.flip(wait()).pipe(withApi(sent, inOrder(notFound("operation"))))
      assert.strictEqual(error._tag, "NotFound")
      assert.strictEqual(sent.length, 1)
    }))

  it.effect("fails after its timeout, right after a last poll", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const result = yield* after(30_000, evenly(wait({ timeout: 30_000 }))).pipe(
        withApi(sent, inOrder(inState("running")))
      )
      const error = Either.getOrThrow(Either.flip(result))
      assert.instanceOf(error, WaitTimeout)
      assert.strictEqual(error.status, "running")
      assert.strictEqual(error.last?.id, "op-1")
      assert.include(error.message, "30s")
      assert.include(error.message, "running")
      assert.strictEqual(sent.at(-1)!.at, 29_000)
    }))

  it.effect("waits 15 minutes by default", () =>
    Effect.gen(function*() {
      const result = yield* after(15 * 60_000, wait()).pipe(withApi([], inOrder(inState("running"))))
      assert.strictEqual(Either.getOrThrow(Either.flip(result))._tag, "WaitTimeout")
    }))

  it.effect("waits without end when the timeout is infinite", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.fork(wait({ timeout: Number.POSITIVE_INFINITY }))
      yield* TestClock.adjust("20 minutes")
      assert.isNull(fiber.unsafePoll())
      yield* Fiber.interrupt(fiber)
    }).pipe(withApi([], inOrder(inState("running")))))

  it.effect("fails after its timeout while a poll hangs, with the last failure", () =>
    Effect.gen(function*() {
      const result = yield* after(5000, wait({ timeout: 5000 })).pipe(
        withApi([], inOrder(serverError(), Effect.never))
      )
      const error = Either.getOrThrow(Either.flip(result))
      assert.instanceOf(error, WaitTimeout)
      assert.isUndefined(error.status)
      assert.strictEqual(error.lastFailure?._tag, "ServerError")
      assert.include(error.message, "down")
    }))

  it.effect("never polls twice at a time", () =>
    Effect.gen(function*() {
      const now = yield* Ref.make(0)
      const most = yield* Ref.make(0)
      const slow = Effect.gen(function*() {
        const running = yield* Ref.updateAndGet(now, (n) => n + 1)
        yield* Ref.update(most, (n) => Math.max(n, running))
        yield* Effect.sleep("25 seconds")
        yield* Ref.update(now, (n) => n - 1)
        return inState("running")
      })
      yield* after(10 * 60_000, wait({ timeout: 9 * 60_000 })).pipe(withApi([], () => slow))
      assert.strictEqual(yield* Ref.get(most), 1)
    }))

  it.effect("stops polling when it is interrupted", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(wait())
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.interrupt(fiber)
        const before = sent.length
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(sent.length, before)
      }).pipe(withApi(sent, inOrder(inState("running"))))
    }))

  it("fails with errors that can be encoded to JSON", () => {
    const operation = Schema.decodeUnknownSync(Operation)({
      id: "op-1",
      created_at: "2024-05-01T10:00:00.000Z",
      finished_at: null,
      status: "error",
      type: "restart",
      error: "no room"
    })
    const error = new OperationFailed({ app: "my-app", operation })
    const json = JSON.stringify(Schema.encodeSync(OperationFailed)(error))
    const back = Schema.decodeUnknownSync(OperationFailed)(JSON.parse(json))
    assert.strictEqual(back.message, error.message)
    assert.deepStrictEqual(back.operation, operation)
  })
})

describe("Operations.follow", () => {
  it.effect("emits each change once, and ends", () =>
    Effect.gen(function*() {
      const result = yield* after(60_000, Stream.runCollect(follow)).pipe(
        withApi(
          [],
          inOrder(
            inState("pending"),
            inState("pending"),
            serverError(),
            inState("running"),
            inState("running"),
            inState("running", { start_one_off_data: { attach_url: "https://one-off/1" } }),
            inState("done")
          )
        )
      )
      const states = Chunk.toReadonlyArray(Either.getOrThrow(result)).map(({ status }) => status)
      assert.deepStrictEqual(states, ["pending", "running", "running", "done"])
    }))

  it.effect("emits the final state before it fails", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const result = yield* after(
        60_000,
        Stream.runForEach(follow, ({ status }) => Effect.sync(() => seen.push(status)))
      ).pipe(withApi([], inOrder(inState("running"), inState("error", { error: "no room" }))))
      assert.deepStrictEqual(seen, ["running", "error"])
      assert.instanceOf(Either.getOrThrow(Either.flip(result)), OperationFailed)
    }))

  it.effect("stops polling when the consumer stops", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      yield* Stream.runDrain(Stream.take(follow, 1)).pipe(withApi(sent, inOrder(inState("pending"))))
      assert.strictEqual(sent.length, 1)
    }))
})

describe("Operations.exclusive", () => {
  const withOperations = <A, E>(f: (operations: typeof Operations.Service) => Effect.Effect<A, E>) =>
    Effect.flatMap(Operations, f).pipe(withApi([], inOrder(inState("done"))))

  it.effect("runs one effect at a time for an app, in order", () =>
    withOperations((operations) =>
      Effect.gen(function*() {
        const log: Array<string> = []
        const work = (name: string) =>
          Effect.gen(function*() {
            log.push(`${name} begins`)
            yield* Effect.sleep("1 minute")
            log.push(`${name} ends`)
          }).pipe(operations.exclusive("my-app"))
        const fiber = yield* Effect.fork(Effect.all([work("a"), work("b"), work("c")], { concurrency: "unbounded" }))
        yield* TestClock.adjust("3 minutes")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(log, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"])
      })
    ))

  it.effect("runs effects for two apps concurrently", () =>
    withOperations((operations) =>
      Effect.gen(function*() {
        const work = (app: string) => operations.exclusive(app)(Effect.sleep("1 minute"))
        const fiber = yield* Effect.fork(Effect.all([work("one"), work("two")], { concurrency: 2 }))
        yield* TestClock.adjust("1 minute")
        assert.isTrue(Exit.isSuccess(yield* Fiber.await(fiber)))
      })
    ))

  it.effect("releases the app after a failure and an interruption", () =>
    withOperations((operations) =>
      Effect.gen(function*() {
        yield* Effect.exit(operations.exclusive("my-app")(Effect.fail("no")))
        const inside = yield* Deferred.make<void>()
        const holder = yield* Effect.fork(
          operations.exclusive("my-app")(Effect.zipRight(Deferred.succeed(inside, undefined), Effect.never))
        )
        yield* Deferred.await(inside)
        const waiter = yield* Effect.fork(operations.exclusive("my-app")(Effect.void))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(waiter)
        yield* Fiber.interrupt(holder)
        const next = yield* Effect.fork(operations.exclusive("my-app")(Effect.succeed(1)))
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* Fiber.poll(next), Option.some(Exit.succeed(1)))
      })
    ))

  it.effect("is reentrant", () =>
    withOperations((operations) =>
      Effect.gen(function*() {
        const exclusive = operations.exclusive("my-app")
        assert.strictEqual(yield* exclusive(exclusive(exclusive(Effect.succeed(1)))), 1)
      })
    ))

  it.effect("does not include fibers that outlive it", () =>
    withOperations((operations) =>
      Effect.gen(function*() {
        const exclusive = operations.exclusive("my-app")
        const go = yield* Deferred.make<void>()
        const log: Array<string> = []
        const orphan = yield* exclusive(
          Effect.forkDaemon(
            Effect.zipRight(Deferred.await(go), exclusive(Effect.sync(() => log.push("orphan"))))
          )
        )
        const holder = yield* Effect.fork(
          exclusive(Effect.zipRight(
            Deferred.succeed(go, undefined),
            Effect.zipRight(Effect.sleep("1 minute"), Effect.sync(() => log.push("holder")))
          ))
        )
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(holder)
        yield* Fiber.join(orphan)
        assert.deepStrictEqual(log, ["holder", "orphan"])
      })
    ))
})
