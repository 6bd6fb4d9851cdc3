/**
 * Waits that share their polling: what a list tells postpones reads, and what is read decides. The statuses of apps in
 * these tests lag, lie and are missing.
 */
import { withRegion } from "@effect-scalingo/core/CurrentRegion"
import * as Deployments from "@effect-scalingo/core/Deployments"
import * as OperationsModule from "@effect-scalingo/core/Operations"
import type { OperationRefInput } from "@effect-scalingo/core/Operations"
import {
  AddonProviders,
  Addons,
  Apps,
  DedicatedDatabases,
  Domains,
  Environment,
  Operations
} from "@effect-scalingo/core/Scalingo"
import { Forbidden, ServerError } from "@effect-scalingo/core/ScalingoError"
import * as ScmRepoLinks from "@effect-scalingo/core/ScmRepoLinks"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Either, Exit, Fiber, Layer, Option, TestClock } from "effect"
import { over, Sandbox, Seed, withScalingo, withScalingoUnlimited } from "../e2e/kit.js"
import { type ApiCall, errorContext, fakeApis, json, type RespondCall, serverError } from "../fakePlatform.js"

const second = 1000
const minute = 60 * second
const pagination = {
  pagination: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_count: 5, per_page: 20 }
}
const created = "1970-01-01T00:00:00.000Z"

/** An operation of the app with the same number: `app-1` has `op-1`. It begins at 0. */
interface Work {
  /** When it ends, in milliseconds. */
  readonly end: number
  readonly type?: string
  readonly failed?: boolean
  /** What `GET /apps` says of the app; `undefined` leaves the status out. */
  readonly appStatus: (at: number) => string | null | undefined
}

/** The status of an app that is right. */
const honest = (end: number): Work => ({ end, appStatus: (at) => at < end ? "restarting" : "running" })

const platform = (works: ReadonlyArray<Work>, list?: RespondCall): RespondCall => (call) => {
  if (call.path === "/apps") {
    return list?.(call) ?? json({
      apps: works.map(({ appStatus }, index) => {
        const status = appStatus(call.at)
        return { id: `id-${index + 1}`, name: `app-${index + 1}`, ...(status === undefined ? {} : { status }) }
      })
    })
  }
  const id = call.path.split("-").at(-1) ?? ""
  const work = works[Number(id) - 1]!
  const isOver = call.at >= work.end
  return json({
    operation: {
      id: `op-${id}`,
      created_at: created,
      finished_at: isOver ? new Date(work.end).toISOString() : null,
      status: isOver ? work.failed === true ? "error" : "done" : "running",
      type: work.type ?? "restart"
    }
  })
}

const refOf = (work: Work, index: number): OperationRefInput => ({
  app: `app-${index + 1}`,
  operationId: `op-${index + 1}`,
  region: "osc-fr1",
  type: work.type ?? "restart"
})

/** Awaits the operations of all works at once. Each result has the time of its end. */
const awaitAll = (works: ReadonlyArray<Work>, ref = refOf) =>
  Effect.flatMap(
    Operations,
    (operations) =>
      Effect.forEach(works, (work, index) =>
        Effect.either(operations.await(ref(work, index), { timeout: "1 hour" })).pipe(
          Effect.zipWith(Clock.currentTimeMillis, (result, at) => ({ result, at }))
        ), { concurrency: "unbounded" })
  )

const overPlatform = (sent: Array<ApiCall>, respond: RespondCall) =>
  Effect.provide(Layer.provide(OperationsModule.layer, fakeApis(sent, respond)))

/** Runs an effect while the clock goes on for that long. */
const within = <A, E, R>(millis: number, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(millis)
    const exit = yield* Fiber.poll(fiber)
    assert.strictEqual(exit._tag, "Some", "the effect has not ended in time")
    return yield* Fiber.join(fiber)
  })

const settle = (works: ReadonlyArray<Work>, options: {
  readonly list?: RespondCall
  readonly ref?: typeof refOf
} = {}) =>
  Effect.gen(function*() {
    const sent: Array<ApiCall> = []
    const ends = yield* within(20 * minute, awaitAll(works, options.ref)).pipe(
      overPlatform(sent, platform(works, options.list))
    )
    const lists = sent.filter(({ path }) => path === "/apps")
    const reads = sent.filter(({ path }) => path !== "/apps")
    return { ends, sent, lists, reads, readsOf: (n: number) => reads.filter(({ path }) => path.endsWith(`op-${n}`)) }
  })

