/**
 * The containers of an app: scaling, restarts, one-offs and signals.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, requirePayment } from "../access.js"
import { copyFormation, newContainer, renderApp, renderContainer, renderContainerType, setContainers } from "../apps.js"
import { findSize } from "../catalog.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { record } from "../events.js"
import { NonBlank, oneOf, StringMap } from "../inputSchemas.js"
import type { App, Container } from "../models.js"
import { createOneOff, endOneOff, oneOffOf, runDetached } from "../oneOffs.js"
import { operationUrl, requireIdle, startOperation, startRestart, startScaling } from "../operations.js"
import { empty, invalid, json, notFound, type Refusal, refuse } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import type { State } from "../state.js"

const maxAmount = 10

const Scale = Schema.Struct({
  containers: Schema.NonEmptyArray(Schema.Struct({
    name: NonBlank,
    amount: Schema.NonNegativeInt,
    size: nullish(Schema.String)
  }))
})

const Run = Schema.Struct({
  command: NonBlank,
  env: nullish(StringMap),
  size: nullish(Schema.String),
  detached: nullish(Schema.Boolean),
  has_uploads: nullish(Schema.Boolean)
})

const Signal = oneOf(["SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGTERM", "SIGKILL"])
/** The signals that end a process, and its exit codes. */
const endingSignals: ReadonlyMap<string, number> = new Map([
  ["SIGINT", 130],
  ["SIGQUIT", 131],
  ["SIGKILL", 137],
  ["SIGTERM", 143]
])

const findContainer = (call: Call, app: App): Effect.Effect<Container, Refusal> => {
  const wanted = call.param("containerId")
  const container = app.containers.find((it) => it.id === wanted || `${it.type}-${it.index}` === wanted)
  return container === undefined ? notFound("container") : Effect.succeed(container)
}

/** Ends a one-off, which runs as long as it is among the containers. */
const end = (state: State, container: Container, code: number) => {
  const oneOff = oneOffOf(state, container.id)
  if (oneOff !== undefined) endOneOff(state, oneOff, code)
}

const formationBody = (app: App) => ({ containers: app.formation.map((type) => renderContainerType(app, type)) })

const scale = (call: Call) =>
  Effect.gen(function*() {
    const { state } = call
    const app = yield* findAppToChange(call)
    const input = yield* call.input(undefined, Scale)
    yield* requireIdle(state, app)
    for (const wanted of input.containers) {
      if (wanted.amount > maxAmount) {
        const field = `container-${wanted.name}-amount`
        return yield* invalid({ [field]: [`can't scale over ${maxAmount} containers, contact us if you need more`] })
      }
      if (wanted.size != null && findSize(wanted.size) === undefined) {
        return yield* invalid({ size: [`${wanted.size} is not a size of containers`] })
      }
      if (app.lastDeployedAt !== null && !app.formation.some((type) => type.name === wanted.name)) {
        return yield* invalid({ containers: [`type ${wanted.name} does not exist`] })
      }
      const beyondFree = wanted.amount > 0 &&
        (wanted.name !== "web" || wanted.amount > 1 || !["S", "M"].includes(wanted.size ?? "M"))
      if (beyondFree) yield* requirePayment(call, "you need a payment method to scale beyond one small web container")
    }
    const before = copyFormation(app)
    let changed = false
    for (const { amount, name, size } of input.containers) {
      const known = app.formation.find((type) => type.name === name)
      if (known === undefined) {
        app.formation.push({ id: state.ids.hex(), name, amount, size: size ?? "M", command: "" })
        changed = true
      } else if (known.amount !== amount || (size != null && known.size !== size)) {
        known.amount = amount
        known.size = size ?? known.size
        changed = true
      }
    }
    if (!changed) {
      return state.settings.unchangedScale === "ok"
        ? json(formationBody(app))
        : yield* refuse(422, { error: "no change in containers formation" })
    }
    const operation = startScaling(state, app, before, call.account)
    return operation === undefined
      ? json(formationBody(app))
      : json(formationBody(app), 202, { location: operationUrl(state, app, operation) })
  })

