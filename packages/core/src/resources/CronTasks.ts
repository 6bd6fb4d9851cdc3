/**
 * The scheduled commands of an app. They are declared in the `cron.json` of its code, so this service is read-only.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { CronTasks as Tasks } from "../schema/CronJob.js"

/**
 * The methods of {@link CronTasks}.
 *
 * @category models
 */
export interface CronTasksService {
  /**
   * The scheduled commands of an app: `GET /apps/:app/cron_tasks`. The list is empty for an app that declares none, for
   * which the platform responds with 404.
   */
  readonly get: (app: string) => Effect.Effect<Tasks, ScalingoError>
}

/**
 * The scheduled commands of apps.
 *
 * @category tags
 */
export class CronTasks extends Context.Tag("@effect-scalingo/core/CronTasks")<CronTasks, CronTasksService>() {}

const get = endpoint("CronTasks.get", "GET /apps/:app/cron_tasks", Decode.json(Tasks))

export const make: Effect.Effect<CronTasksService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  CronTasks.of({
    get: (app) =>
      Effect.catchTag(call(api, get, { path: { app } }), "NotFound", (error) =>
        error.resource === "app" ? Effect.fail(error) : Effect.succeed<Tasks>({ jobs: [] }))
  }))

export const layer: Layer.Layer<CronTasks, never, RegionalApi> = Layer.effect(CronTasks, make)
