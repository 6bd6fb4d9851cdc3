/**
 * The forms in which Scalingo writes dates, durations, secrets and enumerations, as schemas.
 *
 * @since 0.1.0
 */
import type * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

const firstYearMillis = Date.UTC(1000, 0, 1)
const lastYearMillis = Date.UTC(9999, 11, 31)

const instant: Arbitrary.LazyArbitrary<DateTime.Utc> = (fc) =>
  fc.date({ min: new Date(firstYearMillis), max: new Date(lastYearMillis), noInvalidDate: true }).map((date) =>
    DateTime.unsafeMake(date)
  )

const Instant = Schema.DateTimeUtcFromSelf.annotations({ arbitrary: () => instant })

const parseInstant = (text: string): Option.Option<DateTime.Utc> => DateTime.make(text).pipe(Option.map(DateTime.toUtc))

/**
 * An instant. The wire form is ISO 8601 with an offset or `Z`, with any number of fractional digits, or a date alone,
 * which is read as midnight UTC. Encodes to `YYYY-MM-DDTHH:mm:ss.sssZ`.
 *
 * @category schemas
 */
export const Timestamp: Schema.Schema<DateTime.Utc, string> = Schema.transformOrFail(Schema.String, Instant, {
  strict: true,
  decode: (text, _, ast) =>
    Option.match(parseInstant(text), {
      onNone: () => ParseResult.fail(new ParseResult.Type(ast, text, "Expected an ISO 8601 date")),
      onSome: ParseResult.succeed
    }),
  encode: (value) => ParseResult.succeed(DateTime.formatIso(value))
}).annotations({ identifier: "Timestamp" })

/**
 * An instant that may be missing. `null` and Go's zero date (`0001-01-01T00:00:00Z`, which parts of the platform
 * send for "never") both decode to `null`.
 *
 * @category schemas
 */
export const TimestampOrNull: Schema.Schema<DateTime.Utc | null, string | null> = Schema.transformOrFail(
  Schema.NullOr(Schema.String),
  Schema.NullOr(Instant),
  {
    strict: true,
    decode: (text, _, ast) => {
      if (text === null || text === "" || text.startsWith("0001-01-01T")) return ParseResult.succeed(null)
      return Option.match(parseInstant(text), {
        onNone: () => ParseResult.fail(new ParseResult.Type(ast, text, "Expected an ISO 8601 date or null")),
        onSome: ParseResult.succeed
      })
    },
    encode: (value) => ParseResult.succeed(value === null ? null : DateTime.formatIso(value))
  }
).annotations({ identifier: "TimestampOrNull" })

/**
 * A field that may be absent, and whose value is an instant or nothing: see {@link TimestampOrNull}.
 *
 * @category schemas
 */
export const optionalTimestamp: Schema.optional<Schema.Schema<DateTime.Utc | null, string | null>> = Schema.optional(
  TimestampOrNull
)

const nanosOf = (duration: Duration.Duration, ast: SchemaAST.AST): Either.Either<bigint, ParseResult.ParseIssue> =>
  Either.fromOption(
    Duration.toNanos(duration),
    () => new ParseResult.Type(ast, duration, "Expected a duration that ends")
  )

const durationSchema = (name: string, toDuration: (count: number) => Duration.Duration, unitNanos: number) =>
  Schema.transformOrFail(
    Schema.Number.pipe(Schema.finite(), Schema.nonNegative()),
    Schema.DurationFromSelf.annotations({
      arbitrary: () => (fc) => fc.nat().map((count) => toDuration(count))
    }),
    {
      strict: true,
      decode: (count) => ParseResult.succeed(toDuration(count)),
      encode: (duration, _, ast) => Either.map(nanosOf(duration, ast), (nanos) => Number(nanos) / unitNanos)
    }
  ).annotations({ identifier: name })

/**
 * A duration that the wire counts in seconds.
 *
 * @category schemas
 */
export const DurationFromSeconds: Schema.Schema<Duration.Duration, number> = durationSchema(
  "DurationFromSeconds",
  Duration.seconds,
  1e9
)

/**
 * A duration that the wire counts in nanoseconds, as Go does.
 *
 * @category schemas
 */
export const DurationFromNanos: Schema.Schema<Duration.Duration, number> = durationSchema(
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
    // Whole counts stay exact, however large they are.
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
 * A duration that the wire writes as Go does: `5m30s`, `1h0m0s`, `250ms`.
 *
 * @category schemas
 */
export const DurationFromGo: Schema.Schema<Duration.Duration, string> = Schema.transformOrFail(
  Schema.String,
  Schema.DurationFromSelf.annotations({ arbitrary: () => (fc) => fc.nat().map((millis) => Duration.millis(millis)) }),
  {
    strict: true,
    decode: (text, _, ast) =>
      Option.match(parseGoDuration(text), {
        onNone: () => ParseResult.fail(new ParseResult.Type(ast, text, "Expected a duration such as 5m30s")),
        onSome: ParseResult.succeed
      }),
    encode: (duration, _, ast) => Either.map(nanosOf(duration, ast), formatGoDuration)
  }
).annotations({ identifier: "DurationFromGo" })

/**
 * Any of the known `Values`, which the editor completes, or any other text that the platform may add later.
 *
 * @category models
 */
export type OpenEnum<Values extends string> = Values | (string & {})

/**
 * An open enumeration: the known values complete in the editor, a value that the platform adds later still decodes.
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
): Schema.Schema<OpenEnum<Values[number]>, string> =>
  Schema.declare((input): input is OpenEnum<Values[number]> => typeof input === "string", {
    identifier: values.length === 0 ? "string" : values.map((value) => JSON.stringify(value)).join(" | ") + " | string",
    jsonSchema: { type: "string", examples: values },
    arbitrary: () => (fc) => fc.oneof(fc.constantFrom(...values), fc.string()),
    pretty: () => (value) => JSON.stringify(value)
  }) as Schema.Schema<OpenEnum<Values[number]>, string>

/**
 * Text that must never be printed: decodes to a `Redacted`, whose value only `Redacted.value` reveals.
 *
 * @category schemas
 */
export const Secret: Schema.Schema<Redacted.Redacted, string> = Schema.Redacted(Schema.String)

/**
 * A secret as its user may hand it over: plain text or already `Redacted`.
 *
 * @category schemas
 */
export const SecretInput: Schema.Schema<string | Redacted.Redacted, string> = Schema.transformOrFail(
  Schema.String,
  Schema.Union(Schema.String, Schema.RedactedFromSelf(Schema.String)),
  {
    strict: true,
    decode: (text) => ParseResult.succeed(Redacted.make(text)),
    encode: (value) => Effect.succeed(Redacted.isRedacted(value) ? Redacted.value(value) : value)
  }
).annotations({ identifier: "SecretInput" })

/**
 * Any JSON value, kept as it came.
 *
 * @category schemas
 */
export const Json: Schema.Schema<unknown> = Schema.Unknown.annotations({
  identifier: "Json",
  arbitrary: () => (fc) => fc.jsonValue()
})

/**
 * A map from free keys to values of one type.
 *
 * @category constructors
 */
export const mapOf = <A, I>(value: Schema.Schema<A, I>): Schema.Schema<
  { readonly [key: string]: A },
  { readonly [key: string]: I }
> => Schema.Record({ key: Schema.String, value })
