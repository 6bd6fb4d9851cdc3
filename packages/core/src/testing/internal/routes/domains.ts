/**
 * Domains and their certificates.
 *
 * The DNS of a domain becomes valid after half a minute, and Let's Encrypt takes another half: `pending_dns`, `new`,
 * `created`. The TXT record of a wildcard is found after five minutes: `dns_required`, `created`. Below `.invalid` no
 * record is ever found, and Let's Encrypt refuses `.localhost`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, findOfApp } from "../access.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { day, minute } from "../durations.js"
import { record } from "../events.js"
import { atMost, NonBlank } from "../inputSchemas.js"
import type { App } from "../models.js"
import { empty, invalid, json, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso, ofApp, select, type State, statePart } from "../state.js"

interface Certificate {
  readonly subject: string
  readonly key: string
  readonly validity: number
  status: "pending" | "success"
}

interface Domain {
  readonly id: string
  readonly appId: string
  readonly region: string
  readonly name: string
  readonly createdAt: number
  canonical: boolean
  certificate: Certificate | undefined
  letsencryptEnabled: boolean
  letsencryptStatus: "pending_dns" | "new" | "created" | "dns_required" | "error"
  readonly acmeValue: string
}

const maxDomains = 20
const halfMinute = minute / 2
const certificateValidity = 90 * day

const domainsOf = statePart(() => new Map<string, Domain>())

const Name = NonBlank.pipe(
  atMost(253),
  Schema.pattern(/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i, {
    message: () => "is invalid"
  })
)

const settings = {
  tlscert: nullish(Schema.String),
  tlskey: nullish(Schema.String),
  canonical: nullish(Schema.Boolean),
  letsencrypt_enabled: nullish(Schema.Boolean)
}

const CreateDomain = Schema.Struct({ name: Name, ...settings })
const UpdateDomain = Schema.Struct(settings)

const isWildcard = (it: Domain) => it.name.startsWith("*.")

const render = (it: Domain) => ({
  id: it.id,
  app_id: it.appId,
  name: it.name,
  created_at: iso(it.createdAt),
  ssl: it.certificate !== undefined,
  ...(it.certificate === undefined ? {} : {
    ssl_status: it.certificate.status,
    tlscert: it.certificate.subject,
    tlskey: it.certificate.key,
    validity: iso(it.certificate.validity)
  }),
  canonical: it.canonical,
  letsencrypt_enabled: it.letsencryptEnabled,
  letsencrypt: it.letsencryptStatus === "created",
  letsencrypt_status: it.letsencryptStatus,
  acme_dns_fqdn: it.letsencryptStatus === "dns_required" ? `_acme-challenge.${it.name.slice(2)}` : null,
  acme_dns_value: it.letsencryptStatus === "dns_required" ? it.acmeValue : null,
  acme_dns_error: {},
  acme_challenge_error: it.letsencryptStatus === "error" ? `no certificate is issued for ${it.name}` : null
})

const findDomain = (call: Call, app: App) => findOfApp(call, app, domainsOf(call.state), "domain")

/** Starts the issue of a certificate by Let's Encrypt. */
const enroll = (state: State, it: Domain): void => {
  const later = (milliseconds: number, from: Domain["letsencryptStatus"], then: () => void) => {
    state.after(milliseconds, () => {
      const current = domainsOf(state).get(it.id) === it && it.letsencryptEnabled && it.letsencryptStatus === from
      if (current) then()
    })
  }
  const reachable = !it.name.endsWith(".invalid")
  if (isWildcard(it)) {
    it.letsencryptStatus = "dns_required"
    if (reachable) {
      later(5 * minute, "dns_required", () => {
        it.letsencryptStatus = "created"
      })
    }
    return
  }
  it.letsencryptStatus = "pending_dns"
  if (!reachable) return
  later(halfMinute, "pending_dns", () => {
    it.letsencryptStatus = "new"
    later(halfMinute, "new", () => {
      it.letsencryptStatus = it.name.endsWith(".localhost") ? "error" : "created"
    })
  })
}

