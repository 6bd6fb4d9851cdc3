/**
 * Links between apps and repositories, and their review apps.
 */
import { accountById, renderUser } from "./accounts.js"
import { createApp, removeApp } from "./apps.js"
import { deploy, deploymentsOf } from "./deployments.js"
import { hour } from "./durations.js"
import { record } from "./events.js"
import { zeroDate } from "./inputSchemas.js"
import type { Account, App, Deployment, Project } from "./models.js"
import {
  fullName,
  type Integration,
  type PullRequest,
  pullUrl,
  type Repository,
  repositoryUrl,
  sourceOf
} from "./scmIntegrations.js"
import { iso, select, type State, statePart } from "./state.js"

export interface LinkSettings {
  branch: string | null
  autoDeploy: boolean
  reviewApps: boolean
  deleteOnClose: boolean
  hoursBeforeDeleteOnClose: number
  deleteStale: boolean
  hoursBeforeDeleteStale: number
  forksAllowed: boolean
}

export interface Link extends LinkSettings {
  readonly id: string
  readonly appId: string
  readonly linkerId: string
  readonly integration: Integration
  readonly repository: Repository
  readonly createdAt: number
  updatedAt: number
  /** The deployments through the link, oldest first. */
  readonly deploymentIds: Array<string>
}

interface ReviewApp {
  readonly id: string
  readonly linkId: string
  readonly appId: string
  readonly parentId: string
  readonly pull: PullRequest
  readonly createdAt: number
}

/** By the id of the app. */
const links = statePart(() => new Map<string, Link>())
const reviewApps = statePart(() => new Map<string, ReviewApp>())

export const linkOf = (state: State, app: App): Link | undefined => links(state).get(app.id)

/** The links that an account created in a region, for apps that still exist. */
export const linksOf = (state: State, region: string, account: Account): Array<Link> =>
  select(links(state), (it) => it.linkerId === account.id && state.apps.get(it.appId)?.region === region)

export const renderLink = (state: State, it: Link) => ({
  id: it.id,
  app_id: it.appId,
  auth_integration_uuid: it.integration.id,
  github_integration_uuid: it.integration.id,
  linker: renderUser(accountById(state, it.linkerId)),
  url: it.integration.url,
  owner: it.repository.owner,
  repo: it.repository.name,
  branch: it.branch,
  scm_type: it.integration.type,
  created_at: iso(it.createdAt),
  updated_at: iso(it.updatedAt),
  auto_deploy_enabled: it.autoDeploy,
  deploy_review_apps_enabled: it.reviewApps,
  delete_on_close_enabled: it.deleteOnClose,
  hours_before_delete_on_close: it.hoursBeforeDeleteOnClose,
  delete_stale_enabled: it.deleteStale,
  hours_before_delete_stale: it.hoursBeforeDeleteStale,
  automatic_creation_from_forks_allowed: it.forksAllowed,
  // Nobody pushes to the simulated repositories.
  last_auto_deploy_at: zeroDate
})

const eventData = (state: State, it: Link) => ({
  repo_name: fullName(it.repository),
  linker_username: accountById(state, it.linkerId).username,
  source: repositoryUrl(it.repository),
  branch: it.branch ?? "",
  auto_deploy: it.autoDeploy,
  auto_deploy_review_apps: it.reviewApps,
  delete_on_close: it.deleteOnClose,
  delete_stale: it.deleteStale,
  hours_before_delete_on_close: it.hoursBeforeDeleteOnClose,
  hours_before_delete_stale: it.hoursBeforeDeleteStale,
  creation_from_forks_allowed: it.forksAllowed
})

export const addLink = (
  state: State,
  app: App,
  linker: Account,
  input: LinkSettings & {
    readonly integration: Integration
    readonly repository: Repository
  }
): Link => {
  const link: Link = {
    ...input,
    id: state.ids.uuid(),
    appId: app.id,
    linkerId: linker.id,
    createdAt: state.now(),
    updatedAt: state.now(),
    deploymentIds: []
  }
  links(state).set(app.id, link)
  record(state, { type: "link_scm", user: linker, app, data: eventData(state, link) })
  return link
}

export const removeLink = (state: State, app: App, link: Link, account: Account): void => {
  links(state).delete(app.id)
  record(state, {
    type: "unlink_scm",
    user: account,
    app,
    data: {
      repo_name: fullName(link.repository),
      unlinker_username: account.username,
      source: repositoryUrl(link.repository)
    }
  })
}

/** The review apps of an app that still exist. */
export const reviewAppsOf = (state: State, app: App): Array<ReviewApp> =>
  select(reviewApps(state), (it) => it.parentId === app.id && state.apps.has(it.appId))

const reviewEventData = (link: Link, name: string, it: ReviewApp, url: string) => ({
  app_id: it.appId,
  review_app_name: name,
  review_app_url: url,
  source_repo_name: sourceOf(link.repository, it.pull),
  source_repo_url: `${link.integration.url}/${sourceOf(link.repository, it.pull)}`,
  pr_name: it.pull.title,
  pr_number: it.pull.number,
  pr_url: pullUrl(link.repository, it.pull.number),
  pr_comes_from_a_fork: it.pull.fork
})

