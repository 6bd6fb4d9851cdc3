import { Apps, isNoChange, Operations } from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Stream, TestClock } from "effect"
import { as, failure, Fault, over, Sandbox, withScalingoUnlimited } from "./kit.js"

const scaled = (name: string, amounts: Readonly<Record<string, number>>) =>
  Effect.gen(function*() {
    const apps = yield* Apps
    const operations = yield* Operations
    const wanted = Object.entries(amounts).map(([name, amount]) => ({ name, amount }))
    const { operation } = yield* apps.scale(name, wanted)
    assert.isNotNull(operation)
    return yield* operations.await(operation)
  })

describe("end to end: apps", () => {
  it.effect("from the creation to the end", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const created = yield* apps.create({ name: "brand-new", stack_id: "st-scalingo-20" })
      assert.deepInclude(created, { name: "brand-new", status: "new", stack_id: "st-scalingo-20" })
      assert.deepInclude(created.owner, { username: "john" })
      const changed = yield* apps.update("brand-new", { force_https: true, stack_id: "st-scalingo-22" })
      assert.deepInclude(changed, { force_https: true, stack_id: "st-scalingo-22", router_logs: false })
      assert.deepStrictEqual(yield* apps.get(created.id), changed)
      const renamed = yield* apps.rename("brand-new", { current_name: "brand-new", new_name: "renamed-app" })
      assert.deepInclude(renamed, { id: created.id, name: "renamed-app" })
      assert.deepStrictEqual(
        (yield* apps.list).map(({ name }) => name),
        ["example-app", "another-app", "renamed-app"]
      )
      const wrong = yield* failure(apps.delete("renamed-app", { currentName: "other-name" }))
      assert.strictEqual(wrong._tag, "Unprocessable")
      yield* apps.delete("renamed-app", { currentName: "renamed-app" })
      assert.deepInclude(yield* failure(apps.get("renamed-app")), { _tag: "NotFound", resource: "app" })
    }).pipe(withScalingoUnlimited()))

  it.effect("children, page by page", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      for (let number = 1; number <= 5; number++) {
        const child = yield* apps.createChildApp("example-app", { name: `child-${number}` })
        assert.strictEqual(child.parent_app_name, "example-app")
      }
      yield* sandbox.clearRequests
      const children = yield* Stream.runCollect(apps.listChildApps("example-app", { perPage: 2 }))
      assert.deepStrictEqual(
        Array.from(children, ({ name }) => name),
        ["child-1", "child-2", "child-3", "child-4", "child-5"]
      )
      assert.strictEqual(yield* sandbox.countRequests(), 3)
      const page = yield* apps.listChildAppsPage("example-app", { page: 3, perPage: 2 })
      assert.deepStrictEqual(page.items.map(({ name }) => name), ["child-5"])
      assert.isEmpty((yield* apps.listChildAppsPage("another-app")).items)
    }).pipe(withScalingoUnlimited()))

  it.effect("given to a collaborator", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const stranger = yield* failure(apps.transfer("another-app", "alice@example.com", { currentName: "another-app" }))
      assert.strictEqual(stranger._tag, "Unprocessable")
      const given = yield* apps.transfer("example-app", "alice@example.com", { currentName: "example-app" })
      assert.strictEqual(given.owner.username, "alice")
      const gone = yield* failure(apps.delete("example-app", { currentName: "example-app" }))
      assert.deepInclude(gone, { _tag: "Forbidden", code: "owner-only" })
      yield* Effect.flatMap(Apps, (it) => it.delete("example-app", { currentName: "example-app" })).pipe(as("alice"))
      assert.strictEqual((yield* failure(apps.get("example-app")))._tag, "NotFound")
    }).pipe(withScalingoUnlimited()))

  it.effect("without a payment method there is one", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      yield* apps.create({ name: "first-app" })
      const error = yield* failure(apps.create({ name: "second-app" }))
      assert.strictEqual(error._tag, "PaymentRequired")
      assert.match("paymentUrl" in error ? error.paymentUrl ?? "" : "", /^https:\/\/.*\/billing\/payment$/)
    }).pipe(withScalingoUnlimited({ accounts: [{ username: "poor", paymentMethod: false }] })))
})

