/**
 * The links between apps and GitHub or GitLab repositories: automatic deployments of pushes, and review apps for pull
 * requests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { because } from "../client/internal/because.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages } from "../client/internal/pages.js"
import * as Poll from "../client/internal/poll.js"
import { body } from "../client/internal/requestBody.js"
import * as SharedPolling from "../client/internal/sharedPolling.js"
import type { Page, PageOptions, WalkOptions } from "../client/Pagination.js"
import type { ResponseDecoder } from "../client/ResponseDecoder.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import type { WaitOptions, WaitTimeout } from "../client/Wait.js"
import { errorClass } from "../internal/errorClass.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { Deployment, DeploymentStatus } from "../schema/Deployment.js"
import { nullish, openEnum, optionalTimestamp, Timestamp } from "../schema/ScalingoSchema.js"
import { adviceOf, hasFailed, isFinal } from "./internal/deploymentEnd.js"
import { ScmBranch } from "./ScmIntegrations.js"

/**
 * The user who linked an app to its repository.
 *
 * @category schemas
 */
export const ScmRepoLinkLinker = struct(() => ({
  /** `us-…` */
  id: Schema.String,
  username: Schema.String,
  email: Schema.String
}))

export interface ScmRepoLinkLinker extends Schema.Schema.Type<typeof ScmRepoLinkLinker> {}

/**
 * The link between an app and a repository.
 *
 * @category schemas
 */
export const ScmRepoLink = struct(() => ({
  id: Schema.String,
  app_id: Schema.String,
  /** The SCM integration that the platform reads the repository with. */
  auth_integration_uuid: Schema.String,
  /** The name of `auth_integration_uuid` in the official JavaScript client. */
  scm_integration_uuid: nullish(Schema.String),
  /** A legacy field from when only GitHub was supported. */
  github_integration_uuid: nullish(Schema.String),
  linker: ScmRepoLinkLinker,
  /** The URL of the repository's host. */
  url: nullish(Schema.String),
  /** The owner of the repository: `Scalingo` in `Scalingo/cli`. */
  owner: Schema.String,
  /** The name of the repository: `cli` in `Scalingo/cli`. */
  repo: Schema.String,
  /** The branch to deploy; `null` if none was chosen. */
  branch: nullish(Schema.String),
  scm_type: openEnum("github", "gitlab", "github-enterprise", "gitlab-self-hosted"),
  created_at: Timestamp,
  updated_at: Timestamp,
  /** Deploys pushes to `branch`. */
  auto_deploy_enabled: Schema.Boolean,
  /** Creates a review app for each new pull request. */
  deploy_review_apps_enabled: Schema.Boolean,
  /** Deletes a review app when its pull request is closed. */
  delete_on_close_enabled: Schema.Boolean,
  /** The delay in hours. */
  hours_before_delete_on_close: Schema.Number,
  /** Deletes a review app when its pull request is inactive. */
  delete_stale_enabled: Schema.Boolean,
  /** The period of inactivity in hours. */
  hours_before_delete_stale: Schema.Number,
  /** Also creates review apps for pull requests from forks. */
  automatic_creation_from_forks_allowed: Schema.Boolean,
  /** `null` if there was no automatic deployment. */
  last_auto_deploy_at: optionalTimestamp
}))

export interface ScmRepoLink extends Schema.Schema.Type<typeof ScmRepoLink> {}

/**
 * The pull request of a review app.
 *
 * @category schemas
 */
export const ReviewAppPullRequest = struct(() => ({
  number: Schema.Number,
  /** The branch, prefixed with the owner of the repository: `Scalingo:my-fix`. */
  branch_name: Schema.String,
  /** 0 when unknown. */
  source_repo_id: nullish(Schema.Number),
  /** Empty when unknown. */
  source_repo_name: nullish(Schema.String),
  /** Empty when unknown. */
  source_repo_url: nullish(Schema.String),
  /** 0 when unknown. */
  target_repo_id: nullish(Schema.Number),
  title: Schema.String,
  /** The URL in the API of the platform. */
  url: Schema.String,
  /** The URL of the web page. */
  html_url: Schema.String,
  /** The commit. */
  ref: Schema.String,
  /** The target of the merge; may be empty. */
  base_ref: Schema.String,
  created_at: Timestamp,
  /** `null` while it is open. */
  closed_at: optionalTimestamp
}))

