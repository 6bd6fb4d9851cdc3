import {
  Event,
  type EventOf,
  fromRaw,
  isEvent,
  KnownEvent,
  knownEventTypes,
  UnknownEvent,
  wireType
} from "@effect-scalingo/core/Event"
import { RawEvent } from "@effect-scalingo/core/RawEvent"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Duration, Effect, Either, FastCheck, Redacted, Schema } from "effect"
import { inspect } from "node:util"
import { runs } from "../runs.js"
import { turn } from "../turn.js"
import { type EventFixture, examples, fixtures } from "./fixtures.js"

const decode = Schema.decodeUnknownSync(Event)
const encode = Schema.encodeSync(Event)

const envelope = {
  id: "54dcdd4a73636100011a0000",
  created_at: "2015-02-12T17:05:14.226Z",
  user: { id: "us-1", username: "johndoe", email: "john@doe.com" },
  app_id: "5343eccd646173000a140000",
  app_name: "appname"
}

/** A value for each type of field in the inventory. */
const samples: Record<string, unknown> = {
  string: "some text",
  integer: 3,
  number: 1.5,
  boolean: true,
  date: "2020-01-02T03:04:05.006Z",
  map: { web: 1 },
  "array:string": ["one", "two"],
  "object:EventUser": envelope.user,
  "object:EventCollaborator": { email: "test@example.com", is_limited: false },
  "object:EventLastCommits": { commits: [{ sha: "abc" }], remaining: 2 },
  "object:EventIntegrationAccount": { login: "johndoe", avatar_url: "https://example.com/a.png" },
  "object:EventBillingProfile": { company: "Scalingo" },
  "object:EventCardSummary": { brand: "visa", last4: "4242", exp: "01/2030" },
  "array:EventVariable": [{ name: "A", value: "1" }],
  "array:EventProjectValue": [{ name: "default", value: true, old_value: false }]
}

const sample = (field: EventFixture["typeData"][number]): unknown =>
  field.type === "enum" ? field.values?.[0] : field.name.endsWith("_containers") && field.type === "string"
    ? "3"
    : samples[field.type]

describe("the documented example of", () => {
  for (const example of examples) {
    it(`${example.type} is decoded, and encoded to the same JSON`, () => {
      const event = decode(example)
      assert.strictEqual(event.type, example.type)
      const written = encode(event)
      assert.deepStrictEqual(decode(written), event)
      assert.deepStrictEqual(withoutDates(written), withoutDates(example))
    })
  }

  it("57 of the 96 types exists", () => {
    assert.strictEqual(examples.length, 57)
  })
})

/** Dates as numbers, since they are encoded in another form than they come in. */
const withoutDates = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value),
    (_, part) => typeof part === "string" && /^\d{4}-\d\d-\d\dT/.test(part) ? Date.parse(part) : part
  )

describe("the known types", () => {
  it("are the 96 types of the inventory", () => {
    assert.strictEqual(knownEventTypes.length, 96)
    assert.deepStrictEqual([...knownEventTypes].sort(), fixtures.map((fixture) => fixture.type).sort())
  })

  for (const { type, typeData } of fixtures) {
    it(`${type}: every field of the inventory is decoded and encoded`, () => {
      const data = Object.fromEntries(typeData.map((field) => [field.name, sample(field)]))
      const event = decode({ ...envelope, type, type_data: data })
      assert.strictEqual(event.type, type)
      assert.deepStrictEqual(encode(event), { ...envelope, type, type_data: data })
    })

    it(`${type}: has no data that it cannot do without`, () => {
      const nulls = Object.fromEntries(typeData.map((field) => [field.name, null]))
      for (const data of [{}, { type_data: null }, { type_data: {} }, { type_data: nulls }]) {
        const event = decode({ ...envelope, type, ...data })
        assert.strictEqual(event.type, type)
        if (event.type !== "unknown") {
          assert.deepStrictEqual(Object.values(event.type_data).filter((value) => value !== null), [])
        }
      }
    })
  }
})

