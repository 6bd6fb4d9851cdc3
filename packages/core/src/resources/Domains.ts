/**
 * The custom domains of an app and their certificates.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { nullish, openEnum, optionalTimestamp, SecretInput } from "../schema/ScalingoSchema.js"

/**
 * Why the DNS challenge of a certificate failed.
 *
 * @category schemas
 */
export const AcmeDnsError = Schema.Struct({
  dns_provider: nullish(Schema.String),
  /** The missing records. */
  variables: nullish(Schema.Array(Schema.String))
})

export interface AcmeDnsError extends Schema.Schema.Type<typeof AcmeDnsError> {}

/**
 * A domain of an app.
 *
 * @category schemas
 */
export const Domain = Schema.Struct({
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
})

export interface Domain extends Schema.Schema.Type<typeof Domain> {}

const settings = {
  /** The certificate, in PEM. */
  tlscert: Schema.optional(Schema.String),
  /** Its private key, in PEM. */
  tlskey: Schema.optional(SecretInput),
  /** Makes the app's other domains redirect to this one. */
  canonical: Schema.optional(Schema.Boolean),
  /** Requests a certificate from Let's Encrypt; `true` by default for a new domain. */
  letsencrypt_enabled: Schema.optional(Schema.Boolean)
}

/**
 * The fields of a new domain.
 *
 * @category schemas
 */
export const CreateDomain = Schema.Struct({
  /** The host name. */
  name: Schema.NonEmptyString,
  ...settings
})

export interface CreateDomain extends Schema.Schema.Type<typeof CreateDomain> {}

/**
 * The fields of a domain that can be changed: all except its name. Empty strings as `tlscert` and `tlskey` remove the
 * certificate.
 *
 * @category schemas
 */
export const UpdateDomain = Schema.Struct(settings)

export interface UpdateDomain extends Schema.Schema.Type<typeof UpdateDomain> {}

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

export const make: Effect.Effect<DomainsService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  Domains.of({
    list: (app) => call(api, list, { path: { app } }),
    get: (app, domainId) => call(api, get, { path: { app, domainId } }),
    create: (app, domain) => call(api, create, { path: { app }, body: domain }),
    update: (app, domainId, changes) => call(api, update, { path: { app, domainId }, body: changes }),
    delete: (app, domainId) => call(api, remove, { path: { app, domainId } })
  }))

export const layer: Layer.Layer<Domains, never, RegionalApi> = Layer.effect(Domains, make)