describe("end to end: containers and operations", () => {
  it.effect("scales, awaits, and knows when there is nothing to do", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const done = yield* scaled("example-app", { web: 3, worker: 1 }).pipe(over("1 minute"))
      assert.deepInclude(done, { type: "scale", status: "done" })
      assert.deepStrictEqual((yield* sandbox.app("example-app")).containers, ["web-1", "web-2", "web-3", "worker-1"])
      const running = yield* apps.listContainers("example-app")
      assert.deepStrictEqual(running.map(({ type, type_index }) => `${type}-${type_index}`), [
        "web-1",
        "web-2",
        "web-3",
        "worker-1"
      ])
      assert.deepStrictEqual(
        (yield* apps.listContainerTypes("example-app")).map(({ amount, name, size }) => [name, amount, size]),
        [["web", 3, "M"], ["worker", 1, "M"]]
      )
      assert.isTrue(isNoChange(yield* failure(apps.scale("example-app", [{ name: "web", amount: 3 }]))))
      const never = yield* apps.scale("another-app", [{ name: "web", amount: 2 }])
      assert.isNull(never.operation)
      assert.strictEqual(never.containers[0]?.amount, 2)
      assert.strictEqual((yield* apps.stats("example-app")).length, 4)
    }).pipe(withScalingoUnlimited()))

  it.effect("where nothing to do is a plain success, there is no operation", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const same = yield* apps.scale("example-app", [{ name: "web", amount: 1 }])
      assert.isNull(same.operation)
    }).pipe(withScalingoUnlimited(undefined, { sandbox: { unchangedScale: "ok" } })))

  it.effect("a restart is followed from state to state", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      const operation = yield* apps.restart("example-app", { scope: ["web"] })
      assert.deepInclude(operation, { app: "example-app", region: "osc-fr1" })
      assert.strictEqual((yield* apps.get("example-app")).status, "restarting")
      assert.strictEqual((yield* failure(apps.restart("example-app")))._tag, "Unprocessable")
      const states = yield* Stream.runCollect(operations.follow(operation)).pipe(over("1 minute"))
      assert.deepStrictEqual(Array.from(states, ({ status }) => status), ["pending", "running", "done"])
      const read = yield* operations.get(operation)
      assert.deepStrictEqual(read, Chunk.unsafeLast(states))
      assert.deepStrictEqual((yield* sandbox.app("example-app")).status, "running")
      // Twenty seconds in looks that grow apart: 0, 1, 2.5, 4.75 … and never two at a time.
      const looks = (yield* sandbox.requests).filter(({ path }) => path.includes("/operations/"))
      assert.isAtMost(looks.length, 10)
    }).pipe(withScalingoUnlimited()))

  it.effect("an operation that fails is a typed failure with its reason", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      yield* sandbox.failNextOperation("example-app", "web-1 did not boot")
      const operation = yield* apps.restart("example-app")
      const error = yield* failure(operations.await(operation)).pipe(over("1 minute"))
      assert.strictEqual(error._tag, "OperationFailed")
      assert.match(error.message, /restart.*example-app.*web-1 did not boot/)
      // The next one is not affected.
      const again = yield* apps.restart("example-app")
      assert.strictEqual((yield* operations.await(again).pipe(over("1 minute"))).status, "done")
    }).pipe(withScalingoUnlimited()))

  it.effect("a wait has its own end, and does not mind a platform that is down for a while", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      const operation = yield* apps.restart("example-app")
      const late = yield* failure(operations.await(operation, { timeout: "10 seconds" })).pipe(over("10 seconds"))
      assert.strictEqual(late._tag, "WaitTimeout")
      assert.strictEqual("status" in late && late.status, "running")

      yield* sandbox.inject({ on: { path: "/apps/:app/operations/:id" }, fault: Fault.status(503), times: 9 })
      const done = yield* operations.await(operation).pipe(over("3 minutes"))
      assert.strictEqual(done.status, "done")
    }).pipe(withScalingoUnlimited()))

  it.effect("one thing at a time for an app, in this process", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const operations = yield* Operations
      const restart = Effect.flatMap(apps.restart("example-app"), (operation) => operations.await(operation)).pipe(
        operations.exclusive("example-app")
      )
      const all = yield* Effect.fork(Effect.all([restart, restart, restart], { concurrency: 3 }))
      yield* TestClock.adjust("3 minutes")
      assert.deepStrictEqual((yield* Fiber.join(all)).map(({ status }) => status), ["done", "done", "done"])
    }).pipe(withScalingoUnlimited()))

  it.effect("one-offs run, detached or to be attached, are stopped and killed", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      const count = Effect.map(sandbox.app("example-app"), ({ containers }) => containers.length)

      const job = yield* apps.run("example-app", { command: "sleep 20", detached: true, env: { ONE: "1" } })
      assert.strictEqual(job.container.command, "sleep 20")
      const started = yield* operations.await(job.operation).pipe(over("10 seconds"))
      assert.deepInclude(started, { type: "start-one-off", status: "done" })
      assert.strictEqual(yield* count, 2)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* count, 1)

      const shell = yield* apps.run("example-app", { command: "bash", size: "L" })
      const attached = yield* operations.await(shell.operation).pipe(over("10 seconds"))
      assert.isDefined(attached.start_one_off_data?.attach_url)
      assert.notInclude(JSON.stringify(attached), "https://one-off")
      yield* apps.stopContainer("example-app", shell.container.id)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* count, 1)

      const before = (yield* apps.listContainers("example-app"))[0]!
      yield* apps.sendSignal("example-app", before.id, "SIGUSR1")
      assert.strictEqual((yield* apps.listContainers("example-app"))[0]?.id, before.id)
      yield* apps.sendSignal("example-app", before.id, "SIGTERM")
      assert.notStrictEqual((yield* apps.listContainers("example-app"))[0]?.id, before.id)
      assert.strictEqual((yield* failure(apps.sendSignal("example-app", "web-1", "SIGNONE")))._tag, "Unprocessable")
      assert.strictEqual((yield* failure(apps.stopContainer("example-app", "web-1")))._tag, "Unprocessable")
    }).pipe(withScalingoUnlimited()))

  it.effect("a fiber that waits can be interrupted, and asks no more", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const apps = yield* Apps
      const operations = yield* Operations
      const operation = yield* apps.restart("example-app")
      const fiber = yield* Effect.fork(operations.await(operation))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.interrupt(fiber)
      yield* sandbox.clearRequests
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* sandbox.countRequests(), 0)
      const read = yield* operations.get(operation)
      assert.strictEqual(read.status, "done")
    }).pipe(withScalingoUnlimited()))
})
