import { HdsContact } from "@effect-scalingo/core/HdsContacts"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeAt } from "./decodeResponse.js"
import { api, at, listOf, withSandbox } from "./sandboxClient.js"

const put = (app: string, contact: object, as?: string) =>
  api("PUT", `/apps/${app}/hds_contact`, { body: { hds_contact: contact }, as })

describe("sandbox: HDS contacts", () => {
  it.effect("are created and changed", () =>
    Effect.gen(function*() {
      yield* api("POST", "/apps", { body: { app: { name: "health-app", hds_resource: true } } })
      const written = yield* put("health-app", { name: "Doctor", email: "doctor@example.com", org_type: "company" })
      assert.strictEqual(written.status, 200)
      const contact = yield* decodeAt(HdsContact, written, "hds_contact")
      assert.strictEqual(contact.up_to_date, true)
      const changed = yield* put("health-app", { phone_number: "0600000006" })
      assert.strictEqual(at(changed, "hds_contact.id"), contact.id)
      assert.strictEqual(at(changed, "hds_contact.name"), "Doctor")
      const inApp = at(yield* api("GET", "/apps/health-app"), "app.hds_contact")
      assert.deepStrictEqual(inApp, at(changed, "hds_contact"))
      const event = listOf(yield* api("GET", "/apps/health-app/events"), "events")[0]
      assert.strictEqual(event?.["type"], "edit_hds_contact")
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* put("example-app", { name: "Doctor" })).status, 422)
      yield* api("POST", "/apps", { body: { app: { name: "health-app", hds_resource: true } } })
      assert.deepStrictEqual((yield* put("health-app", { email: "none" })).body, { errors: { email: ["is invalid"] } })
      assert.strictEqual((yield* put("health-app", { name: "Doctor" }, "alice")).status, 401)
    }).pipe(withSandbox()))
})
