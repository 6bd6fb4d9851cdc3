/**
 * Alerts: limits on the metrics of an app.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, findOfApp } from "../access.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { record } from "../events.js"
import { inputWithOptionalRoot, NonBlank, zeroDate } from "../inputSchemas.js"
import type { App } from "../models.js"
import { Metric, valueText } from "../referenceData.js"
import { empty, json } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso, ofApp, statePart } from "../state.js"

interface Alert {
  readonly id: string
  readonly appId: string
  readonly createdAt: number
  updatedAt: number
  containerType: string
  metric: string
  limit: number
  disabled: boolean
  sendWhenBelow: boolean
  /** Nanoseconds. */
  durationBeforeTrigger: number
  /** A duration in the format of Go. */
  remindEvery: string | undefined
  notifiers: ReadonlyArray<string>
}

const alertsOf = statePart(() => new Map<string, Alert>())

const GoDuration = Schema.String.pipe(
  Schema.pattern(/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/, { message: () => "is not a duration" })
)

const optional = {
  notifiers: nullish(Schema.Array(Schema.String)),
  send_when_below: nullish(Schema.Boolean),
  duration_before_trigger: nullish(Schema.NonNegativeInt),
  // A string as documented; the Go client sends nanoseconds in updates.
  remind_every: nullish(Schema.Union(GoDuration, Schema.Literal(""), Schema.NonNegativeInt)),
  disabled: nullish(Schema.Boolean)
}

const CreateAlert = Schema.Struct({
  container_type: NonBlank,
  metric: Metric,
  limit: Schema.Number,
  ...optional
})

const UpdateAlert = Schema.Struct({
  container_type: nullish(NonBlank),
  metric: nullish(Metric),
  limit: nullish(Schema.Number),
  ...optional
})

/** 330_000_000_000 nanoseconds are `5m30s`. */
const goText = (nanoseconds: number) => {
  const seconds = nanoseconds / 1e9
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = `${seconds % 60}s`
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest
}

const reminder = (input: string | number | null | undefined) =>
  input === undefined || input === null || input === "" ? undefined : typeof input === "number" ? goText(input) : input

const render = (it: Alert) => ({
  id: it.id,
  app_id: it.appId,
  created_at: iso(it.createdAt),
  updated_at: iso(it.updatedAt),
  deleted_at: zeroDate,
  container_type: it.containerType,
  disabled: it.disabled,
  metric: it.metric,
  limit: it.limit,
  send_when_below: it.sendWhenBelow,
  duration_before_trigger: it.durationBeforeTrigger,
  ...(it.remindEvery === undefined ? {} : { remind_every: it.remindEvery }),
  metadata: { recipient: "user" },
  notifiers: it.notifiers
})

const findAlert = (call: Call, app: App) => findOfApp(call, app, alertsOf(call.state), "alert")

const update = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const alert = yield* findAlert(call, app)
    const input = yield* inputWithOptionalRoot(call, "alert", UpdateAlert)
    alert.containerType = input.container_type ?? alert.containerType
    alert.metric = input.metric ?? alert.metric
    alert.limit = input.limit ?? alert.limit
    alert.disabled = input.disabled ?? alert.disabled
    alert.sendWhenBelow = input.send_when_below ?? alert.sendWhenBelow
    alert.durationBeforeTrigger = input.duration_before_trigger ?? alert.durationBeforeTrigger
    if (input.remind_every !== undefined) alert.remindEvery = reminder(input.remind_every)
    alert.notifiers = input.notifiers ?? alert.notifiers
    alert.updatedAt = call.now
    return json({ alert: render(alert) })
  })

export const alerts: ReadonlyArray<Route> = [
  regional.get(
    "/apps/:app/alerts",
    (call) =>
      Effect.map(
        findApp(call),
        (app) => json({ alerts: ofApp(alertsOf(call.state), app).map(render) })
      )
  ),

  regional.post("/apps/:app/alerts", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input("alert", CreateAlert)
      const alert: Alert = {
        id: call.state.ids.uuid("al-"),
        appId: app.id,
        createdAt: call.now,
        updatedAt: call.now,
        containerType: input.container_type,
        metric: input.metric,
        limit: input.limit,
        disabled: input.disabled ?? false,
        sendWhenBelow: input.send_when_below ?? false,
        durationBeforeTrigger: input.duration_before_trigger ?? 0,
        remindEvery: reminder(input.remind_every),
        notifiers: input.notifiers ?? []
      }
      alertsOf(call.state).set(alert.id, alert)
      record(call.state, {
        type: "new_alert",
        user: call.account,
        app,
        data: {
          container_type: alert.containerType,
          metric: alert.metric,
          limit: alert.limit,
          limit_text: valueText(alert.metric, alert.limit),
          send_when_below: alert.sendWhenBelow
        }
      })
      return json({ alert: render(alert) }, 201)
    })),

  regional.get("/apps/:app/alerts/:alertId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      return json({ alert: render(yield* findAlert(call, app)) })
    })),

  regional.patch("/apps/:app/alerts/:alertId", update),
  regional.put("/apps/:app/alerts/:alertId", update),

  regional.delete("/apps/:app/alerts/:alertId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const alert = yield* findAlert(call, app)
      alertsOf(call.state).delete(alert.id)
      record(call.state, {
        type: "delete_alert",
        user: call.account,
        app,
        data: { container_type: alert.containerType, metric: alert.metric }
      })
      return empty()
    }))
]
