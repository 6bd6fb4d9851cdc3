/**
 * The maintenance of databases: it is planned for the next weekly window, and starts when the window opens.
 */
import * as Effect from "effect/Effect"
import { type Database, findDatabase, isGone, perDatabase } from "../databases.js"
import { day, hour } from "../durations.js"
import { record } from "../events.js"
import { startTimedTask } from "../operations.js"
import { pageBody } from "../pagination.js"
import { json, notFound } from "../responses.js"
import { database, type Route } from "../route.js"
import { iso, isoOrNull, type State } from "../state.js"

interface Maintenance {
  readonly id: string
  readonly type: string
  status: "scheduled" | "running" | "failed" | "done"
  startedAt: number | null
  endedAt: number | null
}

interface Plan {
  /** Newest first. */
  readonly all: ReadonlyArray<Maintenance>
  readonly next: Maintenance
  /** Cancels the start of the next maintenance. */
  cancel: () => void
}

/** When the window opens next. Weeks begin on Thursday, the first of January 1970. */
const nextWindow = (now: number, { window }: Database): number => {
  const opening = (week: number) => ((week * 7 + window.weekday - 4) * 24 + window.hour) * hour
  const week = Math.floor(now / (7 * day))
  return [week, week + 1, week + 2].map(opening).find((at) => at > now)!
}

const recordMaintenance = (state: State, it: Database, maintenance: Maintenance, type: string, window: number) =>
  record(state, {
    type,
    app: it.app,
    data: {
      maintenance_id: maintenance.id,
      addon_name: it.technology.displayName,
      maintenance_type: maintenance.type,
      maintenance_window_in_hours: 8,
      next_maintenance_window: iso(window)
    }
  })

/** Schedules a maintenance for the next window, and returns how to cancel it. */
const schedule = (state: State, it: Database, maintenance: Maintenance): () => void => {
  const window = nextWindow(state.now(), it)
  recordMaintenance(state, it, maintenance, "plan_database_maintenance", window)
  return state.after(window - state.now(), () => {
    if (isGone(state, it)) return
    maintenance.status = "running"
    maintenance.startedAt = state.now()
    recordMaintenance(state, it, maintenance, "start_database_maintenance", window)
    startTimedTask(state, it.app, {
      end: (failure) => {
        maintenance.status = failure === undefined ? "done" : "failed"
        maintenance.endedAt = state.now()
        if (failure === undefined && !isGone(state, it)) {
          recordMaintenance(state, it, maintenance, "complete_database_maintenance", window)
        }
      }
    })
  })
}

/** One maintenance that is done, and one for the next window. */
const makePlan = (state: State, it: Database): Plan => {
  const ids = state.idsOf(`maintenance ${it.addon.id}`)
  const maintenance = (at: number | null): Maintenance => ({
    id: ids.hex(),
    type: "no-op",
    status: at === null ? "scheduled" : "done",
    startedAt: at,
    endedAt: at
  })
  const past = maintenance(it.createdAt)
  const next = maintenance(null)
  return { all: [next, past], next, cancel: schedule(state, it, next) }
}

/** Created on the first request. */
const plans = perDatabase((): { plan: Plan | undefined } => ({ plan: undefined }))

const planOf = (state: State, it: Database): Plan => {
  const known = plans(state, it)
  return known.plan ??= makePlan(state, it)
}

/** Moves a maintenance that has not started, after a change of the window. */
export const moveMaintenance = (state: State, it: Database): void => {
  const { plan } = plans(state, it)
  if (plan === undefined || plan.next.status !== "scheduled") return
  plan.cancel()
  plan.cancel = schedule(state, it, plan.next)
}

const render = (it: Database) => (maintenance: Maintenance) => ({
  id: maintenance.id,
  database_id: it.id,
  type: maintenance.type,
  status: maintenance.status,
  started_at: isoOrNull(maintenance.startedAt),
  ended_at: isoOrNull(maintenance.endedAt)
})

export const databaseMaintenance: ReadonlyArray<Route> = [
  database.get("/databases/:databaseId/maintenance", (call) =>
    Effect.map(
      findDatabase(call),
      (it) => json(pageBody(call, "maintenance", planOf(call.state, it).all, render(it)))
    )),

  database.get("/databases/:databaseId/maintenance/:maintenanceId", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      const known = planOf(call.state, it).all.find((maintenance) => maintenance.id === call.param("maintenanceId"))
      return known === undefined ? yield* notFound("maintenance") : json({ maintenance: render(it)(known) })
    }))
]
