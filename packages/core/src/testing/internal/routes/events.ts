/**
 * The events of an app, and those that an account can see.
 */
import * as Effect from "effect/Effect"
import { findApp, mayUseApp } from "../access.js"
import { hideValues, isLimited } from "../collaboratorRoles.js"
import { hour } from "../durations.js"
import { newestFirst, renderEvent } from "../events.js"
import type { Event } from "../models.js"
import { pageBody } from "../pagination.js"
import { badRequest, json, notFound } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"

/** An event, as the account sees it: a limited collaborator sees no values of variables. */
const render = (call: Call, event: Event) => {
  const shown = renderEvent(call.state, event)
  const app = event.appId === undefined ? undefined : call.state.apps.get(event.appId)
  return app !== undefined && /_variables?$/.test(event.type) && isLimited(app, call.account)
    ? { ...shown, type_data: hideValues(event.data) }
    : shown
}

/** The requested page of events; with `from`, one page with all events of the last 1 to 72 hours. */
export const recentEvents = (call: Call, events: ReadonlyArray<Event>) => {
  const from = call.query.get("from")
  const show = (event: Event) => render(call, event)
  if (from === null) return pageBody(call, "events", events, show)
  const recent = events.filter((event) => event.at > call.now - Number(from) * hour)
  return {
    events: recent.map(show),
    meta: {
      pagination: { current_page: 1, prev_page: null, next_page: null, total_pages: 1, total_count: recent.length }
    }
  }
}

export const checkFrom = (call: Call) => {
  const from = call.query.get("from")
  return from === null || /^([1-9]|[1-6]\d|7[0-2])$/.test(from)
    ? Effect.void
    : badRequest("from must be a number of hours between 1 and 72")
}

export const events: ReadonlyArray<Route> = [
  regional.get("/apps/:app/events", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      yield* checkFrom(call)
      return json(recentEvents(call, newestFirst(call.state.events.filter((event) => event.appId === app.id))))
    })),

  regional.get("/apps/:app/events/:eventId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const event = call.state.events.find((it) => it.id === call.param("eventId") && it.appId === app.id)
      return event === undefined ? yield* notFound("event") : json({ event: render(call, event) })
    })),

  regional.get("/events", (call) =>
    Effect.gen(function*() {
      yield* checkFrom(call)
      const seen = call.state.events.filter((event) => {
        if (event.appId === undefined) return event.userId === call.account.id
        const app = call.state.apps.get(event.appId)
        return app === undefined
          ? event.userId === call.account.id
          : app.region === call.region && mayUseApp(app, call.account)
      })
      return json(recentEvents(call, newestFirst(seen)))
    }))
]
