/**
 * The metrics of databases, current and over time. The values are generated, and the same in every run.
 */
import * as Effect from "effect/Effect"
import { currentOffer, type Database, findDatabase, type Instance, instancesOf, statusOf } from "../databases.js"
import { badRequest, json, notFound } from "../responses.js"
import { type AddonCall, database, type Route } from "../route.js"
import type { State } from "../state.js"
import { readTimeSeries, wave } from "../timeSeries.js"

const mebibyte = 1024 * 1024

const memoryOf = (state: State, it: Database) => {
  const limit = currentOffer(it).memory * mebibyte
  return { used: Math.floor(limit * (0.3 + 0.1 * wave(state.now()))), highest: Math.floor(limit * 0.45), limit }
}

const diskOf = (state: State, it: Database) => 37_825_858 + Math.floor((state.now() - it.createdAt) / 1000) * 512

const stats = (it: Database): { readonly [name: string]: number } => {
  const data_size = 11_044_896
  switch (it.technology.name) {
    case "postgresql":
    case "postgresql-ng":
    case "mysql":
      return { data_size, current_connections: 3, max_connections: 100 }
    case "mongodb":
      return {
        data_size,
        collections: 4,
        objects: 120,
        avg_obj_size: 312.5,
        storage_size: 16_777_216,
        num_extents: 0,
        indexes: 6,
        index_size: 196_608,
        file_size: 16_777_216
      }
    default:
      return { data_size }
  }
}

const swap = { used: 20_480, highest: 0 }

const renderInstance = (state: State, it: Database, instance: Instance) => {
  const memory = memoryOf(state, it)
  return {
    instance_id: instance.id,
    instance_address: `${instance.hostname}:${instance.port}`,
    real_disk_size: diskOf(state, it),
    cpu: { usage_in_percents: Math.round(wave(state.now()) * 10) },
    memory: {
      memory_usage: memory.used,
      swap_usage: swap.used,
      memory_limit: memory.limit,
      swap_limit: memory.limit,
      max_memory_usage: memory.highest,
      max_swap_usage: swap.highest
    }
  }
}

const renderMetrics = (state: State, it: Database) => {
  const memory = memoryOf(state, it)
  return {
    cpu_usage: Math.round(wave(state.now()) * 10),
    memory: {
      memory: memory.used,
      memory_max: memory.highest,
      memory_limit: memory.limit,
      swap: swap.used,
      swap_max: swap.highest,
      swap_limit: memory.limit
    },
    database_stats: stats(it),
    real_disk_size: diskOf(state, it),
    instances_metrics: Object.fromEntries(
      instancesOf(it).map((instance) => [instance.id, renderInstance(state, it, instance)])
    )
  }
}

const metrics = ["cpu", "memory", "swap", "disk", "diskio"]

const valueAt = (state: State, it: Database, metric: string, at: number): number => {
  switch (metric) {
    case "memory":
      return memoryOf(state, it).limit * (0.3 + 0.1 * wave(at))
    case "swap":
      return swap.used
    case "disk":
      return 37_825_858 + Math.max(0, at - it.createdAt) * 0.512
    case "diskio":
      return 4096 * wave(at)
    default:
      return 10 * wave(at)
  }
}

const series = (call: AddonCall, it: Database) => {
  const metric = call.param("metric")
  return metrics.includes(metric)
    ? Effect.map(readTimeSeries(call, (at) => valueAt(call.state, it, metric, at)), (points) => json(points))
    : notFound("metric")
}

/** The health of a cluster. */
const healthOf = (it: Database) => {
  const status = statusOf(it)
  return status === "running" ? "green" : status === "stopped" || status === "creating" ? "red" : "yellow"
}

export const databaseMetrics: ReadonlyArray<Route> = [
  database.get(
    "/databases/:databaseId/metrics",
    (call) => Effect.map(findDatabase(call), (it) => json(renderMetrics(call.state, it)))
  ),

  database.get(
    "/databases/:databaseId/metrics/:metric",
    (call) => Effect.flatMap(findDatabase(call), (it) => series(call, it))
  ),

  database.get("/databases/:databaseId/instances/:instanceId/metrics/:metric", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      if (!instancesOf(it).some((instance) => instance.id === call.param("instanceId"))) {
        return yield* notFound("instance")
      }
      return yield* series(call, it)
    })),

  database.get("/databases/:databaseId/health", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      if (!["elasticsearch", "opensearch"].includes(it.technology.name)) {
        return yield* badRequest("health is only available for Elasticsearch databases")
      }
      // Numbers are strings, as in the documentation's example.
      return json({
        epoch: String(Math.floor(call.now / 1000)),
        status: healthOf(it),
        cluster: it.addon.resourceId,
        shards: String(5 * instancesOf(it).length),
        pending_tasks: "0"
      })
    }))
]
