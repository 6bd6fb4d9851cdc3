/**
 * The union of all event types, discriminated by `type`, and its decoder for lists and webhooks.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import {
  compile,
  type Decoder,
  decodeUnknownEither,
  lazily,
  orElse,
  rejected,
  withDecoder
} from "../internal/compiledDecoder.js"
import { lazy } from "../internal/lazySchema.js"
import { otherFields, rawFields, withHiddenData } from "../schema/internal/eventFields.js"
import { type EventEncoded, type EventEnvelope, RawEvent, type UnreadFields } from "../schema/RawEvent.js"
import type { Codec } from "../schema/ScalingoSchema.js"
import { AccountEvent } from "./AccountEvents.js"
import { AddonEvent } from "./AddonEvents.js"
import { AppEvent } from "./AppEvents.js"
import { AppSettingsEvent } from "./AppSettingsEvents.js"
import { DatabaseEvent } from "./DatabaseEvents.js"
import { ProjectEvent } from "./ProjectEvents.js"
import { ScmEvent } from "./ScmEvents.js"

export type { EventSchema } from "./internal/eventSchema.js"

/**
 * An event that this version of the library cannot decode: its type is new, or one of its fields is unexpected. Nothing
 * is lost: `event_type` is the type on the wire, `type_data` the data as received, `unread` has the unexpected ones of
 * the fields that all events share, and additional fields are kept. The data is `Redacted`, since it may contain what
 * other events redact: the value of a variable, the URL of a log drain.
 *
 * @category models
 */
export interface UnknownEvent extends EventEnvelope {
  readonly type: "unknown"
  readonly event_type: string
  readonly type_data?: Redacted.Redacted<unknown>
  /** Only when some of the fields that all events share are unexpected: a `user` without `id`. */
  readonly unread?: UnreadFields
  readonly [field: string]: unknown
}

export const UnknownEvent: Codec<UnknownEvent, EventEncoded> = lazy(() =>
  withDecoder(
    Schema.transform(
      RawEvent,
      Schema.typeSchema(
        Schema.Struct({ ...rawFields(), type: Schema.Literal("unknown"), event_type: Schema.String }, otherFields)
      ),
      {
        strict: true,
        decode: (raw) => toUnknown(raw),
        encode: ({ event_type, ...rest }) => ({ ...rest, type: event_type })
      }
    ),
    () => {
      const decode = compile(RawEvent.ast)
      return (input, changes) => {
        const raw = decode(input, changes)
        return raw === rejected ? rejected : toUnknown(raw as RawEvent)
      }
    }
  )
)

const toUnknown = ({ type, ...rest }: RawEvent): UnknownEvent => ({ ...rest, type: "unknown", event_type: type })

/**
 * An event of a type that the library knows.
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

// One flat list, so that the union finds the member by its `type` directly. Its TypeScript type is minimal for the same
// reason as that of `EventSchema`: type-checking time.
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

const asts = () => members.map((member) => member.ast)

/**
 * Decodes an event of a type that the library knows and fails on others. {@link Event} decodes both.
 *
 * @category schemas
 */
export const KnownEvent: Codec<KnownEvent, EventEncoded> = lazy(() => Schema.make(AST.Union.make(asts())))

/**
 * An event of an app, a project or the account.
 *
 * @category models
 */
export type Event = KnownEvent | UnknownEvent

/**
 * Decodes an event, for example from a list or from the webhook of a notifier. An event of a new type or with an
 * unexpected field becomes an {@link UnknownEvent} instead of an error, so that one event does not fail a whole list.
 * Only an event without `id`, `created_at` or `type` is an error. A field of the data that is `null` or missing never
 * makes an event unknown.
 *
 * @category schemas
 * @example
 * ```ts
 * import type { Event } from "@effect-scalingo/core/Event"
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
export const Event: Codec<Event, EventEncoded> = lazy(() =>
  withDecoder(Schema.make(unionOf(() => [...asts(), UnknownEvent.ast])), decoderOf, withHiddenData)
)

/** A union whose members are built when something asks for them. */
const unionOf = (members: () => ReadonlyArray<AST.AST>): AST.AST => {
  let types: ReadonlyArray<AST.AST> | undefined
  return Object.defineProperty(AST.Union.make([AST.stringKeyword, AST.numberKeyword]), "types", {
    configurable: true,
    // What compares or copies the properties must not build them.
    enumerable: false,
    get: () => types ??= members()
  })
}

/** Decodes by the member of the event's type, so that the other ones are never built. */
const decoderOf = (ask: Decoder): Decoder => {
  const byType = new Map(members.map((member) => [member.eventType, lazily(() => member.ast)]))
  const unknown = lazily(() => UnknownEvent.ast)
  return (input, changes) => {
    if (!Predicate.isRecord(input) || typeof input["type"] !== "string") return ask(input)
    const known = byType.get(input["type"])
    return known === undefined ? unknown(input, changes) : orElse(known, unknown, input, changes)
  }
}

const decodeEvent = decodeUnknownEither(Event)

/**
 * Decodes the data of a raw event, such as `app.last_event`.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as Event from "@effect-scalingo/core/Event"
 * import type { App } from "@effect-scalingo/core/App"
 *
 * const lastEvent = (app: App) => app.last_event ? Event.fromRaw(app.last_event) : undefined
 * ```
 */
export const fromRaw = (raw: RawEvent): Event =>
  Either.getOrElse(Either.flatMap(Schema.encodeEither(RawEvent)(raw), decodeEvent), () => toUnknown(raw))

/**
 * The name of an event type that the library knows.
 *
 * @category models
 */
export type KnownEventType = KnownEvent["type"]

/**
 * The names of all event types that the library knows.
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
 * Returns a guard that checks whether an event is of one of these types.
 *
 * @category guards
 * @example
 * ```ts
 * import { Events } from "@effect-scalingo/core/Events"
 * import { isEvent } from "@effect-scalingo/core/Event"
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
 * Returns the type of an event on the wire, whether the library knows it or not.
 *
 * @category accessors
 */
export const wireType = (event: Event): string => event.type === "unknown" ? event.event_type : event.type
