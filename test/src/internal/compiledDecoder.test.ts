/**
 * What a compiled decoder does with each kind of schema. That it decodes the schemas of the library as they do is tested
 * in `contracts/compiledDecoder.test.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, FastCheck as fc, Option, ParseResult, Schema } from "effect"
import {
  compile,
  decodedLike,
  decodeInPlace,
  decodeUnknownEither,
  rejected,
  withDecoder
} from "../../../packages/core/src/internal/compiledDecoder.js"
import { isoMillis, unsafeMakeUtc } from "../../../packages/core/src/internal/instant.js"

interface Tree {
  readonly name: string
  readonly children: ReadonlyArray<Tree>
}

const Tree: Schema.Schema<Tree> = Schema.Struct({
  name: Schema.String,
  children: Schema.Array(Schema.suspend(() => Tree))
})

class Person extends Schema.Class<Person>("Person")({ name: Schema.String }) {}

const Length = Schema.transform(Schema.String, Schema.Number, {
  strict: true,
  decode: (text) => text.length,
  encode: (length) => "x".repeat(length)
})

const OnlyEven = Schema.transformOrFail(Schema.Number, Schema.Number, {
  strict: true,
  decode: (count, _, ast) =>
    count % 2 === 0 ? ParseResult.succeed(count / 2) : ParseResult.fail(new ParseResult.Type(ast, count, "odd")),
  encode: (count) => ParseResult.succeed(count * 2)
})

const ByEffect = Schema.transformOrFail(Schema.String, Schema.String, {
  strict: true,
  decode: (text) => Effect.map(Effect.yieldNow(), () => text.toUpperCase()),
  encode: (text) => ParseResult.succeed(text)
})

const proto = JSON.parse("{ \"__proto__\": { \"a\": 1 }, \"a\": 1 }") as unknown

type Case = readonly [name: string, schema: Schema.Schema<any, any>, inputs: ReadonlyArray<unknown>]

/** Each is decoded as the schema decodes it, and so are the values of all others. */
const cases: ReadonlyArray<Case> = [
  ["a string", Schema.String, ["", "a"]],
  ["a number", Schema.Number, [0, -1.5]],
  ["a boolean", Schema.Boolean, [true, false]],
  ["null", Schema.Null, [null]],
  ["undefined", Schema.Undefined, [undefined]],
  ["a literal", Schema.Literal("a", 1, null), ["a", 1, null]],
  ["anything", Schema.Unknown, [{ a: [] }]],
  ["nothing", Schema.make<unknown>(Schema.Never.ast), []],
  ["an object of any kind", Schema.Object, [{}, []]],
  ["not null", Schema.Struct({}), [{}, "a"]],
  ["an enumeration", Schema.Enums({ One: 1, Two: "two" }), [1, "two"]],
  ["a template", Schema.TemplateLiteral("a-", Schema.Number), ["a-1"]],
  ["a refinement", Schema.String.pipe(Schema.minLength(2)), ["ab"]],
  ["a refinement of a struct", Schema.Struct({ a: Schema.Number }).pipe(Schema.filter(({ a }) => a > 1)), [{
    a: 2,
    b: 1
  }]],
  ["a transformation", Length, ["abc"]],
  ["a transformation that refuses", OnlyEven, [4, 3]],
  ["an effect that cannot wait", ByEffect, ["a"]],
  [
    "a transformation of a struct",
    Schema.transform(Schema.Struct({ a: Schema.Number }), Schema.Number, {
      strict: true,
      decode: ({ a }) => a,
      encode: (a) => ({ a })
    }),
    [{ a: 1 }]
  ],
  ["a composition", Schema.compose(Schema.NumberFromString, Schema.NonNegativeInt), ["2", "-2"]],
  [
    "a composition of structs",
    Schema.compose(
      Schema.Struct({ a: Schema.NumberFromString, b: Schema.String }),
      Schema.Struct({ a: Schema.Number }),
      { strict: false }
    ),
    [{ a: "1", b: "b" }]
  ],
  ["a default", Schema.Struct({ a: Schema.optionalWith(Schema.Number, { default: () => 1, nullable: true }) }), [
    {},
    { a: null },
    { a: 2 }
  ]],
  ["an optional field as an option", Schema.Struct({ a: Schema.optionalWith(Length, { as: "Option" }) }), [{}, {
    a: "a"
  }]],
  ["a renamed field", Schema.Struct({ a: Schema.propertySignature(Length).pipe(Schema.fromKey("b")) }), [{ b: "abc" }]],
  ["a struct", Schema.Struct({ a: Length, b: Schema.Unknown, c: Schema.optional(Schema.String) }), [
    { a: "abc", b: 1 },
    { c: "c", b: 1, a: "abc", d: 1 },
    { a: "abc" },
    { a: "abc", c: undefined },
    JSON.parse("{ \"a\": \"abc\", \"__proto__\": { \"b\": 1 } }"),
    Object.assign(Object.create({ b: 2 }), { a: "a", [Symbol.for("s")]: 1 })
  ]],
  [
    "a struct that keeps other fields",
    Schema.Struct({ a: Length }, Schema.Record({ key: Schema.String, value: Schema.Unknown })),
    [
      { a: "abc", z: [1] },
      proto,
      JSON.parse("{ \"a\": \"abc\", \"__proto__\": { \"b\": 1 } }")
    ]
  ],
  [
    "a struct with other fields of a type",
    Schema.Struct(
      { a: Schema.String },
      Schema.Record({ key: Schema.String, value: Schema.String })
    ),
    [{ a: "a", b: "b" }, { a: "a", b: 1 }]
  ],
  ["a record", Schema.Record({ key: Schema.String, value: Length }), [{}, { a: "abc" }, { a: 1 }, proto]],
  ["a record with certain keys", Schema.Record({ key: Schema.String.pipe(Schema.minLength(2)), value: Length }), [
    { ab: "a", c: 1 }
  ]],
  ["a list", Schema.Array(Length), [[], ["a", "bc"], ["a", 1]]],
  ["a list of at least one", Schema.NonEmptyArray(Length), [["a"], []]],
  ["a tuple", Schema.Tuple(Schema.String, Length), [["a", "bc"], ["a"], ["a", "b", "c"]]],
  ["a tuple with an optional element", Schema.Tuple(Schema.String, Schema.optionalElement(Length)), [["a"], [
    "a",
    "b"
  ]]],
  ["a tuple with a rest", Schema.Tuple([Schema.String], Length, Schema.Boolean), [["a", "b", true], ["a"]]],
  ["a recursive schema", Tree, [{ name: "a", children: [{ name: "b", children: [], more: 1 }] }, { name: "a" }]],
  ["a class", Person, [{ name: "a" }, new Person({ name: "a" })]],
  ["a declaration with a parameter", Schema.OptionFromSelf(Length), [
    Option.some("abc"),
    Option.none(),
    Option.some(1)
  ]],
  ["alternatives, of which the first fits", Schema.Union(Length, Schema.String), ["abc"]],
  [
    "alternatives that accept the same",
    Schema.Union(
      Schema.Struct({ a: Schema.String }),
      Schema.Struct({ a: Schema.String, b: Schema.String })
    ),
    [{ a: "a", b: "b" }]
  ],
  [
    "alternatives with a literal after others",
    Schema.Union(
      Schema.Struct({ a: Schema.String }),
      Schema.Struct({ type: Schema.Literal("one"), a: Schema.String, b: Length }),
      Schema.Struct({ type: Schema.Literal("two"), a: Schema.String }),
      Schema.Struct({ type: Schema.Literal("one"), a: Schema.String })
    ),
    [
      { type: "one", a: "a", b: "b" },
      { type: "one", a: "a" },
      { type: "two", a: "a" },
      { type: { toString: 1 }, a: "a" },
      { type: null, a: "a" }
    ]
  ],
  [
    "alternatives with several literals",
    Schema.Union(
      Schema.Struct({ type: Schema.Literal("a"), kind: Schema.Literal("x") }),
      Schema.Struct({ type: Schema.Literal("a"), kind: Schema.Literal("y"), more: Length }),
      Schema.Struct({ kind: Schema.Literal("y") })
    ),
    [{ type: "a", kind: "x" }, { type: "a", kind: "y", more: "abc" }, { type: "b", kind: "y" }]
  ],
  [
    "a literal number as text",
    Schema.Union(
      Schema.Struct({ type: Schema.Literal(1) }),
      Schema.Struct({ type: Schema.Literal("1"), a: Schema.String })
    ),
    [{ type: 1 }, { type: "1", a: "a" }]
  ],
  ["null or an instant", Schema.NullOr(Schema.DateTimeUtc), [null, "2019-12-24T00:00:00Z"]],
  [
    "options of its own",
    Schema.Struct({ a: Schema.String }).annotations({ parseOptions: { onExcessProperty: "error" } }),
    [
      { a: "a" },
      { a: "a", b: "b" }
    ]
  ],
  ["a fallback", Schema.String.annotations({ decodingFallback: () => Either.right("instead") }), ["a", 1]]
]