describe("an unknown event", () => {
  it("of an unknown type keeps its data", () => {
    const wire = {
      ...envelope,
      type: "planet_aligned",
      type_data: { planets: ["mars"], degree: 12, deep: { er: null } },
      database_id: "db-1",
      links: { self: "/x" }
    }
    const event = decode(wire)
    assert.isTrue(event.type === "unknown")
    if (event.type !== "unknown") return
    assert.strictEqual(event.event_type, "planet_aligned")
    assert.strictEqual(wireType(event), "planet_aligned")
    assert.deepStrictEqual(event.type_data && Redacted.value(event.type_data), wire.type_data)
    assert.strictEqual(event.database_id, "db-1")
    assert.strictEqual(event.app_name, "appname")
    assert.deepStrictEqual(encode(event), wire)
  })

  it("can have the type `unknown` on the wire", () => {
    const wire = { ...envelope, type: "unknown", type_data: { a: 1 } }
    const event = decode(wire)
    assert.strictEqual(wireType(event), "unknown")
    assert.deepStrictEqual(encode(event), wire)
  })

  it("can have no data", () => {
    const wire = { id: "1", created_at: "2015-02-12T17:05:14.226Z", type: "planet_aligned" }
    assert.deepStrictEqual(encode(decode(wire)), wire)
    assert.deepStrictEqual(encode(decode({ ...wire, type_data: null })), { ...wire, type_data: null })
  })

  it("of a known type with unexpected data keeps its data, and the other events of the list decode", () => {
    const odd = { ...envelope, type: "deployment", type_data: { deployment_id: 12, surprise: [1, 2] } }
    const events = Schema.decodeUnknownSync(Schema.Array(Event))([
      { ...envelope, type: "delete_app" },
      odd,
      { ...envelope, type: "rename_app", type_data: { old_name: "a", new_name: "b" } },
      { ...envelope, type: "run", type_data: { command: { payment_method: "paypal" } } }
    ])
    assert.deepStrictEqual(events.map((event) => event.type), ["delete_app", "unknown", "rename_app", "unknown"])
    assert.deepStrictEqual(events.map(wireType), ["delete_app", "deployment", "rename_app", "run"])
    assert.deepStrictEqual(encode(events[1]!), odd)
  })

  it("does not result from null in place of a missing field", () => {
    const event = decode({ ...envelope, user: null, app_id: null, app_name: null, type: "new_user" })
    assert.strictEqual(event.type, "new_user")
    assert.strictEqual(event.user, null)
  })

  it("of a known type with an odd envelope keeps all it had, and the other events of the list decode", () => {
    const data = { old_name: "a", new_name: "b" }
    const rename = { ...envelope, type: "rename_app", type_data: data }
    const odd = [
      { user: { username: "johndoe", email: "john@doe.com" } },
      { user: { id: "us-1", username: "johndoe", email: null } },
      { user: "johndoe" },
      { app_id: 12 },
      { app_name: ["appname"], project_name: false, links: { self: "/x" } },
      { user: {}, unread: { user: 1 } }
    ]
    const wires = odd.map((fields) => ({ ...rename, ...fields }))
    const events = Schema.decodeUnknownSync(Schema.Array(Event))([rename, ...wires, rename])
    assert.deepStrictEqual(events.map(({ type }) => type), ["rename_app", ...odd.map(() => "unknown"), "rename_app"])
    assert.deepStrictEqual(Schema.encodeSync(Schema.Array(Event))(events), [rename, ...wires, rename])
    const first = events[1]!
    assert.isTrue(first.type === "unknown")
    if (first.type !== "unknown") return
    assert.strictEqual(first.event_type, "rename_app")
    assert.isUndefined(first.user)
    assert.strictEqual(first.app_name, "appname")
    assert.deepStrictEqual(first.unread, odd[0])
    assert.deepStrictEqual(first.type_data && Redacted.value(first.type_data), data)
    assert.notProperty(decode({ ...rename, type: "planet_aligned" }), "unread")
  })

  it("in an app decodes from its raw form", () => {
    const wire = { ...envelope, type: "delete_app", user: { username: "johndoe" } }
    const raw = Schema.decodeUnknownSync(RawEvent)(wire)
    assert.deepStrictEqual(raw.unread, { user: wire.user })
    const event = fromRaw(raw)
    assert.strictEqual(wireType(event), "delete_app")
    assert.deepStrictEqual(event, decode(wire))
    assert.deepStrictEqual(Schema.encodeSync(RawEvent)(raw), wire)
  })

  it("needs an id, a date and a type", () => {
    for (const field of ["id", "created_at", "type"] as const) {
      const { [field]: _, ...rest } = { ...envelope, type: "delete_app" }
      const read = Schema.decodeUnknownEither(Event)
      assert.isTrue(Either.isLeft(read(rest)), field)
      assert.isTrue(Either.isLeft(read({ ...rest, [field]: null })), field)
    }
  })

  it("is refused by KnownEvent", () => {
    const read = Schema.decodeUnknownEither(KnownEvent)
    assert.isTrue(Either.isLeft(read({ ...envelope, type: "planet_aligned" })))
    assert.isTrue(Either.isRight(read({ ...envelope, type: "delete_app" })))
  })
})

