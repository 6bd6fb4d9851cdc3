import { CronTasks } from "@effect-scalingo/core/CronJob"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import { api, at, withSandbox } from "./sandboxClient.js"

describe("sandbox: cron tasks", () => {
  it.effect("run on schedule", () =>
    Effect.gen(function*() {
      const before = yield* api("GET", "/apps/example-app/cron_tasks")
      assert.strictEqual(at(before, "jobs.0.last_execution_date"), "0001-01-01T00:00:00Z")
      assert.strictEqual(at(before, "jobs.0.next_execution_date"), "1970-01-01T05:00:00.000Z")
      const tasks = yield* Schema.decodeUnknown(CronTasks)(before.body)
      assert.strictEqual(tasks.jobs?.length, 2)
      yield* TestClock.adjust("6 hours")
      const after = yield* api("GET", "/apps/example-app/cron_tasks")
      assert.strictEqual(at(after, "jobs.0.last_execution_date"), "1970-01-01T05:00:00.000Z")
      assert.strictEqual(at(after, "jobs.0.next_execution_date"), "1970-01-02T05:00:00.000Z")
      assert.strictEqual(at(after, "jobs.1.last_execution_date"), "1970-01-01T06:00:00.000Z")
    }).pipe(withSandbox()))

  it.effect("are not found for an app that was never deployed", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* api("GET", "/apps/another-app/cron_tasks")).status, 404)
      assert.strictEqual((yield* api("GET", "/apps/another-app/cron_tasks", { as: "alice" })).status, 401)
    }).pipe(withSandbox()))
})
