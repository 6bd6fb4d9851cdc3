/**
 * The contact of an app that hosts health data under the French HDS certification ("hébergeur de données de santé").
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { HdsContact, UpdateHdsContact } from "../schema/HdsContact.js"

export * from "../schema/HdsContact.js"

/**
 * The methods of {@link HdsContacts}. The current contact is the field `hds_contact` of the app.
 *
 * @category models
 */
export interface HdsContactsService {
  /**
   * Sets the contact of an app that hosts health data: `PUT /apps/:app/hds_contact`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly update: (app: string, contact: UpdateHdsContact) => Effect.Effect<HdsContact, ScalingoError>
}

/**
 * Contacts of apps that host health data.
 *
 * @category tags
 */
export class HdsContacts extends Context.Tag("@effect-scalingo/core/HdsContacts")<HdsContacts, HdsContactsService>() {}

const update = endpoint("HdsContacts.update", "PUT /apps/:app/hds_contact", Decode.root("hds_contact", HdsContact), {
  body: body(UpdateHdsContact, "hds_contact")
})

export const make: Effect.Effect<HdsContactsService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    HdsContacts.of({
      update: (app, contact) => call(api, update, { path: { app }, body: contact })
    })
)

export const layer: Layer.Layer<HdsContacts, never, RegionalApi> = Layer.effect(HdsContacts, make)
