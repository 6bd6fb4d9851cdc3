/**
 * A deployment of an app, as the platform's answers and its deployment stream show it. `Deployments` reads, starts
 * and awaits it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DurationFromSeconds, Json, mapOf, nullish, openEnum, optionalTimestamp, Timestamp } from "./ScalingoSchema.js"

/**
 * How far a deployment is. Of the known ones everything but `queued`, `building`, `pushing` and `starting` is final, and
 * only `success` is a good end. A status that is not known yet counts as an end when it ends in `-error`.
 *
 * @category schemas
 */
export const DeploymentStatus = openEnum(
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
 * Who started a deployment.
 *
 * @category schemas
 */
export const DeploymentPusher = Schema.Struct({
  id: Schema.String,
  email: Schema.String,
  username: Schema.String,
  fullname: nullish(Schema.String),
  flags: nullish(mapOf(Schema.Boolean))
})

export interface DeploymentPusher extends Schema.Schema.Type<typeof DeploymentPusher> {}

/**
 * Addresses that belong to a deployment.
 *
 * @category schemas
 */
export const DeploymentLinks = Schema.Struct({
  /** Where the output is; `Deployments.output` reads it by id, without this address. */
  output: Schema.String
})

export interface DeploymentLinks extends Schema.Schema.Type<typeof DeploymentLinks> {}

/**
 * A deployment.
 *
 * @category schemas
 */
export const Deployment = Schema.Struct({
  /** A UUID; deployments of the first years have 24 hexadecimal digits. */
  id: Schema.String,
  app_id: Schema.String,
  created_at: Timestamp,
  finished_at: optionalTimestamp,
  status: Schema.optional(DeploymentStatus),
  /** The commit, or the label that an archive was deployed under; nothing for an archive without one. */
  git_ref: Schema.NullOr(Schema.String),
  previous_git_ref: nullish(Schema.String),
  /** Where the code came from: `git`, `archive` … */
  type: nullish(Schema.String),
  /** How long it took; zero or nothing while it goes on. */
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
})

export interface Deployment extends Schema.Schema.Type<typeof Deployment> {}

/**
 * What a message of the deployment stream carries; which field is set depends on the message's `type`.
 *
 * @category schemas
 */
export const DeploymentStreamData = Schema.Struct({
  /** `new`: the deployment's id, or the whole {@link Deployment}. The platform sends both forms. */
  deployment: Schema.optional(Json),
  /** `log`: output of the build, or of the start. */
  content: Schema.optional(Schema.String),
  /** `status`: the state that the deployment has now. */
  status: Schema.optional(DeploymentStatus),
  /** `ping`: when it was sent, in seconds since 1970. */
  ts: Schema.optional(Schema.Number)
})

export interface DeploymentStreamData extends Schema.Schema.Type<typeof DeploymentStreamData> {}

/**
 * A message of the deployment stream. Types that are not known must be ignored.
 *
 * @category schemas
 */
export const DeploymentStreamMessage = Schema.Struct({
  type: openEnum("ping", "new", "log", "status"),
  /** Of which deployment it tells; absent in `ping` and `new`. */
  id: nullish(Schema.String),
  data: DeploymentStreamData
})

export interface DeploymentStreamMessage extends Schema.Schema.Type<typeof DeploymentStreamMessage> {}