const inputs = [...cases.flatMap(([, , inputs]) => inputs), new Date(0), Symbol.for("s"), 1n, () => 1]

/** What came of a decoding. The schema throws on some inputs. */
const outcomeOf = (
  decode: (input: unknown) => Either.Either<unknown, ParseResult.ParseError>,
  input: unknown
): unknown => {
  try {
    return Either.match(decode(input), {
      onLeft: (error) => ({ error: ParseResult.TreeFormatter.formatErrorSync(error) }),
      onRight: (value) => ({ value })
    })
  } catch (cause) {
    return { cause: String(cause) }
  }
}

/** As JSON, which a decoder may change as long as it accepts it. */
const compareInPlace = (schema: Schema.Schema<any, any>, input: unknown): void => {
  const text = Either.getOrUndefined(Either.try(() => JSON.stringify(input)))
  if (text === undefined) return
  const copy: unknown = JSON.parse(text)
  const expected = outcomeOf(Schema.decodeUnknownEither(schema), JSON.parse(text))
  assert.deepStrictEqual(outcomeOf(decodeInPlace(schema), copy), expected)
  if (typeof expected === "object" && expected !== null && "error" in expected) {
    assert.deepStrictEqual(copy, JSON.parse(text))
  }
}

describe("a compiled decoder of", () => {
  for (const [name, schema, own] of cases) {
    it(name, () => {
      const read = Schema.decodeUnknownEither(schema)
      assert.isTrue(own.length === 0 || own.some((input) => Either.isRight(Either.try(() => read(input)))))
      for (const input of [...own, ...inputs]) {
        const expected = outcomeOf(read, input)
        assert.deepStrictEqual(outcomeOf(decodeUnknownEither(schema), input), expected)
        const compiled = outcomeOf((input) => {
          const value = compile(schema.ast)(input)
          return value === rejected ? read(input) : Either.right(value)
        }, input)
        assert.deepStrictEqual(compiled, expected)
        compareInPlace(schema, input)
        if (typeof expected !== "object" || expected === null || !("value" in expected)) continue
        const decoded = compile(schema.ast)(input)
        assert.notStrictEqual(decoded, rejected, "accepted by the schema")
        if (typeof decoded !== "object" || decoded === null) continue
        assert.strictEqual(Object.getPrototypeOf(decoded), Object.getPrototypeOf(expected.value))
        assert.sameMembers(Reflect.ownKeys(decoded), Reflect.ownKeys(expected.value as object))
      }
    })
  }
})

