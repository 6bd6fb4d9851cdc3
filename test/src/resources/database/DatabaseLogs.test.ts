import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseLogs, layer } from "@effect-scalingo/core/DatabaseLogs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Stream } from "effect"
import { inspect } from "node:util"
import { fakeService, json } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

describe("DatabaseLogs", () => {
  it.effect("lists all archives, and never shows their URLs", () =>
    Effect.gen(function*() {
      const archive = (name: string) => ({
        url: `https://archives.example.com/${name}?token=secret`,
        size: 98765,
        from: "Fri Mar 24 14:00:00 +0000 UTC 2017",
        to: "Sun Mar 26 14:00:00 +0000 UTC 2017"
      })
      const { sent, service } = yield* fakeService(DatabaseLogs, layer, ({ query }) =>
        json(
          query["cursor"] === undefined
            ? { next_cursor: "2", has_more: true, archives: [archive("a")] }
            : { next_cursor: "3", has_more: false, archives: [archive("b")] }
        ))
      const all = [...yield* Stream.runCollect(service.archives(ref))]
      assert.deepStrictEqual(all.map(({ url }) => Redacted.value(url).includes("/a?")), [true, false])
      assert.notInclude(inspect(all, { depth: null }), "secret")
      assert.deepStrictEqual(sent.map(({ query }) => query["cursor"]), [undefined, "2"])
    }))

  it.effect("never shows the URL of the logs", () =>
    Effect.gen(function*() {
      const { service } = yield* fakeService(DatabaseLogs, layer, () =>
        json({ url: "https://logs.scalingo.com/apps/1/logs?token=secret" }))
      const url = yield* service.url(ref)
      assert.notInclude(inspect(url), "secret")
      assert.include(Redacted.value(url), "secret")
    }))
})
