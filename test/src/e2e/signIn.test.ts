import {
  Apps,
  layer,
  layerBearer,
  layerLogin,
  Regions,
  Tokens,
  Users,
  withRegion
} from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Cause, ConfigError, Effect, Exit, Fiber, Layer, Logger, Redacted, TestClock } from "effect"
import {
  exchanges,
  failure,
  Fault,
  over,
  requestsTo,
  Sandbox,
  type Seed,
  sent,
  signedIn,
  statuses,
  withScalingo,
  withScalingoUnlimited
} from "./kit.js"

const hour = 3_600_000

/** A program over a sandbox whose own services it signs in to by itself. */
const withSandbox = (seed?: Seed.Seed) => Effect.provide(Sandbox.layer(seed))

const twoRegions: Seed.Seed = {
  accounts: [{ username: "john" }],
  apps: [{ name: "app-paris" }, { name: "app-secnum", region: "osc-secnum-fr1" }]
}

describe("end to end: sign-in", () => {
  it.effect("a program that runs for hours never sees an old bearer", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      for (let minute = 0; minute < 180; minute += 5) {
        yield* apps.list
        yield* TestClock.adjust("5 minutes")
      }
      assert.deepStrictEqual(yield* statuses, { 200: 36 + 4 })
      // Ahead of the hour: a bearer with ten minutes left is still used, and exchanged meanwhile.
      const times = (yield* requestsTo("auth")).map(({ time }) => time / 60_000)
      assert.deepStrictEqual(times, [0, 50, 100, 150])
    }).pipe(withScalingo()))

  it.effect("a bearer that has expired before its time costs one exchange, and no call", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* apps.list
      yield* sandbox.expireBearers
      const names = yield* Effect.forEach(
        Array.from({ length: 20 }),
        () => Effect.map(apps.get("example-app"), ({ name }) => name),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(names.length, 20)
      assert.strictEqual(yield* exchanges, 2)
      const refused = (yield* statuses)["401"] ?? 0
      assert.isAtLeast(refused, 1)
      assert.isAtMost(refused, 20)

      yield* TestClock.adjust("1 minute")
      yield* sandbox.inject({ on: { api: "regional" }, fault: Fault.expiredBearer })
      yield* apps.list
      assert.strictEqual(yield* exchanges, 3)
    }).pipe(withScalingoUnlimited()))

  it.effect("a 401 that stays is Unauthorized, after one exchange and one try more", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      yield* apps.list
      yield* sandbox.clearRequests
      const error = yield* failure(apps.get("app-of-alice"))
      assert.strictEqual(error._tag, "Unauthorized")
      assert.deepStrictEqual(yield* sent, [
        "GET /apps/app-of-alice",
        "POST /tokens/exchange",
        "GET /apps/app-of-alice"
      ])
    }).pipe(withScalingoUnlimited({
      accounts: [{ username: "john" }, { username: "alice" }],
      apps: [{ name: "app-of-alice", owner: "alice" }]
    })))

  it.effect("an API token that is wrong is Unauthorized; one without a form never leaves", () =>
    Effect.gen(function*() {
      const wrong = Effect.provide(Effect.flatMap(Apps, (apps) => apps.list), signedIn({}, "nobody"))
      const error = yield* failure(wrong)
      assert.strictEqual(error._tag, "Unauthorized")
      assert.strictEqual("status" in error && error.status, 401)

      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.clearRequests
      const exit = yield* Effect.exit(Layer.launch(layer({ apiToken: Redacted.make("") })))
      const cause = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      assert.isTrue(ConfigError.isConfigError(cause))
      assert.match(String(cause), /apiToken/)
      assert.strictEqual(yield* sandbox.countRequests(), 0)
    }).pipe(withSandbox()))

  it.effect("a fixed bearer is used as it is, until its end", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const bearer = yield* sandbox.bearer("alice")
      yield* Effect.gen(function*() {
        const users = yield* Users
        assert.strictEqual((yield* users.self).username, "alice")
        yield* TestClock.adjust(hour - 1)
        assert.strictEqual((yield* users.self).username, "alice")
        yield* TestClock.adjust(1)
        assert.strictEqual((yield* failure(users.self))._tag, "Unauthorized")
      }).pipe(Effect.provide(layerBearer({ bearer })))
      assert.strictEqual(yield* exchanges, 0)
    }).pipe(withSandbox()))

  it.effect("a name and a password make an API token, which is exchanged", () =>
    Effect.gen(function*() {
      yield* Effect.gen(function*() {
        const users = yield* Users
        const tokens = yield* Tokens
        assert.strictEqual((yield* users.self).username, "john")
        assert.deepStrictEqual((yield* tokens.list).map(({ name }) => name), ["CLI", "ci"])
      }).pipe(
        Effect.provide(layerLogin({ login: "john", password: Redacted.make("john-password"), tokenName: "ci" }))
      )
      assert.deepStrictEqual((yield* sent).slice(0, 2), ["POST /tokens", "POST /tokens/exchange"])
    }).pipe(withSandbox()))

  it.effect("the API token of a login can be deleted when the scope closes", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const lines: Array<string> = []
      const logger = Logger.make(({ cause, message }) => {
        lines.push(`${String(message)}: ${Cause.pretty(cause)}`)
      })
      const login = { login: "john", password: Redacted.make("john-password"), deleteToken: true }
      const names = Effect.flatMap(Tokens, (tokens) => Effect.map(tokens.list, (list) => list.map(({ name }) => name)))
      const run = <A, E, R>(self: Effect.Effect<A, E, R>) =>
        Effect.provide(
          self,
          Layer.provideMerge(Layer.fresh(layerLogin(login)), Logger.replace(Logger.defaultLogger, logger))
        )
      assert.deepStrictEqual(yield* run(names), ["CLI", "effect-scalingo"])
      assert.deepStrictEqual(yield* Effect.provide(names, signedIn()), ["CLI"])
      // Also when nothing was called, when the program failed and when it was interrupted.
      yield* run(Effect.void)
      yield* Effect.exit(run(Effect.fail("no")))
      const fiber = yield* Effect.fork(run(Effect.never))
      yield* TestClock.adjust(1)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* Effect.provide(names, signedIn()), ["CLI"])
      assert.deepStrictEqual(lines, [])

      yield* sandbox.inject({ on: { method: "DELETE", path: "/tokens/:tokenId" }, fault: Fault.status(403) })
      assert.strictEqual(yield* run(Effect.succeed("value")), "value")
      assert.deepStrictEqual(yield* Effect.provide(names, signedIn()), ["CLI", "effect-scalingo"])
      assert.strictEqual(lines.length, 1)
      assert.match(lines[0]!, /^Scalingo: the API token \S+ was not deleted: Forbidden: Tokens\.delete .* returned 403/)
    }).pipe(withSandbox()))

  it.effect("with a second factor the login needs its code", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const login = { login: "jane", password: Redacted.make("jane-password") }
      const self = Effect.flatMap(Users, (users) => users.selfAuth)

      const without = yield* failure(Effect.provide(self, Layer.fresh(layerLogin(login))))
      assert.strictEqual(without._tag, "OtpRequired")
      const wrong = layerLogin({ ...login, otp: Effect.succeed(Redacted.make("654321")) })
      assert.strictEqual((yield* failure(Effect.provide(self, wrong)))._tag, "Unauthorized")
      const password = layerLogin({ ...login, password: Redacted.make("wrong") })
      assert.strictEqual((yield* failure(Effect.provide(self, password)))._tag, "Unauthorized")

      let asked = 0
      const otp = Effect.sync(() => {
        asked++
        return Redacted.make("123456")
      })
      assert.strictEqual((yield* Effect.provide(self, layerLogin({ ...login, otp }))).username, "jane")
      assert.strictEqual(asked, 1)
      const withoutFactor = layerLogin({ login: "john", password: Redacted.make("john-password"), otp })
      assert.strictEqual((yield* Effect.provide(self, withoutFactor)).username, "john")
      assert.strictEqual(asked, 1)
      assert.isEmpty(
        (yield* sandbox.requests).filter(({ headers }) => JSON.stringify(headers).includes("123456"))
      )
    }).pipe(withSandbox({ accounts: [{ username: "john" }, { username: "jane", otp: "123456" }] })))
})

