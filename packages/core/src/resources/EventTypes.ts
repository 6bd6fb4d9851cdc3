/**
 * The types of events: all that the platform can tell of, as one union discriminated by `type`; and the platform's
 * own list of types, which notifiers select from.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Answer from "../client/internal/response.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { AccountEvent } from "../events/AccountEvents.js"
import { AddonEvent } from "../events/AddonEvents.js"
import { AppEvent } from "../events/AppEvents.js"
import { AppSettingsEvent } from "../events/AppSettingsEvents.js"
import { DatabaseEvent } from "../events/DatabaseEvents.js"
import type { EventEncoded, EventEnvelope } from "../events/EventData.js"
import { envelope } from "../events/internal/eventSchema.js"
import { ProjectEvent } from "../events/ProjectEvents.js"
import { ScmEvent } from "../events/ScmEvents.js"
import { Json } from "../schema/ScalingoSchema.js"

/**
 * An event that this version of the library cannot read: its type is new, or its data is not as it should be. Nothing
 * of it is lost: `event_type` is the type that the platform wrote, `type_data` the data as it came, and fields that
 * other events do not have are kept beside them. The data is `Redacted`, since it may hold what other events hide: the
 * value of a variable, the address of a log drain.
 *
 * @category models
 */
export interface UnknownEvent extends EventEnvelope {
  readonly type: "unknown"
  readonly event_type: string
  readonly type_data?: Redacted.Redacted<unknown>
  readonly [field: string]: unknown
}

const otherFields = Schema.Record({
  key: Schema.String.annotations({ arbitrary: () => (fc) => fc.stringMatching(/^x_[a-z]{1,8}$/) }),
  value: Json
})

export const UnknownEvent: Schema.Schema<UnknownEvent, EventEncoded> = Schema.transform(
  Schema.Struct({ ...envelope, type: Schema.String, type_data: Schema.optional(Json) }, otherFields),
  Schema.typeSchema(Schema.Struct(
    {
      ...envelope,
      type: Schema.Literal("unknown"),
      event_type: Schema.String,
      type_data: Schema.optionalWith(Schema.RedactedFromSelf(Json), { exact: true })
    },
    otherFields
  )),
  {
    strict: true,
    decode: ({ type, type_data, ...rest }) => ({
      ...rest,
      type: "unknown" as const,
      event_type: type,
      ...(type_data === undefined ? {} : { type_data: Redacted.make(type_data) })
    }),
    encode: ({ event_type, type_data, ...rest }) => ({
      ...rest,
      type: event_type,
      ...(type_data === undefined ? {} : { type_data: Redacted.value(type_data) })
    })
  }
)

/**
 * Any of the event types that the library knows.
 *
 * @category models
 */
export type KnownEvent =
  | AppEvent
  | ScmEvent
  | AppSettingsEvent
  | AddonEvent
  | DatabaseEvent
  | AccountEvent
  | ProjectEvent

interface Member {
  readonly ast: AST.AST
  readonly eventType: string
}

// One flat list, so that the union finds the member by its `type` at once. Its type says no more than is needed, for
// the same reason as EventSchema.
const membersOf = (...families: ReadonlyArray<{ readonly members: ReadonlyArray<Member> }>): ReadonlyArray<Member> =>
  families.flatMap((family) => family.members)

const members = membersOf(
  AppEvent,
  ScmEvent,
  AppSettingsEvent,
  AddonEvent,
  DatabaseEvent,
  AccountEvent,
  ProjectEvent
)

const asts = members.map((member) => member.ast)

/**
 * Any of the event types that the library knows; fails on others. {@link Event} does not.
 *
 * @category schemas
 */
export const KnownEvent: Schema.Schema<KnownEvent, EventEncoded> = Schema.make(AST.Union.make(asts))

/**
 * Something that happened: to an app, a project, or the account.
 *
 * @category models
 */
export type Event = KnownEvent | UnknownEvent

