/**
 * The services that notifiers can send to: e-mail, Slack, webhooks …
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum } from "../schema/ScalingoSchema.js"

/**
 * The name of a service that notifiers can send to.
 *
 * @category schemas
 */
export const NotificationPlatformName = openEnum("email", "rocket_chat", "slack", "webhook")

export type NotificationPlatformName = Schema.Schema.Type<typeof NotificationPlatformName>

/**
 * A service that notifiers can send to.
 *
 * @category schemas
 */
export const NotificationPlatform = struct(() => ({
  /** The `platform_id` of notifiers. */
  id: Schema.String,
  name: NotificationPlatformName,
  /** The display name. */
  display_name: Schema.String,
  logo_url: Schema.String,
  /** The ids of the event types that can be sent to it. */
  available_event_ids: nullish(Schema.Array(Schema.String)),
  description: Schema.String
}))

export interface NotificationPlatform extends Schema.Schema.Type<typeof NotificationPlatform> {}

/**
 * The methods of {@link NotificationPlatforms}. Their requests are sent without credentials.
 *
 * @category models
 */
export interface NotificationPlatformsService {
  /**
   * All platforms: `GET /notification_platforms`.
   */
  readonly list: Effect.Effect<ReadonlyArray<NotificationPlatform>, ScalingoError>

  /**
   * One platform: `GET /notification_platforms/:platformId`.
   */
  readonly get: (platformId: string) => Effect.Effect<NotificationPlatform, ScalingoError>

  /**
   * The platforms with this name, such as `slack`: `GET /notification_platforms/search`. Finds the `platform_id` for a
   * new notifier.
   */
  readonly search: (name: NotificationPlatformName) => Effect.Effect<ReadonlyArray<NotificationPlatform>, ScalingoError>
}

/**
 * The services that notifiers can send to.
 *
 * @category tags
 */
export class NotificationPlatforms extends Context.Tag("@effect-scalingo/core/NotificationPlatforms")<
  NotificationPlatforms,
  NotificationPlatformsService
>() {}

const platforms = Decode.list("notification_platforms", NotificationPlatform)

const list = endpoint("NotificationPlatforms.list", "GET /notification_platforms", platforms, { credential: "none" })
const get = endpoint(
  "NotificationPlatforms.get",
  "GET /notification_platforms/:platformId",
  Decode.root("notification_platform", NotificationPlatform),
  { credential: "none" }
)
const search = endpoint("NotificationPlatforms.search", "GET /notification_platforms/search", platforms, {
  credential: "none"
})

export const make: Effect.Effect<NotificationPlatformsService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    NotificationPlatforms.of({
      list: call(api, list, {}),
      get: (platformId) => call(api, get, { path: { platformId } }),
      search: (name) => call(api, search, { query: { name } })
    })
)

export const layer: Layer.Layer<NotificationPlatforms, never, RegionalApi> = Layer.effect(NotificationPlatforms, make)
