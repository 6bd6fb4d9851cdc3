/**
 * A deployment of an app, and the messages of the deployment stream.
 *
 * See `Deployments` for the requests.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { DurationFromSeconds, Json, mapOf, nullish, openEnum, optionalTimestamp, Timestamp } from "./ScalingoSchema.js"

/**
 * The status of a deployment. All known statuses except `queued`, `building`, `pushing` and `starting` are final, and
 * only `success` means success. An unknown status is final when it ends in `-error`.
 *
 * @category schemas
 */
export const DeploymentStatus = /* @__PURE__ */ openEnum(
  "queued",
  "building",
  "pushing",
  "starting",
  "success",
  "crashed-error",
  "timeout-error",
  "build-error",
  "hook-error",
  "aborted"
)

export type DeploymentStatus = Schema.Schema.Type<typeof DeploymentStatus>

/**
 * The user who started a deployment.
 *
 * @category schemas
 */
export const DeploymentPusher = /* @__PURE__ */ struct(() => ({
  id: Schema.String,
  email: Schema.String,
  username: Schema.String,
  fullname: nullish(Schema.String),
  flags: nullish(mapOf(Schema.Boolean))
}))

export interface DeploymentPusher extends Schema.Schema.Type<typeof DeploymentPusher> {}

/**
 * The related URLs of a deployment.
 *
 * @category schemas
 */
export const DeploymentLinks = /* @__PURE__ */ struct(() => ({
  /** The URL of the output. `Deployments.output` does not need it: it reads the output by id. */
  output: Schema.String
}))

export interface DeploymentLinks extends Schema.Schema.Type<typeof DeploymentLinks> {}

/**
 * A deployment.
 *
 * @category schemas
 */
export const Deployment = /* @__PURE__ */ struct(() => ({
  /** A UUID; older deployments have 24 hexadecimal digits. */
  id: Schema.String,
  app_id: Schema.String,
  created_at: Timestamp,
  finished_at: optionalTimestamp,
  status: nullish(DeploymentStatus),
  /** The commit, or the label of a deployed archive. Empty or `null` for an archive without a label. */
  git_ref: nullish(Schema.String),
  previous_git_ref: nullish(Schema.String),
  /** The source of the code: `git`, `archive` … */
  type: nullish(Schema.String),
  /** How long the deployment took. Zero or absent while it is in progress. */
  duration: nullish(DurationFromSeconds),
  /** The name of the image that was built. */
  image: nullish(Schema.String),
  /** The registry that holds the image. */
  registry: nullish(Schema.String),
  /** In bytes. */
  image_size: nullish(Schema.Number),
  stack_base_image: nullish(Schema.String),
  /** The command that ran between the build and the start. */
  postdeploy_hook: nullish(Schema.String),
  pusher: DeploymentPusher,
  links: nullish(DeploymentLinks)
}))

export interface Deployment extends Schema.Schema.Type<typeof Deployment> {}

/**
 * The data of a message of the deployment stream. The message's `type` determines which field is set.
 *
 * @category schemas
 */
export const DeploymentStreamData = /* @__PURE__ */ struct(() => ({
  /** `new`: the deployment's id, or the whole {@link Deployment}. The platform sends both forms. */
  deployment: nullish(Json),
  /** `log`: output of the build, or of the start. */
  content: nullish(Schema.String),
  /** `status`: the current status of the deployment. */
  status: nullish(DeploymentStatus),
  /** `ping`: when it was sent, in seconds since 1970. */
  ts: nullish(Schema.Number)
}))

export interface DeploymentStreamData extends Schema.Schema.Type<typeof DeploymentStreamData> {}

/**
 * A message of the deployment stream. Ignore messages of an unknown type.
 *
 * @category schemas
 */
export const DeploymentStreamMessage = /* @__PURE__ */ struct(() => ({
  type: openEnum("ping", "new", "log", "status"),
  /** The id of the deployment. Absent in `ping` and `new`. */
  id: nullish(Schema.String),
  data: DeploymentStreamData
}))

export interface DeploymentStreamMessage extends Schema.Schema.Type<typeof DeploymentStreamMessage> {}

/**
 * A deployment has begun.
 *
 * @category models
 */
export interface DeploymentNew {
  readonly _tag: "New"
  readonly deployment_id: string
  /** The platform sends either the whole deployment or its id alone. */
  readonly deployment: Deployment | undefined
}

/**
 * Output of a deployment.
 *
 * @category models
 */
export interface DeploymentLog {
  readonly _tag: "Log"
  readonly deployment_id: string
  /**
   * The next part of the output, with its line ends. It may end within a line. When no message of the platform has a line
   * end, each is a line and gets one.
   */
  readonly content: string
}

/**
 * The status of a deployment has changed.
 *
 * @category models
 */
export interface DeploymentStatusChange {
  readonly _tag: "Status"
  readonly deployment_id: string
  readonly status: DeploymentStatus
}

/**
 * The stream is not available for now. What is missing comes later, as far as the platform still has it.
 *
 * @category models
 */
export interface DeploymentGap {
  readonly _tag: "Gap"
  /** `undefined` when all deployments of an app are followed. */
  readonly deployment_id: string | undefined
  /** Why, in plain words. */
  readonly reason: string
}

/**
 * What is seen of a deployment, or of all deployments of an app.
 *
 * @category models
 */
export type DeploymentEvent = DeploymentNew | DeploymentLog | DeploymentStatusChange | DeploymentGap