const dashboardOf = (state: State, app: App) => `${state.urls.dashboard(app.region)}/apps/${app.name}`

/** When a review app becomes stale; `undefined` when it is to be kept. */
const staleAt = (link: Link, it: ReviewApp): number | undefined =>
  link.deleteStale ? it.createdAt + link.hoursBeforeDeleteStale * hour : undefined

/** Deletes a review app once it is stale, unless the settings have changed by then. */
const scheduleDeletion = (state: State, parent: App, link: Link, it: ReviewApp): void => {
  const due = staleAt(link, it)
  if (due === undefined) return
  state.after(Math.max(0, due - state.now()), () => {
    const app = state.apps.get(it.appId)
    const at = staleAt(link, it)
    if (app === undefined || linkOf(state, parent) !== link || at === undefined || state.now() < at) return
    record(state, {
      type: "destroy_review_app",
      app: parent,
      data: reviewEventData(link, app.name, it, dashboardOf(state, app))
    })
    removeApp(state, app)
  })
}

/** Changes the settings of a link, which also apply to the deletion of its review apps. */
export const changeLink = (
  state: State,
  app: App,
  link: Link,
  account: Account,
  changes: Partial<LinkSettings>
): void => {
  Object.assign(link, changes)
  link.updatedAt = state.now()
  record(state, { type: "update_scm", user: account, app, data: eventData(state, link) })
  for (const it of reviewAppsOf(state, app)) scheduleDeletion(state, app, link, it)
}

/** Deploys a commit of the repository. */
export const deployBranch = (state: State, app: App, link: Link, account: Account): Deployment => {
  const deployment = deploy(state, app, account, { type: "git" })
  link.deploymentIds.push(deployment.id)
  return deployment
}

/** Creates a review app from a pull request, with the formation and the variables of the parent. */
export const addReviewApp = (
  state: State,
  parent: App,
  project: Project,
  link: Link,
  account: Account,
  name: string,
  pull: PullRequest
): ReviewApp => {
  const app = createApp(state, {
    name,
    owner: accountById(state, parent.ownerId),
    project,
    parent,
    stackId: parent.stackId
  })
  app.formation = parent.formation.map((type) => ({ ...type, id: state.ids.hex() }))
  app.variables = parent.variables.filter((variable) => variable.addonId === undefined)
    .map((variable) => ({ ...variable, id: state.ids.hex() }))
  app.collaborators = parent.collaborators.map((it) => ({ ...it, id: state.ids.hex() }))
  const it: ReviewApp = {
    id: state.ids.uuid(),
    linkId: link.id,
    appId: app.id,
    parentId: parent.id,
    pull,
    createdAt: state.now()
  }
  reviewApps(state).set(it.id, it)
  record(state, { type: "new_app", user: account, app, data: {} })
  record(state, {
    type: "create_review_app",
    user: account,
    app: parent,
    data: reviewEventData(link, name, it, dashboardOf(state, app))
  })
  deploy(state, app, account, { type: "git", gitRef: pull.ref })
  scheduleDeletion(state, parent, link, it)
  return it
}

export const renderReviewApp = (state: State, parent: App, link: Link, it: ReviewApp) => {
  const app = state.apps.get(it.appId)
  const [last] = app === undefined ? [] : deploymentsOf(state, app)
  const { pull } = it
  const { repository } = link
  const commit = `${repositoryUrl(repository)}/commit/${pull.ref}`
  const stale = staleAt(link, it)
  return {
    id: it.id,
    repo_link_id: it.linkId,
    app_id: it.appId,
    app_name: app?.name ?? "",
    parent_app_id: parent.id,
    parent_app_name: parent.name,
    created_at: iso(it.createdAt),
    stale_deletion_date: stale === undefined ? zeroDate : iso(stale),
    // The placeholder of the platform while the pull request is open.
    on_close_deletion_date: "2135-01-17T08:41:44Z",
    pull_request: {
      number: pull.number,
      branch_name: `${pull.fork ? "contributor" : repository.owner}:${pull.branch}`,
      source_repo_id: 0,
      source_repo_name: "",
      source_repo_url: "",
      target_repo_id: 0,
      title: pull.title,
      url: `${link.integration.url}/api/v3/repos/${fullName(repository)}/pulls/${pull.number}`,
      html_url: pullUrl(repository, pull.number),
      ref: pull.ref,
      base_ref: "",
      created_at: iso(pull.createdAt),
      closed_at: zeroDate
    },
    last_deployment: last === undefined ? null : {
      id: last.id,
      upstream_deployment_id: last.id,
      created_at: iso(last.createdAt),
      status: last.status,
      git_ref: last.gitRef,
      scm_link: commit,
      github_link: commit,
      pusher: { username: "scalingo-platform-scm", email: "deploy-scm@scalingo.com" }
    }
  }
}
