import { diff, Environment, fromRecord, isFromPlatform, layer, toRecord } from "@effect-scalingo/core/Environment"
import { Fault, layerClient, Sandbox } from "@effect-scalingo/core/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import { inspect } from "node:util"
import { type ApiCall, fakeApis, type FakeResponse } from "../fakePlatform.js"

const call = <A, E>(
  response: FakeResponse,
  f: (environment: typeof Environment.Service) => Effect.Effect<A, E>,
  sent: Array<ApiCall> = []
) => Effect.flatMap(Environment, f).pipe(Effect.provide(Layer.provide(layer, fakeApis(sent, () => response))))

const variables: FakeResponse = {
  json: {
    variables: [
      { id: "1", name: "DATABASE_URL", value: "postgres://user:hidden@host/db" },
      { id: "2", name: "NODE_ENV", value: "production" }
    ]
  }
}

describe("Environment", () => {
  it.effect("never shows values", () =>
    Effect.gen(function*() {
      const list = yield* call(variables, (environment) => environment.list("my-app"))
      assert.notInclude(inspect(list, { depth: 9, showHidden: true }), "hidden")
      assert.notInclude(JSON.stringify(list), "hidden")
      assert.strictEqual(Redacted.value(list[0]!.value), "postgres://user:hidden@host/db")
    }))

  it.effect("returns the values by name", () =>
    Effect.gen(function*() {
      const values = toRecord(yield* call(variables, (environment) => environment.list("my-app")))
      assert.deepStrictEqual(Object.keys(values), ["DATABASE_URL", "NODE_ENV"])
      assert.strictEqual(Redacted.value(values["NODE_ENV"]!), "production")
    }))

  it.effect("sets values by name, in plain text or redacted", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      yield* call(
        variables,
        (environment) =>
          environment.bulkUpdate("my-app", fromRecord({ NODE_ENV: "production", KEY: Redacted.make("hidden") })),
        sent
      )
      assert.strictEqual(sent[0]?.method, "PUT")
      assert.deepStrictEqual(sent[0]?.body, {
        variables: [{ name: "NODE_ENV", value: "production" }, { name: "KEY", value: "hidden" }]
      })
    }))

  it.effect("sends values as they are, whatever their length", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const long = " \"'\\#\n\u0000💥".repeat(100_000)
      yield* call(variables, (environment) => environment.bulkUpdate("my-app", fromRecord({ EMPTY: "", long })), sent)
      assert.deepStrictEqual(sent[0]?.body, {
        variables: [{ name: "EMPTY", value: "" }, { name: "long", value: long }]
      })
      yield* call(
        { json: { variable: { id: "1", name: "long", value: long } } },
        (environment) => environment.update("my-app", "1", Redacted.make(long)),
        sent
      )
      assert.deepStrictEqual(sent[1]?.body, { variable: { value: long } })
    }))

  it.effect("names the invalid field of a variable, and never shows its value", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const nameless = yield* Effect.flip(
        call(
          variables,
          (environment) =>
            environment.bulkUpdate("my-app", [
              { name: "GOOD", value: "" },
              { name: "", value: Redacted.make("hidden") }
            ]),
          sent
        )
      )
      assert.strictEqual(
        nameless.message,
        "Environment.bulkUpdate was not sent: variables.1.name must be a name of 1 to 64 characters"
      )
      assert.notInclude(inspect(nameless, { depth: 9, showHidden: true }), "hidden")
      assert.deepStrictEqual(sent, [])
    }))

  it.effect("leaves it to the platform how long values are, and what names begin with", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const value = "x".repeat(100_000)
      const set = [{ name: "LONG", value }, { name: "_X", value: "" }, { name: "1X", value: "" }]
      yield* call(variables, (environment) => environment.bulkUpdate("my-app", set), sent)
      assert.deepStrictEqual(sent[0]?.body, { variables: set })
    }))

  it.effect("refuses to delete an empty list of variables", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(call({ status: 204 }, (environment) => environment.bulkDelete("my-app", [])))
      assert.include(error.message, "variable_ids must be a list of at least one id")
    }))

  it("keeps variables that are named like properties of objects", () => {
    const values = toRecord([{ name: "__proto__", value: Redacted.make("x") }])
    assert.deepStrictEqual(Object.keys(values), ["__proto__"])
  })
})

const variable = (name: string, value: string) => ({ id: `id-${name}`, name, value: Redacted.make(value) })

describe("the difference of variables", () => {
  it("is by name and value", () => {
    const current = [variable("SAME", "1"), variable("OLD", "2"), variable("EXTRA", "3")]
    const found = diff(current, { NEW: "4", SAME: Redacted.make("1"), OLD: "2 ", EMPTY: "" })
    const text = ({ name, value }: { name: string; value: Redacted.Redacted }) => `${name}=${Redacted.value(value)}`
    assert.deepStrictEqual(found.added.map(text), ["NEW=4", "EMPTY="])
    assert.deepStrictEqual(found.changed.map(text), ["OLD=2 "])
    assert.deepStrictEqual(found.unchanged, current.slice(0, 1))
    assert.deepStrictEqual(found.extra, current.slice(2))
  })

  it("knows nothing of the properties of objects", () => {
    assert.deepStrictEqual(diff([], { constructor: "1" }).added.map(({ name }) => name), ["constructor"])
    const extra = diff([variable("__proto__", "1"), variable("toString", "2")], {}).extra
    assert.deepStrictEqual(extra.map(({ name }) => name), ["__proto__", "toString"])
  })

  it("never shows values", () => {
    const found = diff([variable("A", "hidden"), variable("B", "hidden")], { A: "hidden-1", C: "hidden-2" })
    assert.notInclude(inspect(found, { depth: 9, showHidden: true }), "hidden")
    assert.notInclude(JSON.stringify(found), "hidden")
  })

  it("tells the variables of the platform from those of a user", () => {
    const names = [
      variable("SCALINGO_REDIS_URL", "redis://…"),
      variable("DATABASE_URL", "$SCALINGO_POSTGRESQL_URL"),
      variable("REDIS_URL", "${SCALINGO_REDIS_URL}"),
      variable("MINE", "$SCALINGO_REDIS_URL/1"),
      variable("MY_SCALINGO_APP", "1")
    ].filter(isFromPlatform).map(({ name }) => name)
    assert.deepStrictEqual(names, ["SCALINGO_REDIS_URL", "DATABASE_URL", "REDIS_URL"])
  })
})

