/**
 * Log drains forward the logs of an app or of a database addon to a log management service.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum, Secret, SecretInput } from "../schema/ScalingoSchema.js"

/**
 * A log drain. It has no id and is identified by its URL.
 *
 * @category schemas
 */
export const LogDrain = struct(() => ({
  /** Missing in the response to a creation. */
  app_id: nullish(Schema.String),
  /** The URL of the service. Contains its token or password. */
  url: Secret
}))

export interface LogDrain extends Schema.Schema.Type<typeof LogDrain> {}

/**
 * The destination of the logs. The required fields depend on `type`:
 *
 * - `appsignal`: `token`
 * - `datadog`: `token`, `drain_region`
 * - `logtail`: `token`
 * - `ovh-graylog`: `token`, `host`
 * - `papertrail`: `host`, `port`
 * - `syslog`: `host`, `port`, and `token` if the server requires one
 * - `elk`: `url`
 *
 * @category schemas
 */
export const CreateLogDrain = struct(() => ({
  type: openEnum("appsignal", "datadog", "logtail", "ovh-graylog", "papertrail", "syslog", "elk"),
  /** Identifies the account at the service. */
  token: Schema.optional(SecretInput),
  host: Schema.optional(Schema.NonEmptyString),
  /** The port number as text. */
  port: Schema.optional(Schema.NonEmptyString),
  /** Datadog's region, such as `eu-west-2`. */
  drain_region: Schema.optional(Schema.NonEmptyString),
  /** The URL of the server, with user and password: `https://user:password@elk.example.com`. */
  url: Schema.optional(SecretInput)
}))

export interface CreateLogDrain extends Schema.Schema.Type<typeof CreateLogDrain> {}

/**
 * The methods of {@link LogDrains}. Database addons are the only addons with log drains.
 *
 * @category models
 */
export interface LogDrainsService {
  /**
   * The log drains of an app: `GET /apps/:app/log_drains`.
   */
  readonly list: (app: string) => Effect.Effect<ReadonlyArray<LogDrain>, ScalingoError>

  /**
   * The log drains of an addon: `GET /apps/:app/addons/:addonId/log_drains`.
   */
  readonly listForAddon: (app: string, addonId: string) => Effect.Effect<ReadonlyArray<LogDrain>, ScalingoError>

  /**
   * Adds a log drain to an app: `POST /apps/:app/log_drains`. An app may have several.
   *
   * ```ts
   * yield* logDrains.create("my-app", { type: "syslog", host: "logs.example.com", port: "6514", token })
   * ```
   */
  readonly create: (app: string, drain: CreateLogDrain) => Effect.Effect<LogDrain, ScalingoError>

  /**
   * Adds a log drain to an addon: `POST /apps/:app/addons/:addonId/log_drains`.
   */
  readonly createForAddon: (
    app: string,
    addonId: string,
    drain: CreateLogDrain
  ) => Effect.Effect<LogDrain, ScalingoError>

  /**
   * Deletes the log drain of an app with this `url`, as `list` returns it: `DELETE /apps/:app/log_drains`. The URL is
   * sent in the body, as documented, so that its secret does not appear in access logs of proxies.
   */
  readonly delete: (app: string, url: string | Redacted.Redacted) => Effect.Effect<void, ScalingoError>

  /**
   * Deletes the log drain of an addon with this `url`, as `listForAddon` returns it:
   * `DELETE /apps/:app/addons/:addonId/log_drains`. The URL is sent in the body, see `delete`.
   */
  readonly deleteForAddon: (
    app: string,
    addonId: string,
    url: string | Redacted.Redacted
  ) => Effect.Effect<void, ScalingoError>
}

/**
 * Log drains of apps and addons.
 *
 * @category tags
 */
export class LogDrains extends Context.Tag("@effect-scalingo/core/LogDrains")<LogDrains, LogDrainsService>() {}

const drain = Decode.root("drain", LogDrain)
const drains = Decode.list("drains", LogDrain)
const createBody = body(CreateLogDrain, "drain")
// The official Go client sends the URL in the query instead, where it would be logged with its secret.
const deleteBody = body(struct(() => ({ url: SecretInput })))

const list = endpoint("LogDrains.list", "GET /apps/:app/log_drains", drains)
const listForAddon = endpoint("LogDrains.listForAddon", "GET /apps/:app/addons/:addonId/log_drains", drains)
const create = endpoint("LogDrains.create", "POST /apps/:app/log_drains", drain, { body: createBody })
const createForAddon = endpoint("LogDrains.createForAddon", "POST /apps/:app/addons/:addonId/log_drains", drain, {
  body: createBody
})
const remove = endpoint("LogDrains.delete", "DELETE /apps/:app/log_drains", Decode.empty, { body: deleteBody })
const removeForAddon = endpoint(
  "LogDrains.deleteForAddon",
  "DELETE /apps/:app/addons/:addonId/log_drains",
  Decode.empty,
  { body: deleteBody }
)

export const make: Effect.Effect<LogDrainsService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  LogDrains.of({
    list: (app) => call(api, list, { path: { app } }),
    listForAddon: (app, addonId) => call(api, listForAddon, { path: { app, addonId } }),
    create: (app, drain) => call(api, create, { path: { app }, body: drain }),
    createForAddon: (app, addonId, drain) => call(api, createForAddon, { path: { app, addonId }, body: drain }),
    delete: (app, url) => call(api, remove, { path: { app }, body: { url } }),
    deleteForAddon: (app, addonId, url) => call(api, removeForAddon, { path: { app, addonId }, body: { url } })
  }))

export const layer: Layer.Layer<LogDrains, never, RegionalApi> = Layer.effect(LogDrains, make)
