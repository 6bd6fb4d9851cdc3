import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import { DatabaseMetrics, layer } from "@effect-scalingo/core/DatabaseMetrics"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fakeService, json } from "../../fakePlatform.js"

const ref: DatabaseRef = { app: "my-app", addonId: "ad-1" }

const metrics = (body: unknown) =>
  Effect.map(fakeService(DatabaseMetrics, layer, () => json(body)), ({ service }) => service)

const instance = {
  instance_id: "i-1",
  instance_address: "i-1.example.com:31376",
  real_disk_size: 1,
  cpu: { usage_in_percents: 2 },
  memory: {
    memory_usage: 1,
    swap_usage: 0,
    memory_limit: 5,
    swap_limit: 5,
    max_memory_usage: 2,
    max_swap_usage: 0
  }
}

describe("DatabaseMetrics", () => {
  it.effect("returns the metrics by instance for every form of the response", () =>
    Effect.gen(function*() {
      for (
        const body of [
          { instances_metrics: { "i-1": instance } },
          { instances_metrics: [instance] },
          { instance_metrics: { "i-1": instance } }
        ]
      ) {
        const service = yield* metrics(body)
        assert.deepStrictEqual((yield* service.current(ref)).instances_metrics, { "i-1": instance })
      }
    }))

  it.effect("keeps statistics that only one technology has", () =>
    Effect.gen(function*() {
      const service = yield* metrics({ database_stats: { data_size: 7, Objects: 3 } })
      assert.deepStrictEqual((yield* service.current(ref)).database_stats, { data_size: 7, Objects: 3 })
    }))

  it.effect("reads a series of one point that is not in a list", () =>
    Effect.gen(function*() {
      const point = { time: "2016-07-26T15:34:00Z", value: 5.9e6 }
      const alone = yield* metrics(point)
      const listed = yield* metrics([point])
      assert.deepStrictEqual(
        yield* alone.series(ref, "cpu", { last: true }),
        yield* listed.series(ref, "cpu", { last: true })
      )
    }))

  it.effect("reads the numbers of the health that are in quotes", () =>
    Effect.gen(function*() {
      for (const shards of ["141", 141]) {
        const service = yield* metrics({
          epoch: "1550839427",
          status: "green",
          cluster: "my-cluster",
          shards,
          pending_tasks: "0"
        })
        const health = yield* service.health(ref)
        assert.deepStrictEqual([health.epoch, health.shards, health.pending_tasks], [1550839427, 141, 0])
      }
    }))
})
