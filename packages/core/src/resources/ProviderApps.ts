/**
 * The apps that provisioned an addon, for the provider of that addon. The provider authenticates with the username and
 * the password of its manifest, see `AddonProvider.AddonManifest`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { type Credential, RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages, optionalPagination } from "../client/internal/pages.js"
import { body } from "../client/internal/requestBody.js"
import type { Page, PageOptions, WalkOptions } from "../client/Pagination.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { mapOf, nullish, Secret, SecretInput } from "../schema/ScalingoSchema.js"
import { toRedacted } from "./internal/secret.js"

/**
 * An app that provisioned the addon, in lists.
 *
 * @category schemas
 */
export const ProviderAppSummary = struct(() => ({
  addon_provider_id: nullish(Schema.String),
  app_id: Schema.String,
  /** The name of the app's plan. */
  plan: nullish(Schema.String)
}))

export interface ProviderAppSummary extends Schema.Schema.Type<typeof ProviderAppSummary> {}

/**
 * An app that provisioned the addon.
 *
 * @category schemas
 */
export const ProviderApp = struct(() => ({
  addon_provider_id: nullish(Schema.String),
  id: Schema.String,
  name: Schema.String,
  owner_email: nullish(Schema.String),
  /** The name of the app's plan. */
  plan: nullish(Schema.String),
  /** The variables that the addon set. */
  config: nullish(mapOf(Secret))
}))

export interface ProviderApp extends Schema.Schema.Type<typeof ProviderApp> {}

/**
 * The fields of an app that a provider can change.
 *
 * @category schemas
 */
export const UpdateProviderApp = struct(() => ({
  /** The variables to set. They must be in the `config_vars` of the addon's manifest. */
  config: mapOf(SecretInput)
}))

export interface UpdateProviderApp extends Schema.Schema.Type<typeof UpdateProviderApp> {}

/**
 * The credentials of the provider.
 *
 * @category models
 */
export interface ProviderOptions {
  /** The `username` and the `password` of the addon's manifest. */
  readonly provider: {
    readonly username: string
    readonly password: string | Redacted.Redacted
  }
}

/**
 * The methods of {@link ProviderApps}.
 *
 * @category models
 */
export interface ProviderAppsService {
  /**
   * The apps that provisioned the addon, across all pages: `GET /provider/apps`.
   *
   * @example
   * ```ts
   * import { ProviderApps } from "@effect-scalingo/core/ProviderApps"
   * import { Config, Effect, Stream } from "effect"
   *
   * const count = Effect.gen(function*() {
   *   const apps = yield* ProviderApps
   *   const provider = { username: "my-addon", password: yield* Config.redacted("ADDON_PASSWORD") }
   *   return yield* Stream.runCount(apps.list({ provider }))
   * })
   * ```
   */
  readonly list: (options: ProviderOptions & WalkOptions) => Stream.Stream<ProviderAppSummary, ScalingoError>

  /**
   * One page of the apps that provisioned the addon: `GET /provider/apps`.
   */
  readonly listPage: (
    options: ProviderOptions & PageOptions
  ) => Effect.Effect<Page<ProviderAppSummary>, ScalingoError>

  /**
   * One app that provisioned the addon, with the variables that the addon set: `GET /provider/apps/:appId`. The id is
   * the `app_id` of the provisioning request.
   */
  readonly get: (appId: string, options: ProviderOptions) => Effect.Effect<ProviderApp, ScalingoError>

  /**
   * Sets variables of an app: `PATCH /provider/apps/:appId`. The platform restarts the app.
   */
  readonly update: (
    appId: string,
    changes: UpdateProviderApp,
    options: ProviderOptions
  ) => Effect.Effect<ProviderApp, ScalingoError>
}

/**
 * The apps that provisioned an addon, for its provider.
 *
 * @category tags
 */
export class ProviderApps
  extends Context.Tag("@effect-scalingo/core/ProviderApps")<ProviderApps, ProviderAppsService>()
{}

const app = Decode.root("app", ProviderApp)

// The documentation says that the list has pages, but its example has no pagination.
const list = endpoint("ProviderApps.list", "GET /provider/apps", optionalPagination("apps", ProviderAppSummary))
const get = endpoint("ProviderApps.get", "GET /provider/apps/:appId", app)
const update = endpoint("ProviderApps.update", "PATCH /provider/apps/:appId", app, { body: body(UpdateProviderApp) })

const credential = ({ provider: { password, username } }: ProviderOptions): Credential => ({
  username,
  password: toRedacted(password)
})

export const make: Effect.Effect<ProviderAppsService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    ProviderApps.of({
      list: (options) => callPages(api, list, { credential: credential(options) }, options),
      listPage: (options) => callPage(api, list, { credential: credential(options) }, options),
      get: (appId, options) => call(api, get, { path: { appId }, credential: credential(options) }),
      update: (appId, changes, options) =>
        call(api, update, { path: { appId }, body: changes, credential: credential(options) })
    })
)

export const layer: Layer.Layer<ProviderApps, never, RegionalApi> = Layer.effect(ProviderApps, make)
