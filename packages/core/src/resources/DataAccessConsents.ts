/**
 * The consent of an app's owner to temporary access by Scalingo's operators to the app's containers and databases.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { DataAccessConsent } from "../schema/DataAccessConsent.js"
import { optionalTimestamp } from "../schema/ScalingoSchema.js"

export * from "../schema/DataAccessConsent.js"

/**
 * The accesses to allow, and until when. The platform accepts dates within the next 30 days.
 *
 * @category schemas
 */
export const CreateDataAccessConsent = struct(() => ({
  /** When the access to the databases ends; `null` for no access. */
  databases_until: optionalTimestamp,
  /** When the access to the containers ends; `null` for no access. */
  containers_until: optionalTimestamp
}))

export interface CreateDataAccessConsent extends Schema.Schema.Type<typeof CreateDataAccessConsent> {}

/**
 * The fields of a consent that can be changed. Omitted fields keep their values. The platform accepts dates within the
 * next 30 days.
 *
 * @category schemas
 */
export const UpdateDataAccessConsent = struct(() => ({
  /** When the access to the databases ends; `null` revokes it. */
  databases_until: optionalTimestamp,
  /** When the access to the containers ends; `null` revokes it. */
  containers_until: optionalTimestamp
}))

export interface UpdateDataAccessConsent extends Schema.Schema.Type<typeof UpdateDataAccessConsent> {}

/**
 * The methods of {@link DataAccessConsents}. The current consent is the field `data_access_consent` of the app.
 *
 * @category models
 */
export interface DataAccessConsentsService {
  /**
   * Allows Scalingo's operators to access an app until the given dates: `POST /apps/:app/data_access_consent`.
   *
   * ```ts
   * const in3Days = DateTime.add(yield* DateTime.now, { days: 3 })
   * yield* consents.create("my-app", { containers_until: in3Days })
   * ```
   */
  readonly create: (app: string, consent: CreateDataAccessConsent) => Effect.Effect<DataAccessConsent, ScalingoError>

  /**
   * Changes the dates of a consent, or revokes a part of it: `PATCH /apps/:app/data_access_consent`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly update: (app: string, changes: UpdateDataAccessConsent) => Effect.Effect<DataAccessConsent, ScalingoError>

  /**
   * Revokes the whole consent: `DELETE /apps/:app/data_access_consent`.
   *
   * @experimental the documentation does not have this endpoint; the official JavaScript client calls it a preview
   */
  readonly delete: (app: string) => Effect.Effect<void, ScalingoError>
}

/**
 * Consents to access by Scalingo's operators.
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