/**
 * Reads an event, also one from a webhook of a notifier. An event that is new or odd becomes an {@link UnknownEvent}
 * rather than an error: a list is never lost for one of its events.
 *
 * @category schemas
 * @example
 * ```ts
 * import type { Event } from "@effect-scalingo/core/EventTypes"
 *
 * const describe = (event: Event): string => {
 *   switch (event.type) {
 *     case "deployment":
 *       return `${event.type_data.pusher} deployed ${event.type_data.git_ref}: ${event.type_data.status}`
 *     case "unknown":
 *       return `something new: ${event.event_type}`
 *     default:
 *       return event.type
 *   }
 * }
 * ```
 */
export const Event: Schema.Schema<Event, EventEncoded> = Schema.make(AST.Union.make([...asts, UnknownEvent.ast]))

/**
 * The name of a type of event that the library knows.
 *
 * @category models
 */
export type KnownEventType = KnownEvent["type"]

/**
 * The names of all types of events that the library knows.
 *
 * @category models
 */
export const knownEventTypes = members.map(
  (member) => member.eventType
) as ReadonlyArray<KnownEventType>

/**
 * The event of one type: `EventOf<"deployment">`, `EventOf<"crash" | "repeated_crash">`.
 *
 * @category models
 */
export type EventOf<Type extends Event["type"]> = Extract<Event, { readonly type: Type }>

/**
 * Whether an event is of one of these types.
 *
 * @category guards
 * @example
 * ```ts
 * import { Events } from "@effect-scalingo/core/Events"
 * import { isEvent } from "@effect-scalingo/core/EventTypes"
 * import { Effect, Stream } from "effect"
 *
 * const crashes = Effect.map(Events, (events) =>
 *   events.listForApp("my-app").pipe(Stream.filter(isEvent("crash", "repeated_crash"))))
 * ```
 */
export const isEvent = <const Type extends Event["type"]>(
  ...types: ReadonlyArray<Type>
): (event: Event) => event is EventOf<Type> => {
  const wanted = new Set<string>(types)
  return (event): event is EventOf<Type> => wanted.has(event.type)
}

/**
 * The type that the platform wrote, whether the library knows it or not.
 *
 * @category accessors
 */
export const wireType = (event: Event): string => event.type === "unknown" ? event.event_type : event.type

/**
 * A type of event as the platform lists it, for notifiers to select. Its `name` (`app_deployed`) is not the `type`
 * that events have (`deployment`).
 *
 * @category schemas
 */
export const EventType = Schema.Struct({
  id: Schema.String,
  /** The id of its `EventCategory`. */
  category_id: Schema.String,
  name: Schema.String,
  display_name: Schema.optional(Schema.String),
  /** How one example of the documentation spells `display_name`. */
  display_named: Schema.optional(Schema.String),
  description: Schema.String,
  /** The text of messages, with gaps for an event's data. */
  template: Schema.optional(Schema.NullOr(Schema.String))
})

export interface EventType extends Schema.Schema.Type<typeof EventType> {}

/**
 * The methods of {@link EventTypes}.
 *
 * @category models
 */
export interface Service {
  /**
   * The types of events that a notifier can select: `GET /event_types`. Needs no sign-in.
   */
  readonly list: Effect.Effect<ReadonlyArray<EventType>, ScalingoError>
}

/**
 * The types of events that notifiers can select.
 *
 * @category tags
 */
export class EventTypes extends Context.Tag("@effect-scalingo/core/EventTypes")<EventTypes, Service>() {}

const list = endpoint({
  name: "EventTypes.list",
  method: "GET",
  path: "/event_types",
  response: Answer.list("event_types", EventType),
  credential: "none"
})

export const make: Effect.Effect<Service, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  EventTypes.of({
    list: call(api, list, {})
  }))

export const layer: Layer.Layer<EventTypes, never, RegionalApi> = Layer.effect(EventTypes, make)
