/**
 * Schemas of the wire formats of dates, durations, secrets and enumerations.
 *
 * @since 0.1.0
 */
import type * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { decodedLike, type Decoder, rejected, withDecoder } from "../internal/compiledDecoder.js"
import { isoMillis, unsafeMakeUtc } from "../internal/instant.js"
import { lazy } from "../internal/lazySchema.js"
import { hidden } from "../internal/lenientDecoder.js"
import { transformOrRefuse } from "../internal/parseResult.js"

/**
 * A schema that needs no services: decodes `I` to `A`. Effect 4 calls this type `Schema.Codec`.
 *
 * @category models
 */
export type Codec<A, I = A> = Schema.Schema<A, I>

/**
 * A duration as callers pass it: `"5 minutes"`, milliseconds, or a `Duration`.
 *
 * @category models
 */
export type DurationInput = Duration.DurationInput

/**
 * A field that may be missing or `null`. It is written out, and not derived as `Schema.optional<Schema.NullOr<…>>`: that
 * would cost every program that uses the entities much of its type-checking time.
 *
 * @category models
 */
export interface Nullish<A, I = A>
  extends Schema.PropertySignature<"?:", A | null | undefined, never, "?:", I | null | undefined, false, never>
{}

/**
 * A field that may be missing or `null`.
 *
 * @category constructors
 */
export const nullish = <A, I>(schema: Codec<A, I>): Nullish<A, I> => {
  const known = nullishFields.get(schema)
  if (known !== undefined) return known as Nullish<A, I>
  const field = lazy(() => Schema.optional(Schema.NullOr(schema)))
  nullishFields.set(schema, field)
  return field
}

/** By schema: most fields are nullish strings, and a schema takes long to build. */
const nullishFields = /* @__PURE__ */ new WeakMap<object, unknown>()

const firstYearMillis = /* @__PURE__ */ Date.UTC(1000, 0, 1)
const lastYearMillis = /* @__PURE__ */ Date.UTC(9999, 11, 31)

const instant: Arbitrary.LazyArbitrary<DateTime.Utc> = (fc) =>
  fc.date({ min: new Date(firstYearMillis), max: new Date(lastYearMillis), noInvalidDate: true }).map((date) =>
    DateTime.unsafeMake(date)
  )

const Instant = /* @__PURE__ */ lazy(() => Schema.DateTimeUtcFromSelf.annotations({ arbitrary: () => instant }))

/** Decodes the form that the platform sends. */
const decodeInstant = (ask: Decoder): Decoder => (text) => {
  if (typeof text !== "string") return rejected
  const millis = isoMillis(text)
  return Number.isNaN(millis) ? ask(text) : unsafeMakeUtc(millis)
}

const parseInstant = (text: string): Option.Option<DateTime.Utc> => DateTime.make(text).pipe(Option.map(DateTime.toUtc))

/**
 * An instant. The wire form is ISO 8601 with an offset or `Z` and any number of fractional digits, or a date alone,
 * which decodes to midnight UTC. Encodes to `YYYY-MM-DDTHH:mm:ss.sssZ`.
 *
 * @category schemas
 */
export const Timestamp: Codec<DateTime.Utc, string> = /* @__PURE__ */ lazy(() =>
  withDecoder(
    transformOrRefuse(Schema.String, Instant, {
      decode: (text) => Either.fromOption(parseInstant(text), () => "Expected an ISO 8601 date"),
      encode: (value) => Either.right(DateTime.formatIso(value))
    }).annotations({ identifier: "Timestamp" }),
    decodeInstant
  )
)

/**
 * An instant or `null`. `null`, an empty string and Go's zero date (`0001-01-01T00:00:00Z`, which parts of the platform
 * send for "never") decode to `null`.
 *
 * @category schemas
 */
export const TimestampOrNull: Codec<DateTime.Utc | null, string | null> = /* @__PURE__ */ lazy(() =>
  withDecoder(
    transformOrRefuse(
      Schema.NullOr(Schema.String),
      Schema.NullOr(Instant),
      {
        decode: (text) =>
          isNever(text)
            ? Either.right(null)
            : Either.fromOption(parseInstant(text), () => "Expected an ISO 8601 date or null"),
        encode: (value) => Either.right(value === null ? null : DateTime.formatIso(value))
      }
    ).annotations({ identifier: "TimestampOrNull" }),
    (ask) => {
      const decode = decodeInstant(ask)
      return (text) => text === null || (typeof text === "string" && isNever(text)) ? null : decode(text)
    }
  )
)

const isNever = (text: string | null): text is null | "" =>
  text === null || text === "" || text.startsWith("0001-01-01T")

/**
 * A field that may be absent and whose value is an instant or `null`: see {@link TimestampOrNull}.
 *
 * @category schemas
 */
export const optionalTimestamp: Schema.optional<Codec<DateTime.Utc | null, string | null>> = /* @__PURE__ */ lazy(() =>
  Schema.optional(
    TimestampOrNull
  )
)

const nanosOf = (duration: Duration.Duration): Either.Either<bigint, string> =>
  Either.fromOption(Duration.toNanos(duration), () => "Expected a duration that ends")

const durationSchema = (name: string, toDuration: (count: number) => Duration.Duration, unitNanos: number) =>
  lazy(() =>
    transformOrRefuse(
      Schema.Number.pipe(Schema.finite(), Schema.nonNegative()),
      Schema.DurationFromSelf.annotations({
        arbitrary: () => (fc) => fc.nat().map((count) => toDuration(count))
      }),
      {
        decode: (count) => Either.right(toDuration(count)),
        encode: (duration) => Either.map(nanosOf(duration), (nanos) => Number(nanos) / unitNanos)
      }
    ).annotations({ identifier: name })
  )

