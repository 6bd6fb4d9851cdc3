import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as Maintenance from "@effect-scalingo/core/DatabaseMaintenance"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, Effect, Layer, Stream } from "effect"
import { type Answer, answering } from "../answering.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

/** A service over a database API that answers by `answer`; `requests` and `refs` say what it was asked. */
const over = <I, S>(
  tag: Context.Tag<I, S>,
  layer: Layer.Layer<I, never, DatabaseApi>,
  answer: Answer | ((request: ApiRequest<unknown>) => Answer | ScalingoError)
) => {
  const { api, requests } = answering(typeof answer === "function" ? answer : () => answer)
  const refs: Array<DatabaseRef> = []
  const database = Layer.succeed(DatabaseApi, {
    request: (database, request) => {
      refs.push(database)
      return api.request(request)
    }
  })
  return Effect.map(tag, (service) => ({ service, requests, refs })).pipe(
    Effect.provide(layer.pipe(Layer.provide(database)))
  )
}

describe("the maintenance of a database", () => {
  const maintenance = (id: string) => ({
    id,
    database_id: "my-db-123",
    type: "no-op",
    status: "done",
    started_at: "2023-07-04T15:59:50.407Z",
    ended_at: null
  })

  it.effect("maintenance comes with or without a root key", () =>
    Effect.gen(function*() {
      for (const body of [maintenance("m-1"), { maintenance: maintenance("m-1") }]) {
        const { service } = yield* over(Maintenance.DatabaseMaintenance, Maintenance.layer, { body })
        assert.strictEqual((yield* service.get(ref, "m-1")).id, "m-1")
      }
    }))

  it.effect("maintenance is walked over its pages, whose numbers stop at the last", () =>
    Effect.gen(function*() {
      const { requests, service } = yield* over(
        Maintenance.DatabaseMaintenance,
        Maintenance.layer,
        ({ query }) => {
          const page = Number(query?.["page"])
          return {
            body: {
              maintenance: [maintenance(`m-${page}`)],
              meta: { pagination: { current_page: page, prev_page: 1, next_page: 2, total_pages: 2, total_count: 2 } }
            }
          }
        }
      )
      const all = yield* Stream.runCollect(service.list(ref))
      assert.deepStrictEqual([...all].map(({ id }) => id), ["m-1", "m-2"])
      assert.strictEqual(requests.length, 2)
    }))
})
