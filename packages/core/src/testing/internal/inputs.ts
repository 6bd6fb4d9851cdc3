/**
 * Parts of the schemas of bodies, with the messages of the platform.
 */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { Refusal } from "./reply.js"
import type { PublicCall } from "./route.js"

/** How Go writes an instant that never was. */
export const zeroDate = "0001-01-01T00:00:00Z"

export const Filled = Schema.String.pipe(Schema.minLength(1, { message: () => "can't be blank" }))

export const EmailAddress = Schema.String.pipe(
  Schema.pattern(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, { message: () => "is invalid" })
)

export const HttpUrl = Schema.String.pipe(
  Schema.pattern(/^https?:\/\/[^\s/]+/, { message: () => "is not a valid URL" })
)

/** One of a few words, and no other. */
export const oneOf = (words: ReadonlyArray<string>) =>
  Schema.String.pipe(Schema.filter((word) => words.includes(word), { message: () => "is not included in the list" }))

/** A field that may be left out or `null`. What is wrong with a value is said once, not also that it is not `null`. */
export const maybe = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = ParseResult.decodeUnknown(schema)
  const nullable = Schema.transformOrFail(Schema.Unknown, Schema.NullOr(Schema.typeSchema(schema)), {
    strict: true,
    decode: (value, options) => value === null ? ParseResult.succeed(null) : decode(value, options),
    encode: ParseResult.succeed
  })
  return Schema.optionalWith(nullable, { exact: true })
}

/** An instant in ISO 8601. */
export const Instant = Schema.String.pipe(
  Schema.filter((text) => !Number.isNaN(Date.parse(text)), { message: () => "is not a date" })
)

/** The body below its root key, or without it, as some of the official clients send it. */
export const looseInput = <A, I>(
  call: PublicCall,
  root: string,
  schema: Schema.Schema<A, I>
): Effect.Effect<A, Refusal> =>
  Effect.flatMap(
    call.json,
    (body) => call.input(typeof body === "object" && body !== null && root in body ? root : undefined, schema)
  )
