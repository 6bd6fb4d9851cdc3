/**
 * Schemas for the fields of request bodies, with the messages of the platform.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Refusal } from "./responses.js"
import type { PublicCall } from "./route.js"

/** The zero value of a date in Go, which stands for no date. */
export const zeroDate = "0001-01-01T00:00:00Z"

export const NonBlank = Schema.String.pipe(Schema.minLength(1, { message: () => "can't be blank" }))

export const atMost = (most: number) => <I>(schema: Schema.Schema<string, I>) =>
  schema.pipe(Schema.maxLength(most, { message: () => `is too long (maximum is ${most} characters)` }))

export const atLeast = (least: number) => <I>(schema: Schema.Schema<string, I>) =>
  schema.pipe(Schema.minLength(least, { message: () => `is too short (minimum is ${least} characters)` }))

/** The names of apps, databases and their users. */
export const slug = (least: number, most: number) =>
  Schema.String.pipe(
    atLeast(least),
    atMost(most),
    // The spelling is the platform's.
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

/** One of the given words. */
export const oneOf = <const Word extends string>(words: ReadonlyArray<Word>) =>
  Schema.Literal(...words).annotations({ message: () => ({ message: "is not included in the list", override: true }) })

/** An integer within bounds. */
export const between = (from: number, to: number) =>
  Schema.Int.pipe(Schema.between(from, to, { message: () => `must be between ${from} and ${to}` }))

/** A date, or a date and time, as text. */
export const Instant = Schema.String.pipe(
  Schema.filter((text) => !Number.isNaN(Date.parse(text)), { message: () => "is not a valid date" })
)

/** Text by name: variables, options, configurations. */
export const StringMap = Schema.Record({ key: Schema.String, value: Schema.String })

/** The body below its root key, or without it as some of the official clients send it. */
export const inputWithOptionalRoot = <A, I>(
  call: PublicCall,
  root: string,
  schema: Schema.Schema<A, I>
): Effect.Effect<A, Refusal> =>
  Effect.flatMap(
    call.json,
    (body) => call.input(typeof body === "object" && body !== null && root in body ? root : undefined, schema)
  )