describe("the data of an event", () => {
  it("hides the values of variables and URLs with a token", () => {
    const secrets = [
      { type: "new_variable", type_data: { name: "A", value: "s3cret" } },
      { type: "edit_variable", type_data: { name: "A", value: "s3cret", old_value: "s3cret" } },
      { type: "delete_variable", type_data: { name: "A", value: "s3cret" } },
      { type: "edit_variables", type_data: { new_vars: [{ name: "A", value: "s3cret", old_value: "s3cret" }] } },
      { type: "crash", type_data: { logs_url: "https://logs?token=s3cret" } },
      { type: "new_log_drain", type_data: { url: "tcp+tls://s3cret@host:1" } }
    ]
    for (const wire of secrets) {
      const event = decode({ ...envelope, ...wire })
      assert.strictEqual(event.type, wire.type)
      assert.notInclude(JSON.stringify(event), "s3cret")
      assert.include(JSON.stringify(encode(event)), "s3cret")
    }
    const event = decode({ ...envelope, ...secrets[0] })
    assert.isTrue(event.type === "new_variable")
    if (event.type !== "new_variable") return
    assert.strictEqual(event.type_data.value && Redacted.value(event.type_data.value), "s3cret")
  })

  it("has durations, dates and counts", () => {
    const deployment = decode({
      ...envelope,
      type: "deployment",
      type_data: {
        deployment_id: "d",
        pusher: "johndoe",
        git_ref: "abc",
        status: "success",
        duration: 40,
        finished_at: "2019-12-24T01:00:00.000+00:00"
      }
    })
    assert.isTrue(deployment.type === "deployment")
    if (deployment.type !== "deployment") return
    assert.deepStrictEqual(deployment.type_data.duration, Duration.seconds(40))
    assert.strictEqual(DateTime.formatIso(deployment.created_at), envelope.created_at)

    for (const count of ["2", 2]) {
      const autoscaler = decode({ ...envelope, type: "new_autoscaler", type_data: { min_containers: count } })
      assert.isTrue(autoscaler.type === "new_autoscaler")
      if (autoscaler.type === "new_autoscaler") assert.strictEqual(autoscaler.type_data.min_containers, 2)
    }

    for (const formation of [{ web: 1, worker: 0 }, { web: "1:M" }]) {
      const data = { previous_containers: formation, containers: formation }
      const scale = decode({ ...envelope, type: "scale", type_data: data })
      assert.isTrue(scale.type === "scale")
      if (scale.type === "scale") assert.deepStrictEqual(scale.type_data.containers, formation)
    }
  })
})

describe("the data of an unknown event", () => {
  it("is never shown, since it can contain secrets", () => {
    const odd = [
      { ...envelope, type: "new_variable", type_data: { name: 1, value: "s3cr3t" } },
      { ...envelope, type: "new_planet", type_data: { name: "KEY", value: "s3cr3t" } }
    ]
    for (const wire of odd) {
      const event = decode(wire)
      assert.strictEqual(event.type, "unknown")
      assert.notInclude(inspect(event, { depth: 30, showHidden: true }) + JSON.stringify(event), "s3cr3t")
      assert.deepStrictEqual(encode(event), wire)
    }
  })
})

describe("the type of an event", () => {
  it("is narrowed by `type`", () => {
    const event = decode({ ...envelope, type: "new_app", type_data: { git_source: "https://github.com/a/b" } })
    const source: string | null | undefined = event.type === "new_app" ? event.type_data.git_source : undefined
    assert.strictEqual(source, "https://github.com/a/b")
    const raw: unknown = event.type === "unknown" ? event.type_data : undefined
    assert.isUndefined(raw)
  })

  it("is narrowed by isEvent", () => {
    const events = [
      decode({ ...envelope, type: "crash", type_data: { container_type: "web" } }),
      decode({ ...envelope, type: "stop_app" }),
      decode({ ...envelope, type: "planet_aligned" })
    ]
    const crashes: ReadonlyArray<EventOf<"crash" | "repeated_crash">> = events.filter(
      isEvent("crash", "repeated_crash")
    )
    assert.deepStrictEqual(crashes.map((crash) => crash.type_data.container_type), ["web"])
    const unknown: ReadonlyArray<UnknownEvent> = events.filter(isEvent("unknown"))
    assert.deepStrictEqual(unknown.map(wireType), ["planet_aligned"])
  })
})

describe("any event", () => {
  const check = <A extends Event, I>(schema: Schema.Schema<A, I>, numRuns: number) =>
    FastCheck.assert(
      FastCheck.asyncProperty(Arbitrary.make(schema), async (event) => {
        await Effect.runPromise(turn)
        const wire = encode(event)
        const again = decode(wire)
        assert.strictEqual(again.type, event.type)
        assert.deepStrictEqual(encode(again), wire)
        assert.isTrue(Schema.is(Event)(again))
      }),
      { numRuns, seed: 20_150_212 }
    )

  it("does not change when it is encoded and decoded", () => check(Event, runs(150, 500)))
  it("does not change when it is encoded and decoded, also when it is unknown", () =>
    check(UnknownEvent, runs(60, 200)))
})
