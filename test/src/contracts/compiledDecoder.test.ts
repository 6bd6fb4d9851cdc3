/**
 * The compiled decoders against the schemas that they are compiled from: all schemas of the library, all event types,
 * with generated JSON and with JSON that was changed at random.
 */
import { Event, KnownEvent, knownEventTypes, UnknownEvent } from "@effect-scalingo/core/Event"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, FastCheck, ParseResult, Redacted, Schema, SchemaAST } from "effect"
import {
  compile,
  decodeInPlace,
  decodeUnknownEither,
  rejected
} from "../../../packages/core/src/internal/compiledDecoder.js"
import { runs } from "../runs.js"
import { turn } from "../turn.js"
import { anyFields, entities, isObject, type Path } from "./requiredFields.js"
import { type AnySchema, arbitraryOf, schemas } from "./schemas.js"

/** Numbers that a test draws, from 0 to below 1. */
type Draw = () => number

const pick = <A>(draw: Draw, values: ReadonlyArray<A>): A => values[Math.floor(draw() * values.length)]!

/** Values that some schema treats in a special way. */
const oddities: ReadonlyArray<string> = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "12345678901234567890",
  "\"\"",
  "\"0\"",
  "\"text\"",
  "\"2019-12-24\"",
  "\"2019-12-24T01:00:00.123456789+02:00\"",
  "\"2019-02-30T01:00:00Z\"",
  "\"2016-12-31T23:59:60Z\"",
  "\"2019-12-24 01:00:00\"",
  "\"0001-01-01T00:00:00Z\"",
  "\"5m30s\"",
  "[]",
  "[null]",
  "[\"a\", 1]",
  "{}",
  "{ \"id\": \"1\" }",
  "{ \"a\": { \"b\": [] }, \"type\": 1 }",
  "{ \"__proto__\": { \"id\": \"1\" } }",
  "{ \"toString\": 1, \"valueOf\": 2 }"
]

const oddity = (draw: Draw): unknown => JSON.parse(pick(draw, oddities))

const oddKeys = [
  "__proto__",
  "constructor",
  "unread",
  "type",
  "event_type",
  "type_data",
  "id",
  "a_field_that_came_later"
]

const setField = (object: object, key: string, value: unknown) =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })

/** Changes a value at one place. */
const mutate = (value: unknown, draw: Draw): unknown => {
  const paths: ReadonlyArray<Path> = [[], ...anyFields(value)]
  const path = pick(draw, paths)
  const change = (part: unknown): unknown => {
    const way = draw()
    if (way < 0.25 || typeof part !== "object" || part === null) return oddity(draw)
    if (Array.isArray(part)) return way < 0.6 ? [...part, oddity(draw)] : part.slice(1)
    const fields = Object.entries(part)
    const dropped = way < 0.5 ? pick(draw, fields) : undefined
    const kept = fields.filter((field) => field !== dropped)
    const rest = Object.fromEntries(way < 0.65 ? kept.toReversed() : kept)
    return way < 0.65 ? rest : setField(rest, pick(draw, oddKeys), oddity(draw))
  }
  const at = (part: unknown, [step, ...rest]: Path): unknown =>
    step === undefined
      ? change(part)
      : Array.isArray(part)
      ? part.map((item, index) => index === step ? at(item, rest) : item)
      : setField({ ...(part as object) }, String(step), at((part as { [key: string]: unknown })[step], rest))
  return at(value, path)
}

/** The first place where two decoded values differ. `deepStrictEqual` does not look into secrets. */
const differenceOf = (one: unknown, other: unknown, path = ""): string | undefined => {
  if (Object.is(one, other)) return undefined
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return path || "."
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return `${path} (prototype)`
  if (Redacted.isRedacted(one) && Redacted.isRedacted(other)) {
    return differenceOf(Redacted.value(one), Redacted.value(other), `${path}.secret`)
  }
  const keys = Object.keys(one)
  const others = Object.keys(other)
  if (keys.length !== others.length || !keys.every((key) => Object.hasOwn(other, key))) return `${path} (keys)`
  for (const key of keys) {
    const found = differenceOf(
      (one as { [key: string]: unknown })[key],
      (other as { [key: string]: unknown })[key],
      `${path}.${key}`
    )
    if (found !== undefined) return found
  }
  if (DateTime.isDateTime(one)) assert.isTrue(DateTime.Equivalence(one, other as DateTime.DateTime))
  return undefined
}

