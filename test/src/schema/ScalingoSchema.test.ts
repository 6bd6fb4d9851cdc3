/**
 * The schemas of dates, durations, enumerations and secrets.
 */
import {
  DurationFromGo,
  DurationFromNanos,
  DurationFromSeconds,
  openEnum,
  Secret,
  SecretInput,
  Timestamp,
  TimestampOrNull
} from "@effect-scalingo/core/ScalingoSchema"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Either, FastCheck as fc, JSONSchema, Redacted, Schema } from "effect"
import { inspect } from "node:util"

const decode = <A, I>(schema: Schema.Schema<A, I>) => Schema.decodeUnknownEither(schema)
const encode = <A, I>(schema: Schema.Schema<A, I>) => Schema.encodeUnknownEither(schema)

const valueOf = <A>(either: Either.Either<A, unknown>): A =>
  Either.getOrThrowWith(either, (error) => new Error(String(error)))

const two = (count: number) => String(count).padStart(2, "0")

/** Any whole second of the years with four digits. */
const instants = fc.integer({ min: Date.UTC(1000, 0, 2), max: Date.UTC(9999, 11, 30) }).map((millis) =>
  millis - (((millis % 1000) + 1000) % 1000)
)

describe("dates", () => {
  it("are decoded with any offset and any number of digits", () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: 0, max: 9 }),
        (seconds, offset, nanos, digits) => {
          const local = new Date(seconds + offset * 60_000).toISOString().slice(0, 19)
          const fraction = String(nanos).padStart(9, "0").slice(0, digits)
          const zone = offset === 0
            ? "Z"
            : `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
          const text = `${local}${fraction === "" ? "" : `.${fraction}`}${zone}`
          const millis = Number(fraction.padEnd(3, "0").slice(0, 3))
          for (const read of [decode(Timestamp), decode(TimestampOrNull)]) {
            assert.strictEqual(valueOf<DateTime.Utc | null>(read(text))?.epochMillis, seconds + millis, text)
          }
        }
      )
    )
  })

  it("are encoded in UTC, and decode again", () => {
    fc.assert(
      fc.property(instants, fc.nat(999), (seconds, millis) => {
        const value = DateTime.unsafeMake(seconds + millis)
        const text = valueOf(encode(Timestamp)(value))
        assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        assert.isTrue(DateTime.Equivalence(valueOf(decode(Timestamp)(text)), value))
        assert.strictEqual(valueOf(encode(TimestampOrNull)(value)), text)
      })
    )
  })

  it("without a time are midnight in UTC", () => {
    fc.assert(
      fc.property(instants, (seconds) => {
        const day = new Date(seconds).toISOString().slice(0, 10)
        assert.strictEqual(valueOf(decode(Timestamp)(day)).epochMillis, Date.parse(`${day}T00:00:00Z`))
      })
    )
  })

  it("are null for Go's zero time and for empty text", () => {
    for (const text of [null, "", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00+00:00"]) {
      assert.isNull(valueOf(decode(TimestampOrNull)(text)))
    }
    assert.isNull(valueOf(encode(TimestampOrNull)(null)))
    assert.isTrue(Either.isLeft(decode(Timestamp)(null)))
  })

  it("are refused when they are malformed", () => {
    const isDate = (text: string) => !Number.isNaN(Date.parse(text))
    fc.assert(
      fc.property(fc.anything({ withDate: true }), (value) => {
        if (typeof value === "string" && isDate(value)) return
        assert.isTrue(Either.isLeft(decode(Timestamp)(value)))
      })
    )
    for (const text of ["yesterday", "2020-13-01", "2020-01-01T25:00:00Z", "{}"]) {
      assert.isTrue(Either.isLeft(decode(Timestamp)(text)), text)
      assert.isTrue(Either.isLeft(decode(TimestampOrNull)(text)), text)
    }
  })
})

/** What Go's `time.Duration` writes: `1h0m0.5s`, `1.5ms`, `250µs`. */
const goText = (nanos: bigint): string => {
  const second = 1_000_000_000n
  const decimal = (whole: bigint, rest: bigint, digits: number) => {
    const fraction = String(rest).padStart(digits, "0").replace(/0+$/, "")
    return `${whole}${fraction === "" ? "" : `.${fraction}`}`
  }
  if (nanos === 0n) return "0s"
  if (nanos < 1000n) return `${nanos}ns`
  if (nanos < 1_000_000n) return `${decimal(nanos / 1000n, nanos % 1000n, 3)}µs`
  if (nanos < second) return `${decimal(nanos / 1_000_000n, nanos % 1_000_000n, 6)}ms`
  const seconds = `${decimal((nanos / second) % 60n, nanos % second, 9)}s`
  const minutes = nanos / (60n * second)
  if (minutes === 0n) return seconds
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`
}

const year = 366n * 24n * 3_600_000_000_000n

describe("durations", () => {
  const nanosOf = (duration: Duration.Duration) =>
    valueOf(Either.fromOption(Duration.toNanos(duration), () => "endless"))

  it("are decoded in the form of Go", () => {
    const cases = fc.oneof(fc.bigInt(0n, 10_000n), fc.bigInt(0n, 100n * 1_000_000_000n), fc.bigInt(0n, year))
    fc.assert(
      fc.property(cases, (nanos) => {
        const read = nanosOf(valueOf(decode(DurationFromGo)(goText(nanos))))
        // Beyond 104 days, a number does not have the precision of nanoseconds.
        const exact = nanos <= BigInt(Number.MAX_SAFE_INTEGER)
        const error = read > nanos ? read - nanos : nanos - read
        assert.isTrue(exact ? error === 0n : error <= 16n, `${goText(nanos)} was read as ${read}`)
      })
    )
    assert.strictEqual(Duration.toMillis(valueOf(decode(DurationFromGo)("5m30s"))), 330_000)
    assert.strictEqual(nanosOf(valueOf(decode(DurationFromGo)("1h0m0s"))), 3_600_000_000_000n)
    assert.strictEqual(nanosOf(valueOf(decode(DurationFromGo)("0"))), 0n)
  })

  it("are encoded in hours, minutes and seconds, and decode again", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, BigInt(Number.MAX_SAFE_INTEGER)), (nanos) => {
        const text = valueOf(encode(DurationFromGo)(Duration.nanos(nanos)))
        assert.match(text, /^(\d+h\d+m|\d+m)?\d+(\.\d+)?s$/)
        assert.strictEqual(nanosOf(valueOf(decode(DurationFromGo)(text))), nanos, text)
      })
    )
  })

  it("are decoded from numbers of seconds and of nanoseconds", () => {
    fc.assert(
      fc.property(fc.nat(), fc.maxSafeNat(), (seconds, nanos) => {
        const ofSeconds = valueOf(decode(DurationFromSeconds)(seconds))
        assert.strictEqual(Duration.toSeconds(ofSeconds), seconds)
        assert.strictEqual(valueOf(encode(DurationFromSeconds)(ofSeconds)), seconds)
        const ofNanos = valueOf(decode(DurationFromNanos)(nanos))
        assert.strictEqual(nanosOf(ofNanos), BigInt(nanos))
        assert.strictEqual(valueOf(encode(DurationFromNanos)(ofNanos)), nanos)
      })
    )
    assert.strictEqual(Duration.toMillis(valueOf(decode(DurationFromSeconds)(0.25))), 250)
  })

  it("are refused when they are malformed", () => {
    for (const value of ["", "5", "5m30", "m5", "-5s", "1h-2m", " 5s", "5s ", "5 s", 5, null, "Infinitys"]) {
      assert.isTrue(Either.isLeft(decode(DurationFromGo)(value)), String(value))
    }
    for (const schema of [DurationFromSeconds, DurationFromNanos]) {
      for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, "5", null]) {
        assert.isTrue(Either.isLeft(decode(schema)(value)), String(value))
      }
    }
    for (const write of [encode(DurationFromSeconds), encode(DurationFromNanos), encode(DurationFromGo)]) {
      assert.strictEqual(write(Duration.infinity)._tag, "Left")
    }
  })

  it("never make a decoder throw", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const read of [decode(DurationFromSeconds), decode(DurationFromNanos), decode(DurationFromGo)]) {
          assert.isTrue(Either.isEither(read(value)))
        }
      })
    )
  })
})

