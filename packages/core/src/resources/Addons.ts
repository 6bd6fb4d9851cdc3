/**
 * Addons: the databases and other services that are provisioned for an app.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Poll from "../client/internal/poll.js"
import { body } from "../client/internal/requestBody.js"
import * as SharedPolling from "../client/internal/sharedPolling.js"
import type { ResponseDecoder } from "../client/ResponseDecoder.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import type { WaitOptions, WaitTimeout } from "../client/Wait.js"
import { errorClass } from "../internal/errorClass.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { AddonProviderRef } from "../schema/AddonProviderRef.js"
import { Plan } from "../schema/Plan.js"
import { mapOf, nullish, openEnum, optionalTimestamp, Secret, Timestamp } from "../schema/ScalingoSchema.js"
import { firstOf } from "./internal/decoders.js"

/** The fields of an addon in every response. The responses to `token` and `sso` have no other fields of the addon. */
const addonFields = {
  /** `ad-…`; older addons have 24 hexadecimal digits. For a database it is also its id in the database API. */
  id: Schema.String,
  app_id: Schema.String,
  /** The addon provider's name for the resource: `my_app_3083`. */
  resource_id: Schema.String,
  provisioned_at: Timestamp,
  /** When the addon was removed or left this plan; `null` while it is in use. */
  deprovisioned_at: optionalTimestamp,
  status: openEnum("running", "provisioning", "suspended"),
  /** The short form, without prices. */
  plan: Plan,
  addon_provider: AddonProviderRef
}

/**
 * An addon of an app.
 *
 * @category schemas
 */
export const Addon = struct(() => ({
  ...addonFields,
  /** Missing in responses to changes. */
  updated_at: optionalTimestamp,
  /** Whether the addon follows the rules for health data (the French HDS certification). */
  hds_resource: nullish(Schema.Boolean)
}))

export interface Addon extends Schema.Schema.Type<typeof Addon> {}

/**
 * An addon, with a bearer for its database API.
 *
 * @category schemas
 */
export const AddonToken = struct(() => ({
  ...addonFields,
  /** Valid for one hour. */
  token: Secret
}))

export interface AddonToken extends Schema.Schema.Type<typeof AddonToken> {}

/**
 * An addon, with the URL of its dashboard.
 *
 * @category schemas
 */
export const AddonSso = struct(() => ({
  ...addonFields,
  /** Signs in whoever opens it to the addon's dashboard. Valid for one hour. */
  sso_url: Secret
}))

export interface AddonSso extends Schema.Schema.Type<typeof AddonSso> {}

/**
 * The response to a provisioning.
 *
 * @category schemas
 */
export const AddonProvisionResult = struct(() => ({
  addon: Addon,
  /** A message from the addon provider. */
  message: nullish(Schema.String),
  /** The names of the environment variables that the addon has set on the app. */
  variables: nullish(Schema.Array(Schema.String))
}))

export interface AddonProvisionResult extends Schema.Schema.Type<typeof AddonProvisionResult> {}

/**
 * The response to a change of plan. Scalingo's documentation and its clients disagree on the fields, so all are
 * optional: the documentation has `vars` and `message`, the Go client `addon`, `message` and `variables`.
 *
 * @category schemas
 */
export const AddonUpgradeResult = struct(() => ({
  /** The names of the environment variables that the addon has set on the app. */
  vars: nullish(Schema.Array(Schema.String)),
  /** A message from the addon provider. */
  message: nullish(Schema.String),
  /** The addon with its new plan. */
  addon: nullish(Addon),
  /** The same as `vars`. */
  variables: nullish(Schema.Array(Schema.String))
}))

export interface AddonUpgradeResult extends Schema.Schema.Type<typeof AddonUpgradeResult> {}

/**
 * The response to the end of a suspension.
 *
 * @category schemas
 */
export const AddonResumeResult = struct(() => ({
  addon: nullish(Addon),
  /** A message from the addon provider. */
  message: nullish(Schema.String)
}))

export interface AddonResumeResult extends Schema.Schema.Type<typeof AddonResumeResult> {}

/**
 * The addon to provision.
 *
 * @category schemas
 */
