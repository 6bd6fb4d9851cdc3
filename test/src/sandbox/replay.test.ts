/**
 * Changes that are made again in a new sandbox: the same state with the same ids, whoever has read what meanwhile.
 */
import { Addons, Apps, Databases, Deployments, Environment, Invoices, Logs } from "@effect-scalingo/core/Scalingo"
import { Sandbox } from "@effect-scalingo/core/testing"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Redacted, Stream, TestClock } from "effect"
import { withScalingoUnlimited } from "../e2e/kit.js"

/** Reads that sign URLs, and reads that create what nobody has looked at before. */
const look = Effect.gen(function*() {
  yield* Effect.flatMap(Logs, (logs) => Stream.runDrain(logs.read("example-app", { lines: 1 })))
  yield* Effect.flatMap(Invoices, ({ list }) => Stream.runDrain(list()))
  const [addon] = yield* Effect.flatMap(Addons, ({ list }) => list("example-app"))
  const { id } = yield* Effect.flatMap(Databases, ({ get }) => get({ app: "example-app", addonId: addon?.id ?? "" }))
  return id
})

/** Changes, with time and reads between them. */
const changeAll = Effect.gen(function*() {
  const apps = yield* Apps
  const deployments = yield* Deployments
  const environment = yield* Environment
  const pause = Effect.zipRight(look, TestClock.adjust("15 seconds"))
  yield* apps.create({ name: "created" })
  yield* pause
  yield* apps.restart("example-app")
  yield* pause
  // Refused: the app is busy.
  yield* Effect.flip(apps.scale("example-app", [{ name: "web", amount: 3 }]))
  yield* environment.create("created", { name: "RELEASE", value: "1" })
  yield* pause
  yield* deployments.create("created", { source_url: "https://example.com/v1.tar.gz" })
  yield* pause
  yield* apps.scale("example-app", [{ name: "web", amount: 2 }])
})

const start = Date.UTC(2026, 0, 1)
const unlimited = { requestLimit: "unlimited" } as const

/** Everything of a sandbox that has ids. */
const contentOf = (sandbox: Sandbox.SandboxService) =>
  Effect.all({ apps: sandbox.apps, events: sandbox.events(), next: sandbox.nextChange })

describe("changes of a sandbox", () => {
  it.effect("make the same state again, with what is under way", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(start)
      const changes: Array<Sandbox.Change> = []
      const onChange = (change: Sandbox.Change) => Effect.sync(() => void changes.push(change))
      yield* Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        yield* changeAll
        const before = yield* contentOf(sandbox)
        assert.isDefined(before.next)

        // As in a file.
        const kept: ReadonlyArray<Sandbox.Change> = JSON.parse(JSON.stringify(changes))
        const again = yield* Sandbox.make(undefined, { ...unlimited, startedAt: start })
        const statuses = yield* Effect.forEach(kept, again.replay)
        assert.deepStrictEqual(statuses, kept.map(({ status }) => status))
        assert.deepStrictEqual(yield* contentOf(again), before)

        yield* TestClock.adjust("5 minutes")
        const after = yield* contentOf(sandbox)
        assert.isUndefined(after.next)
        assert.notDeepEqual(after.apps, before.apps)
        assert.deepStrictEqual(yield* contentOf(again), after)
        assert.strictEqual(Redacted.value(again.token), Redacted.value(sandbox.token))
      }).pipe(withScalingoUnlimited(undefined, { sandbox: { ...unlimited, onChange } }))
    }))

  it.effect("are requests that change something, and no others", () =>
    Effect.gen(function*() {
      const changes: Array<Sandbox.Change> = []
      const onChange = (change: Sandbox.Change) => Effect.sync(() => void changes.push(change))
      yield* Effect.gen(function*() {
        yield* look
        const apps = yield* Apps
        yield* Effect.flip(apps.create({ name: "example-app" }))
        yield* apps.create({ name: "created" })
      }).pipe(withScalingoUnlimited(undefined, { sandbox: { ...unlimited, onChange } }))
      const made = changes.map(({ method, status, url }) => `${method} ${url} ${status}`)
        .filter((text) => !text.includes("token"))
      assert.deepStrictEqual(made, ["POST /api/osc-fr1/v1/apps 201"])
    }))
})

describe("what happens to requests", () => {
  it.effect("is told once, with the status and without secrets", () =>
    Effect.gen(function*() {
      const events: Array<Sandbox.RequestEvent> = []
      const onRequest = (event: Sandbox.RequestEvent) => Effect.sync(() => void events.push(event))
      yield* Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        yield* Effect.flatMap(Apps, ({ get }) => get("example-app"))
        assert.lengthOf(events, 2)
        assert.deepInclude(events[1], { _tag: "Responded", milliseconds: 0 })
        assert.deepInclude(events[1]?.request, { status: 200, path: "/apps/example-app" })
        assert.notInclude(JSON.stringify(events), Redacted.value(sandbox.token))
        // The log keeps the last one.
        assert.strictEqual(yield* sandbox.countRequests(), 1)
        assert.strictEqual(events[1]?.request.time, yield* Clock.currentTimeMillis)
      }).pipe(withScalingoUnlimited(undefined, { sandbox: { ...unlimited, onRequest, requestLogSize: 1 } }))
    }))
})
