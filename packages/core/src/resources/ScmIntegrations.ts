/**
 * The links between an account and source code platforms: GitHub, GitLab and their self-hosted editions. Also reads
 * repositories, branches and pull requests there. `ScmRepoLinks` links the apps.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { AuthApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages, optionalPagination } from "../client/internal/pages.js"
import { body } from "../client/internal/requestBody.js"
import type { Page, PageOptions, WalkOptions } from "../client/Pagination.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { Owner } from "../schema/Owner.js"
import { nullish, openEnum, Secret, SecretInput, Timestamp } from "../schema/ScalingoSchema.js"
import { Key } from "./Keys.js"

/**
 * A link between the account and an account on a source code platform.
 *
 * @category schemas
 */
export const ScmIntegration = struct(() => ({
  /** A UUID. */
  id: Schema.String,
  scm_type: openEnum("github", "gitlab", "github-enterprise", "gitlab-self-hosted"),
  /** The base URL of the platform: `https://gitlab.example.com`. */
  url: Schema.String,
  /** The token that Scalingo uses on the platform. Missing in the response to `create`. */
  access_token: nullish(Secret),
  created_at: Timestamp,
  /** The user's id on the platform. */
  uid: Schema.String,
  /** The user's name on the platform. */
  username: Schema.String,
  avatar_url: Schema.String,
  /** The user's e-mail address on the platform. */
  email: Schema.String,
  /** The user's page on the platform. */
  profile_url: Schema.String,
  /** The Scalingo user. */
  owner: Owner
}))

export interface ScmIntegration extends Schema.Schema.Type<typeof ScmIntegration> {}

/**
 * A repository on a source code platform.
 *
 * @category schemas
 */
export const ScmRepository = struct(() => ({
  id: Schema.Number,
  name: Schema.String,
  /** With its owner: `owner/name`. */
  fullName: Schema.String,
  url: Schema.String,
  /** `null` without a description, as far as the documentation's examples show. */
  description: nullish(Schema.String)
}))

export interface ScmRepository extends Schema.Schema.Type<typeof ScmRepository> {}

/**
 * A GitHub organisation or a GitLab group.
 *
 * @category schemas
 */
export const ScmOrganization = struct(() => ({
  id: Schema.Number,
  /** The name in URLs. */
  login: Schema.String,
  avatarUrl: Schema.String,
  /** Its URL in the API of the platform, not a web page. */
  url: Schema.String,
  description: nullish(Schema.String)
}))

export interface ScmOrganization extends Schema.Schema.Type<typeof ScmOrganization> {}

/**
 * A GitHub pull request or a GitLab merge request.
 *
 * @category schemas
 */
export const ScmPullRequest = struct(() => ({
  id: nullish(Schema.Number),
  /** The number within the repository. */
  number: Schema.Number,
  title: Schema.String,
  html_url: Schema.String,
  /** The repository that the changes come from. */
  source_repo_name: nullish(Schema.String),
  source_repo_html_url: nullish(Schema.String)
}))

export interface ScmPullRequest extends Schema.Schema.Type<typeof ScmPullRequest> {}

/**
 * A branch of a repository.
 *
 * @category schemas
 */
export const ScmBranch = struct(() => ({
  name: nullish(Schema.String)
}))

export interface ScmBranch extends Schema.Schema.Type<typeof ScmBranch> {}

/**
 * The platform to link.
 *
 * @category schemas
 */
export const CreateScmIntegration = struct(() => ({
  /** `github` and `gitlab` cannot be linked here: they require the user's consent in the dashboard. */
  scm_type: openEnum("github-enterprise", "gitlab-self-hosted"),
  /** The base URL of the platform: `https://gitlab.example.com`. */
  url: Schema.NonEmptyString,
  /** An access token of the platform. */
  access_token: SecretInput
}))

export interface CreateScmIntegration extends Schema.Schema.Type<typeof CreateScmIntegration> {}

/**
 * The methods of {@link ScmIntegrations}.
 *
 * @category models
 */
export interface ScmIntegrationsService {
  /**
   * The integrations of the account: `GET /scm_integrations`.
   */
  readonly list: Effect.Effect<ReadonlyArray<ScmIntegration>, ScalingoError>

  /**
   * One integration: `GET /scm_integrations/:integrationId`.
   */
  readonly get: (integrationId: string) => Effect.Effect<ScmIntegration, ScalingoError>

  /**
   * Links a self-hosted platform: `POST /scm_integrations`. Fails with `Unprocessable` when the platform refuses the
   * access token.
   */
  readonly create: (integration: CreateScmIntegration) => Effect.Effect<ScmIntegration, ScalingoError>

  /**
   * Unlinks a platform: `DELETE /scm_integrations/:integrationId`.
   */
  readonly delete: (integrationId: string) => Effect.Effect<void, ScalingoError>

  /**
   * Imports the SSH keys of the linked account and returns the imported keys:
   * `POST /scm_integrations/:integrationId/import_keys`.
   */
  readonly importKeys: (integrationId: string) => Effect.Effect<ReadonlyArray<Key>, ScalingoError>

