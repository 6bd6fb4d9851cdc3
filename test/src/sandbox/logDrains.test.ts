import { LogDrain } from "@effect-scalingo/core/LogDrains"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, withSandbox } from "./sandboxClient.js"

const path = "/apps/example-app/log_drains"

const create = (drain: object, as?: string) => api("POST", path, { body: { drain }, as })

const graylog = { type: "ovh-graylog", token: "5af97be7", host: "tag1.logs.ovh.com" }

describe("sandbox: log drains", () => {
  it.effect("of an app", () =>
    Effect.gen(function*() {
      const created = yield* create(graylog)
      assert.strictEqual(created.status, 201)
      yield* decodeAt(LogDrain, created, "drain")
      assert.deepStrictEqual(created.body, { drain: { url: "ovh://:5af97be7@tag1.logs.ovh.com:6514" } })
      const others = [
        { type: "datadog", token: "t", drain_region: "eu-west-2", host: "", port: "", url: "" },
        { type: "syslog", token: "t", host: "custom.logs.com", port: "1234" },
        { type: "papertrail", host: "logs.papertrailapp.com", port: "1234" },
        { type: "logentries", token: "t" },
        { type: "appsignal", token: "t", host: "appsignal.com", port: "443" },
        { type: "elk", url: "https://elk.example.com" }
      ]
      for (const drain of others) assert.strictEqual((yield* create(drain)).status, 201)
      const drains = yield* decodeListAt(LogDrain, yield* api("GET", path), "drains")
      assert.strictEqual(drains.length, 7)

      const gone = { url: at(created, "drain.url") }
      assert.strictEqual((yield* api("DELETE", path, { body: gone })).status, 204)
      assert.strictEqual((yield* api("DELETE", path, { body: gone })).status, 404)
      const query = new URLSearchParams({ url: "datadog://t?region=eu-west-2" })
      assert.strictEqual((yield* api("DELETE", `${path}?${query}`)).status, 204)
      assert.strictEqual((yield* api("DELETE", path)).status, 400)
      assert.strictEqual(listOf(yield* api("GET", path), "drains").length, 5)
      const event = listOf(yield* api("GET", "/apps/example-app/events"), "events")[0]
      assert.strictEqual(event?.["type"], "delete_log_drain")
    }).pipe(withSandbox()))

  it.effect("of an addon", () =>
    Effect.gen(function*() {
      const addon = at(yield* api("GET", "/apps/example-app/addons"), "addons.0.id")
      const ofAddon = `/apps/example-app/addons/${addon}/log_drains`
      const created = yield* api("POST", ofAddon, { body: { drain: graylog } })
      assert.strictEqual(created.status, 201)
      yield* decodeListAt(LogDrain, yield* api("GET", ofAddon), "drains")
      assert.deepStrictEqual(listOf(yield* api("GET", path), "drains"), [])
      assert.strictEqual((yield* api("DELETE", ofAddon, { body: { url: at(created, "drain.url") } })).status, 204)
      const events = listOf(yield* api("GET", "/apps/example-app/events"), "events")
      assert.deepStrictEqual(events.slice(0, 2).map((it) => it["type"]), [
        "delete_addon_log_drain",
        "new_addon_log_drain"
      ])
      assert.strictEqual((yield* api("GET", "/apps/example-app/addons/none/log_drains")).status, 404)
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* create({ type: "syslog", host: "h", port: "many" })).body, {
        errors: { port: ["is invalid"] }
      })
      assert.deepStrictEqual((yield* create({ type: "pigeon" })).body, {
        errors: { type: ["is not included in the list"] }
      })
      yield* create(graylog)
      assert.deepStrictEqual((yield* create(graylog)).body, { errors: { url: ["has already been taken"] } })
      assert.strictEqual((yield* api("GET", "/apps/another-app/log_drains", { as: "alice" })).status, 401)
    }).pipe(withSandbox()))
})
