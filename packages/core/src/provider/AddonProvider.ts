/**
 * The API that an addon provider implements so that its service can be provisioned on Scalingo.
 *
 * - {@link AddonManifest}: the document that describes the addon to Scalingo
 * - {@link AddonProviderApi}: the endpoints that Scalingo calls, for an implementation with `HttpApiBuilder`
 * - {@link verifySso}: the check of the link that brings a user to the addon's dashboard
 *
 * The requests of a provider to Scalingo are in `ProviderApps`.
 *
 * @since 0.1.0
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiError from "@effect/platform/HttpApiError"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as HttpApiSecurity from "@effect/platform/HttpApiSecurity"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { constantTimeEquals } from "../internal/constantTime.js"
import { errorClass } from "../internal/errorClass.js"
import { type DurationInput, Json, mapOf, nullish, Secret } from "../schema/ScalingoSchema.js"

/**
 * The URLs of the provider.
 *
 * @category schemas
 */
export const AddonManifestEndpoints = Schema.Struct({
  /** The URL of the group `resources` of {@link AddonProviderApi}. */
  base_url: Schema.String,
  /** The URL of the addon's dashboard. */
  sso_url: Schema.String
})

export interface AddonManifestEndpoints extends Schema.Schema.Type<typeof AddonManifestEndpoints> {}

/**
 * A plan of the addon.
 *
 * @category schemas
 */
export const AddonManifestPlan = Schema.Struct({
  /** The name in requests. */
  name: Schema.String,
  /** The display name. */
  display_name: Schema.String,
  /** In euros, for 30 days. */
  price: Schema.Number,
  /** Markdown. */
  description: Schema.String
})

export interface AddonManifestPlan extends Schema.Schema.Type<typeof AddonManifestPlan> {}

/**
 * The document that describes an addon to Scalingo.
 *
 * @category schemas
 */
export const AddonManifest = Schema.Struct({
  name: Schema.String,
  /** Scalingo and the provider authenticate their requests with this name and `password`. */
  username: Schema.String,
  password: Secret,
  /** A secret between Scalingo and the provider, used for the tokens of dashboard links. */
  sso_salt: Secret,
  /** The URL of an image of 100 by 100 pixels. */
  logo_url: Schema.String,
  /** One sentence. */
  short_description: Schema.String,
  /** Markdown. */
  description: Schema.String,
  /**
   * Whether the addon receives the logs of the apps. The response to a provisioning must then have a `log_drain_url`.
   */
  log_drain: nullish(Schema.Boolean),
  /** The names of the variables that the addon may set, at least one. */
  config_vars: Schema.NonEmptyArray(Schema.String),
  production: AddonManifestEndpoints,
  /** For tests during the development of the addon. */
  test: AddonManifestEndpoints,
  plans: Schema.Array(AddonManifestPlan)
})

export interface AddonManifest extends Schema.Schema.Type<typeof AddonManifest> {}

/**
 * Scalingo's request to provision a resource.
 *
 * @category schemas
 */
export const ProviderProvisionRequest = Schema.Struct({
  /** The name of the plan. */
  plan: Schema.String,
  /** The id of the app, for `ProviderApps`. */
  app_id: Schema.String,
  /** The options of the plan. */
  options: nullish(mapOf(Json))
})

export interface ProviderProvisionRequest extends Schema.Schema.Type<typeof ProviderProvisionRequest> {}

/**
 * A provider's response after it provisioned a resource.
 *
 * @category schemas
 */
export const ProviderProvisionResponse = Schema.Struct({
  /** Identifies the resource in all later requests: unique, at most 255 characters. */
  id: Schema.NonEmptyString.pipe(Schema.maxLength(255)),
  /** Shown to the user. */
  message: Schema.optional(Schema.String),
  /** Variables to set in the app's environment. Their names are in the manifest. */
  config: Schema.optional(mapOf(Secret)),
  /** The URL to send the app's logs to, when the manifest has `log_drain`. */
  log_drain_url: nullish(Secret)
})

export interface ProviderProvisionResponse extends Schema.Schema.Type<typeof ProviderProvisionResponse> {}

/**
 * Scalingo's request to change the plan of a resource.
 *
 * @category schemas
 */
export const ProviderPlanChangeRequest = Schema.Struct({
  /** The name of the new plan. */
  plan: Schema.String,
  /** The options of the new plan. */
  options: nullish(mapOf(Json))
})

export interface ProviderPlanChangeRequest extends Schema.Schema.Type<typeof ProviderPlanChangeRequest> {}

/**
 * A provider's response after it changed the plan of a resource.
 *
 * @category schemas
 */
export const ProviderPlanChangeResponse = Schema.Struct({
  /** Shown to the user. */
  message: Schema.optional(Schema.String),
  /** Variables to change in the app's environment. */
  config: Schema.optional(mapOf(Secret))
})

export interface ProviderPlanChangeResponse extends Schema.Schema.Type<typeof ProviderPlanChangeResponse> {}

/**
 * The query of a link to an addon's dashboard.
 *
 * @category schemas
 */
