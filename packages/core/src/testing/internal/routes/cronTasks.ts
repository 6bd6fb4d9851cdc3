/**
 * Cron tasks. The sandbox does not know what an app declares: every deployed app has the same two.
 */
import * as Cron from "effect/Cron"
import * as Effect from "effect/Effect"
import { findApp } from "../access.js"
import { zeroDate } from "../inputSchemas.js"
import { json, notFound } from "../responses.js"
import { regional, type Route } from "../route.js"

const declared = [
  { schedule: "0 5 * * *", command: "rake import:orders:status", size: "2XL" },
  { schedule: "*/10 * * * *", command: "rake export:orders" }
]

const render = (deployedAt: number, now: number) =>
  declared.map(({ command, schedule, size }) => {
    const cron = Cron.unsafeParse(schedule, "UTC")
    // Includes the present instant.
    const last = Cron.prev(cron, new Date(now + 1000))
    return {
      command: `${schedule} ${command}`,
      ...(size === undefined ? {} : { size }),
      last_execution_date: last.getTime() <= deployedAt ? zeroDate : last.toISOString(),
      next_execution_date: Cron.next(cron, new Date(now)).toISOString()
    }
  })

export const cronTasks: ReadonlyArray<Route> = [
  regional.get("/apps/:app/cron_tasks", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      if (app.lastDeployedAt === null) return yield* notFound("cron_tasks")
      return json({
        jobs: render(app.lastDeployedAt, call.now),
        deployment_id: app.lastDeploymentId ?? null
      })
    }))
]
