import { Backup, BackupDownload, BackupRestoration } from "@effect-scalingo/core/DatabaseBackups"
import * as HttpClient from "@effect/platform/HttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { gunzipSync } from "node:zlib"
import { type Database, databasesSeed, db, eventTypes, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const start = (it: Database) =>
  Effect.flatMap(db(it, "POST", `${it.path}/backups`), (response) => decode(Backup, at(response, "database_backup")))

const read = (it: Database, id: string) =>
  Effect.flatMap(
    db(it, "GET", `${it.path}/backups/${id}`),
    (response) => decode(Backup, at(response, "database_backup"))
  )

const urlOf = (it: Database, id: string) =>
  Effect.flatMap(
    db(it, "GET", `${it.path}/backups/${id}/archive`),
    (response) => Effect.map(decode(BackupDownload, response.body), (body) => Redacted.value(body.download_url))
  )

const download = (url: string, headers: Record<string, string> = {}) =>
  Effect.gen(function*() {
    const response = yield* HttpClient.get(url, { headers })
    const bytes = response.status === 416 ? new ArrayBuffer(0) : yield* response.arrayBuffer
    return { status: response.status, headers: response.headers, bytes: Buffer.from(bytes) }
  })

describe("sandbox: database backups", () => {
  it.effect("makes a backup, and records its event", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const response = yield* db(it, "POST", `${it.path}/backups`)
      assert.strictEqual(response.status, 201)
      const backup = yield* decode(Backup, at(response, "database_backup"))
      assert.deepInclude(backup, { status: "scheduled", size: null, started_at: null, method: "manual" })
      assert.match(backup.name, /^19700101000000_example_app_\d+$/)
      assert.strictEqual((yield* db(it, "POST", `${it.path}/backups`)).status, 400)
      assert.strictEqual((yield* db(it, "GET", `${it.path}/backups/${backup.id}/archive`)).status, 400)

      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* read(it, backup.id)).status, "running")
      yield* TestClock.adjust("18 seconds")
      const done = yield* read(it, backup.id)
      assert.strictEqual(done.status, "done")
      assert.isAbove(done.size ?? 0, 200)
      assert.strictEqual(at(yield* db(it, "GET", `/backups/${backup.id}`), "database_backup.status"), "done")
      assert.strictEqual((yield* db(it, "GET", "/backups/unknown")).status, 404)

      const second = yield* start(it)
      assert.deepStrictEqual(
        listOf(yield* db(it, "GET", `${it.path}/backups`), "database_backups").map((known) => known["id"]),
        [second.id, backup.id]
      )
      const event = listOf(yield* api("GET", "/apps/example-app/events"), "events")[0]
      assert.strictEqual(event?.["type"], "database_backup_succeeded")
      assert.deepInclude(event?.["type_data"], {
        addon_name: "PostgreSQL",
        addon_uuid: it.addonId,
        backup_id: backup.id,
        backup_status: "done",
        backup_method: "manual",
        started_at: "1970-01-01T00:00:02.000Z",
        ended_at: "1970-01-01T00:00:20.000Z"
      })
    }).pipe(withSandbox()))

  it.effect("records a backup that fails", () =>
    Effect.gen(function*() {
      const it = yield* open()
      yield* (yield* Sandbox.Sandbox).failNextOperation("example-app", "no space left")
      const backup = yield* start(it)
      yield* TestClock.adjust("20 seconds")
      assert.deepInclude(yield* read(it, backup.id), { status: "error", size: 0 })
      assert.include(yield* eventTypes("example-app"), "database_backup_failed")
      assert.strictEqual((yield* db(it, "GET", `${it.path}/backups/${backup.id}/archive`)).status, 400)
      assert.strictEqual((yield* db(it, "POST", `${it.path}/backups/${backup.id}/restore`)).status, 400)
    }).pipe(withSandbox()))

  it.effect("serves the archive, or the rest of it, for an hour and without a token", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const backup = yield* start(it)
      yield* TestClock.adjust("20 seconds")
      const { size } = yield* read(it, backup.id)
      const url = yield* urlOf(it, backup.id)
      assert.match(url, /^https:\/\/storage\.osc-fr1\.scalingo\.com\/backups\/.*\.tar\.gz\?token=/)
      const whole = yield* download(url)
      assert.strictEqual(whole.status, 200)
      assert.strictEqual(whole.bytes.length, size)
      assert.strictEqual(whole.headers["content-length"], String(size))
      const tar = gunzipSync(whole.bytes)
      // A header of 512 bytes for the folder, then one for the file, then the dump.
      const nameAt = (offset: number) => tar.toString("latin1", offset, offset + 100).replaceAll("\0", "")
      assert.deepStrictEqual([nameAt(0), nameAt(512)], ["backup/", "backup/dump.sql"])
      assert.strictEqual(tar.toString("latin1", 257, 262), "ustar")
      assert.match(tar.toString("latin1", 1024), /^-- Dump of the sandbox\n/)

      assert.isTrue(whole.bytes.equals((yield* download(yield* urlOf(it, backup.id))).bytes))
      const rest = yield* download(url, { range: "bytes=100-" })
      assert.strictEqual(rest.status, 206)
      assert.strictEqual(rest.headers["content-range"], `bytes 100-${(size ?? 0) - 1}/${size}`)
      assert.isTrue(rest.bytes.equals(whole.bytes.subarray(100)))
      assert.strictEqual((yield* download(url, { range: `bytes=${size}-` })).status, 416)
      assert.strictEqual((yield* download(url, { range: "bytes=5-", "if-range": "\"other\"" })).status, 200)

      assert.strictEqual((yield* download(url.replace(/token=.*/, "token=guessed"))).status, 403)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* download(url)).status, 403)
    }).pipe(withSandbox()))

  it.effect("restores the content", () =>
    Effect.gen(function*() {
      const it = yield* open("app-mysql-starter-512")
      const act = (action_name: string) =>
        db(it, "POST", `${it.path}/action`, { body: { action_name, params: { database_name: "custom" } } })
      const names = Effect.map(
        act("list-databases"),
        (response) => listOf(response, "result").slice(1).map((known) => known["name"])
      )
      yield* act("create-database")
      const backup = yield* start(it)
      yield* TestClock.adjust("20 seconds")
      yield* act("delete-database")
      assert.deepStrictEqual(yield* names, [])

      const response = yield* db(it, "POST", `${it.path}/backups/${backup.id}/restore`)
      assert.strictEqual(response.status, 200)
      const restoration = yield* decode(BackupRestoration, response.body)
      assert.deepInclude(restoration, { status: "scheduled", method: "backup", source_backup_id: backup.id })
      assert.strictEqual((yield* db(it, "POST", `${it.path}/backups/${backup.id}/restore`)).status, 400)
      const path = `${it.path}/backup_restorations/${restoration.id}`
      const status = Effect.flatMap(
        db(it, "GET", path),
        (it) => Effect.map(decode(BackupRestoration, at(it, "backup_restoration")), (known) => known.status)
      )
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* status, "running")
      assert.deepStrictEqual(yield* names, [])
      yield* TestClock.adjust("18 seconds")
      assert.strictEqual(yield* status, "done")
      assert.deepStrictEqual(yield* names, ["custom"])
      assert.strictEqual((yield* db(it, "GET", `${it.path}/backup_restorations/unknown`)).status, 404)
      assert.strictEqual((yield* db(it, "POST", `${it.path}/backups/unknown/restore`)).status, 404)
    }).pipe(withSandbox(databasesSeed("mysql-starter-512"))))

  it.effect("makes periodic backups, and keeps the last seven", () =>
    Effect.gen(function*() {
      const before = yield* open()
      const list = (it: Database) =>
        Effect.map(db(it, "GET", `${it.path}/backups`), (response) => listOf(response, "database_backups"))
      yield* db(before, "PATCH", before.path, { body: { database: { periodic_backups_scheduled_at: 3 } } })
      assert.deepStrictEqual(yield* list(before), [])
      yield* TestClock.adjust("10 days")
      const it = yield* open()
      const backups = yield* list(it)
      assert.lengthOf(backups, 7)
      assert.deepStrictEqual(backups.map((known) => known["method"]), Array(7).fill("periodic"))
      assert.strictEqual(backups[0]?.["created_at"], "1970-01-10T03:00:00.000Z")
      yield* TestClock.adjust("3 hours")
      const third = yield* open()
      assert.deepInclude((yield* list(third))[0], { created_at: "1970-01-11T03:00:00.000Z", status: "running" })
      yield* TestClock.adjust("20 seconds")
      assert.deepInclude((yield* list(third))[0], { created_at: "1970-01-11T03:00:00.000Z", status: "done" })
      assert.lengthOf(yield* list(third), 7)
      const events = yield* (yield* Sandbox.Sandbox).events("example-app")
      const times = events.map((event) => event.created_at)
      assert.deepStrictEqual(times, times.toSorted())
      assert.lengthOf(events.filter((event) => event.type === "database_backup_succeeded"), 11)
    }).pipe(withSandbox()))

  it.effect("refuses backups where the plan or the technology has none", () =>
    Effect.gen(function*() {
      for (const app of ["app-redis-sandbox", "app-opensearch-starter-512"]) {
        const it = yield* open(app)
        assert.strictEqual((yield* db(it, "POST", `${it.path}/backups`)).status, 400)
        const body = { database: { periodic_backups_enabled: true } }
        assert.strictEqual((yield* db(it, "PATCH", it.path, { body })).status, 422)
      }
      const [first, second] = [yield* open("app-redis-sandbox"), yield* open("app-opensearch-starter-512")]
      assert.strictEqual((yield* db(first, "GET", `${second.path}/backups`)).status, 400)
    }).pipe(withSandbox(databasesSeed("redis-sandbox", "opensearch-starter-512"))))
})
