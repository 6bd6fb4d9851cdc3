/**
 * The schemas that the data of several event types share.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazy, struct } from "../internal/lazySchema.js"
import type { EventEnvelope } from "../schema/RawEvent.js"
import { type Codec, Json, mapOf, nullish, Secret } from "../schema/ScalingoSchema.js"

export * from "../schema/EventUser.js"
export type { EventEncoded, EventEnvelope, UnreadFields } from "../schema/RawEvent.js"

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
 * The data of an event type with these fields. All of them may be missing or `null`: a test holds that, not the type,
 * which would cost more type-checking time than all the rest of the library.
 *
 * @category models
 */
export type EventDataOf<Fields extends Schema.Struct.Fields> = {
  readonly [Name in keyof Fields]?: Schema.Schema.Type<Fields[Name]>
}

/**
 * A user, as embedded in the data of events. The user who caused an event is its `user`.
 *
 * @category schemas
 */
export const EventAccount = struct(() => ({
  id: nullish(Schema.String),
  username: nullish(Schema.String),
  email: nullish(Schema.String)
}))

export interface EventAccount extends Schema.Schema.Type<typeof EventAccount> {}

/**
 * The user who invited a collaborator.
 *
 * @category schemas
 */
export const EventInviter = struct(() => ({
  id: nullish(Schema.String),
  email: nullish(Schema.String),
  username: nullish(Schema.String)
}))

export interface EventInviter extends Schema.Schema.Type<typeof EventInviter> {}

/**
 * A collaborator, as embedded in events. Before accepting the invitation, a collaborator has only an e-mail address.
 *
 * @category schemas
 */
export const EventCollaborator = struct(() => ({
  id: nullish(Schema.String),
  email: nullish(Schema.String),
  username: nullish(Schema.String),
  inviter: nullish(EventInviter),
  /** Whether the collaborator has limited rights. */
  is_limited: nullish(Schema.Boolean)
}))

export interface EventCollaborator extends Schema.Schema.Type<typeof EventCollaborator> {}

/**
 * An environment variable that was added, changed or deleted.
 *
 * @category schemas
 */
export const EventVariable = struct(() => ({
  name: nullish(Schema.String),
  value: nullish(Secret),
  /** The previous value of a changed variable. */
  old_value: nullish(Secret)
}))

export interface EventVariable extends Schema.Schema.Type<typeof EventVariable> {}

/**
 * A changed attribute of a project. `value` and `old_value` are strings, or booleans for `default`.
 *
 * @category schemas
 */
export const EventProjectValue = struct(() => ({
  name: nullish(Schema.String),
  value: nullish(Json),
  old_value: nullish(Json)
}))

export interface EventProjectValue extends Schema.Schema.Type<typeof EventProjectValue> {}

/**
 * The commits that a deployment contains.
 *
 * @category schemas
 */
export const EventLastCommits = struct(() => ({
  /** As the source code platform describes them. */
  commits: nullish(Schema.Array(Json)),
  /** The number of commits that are not listed. */
  remaining: nullish(Schema.Number)
}))

export interface EventLastCommits extends Schema.Schema.Type<typeof EventLastCommits> {}

/**
 * The details of a payment card that may be displayed.
 *
 * @category schemas
 */
export const EventCardSummary = struct(() => ({
  brand: nullish(Schema.String),
  /** The last digits of the card number. */
  last4: nullish(Schema.String),
  /** The last month in which the card is valid, `MM/YYYY`. */
  exp: nullish(Schema.String)
}))

export interface EventCardSummary extends Schema.Schema.Type<typeof EventCardSummary> {}

/**
 * A billing profile: who pays, and by which payment method.
 *
 * @category schemas
 */
export const EventBillingProfile = struct(() => ({
  company: nullish(Schema.String),
  vat_number: nullish(Schema.String),
  /** `stripe` or `paypal`. */
  payment_method_type: nullish(Schema.String),
  stripe: nullish(EventCardSummary)
}))

export interface EventBillingProfile extends Schema.Schema.Type<typeof EventBillingProfile> {}

/**
 * An account on a source code platform.
 *
 * @category schemas
 */
export const EventIntegrationAccount = struct(() => ({
  login: nullish(Schema.String),
  avatar_url: nullish(Schema.String),
  /** The URL of a self-hosted platform. */
  url: nullish(Schema.String)
}))

export interface EventIntegrationAccount extends Schema.Schema.Type<typeof EventIntegrationAccount> {}

/**
 * Containers by type: a count (`2`), or a count and a size (`"2:M"`). The platform sends both.
 *
 * @category schemas
 */
export const EventFormation = mapOf(Schema.NullOr(Schema.Union(Schema.Number, Schema.String)))

export interface EventFormation extends Schema.Schema.Type<typeof EventFormation> {}

const CountFromText = lazy(() => Schema.compose(Schema.NumberFromString, Schema.NonNegativeInt))

/**
 * A number of containers. It is a string on the wire (`"2"`); a plain number decodes too.
 *
 * @category schemas
 */
export const EventCount: Codec<number, string | number> = lazy(() => Schema.Union(CountFromText, Schema.NonNegativeInt))