describe("synchronizing the variables of an app", () => {
  const seed = {
    apps: [{ name: "my-app", variables: { SAME: "1", OLD: "2", EXTRA: "3", OTHER: "4" }, addons: ["postgresql"] }]
  }
  const addonVariables = ["SCALINGO_POSTGRESQL_URL", "DATABASE_URL"]
  const wanted = { NEW: Redacted.make("$SAME"), SAME: "1", OLD: "changed" }

  /** The requests that were sent to the variables: `PUT NEW,OLD`. */
  const sent = Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) =>
      Effect.map(
        sandbox.requests,
        (requests) => requests.filter(({ path }) => path.endsWith("/variables")).map(({ method }) => method)
      )
  )

  const names = Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => Effect.map(sandbox.app("my-app"), ({ variables }) => Object.keys(variables).sort())
  )

  it.effect("sends only the difference, deletes nothing, and says what it did", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const result = yield* environment.sync("my-app", wanted)
      assert.deepStrictEqual(result, {
        added: ["NEW"],
        changed: ["OLD"],
        removed: [],
        unchanged: ["SAME"],
        kept: ["EXTRA", "OTHER", ...addonVariables],
        hasChanged: true
      })
      assert.deepStrictEqual(yield* sent, ["GET", "PUT"])
      const sandbox = yield* Sandbox.Sandbox
      const { variables } = yield* sandbox.app("my-app")
      assert.include(variables, { NEW: "$SAME", SAME: "1", OLD: "changed", EXTRA: "3", OTHER: "4" })
      const edits = (yield* sandbox.events("my-app")).filter(({ type }) => type === "edit_variables")
      assert.deepStrictEqual(edits[0]?.type_data?.["updated_vars"], [{ name: "OLD", value: "changed", old_value: "2" }])
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("sends nothing when nothing differs", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      yield* environment.sync("my-app", wanted)
      const again = yield* environment.sync("my-app", wanted)
      assert.isFalse(again.hasChanged)
      assert.deepStrictEqual(again.unchanged, ["NEW", "SAME", "OLD"])
      assert.deepStrictEqual(yield* sent, ["GET", "PUT", "GET"])
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("deletes the extra variables when asked, but not those of addons", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const result = yield* environment.sync("my-app", { SAME: "1" }, { remove: "extra" })
      assert.deepStrictEqual(result.removed, ["OLD", "EXTRA", "OTHER"])
      assert.deepStrictEqual(result.kept, addonVariables)
      assert.deepStrictEqual(yield* sent, ["GET", "DELETE"])
      assert.deepStrictEqual(yield* names, ["SAME", ...addonVariables].sort())
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("deletes the variables that are named or selected, and none that is wanted", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const named = yield* environment.sync("my-app", { SAME: "1" }, { remove: ["EXTRA", "SAME", "MISSING"] })
      assert.deepStrictEqual(named.removed, ["EXTRA"])
      const selected = yield* environment.sync("my-app", { SAME: "1" }, {
        remove: ({ name, value }) => Redacted.value(value) === "2" || name === "DATABASE_URL"
      })
      assert.deepStrictEqual(selected.removed, ["OLD", "DATABASE_URL"])
      assert.deepStrictEqual(yield* names, ["OTHER", "SAME", "SCALINGO_POSTGRESQL_URL"])
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("does what is left after a failure", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({
        on: { method: "DELETE", path: "/apps/:app/variables" },
        fault: Fault.status(403),
        times: 1
      })
      const error = yield* Effect.flip(environment.sync("my-app", wanted, { remove: "extra" }))
      assert.strictEqual(error._tag, "Forbidden")
      const result = yield* environment.sync("my-app", wanted, { remove: "extra" })
      assert.deepStrictEqual([result.added, result.changed, result.removed], [[], [], ["EXTRA", "OTHER"]])
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("does the same once when the platform fails in between", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { path: "/apps/:app/variables" }, fault: Fault.status(503), times: 2, after: 1 })
      const fiber = yield* Effect.fork(environment.sync("my-app", wanted, { remove: "extra" }))
      yield* TestClock.adjust("1 minute")
      const result = yield* Fiber.join(fiber)
      assert.deepStrictEqual(result.removed, ["EXTRA", "OTHER"])
      assert.deepStrictEqual(yield* names, ["NEW", "SAME", "OLD", ...addonVariables].sort())
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("never shows values", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const result = yield* environment.sync("my-app", { SECRET: "hidden", SAME: "hidden" })
      assert.notInclude(inspect(result, { depth: 9 }), "hidden")
    }).pipe(Effect.provide(layerClient(seed))))
})
