/**
 * A user account and its consumption.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { AddonProviderRef } from "./AddonProviderRef.js"
import { ContainerSize } from "./ContainerSize.js"
import { Plan } from "./Plan.js"
import { Json, mapOf, nullish, optionalTimestamp, Timestamp } from "./ScalingoSchema.js"

/**
 * The GitHub account that a user account is linked to.
 *
 * @category schemas
 */
export const GithubProfile = /* @__PURE__ */ struct(() => ({
  username: nullish(Schema.String),
  email: nullish(Schema.String),
  avatar_url: nullish(Schema.String),
  profile_url: nullish(Schema.String)
}))

export interface GithubProfile extends Schema.Schema.Type<typeof GithubProfile> {}

/**
 * The preferences of a user in Scalingo's dashboard.
 *
 * @category schemas
 */
export const UserPreferences = /* @__PURE__ */ struct(() => ({
  time_zone: nullish(Schema.String),
  locale: nullish(Schema.String),
  stream_logs: nullish(Schema.Boolean),
  sticky_search: nullish(Schema.Boolean),
  app_sort_key: nullish(Schema.String),
  theme: nullish(Schema.String),
  logs_font_size: nullish(Schema.String)
}))

export interface UserPreferences extends Schema.Schema.Type<typeof UserPreferences> {}

/**
 * A user account. The regional API omits the fields after `suspension_reason`.
 *
 * @category schemas
 */
export const User = /* @__PURE__ */ struct(() => ({
  /** `us-…` */
  id: Schema.String,
  /** The same as `id`. */
  uuid: Schema.String,
  email: Schema.String,
  username: Schema.String,
  /** First and last name. */
  fullname: Schema.String,
  company: nullish(Schema.String),
  location: nullish(Schema.String),
  /** One of `Users.listRoles`, chosen at sign-up. */
  role: nullish(Schema.String),
  created_at: Timestamp,
  /** Whether the user has accepted the terms of service. */
  tos_accepted: Schema.Boolean,
  /** Whether the user has subscribed to the newsletter. */
  email_newsletter: nullish(Schema.Boolean),
  flags: nullish(mapOf(Schema.Boolean)),
  /** Limits of this account that differ from the defaults. Numbers, some of them as strings. */
  limits: nullish(mapOf(Json)),
  /** The user's referral link. */
  referral_url: Schema.String,
  /** How often the referral link was opened. */
  referral_clicks: Schema.Number,
  free_trial_started_at: Timestamp,
  free_trial_end_time: Timestamp,
  /** `null` while the account is not suspended. */
  suspended_at: optionalTimestamp,
  suspension_reason: nullish(Schema.String),
  github: nullish(GithubProfile),
  /** Whether the profile is complete. */
  profile_valid: nullish(Schema.Boolean),
  /** Whether the e-mail address is confirmed. */
  confirmed: nullish(Schema.Boolean),
  /** A new e-mail address, until it is confirmed. */
  unconfirmed_email: nullish(Schema.String),
  preferences: nullish(UserPreferences),
  /** Whether each contract is accepted; see `Contracts`. */
  contracts: nullish(mapOf(Schema.Boolean)),
  /** The contracts that await acceptance. */
  new_contracts: nullish(mapOf(Schema.Boolean))
}))

export interface User extends Schema.Schema.Type<typeof User> {}

/**
 * The running time of the containers of one size.
 *
 * @category schemas
 */
export const UsageRuntime = /* @__PURE__ */ struct(() => ({
  size: nullish(ContainerSize),
  /** Deprecated by the platform. The unit is not documented. */
  price: nullish(Schema.Number),
  /** Probably in minutes. The unit is not documented. */
  duration: nullish(Schema.Number)
}))

export interface UsageRuntime extends Schema.Schema.Type<typeof UsageRuntime> {}

/**
 * An addon, as embedded in the consumption.
 *
 * @category schemas
 */
export const UsageAddonRef = /* @__PURE__ */ struct(() => ({
  id: nullish(Schema.String),
  app_id: nullish(Schema.String),
  /** The addon provider's id of the resource. */
  resource_id: nullish(Schema.String),
  addon_provider: nullish(AddonProviderRef),
  plan: nullish(Plan)
}))

export interface UsageAddonRef extends Schema.Schema.Type<typeof UsageAddonRef> {}

/**
 * The running time of an addon.
 *
 * @category schemas
 */
export const UsageAddon = /* @__PURE__ */ struct(() => ({
  addon: nullish(UsageAddonRef),
  /** Deprecated by the platform. The unit is not documented. */
  price: nullish(Schema.Number),
  /** Probably in minutes. The unit is not documented. */
  runtime: nullish(Schema.Number),
  provisioned_at: optionalTimestamp,
  status: nullish(Schema.String),
  deprovisioned_at: optionalTimestamp
}))

export interface UsageAddon extends Schema.Schema.Type<typeof UsageAddon> {}

/**
 * The consumption of one app. The documentation's only example is truncated: only the name is certain.
 *
 * @category schemas
 */
export const AccountUsage = /* @__PURE__ */ struct(() => ({
  /** The app's name. */
  app: Schema.String,
  app_id: nullish(Schema.String),
  status: nullish(Schema.String),
  runtimes: nullish(Schema.Array(UsageRuntime)),
  addon_usages: nullish(Schema.Array(UsageAddon)),
  /** Month and year as text, without a leading zero: `8/2020`. */
  first_month: nullish(Schema.String)
}))

export interface AccountUsage extends Schema.Schema.Type<typeof AccountUsage> {}