  /**
   * Searches repositories on the platform: `GET /scm_integrations/:integrationId/search_repos`. `query` has words and
   * qualifiers, separated by spaces: `"shop fork:true user:john"`.
   */
  readonly searchRepositories: (
    integrationId: string,
    options: { readonly query: string }
  ) => Effect.Effect<ReadonlyArray<ScmRepository>, ScalingoError>

  /**
   * The organisations or groups of the user on the platform, across all pages:
   * `GET /scm_integrations/:integrationId/orgs`. Only the official JavaScript client has pages; a response without page
   * numbers, as in the documentation, is the only page.
   */
  readonly listOrganizations: (
    integrationId: string,
    options?: WalkOptions
  ) => Stream.Stream<ScmOrganization, ScalingoError>

  /**
   * One page of the organisations or groups of the user on the platform: `GET /scm_integrations/:integrationId/orgs`.
   */
  readonly listOrganizationsPage: (
    integrationId: string,
    options?: PageOptions
  ) => Effect.Effect<Page<ScmOrganization>, ScalingoError>

  /**
   * Searches pull or merge requests on the platform: `GET /scm_integrations/:integrationId/search_pull_requests`.
   * `query` has qualifiers, separated by spaces: `"is:open repo:john/shop"`.
   */
  readonly searchPullRequests: (
    integrationId: string,
    options: { readonly query: string }
  ) => Effect.Effect<ReadonlyArray<ScmPullRequest>, ScalingoError>

  /**
   * The branches of a repository on the platform: `GET /scm_integrations/:integrationId/branches`. `repoName` is the
   * repository with its owner: `john/shop`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly listBranches: (
    integrationId: string,
    options: { readonly repoName: string }
  ) => Effect.Effect<ReadonlyArray<ScmBranch>, ScalingoError>
}

/**
 * Links between the account and source code platforms.
 *
 * @category tags
 */
export class ScmIntegrations
  extends Context.Tag("@effect-scalingo/core/ScmIntegrations")<ScmIntegrations, ScmIntegrationsService>()
{}

const integration = Decode.root("scm_integration", ScmIntegration)

const list = endpoint("ScmIntegrations.list", "GET /scm_integrations", Decode.list("scm_integrations", ScmIntegration))
const get = endpoint("ScmIntegrations.get", "GET /scm_integrations/:integrationId", integration)
const create = endpoint("ScmIntegrations.create", "POST /scm_integrations", integration, {
  body: body(CreateScmIntegration, "scm_integration")
})
const remove = endpoint("ScmIntegrations.delete", "DELETE /scm_integrations/:integrationId", Decode.empty)
const importKeys = endpoint(
  "ScmIntegrations.importKeys",
  "POST /scm_integrations/:integrationId/import_keys",
  Decode.list("keys", Key)
)
const searchRepositories = endpoint(
  "ScmIntegrations.searchRepositories",
  "GET /scm_integrations/:integrationId/search_repos",
  Decode.list("repositories", ScmRepository)
)
const searchPullRequests = endpoint(
  "ScmIntegrations.searchPullRequests",
  "GET /scm_integrations/:integrationId/search_pull_requests",
  Decode.list("pull_requests", ScmPullRequest)
)
const listBranches = endpoint(
  "ScmIntegrations.listBranches",
  "GET /scm_integrations/:integrationId/branches",
  Decode.list("branches", ScmBranch)
)

const listOrganizations = endpoint(
  "ScmIntegrations.listOrganizations",
  "GET /scm_integrations/:integrationId/orgs",
  optionalPagination("organizations", ScmOrganization)
)

export const make: Effect.Effect<ScmIntegrationsService, never, AuthApi> = Effect.map(
  AuthApi,
  (api) =>
    ScmIntegrations.of({
      list: call(api, list, {}),
      get: (integrationId) => call(api, get, { path: { integrationId } }),
      create: (integration) => call(api, create, { body: integration }),
      delete: (integrationId) => call(api, remove, { path: { integrationId } }),
      importKeys: (integrationId) => call(api, importKeys, { path: { integrationId } }),
      searchRepositories: (integrationId, { query }) =>
        call(api, searchRepositories, { path: { integrationId }, query: { query } }),
      listOrganizations: (integrationId, options) =>
        callPages(api, listOrganizations, { path: { integrationId } }, options),
      listOrganizationsPage: (integrationId, options) =>
        callPage(api, listOrganizations, { path: { integrationId } }, options),
      searchPullRequests: (integrationId, { query }) =>
        call(api, searchPullRequests, { path: { integrationId }, query: { query } }),
      listBranches: (integrationId, { repoName }) =>
        call(api, listBranches, { path: { integrationId }, query: { repo_name: repoName } })
    })
)

export const layer: Layer.Layer<ScmIntegrations, never, AuthApi> = Layer.effect(ScmIntegrations, make)