/** Reads the certificate. `undefined` when the input has none; `{ certificate: undefined }` when it removes it. */
const readCertificate = (
  call: Call,
  name: string,
  input: typeof UpdateDomain.Type
): Effect.Effect<{ readonly certificate: Certificate | undefined } | undefined, Refusal> => {
  const { tlscert, tlskey } = input
  if (tlscert == null && tlskey == null) return Effect.succeed(undefined)
  if ((tlscert ?? "") === "" && (tlskey ?? "") === "") return Effect.succeed({ certificate: undefined })
  const errors = {
    ...(/-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----/.test(tlscert ?? "")
      ? {}
      : { tlscert: ["is invalid"] }),
    ...(/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[^]+-----END ([A-Z]+ )?PRIVATE KEY-----/.test(tlskey ?? "")
      ? {}
      : { tlskey: ["is invalid"] })
  }
  if (Object.keys(errors).length > 0) return invalid(errors)
  const kind = tlskey?.includes("EC PRIVATE KEY") === true
    ? "ECDSA private key - 256 bytes"
    : "RSA private key - 2048 bytes"
  return Effect.succeed({
    certificate: {
      subject: `/CN=${name}`,
      key: kind,
      validity: call.now + certificateValidity,
      status: "pending"
    }
  })
}

/** Sets the certificate of a domain. It becomes active after half a minute. */
const install = (state: State, it: Domain, certificate: Certificate | undefined) => {
  it.certificate = certificate
  if (certificate === undefined) return
  state.after(halfMinute, () => {
    certificate.status = "success"
  })
}

const makeCanonical = (state: State, it: Domain) => {
  for (const other of domainsOf(state).values()) {
    if (other.appId === it.appId) other.canonical = other === it
  }
}

const update = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const it = yield* findDomain(call, app)
    const input = yield* call.input("domain", UpdateDomain)
    const read = yield* readCertificate(call, it.name, input)
    const before = it.certificate !== undefined
    if (read !== undefined) install(call.state, it, read.certificate)
    if (input.canonical === true) makeCanonical(call.state, it)
    if (input.canonical === false) it.canonical = false
    if (input.letsencrypt_enabled != null && input.letsencrypt_enabled !== it.letsencryptEnabled) {
      it.letsencryptEnabled = input.letsencrypt_enabled
      it.letsencryptStatus = "new"
      if (it.letsencryptEnabled) enroll(call.state, it)
    }
    record(call.state, {
      type: "edit_domain",
      user: call.account,
      app,
      data: { hostname: it.name, ssl: it.certificate !== undefined, old_ssl: before }
    })
    return json({ domain: render(it) })
  })

export const domains: ReadonlyArray<Route> = [
  regional.get(
    "/apps/:app/domains",
    (call) =>
      Effect.map(
        findApp(call),
        (app) => json({ domains: ofApp(domainsOf(call.state), app).map(render) })
      )
  ),

  regional.post("/apps/:app/domains", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input("domain", CreateDomain)
      const known = select(domainsOf(call.state), (it) => call.state.apps.has(it.appId))
      if (known.some((it) => it.region === app.region && it.name === input.name.toLowerCase())) {
        return yield* invalid({ name: ["has already been taken"] })
      }
      if (ofApp(domainsOf(call.state), app).length >= maxDomains) {
        return yield* invalid({ app: [`has too many domains (maximum is ${maxDomains})`] })
      }
      const read = yield* readCertificate(call, input.name, input)
      const it: Domain = {
        id: call.state.ids.hex(),
        appId: app.id,
        region: app.region,
        name: input.name.toLowerCase(),
        createdAt: call.now,
        canonical: false,
        certificate: undefined,
        letsencryptEnabled: input.letsencrypt_enabled ?? true,
        letsencryptStatus: "new",
        acmeValue: call.state.ids.secret(43)
      }
      domainsOf(call.state).set(it.id, it)
      install(call.state, it, read?.certificate)
      if (input.canonical === true) makeCanonical(call.state, it)
      if (it.letsencryptEnabled) enroll(call.state, it)
      record(call.state, {
        type: "new_domain",
        user: call.account,
        app,
        data: { hostname: it.name, ssl: it.certificate !== undefined }
      })
      return json({ domain: render(it) }, 201)
    })),

  regional.get("/apps/:app/domains/:domainId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      return json({ domain: render(yield* findDomain(call, app)) })
    })),

  regional.patch("/apps/:app/domains/:domainId", update),
  regional.put("/apps/:app/domains/:domainId", update),

  regional.delete("/apps/:app/domains/:domainId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const it = yield* findDomain(call, app)
      domainsOf(call.state).delete(it.id)
      record(call.state, { type: "delete_domain", user: call.account, app, data: { hostname: it.name } })
      return empty()
    }))
]