export const ProvisionAddon = struct(() => ({
  /** An id of the catalogue, see `AddonProviders.list`: `postgresql`. */
  addon_provider_id: Schema.NonEmptyString,
  /** The `id` of one of the provider's plans, not its name. */
  plan_id: Schema.NonEmptyString,
  /** Options that the addon provider offers. */
  options: Schema.optional(mapOf(Schema.String))
}))

export interface ProvisionAddon extends Schema.Schema.Type<typeof ProvisionAddon> {}

/**
 * The new plan of an addon.
 *
 * @category schemas
 */
export const UpgradeAddon = struct(() => ({
  /** The `id` of another plan of the same provider, not its name. */
  plan_id: Schema.NonEmptyString
}))

export interface UpgradeAddon extends Schema.Schema.Type<typeof UpgradeAddon> {}

/**
 * An awaited addon does not get to run: it is suspended, for example because a bill is unpaid. `Addons.resume` ends the
 * suspension.
 *
 * @category errors
 */
export class AddonFailed
  extends errorClass(() =>
    Schema.TaggedError<AddonFailed>("@effect-scalingo/core/AddonFailed")("AddonFailed", {
      /** The app's name or id. */
      app: Schema.String,
      /** The addon in its last state. */
      addon: Addon
    })
  )
{
  override get message(): string {
    const { addon_provider, id, status } = this.addon
    return `Addon ${id} (${addon_provider.name}) of the app ${this.app} is ${status} and does not get to run: ` +
      "Settle what it is suspended for, then resume it"
  }
}

/**
 * The methods of {@link Addons}.
 *
 * @category models
 */
export interface AddonsService {
  /**
   * The addons of an app: `GET /apps/:app/addons`.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<Addon>, ScalingoError>

  /**
   * One addon: `GET /apps/:app/addons/:addonId`.
   */
  readonly get: (app: string, addonId: string) => Effect.Effect<Addon, ScalingoError>

  /**
   * Provisions an addon: `POST /apps/:app/addons`. The addon sets environment variables on the app. Returns before the
   * addon is running: see `await`. Fails with `PaymentRequired` when the plan is not free and the account has no payment
   * method.
   *
   * @example
   * ```ts
   * import { Addons } from "@effect-scalingo/core/Addons"
   * import { Effect } from "effect"
   *
   * const variables = Effect.gen(function*() {
   *   const addons = yield* Addons
   *   const { addon, variables } = yield* addons.provision("my-app", {
   *     addon_provider_id: "postgresql",
   *     plan_id: "5cc45d223e6b3b001249e5a3"
   *   })
   *   yield* addons.await("my-app", addon.id)
   *   return variables
   * })
   * ```
   */
  readonly provision: (app: string, addon: ProvisionAddon) => Effect.Effect<AddonProvisionResult, ScalingoError>

  /**
   * Waits until an addon is running, 15 minutes by default: after `provision`, and after `upgrade`. Fails with
   * `AddonFailed` when the addon is suspended, since only a person ends that, with `NotFound` when it is removed, and
   * with `WaitTimeout` after the timeout. The platform has no status for a provisioning that failed. The module `Wait`
   * says how waits poll. From three waits on addons of one app on, the list tells which ones to read.
   */
  readonly await: (
    app: string,
    addonId: string,
    options?: WaitOptions
  ) => Effect.Effect<Addon, ScalingoError | AddonFailed | WaitTimeout<Addon>>

  /**
   * Changes the plan of an addon: `PATCH /apps/:app/addons/:addonId`. The addon provider may refuse, for example when
   * the plan is too small for the data. Fails with `PaymentRequired` when the plan is not free and the account has no
   * payment method.
   */
  readonly upgrade: (
    app: string,
    addonId: string,
    plan: UpgradeAddon
  ) => Effect.Effect<AddonUpgradeResult, ScalingoError>

  /**
   * Removes an addon and its data: `DELETE /apps/:app/addons/:addonId`.
   */
  readonly delete: (app: string, addonId: string) => Effect.Effect<void, ScalingoError>

  /**
   * A bearer for the database API of an addon: `POST /apps/:app/addons/:addonId/token`. Valid for one hour. The
   * services of the database API (`Databases`, `DatabaseBackups` …) obtain and renew their own bearers: this method is
   * for tools outside this library.
   */
  readonly token: (app: string, addonId: string) => Effect.Effect<AddonToken, ScalingoError>

