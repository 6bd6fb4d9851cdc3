/**
 * Operations: one at a time for an app, they take their time and end.
 */
import * as Effect from "effect/Effect"
import { settleStatus } from "./apps.js"
import type { App, AppStatus, Operation } from "./records.js"
import { invalid, type Refusal } from "./reply.js"
import { iso, isoOrNull, type State } from "./state.js"

export const currentOperation = (state: State, app: App): Operation | undefined =>
  app.operationId === undefined ? undefined : state.operations.get(app.operationId)

/** Refuses while another operation of the app is not finished: nothing else can be done to it then. */
export const requireIdle = (state: State, app: App): Effect.Effect<void, Refusal> => {
  const current = currentOperation(state, app)
  return current === undefined
    ? Effect.void
    : invalid({ app: [`is ${current.type === "scale" ? "scaling" : "restarting"}, nothing else can be done to it`] })
}

/**
 * Starts an operation: pending, running after a tenth of its duration, then done, or error when that is what the next
 * operation of the app is to be. `finish` runs when it is done.
 */
export const startOperation = (state: State, app: App, input: {
  readonly type: string
  /** What the app is meanwhile; left out for operations that do not keep it busy. */
  readonly status?: AppStatus | undefined
  /** Milliseconds; the option `operationDuration` by default. */
  readonly duration?: number | undefined
  /** The container of a one-off that is started. */
  readonly oneOffId?: string | undefined
  readonly finish?: ((operation: Operation) => void) | undefined
  readonly fail?: ((operation: Operation) => void) | undefined
}): Operation => {
  const duration = input.duration ?? state.settings.operationDuration
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
  const failure = state.operationFailures.get(app.name)?.shift()
  if (input.status !== undefined) {
    app.operationId = operation.id
    app.status = input.status
  }
  state.after(duration / 10, () => {
    if (operation.status === "pending") operation.status = "running"
  })
  state.after(duration, () => {
    operation.finishedAt = state.now()
    operation.status = failure === undefined ? "done" : "error"
    operation.error = failure
    if (app.operationId === operation.id) {
      app.operationId = undefined
      settleStatus(app)
    }
    if (failure === undefined) input.finish?.(operation)
    else input.fail?.(operation)
  })
  return operation
}

export const renderOperation = (operation: Operation) => ({
  id: operation.id,
  app_id: operation.appId,
  created_at: iso(operation.createdAt),
  finished_at: isoOrNull(operation.finishedAt),
  status: operation.status,
  type: operation.type,
  error: operation.error ?? "",
  ...(operation.attachUrl === undefined
    ? {}
    : { start_one_off_data: { container_id: operation.oneOffId, attach_url: operation.attachUrl } })
})

/** The URL for the Location header. */
export const operationUrl = (state: State, app: App, operation: Operation): string =>
  `${state.urls.api(app.region)}/v1/apps/${app.name}/operations/${operation.id}`
