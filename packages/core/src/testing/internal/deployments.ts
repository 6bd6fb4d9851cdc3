/**
 * Deployments and their steps.
 */
import { accountById, renderUser } from "./accounts.js"
import { applyFormation, settleStatus } from "./apps.js"
import { addStep } from "./deploymentOutput.js"
import { record } from "./events.js"
import { writeLog } from "./logStore.js"
import type { Account, App, Deployment } from "./models.js"
import { defaultStack, stackName } from "./referenceData.js"
import { iso, isoOrNull, ofApp, type State, statePart } from "./state.js"

export const deploymentsOf = (state: State, app: App): Array<Deployment> => ofApp(state.deployments, app).reverse()

const isOver = (deployment: Deployment): boolean =>
  !["queued", "building", "pushing", "starting"].includes(deployment.status)

interface DeployInput {
  readonly gitRef?: string | undefined
  readonly postdeployHook?: string | undefined
  readonly type?: string | undefined
  /** Why its source cannot be built. */
  readonly problem?: string | undefined
}

/** The deployments whose source cannot be built, by id. */
const problems = statePart(() => new Map<string, string>())

const create = (state: State, app: App, pusher: Account, input: DeployInput): Deployment => {
  const deployment: Deployment = {
    id: state.ids.uuid(),
    appId: app.id,
    pusherId: pusher.id,
    createdAt: state.now(),
    finishedAt: null,
    status: "queued",
    gitRef: input.gitRef ?? state.ids.commit(),
    previousGitRef: deploymentsOf(state, app).find((it) => it.status === "success")?.gitRef,
    type: input.type ?? "archive",
    postdeployHook: input.postdeployHook,
    imageSize: 0,
    steps: []
  }
  state.deployments.set(deployment.id, deployment)
  state.changed()
  return deployment
}

/** A deployment that has already succeeded, for seeds. */
export const pastDeployment = (state: State, app: App, pusher: Account): Deployment => {
  const deployment = create(state, app, pusher, { type: "git" })
  deployment.status = "success"
  deployment.finishedAt = state.now()
  deployment.imageSize = 104_857_600
  for (const status of ["building", "pushing", "starting", "success"] as const) {
    addStep(app, deployment, status, state.now(), state.now())
  }
  app.lastDeployedAt = state.now()
  app.lastDeployedBy = pusher.username
  app.lastDeploymentId = deployment.id
  return deployment
}

/** The steps before a final status. */
const stepsBefore = (end: Deployment["status"]): ReadonlyArray<Deployment["status"]> =>
  end === "aborted"
    ? []
    : end === "build-error"
    ? ["building"]
    : ["building", "pushing", "starting"]

/** Sets a status, whose output comes over a number of milliseconds. */
const enter = (state: State, app: App, deployment: Deployment, status: Deployment["status"], duration: number) => {
  deployment.status = status
  const problem = status === "build-error" ? problems(state).get(deployment.id) : undefined
  const reason = problem === undefined ? undefined : `The archive cannot be deployed: ${problem}`
  addStep(app, deployment, status, state.now(), state.now() + duration, reason)
  state.changed()
}

/** Writes what a postdeploy hook prints to the log of the app. The exact words are ours. */
const logHook = (state: State, app: App, deployment: Deployment, end: Deployment["status"]) => {
  const failed = end === "hook-error"
  if (!failed && (end !== "success" || deployment.postdeployHook === undefined)) return
  writeLog(state, app.id, "postdeploy-1", [
    `Running the postdeploy hook: ${deployment.postdeployHook ?? "the one of the Procfile"}`,
    failed ? "Error: the hook exited with status code 1" : "The hook exited with status code 0"
  ])
}

const finish = (state: State, app: App, deployment: Deployment, end: Deployment["status"]) => {
  logHook(state, app, deployment, end)
  enter(state, app, deployment, end, 0)
  deployment.finishedAt = state.now()
  const pusher = accountById(state, deployment.pusherId)
  app.updatedAt = state.now()
  if (end === "success") {
    app.lastDeployedAt = state.now()
    app.lastDeployedBy = pusher.username
    deployment.imageSize = 104_857_600
    app.lastDeploymentId = deployment.id
    applyFormation(state, app, true)
  }
  if (app.operationId === undefined) {
    if (end === "crashed-error") app.status = "crashed"
    else settleStatus(app)
  }
  record(state, {
    type: "deployment",
    user: pusher,
    app,
    data: {
      deployment_id: deployment.id,
      deployment_uuid: deployment.id,
      deployment_type: deployment.type,
      pusher: pusher.username,
      git_ref: deployment.gitRef,
      status: end,
      duration: durationOf(state, deployment),
      stack: app.stackId,
      finished_at: iso(state.now())
    }
  })
  const waiting = deploymentsOf(state, app).reverse().find((it) => it.status === "queued")
  if (waiting !== undefined) run(state, app, waiting)
}

const run = (state: State, app: App, deployment: Deployment) => {
  const problem = problems(state).get(deployment.id)
  const end: Deployment["status"] = problem === undefined
    ? state.deploymentFailures.get(app.name)?.shift() ?? "success"
    : "build-error"
  const steps = stepsBefore(end)
  const total = state.settings.deploymentDuration
  // The queue takes a tenth of the time, the steps equal parts of the rest.
  const part = steps.length === 0 ? 0 : (total * 0.9) / steps.length
  for (const [index, status] of steps.entries()) {
    state.after(total * 0.1 + part * index, () => {
      if (!isOver(deployment)) enter(state, app, deployment, status, part)
    })
  }
  state.after(total, () => {
    if (!isOver(deployment)) finish(state, app, deployment, end)
  })
}

/** Starts a deployment. It stays queued while another deployment of the app is under way. */
export const deploy = (state: State, app: App, pusher: Account, input: DeployInput): Deployment => {
  const busy = deploymentsOf(state, app).some((it) => !isOver(it))
  const deployment = create(state, app, pusher, input)
  if (input.problem !== undefined) problems(state).set(deployment.id, input.problem)
  if (!busy) run(state, app, deployment)
  return deployment
}

const durationOf = (state: State, deployment: Deployment) =>
  Math.round(((deployment.finishedAt ?? state.now()) - deployment.createdAt) / 1000)

/** The image that was built, and the registry that holds it; `null` before there is one. */
const imageOf = (app: App, deployment: Deployment) => {
  if (deployment.imageSize === 0) return { image: null, registry: null }
  const registry = `registry.${app.region}.scalingo.com`
  const tag = `${deployment.gitRef.slice(0, 15)}-${deployment.id.slice(0, 15)}`
  return { image: `${registry}/app-${app.name}:${tag}`, registry }
}

export const renderDeployment = (state: State, app: App, deployment: Deployment) => ({
  id: deployment.id,
  app_id: app.id,
  created_at: iso(deployment.createdAt),
  finished_at: isoOrNull(deployment.finishedAt),
  status: deployment.status,
  git_ref: deployment.gitRef,
  previous_git_ref: deployment.previousGitRef ?? "",
  ...imageOf(app, deployment),
  type: deployment.type,
  duration: deployment.finishedAt === null ? 0 : durationOf(state, deployment),
  image_size: deployment.imageSize,
  stack_base_image: `scalingo/${stackName(app.stackId) ?? defaultStack.name}:v4`,
  ...(deployment.postdeployHook === undefined ? {} : { postdeploy_hook: deployment.postdeployHook }),
  pusher: renderUser(accountById(state, deployment.pusherId)),
  links: {
    output: `${state.urls.api(app.region)}/v1/apps/${app.id}/deployments/${deployment.id}/output`
  }
})
