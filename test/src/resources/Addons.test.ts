import { Addons, layer } from "@effect-scalingo/core/Addons"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { type FakeResponse, fakeService, json } from "../fakePlatform.js"
import { shown } from "../shown.js"

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

/** What the platform returns with a token or a sign-in URL. */
const { updated_at: _, ...addonBesideSecret } = addon

const addons = (response: FakeResponse) => fakeService(Addons, layer, () => response)

describe("Addons", () => {
  it.effect("never shows the token of a database", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* addons(json({ addon: { ...addonBesideSecret, token: "the-addon-token" } }))
      const token = yield* service.token("my-app", addon.id)
      assert.notInclude(shown(token), "the-addon-token")
      assert.strictEqual(Redacted.value(token.token), "the-addon-token")
      assert.isTrue(sent[0]?.request.idempotent)
    }))

  it.effect("never shows the URL that signs in to the dashboard", () =>
    Effect.gen(function*() {
      const url = "https://db-osc-fr1.scalingo.com/sso?id=my_app_3083&token=b4ffb0d1139f"
      const { sent, service } = yield* addons(json({ addon: { ...addonBesideSecret, sso_url: url } }))
      const sso = yield* service.sso("my-app", addon.id)
      assert.notInclude(shown(sso), "b4ffb0d1139f")
      assert.strictEqual(Redacted.value(sso.sso_url), url)
      assert.deepInclude(sent[0]?.request, { method: "POST", idempotent: true })
    }))

  it.effect("returns a new addon with the provider's message and the names of its variables", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* addons(
        json({ addon, message: "Being started", variables: ["DATABASE_URL"] }, 201)
      )
      const { addon: provisioned, message, variables } = yield* service.provision("my-app", {
        addon_provider_id: "postgresql",
        plan_id: "5cc45d223e6b3b001249e5a3",
        options: { version: "16" }
      })
      assert.strictEqual(provisioned.plan.price, 7.2)
      assert.strictEqual(message, "Being started")
      assert.deepStrictEqual(variables, ["DATABASE_URL"])
      assert.deepStrictEqual(sent[0]?.body, {
        addon: { addon_provider_id: "postgresql", plan_id: "5cc45d223e6b3b001249e5a3", options: { version: "16" } }
      })
      // A second addon costs money.
      assert.isNotTrue(sent[0]?.request.idempotent)
    }))

  it.effect("refuses an addon without a plan before anything is sent", () =>
    Effect.gen(function*() {
      const { sent, service } = yield* addons({})
      const error = yield* Effect.flip(service.provision("my-app", { addon_provider_id: "postgresql", plan_id: "" }))
      assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "Addons.provision", field: "addon.plan_id" })
      assert.deepStrictEqual(sent, [])
    }))

  describe("reads the response to a change of plan", () => {
    const upgrade = (body: unknown) =>
      Effect.flatMap(addons(json(body)), ({ service }) => service.upgrade("my-app", addon.id, { plan_id: "2" }))

    it.effect("in the form of the documentation", () =>
      Effect.gen(function*() {
        const result = yield* upgrade({ vars: ["DATABASE_URL"], message: "Done" })
        assert.deepStrictEqual(result, { vars: ["DATABASE_URL"], message: "Done" })
      }))

    it.effect("in the form of the Go client", () =>
      Effect.gen(function*() {
        const result = yield* upgrade({ addon, message: "Done", variables: null })
        assert.strictEqual(result.addon?.id, addon.id)
        assert.isNull(result.variables)
      }))

    it.effect("in the form of the JavaScript client", () =>
      Effect.gen(function*() {
        const result = yield* upgrade({ addon: { vars: ["DATABASE_URL"], message: "Done" } })
        assert.deepStrictEqual(result, { vars: ["DATABASE_URL"], message: "Done" })
      }))

    it.effect("and names the missing field of an incomplete addon", () =>
      Effect.gen(function*() {
        const { status: _, ...incomplete } = addon
        const error = yield* Effect.flip(upgrade({ addon: incomplete }))
        assert.deepInclude(error, { _tag: "DecodeError", path: "addon.status" })
      }))
  })

  it.effect("decodes a status that Scalingo adds later", () =>
    Effect.gen(function*() {
      const { service } = yield* addons(json({ addon: { ...addon, status: "upgrading" } }))
      assert.strictEqual((yield* service.get("my-app", addon.id)).status, "upgrading")
    }))
})
