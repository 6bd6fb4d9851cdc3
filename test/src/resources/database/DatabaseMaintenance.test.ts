import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseMaintenance, layer } from "@effect-scalingo/core/DatabaseMaintenance"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { fakeService, json } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

const maintenance = (id: string) => ({
  id,
  database_id: "my-db-123",
  type: "no-op",
  status: "done",
  started_at: "2023-07-04T15:59:50.407Z",
  ended_at: null
})

describe("DatabaseMaintenance", () => {
  it.effect("reads a maintenance with or without its root key", () =>
    Effect.gen(function*() {
      for (const body of [maintenance("m-1"), { maintenance: maintenance("m-1") }]) {
        const { service } = yield* fakeService(DatabaseMaintenance, layer, () => json(body))
        assert.strictEqual((yield* service.get(ref, "m-1")).id, "m-1")
      }
    }))

  it.effect("lists all pages, and stops where the next page is the last one again", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* fakeService(DatabaseMaintenance, layer, ({ query }) => {
        const page = Number(query["page"])
        return json({
          maintenance: [maintenance(`m-${page}`)],
          meta: { pagination: { current_page: page, prev_page: 1, next_page: 2, total_pages: 2, total_count: 2 } }
        })
      })
      const all = yield* Stream.runCollect(service.list(ref))
      assert.deepStrictEqual([...all].map(({ id }) => id), ["m-1", "m-2"])
      assert.strictEqual(sent.length, 2)
    }))
})