export interface ReviewAppPullRequest extends Schema.Schema.Type<typeof ReviewAppPullRequest> {}

/**
 * The user who made the last deployment of a review app, often the platform itself.
 *
 * @category schemas
 */
export const ReviewAppPusher = struct(() => ({
  username: nullish(Schema.String),
  email: nullish(Schema.String)
}))

export interface ReviewAppPusher extends Schema.Schema.Type<typeof ReviewAppPusher> {}

/**
 * The last deployment of a review app, with fewer fields than `Deployment`.
 *
 * @category schemas
 */
export const ReviewAppDeployment = struct(() => ({
  id: Schema.String,
  /** The id for the methods of `Deployments`, when it differs from `id`. */
  upstream_deployment_id: nullish(Schema.String),
  created_at: optionalTimestamp,
  status: nullish(DeploymentStatus),
  /** The commit. */
  git_ref: nullish(Schema.String),
  /** The URL of the commit. */
  scm_link: nullish(Schema.String),
  /** The URL of the commit: a legacy field from when only GitHub was supported. */
  github_link: nullish(Schema.String),
  pusher: nullish(ReviewAppPusher)
}))

export interface ReviewAppDeployment extends Schema.Schema.Type<typeof ReviewAppDeployment> {}

/**
 * An app that runs a pull request of another app's repository.
 *
 * @category schemas
 */
export const ReviewApp = struct(() => ({
  id: Schema.String,
  /** The repository link of the parent app. */
  repo_link_id: Schema.String,
  /** The id of the review app as an app. */
  app_id: Schema.String,
  app_name: Schema.String,
  /** The id of the app that is linked to the repository. */
  parent_app_id: Schema.String,
  parent_app_name: Schema.String,
  created_at: Timestamp,
  /** When it is deleted if the pull request stays inactive; `null` for never. */
  stale_deletion_date: optionalTimestamp,
  /** When it is deleted because the pull request is closed; `null` or far in the future while it is open. */
  on_close_deletion_date: optionalTimestamp,
  pull_request: ReviewAppPullRequest,
  /** `null` before the first deployment. */
  last_deployment: nullish(ReviewAppDeployment)
}))

export interface ReviewApp extends Schema.Schema.Type<typeof ReviewApp> {}

/**
 * A pull request (GitLab: merge request) of a linked repository.
 *
 * @category schemas
 */
export const RepoLinkPullRequest = struct(() => ({
  /** The id at GitHub or GitLab. The methods of this service take `number`. */
  id: Schema.Number,
  number: Schema.Number,
  title: Schema.String,
  html_url: Schema.String,
  /** The source repository: `Scalingo/example-app`. */
  source_repo_name: Schema.String,
  source_repo_html_url: Schema.String,
  opened_from_a_forked_repo: Schema.Boolean
}))

export interface RepoLinkPullRequest extends Schema.Schema.Type<typeof RepoLinkPullRequest> {}

const settings = () => ({
  /** The branch to deploy. */
  branch: Schema.optional(Schema.NonEmptyString),
  /** Deploys pushes to `branch`. */
  auto_deploy_enabled: Schema.optional(Schema.Boolean),
  /** Creates a review app for each new pull request. */
  deploy_review_apps_enabled: Schema.optional(Schema.Boolean),
  /** Deletes a review app when its pull request is closed. */
  delete_on_close_enabled: Schema.optional(Schema.Boolean),
  /** The delay in hours; 0 for none. */
  hours_before_delete_on_close: Schema.optional(Schema.NonNegativeInt),
  /** Deletes a review app when its pull request is inactive. */
  delete_stale_enabled: Schema.optional(Schema.Boolean),
  /** The period of inactivity in hours. */
  hours_before_delete_stale: Schema.optional(Schema.NonNegativeInt),
  /**
   * Also creates review apps for pull requests from forks: code of strangers then runs with the variables of your app.
   */
  automatic_creation_from_forks_allowed: Schema.optional(Schema.Boolean)
})

/**
 * The fields of a new link.
 *
 * @category schemas
 */
export const CreateScmRepoLink = struct(() => ({
  /** The URL of the repository: `https://github.com/Scalingo/sample-go-martini`. */
  source: Schema.NonEmptyString,
  /** The SCM integration that the platform reads the repository with. */
  auth_integration_uuid: Schema.optional(Schema.NonEmptyString),
  ...settings()
}))

export interface CreateScmRepoLink extends Schema.Schema.Type<typeof CreateScmRepoLink> {}

