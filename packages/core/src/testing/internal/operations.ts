/**
 * Operations of apps: one at a time, each with a duration.
 */
import * as Effect from "effect/Effect"
import { applyFormation, newContainer, setContainers, settleStatus } from "./apps.js"
import { record } from "./events.js"
import type { Account, App, AppStatus, Container, ContainerType, Operation } from "./models.js"
import { invalid, type Refusal } from "./responses.js"
import { iso, isoOrNull, type State } from "./state.js"

/**
 * Schedules a task: `begin` after a tenth of the duration, `end` after all of it. `end` gets the error that
 * `failNextOperation` asked for, if any.
 */
export const startTimedTask = (state: State, app: App, input: {
  readonly duration?: number | undefined
  readonly begin?: (() => void) | undefined
  readonly end: (failure: string | undefined) => void
}): void => {
  const duration = input.duration ?? state.settings.operationDuration
  const failure = state.operationFailures.get(app.name)?.shift()
  if (input.begin !== undefined) state.after(duration / 10, input.begin)
  state.after(duration, () => input.end(failure))
}

export const currentOperation = (state: State, app: App): Operation | undefined =>
  app.operationId === undefined ? undefined : state.operations.get(app.operationId)

/** 422 while another operation of the app is under way. */
export const requireIdle = (state: State, app: App): Effect.Effect<void, Refusal> => {
  const current = currentOperation(state, app)
  return current === undefined
    ? Effect.void
    : invalid({ app: [`is ${current.type === "scale" ? "scaling" : "restarting"}, nothing else can be done to it`] })
}

/** Starts an operation: pending, running, then done or error. Calls `finish` or `fail` at the end. */
export const startOperation = (state: State, app: App, input: {
  readonly type: string
  /** The status of the app meanwhile. Left out for operations that can run at the same time as others. */
  readonly status?: AppStatus | undefined
  /** Milliseconds. Default: the option `operationDuration`. */
  readonly duration?: number | undefined
  /** The container of the one-off that the operation starts. */
  readonly oneOffId?: string | undefined
  readonly finish?: ((operation: Operation) => void) | undefined
  readonly fail?: ((operation: Operation) => void) | undefined
}): Operation => {
  const operation: Operation = {
    id: state.ids.hex(),
    appId: app.id,
    type: input.type,
    status: "pending",
    error: undefined,
    createdAt: state.now(),
    finishedAt: null,
    oneOffId: input.oneOffId,
    attachUrl: undefined
  }
  state.operations.set(operation.id, operation)
  if (input.status !== undefined) {
    app.operationId = operation.id
    app.status = input.status
  }
  startTimedTask(state, app, {
    duration: input.duration,
    begin: () => {
      operation.status = "running"
    },
    end: (failure) => {
      operation.finishedAt = state.now()
      operation.status = failure === undefined ? "done" : "error"
      operation.error = failure
      if (app.operationId === operation.id) {
        app.operationId = undefined
        settleStatus(app)
      }
      if (failure === undefined) input.finish?.(operation)
      else input.fail?.(operation)
    }
  })
  return operation
}

const amountsOf = (formation: ReadonlyArray<ContainerType>) =>
  Object.fromEntries(formation.map(({ amount, name }) => [name, amount]))

/**
 * Scales an app to its formation, which has just been changed. A failure restores `before`. `undefined` for an app that
 * was never deployed, and so has no containers.
 */
export const startScaling = (
  state: State,
  app: App,
  before: Array<ContainerType>,
  user: Account | undefined
): Operation | undefined => {
  record(state, {
    type: "scale",
    user,
    app,
    data: { previous_containers: amountsOf(before), containers: amountsOf(app.formation) }
  })
  return app.lastDeployedAt === null ? undefined : startOperation(state, app, {
    type: "scale",
    status: "scaling",
    finish: () => applyFormation(state, app),
    fail: () => {
      app.formation = before
    }
  })
}

/** Replaces the running containers, except one-offs and those out of scope. */
export const startRestart = (state: State, app: App, input: {
  readonly user?: Account | undefined
  /** The data of the event. */
  readonly data: { readonly [name: string]: unknown }
  readonly inScope?: ((container: Container) => boolean) | undefined
}): Operation => {
  record(state, { type: "restart", user: input.user, app, data: input.data })
  return startOperation(state, app, {
    type: "restart",
    status: "restarting",
    finish: () => {
      setContainers(
        state,
        app,
        app.containers.map((it) =>
          it.type !== "one-off" && input.inScope?.(it) !== false ? newContainer(state, it) : it
        )
      )
    }
  })
}

export const renderOperation = (state: State, app: App, operation: Operation) => ({
  id: operation.id,
  app_id: operation.appId,
  created_at: iso(operation.createdAt),
  finished_at: isoOrNull(operation.finishedAt),
  status: operation.status,
  type: operation.type,
  error: operation.error ?? "",
  ...(operation.attachUrl === undefined
    ? {}
    : {
      start_one_off_data: {
        container_id: operation.oneOffId,
        attach_url: `${state.urls.oneOff(app.region)}/run/${operation.oneOffId}`
      }
    })
})

/** The URL of an operation, for the Location header. */
export const operationUrl = (state: State, app: App, operation: Operation): string =>
  `${state.urls.api(app.region)}/v1/apps/${app.name}/operations/${operation.id}`
