/**
 * The events of apps and of the account. The module `Event` describes the events themselves.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import type { Page, PageOptions } from "../client/Pagination.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { Event } from "../events/Event.js"
import { eventPages, type EventsOptions, type EventWalkOptions } from "./internal/eventPages.js"

export type { EventsOptions, EventWalkOptions } from "./internal/eventPages.js"

/**
 * The methods of {@link Events}.
 *
 * @category models
 */
export interface EventsService {
  /**
   * The events of an app, newest first, across all pages: `GET /apps/:app/events`. With `from` it reads the events of
   * the last hours in one request; with `exact` it misses none when others are removed meanwhile.
   */
  readonly listForApp: (app: string, options?: EventWalkOptions) => Stream.Stream<Event, ScalingoError>

  /**
   * One page of the events of an app: `GET /apps/:app/events`. With `from` the platform ignores the page.
   */
  readonly listForAppPage: (
    app: string,
    options?: PageOptions & EventsOptions
  ) => Effect.Effect<Page<Event>, ScalingoError>

  /**
   * The events of the account and of all its apps in the region, newest first, across all pages: `GET /events`. With
   * `from` it reads the events of the last hours in one request; with `exact` it misses none when others are removed
   * meanwhile.
   */
  readonly listForUser: (options?: EventWalkOptions) => Stream.Stream<Event, ScalingoError>

  /**
   * One page of the events of the account and of all its apps: `GET /events`. With `from` the platform ignores the
   * page.
   */
  readonly listForUserPage: (options?: PageOptions & EventsOptions) => Effect.Effect<Page<Event>, ScalingoError>

  /**
   * One event of an app: `GET /apps/:app/events/:eventId`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly get: (app: string, eventId: string) => Effect.Effect<Event, ScalingoError>
}

/**
 * The events of apps and of the account.
 *
 * @category tags
 */
export class Events extends Context.Tag("@effect-scalingo/core/Events")<Events, EventsService>() {}

const page = Decode.page("events", Event)

const listForApp = endpoint("Events.listForApp", "GET /apps/:app/events", page)
const listForUser = endpoint("Events.listForUser", "GET /events", page)
const get = endpoint("Events.get", "GET /apps/:app/events/:eventId", Decode.root("event", Event))

export const make: Effect.Effect<EventsService, never, RegionalApi> = Effect.map(RegionalApi, (api) => {
  const ofApp = eventPages(api, listForApp)
  const ofUser = eventPages(api, listForUser)
  return Events.of({
    listForApp: (app, options) => ofApp.all({ path: { app } }, options),
    listForAppPage: (app, options) => ofApp.page({ path: { app } }, options),
    listForUser: (options) => ofUser.all({}, options),
    listForUserPage: (options) => ofUser.page({}, options),
    get: (app, eventId) => call(api, get, { path: { app, eventId } })
  })
})

export const layer: Layer.Layer<Events, never, RegionalApi> = Layer.effect(Events, make)
