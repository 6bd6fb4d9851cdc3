/**
 * The events of the platform.
 */
import { renderUser } from "./accounts.js"
import type { Account, App, Event, Project } from "./models.js"
import { iso, type State } from "./state.js"

/**
 * Records an event, with the type and data of the documentation:
 * `record(state, { type: "restart", user: call.account, app, data: { scope: ["web"] } })`.
 */
export const record = (state: State, event: {
  readonly type: string
  readonly user?: Account | undefined
  readonly app?: App | undefined
  readonly project?: Project | undefined
  readonly data?: { readonly [name: string]: unknown } | undefined
  readonly at?: number | undefined
}): Event => {
  const written: Event = {
    id: state.ids.hex(),
    at: event.at ?? state.now(),
    type: event.type,
    userId: event.user?.id,
    appId: event.app?.id,
    appName: event.app?.name,
    projectId: event.project?.id,
    projectName: event.project?.name,
    data: event.data
  }
  state.events.push(written)
  return written
}

export const renderEvent = (state: State, event: Event) => {
  const user = event.userId === undefined ? undefined : state.accounts.get(event.userId)
  return {
    id: event.id,
    created_at: iso(event.at),
    ...(user === undefined ? {} : { user: renderUser(user) }),
    ...(event.appId === undefined ? {} : { app_id: event.appId, app_name: event.appName }),
    ...(event.projectId === undefined ? {} : { project_id: event.projectId, project_name: event.projectName }),
    type: event.type,
    ...(event.data === undefined ? {} : { type_data: event.data })
  }
}

/** Newest first. Events of one instant are in the reverse order of their recording. */
export const newestFirst = (events: ReadonlyArray<Event>): Array<Event> =>
  events.map((event, order) => ({ event, order }))
    .sort((a, b) => b.event.at - a.event.at || b.order - a.order)
    .map(({ event }) => event)
