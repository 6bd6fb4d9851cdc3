/**
 * Autoscalers start and stop containers of an app to keep a metric near a target.
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
import { nullish, optionalTimestamp, Timestamp } from "../schema/ScalingoSchema.js"
import { WatchedMetric } from "./Alerts.js"

/**
 * An autoscaler.
 *
 * @category schemas
 */
export const Autoscaler = struct(() => ({
  /** `au-…` */
  id: Schema.String,
  app_id: nullish(Schema.String),
  created_at: Timestamp,
  updated_at: Timestamp,
  /** When it last changed the number of containers; `null` if never. */
  last_scale: optionalTimestamp,
  /** The container type that it scales: `web`, `worker` … */
  container_type: Schema.String,
  /** The lower limit of the number of containers. */
  min_containers: Schema.Number,
  /** The upper limit of the number of containers. */
  max_containers: Schema.Number,
  metric: WatchedMetric,
  /** The target value, in the unit of the metric. */
  target: Schema.Number,
  disabled: nullish(Schema.Boolean),
  /** The id of the alert that triggers adding containers. */
  alert_id_scale_up: Schema.String,
  /** The id of the alert that triggers removing containers. */
  alert_id_scale_down: Schema.String
}))

export interface Autoscaler extends Schema.Schema.Type<typeof Autoscaler> {}

/**
 * The fields of a new autoscaler.
 *
 * @category schemas
 */
export const CreateAutoscaler = struct(() => ({
  /** The container type to scale: `web`, `worker` … */
  container_type: Schema.NonEmptyString,
  min_containers: Schema.NonNegativeInt,
  max_containers: Schema.NonNegativeInt,
  metric: WatchedMetric,
  /** The target value, in the unit of the metric: 150 requests per minute, 0.7 of the memory. */
  target: Schema.Finite
}))

export interface CreateAutoscaler extends Schema.Schema.Type<typeof CreateAutoscaler> {}

/**
 * The fields of an autoscaler that can be changed.
 *
 * @category schemas
 */
export const UpdateAutoscaler = struct(() => ({
  min_containers: Schema.optional(Schema.NonNegativeInt),
  max_containers: Schema.optional(Schema.NonNegativeInt),
  metric: Schema.optional(WatchedMetric),
  /** The target value, in the unit of the metric. */
  target: Schema.optional(Schema.Finite),
  /** Pauses the autoscaler: the number of containers no longer changes. */
  disabled: Schema.optional(Schema.Boolean)
}))

export interface UpdateAutoscaler extends Schema.Schema.Type<typeof UpdateAutoscaler> {}

/**
 * The methods of {@link Autoscalers}.
 *
 * @category models
 */
export interface AutoscalersService {
  /**
   * The autoscalers of an app: `GET /apps/:app/autoscalers`.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<Autoscaler>, ScalingoError>

  /**
   * One autoscaler: `GET /apps/:app/autoscalers/:autoscalerId`.
   */
  readonly get: (app: string, autoscalerId: string) => Effect.Effect<Autoscaler, ScalingoError>

  /**
   * Adds an autoscaler to an app: `POST /apps/:app/autoscalers`. The platform also adds two alerts that trigger the
   * scaling.
   *
   * ```ts
   * yield* autoscalers.create("my-app", {
   *   container_type: "web",
   *   min_containers: 2,
   *   max_containers: 6,
   *   metric: "rpm_per_container",
   *   target: 150
   * })
   * ```
   */
  readonly create: (app: string, autoscaler: CreateAutoscaler) => Effect.Effect<Autoscaler, ScalingoError>

  /**
   * Changes or pauses an autoscaler: `PATCH /apps/:app/autoscalers/:autoscalerId`. Omitted fields keep their values.
   */
  readonly update: (
    app: string,
    autoscalerId: string,
    changes: UpdateAutoscaler
  ) => Effect.Effect<Autoscaler, ScalingoError>

  /**
   * Deletes an autoscaler: `DELETE /apps/:app/autoscalers/:autoscalerId`.
   */
  readonly delete: (app: string, autoscalerId: string) => Effect.Effect<void, ScalingoError>
}

/**
 * Autoscalers of apps.
 *
 * @category tags
 */
export class Autoscalers extends Context.Tag("@effect-scalingo/core/Autoscalers")<Autoscalers, AutoscalersService>() {}

const autoscaler = Decode.root("autoscaler", Autoscaler)

const list = endpoint("Autoscalers.list", "GET /apps/:app/autoscalers", Decode.list("autoscalers", Autoscaler))
const get = endpoint("Autoscalers.get", "GET /apps/:app/autoscalers/:autoscalerId", autoscaler)
const create = endpoint("Autoscalers.create", "POST /apps/:app/autoscalers", autoscaler, {
  body: body(CreateAutoscaler, "autoscaler")
})
const update = endpoint("Autoscalers.update", "PATCH /apps/:app/autoscalers/:autoscalerId", autoscaler, {
  body: body(UpdateAutoscaler, "autoscaler")
})
const remove = endpoint("Autoscalers.delete", "DELETE /apps/:app/autoscalers/:autoscalerId", Decode.empty)

export const make: Effect.Effect<AutoscalersService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    Autoscalers.of({
      list: (app) => call(api, list, { path: { app } }),
      get: (app, autoscalerId) => call(api, get, { path: { app, autoscalerId } }),
      create: (app, autoscaler) => call(api, create, { path: { app }, body: autoscaler }),
      update: (app, autoscalerId, changes) => call(api, update, { path: { app, autoscalerId }, body: changes }),
      delete: (app, autoscalerId) => call(api, remove, { path: { app, autoscalerId } })
    })
)

export const layer: Layer.Layer<Autoscalers, never, RegionalApi> = Layer.effect(Autoscalers, make)
