import { Environment, fromRecord, layer, toRecord } from "@effect-scalingo/core/Environment"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
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

  it.effect("names the invalid field of a variable, and never shows its value", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const long = yield* Effect.flip(
        call(
          variables,
          (environment) =>
            environment.bulkUpdate("my-app", [
              { name: "GOOD", value: "" },
              { name: "LONG", value: "hidden".repeat(2000) }
            ]),
          sent
        )
      )
      assert.strictEqual(
        long.message,
        "Environment.bulkUpdate was not sent: variables.1.value must be a value of at most 8192 characters"
      )
      const nameless = yield* Effect.flip(
        call(
          variables,
          (environment) => environment.create("my-app", { name: "", value: Redacted.make("hidden") }),
          sent
        )
      )
      assert.strictEqual(
        nameless.message,
        "Environment.create was not sent: variable.name must be a name of 1 to 64 characters"
      )
      assert.deepStrictEqual(sent, [])
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