export const SsoQuery = Schema.Struct({
  /** The id of the resource. */
  id: Schema.String,
  /**
   * When the link was created, in seconds since 1970. Kept as text, because the token is a hash of exactly this text.
   */
  timestamp: Schema.String,
  /** The SHA-1 hash of `id:sso_salt:timestamp`, in hexadecimal digits. A credential until the link expires. */
  token: Secret
})

export interface SsoQuery extends Schema.Schema.Type<typeof SsoQuery> {}

/**
 * A link to an addon's dashboard is not valid.
 *
 * - `malformed`: it does not have the form of Scalingo's links
 * - `mismatch`: its token does not match the addon's salt
 * - `expired`: it is too old, or from the future
 *
 * @category errors
 */
export class InvalidSsoToken
  extends errorClass(() =>
    Schema.TaggedError<InvalidSsoToken>("@effect-scalingo/core/InvalidSsoToken")(
      "InvalidSsoToken",
      { reason: Schema.Literal("malformed", "mismatch", "expired") },
      HttpApiSchema.annotations({ status: 403 })
    )
  )
{
  override get message(): string {
    return `The link to the addon's dashboard is not valid (${this.reason})`
  }
}

/**
 * The provider refuses to provision a resource or to change its plan. The documentation does not describe such
 * responses; Scalingo's own example of a provider responds with 422 and an `error`.
 *
 * @category errors
 */
export class AddonRefused
  extends errorClass(() =>
    Schema.TaggedError<AddonRefused>("@effect-scalingo/core/AddonRefused")(
      "AddonRefused",
      { error: Schema.String },
      HttpApiSchema.annotations({ status: 422 })
    )
  )
{
  override get message(): string {
    return this.error
  }
}

/**
 * Refuses requests without the username and the password of the manifest: provide {@link layerAuth}.
 *
 * @category tags
 */
export class ProviderAuth extends HttpApiMiddleware.Tag<ProviderAuth>()(
  "@effect-scalingo/core/AddonProvider/ProviderAuth",
  { failure: HttpApiError.Unauthorized, security: { basic: HttpApiSecurity.basic } }
) {}

const resource = Schema.Struct({ resourceId: Schema.String })

/**
 * The endpoints below `base_url` of the manifest.
 *
 * - `provision`: `POST /`. Responds with 201. To respond with 202, for a resource that is not ready yet, use
 *   `handleRaw`.
 * - `changePlan`: `PUT /:resourceId`
 * - `deprovision`: `DELETE /:resourceId`
 *
 * @category models
 */
export class AddonResources extends HttpApiGroup.make("resources")
  .add(
    HttpApiEndpoint.post("provision", "/")
      .setPayload(ProviderProvisionRequest)
      // Handlers respond with the first. The others are for clients, since providers may use them too.
      .addSuccess(ProviderProvisionResponse, { status: 201 })
      .addSuccess(ProviderProvisionResponse, { status: 200 })
      .addSuccess(ProviderProvisionResponse, { status: 202 })
      .addError(AddonRefused)
  )
  .add(
    HttpApiEndpoint.put("changePlan", "/:resourceId")
      .setPath(resource)
      .setPayload(ProviderPlanChangeRequest)
      .addSuccess(ProviderPlanChangeResponse)
      .addError(AddonRefused)
      .addError(HttpApiError.NotFound)
  )
  .add(
    HttpApiEndpoint.del("deprovision", "/:resourceId")
      .setPath(resource)
      .addError(HttpApiError.NotFound)
  )
  .middleware(ProviderAuth)
{}

/**
 * The page at the `sso_url` of the manifest: `GET /sso`. Its handler calls {@link verifySso} first. It then responds
 * with a page or, through `handleRaw`, with a redirect and a session cookie.
 *
 * @category models
 */
export class AddonDashboard extends HttpApiGroup.make("dashboard")
  .add(
    HttpApiEndpoint.get("sso", "/sso")
      .setUrlParams(SsoQuery)
      .addSuccess(HttpApiSchema.Text({ contentType: "text/html" }))
      .addError(InvalidSsoToken)
  )
{}

/**
 * The whole API of a provider, with resources at `/resources` and the dashboard at `/sso`. For other paths combine the
 * groups yourself: `HttpApi.make("addon").add(AddonResources.prefix("/scalingo")).add(AddonDashboard)`.
 *
 * @category models
 * @example
 * ```ts
 * import { AddonProviderApi, layerAuth, verifySso } from "@effect-scalingo/core/AddonProvider"
 * import { HttpApiBuilder } from "@effect/platform"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const salt = Redacted.make("the sso_salt of the manifest")
 *
 * const resources = HttpApiBuilder.group(AddonProviderApi, "resources", (handlers) =>
 *   handlers
 *     .handle("provision", ({ payload }) =>
 *       Effect.succeed({ id: "r-1", config: { MY_ADDON_URL: Redacted.make(`https://${payload.plan}.example`) } }))
 *     .handle("changePlan", () => Effect.succeed({ message: "Done" }))
 *     .handle("deprovision", () => Effect.void))
 *
 * const dashboard = HttpApiBuilder.group(AddonProviderApi, "dashboard", (handlers) =>
 *   handlers.handle("sso", ({ urlParams }) =>
 *     Effect.map(verifySso(urlParams, { salt }), ({ resourceId }) => `<h1>${resourceId}</h1>`)))
 *
 * const api = HttpApiBuilder.api(AddonProviderApi).pipe(
 *   Layer.provide([resources, dashboard]),
 *   Layer.provide(layerAuth({ username: "my-addon", password: Redacted.make("the password of the manifest") }))
 * )
 * ```
 */
