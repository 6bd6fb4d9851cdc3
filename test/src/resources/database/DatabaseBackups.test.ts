import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseBackups, layer } from "@effect-scalingo/core/DatabaseBackups"
import { BadRequest } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option, Redacted, TestClock } from "effect"
import { inspect } from "node:util"
import { errorContext, fakeService, inOrder, json, type RespondCall, serverError } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

const backup = (status: string) =>
  json({
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

const backups = (...responses: ReadonlyArray<ReturnType<RespondCall>>) =>
  fakeService(DatabaseBackups, layer, inOrder(...responses))

describe("DatabaseBackups.create", () => {
  it.effect("returns the new backup, with or without a root key in the response", () =>
    Effect.gen(function*() {
      const backup = { id: "b-1", created_at: "2018-09-02T03:00:00.178+02:00", name: "b", status: "scheduled" }
      for (const body of [{ ...backup, database_id: "d-1" }, { database_backup: { ...backup, database_id: "d-1" } }]) {
        const { service } = yield* backups(json(body))
        assert.deepInclude(yield* service.create(ref), { id: "b-1", status: "scheduled" })
      }
    }))
})

describe("DatabaseBackups.createAndAwait", () => {
  it.effect("starts a backup and waits for it", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* backups(backup("scheduled"), backup("running"), backup("done"))
      const waiting = yield* Effect.fork(service.createAndAwait(ref))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(waiting)).status, "done")
      assert.deepStrictEqual(sent.map(({ request }) => request.method), ["POST", "GET", "GET"])
    }))

  const busy = new BadRequest({ ...errorContext, status: 400, detail: "another backup is under way", body: "" })
  const list = (...statuses: ReadonlyArray<string>) =>
    json({
      database_backups: statuses.map((status, index) => ({
        id: `b-${index}`,
        created_at: `2018-09-0${9 - index}T03:00:00.178+02:00`,
        name: "b",
        status,
        database_id: "d-1"
      }))
    })

  it.effect("waits for the one that already runs", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* backups(busy, list("done", "running", "error"), backup("done"))
      assert.strictEqual((yield* service.createAndAwait(ref)).status, "done")
      assert.deepStrictEqual(sent[2]?.request.pathParams, { databaseId: "ad-1", backupId: "b-1" })
    }))

  it.effect("fails with the refusal when none is running", () =>
    Effect.gen(function*() {
      const { service } = yield* backups(busy, list("done"))
      assert.strictEqual((yield* Effect.flip(service.createAndAwait(ref)))._tag, "BadRequest")
    }))

  it.effect("fails when the backup fails, and after the timeout", () =>
    Effect.gen(function*() {
      const failing = yield* backups(backup("scheduled"), backup("error"))
      assert.strictEqual((yield* Effect.flip(failing.service.createAndAwait(ref)))._tag, "BackupFailed")
      const { service } = yield* backups(backup("running"))
      const waiting = yield* Effect.fork(Effect.flip(service.createAndAwait(ref, { timeout: "1 minute" })))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(waiting))._tag, "WaitTimeout")
    }))

  it.effect("has the newest that is done as `latest`, whatever the order", () =>
    Effect.gen(function*() {
      const at = (id: string, day: number, status: string) => ({
        id,
        created_at: `2018-09-0${day}T03:00:00Z`,
        name: "b",
        status,
        database_id: "d-1"
      })
      const response = json({
        database_backups: [at("old", 1, "done"), at("new", 3, "done"), at("newer", 4, "running"), at("mid", 2, "done")]
      })
      const { service } = yield* backups(response, list("error", "running"), json({ database_backups: null }))
      assert.deepStrictEqual(Option.map(yield* service.latest(ref), ({ id }) => id), Option.some("new"))
      assert.deepStrictEqual(yield* service.latest(ref), Option.none())
      assert.deepStrictEqual(yield* service.latest(ref), Option.none())
    }))
})

describe("DatabaseBackups.await", () => {
  it.effect("returns the finished backup", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* backups(
        backup("scheduled"),
        backup("pending"),
        backup("running"),
        backup("done")
      )
      const waiting = yield* Effect.fork(service.await(ref, "b-1"))
      yield* TestClock.adjust("1 minute")
      const done = yield* Fiber.join(waiting)
      assert.strictEqual(done.size, 17484513608)
      assert.strictEqual(sent.length, 4)
      assert.deepStrictEqual(sent[0]?.request.pathParams, { databaseId: "ad-1", backupId: "b-1" })
    }))

  it.effect("fails when the backup fails", () =>
    Effect.gen(function*() {
      for (const status of ["error", "cancelled"]) {
        const { service } = yield* backups(backup(status))
        const error = yield* Effect.flip(service.await(ref, "b-1"))
        assert.strictEqual(error._tag === "BackupFailed" ? error.backup.status : error._tag, status)
        assert.include(error.message, "Backup b-1 of database ad-1 of my-app")
      }
    }))

  it.effect("goes on when the platform is down for a moment", () =>
    Effect.gen(function*() {
      const { service } = yield* backups(backup("running"), serverError(), backup("done"))
      const waiting = yield* Effect.fork(service.await(ref, "b-1"))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(waiting)).status, "done")
    }))

  it.effect("fails after its timeout", () =>
    Effect.gen(function*() {
      const { service } = yield* backups(backup("running"))
      const waiting = yield* Effect.fork(Effect.flip(service.await(ref, "b-1", { timeout: "1 minute" })))
      yield* TestClock.adjust("1 minute")
      const error = yield* Fiber.join(waiting)
      assert.strictEqual(error._tag, "WaitTimeout")
      if (error._tag !== "WaitTimeout") return
      assert.strictEqual(error.status, "running")
      assert.strictEqual(Duration.toSeconds(error.timeout), 60)
    }))
})

describe("DatabaseBackups", () => {
  it.effect("never shows the URL of an archive", () =>
    Effect.gen(function*() {
      const { service } = yield* backups(json({ download_url: "https://db-api.example.com/download?token=secret" }))
      const url = yield* service.downloadUrl(ref, "b-1")
      assert.notInclude(inspect(url), "secret")
      assert.include(Redacted.value(url), "token=secret")
    }))

  it.effect("reads a restoration with or without a root key", () =>
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
        const { service } = yield* backups(json(body))
        assert.strictEqual((yield* service.restore(ref, "b-1")).id, "r-1")
      }
    }))
})
