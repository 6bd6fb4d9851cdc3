/**
 * The link of an app to its repository.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, lookupApp } from "../access.js"
import { findAppToChange, isLimited, roleForbids } from "../collaboratorRoles.js"
import { renderDeployment } from "../deployments.js"
import { NonBlank } from "../inputSchemas.js"
import type { App } from "../models.js"
import { pageBody } from "../pagination.js"
import { empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import {
  type Integration,
  integrationsOf,
  type PullRequest,
  pullUrl,
  type Repository,
  repositoryOf,
  sourceOf
} from "../scmIntegrations.js"
import {
  addLink,
  addReviewApp,
  changeLink,
  deployBranch,
  type Link,
  linkOf,
  type LinkSettings,
  linksOf,
  removeLink,
  renderLink,
  renderReviewApp,
  reviewAppsOf
} from "../scmRepoLinks.js"

const settings = {
  branch: nullish(Schema.String),
  auto_deploy_enabled: nullish(Schema.Boolean),
  deploy_review_apps_enabled: nullish(Schema.Boolean),
  delete_on_close_enabled: nullish(Schema.Boolean),
  hours_before_delete_on_close: nullish(Schema.NonNegativeInt),
  delete_stale_enabled: nullish(Schema.Boolean),
  hours_before_delete_stale: nullish(Schema.NonNegativeInt),
  automatic_creation_from_forks_allowed: nullish(Schema.Boolean)
}

const UpdateLink = Schema.Struct(settings)
const CreateLink = Schema.Struct({ source: NonBlank, auth_integration_uuid: nullish(Schema.String), ...settings })

const readSettings = (input: typeof UpdateLink.Type, before: LinkSettings): LinkSettings => ({
  branch: input.branch == null ? before.branch : input.branch === "" ? null : input.branch,
  autoDeploy: input.auto_deploy_enabled ?? before.autoDeploy,
  reviewApps: input.deploy_review_apps_enabled ?? before.reviewApps,
  deleteOnClose: input.delete_on_close_enabled ?? before.deleteOnClose,
  hoursBeforeDeleteOnClose: input.hours_before_delete_on_close ?? before.hoursBeforeDeleteOnClose,
  deleteStale: input.delete_stale_enabled ?? before.deleteStale,
  hoursBeforeDeleteStale: input.hours_before_delete_stale ?? before.hoursBeforeDeleteStale,
  forksAllowed: input.automatic_creation_from_forks_allowed ?? before.forksAllowed
})

const defaultSettings: LinkSettings = {
  branch: null,
  autoDeploy: false,
  reviewApps: false,
  deleteOnClose: false,
  hoursBeforeDeleteOnClose: 0,
  deleteStale: false,
  hoursBeforeDeleteStale: 0,
  forksAllowed: false
}

const checkSettings = (it: LinkSettings): Effect.Effect<void, Refusal> =>
  it.autoDeploy && it.branch === null ? invalid({ branch: ["can't be blank"] }) : Effect.void

const findLink = (call: Call, app: App): Effect.Effect<Link, Refusal> => {
  const link = linkOf(call.state, app)
  return link === undefined ? notFound("scm_repo_link") : Effect.succeed(link)
}

/** The repository with a URL. 404 unless an integration of the account can see it. */
const findRepository = (
  call: Call,
  source: string,
  integrationId: string | null | undefined
): Effect.Effect<{ readonly integration: Integration; readonly repository: Repository }, Refusal> => {
  const match = /^(https?:\/\/[^/\s]+)\/([^\s]+)\/([^/\s]+?)(?:\.git)?\/?$/.exec(source)
  if (match === null) return invalid({ source: ["is not the URL of a repository"] })
  const [, host = "", owner = "", name = ""] = match
  const known = integrationsOf(call.state, call.account)
  if (integrationId != null && !known.some((it) => it.id === integrationId)) return notFound("scm_integration")
  const integration = known.find((it) => it.url === host && (integrationId == null || it.id === integrationId))
  const repository = integration === undefined ? undefined : repositoryOf(call.state, host, owner, name)
  return integration === undefined || repository === undefined
    ? notFound("repository")
    : Effect.succeed({ integration, repository })
}

const renderPull = (link: Link, pull: PullRequest) => ({
  id: pull.id,
  number: pull.number,
  title: pull.title,
  html_url: pullUrl(link.repository, pull.number),
  source_repo_name: sourceOf(link.repository, pull),
  source_repo_html_url: `${link.integration.url}/${sourceOf(link.repository, pull)}`,
  opened_from_a_forked_repo: pull.fork
})

const findPull = (link: Link, number: string): Effect.Effect<PullRequest, Refusal> => {
  const pull = link.repository.pulls.find((it) => String(it.number) === number)
  return pull === undefined ? notFound("pull_request") : Effect.succeed(pull)
}

