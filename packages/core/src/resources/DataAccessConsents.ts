/**
 * The consent of an app's owner that Scalingo's operators may look into its containers and databases for a while.
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
import { DataAccessConsent } from "../schema/DataAccessConsent.js"
import { optionalTimestamp } from "../schema/ScalingoSchema.js"

export * from "../schema/DataAccessConsent.js"

/**
 * What to allow, and until when. The platform takes dates of the next 30 days.
 *
 * @category schemas
 */
export const CreateDataAccessConsent = Schema.Struct({
  /** When the access to the databases ends; `null` for no access. */
  databases_until: optionalTimestamp,
  /** When the access to the containers ends; `null` for no access. */
  containers_until: optionalTimestamp
})

export interface CreateDataAccessConsent extends Schema.Schema.Type<typeof CreateDataAccessConsent> {}

/**
 * What to change of a consent. A field that is left out stays as it is. The platform takes dates of the next 30 days.
 *
 * @category schemas
 */
export const UpdateDataAccessConsent = Schema.Struct({
  /** When the access to the databases ends; `null` for no access any more. */
  databases_until: optionalTimestamp,
  /** When the access to the containers ends; `null` for no access any more. */
  containers_until: optionalTimestamp
})

export interface UpdateDataAccessConsent extends Schema.Schema.Type<typeof UpdateDataAccessConsent> {}

/**
 * The methods of {@link DataAccessConsents}. The present consent stands in the app itself, as
 * `data_access_consent`.
 *
 * @category models
 */
export interface DataAccessConsentsService {
  /**
   * Lets Scalingo's operators look into an app until the given dates: `POST /apps/:app/data_access_consent`.
   *
   * ```ts
   * const in3Days = DateTime.add(yield* DateTime.now, { days: 3 })
   * yield* consents.create("my-app", { containers_until: in3Days })
   * ```
   */
  readonly create: (app: string, consent: CreateDataAccessConsent) => Effect.Effect<DataAccessConsent, ScalingoError>

  /**
   * Moves the dates of a consent, or takes a part of it back: `PATCH /apps/:app/data_access_consent`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly update: (app: string, changes: UpdateDataAccessConsent) => Effect.Effect<DataAccessConsent, ScalingoError>

  /**
   * Takes the whole consent back: `DELETE /apps/:app/data_access_consent`.
   *
   * @experimental the documentation does not have this endpoint; the official JavaScript client calls it a preview
   */
  readonly delete: (app: string) => Effect.Effect<void, ScalingoError>
}

/**
 * Consents that Scalingo's operators may look into apps.
 *
 * @category tags
 */
export class DataAccessConsents
  extends Context.Tag("@effect-scalingo/core/DataAccessConsents")<DataAccessConsents, DataAccessConsentsService>()
{}

const consent = Decode.root("data_access_consent", DataAccessConsent)

const create = endpoint("DataAccessConsents.create", "POST /apps/:app/data_access_consent", consent, {
  body: body(CreateDataAccessConsent, "data_access_consent")
})
const update = endpoint("DataAccessConsents.update", "PATCH /apps/:app/data_access_consent", consent, {
  body: body(UpdateDataAccessConsent, "data_access_consent")
})
const remove = endpoint("DataAccessConsents.delete", "DELETE /apps/:app/data_access_consent", Decode.empty)

export const make: Effect.Effect<DataAccessConsentsService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    DataAccessConsents.of({
      create: (app, consent) => call(api, create, { path: { app }, body: consent }),
      update: (app, changes) => call(api, update, { path: { app }, body: changes }),
      delete: (app) => call(api, remove, { path: { app } })
    })
)

export const layer: Layer.Layer<DataAccessConsents, never, RegionalApi> = Layer.effect(DataAccessConsents, make)
