import { DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as DatabaseBackups from "@effect-scalingo/core/DatabaseBackups"
import { type ScalingoError, ServerError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import { inspect } from "node:util"
import { type Answer, answering, failed, noTransfers } from "../answering.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

const backup = (status: string) => ({
  database_backup: {
    id: "b-1",
    created_at: "2018-09-02T03:00:00.178+02:00",
    started_at: null,
    name: "20180902010000_my_app_1234",
    size: status === "done" ? 17484513608 : null,
    status,
    database_id: "597601234ffb097af4f3099b",
    method: "manual"
  }
})

/** Answers the first look by the first answer and so on, and all further looks by the last one. */
const backups = (...answers: ReadonlyArray<Answer | ScalingoError>) => {
  let looks = 0
  const { api, requests } = answering(() => answers[Math.min(looks++, answers.length - 1)]!)
  return Effect.map(DatabaseBackups.DatabaseBackups, (service) => ({ service, requests })).pipe(
    Effect.provide(DatabaseBackups.layer.pipe(
      Layer.provide(Layer.succeed(DatabaseApi, { request: (_, request) => api.request(request) })),
      Layer.provide(noTransfers)
    ))
  )
}

const overloaded = new ServerError({ ...failed, status: 503, detail: "Service Unavailable", body: "" })

describe("awaiting a backup", () => {
  it.effect("ends with it", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* backups(
        { body: backup("scheduled") },
        { body: backup("pending") },
        { body: backup("running") },
        { body: backup("done") }
      )
      const waiting = yield* Effect.fork(service.await(ref, "b-1"))
      yield* TestClock.adjust("1 minute")
      const done = yield* Fiber.join(waiting)
      assert.strictEqual(done.size, 17484513608)
      assert.strictEqual(requests.length, 4)
      assert.deepStrictEqual(requests[0]?.pathParams, { databaseId: "ad-1", backupId: "b-1" })
    }))

  it.effect("fails when the backup does", () =>
    Effect.gen(function*() {
      for (const status of ["error", "cancelled"]) {
        const { service } = yield* backups({ body: backup(status) })
        const error = yield* Effect.flip(service.await(ref, "b-1"))
        assert.strictEqual(error._tag === "BackupFailed" ? error.backup.status : error._tag, status)
        assert.include(error.message, "Backup b-1 of database ad-1 of my-app")
      }
    }))

  it.effect("outlives a platform that is down for a moment", () =>
    Effect.gen(function*() {
      const { service } = yield* backups({ body: backup("running") }, overloaded, { body: backup("done") })
      const waiting = yield* Effect.fork(service.await(ref, "b-1"))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(waiting)).status, "done")
    }))

  it.effect("has a deadline", () =>
    Effect.gen(function*() {
      const { service } = yield* backups({ body: backup("running") })
      const waiting = yield* Effect.fork(Effect.flip(service.await(ref, "b-1", { timeout: "1 minute" })))
      yield* TestClock.adjust("1 minute")
      const error = yield* Fiber.join(waiting)
      assert.strictEqual(error._tag, "WaitTimeout")
      if (error._tag !== "WaitTimeout") return
      assert.strictEqual(error.status, "running")
      assert.strictEqual(Duration.toSeconds(error.timeout), 60)
    }))
})

describe("a backup", () => {
  it.effect("its address is not shown", () =>
    Effect.gen(function*() {
      const { service } = yield* backups({ body: { download_url: "https://db-api.example.com/download?token=secret" } })
      const url = yield* service.downloadUrl(ref, "b-1")
      assert.notInclude(inspect(url), "secret")
      assert.include(Redacted.value(url), "token=secret")
    }))

  it.effect("its restoration comes with or without a root key", () =>
    Effect.gen(function*() {
      const restoration = {
        id: "r-1",
        created_at: "2018-12-12T11:50:04.154+01:00",
        started_at: null,
        ended_at: null,
        method: "backup",
        status: "scheduled",
        database_id: "d-1",
        source_backup_id: "b-1"
      }
      for (const body of [restoration, { backup_restoration: restoration }]) {
        const { service } = yield* backups({ body })
        assert.strictEqual((yield* service.restore(ref, "b-1")).id, "r-1")
      }
    }))
})
