import { DatabaseLogsUrl } from "@effect-scalingo/core/DatabaseLogs"
import { LogsArchives } from "@effect-scalingo/core/LogsArchive"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { databasesSeed, db, open } from "./databaseClient.js"
import { decode } from "./decodeResponse.js"
import { withSandbox } from "./sandboxClient.js"

describe("sandbox: database logs", () => {
  it.effect("signs a URL of the logs", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const response = yield* db(it, "GET", `${it.path}/logs`)
      assert.strictEqual(response.status, 200)
      const url = new URL(Redacted.value((yield* decode(DatabaseLogsUrl, response.body)).url))
      assert.strictEqual(url.host, "logs.osc-fr1.scalingo.com")
      assert.match(url.searchParams.get("token") ?? "", /^[A-Za-z0-9]{40}$/)
    }).pipe(withSandbox()))

  it.effect("paginates the archives by cursor and by page", () =>
    Effect.gen(function*() {
      const it = yield* open()
      const archives = (query: string) =>
        Effect.flatMap(
          db(it, "GET", `${it.path}/logs_archives${query}`),
          (response) => decode(LogsArchives, response.body)
        )
      const first = yield* archives("")
      assert.strictEqual(first.has_more, true)
      const second = yield* archives(`?cursor=${first.next_cursor}`)
      assert.deepStrictEqual(
        second.archives.map((archive) => archive.from),
        (yield* archives("?page=2")).archives.map((archive) => archive.from)
      )
      assert.strictEqual((yield* archives("?page=3")).has_more, false)
    }).pipe(withSandbox()))

  it.effect("requires the token of the database", () =>
    Effect.gen(function*() {
      const [first, second] = [yield* open("app-redis"), yield* open("app-mysql")]
      assert.strictEqual((yield* db(first, "GET", `${second.path}/logs`)).status, 400)
      assert.strictEqual((yield* db(first, "GET", `${second.path}/logs_archives`)).status, 400)
    }).pipe(withSandbox(databasesSeed("redis", "mysql"))))
})
