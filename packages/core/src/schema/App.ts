/**
 * An app, and the inputs that create and change it.
 *
 * See `Apps` for the requests.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { DataAccessConsent } from "./DataAccessConsent.js"
import { HdsContact } from "./HdsContact.js"
import { Owner } from "./Owner.js"
import { RawEvent } from "./RawEvent.js"
import { type Codec, Json, mapOf, nullish, openEnum, optionalTimestamp, Timestamp } from "./ScalingoSchema.js"

/**
 * The project of an app.
 *
 * @category schemas
 */
export const AppProject = /* @__PURE__ */ struct(() => ({
  /** `pr-…` */
  id: Schema.String,
  name: Schema.String
}))

export interface AppProject extends Schema.Schema.Type<typeof AppProject> {}

/**
 * The related URLs of an app.
 *
 * @category schemas
 */
export const AppLinks = /* @__PURE__ */ struct(() => ({
  /** The WebSocket URL of the app's deployment stream. */
  deployments_stream: Schema.String
}))

export interface AppLinks extends Schema.Schema.Type<typeof AppLinks> {}

/**
 * An app.
 *
 * @category schemas
 */
export const App = /* @__PURE__ */ struct(() => ({
  /** 24 hexadecimal digits. */
  id: Schema.String,
  /** A second id, `ap-…`. */
  uuid: nullish(Schema.String),
  /** Accepted wherever the id is. */
  name: Schema.String,
  /** The name of its region. */
  region: nullish(Schema.String),
  created_at: Timestamp,
  updated_at: Timestamp,
  status: nullish(openEnum("new", "running", "stopped", "crashed", "restarting", "scaling", "booting")),
  /** The Git remote to push code to. */
  git_url: Schema.String,
  /** The repository that the code of a one-click deployment came from. */
  git_source: nullish(Schema.String),
  /** The URL of the app. */
  url: Schema.String,
  /** The URL of the app that does not depend on its domains. */
  base_url: nullish(Schema.String),
  owner: Owner,
  project: nullish(AppProject),
  links: AppLinks,
  stack_id: nullish(Schema.String),
  /** Whether HTTP is redirected to HTTPS. */
  force_https: nullish(Schema.Boolean),
  /** Whether a client always reaches the same container. */
  sticky_session: nullish(Schema.Boolean),
  /** Whether the app's logs include its requests. */
  router_logs: nullish(Schema.Boolean),
  flags: nullish(mapOf(Schema.Boolean)),
  /** Limits that an operator has set for this app. All known values are numbers. */
  limits: nullish(mapOf(Json)),
  /** When the last deployment was attempted, successful or not. `null` before the first one. */
  last_deployed_at: optionalTimestamp,
  /** The user who attempted it. */
  last_deployed_by: nullish(Schema.String),
  /** The last successful deployment. */
  last_deployment_id: nullish(Schema.String),
  /** The name of the parent app. */
  parent_app_name: nullish(Schema.String),
  /** The access that Scalingo's operators have to the app. */
  data_access_consent: nullish(DataAccessConsent),
  /** Whether the app may host health data. */
  hds_resource: nullish(Schema.Boolean),
  hds_contact: nullish(HdsContact),
  private_networks_ids: nullish(Schema.Array(Schema.String)),
  /** The most recent event. `Event.fromRaw` decodes its data. */
  last_event: nullish(RawEvent),
  /** Only in the official JavaScript client's list of databases, like the two fields below. */
  new_dashboard_url: nullish(Schema.String),
  new_region: nullish(Schema.String),
  c3_resource: nullish(Schema.Boolean)
}))

export interface App extends Schema.Schema.Type<typeof App> {}

const nameOf = (identifier: string, longest: number) =>
  Schema.String.pipe(
    Schema.filter((name) => name.length >= 6 && name.length <= longest && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name), {
      identifier,
      description: `an app name: 6 to ${longest} lowercase letters, digits and single hyphens between them`,
      arbitrary: () => (fc) => fc.stringMatching(/^[a-z0-9]{3,10}-[a-z0-9]{3,10}$/)
    })
  )

/**
 * The name of an app: 6 to 48 lowercase letters, digits and hyphens. It has no hyphen at either end and no two hyphens
 * in a row.
 *
 * @category schemas
 */
export const AppName: Codec<string> = /* @__PURE__ */ nameOf("AppName", 48)

/**
 * The name of a child app: like {@link AppName}, but at most 32 characters.
 *
 * @category schemas
 */
export const ChildAppName: Codec<string> = /* @__PURE__ */ nameOf("ChildAppName", 32)

/**
 * The input for creating an app.
 *
 * @category schemas
 */
export const CreateApp = /* @__PURE__ */ struct(() => ({
  name: AppName,
  /** A Git repository to deploy from. */
  git_source: Schema.optional(Schema.String),
  /** Default: the platform's default stack. */
  stack_id: Schema.optional(Schema.String),
  /** Default: the default project. */
  project_id: Schema.optional(Schema.String),
  /** Allows the app to host health data. */
  hds_resource: Schema.optional(Schema.Boolean),
  /** The parent app. The new app becomes its child. */
  parent_id: Schema.optional(Schema.String)
}))

export interface CreateApp extends Schema.Schema.Type<typeof CreateApp> {}

/**
 * The input for updating an app. Its name and its owner are changed by other requests.
 *
 * @category schemas
 */
export const UpdateApp = /* @__PURE__ */ struct(() => ({
  /** Redirects HTTP to HTTPS. */
  force_https: Schema.optional(Schema.Boolean),
  /** Routes each client to the same container. */
  sticky_session: Schema.optional(Schema.Boolean),
  /** Adds requests to the app's logs. */
  router_logs: Schema.optional(Schema.Boolean),
  /** Takes effect with the next deployment. */
  stack_id: Schema.optional(Schema.String),
  /** Moves the app to another project. */
  project_id: Schema.optional(Schema.String)
}))

export interface UpdateApp extends Schema.Schema.Type<typeof UpdateApp> {}

/**
 * The input for renaming an app.
 *
 * @category schemas
 */
export const RenameApp = /* @__PURE__ */ struct(() => ({
  /** The current name, required as a safeguard. */
  current_name: Schema.NonEmptyString,
  new_name: AppName
}))

export interface RenameApp extends Schema.Schema.Type<typeof RenameApp> {}

/**
 * The input for restarting an app.
 *
 * @category schemas
 */
export const RestartApp = /* @__PURE__ */ struct(() => ({
  /** Container types (`web`) or containers (`web-1`), at least one. Default: all containers. */
  scope: Schema.optional(
    Schema.Array(Schema.NonEmptyString).pipe(Schema.minItems(1, { description: "left out or a list of at least one" }))
  )
}))

export interface RestartApp extends Schema.Schema.Type<typeof RestartApp> {}
