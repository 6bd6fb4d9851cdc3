import { DataAccessConsent } from "@effect-scalingo/core/DataAccessConsents"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt } from "./decodeResponse.js"
import { api, at, listOf, withSandbox } from "./sandboxClient.js"

const path = "/apps/example-app/data_access_consent"

describe("sandbox: data access consents", () => {
  it.effect("are created, changed and deleted, and expire", () =>
    Effect.gen(function*() {
      const send = (method: "POST" | "PATCH", consent: object) =>
        api(method, path, { body: { data_access_consent: consent } })
      assert.strictEqual((yield* send("PATCH", {})).status, 404)
      const given = yield* send("POST", { databases_until: "1970-01-11T00:00:00.000Z", containers_until: null })
      assert.strictEqual(given.status, 201)
      const consent = yield* decodeAt(DataAccessConsent, given, "data_access_consent")
      assert.isNull(consent.containers_until)
      const inApp = Effect.map(api("GET", "/apps/example-app"), (response) => at(response, "app.data_access_consent"))
      assert.deepStrictEqual(yield* inApp, at(given, "data_access_consent"))

      const changed = yield* send("PATCH", { containers_until: "1970-01-21" })
      assert.strictEqual(at(changed, "data_access_consent.containers_until"), "1970-01-21T00:00:00.000Z")
      assert.strictEqual(at(changed, "data_access_consent.databases_until"), "1970-01-11T00:00:00.000Z")

      yield* TestClock.adjust("15 days")
      assert.strictEqual((yield* send("PATCH", {})).status, 200)
      yield* TestClock.adjust("5 days")
      assert.strictEqual((yield* send("PATCH", {})).status, 404)
      assert.isNull(yield* inApp)

      yield* send("POST", { databases_until: "1970-01-22" })
      assert.strictEqual((yield* api("DELETE", path)).status, 204)
      assert.strictEqual((yield* api("DELETE", path)).status, 404)
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events")
      assert.strictEqual(events[0]?.["type"], "create_data_access_consent")
    }).pipe(withSandbox()))

  it.effect("are refused beyond thirty days, and to accounts without access", () =>
    Effect.gen(function*() {
      const body = { data_access_consent: { databases_until: "1970-02-01", containers_until: null } }
      assert.deepStrictEqual((yield* api("POST", path, { body })).body, {
        errors: { databases_until: ["must be at most 30 days ahead"] }
      })
      const past = { data_access_consent: { databases_until: "1969-02-01" } }
      assert.strictEqual((yield* api("POST", path, { body: past })).status, 422)
      const text = { data_access_consent: { databases_until: "soon" } }
      assert.deepStrictEqual((yield* api("POST", path, { body: text })).body, {
        errors: { databases_until: ["is not a valid date"] }
      })
      const other = "/apps/another-app/data_access_consent"
      assert.strictEqual((yield* api("POST", other, { body, as: "alice" })).status, 401)
    }).pipe(withSandbox()))
})