/** A decoder that changes its input fails. */
const deepFreeze = (value: unknown): unknown => {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

const messageOf = (error: ParseResult.ParseError) => ParseResult.TreeFormatter.formatErrorSync(error)

/** Decodes a copy in place. It must be as before when the schema rejects it. */
const compareInPlace = (
  schema: AnySchema,
  input: unknown,
  expected: Either.Either<unknown, ParseResult.ParseError>
) => {
  const text = JSON.stringify(input)
  const copy: unknown = JSON.parse(text)
  const decoded = decodeInPlace(schema)(copy)
  if (Either.isRight(expected)) {
    if (Either.isLeft(decoded)) return assert.fail(`rejected in place only: ${text}`)
    const found = differenceOf(decoded.right, expected.right)
    if (found !== undefined) assert.fail(`not the same value in place at ${found}: ${text}`)
    return
  }
  if (Either.isRight(decoded)) return assert.fail(`accepted in place only: ${text}`)
  assert.strictEqual(messageOf(decoded.left), messageOf(expected.left))
  assert.deepStrictEqual(copy, JSON.parse(text))
}

/** Returns whether the input is accepted. */
const compare = (schema: AnySchema, input: unknown): boolean => {
  const show = () => JSON.stringify(input)
  const expected = Schema.decodeUnknownEither(schema)(input)
  const value = compile(schema.ast)(deepFreeze(input))
  const decoded = decodeUnknownEither(schema)(input)
  compareInPlace(schema, input, expected)
  if (Either.isRight(expected)) {
    if (value === rejected) assert.fail(`accepted by the schema only: ${show()}`)
    const found = differenceOf(value, expected.right)
    if (found !== undefined) assert.fail(`not the same value at ${found}: ${show()}`)
    assert.isTrue(Either.isRight(decoded))
    return true
  }
  if (value !== rejected || Either.isRight(decoded)) return assert.fail(`rejected by the schema only: ${show()}`)
  assert.strictEqual(messageOf(decoded.left), messageOf(expected.left))
  return false
}

const wireOf = (schema: AnySchema, value: unknown): unknown =>
  JSON.parse(JSON.stringify(Schema.encodeSync(schema)(value)) ?? "null")

const seed = 20_190

const changesOfEach = runs(2, 7)

/** Compares generated values, each as it is and changed in one place or more. Returns how many it has compared. */
const compareMany = (schema: AnySchema, count: number, examples: ReadonlyArray<unknown> = []): number => {
  const draws = FastCheck.infiniteStream(FastCheck.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  const generated = FastCheck.sample(arbitraryOf(schema), { numRuns: count, seed }).map((value) =>
    wireOf(schema, value)
  )
  const [stream] = FastCheck.sample(draws, { numRuns: 1, seed })
  const draw = () => stream!.next().value as number
  const wires = [...generated, ...examples]
  for (const wire of wires) {
    assert.isTrue(compare(schema, wire), JSON.stringify(wire))
    let changed = wire
    for (let changes = 0; changes < changesOfEach; changes++) {
      compare(schema, mutate(wire, draw))
      changed = mutate(changed, draw)
      compare(schema, changed)
    }
  }
  return wires.length * (1 + 2 * changesOfEach)
}

/** Values of schemas whose conditions are seldom met by chance. */
const hardToGenerate: { readonly [name: string]: ReadonlyArray<unknown> } = {
  CreateDatabaseUser: [{ name: "a-user", read_only: true, password: "a".repeat(30) }],
  UpdateDatabaseUser: [{ password: "a".repeat(30) }]
}

/** Fields with the name of the prototype, where a decoder could keep them as one. */
const eventsWithPrototypes: ReadonlyArray<unknown> = [
  "{ \"type\": \"delete_app\", \"type_data\": { \"__proto__\": { \"id\": \"1\" } }, \"id\": \"1\", \"created_at\": \"2019-12-24T00:00:00Z\" }",
  "{ \"type\": \"new\", \"__proto__\": { \"b\": 1 }, \"id\": \"1\", \"created_at\": \"2019-12-24T00:00:00Z\" }",
  "{ \"type\": \"new\", \"type_data\": {}, \"__proto__\": {}, \"id\": \"1\", \"created_at\": \"2019-12-24T00:00:00Z\" }"
].map((text): unknown => JSON.parse(text))

describe("compiled decoders", () => {
  it("decode every schema of the library as the schema does", async () => {
    let compared = 0
    for (const [name, all] of schemas) {
      await Effect.runPromise(turn)
      const written = hardToGenerate[name]
      const examples = written ?? (entities[name]?.examples ?? []).filter(isObject).slice(0, 2)
      for (const schema of all) compared += compareMany(schema, written === undefined ? 1 : 0, examples)
    }
    assert.isAbove(compared, runs(2500, 8000))
  })

  it("decode every event type as the schema does", async () => {
    const members = SchemaAST.isUnion(KnownEvent.ast) ? KnownEvent.ast.types : []
    assert.lengthOf(members, knownEventTypes.length)
    let compared = compareMany(UnknownEvent as AnySchema, 10) +
      compareMany(Event as AnySchema, 20, eventsWithPrototypes)
    for (const member of members) {
      await Effect.runPromise(turn)
      compared += compareMany(Schema.make<unknown, unknown, never>(member), 2)
    }
    assert.isAbove(compared, runs(700, 2000))
  })
})