/**
 * The fields of a link that can be changed. For another repository, delete the link and create a new one.
 *
 * @category schemas
 */
export const UpdateScmRepoLink = struct(settings)

export interface UpdateScmRepoLink extends Schema.Schema.Type<typeof UpdateScmRepoLink> {}

/**
 * The deployment of a review app has failed, or the review app was deleted before it was deployed.
 * `reviewApp.last_deployment` names the phase; `Deployments.output` has the build's output.
 *
 * @category errors
 */
export class ReviewAppFailed
  extends errorClass(() =>
    Schema.TaggedError<ReviewAppFailed>("@effect-scalingo/core/ReviewAppFailed")(
      "ReviewAppFailed",
      {
        /** The name or id of the app whose repository it is. */
        app: Schema.String,
        /** The review app in its last state. */
        reviewApp: ReviewApp
      }
    )
  )
{
  override get message(): string {
    const { app_name, last_deployment, pull_request } = this.reviewApp
    const subject = `The review app ${app_name} (pull request ${pull_request.number}) of the app ${this.app}`
    const status = last_deployment?.status
    return hasFailed(status)
      ? `${subject} was not deployed, it ended with ${status}${because(adviceOf(status))}`
      : `${subject} was deleted before it was deployed`
  }
}

/**
 * The methods of {@link ScmRepoLinks}.
 *
 * @category models
 */
export interface ScmRepoLinksService {
  /**
   * The links that the account created, for all its apps and across all pages: `GET /scm_repo_links`.
   * `authIntegrationUuid` selects the links of one SCM integration.
   */
  readonly list: (
    options?: WalkOptions & { readonly authIntegrationUuid?: string | undefined }
  ) => Stream.Stream<ScmRepoLink, ScalingoError>

  /**
   * One page of the links that the account created: `GET /scm_repo_links`.
   */
  readonly listPage: (
    options?: PageOptions & { readonly authIntegrationUuid?: string | undefined }
  ) => Effect.Effect<Page<ScmRepoLink>, ScalingoError>

  /**
   * The link of an app: `GET /apps/:app/scm_repo_link`. For an app without a link, the platform responds either with
   * 404, which fails with `NotFound`, or with an empty link, which is `null` here.
   */
  readonly get: (app: string) => Effect.Effect<ScmRepoLink | null, ScalingoError>

  /**
   * Links an app to a repository: `POST /apps/:app/scm_repo_link`. Fails with `NotFound` when the integration cannot
   * see the repository, and with `Forbidden` when GitHub or GitLab refuses.
   */
  readonly create: (app: string, link: CreateScmRepoLink) => Effect.Effect<ScmRepoLink, ScalingoError>

  /**
   * Changes the settings of a link: `PATCH /apps/:app/scm_repo_link`. Omitted fields keep their values.
   */
  readonly update: (app: string, changes: UpdateScmRepoLink) => Effect.Effect<ScmRepoLink, ScalingoError>

  /**
   * Removes the link of an app: `DELETE /apps/:app/scm_repo_link`.
   */
  readonly delete: (app: string) => Effect.Effect<void, ScalingoError>

  /**
   * Deploys a branch of the linked repository: `POST /apps/:app/scm_repo_link/manual_deploy`. Returns the started
   * deployment without waiting for its end.
   */
  readonly manualDeploy: (app: string, branch: string) => Effect.Effect<Deployment, ScalingoError>

  /**
   * Creates the review app of a pull request, given by its number: `POST /apps/:app/scm_repo_link/manual_review_app`.
   * Returns before the review app is deployed: see `awaitReviewApp`.
   */
  readonly manualReviewApp: (app: string, pullRequestNumber: number) => Effect.Effect<ReviewApp, ScalingoError>

  /**
   * The review apps of an app: `GET /apps/:app/scm_repo_link/review_apps`.
   */
  readonly listReviewApps: (app: string) => Effect.Effect<ReadonlyArray<ReviewApp>, ScalingoError>

