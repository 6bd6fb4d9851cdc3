/**
 * What the data of several event types is made of.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { EventEnvelope } from "../schema/RawEvent.js"
import { Json, mapOf, nullish, Secret } from "../schema/ScalingoSchema.js"

export * from "../schema/EventUser.js"
export type { EventEncoded, EventEnvelope } from "../schema/RawEvent.js"

/**
 * An event of one type.
 *
 * @category models
 */
export interface EventOfType<Type extends string, Data> extends EventEnvelope {
  readonly type: Type
  readonly type_data: Data
}

/**
 * Who invited a collaborator.
 *
 * @category schemas
 */
export const EventInviter = Schema.Struct({
  id: nullish(Schema.String),
  email: Schema.String,
  username: Schema.String
})

export interface EventInviter extends Schema.Schema.Type<typeof EventInviter> {}

/**
 * A collaborator, as events show them: someone who has not accepted yet has an e-mail address only.
 *
 * @category schemas
 */
export const EventCollaborator = Schema.Struct({
  id: nullish(Schema.String),
  email: nullish(Schema.String),
  username: nullish(Schema.String),
  inviter: nullish(EventInviter),
  /** Whether the collaborator has limited rights. */
  is_limited: nullish(Schema.Boolean)
})

export interface EventCollaborator extends Schema.Schema.Type<typeof EventCollaborator> {}

/**
 * An environment variable that an event added, changed or deleted.
 *
 * @category schemas
 */
export const EventVariable = Schema.Struct({
  name: Schema.String,
  value: Secret,
  /** The value before, of variables that were changed. */
  old_value: Schema.optional(Secret)
})

export interface EventVariable extends Schema.Schema.Type<typeof EventVariable> {}

/**
 * An attribute of a project that an event changed. `value` and `old_value` are text, or booleans for `default`.
 *
 * @category schemas
 */
export const EventProjectValue = Schema.Struct({
  name: Schema.String,
  value: Json,
  old_value: Json
})

export interface EventProjectValue extends Schema.Schema.Type<typeof EventProjectValue> {}

/**
 * The commits that a deployment brought.
 *
 * @category schemas
 */
export const EventLastCommits = Schema.Struct({
  /** As the source code platform describes them. */
  commits: Schema.Array(Json),
  /** How many more there are than are listed. */
  remaining: Schema.Number
})

export interface EventLastCommits extends Schema.Schema.Type<typeof EventLastCommits> {}

/**
 * What may be shown of a payment card.
 *
 * @category schemas
 */
export const EventCardSummary = Schema.Struct({
  brand: Schema.String,
  /** The last digits of its number. */
  last4: Schema.String,
  /** The last month in which it is valid, `MM/YYYY`. */
  exp: Schema.String
})

export interface EventCardSummary extends Schema.Schema.Type<typeof EventCardSummary> {}

/**
 * Who pays, and with what.
 *
 * @category schemas
 */
export const EventBillingProfile = Schema.Struct({
  company: nullish(Schema.String),
  vat_number: nullish(Schema.String),
  /** `stripe` or `paypal`. */
  payment_method_type: nullish(Schema.String),
  stripe: nullish(EventCardSummary)
})

export interface EventBillingProfile extends Schema.Schema.Type<typeof EventBillingProfile> {}

/**
 * An account of a source code platform.
 *
 * @category schemas
 */
export const EventIntegrationAccount = Schema.Struct({
  login: Schema.NullOr(Schema.String),
  avatar_url: Schema.NullOr(Schema.String),
  /** The address of a self-hosted platform. */
  url: nullish(Schema.String)
})

export interface EventIntegrationAccount extends Schema.Schema.Type<typeof EventIntegrationAccount> {}

/**
 * Containers by type: how many there are (`2`), or how many of which size (`"2:M"`). The platform writes both.
 *
 * @category schemas
 */
export const EventFormation = mapOf(Schema.Union(Schema.Number, Schema.String))

export interface EventFormation extends Schema.Schema.Type<typeof EventFormation> {}

const CountFromText = Schema.compose(Schema.NumberFromString, Schema.NonNegativeInt)

/**
 * A number of containers. The wire has it as text (`"2"`), and a plain number is read too.
 *
 * @category schemas
 */
export const EventCount: Schema.Schema<number, string | number> = Schema.Union(CountFromText, Schema.NonNegativeInt)
