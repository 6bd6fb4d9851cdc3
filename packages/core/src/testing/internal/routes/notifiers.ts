/**
 * Notifiers of apps.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, findOfApp, mayUseApp } from "../access.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { record } from "../events.js"
import { EmailAddress, HttpUrl, NonBlank } from "../inputSchemas.js"
import type { App } from "../models.js"
import { eventTypes, notificationPlatforms } from "../referenceData.js"
import { empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso, ofApp, statePart } from "../state.js"

const TypeData = Schema.Struct({
  webhook_url: nullish(HttpUrl),
  emails: nullish(Schema.Array(EmailAddress)),
  user_ids: nullish(Schema.Array(Schema.String)),
  phone_number: nullish(Schema.String)
})

const settings = {
  active: nullish(Schema.Boolean),
  send_all_alerts: nullish(Schema.Boolean),
  send_all_events: nullish(Schema.Boolean),
  selected_event_ids: nullish(Schema.Array(Schema.String)),
  // Deprecated: the names instead of the ids.
  selected_events: nullish(Schema.Array(Schema.String)),
  type_data: nullish(TypeData)
}

const CreateNotifier = Schema.Struct({ platform_id: NonBlank, name: NonBlank, ...settings })
const UpdateNotifier = Schema.Struct({ name: nullish(NonBlank), ...settings })

interface Notifier {
  readonly id: string
  readonly appId: string
  readonly platform: typeof notificationPlatforms[number]
  readonly createdAt: number
  updatedAt: number
  name: string
  active: boolean
  sendAllAlerts: boolean
  sendAllEvents: boolean
  eventIds: ReadonlyArray<string>
  data: typeof TypeData.Type
}

const notifiersOf = statePart(() => new Map<string, Notifier>())

const render = (app: App, it: Notifier) => ({
  id: it.id,
  app_id: app.id,
  app: app.name,
  name: it.name,
  active: it.active,
  type: it.platform.name,
  platform_id: it.platform.id,
  send_all_alerts: it.sendAllAlerts,
  send_all_events: it.sendAllEvents,
  selected_event_ids: it.eventIds,
  type_data: it.platform.name === "email"
    ? { user_ids: it.data.user_ids ?? [], emails: it.data.emails ?? [] }
    : { webhook_url: it.data.webhook_url },
  created_at: iso(it.createdAt),
  updated_at: iso(it.updatedAt)
})

const findNotifier = (call: Call, app: App) => findOfApp(call, app, notifiersOf(call.state), "notifier")

/** Reads the ids of the selected event types; `undefined` when the input has none. */
const readEventIds = (
  input: typeof UpdateNotifier.Type
): Effect.Effect<ReadonlyArray<string> | undefined, Refusal> => {
  if (input.selected_event_ids != null) {
    return input.selected_event_ids.every((id) => eventTypes.some((type) => type.id === id))
      ? Effect.succeed(input.selected_event_ids)
      : invalid({ selected_event_ids: ["is invalid"] })
  }
  if (input.selected_events == null) return Effect.succeed(undefined)
  const ids: Array<string> = []
  for (const name of input.selected_events) {
    const type = eventTypes.find((it) => it.name === name)
    if (type === undefined) return invalid({ selected_events: ["is invalid"] })
    ids.push(type.id)
  }
  return Effect.succeed(ids)
}

/** 422 unless the input has what the notification platform requires. */
const checkData = (
  call: Call,
  app: App,
  platform: string,
  data: typeof TypeData.Type
): Effect.Effect<void, Refusal> => {
  if (platform !== "email") {
    return data.webhook_url == null ? invalid({ "type_data.webhook_url": ["can't be blank"] }) : Effect.void
  }
  const mayBeTold = (id: string) => {
    const account = call.state.accounts.get(id)
    return account !== undefined && mayUseApp(app, account)
  }
  return (data.user_ids ?? []).every(mayBeTold)
    ? Effect.void
    : invalid({ "type_data.user_ids": ["must be the owner or collaborators of the app"] })
}

const recordNotifier = (call: Call, app: App, type: string, it: Notifier) =>
  record(call.state, {
    type,
    user: call.account,
    app,
    data: {
      notifier_name: it.name,
      active: it.active,
      send_all_events: it.sendAllEvents,
      selected_events: it.eventIds.map((id) => eventTypes.find((known) => known.id === id)?.name),
      notifier_type: it.platform.name,
      notifier_type_data: render(app, it).type_data,
      platform_name: it.platform.name
    }
  })

const update = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const it = yield* findNotifier(call, app)
    const input = yield* call.input("notifier", UpdateNotifier)
    const eventIds = yield* readEventIds(input)
    const data = { ...it.data, ...input.type_data }
    yield* checkData(call, app, it.platform.name, data)
    it.name = input.name ?? it.name
    it.active = input.active ?? it.active
    it.sendAllAlerts = input.send_all_alerts ?? it.sendAllAlerts
    it.sendAllEvents = input.send_all_events ?? it.sendAllEvents
    it.eventIds = eventIds ?? it.eventIds
    it.data = data
    it.updatedAt = call.now
    recordNotifier(call, app, "edit_notifier", it)
    return json({ notifier: render(app, it) })
  })

/** The recipients of a mail. */
const recipients = (call: Call, it: Notifier): ReadonlyArray<string> => [
  ...(it.data.user_ids ?? []).flatMap((id) => call.state.accounts.get(id)?.email ?? []),
  ...(it.data.emails ?? [])
]

export const notifiers: ReadonlyArray<Route> = [
  regional.get("/apps/:app/notifiers", (call) =>
    Effect.map(findApp(call), (app) =>
      json({
        notifiers: ofApp(notifiersOf(call.state), app).map((it) => render(app, it))
      }))),

  regional.post("/apps/:app/notifiers", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input("notifier", CreateNotifier)
      const platform = notificationPlatforms.find((it) => it.id === input.platform_id)
      if (platform === undefined) return yield* notFound("notification_platform")
      const eventIds = yield* readEventIds(input)
      const data = input.type_data ?? {}
      yield* checkData(call, app, platform.name, data)
      const it: Notifier = {
        id: call.state.ids.uuid("no-"),
        appId: app.id,
        platform,
        createdAt: call.now,
        updatedAt: call.now,
        name: input.name,
        active: input.active ?? true,
        sendAllAlerts: input.send_all_alerts ?? false,
        sendAllEvents: input.send_all_events ?? false,
        eventIds: eventIds ?? [],
        data
      }
      notifiersOf(call.state).set(it.id, it)
      recordNotifier(call, app, "new_notifier", it)
      return json({ notifier: render(app, it) }, 201)
    })),

  regional.get("/apps/:app/notifiers/:notifierId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      return json({ notifier: render(app, yield* findNotifier(call, app)) })
    })),

  regional.patch("/apps/:app/notifiers/:notifierId", update),
  regional.put("/apps/:app/notifiers/:notifierId", update),

  regional.post("/apps/:app/notifiers/:notifierId/test", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const it = yield* findNotifier(call, app)
      // The sandbox calls no webhooks, since it has no network.
      for (const to of recipients(call, it)) {
        call.state.mails.push({
          to,
          subject: "test of a notifier",
          data: { app: app.name, name: it.name }
        })
      }
      return json({})
    })),

  regional.delete("/apps/:app/notifiers/:notifierId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const it = yield* findNotifier(call, app)
      notifiersOf(call.state).delete(it.id)
      recordNotifier(call, app, "delete_notifier", it)
      return empty()
    }))
]