  /**
   * The URL of an addon's dashboard, which signs in whoever opens it: `POST /apps/:app/addons/:addonId/sso`. Valid for
   * one hour. Sent as `POST`, as documented; the JavaScript and Ruby clients send `GET`.
   */
  readonly sso: (app: string, addonId: string) => Effect.Effect<AddonSso, ScalingoError>

  /**
   * Ends the suspension of an addon: `POST /apps/:app/addons/:addonId/resume`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly resume: (app: string, addonId: string) => Effect.Effect<AddonResumeResult, ScalingoError>
}

/**
 * Addons of apps.
 *
 * @category tags
 */
export class Addons extends Context.Tag("@effect-scalingo/core/Addons")<Addons, AddonsService>() {}

/**
 * The documented response. The official JavaScript client reads the same fields below the key `addon`, where the Go
 * client reads the addon itself.
 */
const upgradeResult: ResponseDecoder<AddonUpgradeResult> = firstOf(
  Decode.json(AddonUpgradeResult),
  Decode.root(
    "addon",
    lazy(() =>
      Schema.Struct({
        vars: nullish(Schema.Array(Schema.String)),
        message: nullish(Schema.String)
      }).pipe(Schema.filter(({ message, vars }) => message !== undefined || vars !== undefined))
    )
  )
)

const list = endpoint("Addons.list", "GET /apps/:app/addons", Decode.list("addons", Addon))
const get = endpoint("Addons.get", "GET /apps/:app/addons/:addonId", Decode.root("addon", Addon))
const provision = endpoint("Addons.provision", "POST /apps/:app/addons", Decode.json(AddonProvisionResult), {
  body: body(ProvisionAddon, "addon")
})
const upgrade = endpoint("Addons.upgrade", "PATCH /apps/:app/addons/:addonId", upgradeResult, {
  body: body(UpgradeAddon, "addon")
})
const remove = endpoint("Addons.delete", "DELETE /apps/:app/addons/:addonId", Decode.empty)
const token = endpoint("Addons.token", "POST /apps/:app/addons/:addonId/token", Decode.root("addon", AddonToken), {
  idempotent: true
})
const sso = endpoint("Addons.sso", "POST /apps/:app/addons/:addonId/sso", Decode.root("addon", AddonSso), {
  idempotent: true
})
const resume = endpoint("Addons.resume", "POST /apps/:app/addons/:addonId/resume", Decode.json(AddonResumeResult))

const outcome = (app: string) => (addon: Addon): Either.Either<boolean, AddonFailed> =>
  addon.status === "suspended"
    ? Either.left(new AddonFailed({ app, addon }, Poll.unchecked))
    : Either.right(addon.status === "running")

/** Which addons of an app are not running yet. */
const busyAddons = (addons: ReadonlyArray<Addon>): SharedPolling.IsBusy =>
  SharedPolling.busyIds(addons.flatMap(({ id, status }) => status === "provisioning" ? [id] : []))

export const make: Effect.Effect<AddonsService, never, RegionalApi> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const polling = yield* SharedPolling.make
  return Addons.of({
    list: (app) => call(api, list, { path: { app } }),
    get: (app, addonId) => call(api, get, { path: { app, addonId } }),
    provision: (app, addon) => call(api, provision, { path: { app }, body: addon }),
    await: (app, addonId, options) =>
      polling.settle({
        subject: `addon ${addonId} of the app ${app}`,
        read: call(api, get, { path: { app, addonId } }),
        outcome: outcome(app),
        seen: Poll.byStatus,
        options,
        key: app,
        list: Effect.map(call(api, list, { path: { app } }), busyAddons),
        id: addonId
      }),
    upgrade: (app, addonId, plan) => call(api, upgrade, { path: { app, addonId }, body: plan }),
    delete: (app, addonId) => call(api, remove, { path: { app, addonId } }),
    token: (app, addonId) => call(api, token, { path: { app, addonId } }),
    sso: (app, addonId) => call(api, sso, { path: { app, addonId } }),
    resume: (app, addonId) => call(api, resume, { path: { app, addonId } })
  })
})

export const layer: Layer.Layer<Addons, never, RegionalApi> = Layer.effect(Addons, make)