describe("decoding in place", () => {
  const Items = Schema.Array(Schema.Struct({ a: Length, b: Schema.optional(Schema.String) }))

  it("makes no copy of what needs none", () => {
    const json = [{ a: "abc", b: "b" }, { a: "a" }]
    const [first] = json
    const items: unknown = Either.getOrThrow(decodeInPlace(Items)(json))
    assert.deepStrictEqual(items, [{ a: 3, b: "b" }, { a: 1 }])
    assert.strictEqual(items, json)
    assert.strictEqual((items as ReadonlyArray<unknown>)[0], first)
  })

  it("restores what it rejects", () => {
    const json = [{ a: "abc", b: "b" }, { a: "a", b: 1 }]
    assert.isTrue(Either.isLeft(decodeInPlace(Items)(json)))
    assert.deepStrictEqual<unknown>(json, [{ a: "abc", b: "b" }, { a: "a", b: 1 }])
  })
})

describe("a handwritten decoder", () => {
  const Loud = withDecoder(Schema.Struct({ a: Length }), () => () => "by hand")
  const byHand = (schema: Schema.Schema.Any) => compile(schema.ast)({ a: "abc" }) === "by hand"

  it("serves its schema, also under another name", () => {
    assert.isTrue(byHand(Loud))
    assert.isTrue(byHand(Loud.annotations({ identifier: "Loud" })))
  })

  it("serves no schema that means something else", () => {
    const struct = withDecoder(Schema.Struct({ a: Length }), () => () => "by hand")
    const others: ReadonlyArray<Schema.Schema.Any> = [
      Schema.typeSchema(struct),
      Schema.encodedSchema(struct),
      Schema.partial(struct),
      Schema.mutable(struct),
      Schema.pick<{ readonly a: number }, { readonly a: string }, ["a"]>("a")(struct),
      Schema.extend(struct, Schema.Struct({ b: Schema.optional(Schema.String) })),
      Schema.filter(() => false)(struct),
      Schema.compose(struct, Schema.Struct({ a: Schema.Number })),
      struct.annotations({ parseOptions: { onExcessProperty: "error" } }),
      Schema.typeSchema(withDecoder(Schema.Array(Length), () => () => "by hand")),
      Schema.typeSchema(withDecoder(Schema.Union(Length, Schema.Null), () => () => "by hand")),
      Schema.typeSchema(withDecoder(Length.pipe(Schema.filter(() => true)), () => () => "by hand")),
      Schema.typeSchema(withDecoder(Schema.OptionFromSelf(Length), () => () => "by hand"))
    ]
    for (const other of others) assert.isFalse(byHand(other), String(other.ast))
  })

  it("leaves what it does not know to the schema", () => {
    const Known = withDecoder(Length, (ask) => (input) => input === "known" ? 5 : ask(input))
    assert.strictEqual(compile(Known.ast)("known"), 5)
    assert.strictEqual(compile(Known.ast)("abc"), 3)
    assert.strictEqual(compile(Known.ast)(1), rejected)
  })

  it("can be that of another schema", () => {
    const like = compile(decodedLike(Schema.declare((input): input is string => input === "a"), Schema.String).ast)
    assert.strictEqual(like("b"), "b")
    assert.strictEqual(like(1), rejected)
  })
})

