/**
 * A piece of work that the platform does on an app in the background, as its answers show it. `Operations` reads and
 * awaits it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { nullish, openEnum, optionalTimestamp, Secret, Timestamp } from "./ScalingoSchema.js"

/**
 * Which operation a call has started. The platform answers with an address; it is reduced to the ids in it, so that
 * no bearer is ever sent to a host that an answer names. Plain text only: it can be stored and picked up later.
 *
 * @category schemas
 */
export const OperationRef = Schema.Struct({
  /** The app's name or id, as the platform wrote it. */
  app: Schema.String,
  operationId: Schema.String,
  /** The region that carries it out; `null` for the region of the effect that asks. */
  region: Schema.NullOr(Schema.String)
})

export interface OperationRef extends Schema.Schema.Type<typeof OperationRef> {}

/**
 * Where to attach to a one-off container, once it runs.
 *
 * @category schemas
 */
export const OperationStartOneOffData = Schema.Struct({
  /** The address to attach to; whoever has it and a bearer gets a shell. */
  attach_url: nullish(Secret),
  container_id: nullish(Schema.String)
})

export interface OperationStartOneOffData extends Schema.Schema.Type<typeof OperationStartOneOffData> {}

/**
 * A scaling, a restart, the start of a one-off container: something that goes on after its request was answered.
 *
 * @category schemas
 */
export const Operation = Schema.Struct({
  id: Schema.String,
  app_id: nullish(Schema.String),
  created_at: Timestamp,
  /** Only to be trusted when the status is a final one: the platform also shows a date here before the end. */
  finished_at: optionalTimestamp,
  /** Final are `done` and `error`. */
  status: openEnum("pending", "running", "done", "error"),
  /** `scale`, `start`, `start-one-off`, `restart` … */
  type: openEnum("scale", "start", "start-one-off", "restart"),
  /** What went wrong, when the status is `error`. */
  error: nullish(Schema.String),
  /** For `start-one-off`, once the container runs. */
  start_one_off_data: nullish(OperationStartOneOffData),
  /** Where the documentation shows the address to attach to; `start_one_off_data` is where clients find it. */
  attach_url: nullish(Secret)
})

export interface Operation extends Schema.Schema.Type<typeof Operation> {}
