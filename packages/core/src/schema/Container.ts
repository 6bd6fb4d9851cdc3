/**
 * The containers of an app: those that run, the formation that they are started from, and one-off ones. The calls
 * are those of `Apps`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ContainerSize } from "./ContainerSize.js"
import { OperationRef } from "./Operation.js"
import { mapOf, nullish, openEnum, optionalTimestamp, Secret, SecretInput, Timestamp } from "./ScalingoSchema.js"

/**
 * A container that runs, or that is about to.
 *
 * @category schemas
 */
export const Container = Schema.Struct({
  id: Schema.String,
  app_id: nullish(Schema.String),
  /** Its app, in the answer to `Apps.run` only, and often with no more than the name. */
  app: Schema.optional(
    Schema.NullOr(Schema.Struct({ id: Schema.optional(Schema.String), name: Schema.optional(Schema.String) }))
  ),
  /** `web`, `worker` …, or `one-off`. */
  type: Schema.String,
  /** Which of its type, from 1. */
  type_index: Schema.Number,
  /** The type and the index, `web-1`: how logs and statistics name it. */
  label: nullish(Schema.String),
  created_at: Timestamp,
  deleted_at: optionalTimestamp,
  state: openEnum("booting", "running", "stopping"),
  /** Empty today: `container_size` holds the size. */
  size: nullish(Schema.String),
  /** The command of a one-off container; empty when the Procfile's is run. */
  command: nullish(Schema.String),
  /** Absent in the answer to `Apps.run`. */
  container_size: nullish(ContainerSize),
  /** In bytes, in the answer to `Apps.run` only. */
  memory: nullish(Schema.Number)
})

export interface Container extends Schema.Schema.Type<typeof Container> {}

/**
 * One line of an app's formation: how many containers of a type there are to be, and of which size.
 *
 * @category schemas
 */
export const ContainerType = Schema.Struct({
  /** Only in the answer to `Apps.scale`. */
  id: nullish(Schema.String),
  app_id: nullish(Schema.String),
  /** `web`, `worker` … */
  name: Schema.String,
  amount: Schema.Number,
  /** The name of the size, such as `M`. */
  size: Schema.String,
  /** The command that the Procfile gives to the type. */
  command: nullish(Schema.String)
})

export interface ContainerType extends Schema.Schema.Type<typeof ContainerType> {}

/**
 * What a type of containers is to become.
 *
 * @category schemas
 */
export const ScaleContainer = Schema.Struct({
  /** `web`, `worker` … */
  name: Schema.NonEmptyString,
  /** How many; 0 stops them all. The platform takes at most 10 of a type. */
  amount: Schema.NonNegativeInt,
  /** The name of the size, such as `M`; it stays as it is when left out. */
  size: Schema.optional(Schema.NonEmptyString)
})

export interface ScaleContainer extends Schema.Schema.Type<typeof ScaleContainer> {}

/**
 * What `Apps.scale` has set going.
 *
 * @category schemas
 */
export const ScaleResult = Schema.Struct({
  /** The whole formation as it will be, types with no container included. */
  containers: Schema.Array(ContainerType),
  /** What to await; `null` when there is nothing to do, since the app was never deployed or is already like that. */
  operation: Schema.NullOr(OperationRef)
})

export interface ScaleResult extends Schema.Schema.Type<typeof ScaleResult> {}

/**
 * What a one-off container is to run.
 *
 * @category schemas
 */
export const RunOneOff = Schema.Struct({
  command: Schema.NonEmptyString,
  /** Variables beside those of the app; where both have one, this one counts. */
  env: Schema.optional(mapOf(SecretInput)),
  /** The name of the size; `M` when left out. */
  size: Schema.optional(Schema.NonEmptyString),
  /**
   * Runs it by itself, with its output in the app's logs. Otherwise, which is the default, the command starts when
   * somebody attaches.
   */
  detached: Schema.optional(Schema.Boolean),
  /** Whether files will be uploaded before anybody attaches. */
  has_uploads: Schema.optional(Schema.Boolean)
})

export interface RunOneOff extends Schema.Schema.Type<typeof RunOneOff> {}

/**
 * The platform's answer to `Apps.run`, which gives {@link StartedOneOff} instead.
 *
 * @category schemas
 */
export const RunResult = Schema.Struct({
  container: Container,
  /** The address of the operation, with `http://` in the documentation: never to be called. */
  operation_url: Schema.String,
  /** The id of the operation. */
  operation: Schema.String,
  /** Where older versions of the platform said where to attach. */
  attach_url: nullish(Secret)
})

export interface RunResult extends Schema.Schema.Type<typeof RunResult> {}

/**
 * What `Apps.run` has set going.
 *
 * @category schemas
 */
export const StartedOneOff = Schema.Struct({
  container: Container,
  /** What to await; when it is done, its `start_one_off_data` says where to attach. */
  operation: OperationRef,
  /** Where older versions of the platform said where to attach. */
  attach_url: nullish(Secret)
})

export interface StartedOneOff extends Schema.Schema.Type<typeof StartedOneOff> {}

/**
 * How the command of an attached one-off container has ended.
 *
 * @category schemas
 */
export const OneOffExit = Schema.Struct({
  exit_code: Schema.NullOr(Schema.Number)
})

export interface OneOffExit extends Schema.Schema.Type<typeof OneOffExit> {}
