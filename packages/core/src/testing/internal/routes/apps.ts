/**
 * Apps: creation, settings, transfer, deletion and logs.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { chooseProject, findApp, findOwnApp, lookupApp, mayUseApp, projectById, requirePayment } from "../access.js"
import { accountById, renderUser } from "../accounts.js"
import { addCollaborator, childrenOf, createApp, removeApp, renderApp } from "../apps.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { deploy } from "../deployments.js"
import { record } from "../events.js"
import { inputWithOptionalRoot, slug } from "../inputSchemas.js"
import { archivesBody, logsUrl } from "../logs.js"
import { followContainers } from "../logStore.js"
import type { Account, App } from "../models.js"
import { requireIdle } from "../operations.js"
import { pageBody } from "../pagination.js"
import { defaultProject } from "../projects.js"
import { stackName } from "../referenceData.js"
import { empty, forbidden, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, readInput, regional, type Route } from "../route.js"
import { select } from "../state.js"

const AppName = slug(6, 48)
const ChildName = slug(6, 32)

const CreateApp = Schema.Struct({
  name: AppName,
  git_source: nullish(Schema.String),
  stack_id: nullish(Schema.String),
  project_id: nullish(Schema.String),
  hds_resource: nullish(Schema.Boolean),
  parent_id: nullish(Schema.String)
})

const Settings = Schema.Struct({
  force_https: Schema.optional(Schema.Boolean),
  sticky_session: Schema.optional(Schema.Boolean),
  router_logs: Schema.optional(Schema.Boolean),
  stack_id: Schema.optional(Schema.String),
  project_id: Schema.optional(Schema.String),
  owner: Schema.optional(Schema.String)
})

/** 404 for a stack that does not exist. */
const checkStack = (id: string | null | undefined): Effect.Effect<void, Refusal> =>
  id == null || stackName(id) !== undefined ? Effect.void : notFound("stack")

const checkName = (call: Call, name: string): Effect.Effect<void, Refusal> =>
  lookupApp(call.state, call.region, name) === undefined
    ? Effect.void
    : invalid({ name: ["has already been taken"] })

const isDry = (call: Call) => call.header("x-dry-run")?.toLowerCase() === "true"

/** 402 for a second app without a payment method. */
const checkPayment = (call: Call, owner: Account): Effect.Effect<void, Refusal> =>
  select(call.state.apps, (app) => app.ownerId === owner.id).length === 0
    ? Effect.void
    : requirePayment({ ...call, account: owner }, "you need a payment method to create more than one app")

/**
 * Creates an app, owned by the owner of its parent if it has one. With `X-Dry-Run` the response is the same, but the
 * app is not kept.
 */
const create = (call: Call, input: typeof CreateApp.Type, parent: App | undefined) =>
  Effect.gen(function*() {
    const owner = parent === undefined ? call.account : accountById(call.state, parent.ownerId)
    yield* checkName(call, input.name)
    yield* checkStack(input.stack_id)
    yield* checkPayment(call, owner)
    const project = parent === undefined
      ? yield* chooseProject(call, input.project_id)
      : call.state.projects.get(parent.projectId) ?? defaultProject(call.state, call.region, owner)
    const app = createApp(call.state, {
      name: input.name,
      owner,
      project,
      parent,
      gitSource: input.git_source,
      stackId: input.stack_id ?? undefined,
      hds: input.hds_resource ?? undefined
    })
    const body = { app: renderApp(call.state, app) }
    if (isDry(call)) {
      removeApp(call.state, app)
      return json(body, 201)
    }
    record(call.state, {
      type: "new_app",
      user: call.account,
      app,
      data: app.gitSource === null ? {} : { git_source: app.gitSource }
    })
    if (app.gitSource !== null) deploy(call.state, app, call.account, { type: "git" })
    return json(body, 201)
  })

/** The name that a transfer repeats as a check: in the query, or in the body beside the root key. */
const readCurrentName = (call: Call): Effect.Effect<unknown, Refusal> =>
  Effect.map(call.json, (body) =>
    call.query.get("current_name") ??
      (typeof body === "object" && body !== null && "current_name" in body ? body.current_name : undefined))

const transfer = (call: Call, app: App, to: string) =>
  Effect.gen(function*() {
    if (app.ownerId !== call.account.id) return yield* forbidden("only the owner can transfer the app", "owner-only")
    const currentName = yield* readCurrentName(call)
    if (currentName != null && currentName !== app.name) {
      return yield* invalid({ current_name: ["is not the name of the app"] })
    }
    const accepted = app.collaborators.find((it) => {
      const account = it.accountId === undefined ? undefined : call.state.accounts.get(it.accountId)
      return account !== undefined && it.status === "accepted" &&
        (account.email === to || account.id === to || account.username === to)
    })
    const newOwner: Account | undefined = accepted?.accountId === undefined
      ? undefined
      : call.state.accounts.get(accepted.accountId)
    if (newOwner === undefined) return yield* invalid({ owner: ["must be a collaborator of the app"] })
    app.ownerId = newOwner.id
    app.projectId = defaultProject(call.state, app.region, newOwner).id
    app.collaborators = app.collaborators.filter((it) => it !== accepted)
    addCollaborator(call.state, app, call.account, "collaborator")
    app.updatedAt = call.now
    record(call.state, {
      type: "transfer_app",
      user: call.account,
      app,
      data: { old_owner: renderUser(call.account), new_owner: renderUser(newOwner) }
    })
    return json({ app: renderApp(call.state, app) })
  })

