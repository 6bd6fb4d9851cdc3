/**
 * A background operation on an app, and a reference to one.
 *
 * See `Operations` for the requests.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp, Secret, Timestamp } from "./ScalingoSchema.js"

/** `scale`, `start`, `start-one-off`, `restart` … */
const OperationType = /* @__PURE__ */ openEnum("scale", "start", "start-one-off", "restart")

/**
 * A reference to an operation that a request has started. The platform responds with a URL. Only the ids in it are
 * kept, so that no bearer is ever sent to a host that a response names. All fields are plain text: a program can store
 * the reference and await the operation later.
 *
 * @category schemas
 */
export const OperationRef = /* @__PURE__ */ struct(() => ({
  /** The app's name or id, as the platform wrote it. */
  app: Schema.String,
  operationId: Schema.String,
  /** The region of the operation. `null` stands for the current region of the effect that uses the reference. */
  region: Schema.NullOr(Schema.String),
  /** What was started. It saves waits a request: those of one-off containers do not look at the status of the app. */
  type: Schema.optional(OperationType)
}))

export interface OperationRef extends Schema.Schema.Type<typeof OperationRef> {}

/**
 * What the methods of `Operations` take: an {@link OperationRef}, or the ids alone.
 *
 * @category models
 */
export interface OperationRefInput {
  /** The app's name or id. */
  readonly app: string
  readonly operationId: string
  /** The region of the operation. By default, and when it is `null`, the current region of the effect. */
  readonly region?: string | null | undefined
  /** The type of the operation, if it is known: see {@link OperationRef}. */
  readonly type?: string | undefined
}

/**
 * The URL to attach to a one-off container, once it runs.
 *
 * @category schemas
 */
export const OperationStartOneOffData = /* @__PURE__ */ struct(() => ({
  /** The URL to attach to. Together with a bearer it gives access to a shell. */
  attach_url: nullish(Secret),
  container_id: nullish(Schema.String)
}))

export interface OperationStartOneOffData extends Schema.Schema.Type<typeof OperationStartOneOffData> {}

/**
 * A background operation, such as scaling, a restart or the start of a one-off container. It continues after the
 * response to the request that started it.
 *
 * @category schemas
 */
export const Operation = /* @__PURE__ */ struct(() => ({
  id: Schema.String,
  app_id: nullish(Schema.String),
  created_at: Timestamp,
  /** Reliable only with a final status: the platform also sends a date before the operation ends. */
  finished_at: optionalTimestamp,
  /** `done` and `error` are final. */
  status: openEnum("pending", "running", "done", "error"),
  type: OperationType,
  /** The error message when the status is `error`. */
  error: nullish(Schema.String),
  /** For `start-one-off`, once the container runs. */
  start_one_off_data: nullish(OperationStartOneOffData),
  /** The URL to attach to, according to the documentation. Clients find it in `start_one_off_data`. */
  attach_url: nullish(Secret)
}))

export interface Operation extends Schema.Schema.Type<typeof Operation> {}