describe("open enumerations", () => {
  const Status = openEnum("new", "running", "stopped")

  it("accept known and unknown text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom("new", "running", "stopped"), fc.string()), (text) => {
        assert.strictEqual(valueOf(decode(Status)(text)), text)
        assert.strictEqual(valueOf(encode(Status)(text)), text)
      })
    )
  })

  it("accept nothing but text", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        if (typeof value !== "string") assert.isTrue(Either.isLeft(decode(Status)(value)))
      })
    )
  })

  it("list the known values as examples of the JSON schema", () => {
    const schema = JSONSchema.make(Status)
    assert.include(JSON.stringify(schema), "\"examples\":[\"new\",\"running\",\"stopped\"]")
  })
})

describe("secrets", () => {
  const texts = fc.string({ minLength: 12 }).filter((text) => text.trim().length >= 12)

  it("are decoded, and never shown", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const secret = valueOf(decode(Secret)(text))
        assert.strictEqual(Redacted.value(secret), text)
        for (const shown of [String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })]) {
          assert.notInclude(shown, text)
        }
        assert.strictEqual(valueOf(encode(Secret)(secret)), text)
      })
    )
  })

  it("are encoded from plain text and from Redacted", () => {
    fc.assert(
      fc.property(texts, (text) => {
        assert.strictEqual(valueOf(encode(SecretInput)(text)), text)
        assert.strictEqual(valueOf(encode(SecretInput)(Redacted.make(text))), text)
      })
    )
  })

  it("are not shown by the errors of schemas", () => {
    const Body = Schema.Struct({ secret: Secret, input: Schema.Struct({ value: SecretInput }), count: Schema.Number })
    fc.assert(
      fc.property(texts, (text) => {
        const error = Either.flip(decode(Schema.Struct({ secret: Schema.Redacted(Schema.Number) }))({ secret: text }))
        assert.isTrue(Either.isRight(error))
        const encoded = encode(Body)({ secret: Redacted.make(text), input: { value: 7 }, count: 1 })
        assert.isTrue(Either.isLeft(encoded))
        assert.notInclude(String(Either.flip(encoded)), text)
      })
    )
  })
})
