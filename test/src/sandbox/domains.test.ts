import { Domain } from "@effect-scalingo/core/Domains"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decodeAt, decodeListAt } from "./decodeResponse.js"
import { api, at, listOf, Sandbox, withSandbox } from "./sandboxClient.js"

const path = "/apps/example-app/domains"

const create = (domain: object, as?: string) => api("POST", path, { body: { domain }, as })

const tlscert = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
const tlskey = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"

describe("sandbox: domains", () => {
  it.effect("get a certificate", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const created = yield* create({ name: "www.example.com" })
      assert.strictEqual(created.status, 201)
      const domain = yield* decodeAt(Domain, created, "domain")
      assert.deepStrictEqual([domain.ssl, domain.letsencrypt, domain.letsencrypt_status], [false, false, "pending_dns"])
      const status = Effect.map(api("GET", `${path}/${domain.id}`), (response) =>
        at(response, "domain.letsencrypt_status"))
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* status, "new")
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* status, "created")
      assert.isUndefined(yield* sandbox.nextChange)
      const [listed] = yield* decodeListAt(Domain, yield* api("GET", path), "domains")
      assert.strictEqual(listed?.letsencrypt, true)

      assert.strictEqual((yield* api("DELETE", `${path}/${domain.id}`)).status, 204)
      assert.strictEqual((yield* api("GET", `${path}/${domain.id}`)).status, 404)
    }).pipe(withSandbox()))

  it.effect("get no certificate below .invalid and .localhost", () =>
    Effect.gen(function*() {
      const wildcard = yield* create({ name: "*.example.com" })
      assert.strictEqual(at(wildcard, "domain.letsencrypt_status"), "dns_required")
      assert.strictEqual(at(wildcard, "domain.acme_dns_fqdn"), "_acme-challenge.example.com")
      yield* create({ name: "app.invalid" })
      yield* create({ name: "app.localhost" })
      yield* create({ name: "off.example.com", letsencrypt_enabled: false })
      yield* TestClock.adjust("5 minutes")
      const domains = yield* decodeListAt(Domain, yield* api("GET", path), "domains")
      assert.deepStrictEqual(
        domains.map((it) => it.letsencrypt_status),
        ["created", "pending_dns", "error", "new"]
      )
      assert.isString(domains[2]?.acme_challenge_error)
      yield* api("PATCH", `${path}/${domains[3]?.id}`, { body: { domain: { letsencrypt_enabled: true } } })
      yield* TestClock.adjust("1 minute")
      const on = yield* api("GET", `${path}/${domains[3]?.id}`)
      assert.strictEqual(at(on, "domain.letsencrypt_status"), "created")
    }).pipe(withSandbox()))

  it.effect("accept own certificates, and one is canonical", () =>
    Effect.gen(function*() {
      const first = yield* create({ name: "example.com", tlscert, tlskey, canonical: true })
      assert.deepStrictEqual(
        [at(first, "domain.ssl"), at(first, "domain.ssl_status"), at(first, "domain.canonical")],
        [true, "pending", true]
      )
      yield* TestClock.adjust("30 seconds")
      const id = at(first, "domain.id")
      assert.strictEqual(at(yield* api("GET", `${path}/${id}`), "domain.ssl_status"), "success")
      const second = yield* create({ name: "example.org", canonical: true })
      assert.strictEqual(at(second, "domain.canonical"), true)
      assert.strictEqual(at(yield* api("GET", `${path}/${id}`), "domain.canonical"), false)

      const without = yield* api("PUT", `${path}/${id}`, { body: { domain: { tlscert: "", tlskey: "" } } })
      assert.strictEqual(at(without, "domain.ssl"), false)
      const event = listOf(yield* api("GET", "/apps/example-app/events"), "events")[0]
      assert.deepStrictEqual(
        [event?.["type"], event?.["type_data"]],
        ["edit_domain", { hostname: "example.com", ssl: false, old_ssl: true }]
      )
    }).pipe(withSandbox()))

  it.effect("are refused", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* create({ name: "" })).status, 422)
      assert.deepStrictEqual((yield* create({ name: "no host" })).body, { errors: { name: ["is invalid"] } })
      assert.deepStrictEqual((yield* create({ name: "a.example.com", tlscert: "no", tlskey })).body, {
        errors: { tlscert: ["is invalid"] }
      })
      for (let index = 0; index < 20; index++) yield* create({ name: `d${index}.example.com` })
      assert.deepStrictEqual((yield* create({ name: "d0.example.com" })).body, {
        errors: { name: ["has already been taken"] }
      })
      assert.strictEqual((yield* create({ name: "d20.example.com" })).status, 422)
      assert.strictEqual((yield* api("GET", "/apps/another-app/domains", { as: "alice" })).status, 401)
    }).pipe(withSandbox()))
})
