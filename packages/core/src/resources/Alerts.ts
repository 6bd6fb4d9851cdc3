/**
 * Alerts watch a metric of an app's containers and trigger notifiers when it stays beyond a limit.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import {
  DurationFromGo,
  DurationFromNanos,
  Json,
  mapOf,
  nullish,
  openEnum,
  optionalTimestamp,
  Timestamp
} from "../schema/ScalingoSchema.js"

/**
 * A metric that alerts and autoscalers can watch.
 *
 * - `cpu`, `memory`, `swap`: the used share of a container's limit, 0.1 for 10 %
 * - `p95_response_time`: the response time that 95 % of the requests do not exceed
 * - `5XX`, `all`: the number of requests with a 5xx response, and of all requests
 * - `rpm_per_container`: requests per minute and container
 *
 * @category schemas
 */
export const WatchedMetric = openEnum("cpu", "memory", "swap", "p95_response_time", "5XX", "all", "rpm_per_container")

export type WatchedMetric = Schema.Schema.Type<typeof WatchedMetric>

/**
 * An alert.
 *
 * @category schemas
 */
export const Alert = struct(() => ({
  /** `al-…` */
  id: Schema.String,
  app_id: Schema.String,
  created_at: Timestamp,
  updated_at: Timestamp,
  /** `null` while the alert exists. */
  deleted_at: optionalTimestamp,
  /** The type of the watched containers: `web`, `clock` … */
  container_type: Schema.String,
  disabled: Schema.Boolean,
  metric: WatchedMetric,
  /** The threshold, in the unit of the metric. */
  limit: Schema.Number,
  /** Triggers below the limit instead of above it. */
  send_when_below: Schema.Boolean,
  /** How long the metric must stay beyond the limit. In nanoseconds on the wire. */
  duration_before_trigger: nullish(DurationFromNanos),
  /** The interval of reminders while the alert lasts. The documentation shows text, the clients a number. */
  remind_every: nullish(Schema.Union(DurationFromGo, DurationFromNanos)),
  metadata: nullish(mapOf(Json)),
  /** The ids of the notifiers to trigger. */
  notifiers: nullish(Schema.Array(Schema.String))
}))

export interface Alert extends Schema.Schema.Type<typeof Alert> {}

const settings = () => ({
  /** The ids of the notifiers to trigger. */
  notifiers: Schema.optional(Schema.Array(Schema.NonEmptyString)),
  /** Triggers below the limit instead of above it. */
  send_when_below: Schema.optional(Schema.Boolean),
  /** How long the metric must stay beyond the limit. */
  duration_before_trigger: Schema.optional(DurationFromNanos),
  /** The interval of reminders while the alert lasts. */
  remind_every: Schema.optional(DurationFromGo),
  disabled: Schema.optional(Schema.Boolean)
})

/**
 * The fields of a new alert.
 *
 * @category schemas
 */
export const CreateAlert = struct(() => ({
  /** The type of the containers to watch: `web`, `clock` … */
  container_type: Schema.NonEmptyString,
  metric: WatchedMetric,
  /** The threshold, in the unit of the metric: 0.8 is 80 % of the memory. */
  limit: Schema.Finite,
  ...settings()
}))

export interface CreateAlert extends Schema.Schema.Type<typeof CreateAlert> {}

/**
 * The fields of an alert that can be changed.
 *
 * @category schemas
 */
export const UpdateAlert = struct(() => ({
  /** The type of the containers to watch: `web`, `clock` … */
  container_type: Schema.optional(Schema.NonEmptyString),
  metric: Schema.optional(WatchedMetric),
  /** The threshold, in the unit of the metric: 0.8 is 80 % of the memory. */
  limit: Schema.optional(Schema.Finite),
  ...settings()
}))

export interface UpdateAlert extends Schema.Schema.Type<typeof UpdateAlert> {}

/**
 * The methods of {@link Alerts}.
 *
 * @category models
 */
export interface AlertsService {
  /**
   * The alerts of an app: `GET /apps/:app/alerts`.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<Alert>, ScalingoError>

  /**
   * One alert: `GET /apps/:app/alerts/:alertId`.
   */
  readonly get: (app: string, alertId: string) => Effect.Effect<Alert, ScalingoError>

  /**
   * Adds an alert to an app: `POST /apps/:app/alerts`.
   *
   * ```ts
   * yield* alerts.create("my-app", {
   *   container_type: "web",
   *   metric: "memory",
   *   limit: 0.8,
   *   duration_before_trigger: Duration.minutes(3),
   *   notifiers: [notifier.id]
   * })
   * ```
   */
  readonly create: (app: string, alert: CreateAlert) => Effect.Effect<Alert, ScalingoError>

  /**
   * Changes an alert: `PATCH /apps/:app/alerts/:alertId`. Omitted fields keep their values.
   */
  readonly update: (app: string, alertId: string, changes: UpdateAlert) => Effect.Effect<Alert, ScalingoError>

  /**
   * Deletes an alert: `DELETE /apps/:app/alerts/:alertId`.
   */
  readonly delete: (app: string, alertId: string) => Effect.Effect<void, ScalingoError>
}

/**
 * Alerts of apps.
 *
 * @category tags
 */
export class Alerts extends Context.Tag("@effect-scalingo/core/Alerts")<Alerts, AlertsService>() {}

const alert = Decode.root("alert", Alert)

const list = endpoint("Alerts.list", "GET /apps/:app/alerts", Decode.list("alerts", Alert))
const get = endpoint("Alerts.get", "GET /apps/:app/alerts/:alertId", alert)
const create = endpoint("Alerts.create", "POST /apps/:app/alerts", alert, { body: body(CreateAlert, "alert") })
const update = endpoint("Alerts.update", "PATCH /apps/:app/alerts/:alertId", alert, {
  body: body(UpdateAlert, "alert")
})
const remove = endpoint("Alerts.delete", "DELETE /apps/:app/alerts/:alertId", Decode.empty)

export const make: Effect.Effect<AlertsService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  Alerts.of({
    list: (app) => call(api, list, { path: { app } }),
    get: (app, alertId) => call(api, get, { path: { app, alertId } }),
    create: (app, alert) => call(api, create, { path: { app }, body: alert }),
    update: (app, alertId, changes) => call(api, update, { path: { app, alertId }, body: changes }),
    delete: (app, alertId) => call(api, remove, { path: { app, alertId } })
  }))

export const layer: Layer.Layer<Alerts, never, RegionalApi> = Layer.effect(Alerts, make)