const times = <A>(count: number, make: (index: number) => A): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, index) => make(index))

describe("waits on operations of a region", () => {
  it.effect("share one list from three on, and read each operation once when its app is no longer busy", () =>
    Effect.gen(function*() {
      const { ends, lists, reads, sent } = yield* settle(times(12, () => honest(45 * second)))
      assert.isTrue(ends.every(({ result }) => Either.isRight(result)))
      // The first two began alone, with a read at once.
      assert.lengthOf(reads, 12 + 2)
      assert.isAtMost(lists.length, 12)
      assert.isTrue(ends.every(({ at }) => at >= 45 * second && at <= 55 * second))
      assert.isTrue(sent.every(({ priority }) => priority === "background"))
    }))

  it.effect("are polled one by one when there are only two", () =>
    Effect.gen(function*() {
      const { lists } = yield* settle(times(2, () => honest(45 * second)))
      assert.lengthOf(lists, 0)
    }))

  it.effect("of another region are not counted, and lists go to the region", () =>
    Effect.gen(function*() {
      const works = times(5, () => honest(45 * second))
      const ref: typeof refOf = (work, index) => ({
        ...refOf(work, index),
        region: index < 3 ? null : "osc-secnum-fr1"
      })
      const { lists } = yield* settle(works, { ref })
      assert.isAbove(lists.length, 0)
      assert.isTrue(lists.every(({ region }) => region === undefined))
      const sent: Array<ApiCall> = []
      yield* within(5 * minute, withRegion(awaitAll(works.slice(0, 3)), "osc-secnum-fr1")).pipe(
        overPlatform(sent, platform(works))
      )
      // The region of the reference wins.
      assert.isTrue(sent.every(({ region }) => region === "osc-fr1"))
    }))

  it.effect("fail one by one", () =>
    Effect.gen(function*() {
      const works = times(4, (index) => ({ ...honest(30 * second), failed: index === 2 }))
      const { ends } = yield* settle(works)
      assert.deepStrictEqual(
        ends.map(({ result }) => Either.isLeft(result) ? result.left._tag : "done"),
        ["done", "done", "OperationFailed", "done"]
      )
    }))

  it.effect("are not ended by an app that is not busy yet: its status may lag", () =>
    Effect.gen(function*() {
      const lagging: Work = {
        end: 45 * second,
        appStatus: (at) => at > 8 * second && at < 45 * second ? "restarting" : "running"
      }
      const { ends, reads } = yield* settle(times(10, () => lagging))
      assert.isTrue(ends.every(({ at, result }) => Either.isRight(result) && at >= 45 * second && at <= 55 * second))
      assert.isAtMost(reads.length, 10 * 4 + 2)
    }))

  it.effect("end within a minute and a little when the app looks busy for ever", () =>
    Effect.gen(function*() {
      const { ends, readsOf } = yield* settle(times(10, () => ({ end: 70 * second, appStatus: () => "restarting" })))
      assert.isTrue(ends.every(({ at, result }) => Either.isRight(result) && at <= (60 + 60 + 20) * second))
      assert.isAtMost(readsOf(10).length, 3)
    }))

  it.effect("are read at least once a minute while the app is busy", () =>
    Effect.gen(function*() {
      const { readsOf } = yield* settle(times(10, () => honest(6 * minute)))
      for (const n of [3, 7, 10]) {
        const instants = [0, ...readsOf(n).map(({ at }) => at)]
        // Ten reads keep a distance of 2 s.
        instants.slice(1).forEach((at, index) => assert.isAtMost(at - instants[index]!, 80 * second))
      }
    }))

  for (const [name, appStatus] of [["missing", undefined], ["null", null], ["new to us", "migrating"]] as const) {
    it.effect(`are read with growing delays when the status of the app is ${name}`, () =>
      Effect.gen(function*() {
        const { ends, readsOf } = yield* settle(times(6, () => ({ end: 90 * second, appStatus: () => appStatus })))
        assert.isTrue(ends.every(({ at, result }) => Either.isRight(result) && at <= 140 * second))
        assert.isAtMost(readsOf(5).length, 9)
      }))
  }

  it.effect("are read when an app is not listed", () =>
    Effect.gen(function*() {
      const { ends } = yield* settle(times(4, () => honest(20 * second)), { list: () => json({ apps: [] }) })
      assert.isTrue(ends.every(({ result }) => Either.isRight(result)))
    }))

  it.effect("find an app by its id as well", () =>
    Effect.gen(function*() {
      const ref: typeof refOf = (work, index) => ({ ...refOf(work, index), app: `id-${index + 1}` })
      const { reads } = yield* settle(times(8, () => honest(45 * second)), { ref })
      assert.lengthOf(reads, 8 + 2)
    }))

  it.effect("go on without the list when it is refused, and do not ask again soon", () =>
    Effect.gen(function*() {
      const refused = Effect.fail(new Forbidden({ ...errorContext, status: 403, detail: "no", body: "" }))
      const { ends, lists } = yield* settle(times(5, () => honest(90 * second)), { list: () => refused })
      assert.isTrue(ends.every(({ at, result }) => Either.isRight(result) && at <= 140 * second))
      assert.lengthOf(lists, 1)
    }))

  it.effect("send less while the platform is in trouble", () =>
    Effect.gen(function*() {
      const { ends, lists, reads } = yield* settle(times(10, () => honest(90 * second)), { list: () => serverError() })
      assert.isTrue(ends.every(({ at, result }) => Either.isRight(result) && at <= 150 * second))
      // No list says that an operation is over: each is read once a minute.
      assert.isAtMost(reads.length, 10 * 2 + 2)
      assert.isAtMost(lists.length, 20)
    }))

  it.effect("list no sooner than a list that failed asks for", () =>
    Effect.gen(function*() {
      const retryAfter = Duration.seconds(40)
      const busy = Effect.fail(new ServerError({ ...errorContext, status: 503, detail: "later", body: "", retryAfter }))
      const { ends, lists } = yield* settle(times(5, () => honest(90 * second)), {
        list: ({ at }) => at < minute ? busy : json({ apps: [] })
      })
      assert.isTrue(ends.every(({ at, result }) => Either.isRight(result) && at <= 110 * second))
      const [first = 0, next = 0, third = 0] = lists.map(({ at }) => at)
      assert.isAtLeast(next - first, 40 * second)
      assert.isAtLeast(third - next, 40 * second)
    }))

  it.effect("go on when the list has another form", () =>
    Effect.gen(function*() {
      const { ends, lists } = yield* settle(times(5, () => honest(90 * second)), { list: () => json({ apps: [7] }) })
      assert.isTrue(ends.every(({ result }) => Either.isRight(result)))
      assert.lengthOf(lists, 1)
    }))

  it.effect("on one-off containers never look at the status of the app", () =>
    Effect.gen(function*() {
      const oneOff: Work = { end: 12 * second, type: "start-one-off", appStatus: () => "restarting" }
      const { ends, lists } = yield* settle(times(5, () => oneOff))
      assert.lengthOf(lists, 0)
      assert.isTrue(ends.every(({ at }) => at <= 22 * second))
    }))

  it.effect("read first when the reference does not say what was started", () =>
    Effect.gen(function*() {
      const works = times(6, (index) =>
        index < 3
          ? { end: 12 * second, type: "start-one-off", appStatus: () => "restarting" }
          : honest(45 * second))
      const ref: typeof refOf = (work, index) => ({ ...refOf(work, index), type: undefined })
      const { ends, lists, readsOf } = yield* settle(works, { ref })
      assert.strictEqual(readsOf(6)[0]?.at, 0)
      assert.lengthOf(readsOf(6), 2)
      assert.isAbove(lists.length, 0)
      assert.isTrue(ends.slice(0, 3).every(({ at }) => at <= 22 * second))
    }))

  it.effect("expect the next operation to take as long as the last ones", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      let begun = 0
      const works = times(8, () => ({
        get end() {
          return begun + 50 * second
        },
        appStatus: (at: number) => at < begun + 50 * second ? "restarting" : "running"
      }))
      const program = Effect.gen(function*() {
        yield* awaitAll(works)
        begun = yield* Clock.currentTimeMillis
        sent.length = 0
        return yield* awaitAll(works)
      })
      const ends = yield* within(5 * minute, program).pipe(overPlatform(sent, platform(works)))
      assert.isTrue(ends.every(({ at }) => at - begun < 55 * second))
      assert.lengthOf(sent.filter(({ path }) => path === "/apps"), 1)
      assert.lengthOf(sent, 1 + 8)
    }))

  it.effect("send nothing more when they are interrupted", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const works = times(5, () => honest(10 * minute))
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(awaitAll(works))
        yield* TestClock.adjust("30 seconds")
        const exit = yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.isInterrupted(exit))
        const before = sent.length
        assert.isAbove(before, 0)
        yield* TestClock.adjust("10 minutes")
        assert.lengthOf(sent, before)
      }).pipe(overPlatform(sent, platform(works)))
    }))

  it.effect("fail with WaitTimeout, with what was read a second before", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const works = times(4, () => honest(10 * minute))
      const program = Effect.flatMap(Operations, (operations) =>
        Effect.forEach(works, (work, index) =>
          Effect.flip(operations.await(refOf(work, index), { timeout: "20 seconds" })), { concurrency: "unbounded" }))
      const errors = yield* within(minute, program).pipe(overPlatform(sent, platform(works)))
      for (const error of errors) {
        assert.deepInclude(error, { _tag: "WaitTimeout", status: "running" })
      }
      assert.strictEqual(sent.at(-1)?.at, 19 * second)
    }))
})

