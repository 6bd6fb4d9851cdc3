/**
 * Whom to reach about an app that hosts health data under the French certification for it (HDS, "hébergeur de données
 * de santé").
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
import * as Answer from "../client/internal/response.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { openEnum, TimestampOrNull } from "../schema/ScalingoSchema.js"

const OrgType = openEnum("company", "non-profit", "administration")

/**
 * The contact of an app that hosts health data.
 *
 * @category schemas
 */
export const HdsContact = Schema.Struct({
  id: Schema.String,
  /** The kind of organisation. */
  org_type: Schema.NullOr(OrgType),
  name: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  phone_number: Schema.NullOr(Schema.String),
  company: Schema.NullOr(Schema.String),
  /** Street and number. */
  address_line1: Schema.NullOr(Schema.String),
  address_line2: Schema.NullOr(Schema.String),
  address_city: Schema.NullOr(Schema.String),
  address_zip: Schema.NullOr(Schema.String),
  /** The country's code, such as `FR`. */
  address_country: Schema.NullOr(Schema.String),
  notes: Schema.NullOr(Schema.String),
  updated_at: TimestampOrNull,
  /** Whether the contact still holds; otherwise the platform asks to confirm it. */
  up_to_date: Schema.NullOr(Schema.Boolean)
})

export interface HdsContact extends Schema.Schema.Type<typeof HdsContact> {}

/**
 * The contact to set. A field that is left out is left to the platform.
 *
 * @category schemas
 */
export const UpdateHdsContact = Schema.Struct({
  /** The kind of organisation. */
  org_type: Schema.optional(OrgType),
  name: Schema.optional(Schema.String),
  email: Schema.optional(Schema.String),
  phone_number: Schema.optional(Schema.String),
  company: Schema.optional(Schema.String),
  /** Street and number. */
  address_line1: Schema.optional(Schema.String),
  address_line2: Schema.optional(Schema.NullOr(Schema.String)),
  address_city: Schema.optional(Schema.String),
  address_zip: Schema.optional(Schema.String),
  /** The country's code, such as `FR`. */
  address_country: Schema.optional(Schema.String),
  notes: Schema.optional(Schema.NullOr(Schema.String))
})

export interface UpdateHdsContact extends Schema.Schema.Type<typeof UpdateHdsContact> {}

/**
 * The methods of {@link HdsContacts}. The present contact stands in the app itself, as `hds_contact`.
 *
 * @category models
 */
export interface Service {
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
export class HdsContacts extends Context.Tag("@effect-scalingo/core/HdsContacts")<HdsContacts, Service>() {}

const update = endpoint({
  name: "HdsContacts.update",
  method: "PUT",
  path: "/apps/:app/hds_contact",
  body: body(UpdateHdsContact, "hds_contact"),
  response: Answer.root("hds_contact", HdsContact)
})

export const make: Effect.Effect<Service, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  HdsContacts.of({
    update: (app, contact) => call(api, update, { path: { app }, body: contact })
  }))

export const layer: Layer.Layer<HdsContacts, never, RegionalApi> = Layer.effect(HdsContacts, make)