const changeProject = (call: Call, app: App, id: string) =>
  Effect.gen(function*() {
    if (app.ownerId !== call.account.id) return yield* forbidden("only the owner can move the app", "owner-only")
    const to = yield* projectById(call, id)
    const from = call.state.projects.get(app.projectId)
    app.projectId = to.id
    record(call.state, {
      type: "update_app_project",
      user: call.account,
      app,
      data: {
        old_project_name: from?.name,
        old_project_id: from?.id,
        new_project_name: to.name,
        new_project_id: to.id
      }
    })
  })

/** Changes settings or the owner. The body has the root key `app` as documented, or none as in the Go client. */
const update = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const input = yield* inputWithOptionalRoot(call, "app", Settings)
    yield* checkStack(input.stack_id)
    yield* requireIdle(call.state, app)
    if (input.owner !== undefined) return yield* transfer(call, app, input.owner)
    if (input.project_id !== undefined && input.project_id !== app.projectId) {
      yield* changeProject(call, app, input.project_id)
    }
    if (input.stack_id !== undefined && input.stack_id !== app.stackId) {
      record(call.state, {
        type: "stack_changed",
        user: call.account,
        app,
        data: {
          previous_stack_id: app.stackId,
          current_stack_id: input.stack_id,
          previous_stack_name: stackName(app.stackId),
          current_stack_name: stackName(input.stack_id)
        }
      })
      app.stackId = input.stack_id
    }
    if (input.force_https !== undefined || input.sticky_session !== undefined || input.router_logs !== undefined) {
      app.forceHttps = input.force_https ?? app.forceHttps
      app.stickySession = input.sticky_session ?? app.stickySession
      app.routerLogs = input.router_logs ?? app.routerLogs
      followContainers(call.state, app)
      record(call.state, {
        type: "edit_app",
        user: call.account,
        app,
        data: { force_https: input.force_https ?? null }
      })
    }
    app.updatedAt = call.now
    return json({ app: renderApp(call.state, app) })
  })

export const apps: ReadonlyArray<Route> = [
  regional.get("/apps", (call) =>
    json({
      apps: select(call.state.apps, (app) => app.region === call.region && mayUseApp(app, call.account))
        .map((app) => renderApp(call.state, app))
    })),

  regional.post("/apps", (call) =>
    Effect.gen(function*() {
      const body = yield* call.json
      if (typeof body !== "object" || body === null || !("app" in body)) {
        return yield* invalid({ app: ["missing field"] })
      }
      const input = yield* call.input("app", CreateApp)
      const parentId = input.parent_id ?? undefined
      const parent = parentId === undefined ? undefined : lookupApp(call.state, call.region, parentId)
      if (parentId !== undefined && (parent === undefined || parent.ownerId !== call.account.id)) {
        return yield* notFound("app")
      }
      return yield* create(call, input, parent)
    })),

  regional.get("/apps/:app", (call) => Effect.map(findApp(call), (app) => json({ app: renderApp(call.state, app) }))),

  regional.patch("/apps/:app", update),
  regional.put("/apps/:app", update),

  regional.delete("/apps/:app", (call) =>
    Effect.gen(function*() {
      const app = yield* findOwnApp(call)
      if (call.query.get("current_name") !== app.name) {
        return yield* invalid({ current_name: ["is not the name of the app"] })
      }
      yield* requireIdle(call.state, app)
      record(call.state, { type: "delete_app", user: call.account, app, data: {} })
      removeApp(call.state, app)
      return empty()
    })),

  regional.post("/apps/:app/rename", (call) =>
    Effect.gen(function*() {
      const app = yield* findOwnApp(call)
      const input = yield* call.input(
        undefined,
        Schema.Struct({ current_name: Schema.String, new_name: Schema.String })
      )
      // The platform complains about the field of the app, not about the one of the request.
      yield* readInput(Effect.succeed({ name: input.new_name }), undefined, Schema.Struct({ name: AppName }))
      if (input.current_name !== app.name) return yield* invalid({ current_name: ["is not the name of the app"] })
      if (lookupApp(call.state, call.region, input.new_name) !== undefined) {
        return yield* invalid({ name: ["has already been taken"] })
      }
      yield* requireIdle(call.state, app)
      app.name = input.new_name
      app.updatedAt = call.now
      record(call.state, {
        type: "rename_app",
        user: call.account,
        app,
        data: { old_name: input.current_name, new_name: input.new_name }
      })
      return json({ app: renderApp(call.state, app) })
    })),

  regional.get(
    "/apps/:parentApp/child_apps",
    (call) =>
      Effect.map(
        findApp(call, "parentApp"),
        (parent) =>
          json(pageBody(call, "child_apps", childrenOf(call.state, parent), (app) => renderApp(call.state, app)))
      )
  ),

  regional.post("/apps/:parentApp/child_apps", (call) =>
    Effect.gen(function*() {
      const parent = yield* findAppToChange(call, "parentApp")
      const { name } = yield* call.input("app", Schema.Struct({ name: ChildName }))
      return yield* create(call, { name }, parent)
    })),

  regional.get(
    "/apps/:app/logs",
    (call) =>
      Effect.map(
        findApp(call),
        (app) => json({ app: renderApp(call.state, app), logs_url: logsUrl(call.state, app) })
      )
  ),

  regional.get(
    "/apps/:app/logs_archives",
    (call) => Effect.map(findAppToChange(call), (app) => json(archivesBody(call.state, call.query, app)))
  )
]
