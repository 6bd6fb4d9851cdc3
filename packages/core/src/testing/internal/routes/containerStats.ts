/**
 * The metrics of containers, current and over time. The values are generated, and the same in every run.
 */
import * as Effect from "effect/Effect"
import { findApp } from "../access.js"
import { containerSizes, findSize } from "../catalog.js"
import type { App, Container } from "../models.js"
import { badRequest, json, notFound } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso } from "../state.js"
import { readTimeSeries, wave } from "../timeSeries.js"

const memoryOf = (container: Container) => (findSize(container.size) ?? containerSizes[1]!).memory

const stat = (container: Container) => {
  const memory = memoryOf(container)
  return {
    id: `${container.type}-${container.index}`,
    cpu_usage: (container.index * 7) % 100,
    memory_usage: Math.floor(memory * 0.4) + container.index * 4096,
    memory_limit: memory,
    highest_memory_usage: Math.floor(memory * 0.5) + container.index * 4096,
    swap_usage: 212_992,
    swap_limit: memory * 3,
    highest_swap_usage: 212_992
  }
}

/** The metrics of single containers, which need the type of the containers. */
const containerMetrics = ["cpu", "memory", "ram", "swap"]

const metrics = [...containerMetrics, "router", "requests", "all", "5XX", "rpm_per_container", "p95_response_time"]

const valueAt = (metric: string, at: number) =>
  metric === "memory" || metric === "ram" || metric === "swap"
    ? Math.round(2e8 * (1 + wave(at))) + 0.5
    : 0.25 * (1 + wave(at))

const exists = (app: App, type: string, index: string) =>
  type === "" || app.formation.some((it) => it.name === type && (index === "" || Number(index) <= it.amount))

const series = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findApp(call)
    const metric = call.param("metric")
    if (!metrics.includes(metric)) return yield* notFound("metric")
    if (containerMetrics.includes(metric) && call.param("containerType") === "") {
      return yield* badRequest("'container' should be defined")
    }
    if (metric !== "router" && !exists(app, call.param("containerType"), call.param("containerIndex"))) {
      return yield* notFound("container")
    }
    return json(yield* readTimeSeries(call, (at) => valueAt(metric, at)))
  })

export const stats: ReadonlyArray<Route> = [
  regional.get(
    "/apps/:app/stats",
    (call) => Effect.map(findApp(call), (app) => json({ stats: app.containers.map(stat) }))
  ),

  regional.get("/apps/:app/stats/:metric/recommended_value", (call) =>
    Effect.gen(function*() {
      yield* findApp(call)
      const metric = call.param("metric")
      if (!metrics.includes(metric)) return yield* notFound("metric")
      if (containerMetrics.includes(metric) && call.query.get("container_type") === null) {
        return yield* badRequest("container_type is missing")
      }
      return json({ time: iso(call.now), value: 0.9 })
    })),

  regional.get("/apps/:app/stats/:metric", series),
  regional.get("/apps/:app/stats/:metric/:containerType", series),
  regional.get("/apps/:app/stats/:metric/:containerType/:containerIndex", series)
]
