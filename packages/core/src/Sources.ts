/**
 * Places to put the archive of a deployment for ten minutes.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "./ApiClient.js"
import * as Answer from "./internal/answer.js"
import { call, endpoint } from "./internal/endpoint.js"
import type { ScalingoError } from "./ScalingoError.js"
import { Secret } from "./ScalingoSchema.js"

/**
 * A place for an archive. Its addresses are good for ten minutes and are credentials by themselves; the archive is
 * removed afterwards.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Source = Schema.Struct({
  /** Where to `PUT` the `.tar.gz`, with its length announced and without any other credential. */
  upload_url: Secret,
  /** Where the platform gets it: the `source_url` of a deployment. */
  download_url: Secret
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Source extends Schema.Schema.Type<typeof Source> {}

/**
 * The methods of {@link Sources}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Makes a new place for an archive: `POST /sources`.
   */
  readonly create: Effect.Effect<Source, ScalingoError>
}

/**
 * Places for archives.
 *
 * @since 0.1.0
 * @category tags
 */
export class Sources extends Context.Tag("@effect-scalingo/core/Sources")<Sources, Service>() {}

const create = endpoint({
  name: "Sources.create",
  method: "POST",
  path: "/sources",
  response: Answer.root("source", Source),
  // A place that nobody learns of is gone after ten minutes.
  repeatability: "repeatable"
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Service, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) => Sources.of({ create: call(api, create, {}) })
)

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Sources, never, RegionalApi> = Layer.effect(Sources, make)
