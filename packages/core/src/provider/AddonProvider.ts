/**
 * The other side of addons: what a company implements so that its service can be provisioned on Scalingo.
 *
 * - {@link AddonManifest}: the document that introduces the addon to Scalingo
 * - {@link AddonProviderApi}: the endpoints that Scalingo calls, to be implemented with `HttpApiBuilder`
 * - {@link verifySso}: the check of the link that brings a user to the addon's dashboard
 *
 * What a provider asks of Scalingo in turn is in `ProviderApps`.
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
import { Json, mapOf, nullish, Secret } from "../schema/ScalingoSchema.js"

/**
 * Where Scalingo reaches the provider.
 *
 * @category schemas
 */
export const AddonManifestEndpoints = Schema.Struct({
  /** Where the group `resources` of {@link AddonProviderApi} is served. */
  base_url: Schema.String,
  /** Where users are sent to see the dashboard of their addon. */
  sso_url: Schema.String
})

export interface AddonManifestEndpoints extends Schema.Schema.Type<typeof AddonManifestEndpoints> {}

/**
 * A plan that the addon is offered in.
 *
 * @category schemas
 */
export const AddonManifestPlan = Schema.Struct({
  /** What requests call it. */
  name: Schema.String,
  /** What users see. */
  display_name: Schema.String,
  /** In euros, for 30 days. */
  price: Schema.Number,
  /** Markdown. */
  description: Schema.String
})

export interface AddonManifestPlan extends Schema.Schema.Type<typeof AddonManifestPlan> {}

/**
 * The document that introduces an addon to Scalingo.
 *
 * @category schemas
 */
export const AddonManifest = Schema.Struct({
  name: Schema.String,
  /** With this name and `password` Scalingo signs its requests, and the provider its own. */
  username: Schema.String,
  password: Secret,
  /** Known to Scalingo and to the provider only: what the tokens of dashboard links are made with. */
  sso_salt: Secret,
  /** A picture of 100 by 100 pixels. */
  logo_url: Schema.String,
  /** One sentence. */
  short_description: Schema.String,
  /** Markdown. */
  description: Schema.String,
  /** Whether the addon takes the logs of the apps: provisioning must then answer with a `log_drain_url`. */
  log_drain: nullish(Schema.Boolean),
  /** The variables that the addon may set, at least one. */
  config_vars: Schema.NonEmptyArray(Schema.String),
  production: AddonManifestEndpoints,
  /** For trying the addon out while it is being made. */
  test: AddonManifestEndpoints,
  plans: Schema.Array(AddonManifestPlan)
})

export interface AddonManifest extends Schema.Schema.Type<typeof AddonManifest> {}

/**
 * What Scalingo sends to have a resource provisioned.
 *
 * @category schemas
 */
export const ProviderProvisionRequest = Schema.Struct({
  /** The name of the plan. */
  plan: Schema.String,
  /** The id to ask `ProviderApps` for. */
  app_id: Schema.String,
  /** The options of the plan. */
  options: nullish(mapOf(Json))
})

export interface ProviderProvisionRequest extends Schema.Schema.Type<typeof ProviderProvisionRequest> {}

/**
 * What a provider answers when it has provisioned a resource.
 *
 * @category schemas
 */
export const ProviderProvisionResponse = Schema.Struct({
  /** Names the resource in all later requests: unique, at most 255 characters. */
  id: Schema.NonEmptyString.pipe(Schema.maxLength(255)),
  /** Is shown to the user. */
  message: Schema.optional(Schema.String),
  /** Variables to set in the app's environment; the manifest has their names. */
  config: Schema.optional(mapOf(Secret)),
  /** Where to send the app's logs, when the manifest has `log_drain`. */
  log_drain_url: nullish(Secret)
})

export interface ProviderProvisionResponse extends Schema.Schema.Type<typeof ProviderProvisionResponse> {}

/**
 * What Scalingo sends to have the plan of a resource changed.
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
 * What a provider answers when it has changed the plan of a resource.
 *
 * @category schemas
 */
export const ProviderPlanChangeResponse = Schema.Struct({
  /** Is shown to the user. */
  message: Schema.optional(Schema.String),
  /** Variables to change in the app's environment. */
  config: Schema.optional(mapOf(Secret))
})

export interface ProviderPlanChangeResponse extends Schema.Schema.Type<typeof ProviderPlanChangeResponse> {}

/**
 * What the link to an addon's dashboard carries.
 *
 * @category schemas
 */
export const SsoQuery = Schema.Struct({
  /** The id of the resource. */
  id: Schema.String,
  /** When the link was made, in seconds since 1970. It stays text, for the token was made with this very text. */
  timestamp: Schema.String,
  /** The SHA-1 of `id:sso_salt:timestamp`, in hexadecimal digits. While the link is fresh it is a login. */
  token: Secret
})

