/**
 * Parts of the schemas of bodies, with the messages of the platform.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../schema/ScalingoSchema.js"
import type { Refusal } from "./responses.js"
import type { PublicCall } from "./route.js"

/** How Go writes an instant that never was. */
export const zeroDate = "0001-01-01T00:00:00Z"

/** A field that may be left out or `null`. */
export const maybe = <A, I>(schema: Schema.Schema<A, I>) => nullish(schema)

export const Filled = Schema.String.pipe(Schema.minLength(1, { message: () => "can't be blank" }))

export const atMost = (most: number) => <I>(schema: Schema.Schema<string, I>) =>
  schema.pipe(Schema.maxLength(most, { message: () => `is too long (maximum is ${most} characters)` }))

export const atLeast = (least: number) => <I>(schema: Schema.Schema<string, I>) =>
  schema.pipe(Schema.minLength(least, { message: () => `is too short (minimum is ${least} characters)` }))

/** The names of apps, databases and their users. */
export const dashed = (least: number, most: number) =>
  Schema.String.pipe(
    atLeast(least),
    atMost(most),
    // Spelt as the platform spells it.
    Schema.pattern(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
      message: () => "should contain only lowercap letters, digits and hyphens"
    })
  )

export const EmailAddress = Schema.String.pipe(
  Schema.pattern(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, { message: () => "is invalid" })
)

export const HttpUrl = Schema.String.pipe(
  Schema.pattern(/^https?:\/\/[^\s/]+/, { message: () => "is not a valid URL" })
)

/** One of a few words, and no other. */
export const oneOf = <const Word extends string>(words: ReadonlyArray<Word>) =>
  Schema.Literal(...words).annotations({ message: () => ({ message: "is not included in the list", override: true }) })

/** A whole number. */
export const between = (from: number, to: number) =>
  Schema.Int.pipe(Schema.between(from, to, { message: () => `must be between ${from} and ${to}` }))

/** A day or an instant, as text. */
export const Instant = Schema.String.pipe(
  Schema.filter((text) => !Number.isNaN(Date.parse(text)), { message: () => "is not a valid date" })
)

/** Names and texts: variables, options, configurations. */
export const Texts = Schema.Record({ key: Schema.String, value: Schema.String })

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
