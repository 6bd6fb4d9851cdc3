/**
 * Access control: finds what a request names, and checks that the account may use it.
 */
import * as Effect from "effect/Effect"
import type { Account, Addon, App, Project } from "./models.js"
import { defaultProject } from "./projects.js"
import { forbidden, notFound, paymentRequired, type Refusal, unauthorized } from "./responses.js"
import type { Call } from "./route.js"
import type { State } from "./state.js"

const isCollaborator = (app: App, account: Account): boolean =>
  app.collaborators.some((it) => it.accountId === account.id && it.status === "accepted")

export const mayUseApp = (app: App, account: Account): boolean =>
  app.ownerId === account.id || isCollaborator(app, account)

/** Finds an app of a region by its name or id. */
export const lookupApp = (state: State, region: string, nameOrId: string): App | undefined => {
  const byId = state.apps.get(nameOrId)
  if (byId !== undefined && byId.region === region) return byId
  for (const app of state.apps.values()) {
    if (app.region === region && app.name === nameOrId) return app
  }
  return undefined
}

const refuseStranger = (state: State, resource: string): Effect.Effect<never, Refusal> => {
  switch (state.settings.strangers) {
    case "unauthorized":
      return unauthorized(`You are not authorized to access this ${resource}`)
    case "forbidden":
      return forbidden(`You are not authorized to access this ${resource}`)
    case "notFound":
      return notFound(resource)
  }
}

/**
 * The app that the path names. 404 when the region has no such app; 401 (see the option `strangers`) for an account
 * that is neither its owner nor a collaborator.
 */
export const findApp = (call: Call, param = "app"): Effect.Effect<App, Refusal> => {
  const app = lookupApp(call.state, call.region, call.param(param))
  if (app === undefined) return notFound("app")
  return mayUseApp(app, call.account) ? Effect.succeed(app) : refuseStranger(call.state, "app")
}

/** The app that the path names, for its owner only. 403 for a collaborator. */
export const findOwnApp = (call: Call, param = "app"): Effect.Effect<App, Refusal> =>
  Effect.filterOrElse(
    findApp(call, param),
    (app) => app.ownerId === call.account.id,
    () => forbidden("only the owner of the app can do this", "owner-only")
  )

/** A part of an app that the path names: `findOfApp(call, app, alerts(call.state), "alert")`. */
export const findOfApp = <A extends { readonly appId: string }>(
  call: Call,
  app: App,
  map: ReadonlyMap<string, A>,
  resource: string,
  param = `${resource}Id`
): Effect.Effect<A, Refusal> => {
  const it = map.get(call.param(param))
  return it === undefined || it.appId !== app.id ? notFound(resource) : Effect.succeed(it)
}

/** The addon of an app that the path names. */
export const findAddon = (call: Call, app: App): Effect.Effect<Addon, Refusal> =>
  findOfApp(call, app, call.state.addons, "addon")

/** A project of the account by its id. 404 for the project of another account. */
export const projectById = (call: Call, id: string): Effect.Effect<Project, Refusal> => {
  const project = call.state.projects.get(id)
  return project === undefined || project.region !== call.region || project.ownerId !== call.account.id
    ? notFound("project")
    : Effect.succeed(project)
}

/** The project that the path names. */
export const findProject = (call: Call): Effect.Effect<Project, Refusal> => projectById(call, call.param("projectId"))

/** The project for a new app: the given one, or the default project. */
export const chooseProject = (call: Call, id: string | null | undefined): Effect.Effect<Project, Refusal> =>
  id === null || id === undefined
    ? Effect.sync(() => defaultProject(call.state, call.region, call.account))
    : projectById(call, id)

/** 402 for an account without a payment method. */
export const requirePayment = (call: Call, why: string): Effect.Effect<void, Refusal> =>
  call.account.paymentMethod
    ? Effect.void
    : paymentRequired(why, `${call.state.urls.dashboard(call.region)}/billing/payment`)
