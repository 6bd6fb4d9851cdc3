/**
 * The contact of an app that hosts health data under the French HDS certification.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { nullish, openEnum, TimestampOrNull } from "./ScalingoSchema.js"

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
  /** The country code, such as `FR`. */
  address_country: Schema.NullOr(Schema.String),
  notes: Schema.NullOr(Schema.String),
  updated_at: TimestampOrNull,
  /** Whether the contact is up to date. If not, the platform asks to confirm it. */
  up_to_date: Schema.NullOr(Schema.Boolean)
})

export interface HdsContact extends Schema.Schema.Type<typeof HdsContact> {}

/**
 * The input for setting the contact. The platform decides what happens to omitted fields.
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
  address_line2: nullish(Schema.String),
  address_city: Schema.optional(Schema.String),
  address_zip: Schema.optional(Schema.String),
  /** The country code, such as `FR`. */
  address_country: Schema.optional(Schema.String),
  notes: nullish(Schema.String)
})

export interface UpdateHdsContact extends Schema.Schema.Type<typeof UpdateHdsContact> {}