const restart = (call: Call) =>
  Effect.gen(function*() {
    const { state } = call
    const app = yield* findApp(call)
    const { scope } = yield* call.input(
      undefined,
      Schema.Struct({ scope: nullish(Schema.Array(Schema.String)) })
    )
    if (app.lastDeployedAt === null) return yield* invalid({ app: ["has never been deployed"] })
    yield* requireIdle(state, app)
    const known = new Set(app.formation.map((type) => type.name))
    const labels = new Set(app.containers.map((it) => `${it.type}-${it.index}`))
    const wrong = (scope ?? []).filter((name) => !known.has(name) && !labels.has(name))
    if (wrong.length > 0) return yield* invalid({ scope: wrong.map((name) => `${name} does not exist`) })
    const operation = startRestart(state, app, {
      user: call.account,
      data: { scope: scope ?? null, reason: "user_restart" },
      inScope: (it) =>
        scope == null || scope.length === 0 || scope.includes(it.type) || scope.includes(`${it.type}-${it.index}`)
    })
    return empty(202, { location: operationUrl(state, app, operation) })
  })

const run = (call: Call) =>
  Effect.gen(function*() {
    const { state } = call
    const app = yield* findAppToChange(call)
    const input = yield* call.input(undefined, Run)
    const size = input.size ?? "M"
    if (findSize(size) === undefined) return yield* invalid({ size: [`${size} is not a size of containers`] })
    if (app.lastDeployedAt === null) return yield* invalid({ app: ["has never been deployed"] })
    const oneOffs = (it: App) => it.containers.filter((container) => container.type === "one-off").length
    if (oneOffs(app) >= 10) return yield* invalid({ containers: ["at most 10 one-off containers run in an app"] })
    const all = Array.from(state.apps.values()).reduce(
      (sum, it) => sum + (it.ownerId === app.ownerId ? oneOffs(it) : 0),
      0
    )
    if (all >= 50) return yield* invalid({ containers: ["at most 50 one-off containers run in an account"] })
    const detached = input.detached === true
    const container = newContainer(state, {
      type: "one-off",
      index: state.ids.count(),
      size,
      command: input.command,
      state: "booting"
    })
    app.containers.push(container)
    const oneOff = createOneOff(state, app, container, input.env ?? {})
    record(state, {
      type: "run",
      user: call.account,
      app,
      data: {
        command: input.command,
        detached,
        // Only attached one-offs have an audit log.
        ...(detached ? {} : { audit_log_id: state.ids.uuid() })
      }
    })
    const operation = startOperation(state, app, {
      type: "start-one-off",
      oneOffId: container.id,
      duration: state.settings.operationDuration / 4,
      finish: (operation) => {
        // It may have been stopped meanwhile.
        if (oneOff.ending !== undefined) return
        container.state = "running"
        if (detached) runDetached(state, oneOff)
        else operation.attachUrl = `${state.urls.oneOff(app.region)}/run/${container.id}`
      },
      fail: () => endOneOff(state, oneOff, 1)
    })
    return json({
      container: {
        ...renderContainer(app, container),
        memory: findSize(size)?.memory,
        app: renderApp(state, app)
      },
      operation_url: operationUrl(state, app, operation),
      operation: operation.id
    })
  })

export const containers: ReadonlyArray<Route> = [
  regional.get(
    "/apps/:app/ps",
    (call) =>
      Effect.map(
        findApp(call),
        (app) => json({ containers: app.containers.map((container) => renderContainer(app, container)) })
      )
  ),

  regional.get("/apps/:app/containers", (call) => Effect.map(findApp(call), (app) => json(formationBody(app)))),

  regional.post("/apps/:app/scale", scale),
  regional.post("/apps/:app/restart", restart),
  regional.post("/apps/:app/run", run),

  regional.post("/apps/:app/containers/:containerId/stop", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const container = yield* findContainer(call, app)
      if (container.type !== "one-off") return yield* invalid({ container: ["is not a one-off"] })
      container.state = "stopping"
      call.state.after(call.state.settings.operationDuration / 4, () => end(call.state, container, 143))
      return empty(202)
    })),

  regional.post("/apps/:app/containers/:containerId/kill", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const container = yield* findContainer(call, app)
      const { signal } = yield* call.input(undefined, Schema.Struct({ signal: Signal }))
      // The platform restarts a container that has ended, unless it is a one-off.
      const code = endingSignals.get(signal)
      if (code !== undefined) {
        if (container.type === "one-off") end(call.state, container, code)
        else {
          setContainers(
            call.state,
            app,
            app.containers.map((it) => it === container ? newContainer(call.state, it) : it)
          )
        }
      }
      return empty()
    }))
]
