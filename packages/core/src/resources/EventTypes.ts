/**
 * The event types that notifiers can select.
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
import { nullish } from "../schema/ScalingoSchema.js"

/**
 * An event type that notifiers can select. Its `name` (`app_deployed`) is not the `type` of an event (`deployment`).
 *
 * @category schemas
 */
export const EventType = struct(() => ({
  id: Schema.String,
  /** The id of its `EventCategory`. */
  category_id: Schema.String,
  name: Schema.String,
  display_name: nullish(Schema.String),
  /** The spelling of `display_name` in one example of the documentation. */
  display_named: nullish(Schema.String),
  description: Schema.String,
  /** The text of messages, with placeholders for the event's data. */
  template: nullish(Schema.String)
}))

export interface EventType extends Schema.Schema.Type<typeof EventType> {}

/**
 * The methods of {@link EventTypes}.
 *
 * @category models
 */
export interface EventTypesService {
  /**
   * The event types that a notifier can select: `GET /event_types`. Sent without credentials.
   */
  readonly list: Effect.Effect<ReadonlyArray<EventType>, ScalingoError>
}

/**
 * The event types that notifiers can select.
 *
 * @category tags
 */
export class EventTypes extends Context.Tag("@effect-scalingo/core/EventTypes")<EventTypes, EventTypesService>() {}

const list = endpoint("EventTypes.list", "GET /event_types", Decode.list("event_types", EventType), {
  credential: "none"
})

export const make: Effect.Effect<EventTypesService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    EventTypes.of({
      list: call(api, list, {})
    })
)

export const layer: Layer.Layer<EventTypes, never, RegionalApi> = Layer.effect(EventTypes, make)