  /**
   * Waits until a review app is deployed, 15 minutes by default. `reviewApp` is its id, or the number of its pull
   * request. Reads `listReviewApps`, since there is no request for one review app. Fails with `ReviewAppFailed` when its
   * last deployment fails, or when it is deleted meanwhile, and with `WaitTimeout` after the timeout, but not while it
   * does not exist yet. The module `Wait` says how waits poll. From three waits on review apps of one app on, they share
   * the list.
   *
   * Right after a push, the last deployment may still be the one before.
   *
   * ```ts
   * yield* links.manualReviewApp("my-app", 42)
   * const { app_name } = yield* links.awaitReviewApp("my-app", 42)
   * ```
   */
  readonly awaitReviewApp: (
    app: string,
    reviewApp: string | number,
    options?: WaitOptions
  ) => Effect.Effect<ReviewApp, ScalingoError | ReviewAppFailed | WaitTimeout<ReviewApp>>

  /**
   * The open pull requests of the linked repository: `GET /apps/:app/scm_repo_link/pulls`.
   */
  readonly listPullRequests: (app: string) => Effect.Effect<ReadonlyArray<RepoLinkPullRequest>, ScalingoError>

  /**
   * One pull request of the linked repository, by its number: `GET /apps/:app/scm_repo_link/pulls/:pullNumber`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly getPullRequest: (
    app: string,
    pullNumber: number | string
  ) => Effect.Effect<RepoLinkPullRequest, ScalingoError>

  /**
   * The branches of the linked repository: `GET /apps/:app/scm_repo_link/branches`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript and Ruby clients
   */
  readonly listBranches: (app: string) => Effect.Effect<ReadonlyArray<ScmBranch>, ScalingoError>

