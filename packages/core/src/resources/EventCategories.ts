/**
 * The categories of event types.
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

/**
 * A category of event types.
 *
 * @category schemas
 */
export const EventCategory = struct(() => ({
  id: Schema.String,
  name: Schema.String,
  display_name: Schema.String,
  /** The display order of the categories. */
  position: Schema.Number
}))

export interface EventCategory extends Schema.Schema.Type<typeof EventCategory> {}

/**
 * The methods of {@link EventCategories}.
 *
 * @category models
 */
export interface EventCategoriesService {
  /**
   * The categories of event types: `GET /event_categories`. Sent without credentials.
   */
  readonly list: Effect.Effect<ReadonlyArray<EventCategory>, ScalingoError>
}

/**
 * The categories of event types.
 *
 * @category tags
 */
export class EventCategories
  extends Context.Tag("@effect-scalingo/core/EventCategories")<EventCategories, EventCategoriesService>()
{}

const list = endpoint("EventCategories.list", "GET /event_categories", Decode.list("event_categories", EventCategory), {
  credential: "none"
})

export const make: Effect.Effect<EventCategoriesService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    EventCategories.of({
      list: call(api, list, {})
    })
)

export const layer: Layer.Layer<EventCategories, never, RegionalApi> = Layer.effect(EventCategories, make)
