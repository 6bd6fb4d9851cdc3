/**
 * Notifiers report the events and alerts of an app by e-mail, Slack, webhook …
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { nullish, Secret, SecretInput, Timestamp } from "../schema/ScalingoSchema.js"
import { NotificationPlatformName } from "./NotificationPlatforms.js"

/**
 * The destination of a notifier. The fields depend on its platform.
 *
 * @category schemas
 */
export const NotifierTypeData = struct(() => ({
  /** For Slack, Rocket.Chat and webhooks. Allows anyone who knows it to post there. */
  webhook_url: nullish(Secret),
  /** For e-mail: e-mail addresses. */
  emails: nullish(Schema.Array(Schema.String)),
  /** For e-mail: ids of collaborators, who receive the messages at the e-mail address of their account. */
  user_ids: nullish(Schema.Array(Schema.String)),
  /** For text messages; only the official Go client has it. */
  phone_number: nullish(Schema.String)
}))

export interface NotifierTypeData extends Schema.Schema.Type<typeof NotifierTypeData> {}

/**
 * A notifier.
 *
 * @category schemas
 */
export const Notifier = struct(() => ({
  /** `no-…` */
  id: Schema.String,
  app_id: Schema.String,
  /** The app's name. */
  app: nullish(Schema.String),
  name: Schema.String,
  active: Schema.Boolean,
  /** The name of its platform. */
  type: NotificationPlatformName,
  platform_id: Schema.String,
  /** Reports every alert. */
  send_all_alerts: Schema.Boolean,
  /** Reports every event; otherwise only those of `selected_event_ids`. */
  send_all_events: Schema.Boolean,
  /** The ids of event types. */
  selected_event_ids: nullish(Schema.Array(Schema.String)),
  type_data: nullish(NotifierTypeData),
  created_at: Timestamp,
  updated_at: Timestamp
}))

export interface Notifier extends Schema.Schema.Type<typeof Notifier> {}

/**
 * The destination of a new notifier: `webhook_url` for Slack, Rocket.Chat and webhooks; `emails`, `user_ids` or both
 * for e-mail.
 *
 * @category schemas
 */
export const NotifierTypeDataInput = struct(() => ({
  webhook_url: Schema.optional(SecretInput),
  /** E-mail addresses. */
  emails: Schema.optional(Schema.Array(Schema.NonEmptyString)),
  /** Ids of collaborators, who receive the messages at the e-mail address of their account. */
  user_ids: Schema.optional(Schema.Array(Schema.NonEmptyString)),
  /** For text messages; only the official Go client has it. */
  phone_number: Schema.optional(Schema.NonEmptyString)
}))

export interface NotifierTypeDataInput extends Schema.Schema.Type<typeof NotifierTypeDataInput> {}

const settings = () => ({
  active: Schema.optional(Schema.Boolean),
  /** Reports every alert. */
  send_all_alerts: Schema.optional(Schema.Boolean),
  /** Reports every event. */
  send_all_events: Schema.optional(Schema.Boolean),
  /** The ids of the event types to report. */
  selected_event_ids: Schema.optional(Schema.Array(Schema.NonEmptyString)),
  type_data: Schema.optional(NotifierTypeDataInput),
  /**
   * The names of the event types to report.
   *
   * @deprecated the platform asks for `selected_event_ids` instead
   */
  selected_events: Schema.optional(Schema.Array(Schema.NonEmptyString))
})

/**
 * The fields of a new notifier.
 *
 * @category schemas
 */
export const CreateNotifier = struct(() => ({
  /** The id of its platform; `NotificationPlatforms.search` finds it by name. */
  platform_id: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  ...settings()
}))

export interface CreateNotifier extends Schema.Schema.Type<typeof CreateNotifier> {}

/**
 * The fields of a notifier that can be changed.
 *
 * @category schemas
 */
export const UpdateNotifier = struct(() => ({
  name: Schema.optional(Schema.NonEmptyString),
  ...settings()
}))

export interface UpdateNotifier extends Schema.Schema.Type<typeof UpdateNotifier> {}

/**
 * The methods of {@link Notifiers}.
 *
 * @category models
 */
export interface NotifiersService {
  /**
   * The notifiers of an app: `GET /apps/:app/notifiers`.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<Notifier>, ScalingoError>

  /**
   * One notifier: `GET /apps/:app/notifiers/:notifierId`.
   */
  readonly get: (app: string, notifierId: string) => Effect.Effect<Notifier, ScalingoError>

  /**
   * Adds a notifier to an app: `POST /apps/:app/notifiers`.
   *
   * ```ts
   * const platforms = yield* (yield* NotificationPlatforms).search("slack")
   * yield* notifiers.create("my-app", {
   *   platform_id: platforms[0]!.id,
   *   name: "team channel",
   *   send_all_events: true,
   *   type_data: { webhook_url: slackUrl }
   * })
   * ```
   */
  readonly create: (app: string, notifier: CreateNotifier) => Effect.Effect<Notifier, ScalingoError>

  /**
   * Changes a notifier: `PATCH /apps/:app/notifiers/:notifierId`. Omitted fields keep their values.
   */
  readonly update: (app: string, notifierId: string, changes: UpdateNotifier) => Effect.Effect<Notifier, ScalingoError>

  /**
   * Sends a test message: `POST /apps/:app/notifiers/:notifierId/test`.
   */
  readonly test: (app: string, notifierId: string) => Effect.Effect<void, ScalingoError>

  /**
   * Deletes a notifier: `DELETE /apps/:app/notifiers/:notifierId`.
   */
  readonly delete: (app: string, notifierId: string) => Effect.Effect<void, ScalingoError>
}

/**
 * Notifiers of apps.
 *
 * @category tags
 */
export class Notifiers extends Context.Tag("@effect-scalingo/core/Notifiers")<Notifiers, NotifiersService>() {}

const notifier = Decode.root("notifier", Notifier)

const list = endpoint("Notifiers.list", "GET /apps/:app/notifiers", Decode.list("notifiers", Notifier))
const get = endpoint("Notifiers.get", "GET /apps/:app/notifiers/:notifierId", notifier)
const create = endpoint("Notifiers.create", "POST /apps/:app/notifiers", notifier, {
  body: body(CreateNotifier, "notifier")
})
const update = endpoint("Notifiers.update", "PATCH /apps/:app/notifiers/:notifierId", notifier, {
  body: body(UpdateNotifier, "notifier")
})
const test = endpoint("Notifiers.test", "POST /apps/:app/notifiers/:notifierId/test", Decode.empty)
const remove = endpoint("Notifiers.delete", "DELETE /apps/:app/notifiers/:notifierId", Decode.empty)

export const make: Effect.Effect<NotifiersService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  Notifiers.of({
    list: (app) => call(api, list, { path: { app } }),
    get: (app, notifierId) => call(api, get, { path: { app, notifierId } }),
    create: (app, notifier) => call(api, create, { path: { app }, body: notifier }),
    update: (app, notifierId, changes) => call(api, update, { path: { app, notifierId }, body: changes }),
    test: (app, notifierId) => call(api, test, { path: { app, notifierId } }),
    delete: (app, notifierId) => call(api, remove, { path: { app, notifierId } })
  }))

export const layer: Layer.Layer<Notifiers, never, RegionalApi> = Layer.effect(Notifiers, make)
