import * as Addons from "@effect-scalingo/core/Addons"
import { RegionalApi } from "@effect-scalingo/core/ApiClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { type Answer, answering } from "./answering.js"

const addon = {
  id: "ad-c488c1a9-72ca-4bb1-9ac4-08e47281a2aa",
  app_id: "54100930736f7563d5030000",
  resource_id: "my_app_3083",
  provisioned_at: "2015-02-22T18:55:02.766+01:00",
  deprovisioned_at: null,
  status: "running",
  plan: {
    id: "5cc45d223e6b3b001249e5a3",
    name: "postgresql-starter-512",
    display_name: "Starter 512M",
    price: 7.2,
    description: "",
    position: 11,
    on_demand: false,
    sku: "fr1-pg-start-512m"
  },
  addon_provider: { id: "postgresql", name: "PostgreSQL", logo_url: "//cdn.scalingo.com/pg.svg" },
  updated_at: "2015-02-22T18:55:02.766+01:00"
}

const withAddons = <A, E>(answer: Answer, use: (addons: Addons.AddonsService) => Effect.Effect<A, E>) => {
  const { api, requests } = answering(() => answer)
  return Effect.flatMap(Addons.Addons, use).pipe(
    Effect.exit,
    Effect.map((exit) => ({ exit, requests })),
    Effect.provide(Addons.layer.pipe(Layer.provide(Layer.succeed(RegionalApi, api))))
  )
}

const success = <A, E>(exit: Exit.Exit<A, E>): A =>
  Exit.isSuccess(exit) ? exit.value : assert.fail(`failed: ${inspect(exit)}`)

const failure = <A, E>(exit: Exit.Exit<A, E>): E =>
  Exit.isFailure(exit) && exit.cause._tag === "Fail" ? exit.cause.error : assert.fail(`did not fail: ${inspect(exit)}`)

/** All the ways in which a program shows a value. */
const shown = (value: unknown) => [inspect(value, { depth: null }), JSON.stringify(value), String(value)].join("\n")

describe("Addons", () => {
  it.effect("the token of a database is never shown", () =>
    Effect.gen(function*() {
      const { updated_at: _, ...rest } = addon
      const { exit, requests } = yield* withAddons(
        { body: { addon: { ...rest, token: "the-addon-token" } } },
        (addons) => addons.token("my-app", addon.id)
      )
      const token = success(exit)
      assert.notInclude(shown(token), "the-addon-token")
      assert.strictEqual(Redacted.value(token.token), "the-addon-token")
      assert.isTrue(requests[0]?.idempotent)
    }))

  it.effect("the address that signs in to the dashboard is never shown", () =>
    Effect.gen(function*() {
      const { updated_at: _, ...rest } = addon
      const url = "https://db-osc-fr1.scalingo.com/sso?id=my_app_3083&token=b4ffb0d1139f"
      const { exit, requests } = yield* withAddons(
        { body: { addon: { ...rest, sso_url: url } } },
        (addons) => addons.sso("my-app", addon.id)
      )
      const sso = success(exit)
      assert.notInclude(shown(sso), "b4ffb0d1139f")
      assert.strictEqual(Redacted.value(sso.sso_url), url)
      assert.deepInclude(requests[0], { method: "POST", idempotent: true })
    }))

  it.effect("a new addon comes with the provider's message and the names of its variables", () =>
    Effect.gen(function*() {
      const { exit, requests } = yield* withAddons(
        { status: 201, body: { addon, message: "Being started", variables: ["DATABASE_URL"] } },
        (addons) =>
          addons.provision("my-app", {
            addon_provider_id: "postgresql",
            plan_id: "5cc45d223e6b3b001249e5a3",
            options: { version: "16" }
          })
      )
      const { addon: provisioned, message, variables } = success(exit)
      assert.strictEqual(provisioned.plan.price, 7.2)
      assert.strictEqual(message, "Being started")
      assert.deepStrictEqual(variables, ["DATABASE_URL"])
      assert.deepStrictEqual(requests[0]?.body, {
        addon: { addon_provider_id: "postgresql", plan_id: "5cc45d223e6b3b001249e5a3", options: { version: "16" } }
      })
      // Twice provisioned is twice paid.
      assert.isNotTrue(requests[0]?.idempotent)
    }))

  it.effect("an addon without a plan is refused before anything is sent", () =>
    Effect.gen(function*() {
      const { exit, requests } = yield* withAddons(
        {},
        (addons) => addons.provision("my-app", { addon_provider_id: "postgresql", plan_id: "" })
      )
      assert.deepInclude(failure(exit), {
        _tag: "InvalidRequest",
        endpoint: "Addons.provision",
        field: "addon.plan_id"
      })
      assert.deepStrictEqual(requests, [])
    }))

  describe("a change of plan", () => {
    const upgrade = (body: unknown) =>
      Effect.map(
        withAddons({ body }, (addons) => addons.upgrade("my-app", addon.id, { plan_id: "2" })),
        ({ exit }) => exit
      )

    it.effect("as the documentation has it", () =>
      Effect.gen(function*() {
        const result = success(yield* upgrade({ vars: ["DATABASE_URL"], message: "Done" }))
        assert.deepStrictEqual(result, { vars: ["DATABASE_URL"], message: "Done" })
      }))

    it.effect("as the Go client has it", () =>
      Effect.gen(function*() {
        const result = success(yield* upgrade({ addon, message: "Done", variables: null }))
        assert.strictEqual(result.addon?.id, addon.id)
        assert.isNull(result.variables)
      }))

    it.effect("as the JavaScript client has it", () =>
      Effect.gen(function*() {
        const result = success(yield* upgrade({ addon: { vars: ["DATABASE_URL"], message: "Done" } }))
        assert.deepStrictEqual(result, { vars: ["DATABASE_URL"], message: "Done" })
      }))

    it.effect("of an addon that is not whole says what is missing", () =>
      Effect.gen(function*() {
        const { status: _, ...rest } = addon
        const error = failure(yield* upgrade({ addon: rest }))
        assert.deepInclude(error, { _tag: "DecodeError", path: "addon.status" })
      }))
  })

  it.effect("a status that Scalingo adds later still decodes", () =>
    Effect.gen(function*() {
      const { exit } = yield* withAddons(
        { body: { addon: { ...addon, status: "upgrading" } } },
        (addons) => addons.get("my-app", addon.id)
      )
      assert.strictEqual(success(exit).status, "upgrading")
    }))
})
