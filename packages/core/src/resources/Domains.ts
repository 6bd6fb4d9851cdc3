/**
 * The custom domains of an app and their certificates.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { because } from "../client/internal/because.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Poll from "../client/internal/poll.js"
import { body } from "../client/internal/requestBody.js"
import * as SharedPolling from "../client/internal/sharedPolling.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import type { WaitOptions, WaitTimeout } from "../client/Wait.js"
import { errorClass } from "../internal/errorClass.js"
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp, SecretInput } from "../schema/ScalingoSchema.js"

/**
 * Why the DNS challenge of a certificate failed.
 *
 * @category schemas
 */
export const AcmeDnsError = struct(() => ({
  dns_provider: nullish(Schema.String),
  /** The missing records. */
  variables: nullish(Schema.Array(Schema.String))
}))

export interface AcmeDnsError extends Schema.Schema.Type<typeof AcmeDnsError> {}

/**
 * A domain of an app.
 *
 * @category schemas
 */
export const Domain = struct(() => ({
  id: Schema.String,
  app_id: nullish(Schema.String),
  /** The host name. */
  name: Schema.String,
  created_at: optionalTimestamp,
  /** Whether it has a certificate of its own. */
  ssl: Schema.Boolean,
  /** The state of the certificate's installation. */
  ssl_status: nullish(openEnum("pending", "success", "error")),
  /** The subject of the certificate, not the certificate. */
  tlscert: nullish(Schema.String),
  /** The type and the length of the private key, not the key: `RSA private key - 2048 bytes`. */
  tlskey: nullish(Schema.String),
  /** When the certificate expires. */
  validity: optionalTimestamp,
  /** Whether the app's other domains redirect to it. */
  canonical: Schema.Boolean,
  /** Whether a certificate is requested from Let's Encrypt. */
  letsencrypt_enabled: Schema.Boolean,
  /** Whether the certificate in use comes from Let's Encrypt. */
  letsencrypt: Schema.Boolean,
  /** The state of the Let's Encrypt certificate. */
  letsencrypt_status: openEnum("pending_dns", "new", "created", "dns_required", "error", "pending"),
  /** The name of the TXT record that Let's Encrypt looks for when the status is `dns_required`. */
  acme_dns_fqdn: nullish(Schema.String),
  /** The value of that record. */
  acme_dns_value: nullish(Schema.String),
  /** An empty object without an error; text according to the documentation. */
  acme_dns_error: nullish(Schema.Union(AcmeDnsError, Schema.String)),
  /** Why Let's Encrypt refused. */
  acme_challenge_error: nullish(Schema.String)
}))

export interface Domain extends Schema.Schema.Type<typeof Domain> {}

const settings = () => ({
  /** The certificate, in PEM. */
  tlscert: Schema.optional(Schema.String),
  /** Its private key, in PEM. */
  tlskey: Schema.optional(SecretInput),
  /** Makes the app's other domains redirect to this one. */
  canonical: Schema.optional(Schema.Boolean),
  /** Requests a certificate from Let's Encrypt; `true` by default for a new domain. */
  letsencrypt_enabled: Schema.optional(Schema.Boolean)
})

/**
 * The fields of a new domain.
 *
 * @category schemas
 */
export const CreateDomain = struct(() => ({
  /** The host name. */
  name: Schema.NonEmptyString,
  ...settings()
}))

export interface CreateDomain extends Schema.Schema.Type<typeof CreateDomain> {}

/**
 * The fields of a domain that can be changed: all except its name. Empty strings as `tlscert` and `tlskey` remove the
 * certificate.
 *
 * @category schemas
 */
export const UpdateDomain = struct(settings)

export interface UpdateDomain extends Schema.Schema.Type<typeof UpdateDomain> {}

/** Why the DNS challenge failed, if it did. Without an error the platform sends an empty object. */
const dnsError = ({ acme_dns_error: error }: Domain): string | undefined => {
  if (error === null || error === undefined || error === "") return undefined
  if (typeof error === "string") return error
  const variables = error.variables ?? []
  const provider = error.dns_provider ?? ""
  return provider === "" && variables.length === 0
    ? undefined
    : `the DNS challenge${provider === "" ? "" : ` at ${provider}`} failed${
      variables.length === 0 ? "" : `, missing: ${variables.join(", ")}`
    }`
}

/**
 * A certificate could not be issued or installed. `domain.acme_challenge_error` and `domain.acme_dns_error` hold the
 * reason, if the platform gives one.
 *
 * @category errors
 */
export class CertificateFailed
  extends errorClass(() =>
    Schema.TaggedError<CertificateFailed>("@effect-scalingo/core/CertificateFailed")(
      "CertificateFailed",
      {
        /** The app's name or id. */
        app: Schema.String,
        /** The domain in its last state. */
        domain: Domain
      }
    )
  )
{
  override get message(): string {
    const { acme_challenge_error, id, name, ssl } = this.domain
    const what = ssl ? "installed" : "issued"
    const reason = acme_challenge_error || dnsError(this.domain) ||
      (ssl ? "Set tlscert and tlskey again" : "Check the DNS records of the domain")
    return `The certificate of the domain ${name} (${id}) of the app ${this.app} could not be ${what}${because(reason)}`
  }
}

/**
 * The methods of {@link Domains}.
 *
 * @category models
 */
export interface DomainsService {
  /**
   * The domains of an app: `GET /apps/:app/domains`.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<Domain>, ScalingoError>

  /**
   * One domain: `GET /apps/:app/domains/:domainId`.
   */
  readonly get: (app: string, domainId: string) => Effect.Effect<Domain, ScalingoError>