describe("end to end: regions", () => {
  it.effect("two regions in one program", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const regions = yield* Regions
      const names = (yield* regions.list).map(({ name }) => name)
      assert.deepStrictEqual(names, ["osc-fr1", "osc-secnum-fr1"])
      const both = yield* Effect.forEach(names, (region) => withRegion(apps.list, region), { concurrency: 2 })
      assert.deepStrictEqual(both.map((list) => list.map(({ name, region }) => [name, region])), [
        [["app-paris", "osc-fr1"]],
        [["app-secnum", "osc-secnum-fr1"]]
      ])
      assert.strictEqual(yield* exchanges, 1)

      const elsewhere = yield* failure(apps.get("app-secnum"))
      assert.strictEqual(elsewhere._tag, "NotFound")
      assert.strictEqual("resource" in elsewhere && elsewhere.resource, "app")
      assert.match(elsewhere.message, /another region/)
      assert.strictEqual((yield* withRegion(apps.get("app-secnum"), "osc-secnum-fr1")).name, "app-secnum")
    }).pipe(withScalingo(twoRegions)))

  it.effect("the configured one is that of calls that choose none", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      assert.deepStrictEqual((yield* apps.list).map(({ name }) => name), ["app-secnum"])
      assert.deepStrictEqual((yield* withRegion(apps.list, "osc-fr1")).map(({ name }) => name), ["app-paris"])
    }).pipe(withScalingo(twoRegions, { client: { region: "osc-secnum-fr1" } })))

  it.effect("one that does not exist is a clear error that lists those that do", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const error = yield* failure(withRegion(apps.list, "osc-nowhere"))
      assert.deepInclude(error, { _tag: "InvalidRequest", field: "region" })
      assert.match(error.message, /osc-fr1, osc-secnum-fr1/)
      assert.match(error.message, /osc-nowhere/)
      assert.strictEqual(yield* sandbox.countRequests(({ api }) => api === "regional"), 0)
    }).pipe(withScalingo(twoRegions)))

  it.effect("regions that only the auth API knows are asked for once", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const list = withRegion(apps.list, "osc-new1")
      assert.deepStrictEqual((yield* list).map(({ name }) => name), ["app-new"])
      yield* Effect.all([list, list], { concurrency: 2 })
      assert.strictEqual(yield* sandbox.countRequests(({ path }) => path === "/regions"), 1)
    }).pipe(
      over("1 minute"),
      withScalingo({
        regions: ["osc-fr1", "osc-new1"],
        accounts: [{ username: "john" }],
        apps: [{ name: "app-new", region: "osc-new1" }]
      })
    ))
})