export class AddonProviderApi extends HttpApi.make("addon-provider")
  .add(AddonResources.prefix("/resources"))
  .add(AddonDashboard)
{}

/** The user name and the password in a basic `Authorization` header. A password may contain colons. */
const basicCredentials = (header: string | undefined): Either.Either<readonly [string, string], unknown> =>
  Either.gen(function*() {
    const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? "") ?? []
    if (encoded === undefined) return yield* Either.left("no basic credentials")
    const text = yield* Encoding.decodeBase64String(encoded)
    const colon = text.indexOf(":")
    return colon === -1 ? yield* Either.left("no password") : [text.slice(0, colon), text.slice(colon + 1)] as const
  })

/**
 * Checks the username and the password with a constant-time comparison.
 *
 * @category layers
 */
export const layerAuth = (credentials: {
  /** The `username` of the manifest. */
  readonly username: string
  /** The `password` of the manifest. */
  readonly password: Redacted.Redacted
}): Layer.Layer<ProviderAuth> =>
  Layer.succeed(ProviderAuth, {
    // Reads the header itself, because `@effect/platform` returns empty credentials when a password contains a colon.
    basic: () =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
        const given = Either.getOrUndefined(basicCredentials(request.headers["authorization"]))
        if (given === undefined) return Effect.fail(new HttpApiError.Unauthorized())
        const isUser = constantTimeEquals(credentials.username, given[0])
        const isPassword = constantTimeEquals(Redacted.value(credentials.password), given[1])
        return isUser && isPassword ? Effect.void : Effect.fail(new HttpApiError.Unauthorized())
      })
  })

/**
 * The content of a valid link to the dashboard.
 *
 * @category models
 */
export interface SsoLogin {
  /** The resource whose dashboard the user may see. */
  readonly resourceId: string
  /** When Scalingo created the link. */
  readonly issuedAt: DateTime.Utc
}

/**
 * Every WebCrypto implementation has SHA-1. In a runtime without WebCrypto this is a defect, which no caller can
 * handle.
 */
const sha1 = (text: string): Effect.Effect<string> =>
  Effect.tryPromise(() => globalThis.crypto.subtle.digest("SHA-1", new TextEncoder().encode(text))).pipe(
    Effect.map((digest) => Encoding.encodeHex(new Uint8Array(digest))),
    Effect.orDie
  )

const ssoToken = (id: string, timestamp: string, salt: Redacted.Redacted): Effect.Effect<string> =>
  sha1(`${id}:${Redacted.value(salt)}:${timestamp}`)

/**
 * Verifies a link to the dashboard of an addon: its token must match the salt of the manifest (constant-time
 * comparison), and it must not be expired by the `Clock`.
 *
 * @category guards
 */
export const verifySso = (query: SsoQuery, options: {
  /** The `sso_salt` of the manifest. */
  readonly salt: Redacted.Redacted
  /** The maximum age of a link and the maximum difference of the two clocks; five minutes by default. */
  readonly maxAge?: DurationInput | undefined
}): Effect.Effect<SsoLogin, InvalidSsoToken> =>
  Effect.gen(function*() {
    if (!/^\d{1,11}$/.test(query.timestamp)) return yield* new InvalidSsoToken({ reason: "malformed" })
    const token = yield* ssoToken(query.id, query.timestamp, options.salt)
    if (!constantTimeEquals(token, Redacted.value(query.token))) {
      return yield* new InvalidSsoToken({ reason: "mismatch" })
    }
    const issued = Number(query.timestamp) * 1000
    const age = Math.abs((yield* Clock.currentTimeMillis) - issued)
    if (age > Duration.toMillis(options.maxAge ?? "5 minutes")) return yield* new InvalidSsoToken({ reason: "expired" })
    return { resourceId: query.id, issuedAt: DateTime.unsafeMake(issued) }
  })

/**
 * Creates the query of a link to a dashboard like Scalingo, with the current time. For tests of a provider.
 *
 * @category constructors
 */
export const signSso = (resourceId: string, options: {
  /** The `sso_salt` of the manifest. */
  readonly salt: Redacted.Redacted
}): Effect.Effect<SsoQuery> =>
  Effect.gen(function*() {
    const timestamp = String(Math.floor((yield* Clock.currentTimeMillis) / 1000))
    return { id: resourceId, timestamp, token: Redacted.make(yield* ssoToken(resourceId, timestamp, options.salt)) }
  })