/** A step of the wait whose requests are counted. */
const requestsOf = (path: RegExp) =>
  Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => sandbox.countRequests((request) => request.method === "GET" && path.test(request.path))
  )

const forAll = <A, B, E, R>(items: ReadonlyArray<A>, f: (item: A) => Effect.Effect<B, E, R>) =>
  Effect.forEach(items, f, { concurrency: "unbounded" })

describe("waits on what one list tells of", () => {
  it.effect("addons of an app", () =>
    Effect.gen(function*() {
      const addons = yield* Addons
      const plans = yield* Effect.flatMap(AddonProviders, (providers) => providers.list())
      const made = yield* Effect.forEach(plans.slice(0, 5), (provider) =>
        addons.provision("example-app", { addon_provider_id: provider.id, plan_id: provider.plans?.[0]?.id ?? "" }))
      const running = yield* over("2 minutes")(forAll(made, ({ addon }) =>
        addons.await("example-app", addon.id)))
      assert.isTrue(running.every(({ status }) =>
        status === "running"
      ))
      assert.isAtMost(yield* requestsOf(/\/addons\/[^/]+$/), made.length + 2)
      assert.isAbove(yield* requestsOf(/\/addons$/), 0)
    }).pipe(withScalingoUnlimited()))

  it.effect("addons of an app that run already are found at once", () =>
    Effect.gen(function*() {
      const addons = yield* Addons
      const [provider] = yield* Effect.flatMap(AddonProviders, (providers) => providers.list())
      const plan = { addon_provider_id: provider?.id ?? "", plan_id: provider?.plans?.[0]?.id ?? "" }
      const { addon } = yield* addons.provision("example-app", plan)
      const ids = times(5, () => addon.id)
      yield* over("2 minutes")(forAll(ids, (id) => addons.await("example-app", id)))
      const begun = yield* Clock.currentTimeMillis
      const ends = yield* over("1 minute")(
        forAll(ids, (id) => Effect.zipRight(addons.await("example-app", id), Clock.currentTimeMillis))
      )
      assert.isTrue(ends.every((at) => at - begun <= 3 * second))
    }).pipe(withScalingoUnlimited()))

  it.effect("certificates of the domains of an app", () =>
    Effect.gen(function*() {
      const domains = yield* Domains
      const made = yield* Effect.forEach(["www", "api", "docs", "blog", "shop"], (name) =>
        domains.create("example-app", { name: `${name}.example.com` }))
      const issued = yield* over("5 minutes")(
        forAll(made, ({ id }) =>
          domains.awaitCertificate("example-app", id))
      )
      assert.isTrue(issued.every(({ letsencrypt }) => letsencrypt))
      assert.isAtMost(yield* requestsOf(/\/domains\/[^/]+$/), 2 * made.length + 2)
      assert.isAbove(yield* requestsOf(/\/domains$/), 0)
    }).pipe(withScalingoUnlimited()))

  it.effect("databases with dedicated resources of a region", () =>
    Effect.gen(function*() {
      const databases = yield* DedicatedDatabases
      const names = times(4, (index) => `my-database-${index}`)
      yield* Effect.forEach(names, (name) =>
        databases.create({ name, technology: "postgresql-ng", plan: "postgresql-dr-starter-4096" }))
      const running = yield* over("5 minutes")(forAll(names, (name) =>
        databases.await(name)))
      assert.isTrue(running.every(({ database }) => database.status === "running"))
      assert.isAbove(yield* requestsOf(/^\/databases$/), 0)
    }).pipe(withScalingoUnlimited()))

  it.effect("review apps of an app", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const reviewApp = (number: number, status: string) => ({
        id: `review-${number}`,
        repo_link_id: "link-1",
        app_id: "app-2",
        app_name: `my-app-pr${number}`,
        parent_app_id: "app-1",
        parent_app_name: "my-app",
        created_at: created,
        pull_request: {
          number,
          branch_name: "",
          title: "",
          url: "",
          html_url: "",
          ref: "",
          base_ref: "",
          created_at: created
        },
        last_deployment: {
          id: "dep-1",
          created_at: created,
          status,
          git_ref: "abc",
          pusher: { username: "scm", email: "" }
        }
      })
      const numbers = times(5, (index) => index + 1)
      const respond: RespondCall = ({ at }) =>
        json({ review_apps: numbers.map((number) => reviewApp(number, at < 50 * second ? "building" : "success")) })
      const deployed = yield* over("2 minutes")(
        Effect.flatMap(ScmRepoLinks.ScmRepoLinks, (links) =>
          forAll(numbers, (number) =>
            links.awaitReviewApp("my-app", number % 2 === 0 ? number : `review-${number}`)))
      ).pipe(Effect.provide(Layer.provide(ScmRepoLinks.layer, fakeApis(sent, respond))))
      assert.lengthOf(deployed, 5)
      assert.isAtMost(sent.length, 12 + numbers.length + 2)
    }))

  it.effect("deployments of an app, without WebSockets", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const ids = times(5, (index) => `dep-${index}`)
      const deployment = (id: string, at: number) => ({
        id,
        app_id: "app-1",
        created_at: created,
        status: at < 50 * second ? "building" : id === "dep-4" ? "build-error" : "success",
        git_ref: "abc",
        pusher: { id: "us-1", username: "john", email: "john@example.com" }
      })
      const respond: RespondCall = ({ at, path }) =>
        path.endsWith("/deployments")
          ? json({ deployments: ids.map((id) => deployment(id, at)), meta: pagination })
          : path.endsWith("/output")
          ? { text: "the output" }
          : json({ deployment: deployment(path.split("/").at(-1) ?? "", at) })
      const results = yield* over("2 minutes")(
        Effect.flatMap(Deployments.Deployments, (deployments) =>
          forAll(ids, (id) => Effect.either(deployments.await("my-app", id))))
      ).pipe(Effect.provide(Layer.provide(Deployments.layer, fakeApis(sent, respond))))
      assert.deepStrictEqual(
        results.map((result) =>
          Either.isLeft(result) ? result.left._tag : result.right.status
        ),
        ["success", "success", "success", "success", "DeploymentFailed"]
      )
      assert.isAtMost(sent.filter(({ path }) => /\/deployments\/[^/]+$/.test(path)).length, ids.length + 2)
    }))
})

