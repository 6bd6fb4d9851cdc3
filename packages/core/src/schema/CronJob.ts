/**
 * The scheduled commands of an app.
 *
 * See the module `CronTasks` for the request.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { collection } from "./internal/collection.js"
import { nullish, optionalTimestamp } from "./ScalingoSchema.js"

/**
 * A scheduled command.
 *
 * @category schemas
 */
export const CronJob = /* @__PURE__ */ struct(() => ({
  /** The cron expression followed by the command: `0 5 * * * rake import`. */
  command: Schema.String,
  /** The container size. The platform's default applies when there is none. */
  size: nullish(Schema.String),
  /** `null` before the first run. */
  last_execution_date: optionalTimestamp,
  next_execution_date: optionalTimestamp
}))

export interface CronJob extends Schema.Schema.Type<typeof CronJob> {}

/**
 * All scheduled commands of an app.
 *
 * @category schemas
 */
export const CronTasks = /* @__PURE__ */ struct(() => ({
  /** Empty when the platform sends `null`. */
  jobs: collection(CronJob),
  /** The deployment that declared them. */
  deployment_id: nullish(Schema.String)
}))

export interface CronTasks extends Schema.Schema.Type<typeof CronTasks> {}
