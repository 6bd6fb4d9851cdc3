import { type ApiRequest, DatabaseApi, type DatabaseRef } from "@effect-scalingo/core/ApiClient"
import * as Metrics from "@effect-scalingo/core/DatabaseMetrics"
import { type ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { type Context, Effect, Layer } from "effect"
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

describe("the metrics of a database", () => {
  const metrics = (answer: Parameters<typeof over>[2]) => over(Metrics.DatabaseMetrics, Metrics.layer, answer)
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

  it.effect("are by instance whatever the form of the answer", () =>
    Effect.gen(function*() {
      for (
        const body of [
          { instances_metrics: { "i-1": instance } },
          { instances_metrics: [instance] },
          { instance_metrics: { "i-1": instance } }
        ]
      ) {
        const { service } = yield* metrics({ body })
        assert.deepStrictEqual((yield* service.current(ref)).instances_metrics, { "i-1": instance })
      }
    }))

  it.effect("keep what a technology counts", () =>
    Effect.gen(function*() {
      const { service } = yield* metrics({ body: { database_stats: { data_size: 7, Objects: 3 } } })
      assert.deepStrictEqual((yield* service.current(ref)).database_stats, { data_size: 7, Objects: 3 })
    }))

  it.effect("a series of one point may come alone", () =>
    Effect.gen(function*() {
      const point = { time: "2016-07-26T15:34:00Z", value: 5.9e6 }
      const alone = yield* metrics({ body: point })
      const listed = yield* metrics({ body: [point] })
      assert.deepStrictEqual(
        yield* alone.service.series(ref, "cpu", { last: true }),
        yield* listed.service.series(ref, "cpu", { last: true })
      )
    }))

  it.effect("the health is counted in numbers", () =>
    Effect.gen(function*() {
      for (const shards of ["141", 141]) {
        const { service } = yield* metrics({
          body: { epoch: "1550839427", status: "green", cluster: "my-cluster", shards, pending_tasks: "0" }
        })
        const health = yield* service.health(ref)
        assert.deepStrictEqual([health.epoch, health.shards, health.pending_tasks], [1550839427, 141, 0])
      }
    }))
})
