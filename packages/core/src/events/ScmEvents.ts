/**
 * The events of the link between an app and its repository, including review apps.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { union } from "../internal/lazySchema.js"
import { nullish } from "../schema/ScalingoSchema.js"
import { event } from "./internal/eventSchema.js"

const linkData = {
  repo_name: nullish(Schema.String),
  linker_username: nullish(Schema.String),
  /** The URL of the repository. */
  source: nullish(Schema.String),
  /** The branch that is deployed. */
  branch: nullish(Schema.String),
  auto_deploy: nullish(Schema.Boolean),
  auto_deploy_review_apps: nullish(Schema.Boolean),
  delete_on_close: nullish(Schema.Boolean),
  delete_stale: nullish(Schema.Boolean),
  hours_before_delete_on_close: nullish(Schema.Number),
  hours_before_delete_stale: nullish(Schema.Number),
  /** Whether pull requests from forks also get a review app. */
  creation_from_forks_allowed: nullish(Schema.Boolean)
}

const reviewAppData = {
  /** The id of the review app. */
  app_id: nullish(Schema.String),
  review_app_name: nullish(Schema.String),
  source_repo_name: nullish(Schema.String),
  source_repo_url: nullish(Schema.String),
  pr_name: nullish(Schema.String),
  pr_number: nullish(Schema.Number),
  pr_url: nullish(Schema.String),
  pr_comes_from_a_fork: nullish(Schema.Boolean)
}

/**
 * `link_scm`: a repository was linked to an app.
 *
 * @category schemas
 */
export const LinkScmEvent = event("link_scm", linkData)

export interface LinkScmEvent extends Schema.Schema.Type<typeof LinkScmEvent> {}

/**
 * `update_scm`: the link between an app and its repository was changed.
 *
 * @category schemas
 */
export const UpdateScmEvent = event("update_scm", linkData)

export interface UpdateScmEvent extends Schema.Schema.Type<typeof UpdateScmEvent> {}

/**
 * `unlink_scm`: the repository of an app was unlinked.
 *
 * @category schemas
 */
export const UnlinkScmEvent = event("unlink_scm", {
  repo_name: nullish(Schema.String),
  unlinker_username: nullish(Schema.String),
  /** Some responses have this field instead of `unlinker_username`. */
  linker_username: nullish(Schema.String),
  source: nullish(Schema.String)
})

export interface UnlinkScmEvent extends Schema.Schema.Type<typeof UnlinkScmEvent> {}

/**
 * `link_github`: a GitHub repository was linked to an app. Replaced by `link_scm`.
 *
 * @category schemas
 */
export const LinkGithubEvent = event("link_github", {
  repo_name: nullish(Schema.String),
  linker_username: nullish(Schema.String),
  github_source: nullish(Schema.String)
})

export interface LinkGithubEvent extends Schema.Schema.Type<typeof LinkGithubEvent> {}

/**
 * `unlink_github`: a GitHub repository was unlinked. Replaced by `unlink_scm`.
 *
 * @category schemas
 */
export const UnlinkGithubEvent = event("unlink_github", {
  repo_name: nullish(Schema.String),
  unlinker_username: nullish(Schema.String),
  github_source: nullish(Schema.String)
})

export interface UnlinkGithubEvent extends Schema.Schema.Type<typeof UnlinkGithubEvent> {}

/**
 * `create_review_app`: a review app was created for a pull request.
 *
 * @category schemas
 */
export const CreateReviewAppEvent = event("create_review_app", {
  ...reviewAppData,
  review_app_url: nullish(Schema.String)
})

export interface CreateReviewAppEvent extends Schema.Schema.Type<typeof CreateReviewAppEvent> {}

/**
 * `destroy_review_app`: the review app of a pull request was destroyed.
 *
 * @category schemas
 */
export const DestroyReviewAppEvent = event("destroy_review_app", {
  ...reviewAppData,
  review_app_url: nullish(Schema.String)
})

export interface DestroyReviewAppEvent extends Schema.Schema.Type<typeof DestroyReviewAppEvent> {}

/**
 * An event of the link between an app and its repository.
 *
 * @category schemas
 */
export const ScmEvent = union(
  LinkScmEvent,
  UpdateScmEvent,
  UnlinkScmEvent,
  LinkGithubEvent,
  UnlinkGithubEvent,
  CreateReviewAppEvent,
  DestroyReviewAppEvent
)

export type ScmEvent =
  | LinkScmEvent
  | UpdateScmEvent
  | UnlinkScmEvent
  | LinkGithubEvent
  | UnlinkGithubEvent
  | CreateReviewAppEvent
  | DestroyReviewAppEvent
