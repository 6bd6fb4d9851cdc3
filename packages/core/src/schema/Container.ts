/**
 * The containers of an app: its formation, its running containers and one-off containers.
 *
 * See `Apps` for the requests.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { ContainerSize } from "./ContainerSize.js"
import { OperationRef } from "./Operation.js"
import { mapOf, nullish, openEnum, optionalTimestamp, Secret, SecretInput, Timestamp } from "./ScalingoSchema.js"

/**
 * A container that is starting, running or stopping.
 *
 * @category schemas
 */
export const Container = /* @__PURE__ */ struct(() => ({
  id: Schema.String,
  app_id: nullish(Schema.String),
  /** The app, only in the response of `Apps.run` and often with only the name. */
  app: nullish(Schema.Struct({ id: nullish(Schema.String), name: nullish(Schema.String) })),
  /** `web`, `worker` …, or `one-off`. */
  type: Schema.String,
  /** The number within the type, from 1. */
  type_index: Schema.Number,
  /** The type and the index, `web-1`, as used in logs and statistics. */
  label: nullish(Schema.String),
  created_at: Timestamp,
  deleted_at: optionalTimestamp,
  state: openEnum("booting", "running", "stopping"),
  /** Currently empty: `container_size` holds the size. */
  size: nullish(Schema.String),
  /** The command of a one-off container. Empty for a container that runs a command of the Procfile. */
  command: nullish(Schema.String),
  /** Absent in the response of `Apps.run`. */
  container_size: nullish(ContainerSize),
  /** In bytes. Only in the response of `Apps.run`. */
  memory: nullish(Schema.Number)
}))

export interface Container extends Schema.Schema.Type<typeof Container> {}

/**
 * An entry of an app's formation: the number and the size of the containers of one type.
 *
 * @category schemas
 */
export const ContainerType = /* @__PURE__ */ struct(() => ({
  /** Only in the response of `Apps.scale`. */
  id: nullish(Schema.String),
  app_id: nullish(Schema.String),
  /** `web`, `worker` … */
  name: Schema.String,
  amount: Schema.Number,
  /** The name of the size, such as `M`. */
  size: Schema.String,
  /** The command of the type in the Procfile. */
  command: nullish(Schema.String)
}))

export interface ContainerType extends Schema.Schema.Type<typeof ContainerType> {}

/**
 * The input for scaling one container type.
 *
 * @category schemas
 */
export const ScaleContainer = /* @__PURE__ */ struct(() => ({
  /** `web`, `worker` … */
  name: Schema.NonEmptyString,
  /** The number of containers; 0 stops them all. The platform accepts at most 10 of a type. */
  amount: Schema.NonNegativeInt,
  /** The name of the size, such as `M`. Unchanged when omitted. */
  size: Schema.optional(Schema.NonEmptyString)
}))

export interface ScaleContainer extends Schema.Schema.Type<typeof ScaleContainer> {}

/**
 * The result of `Apps.scale`.
 *
 * @category schemas
 */
export const ScaleResult = /* @__PURE__ */ struct(() => ({
  /** The complete formation after scaling, including types without containers. */
  containers: Schema.Array(ContainerType),
  /** The operation to await. `null` when the app was never deployed or already has this formation. */
  operation: Schema.NullOr(OperationRef)
}))

export interface ScaleResult extends Schema.Schema.Type<typeof ScaleResult> {}

/**
 * The input for starting a one-off container.
 *
 * @category schemas
 */
export const RunOneOff = /* @__PURE__ */ struct(() => ({
  command: Schema.NonEmptyString,
  /** Additional variables. They override the variables of the app. */
  env: Schema.optional(mapOf(SecretInput)),
  /** The name of the size. Default `M`. */
  size: Schema.optional(Schema.NonEmptyString),
  /**
   * Runs the command in the background, with its output in the app's logs. By default, the command starts when a
   * client attaches.
   */
  detached: Schema.optional(Schema.Boolean),
  /** Whether files are uploaded before a client attaches. */
  has_uploads: Schema.optional(Schema.Boolean)
}))

export interface RunOneOff extends Schema.Schema.Type<typeof RunOneOff> {}

/**
 * The wire form of the response of `Apps.run`, which returns a {@link StartedOneOff}.
 *
 * @category schemas
 */
export const RunResult = /* @__PURE__ */ struct(() => ({
  container: Container,
  /** The URL of the operation. Never request it: the documentation shows it with `http://`. */
  operation_url: Schema.String,
  /** The id of the operation. */
  operation: nullish(Schema.String),
  /** The URL to attach to, in older versions of the platform. */
  attach_url: nullish(Secret)
}))

export interface RunResult extends Schema.Schema.Type<typeof RunResult> {}

/**
 * The result of `Apps.run`.
 *
 * @category schemas
 */
export const StartedOneOff = /* @__PURE__ */ struct(() => ({
  container: Container,
  /** The operation to await. Once it is done, its `start_one_off_data` holds the URL to attach to. */
  operation: OperationRef,
  /** The URL to attach to, in older versions of the platform. */
  attach_url: nullish(Secret)
}))

export interface StartedOneOff extends Schema.Schema.Type<typeof StartedOneOff> {}

/**
 * The exit code of the command of an attached one-off container.
 *
 * @category schemas
 */
export const OneOffExit = /* @__PURE__ */ struct(() => ({
  exit_code: nullish(Schema.Number)
}))

export interface OneOffExit extends Schema.Schema.Type<typeof OneOffExit> {}