describe("an instant", () => {
  const two = (count: number) => String(count).padStart(2, "0")
  const part = (max: number) => fc.nat(max).map(two)
  const texts = fc.tuple(
    fc.integer({ min: 0, max: 10_050 }).map((year) => String(year).padStart(4, "0")),
    fc.tuple(part(13), part(32)),
    fc.tuple(part(25), part(61), part(61)),
    fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{0,10}$/)),
    fc.oneof(
      { arbitrary: fc.constant("Z"), weight: 3 },
      {
        arbitrary: fc.tuple(fc.constantFrom("+", "-"), part(24), part(60)).map(([s, h, m]) => `${s}${h}:${m}`),
        weight: 3
      },
      fc.constantFrom("", "z", "+0200", "+02", " ", "Z ", "[Europe/Paris]")
    )
  ).map(([year, day, time, fraction, zone]) => `${year}-${day.join("-")}T${time.join(":")}${fraction}${zone}`)
  const broken = fc.tuple(texts, fc.nat(30), fc.constantFrom("", " ", ":", "-", "T", "x", "9", "é")).map(
    ([text, at, by]) => text.slice(0, at) + by + text.slice(at + 1)
  )

  it("is the one that Effect reads, wherever it is read", () => {
    let read = 0
    fc.assert(
      fc.property(fc.oneof(texts, broken), (text) => {
        const millis = isoMillis(text)
        if (Number.isNaN(millis)) return
        read++
        const expected = Option.getOrThrow(DateTime.make(text))
        assert.strictEqual(millis, expected.epochMillis, text)
      }),
      { numRuns: 10_000 }
    )
    assert.isAbove(read, 1500)
  })

  it("is read on every day of the calendar but leap days", () => {
    for (let millis = Date.UTC(1899, 0, 1); millis < Date.UTC(2101, 0, 1); millis += 86_400_000) {
      const text = new Date(millis).toISOString()
      if (text.slice(5, 10) === "02-29") assert.isNaN(isoMillis(text))
      else assert.strictEqual(isoMillis(text), millis)
    }
  })

  it("looks like one that Effect makes", () => {
    const [ours, theirs] = [unsafeMakeUtc(1e12), DateTime.unsafeMake(1e12)]
    assert.deepStrictEqual(ours, theirs)
    assert.strictEqual(Object.getPrototypeOf(ours), Object.getPrototypeOf(theirs))
    assert.deepStrictEqual(Object.keys(ours), Object.keys(theirs))
    assert.isTrue(DateTime.Equivalence(ours, theirs))
    assert.strictEqual(DateTime.formatIso(ours), DateTime.formatIso(theirs))
    assert.deepStrictEqual(DateTime.toParts(ours), DateTime.toParts(theirs))
    assert.strictEqual(JSON.stringify(ours), JSON.stringify(theirs))
    assert.isTrue(Schema.is(Schema.DateTimeUtcFromSelf)(ours))
  })
})