describe("a batch of restarts at 60 requests a minute", () => {
  const duration = 60 * second
  const concurrency = 8

  it.effect("costs hardly more than its own requests, and no more time", () =>
    Effect.gen(function*() {
      const [apps, environment, operations] = yield* Effect.all([Apps, Environment, Operations])
      const sandbox = yield* Sandbox.Sandbox
      const names = (yield* sandbox.apps).map(({ name }) => name)
      const fiber = yield* Effect.fork(
        Effect.forEach(names, (name) =>
          Effect.gen(function*() {
            yield* environment.bulkUpdate(name, [{ name: "RELEASE", value: "2" }])
            yield* operations.await(yield* apps.restart(name))
          }), { concurrency, discard: true })
      )
      while (Option.isNone(yield* Fiber.poll(fiber))) yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(fiber)
      // One to set, one to restart, one to read. The first round does not know yet how long it will take.
      const needed = 3 * names.length
      const learning = 10
      assert.isAtMost(yield* sandbox.countRequests(), 1.1 * needed + learning)
      const rounds = Math.ceil(names.length / concurrency) * duration
      const least = Math.max(rounds, (needed / 60 - 1) * minute)
      assert.isAtMost(yield* Clock.currentTimeMillis, 1.05 * least + 5 * second)
      // Nothing is asked twice that is known.
      assert.strictEqual(yield* sandbox.countRequests(({ path }) => path === "/tokens/exchange"), 1)
      assert.strictEqual(yield* sandbox.countRequests(({ path }) => path === "/regions"), 0)
    }).pipe(
      withScalingo({ apps: Seed.fleet({ count: 40, prefix: "shop" }) }, {
        sandbox: { operationDuration: duration, logInterval: "never" }
      })
    ))
})