  /**
   * The deployments by the link: `GET /apps/:app/scm_repo_link/deployments`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly listDeployments: (app: string) => Effect.Effect<ReadonlyArray<Deployment>, ScalingoError>
}

/**
 * Links between apps and repositories.
 *
 * @category tags
 */
export class ScmRepoLinks
  extends Context.Tag("@effect-scalingo/core/ScmRepoLinks")<ScmRepoLinks, ScmRepoLinksService>()
{}

const link = Decode.root("scm_repo_link", ScmRepoLink)
const linkOrNull = Decode.root("scm_repo_link", lazy(() => Schema.NullOr(ScmRepoLink)))

/**
 * A link; `null` also for an empty object: the value may be `null` or missing. An empty list is not a known form of "no
 * link", and fails.
 */
const presentLink: ResponseDecoder<ScmRepoLink | null> = {
  decode: (response) =>
    Either.flatMap(
      Decode.anyJson.decode(response),
      (json) =>
        json === null || (Predicate.isReadonlyRecord(json) && Object.keys(json).length === 0)
          ? Either.right(null)
          : linkOrNull.decode(response)
    )
}

const list = endpoint("ScmRepoLinks.list", "GET /scm_repo_links", Decode.page("scm_repo_links", ScmRepoLink))
const get = endpoint("ScmRepoLinks.get", "GET /apps/:app/scm_repo_link", presentLink)
const create = endpoint("ScmRepoLinks.create", "POST /apps/:app/scm_repo_link", link, {
  body: body(CreateScmRepoLink, "scm_repo_link")
})
const update = endpoint("ScmRepoLinks.update", "PATCH /apps/:app/scm_repo_link", link, {
  body: body(UpdateScmRepoLink, "scm_repo_link")
})
const remove = endpoint("ScmRepoLinks.delete", "DELETE /apps/:app/scm_repo_link", Decode.empty)
const manualDeploy = endpoint(
  "ScmRepoLinks.manualDeploy",
  "POST /apps/:app/scm_repo_link/manual_deploy",
  Decode.root("deployment", Deployment),
  { body: body(struct(() => ({ branch: Schema.NonEmptyString }))) }
)
const manualReviewApp = endpoint(
  "ScmRepoLinks.manualReviewApp",
  "POST /apps/:app/scm_repo_link/manual_review_app",
  Decode.root("review_app", ReviewApp),
  { body: body(struct(() => ({ pull_request_id: Schema.Int }))) }
)
const listReviewApps = endpoint(
  "ScmRepoLinks.listReviewApps",
  "GET /apps/:app/scm_repo_link/review_apps",
  Decode.list("review_apps", ReviewApp)
)
const listPullRequests = endpoint(
  "ScmRepoLinks.listPullRequests",
  "GET /apps/:app/scm_repo_link/pulls",
  Decode.list("pulls", RepoLinkPullRequest)
)
const getPullRequest = endpoint(
  "ScmRepoLinks.getPullRequest",
  "GET /apps/:app/scm_repo_link/pulls/:pullNumber",
  Decode.root("pull", RepoLinkPullRequest)
)
const listBranches = endpoint(
  "ScmRepoLinks.listBranches",
  "GET /apps/:app/scm_repo_link/branches",
  Decode.list("branches", ScmBranch)
)
const listDeployments = endpoint(
  "ScmRepoLinks.listDeployments",
  "GET /apps/:app/scm_repo_link/deployments",
  Decode.list("deployments", Deployment)
)

/** A review app as it is in the list, or as it was before it left the list. */
interface FoundReviewApp {
  readonly reviewApp: ReviewApp | undefined
  readonly isListed: boolean
}

const outcome = (app: string) => ({ isListed, reviewApp }: FoundReviewApp): Either.Either<boolean, ReviewAppFailed> => {
  const status = reviewApp?.last_deployment?.status
  return reviewApp !== undefined && (!isListed || hasFailed(status))
    ? Either.left(new ReviewAppFailed({ app, reviewApp }, Poll.unchecked))
    : Either.right(status === "success")
}

/** A review app by its id, or by the number of its pull request. */
const isWanted = (wanted: string | number) => ({ id, pull_request }: ReviewApp): boolean =>
  wanted === id || wanted === pull_request.number

export const make: Effect.Effect<ScmRepoLinksService, never, RegionalApi> = Effect.zipWith(
  RegionalApi,
  SharedPolling.make,
  (api, polling) => {
    const listedReviewApps = (app: string) => call(api, listReviewApps, { path: { app } })

    const awaitReviewApp = (app: string, wanted: string | number, options: WaitOptions | undefined) =>
      Effect.flatMap(Ref.make<ReviewApp | undefined>(undefined), (last) =>
        polling.settle({
          subject: typeof wanted === "string"
            ? `review app ${wanted} of the app ${app}`
            : `the review app of pull request ${wanted} of the app ${app}`,
          read: Effect.flatMap(listedReviewApps(app), (listed) => {
            const found = listed.find(isWanted(wanted))
            return found === undefined
              ? Effect.map(Ref.get(last), (reviewApp): FoundReviewApp => ({ reviewApp, isListed: false }))
              : Effect.as(Ref.set(last, found), { reviewApp: found, isListed: true })
          }),
          outcome: outcome(app),
          seen: ({ reviewApp }): Poll.Seen<ReviewApp> => ({
            status: reviewApp === undefined ? "not found" : reviewApp.last_deployment?.status ?? "not deployed",
            last: reviewApp
          }),
          options,
          key: app,
          list: Effect.map(listedReviewApps(app), (listed) => (id): boolean =>
            !isFinal(
              listed.find(isWanted(id))?.last_deployment?.status
            )),
          id: wanted
        }))

    return ScmRepoLinks.of({
      list: (options) =>
        callPages(api, list, { query: { auth_integration_uuid: options?.authIntegrationUuid } }, options),
      listPage: (options) =>
        callPage(api, list, { query: { auth_integration_uuid: options?.authIntegrationUuid } }, options),
      get: (app) => call(api, get, { path: { app } }),
      create: (app, link) => call(api, create, { path: { app }, body: link }),
      update: (app, changes) => call(api, update, { path: { app }, body: changes }),
      delete: (app) => call(api, remove, { path: { app } }),
      manualDeploy: (app, branch) => call(api, manualDeploy, { path: { app }, body: { branch } }),
      manualReviewApp: (app, pullRequestNumber) =>
        call(api, manualReviewApp, { path: { app }, body: { pull_request_id: pullRequestNumber } }),
      listReviewApps: listedReviewApps,
      awaitReviewApp: (app, reviewApp, options) =>
        // Every result but a listed review app is a failure, or is awaited further.
        Effect.flatMap(awaitReviewApp(app, reviewApp, options), ({ reviewApp }) =>
          reviewApp === undefined
            ? Effect.dieMessage("the wait for a review app ended before it exists")
            : Effect.succeed(reviewApp)),
      listPullRequests: (app) => call(api, listPullRequests, { path: { app } }),
      getPullRequest: (app, pullNumber) => call(api, getPullRequest, { path: { app, pullNumber: String(pullNumber) } }),
      listBranches: (app) => call(api, listBranches, { path: { app } }),
      listDeployments: (app) => call(api, listDeployments, { path: { app } })
    })
  }
)

export const layer: Layer.Layer<ScmRepoLinks, never, RegionalApi> = Layer.effect(ScmRepoLinks, make)
