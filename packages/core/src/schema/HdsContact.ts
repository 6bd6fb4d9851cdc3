/**
 * The contact of an app that hosts health data under the French HDS certification.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp } from "./ScalingoSchema.js"

const OrgType = /* @__PURE__ */ openEnum("company", "non-profit", "administration")

/**
 * The contact of an app that hosts health data.
 *
 * @category schemas
 */
export const HdsContact = /* @__PURE__ */ struct(() => ({
  id: nullish(Schema.String),
  /** The kind of organisation. */
  org_type: nullish(OrgType),
  name: nullish(Schema.String),
  email: nullish(Schema.String),
  phone_number: nullish(Schema.String),
  company: nullish(Schema.String),
  /** Street and number. */
  address_line1: nullish(Schema.String),
  address_line2: nullish(Schema.String),
  address_city: nullish(Schema.String),
  address_zip: nullish(Schema.String),
  /** The country code, such as `FR`. */
  address_country: nullish(Schema.String),
  notes: nullish(Schema.String),
  updated_at: optionalTimestamp,
  /** Whether the contact is up to date. If not, the platform asks to confirm it. */
  up_to_date: nullish(Schema.Boolean)
}))

export interface HdsContact extends Schema.Schema.Type<typeof HdsContact> {}

/**
 * The input for setting the contact. The platform decides what happens to omitted fields.
 *
 * @category schemas
 */
export const UpdateHdsContact = /* @__PURE__ */ struct(() => ({
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
}))

export interface UpdateHdsContact extends Schema.Schema.Type<typeof UpdateHdsContact> {}