/**
 * A duration, in seconds on the wire.
 *
 * @category schemas
 */
export const DurationFromSeconds: Codec<Duration.Duration, number> = /* @__PURE__ */ durationSchema(
  "DurationFromSeconds",
  Duration.seconds,
  1e9
)

/**
 * A duration, in nanoseconds on the wire, as Go encodes it.
 *
 * @category schemas
 */
export const DurationFromNanos: Codec<Duration.Duration, number> = /* @__PURE__ */ durationSchema(
  "DurationFromNanos",
  (count) => Duration.nanos(BigInt(Math.round(count))),
  1
)

const goUnitNanos: Record<string, number> = {
  ns: 1,
  us: 1e3,
  "µs": 1e3,
  "μs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9
}

const parseGoDuration = (text: string): Option.Option<Duration.Duration> => {
  if (text === "0") return Option.some(Duration.zero)
  if (!/^(\d+(\.\d+)?(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return Option.none()
  let nanos = 0n
  for (const [, count = "0", unit = "ns"] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const unitNanos = goUnitNanos[unit] ?? 0
    // Whole counts stay exact at any size.
    nanos += count.includes(".") ? BigInt(Math.round(Number(count) * unitNanos)) : BigInt(count) * BigInt(unitNanos)
  }
  return Option.some(Duration.nanos(nanos))
}

const formatGoDuration = (nanos: bigint): string => {
  const hours = nanos / 3_600_000_000_000n
  const minutes = (nanos / 60_000_000_000n) % 60n
  const secondNanos = nanos % 60_000_000_000n
  const seconds = secondNanos / 1_000_000_000n
  const fraction = String(secondNanos % 1_000_000_000n).padStart(9, "0").replace(/0+$/, "")
  const tail = `${seconds}${fraction === "" ? "" : `.${fraction}`}s`
  return hours > 0n ? `${hours}h${minutes}m${tail}` : minutes > 0n ? `${minutes}m${tail}` : tail
}

/**
 * A duration, in Go's notation on the wire: `5m30s`, `1h0m0s`, `250ms`.
 *
 * @category schemas
 */
export const DurationFromGo: Codec<Duration.Duration, string> = /* @__PURE__ */ lazy(() =>
  transformOrRefuse(
    Schema.String,
    Schema.DurationFromSelf.annotations({ arbitrary: () => (fc) => fc.nat().map((millis) => Duration.millis(millis)) }),
    {
      decode: (text) => Either.fromOption(parseGoDuration(text), () => "Expected a duration such as 5m30s"),
      encode: (duration) => Either.map(nanosOf(duration), formatGoDuration)
    }
  ).annotations({ identifier: "DurationFromGo" })
)

/**
 * One of the known `Values`, which the editor completes, or any other string that the platform may add later.
 *
 * @category models
 */
export type OpenEnum<Values extends string> = Values | (string & {})

/**
 * An open enumeration: the editor completes the known values, and a value that the platform adds later still decodes.
 *
 * @category constructors
 * @example
 * ```ts
 * import { openEnum } from "@effect-scalingo/core/ScalingoSchema"
 *
 * const AppStatus = openEnum("new", "running", "stopped")
 * // Schema<"new" | "running" | "stopped" | (string & {}), string>
 * ```
 */
export const openEnum = <const Values extends ReadonlyArray<string>>(
  ...values: Values
): Codec<OpenEnum<Values[number]>, string> =>
  lazy(() =>
    decodedLike(
      Schema.declare((input): input is OpenEnum<Values[number]> => typeof input === "string", {
        identifier: values.length === 0
          ? "string"
          : values.map((value) => JSON.stringify(value)).join(" | ") + " | string",
        jsonSchema: { type: "string", examples: values },
        arbitrary: () => (fc) => fc.oneof(fc.constantFrom(...values), fc.string()),
        pretty: () => (value) => JSON.stringify(value)
      }) as Codec<OpenEnum<Values[number]>, string>,
      Schema.String
    )
  )

/**
 * A secret string: decodes to a `Redacted`, whose value only `Redacted.value` reveals.
 *
 * @category schemas
 */
export const Secret: Codec<Redacted.Redacted, string> = /* @__PURE__ */ lazy(() =>
  withDecoder(
    Schema.Redacted(Schema.String),
    () => (input) => typeof input === "string" ? Redacted.make(input) : rejected,
    hidden
  )
)

/**
 * A secret as callers pass it: a plain string or a `Redacted`.
 *
 * @category schemas
 */
export const SecretInput: Codec<string | Redacted.Redacted, string> = /* @__PURE__ */ lazy(() =>
  Schema.transform(
    Schema.String,
    Schema.Union(Schema.String, Schema.RedactedFromSelf(Schema.String)),
    {
      strict: true,
      decode: (text) => Redacted.make(text),
      encode: (value) => Redacted.isRedacted(value) ? Redacted.value(value) : value
    }
  ).annotations({ identifier: "SecretInput" })
)

/**
 * Any JSON value, unchanged.
 *
 * @category schemas
 */
export const Json: Codec<unknown> = /* @__PURE__ */ lazy(() =>
  Schema.Unknown.annotations({
    identifier: "Json",
    arbitrary: () => (fc) => fc.jsonValue()
  })
)

/**
 * A record with arbitrary keys and values of one type.
 *
 * @category constructors
 */
export const mapOf = <A, I>(value: Codec<A, I>): Codec<
  { readonly [key: string]: A },
  { readonly [key: string]: I }
> => lazy(() => Schema.Record({ key: Schema.String, value }))
