/**
 * What happened to the apps and to the account. `EventTypes` describes the events themselves.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { RegionalApi } from "./ApiClient.js"
import { Event } from "./EventTypes.js"
import * as Answer from "./internal/answer.js"
import { call, callPage, callPages, endpoint } from "./internal/endpoint.js"
import { pageOrAll } from "./internal/wholePage.js"
import type { Page, PageOptions, WalkOptions } from "./Pagination.js"
import { InvalidRequest, type ScalingoError } from "./ScalingoError.js"

/**
 * How far back to look.
 *
 * @since 0.1.0
 * @category models
 */
export interface EventsOptions {
  /** The last hours to read, 1 to 72. The answer then is what happened in them as a whole, without pages. */
  readonly from?: number | undefined
}

/**
 * The methods of {@link Events}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * What happened to an app, newest first, over all pages: `GET /apps/:app/events`. With `from` it is what happened
   * in the last hours, read at once.
   */
  readonly listForApp: (app: string, options?: WalkOptions & EventsOptions) => Stream.Stream<Event, ScalingoError>

  /**
   * One page of what happened to an app: `GET /apps/:app/events`. With `from` the platform ignores the page asked
   * for.
   */
  readonly listForAppPage: (
    app: string,
    options?: PageOptions & EventsOptions
  ) => Effect.Effect<Page<Event>, ScalingoError>

  /**
   * What happened to the account and to all of its apps in the region, newest first, over all pages: `GET /events`.
   * With `from` it is what happened in the last hours, read at once.
   */
  readonly listForUser: (options?: WalkOptions & EventsOptions) => Stream.Stream<Event, ScalingoError>

  /**
   * One page of what happened to the account and to all of its apps: `GET /events`. With `from` the platform ignores
   * the page asked for.
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
 * What happened to the apps and to the account.
 *
 * @since 0.1.0
 * @category tags
 */
export class Events extends Context.Tag("@effect-scalingo/core/Events")<Events, Service>() {}

const page = Answer.page("events", Event)

const listForApp = endpoint({ name: "Events.listForApp", method: "GET", path: "/apps/:app/events", response: page })
const listForUser = endpoint({ name: "Events.listForUser", method: "GET", path: "/events", response: page })
const get = endpoint({
  name: "Events.get",
  method: "GET",
  path: "/apps/:app/events/:eventId",
  response: Answer.root("event", Event)
})

// No source shows an answer to `from`: it overrides pagination, so it may well say nothing of pages.
const recent = pageOrAll("events", Event)
const recentForApp = endpoint({ ...listForApp, response: recent })
const recentForUser = endpoint({ ...listForUser, response: recent })

const invalidHours = (name: string, options: PageOptions & EventsOptions): InvalidRequest | undefined =>
  options.from === undefined
    ? undefined
    : !Number.isInteger(options.from) || options.from < 1 || options.from > 72
    ? new InvalidRequest({ endpoint: name, field: "from", expected: "a whole number of hours from 1 to 72" })
    : options.page !== undefined && options.page !== 1
    ? new InvalidRequest({ endpoint: name, field: "page", expected: "left out together with from, which has no pages" })
    : undefined

/** Runs the request if its hours make sense. */
const checked = <A>(
  name: string,
  options: (PageOptions & EventsOptions) | undefined,
  request: Effect.Effect<A, ScalingoError>
): Effect.Effect<A, ScalingoError> =>
  Effect.suspend(() => {
    const wrong = options === undefined ? undefined : invalidHours(name, options)
    return wrong === undefined ? request : Effect.fail(wrong)
  })

const items = <A>(answer: Effect.Effect<Page<A>, ScalingoError>): Stream.Stream<A, ScalingoError> =>
  Stream.fromIterableEffect(Effect.map(answer, (page) => page.items))

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Service, never, RegionalApi> = Effect.map(RegionalApi, (api) => {
  const listForAppPage: Service["listForAppPage"] = (app, options) =>
    checked(
      listForApp.name,
      options,
      callPage(
        api,
        options?.from === undefined ? listForApp : recentForApp,
        { path: { app }, query: { from: options?.from } },
        options
      )
    )
  const listForUserPage: Service["listForUserPage"] = (options) =>
    checked(
      listForUser.name,
      options,
      callPage(
        api,
        options?.from === undefined ? listForUser : recentForUser,
        { query: { from: options?.from } },
        options
      )
    )
  return Events.of({
    listForApp: (app, options) =>
      options?.from === undefined
        ? callPages(api, listForApp, { path: { app } }, options)
        : items(listForAppPage(app, { from: options.from, perPage: options.perPage })),
    listForAppPage,
    listForUser: (options) =>
      options?.from === undefined
        ? callPages(api, listForUser, {}, options)
        : items(listForUserPage({ from: options.from, perPage: options.perPage })),
    listForUserPage,
    get: (app, eventId) => call(api, get, { path: { app, eventId } })
  })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Events, never, RegionalApi> = Layer.effect(Events, make)
