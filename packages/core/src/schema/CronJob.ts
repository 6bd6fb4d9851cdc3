/**
 * Commands that an app has the platform run at set times, as `CronTasks` shows them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { nullish, optionalTimestamp } from "./ScalingoSchema.js"

/**
 * A command and when it runs.
 *
 * @category schemas
 */
export const CronJob = Schema.Struct({
  /** The times in cron's notation, then the command: `0 5 * * * rake import`. */
  command: Schema.String,
  /** The size of its container; the platform's default when there is none. */
  size: nullish(Schema.String),
  /** `null` when it never ran. */
  last_execution_date: optionalTimestamp,
  next_execution_date: optionalTimestamp
})

export interface CronJob extends Schema.Schema.Type<typeof CronJob> {}

/**
 * All that an app has the platform run at set times.
 *
 * @category schemas
 */
export const CronTasks = Schema.Struct({
  /** Also empty where the platform sends `null`. */
  jobs: Schema.transform(Schema.NullOr(Schema.Array(CronJob)), Schema.Array(Schema.typeSchema(CronJob)), {
    strict: true,
    decode: (jobs) => jobs ?? [],
    encode: (jobs) => jobs
  }),
  /** The deployment that declared them. */
  deployment_id: nullish(Schema.String)
})

export interface CronTasks extends Schema.Schema.Type<typeof CronTasks> {}