export interface SsoQuery extends Schema.Schema.Type<typeof SsoQuery> {}

/**
 * A link to an addon's dashboard that must not be followed.
 *
 * - `malformed`: it cannot have come from Scalingo as it is
 * - `mismatch`: its token was not made with the addon's salt
 * - `expired`: it was made too long ago, or in the future
 *
 * @category errors
 */
export class InvalidSsoToken extends Schema.TaggedError<InvalidSsoToken>("@effect-scalingo/core/InvalidSsoToken")(
  "InvalidSsoToken",
  { reason: Schema.Literal("malformed", "mismatch", "expired") },
  HttpApiSchema.annotations({ status: 403 })
) {
  override get message(): string {
    return `The link to the addon's dashboard is not valid (${this.reason})`
  }
}

/**
 * The provider does not want to provision a resource or to change its plan. The documentation says nothing of such
 * answers; Scalingo's own model of a provider answers 422 with an `error`.
 *
 * @category errors
 */
export class AddonRefused extends Schema.TaggedError<AddonRefused>("@effect-scalingo/core/AddonRefused")(
  "AddonRefused",
  { error: Schema.String },
  HttpApiSchema.annotations({ status: 422 })
) {
  override get message(): string {
    return this.error
  }
}

/**
 * Lets only requests through that carry the username and the password of the manifest: provide {@link layerAuth}.
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
 * - `provision`: `POST /`. Answers 201; to answer 202, for a resource that is not ready yet, use `handleRaw`.
 * - `changePlan`: `PUT /:resourceId`
 * - `deprovision`: `DELETE /:resourceId`
 *
 * @category models
 */
export class AddonResources extends HttpApiGroup.make("resources")
  .add(
    HttpApiEndpoint.post("provision", "/")
      .setPayload(ProviderProvisionRequest)
      // The first is what handlers answer with; the others are for clients, since providers may answer them too.
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
 * The page behind `sso_url` of the manifest: `GET /sso`. Its handler calls {@link verifySso} first, and then answers
 * with a page, or, through `handleRaw`, with a redirection and a session cookie.
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
 * All that a provider serves, with resources at `/resources` and the dashboard at `/sso`. For other paths put the
 * groups together anew: `HttpApi.make("addon").add(AddonResources.prefix("/scalingo")).add(AddonDashboard)`.
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

/** What an Authorization header proves, if it is a basic one. A password may have colons in it. */
const basicCredentials = (header: string | undefined): Either.Either<readonly [string, string], unknown> =>
  Either.gen(function*() {
    const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? "") ?? []
    if (encoded === undefined) return yield* Either.left("no basic credentials")
    const text = yield* Encoding.decodeBase64String(encoded)
    const colon = text.indexOf(":")
    return colon === -1 ? yield* Either.left("no password") : [text.slice(0, colon), text.slice(colon + 1)] as const
  })

/**
 * The check of username and password, in a time that tells nothing of them.
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
    // Reads the header itself: what the platform hands over has no passwords with colons.
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
 * Where users come from when a link to the dashboard is in order.
 *
 * @category models
 */
export interface SsoLogin {
  /** The resource whose dashboard they may see. */
  readonly resourceId: string
  /** When Scalingo made the link. */
  readonly issuedAt: DateTime.Utc
}

/** WebCrypto has SHA-1 everywhere it exists; where it does not, there is nothing that a caller could do. */
const sha1 = (text: string): Effect.Effect<string> =>
  Effect.tryPromise(() => globalThis.crypto.subtle.digest("SHA-1", new TextEncoder().encode(text))).pipe(
    Effect.map((digest) => Encoding.encodeHex(new Uint8Array(digest))),
    Effect.orDie
  )

const ssoToken = (id: string, timestamp: string, salt: Redacted.Redacted): Effect.Effect<string> =>
  sha1(`${id}:${Redacted.value(salt)}:${timestamp}`)

/**
 * Checks the link that brought a user to the dashboard of an addon: that its token was made with the salt of the
 * manifest (in a time that tells nothing of it), and that it is fresh by the `Clock`.
 *
 * @category guards
 */
export const verifySso = (query: SsoQuery, options: {
  /** The `sso_salt` of the manifest. */
  readonly salt: Redacted.Redacted
  /** How old a link may be, and how far the two clocks may be apart; five minutes by default. */
  readonly maxAge?: Duration.DurationInput | undefined
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
 * Makes the query of a link to a dashboard as Scalingo does, with the present time: for trying a provider out.
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