const update = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const link = yield* findLink(call, app)
    const changes = readSettings(yield* call.input("scm_repo_link", UpdateLink), link)
    yield* checkSettings(changes)
    changeLink(call.state, app, link, call.account, changes)
    return json({ scm_repo_link: renderLink(call.state, link) })
  })

const prefix = "/apps/:app/scm_repo_link"

export const scmRepoLinks: ReadonlyArray<Route> = [
  regional.get("/scm_repo_links", (call) => {
    const integration = call.query.get("auth_integration_uuid")
    const found = linksOf(call.state, call.region, call.account)
      .filter((it) => integration === null || it.integration.id === integration)
    return json(pageBody(call, "scm_repo_links", found, (it) => renderLink(call.state, it)))
  }),

  regional.get(prefix, (call) =>
    Effect.map(findApp(call), (app) => {
      const link = linkOf(call.state, app)
      return json({ scm_repo_link: link === undefined ? null : renderLink(call.state, link) })
    })),

  regional.post(prefix, (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input("scm_repo_link", CreateLink)
      if (linkOf(call.state, app) !== undefined) return yield* invalid({ app: ["is already linked to a repository"] })
      const wanted = readSettings(input, defaultSettings)
      yield* checkSettings(wanted)
      const found = yield* findRepository(call, input.source, input.auth_integration_uuid)
      const link = addLink(call.state, app, call.account, { ...wanted, ...found })
      return json({ scm_repo_link: renderLink(call.state, link) }, 201)
    })),

  regional.patch(prefix, update),
  regional.put(prefix, update),

  regional.delete(prefix, (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      removeLink(call.state, app, yield* findLink(call, app), call.account)
      return empty()
    })),

  regional.post(`${prefix}/manual_deploy`, (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const link = yield* findLink(call, app)
      const { branch } = yield* call.input(undefined, Schema.Struct({ branch: NonBlank }))
      // A limited collaborator can only deploy the branch of the link.
      if (isLimited(app, call.account) && branch !== link.branch) return yield* roleForbids
      const deployment = deployBranch(call.state, app, link, call.account)
      return json({ deployment: renderDeployment(call.state, app, deployment) })
    })),

  regional.post(`${prefix}/manual_review_app`, (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const link = yield* findLink(call, app)
      const { pull_request_id } = yield* call.input(
        undefined,
        // A number as documented; some clients send a string.
        Schema.Struct({ pull_request_id: Schema.Union(Schema.NonNegativeInt, NonBlank) })
      )
      const pull = yield* findPull(link, String(pull_request_id))
      if (reviewAppsOf(call.state, app).some((it) => it.pull.number === pull.number)) {
        return yield* invalid({ pull_request_id: ["already has a review app"] })
      }
      const name = `${app.name}-pr${pull.number}`
      if (lookupApp(call.state, app.region, name) !== undefined) {
        return yield* invalid({ name: ["has already been taken"] })
      }
      const project = call.state.projects.get(app.projectId)
      if (project === undefined) return yield* notFound("project")
      const it = addReviewApp(call.state, app, project, link, call.account, name, pull)
      return json({ review_app: renderReviewApp(call.state, app, link, it) })
    })),

  regional.get(`${prefix}/review_apps`, (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const link = yield* findLink(call, app)
      return json({
        review_apps: reviewAppsOf(call.state, app).map((it) => renderReviewApp(call.state, app, link, it))
      })
    })),

  regional.get(`${prefix}/pulls`, (call) =>
    Effect.gen(function*() {
      const link = yield* findLink(call, yield* findApp(call))
      return json({ pulls: link.repository.pulls.map((pull) => renderPull(link, pull)) })
    })),

  regional.get(`${prefix}/pulls/:pullNumber`, (call) =>
    Effect.gen(function*() {
      const link = yield* findLink(call, yield* findApp(call))
      return json({ pull: renderPull(link, yield* findPull(link, call.param("pullNumber"))) })
    })),

  regional.get(`${prefix}/branches`, (call) =>
    Effect.gen(function*() {
      const link = yield* findLink(call, yield* findApp(call))
      const names = new Set([...(link.branch === null ? [] : [link.branch]), ...link.repository.branches])
      return json({ branches: Array.from(names, (name) => ({ name })) })
    })),

  regional.get(`${prefix}/deployments`, (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const link = yield* findLink(call, app)
      return json({
        deployments: link.deploymentIds.slice().reverse().flatMap((id) => {
          const deployment = call.state.deployments.get(id)
          return deployment === undefined ? [] : [renderDeployment(call.state, app, deployment)]
        })
      })
    }))
]