  /**
   * Adds a domain to an app: `POST /apps/:app/domains`. An app has at most 20. Fails with `Unprocessable` when the
   * certificate and the key are not valid.
   */
  readonly create: (app: string, domain: CreateDomain) => Effect.Effect<Domain, ScalingoError>

  /**
   * Waits until a domain has its certificate, 15 minutes by default: the app's own one when there is one (`tlscert`),
   * else the one from Let's Encrypt. Fails with `CertificateFailed` when the certificate cannot be issued or installed,
   * and with `WaitTimeout` after the timeout. The module `Wait` says how waits poll. From three waits on domains of one
   * app on, the list tells which ones to read.
   *
   * With the status `pending_dns`, the DNS of the domain must be pointed to the app; with `dns_required`, a TXT record
   * must be added: `acme_dns_fqdn` and `acme_dns_value`. The wait goes on meanwhile, and `WaitTimeout` says which record
   * is missing.
   *
   * ```ts
   * const { id } = yield* domains.create("my-app", { name: "www.example.com" })
   * yield* domains.awaitCertificate("my-app", id, { timeout: "1 hour" })
   * ```
   */
  readonly awaitCertificate: (
    app: string,
    domainId: string,
    options?: WaitOptions
  ) => Effect.Effect<Domain, ScalingoError | CertificateFailed | WaitTimeout<Domain>>

  /**
   * Changes the certificate or the settings of a domain: `PATCH /apps/:app/domains/:domainId`.
   *
   * ```ts
   * const withoutCertificate = domains.update("my-app", domain.id, { tlscert: "", tlskey: "" })
   * ```
   */
  readonly update: (app: string, domainId: string, changes: UpdateDomain) => Effect.Effect<Domain, ScalingoError>

  /**
   * Removes a domain from an app: `DELETE /apps/:app/domains/:domainId`. The platform refuses this with `NotFound`
   * while the DNS of the domain still points to Scalingo.
   */
  readonly delete: (app: string, domainId: string) => Effect.Effect<void, ScalingoError>
}

/**
 * Domains of apps.
 *
 * @category tags
 */
export class Domains extends Context.Tag("@effect-scalingo/core/Domains")<Domains, DomainsService>() {}

const domain = Decode.root("domain", Domain)

const list = endpoint("Domains.list", "GET /apps/:app/domains", Decode.list("domains", Domain))
const get = endpoint("Domains.get", "GET /apps/:app/domains/:domainId", domain)
const create = endpoint("Domains.create", "POST /apps/:app/domains", domain, { body: body(CreateDomain, "domain") })
const update = endpoint("Domains.update", "PATCH /apps/:app/domains/:domainId", domain, {
  body: body(UpdateDomain, "domain")
})
const remove = endpoint("Domains.delete", "DELETE /apps/:app/domains/:domainId", Decode.empty)

/** Where the certificate stands. `letsencrypt` is `true` only for a certificate in use, which a renewal replaces. */
const certificateStatus = (domain: Domain): string => {
  if (domain.letsencrypt) return "created"
  // The documentation's examples of own certificates have no status.
  return domain.ssl ? domain.ssl_status ?? "success" : domain.letsencrypt_status
}

/** Whether a status of a certificate is final. */
const hasEnded = (status: string): boolean => status === "created" || status === "success" || status === "error"

const outcome = (app: string) => (domain: Domain): Either.Either<boolean, CertificateFailed> => {
  const status = certificateStatus(domain)
  return status === "error"
    ? Either.left(new CertificateFailed({ app, domain }, Poll.unchecked))
    : Either.right(hasEnded(status))
}

const missingRecord = (domain: Domain): string | undefined => {
  if (domain.ssl) return undefined
  if (!domain.letsencrypt_enabled) return "No certificate is requested: set letsencrypt_enabled, or tlscert and tlskey"
  switch (domain.letsencrypt_status) {
    case "pending_dns":
      return `The DNS of ${domain.name} does not point to the app: a CNAME record to the host of the app's URL is missing`
    case "dns_required": {
      const { acme_dns_fqdn: name, acme_dns_value: value } = domain
      return `The TXT record ${name || `of ${domain.name}`}${value ? ` with the value ${value}` : ""} is missing`
    }
    default:
      return undefined
  }
}

/** Which domains of an app have no certificate yet, and no error. */
const busyDomains = (domains: ReadonlyArray<Domain>): SharedPolling.IsBusy =>
  SharedPolling.busyIds(domains.flatMap((domain) => hasEnded(certificateStatus(domain)) ? [] : [domain.id]))

export const make: Effect.Effect<DomainsService, never, RegionalApi> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const polling = yield* SharedPolling.make
  return Domains.of({
    list: (app) => call(api, list, { path: { app } }),
    get: (app, domainId) => call(api, get, { path: { app, domainId } }),
    create: (app, domain) => call(api, create, { path: { app }, body: domain }),
    awaitCertificate: (app, domainId, options) =>
      polling.settle({
        subject: `the certificate of domain ${domainId} of the app ${app}`,
        read: call(api, get, { path: { app, domainId } }),
        outcome: outcome(app),
        seen: (domain) => ({
          status: certificateStatus(domain),
          last: domain,
          missing: missingRecord(domain)
        }),
        options,
        key: app,
        list: Effect.map(call(api, list, { path: { app } }), busyDomains),
        id: domainId
      }),
    update: (app, domainId, changes) => call(api, update, { path: { app, domainId }, body: changes }),
    delete: (app, domainId) => call(api, remove, { path: { app, domainId } })
  })
})

export const layer: Layer.Layer<Domains, never, RegionalApi> = Layer.effect(Domains, make)
