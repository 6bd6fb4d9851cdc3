/**
 * Apps and their containers.
 */
import { accountById, renderUser } from "./accounts.js"
import { containerSizes, findSize, renderSize } from "./catalog.js"
import { consentOf, renderConsent } from "./dataAccessConsents.js"
import { hdsContactOf, renderHdsContact } from "./hdsContacts.js"
import { followContainers, removeLog, writeLog } from "./logStore.js"
import type { Account, App, Collaborator, Container, ContainerType, Project } from "./models.js"
import { defaultStack } from "./referenceData.js"
import { iso, isoOrNull, ofApp, select, type State, statePart } from "./state.js"

export const createApp = (state: State, input: {
  readonly name: string
  readonly owner: Account
  readonly project: Project
  readonly gitSource?: string | null | undefined
  readonly stackId?: string | undefined
  readonly hds?: boolean | undefined
  readonly parent?: App | undefined
}): App => {
  const app: App = {
    id: state.ids.hex(),
    region: input.project.region,
    name: input.name,
    ownerId: input.owner.id,
    projectId: input.project.id,
    status: "new",
    createdAt: state.now(),
    updatedAt: state.now(),
    gitSource: input.gitSource ?? null,
    stackId: input.stackId ?? defaultStack.id,
    forceHttps: false,
    stickySession: false,
    routerLogs: false,
    hds: input.hds ?? false,
    parentId: input.parent?.id,
    lastDeployedAt: null,
    lastDeployedBy: null,
    lastDeploymentId: null,
    formation: [{ id: state.ids.hex(), name: "web", amount: 1, size: "M", command: "" }],
    containers: [],
    variables: [],
    collaborators: [],
    operationId: undefined,
    flags: {}
  }
  state.apps.set(app.id, app)
  return app
}

/** Removes an app and what belongs to it. Its events stay. */
export const removeApp = (state: State, app: App): void => {
  state.apps.delete(app.id)
  for (const id of [app.id, ...ofApp(state.addons, app).map((addon) => addon.id)]) removeLog(state, id)
  for (const map of [state.addons, state.operations, state.deployments]) {
    for (const it of ofApp<{ readonly id: string; readonly appId: string }>(map, app)) map.delete(it.id)
  }
}

/** Makes an account a collaborator without an invitation. */
export const addCollaborator = (state: State, app: App, account: Account, role: Collaborator["role"]): void => {
  app.collaborators.push({
    id: state.ids.uuid("co-"),
    email: account.email,
    accountId: account.id,
    status: "accepted",
    role,
    invitationToken: state.ids.secret(40)
  })
}

/** The newer form of app ids, `ap-…`, by the older one. */
const appUuids = statePart(() => new Map<string, string>())

/** The id of an app in its newer form, which some endpoints use. */
export const appUuid = (state: State, app: App): string => {
  const known = appUuids(state)
  const uuid = known.get(app.id) ?? state.idsOf(app.id).uuid("ap-")
  known.set(app.id, uuid)
  return uuid
}

export const childrenOf = (state: State, app: App): Array<App> => select(state.apps, (it) => it.parentId === app.id)

export const renderApp = (state: State, app: App) => {
  const project = state.projects.get(app.projectId)
  const parent = app.parentId === undefined ? undefined : state.apps.get(app.parentId)
  const consent = consentOf(state, app)
  const contact = hdsContactOf(state, app)
  return {
    id: app.id,
    name: app.name,
    region: app.region,
    created_at: iso(app.createdAt),
    updated_at: iso(app.updatedAt),
    status: app.status,
    git_url: `git@${state.urls.ssh(app.region).replace(/:22$/, "")}:${app.name}.git`,
    git_source: app.gitSource,
    url: `https://${app.name}.${app.region}.scalingo.io`,
    base_url: `https://${app.name}.${app.region}.scalingo.io`,
    owner: renderUser(accountById(state, app.ownerId)),
    ...(project === undefined ? {} : { project: { id: project.id, name: project.name } }),
    links: { deployments_stream: `${state.urls.deployments(app.region)}/apps/${app.name}` },
    stack_id: app.stackId,
    force_https: app.forceHttps,
    sticky_session: app.stickySession,
    router_logs: app.routerLogs,
    hds_resource: app.hds,
    data_access_consent: consent === undefined ? null : renderConsent(consent),
    ...(contact === undefined ? {} : { hds_contact: renderHdsContact(contact) }),
    flags: app.flags,
    limits: {},
    last_deployed_at: isoOrNull(app.lastDeployedAt),
    last_deployed_by: app.lastDeployedBy,
    last_deployment_id: app.lastDeploymentId,
    parent_app_name: parent?.name ?? null
  }
}

export const labelOf = (container: Container): string => `${container.type}-${container.index}`

export const renderContainer = (app: App, container: Container) => ({
  id: container.id,
  app_id: app.id,
  type: container.type,
  type_index: container.index,
  label: labelOf(container),
  created_at: iso(container.createdAt),
  deleted_at: null,
  state: container.state,
  size: "",
  command: container.command,
  container_size: renderSize(app.region, findSize(container.size) ?? containerSizes[1]!)
})

export const renderContainerType = (app: App, type: ContainerType) => ({
  id: type.id,
  app_id: app.id,
  name: type.name,
  amount: type.amount,
  size: type.size,
  command: type.command
})

export const newContainer = (state: State, input: {
  readonly type: string
  readonly index: number
  readonly size: string
  readonly command: string
  readonly state?: string | undefined
}): Container => ({
  id: state.ids.hex(),
  type: input.type,
  index: input.index,
  size: input.size,
  command: input.command,
  createdAt: state.now(),
  state: input.state ?? "running"
})

/** Replaces the containers, and logs which have stopped and started. The exact words of these lines are ours. */
export const setContainers = (state: State, app: App, containers: Array<Container>): void => {
  const before = app.containers
  app.containers = containers
  const isGone = (it: Container) => it.type !== "one-off" && !containers.includes(it)
  const isNew = (it: Container) => it.type !== "one-off" && !before.includes(it)
  const started = containers.filter(isNew)
  writeLog(state, app.id, "manager", [
    ...before.filter(isGone).map((it) => `container [${labelOf(it)}] (${it.id}) stopped`),
    ...started.map((it) => `container [${labelOf(it)}] (${it.id}) started with the command '${it.command}'`)
  ])
  for (const it of started) {
    writeLog(state, app.id, labelOf(it), [it.type === "web" ? "Listening on 0.0.0.0:5000" : "Waiting for jobs"])
  }
  followContainers(state, app)
}

/**
 * Starts and stops containers so that they match the formation. One-offs keep running, and containers that match unless
 * all are replaced.
 */
export const applyFormation = (state: State, app: App, replace = false): void => {
  const running = app.containers.filter((it) => it.type === "one-off")
  for (const type of app.formation) {
    for (let index = 1; index <= type.amount; index++) {
      const known = replace
        ? undefined
        : app.containers.find((it) => it.type === type.name && it.index === index && it.size === type.size)
      running.push(
        known ?? newContainer(state, { type: type.name, index, size: type.size, command: type.command })
      )
    }
  }
  setContainers(state, app, running)
}

/** A copy of the formation. */
export const copyFormation = (app: App): Array<ContainerType> => app.formation.map((type) => ({ ...type }))

/** Sets the status of an app that has no operation under way. */
export const settleStatus = (app: App): void => {
  app.status = app.lastDeployedAt === null
    ? "new"
    : app.formation.every((type) => type.amount === 0)
    ? "stopped"
    : "running"
}
