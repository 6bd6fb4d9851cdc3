/**
 * An app, and what can be set of it. `Apps` holds the calls.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DataAccessConsent } from "./DataAccessConsent.js"
import { HdsContact } from "./HdsContact.js"
import { Owner } from "./Owner.js"
import { RawEvent } from "./RawEvent.js"
import { Json, mapOf, nullish, openEnum, Timestamp, TimestampOrNull } from "./ScalingoSchema.js"

/**
 * The project of an app.
 *
 * @category schemas
 */
export const AppProject = Schema.Struct({
  /** `pr-…` */
  id: Schema.String,
  name: Schema.String
})

export interface AppProject extends Schema.Schema.Type<typeof AppProject> {}

/**
 * Addresses that belong to an app.
 *
 * @category schemas
 */
export const AppLinks = Schema.Struct({
  /** The WebSocket that tells of the app's deployments. */
  deployments_stream: Schema.String
})

export interface AppLinks extends Schema.Schema.Type<typeof AppLinks> {}

/**
 * An app.
 *
 * @category schemas
 */
export const App = Schema.Struct({
  /** 24 hexadecimal digits. */
  id: Schema.String,
  /** Another id, `ap-…`. */
  uuid: nullish(Schema.String),
  /** Can stand wherever the id can. */
  name: Schema.String,
  /** The name of its region. */
  region: nullish(Schema.String),
  created_at: Timestamp,
  updated_at: Timestamp,
  status: Schema.optional(openEnum("new", "running", "stopped", "crashed", "restarting", "scaling", "booting")),
  /** The remote to push code to. */
  git_url: Schema.String,
  /** The repository that a one-click deployment took the code from. */
  git_source: nullish(Schema.String),
  /** Where the app is reached. */
  url: Schema.String,
  /** Where the app is reached whatever its domains are. */
  base_url: nullish(Schema.String),
  owner: Owner,
  project: nullish(AppProject),
  links: AppLinks,
  stack_id: nullish(Schema.String),
  /** Whether HTTP is redirected to HTTPS. */
  force_https: Schema.optional(Schema.Boolean),
  /** Whether a client always reaches the same container. */
  sticky_session: Schema.optional(Schema.Boolean),
  /** Whether requests are logged among the app's lines. */
  router_logs: Schema.optional(Schema.Boolean),
  flags: nullish(mapOf(Schema.Boolean)),
  /** Limits that an operator has set for this app, numbers as far as is known. */
  limits: nullish(mapOf(Json)),
  /** When the last deployment was tried, successful or not; `null` before the first one. */
  last_deployed_at: TimestampOrNull,
  /** Who tried it. */
  last_deployed_by: Schema.NullOr(Schema.String),
  /** The last deployment that was successful. */
  last_deployment_id: nullish(Schema.String),
  /** The app that this one is a child of. */
  parent_app_name: nullish(Schema.String),
  /** What Scalingo's operators may look into. */
  data_access_consent: nullish(DataAccessConsent),
  /** Whether it may hold health data. */
  hds_resource: nullish(Schema.Boolean),
  hds_contact: nullish(HdsContact),
  private_networks_ids: nullish(Schema.Array(Schema.String)),
  /** What happened last. `Event.fromRaw` reads its data. */
  last_event: nullish(RawEvent),
  /** Only in the official JavaScript client's list of databases, as are the two that follow. */
  new_dashboard_url: nullish(Schema.String),
  new_region: nullish(Schema.String),
  c3_resource: nullish(Schema.Boolean)
})

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
 * The name of an app: 6 to 48 lowercase letters, digits and hyphens, no hyphen at an end or beside another.
 *
 * @category schemas
 */
export const AppName: Schema.Schema<string> = nameOf("AppName", 48)

/**
 * The name of a child app: like {@link AppName}, at most 32 long.
 *
 * @category schemas
 */
export const ChildAppName: Schema.Schema<string> = nameOf("ChildAppName", 32)

/**
 * What a new app is made of.
 *
 * @category schemas
 */
export const CreateApp = Schema.Struct({
  name: AppName,
  /** A git repository to deploy from. */
  git_source: Schema.optional(Schema.String),
  /** The default stack when left out. */
  stack_id: Schema.optional(Schema.String),
  /** The default project when left out. */
  project_id: Schema.optional(Schema.String),
  /** Makes it an app that may hold health data. */
  hds_resource: Schema.optional(Schema.Boolean),
  /** The app that it is to be a child of. */
  parent_id: Schema.optional(Schema.String)
})

export interface CreateApp extends Schema.Schema.Type<typeof CreateApp> {}

/**
 * What can be changed of an app, beside its name and its owner.
 *
 * @category schemas
 */
export const UpdateApp = Schema.Struct({
  /** Redirects HTTP to HTTPS. */
  force_https: Schema.optional(Schema.Boolean),
  /** Lets a client always reach the same container. */
  sticky_session: Schema.optional(Schema.Boolean),
  /** Logs requests among the app's lines. */
  router_logs: Schema.optional(Schema.Boolean),
  /** Takes effect with the next deployment. */
  stack_id: Schema.optional(Schema.String),
  /** Moves it to another project. */
  project_id: Schema.optional(Schema.String)
})

export interface UpdateApp extends Schema.Schema.Type<typeof UpdateApp> {}

/**
 * How an app is to be called.
 *
 * @category schemas
 */
export const RenameApp = Schema.Struct({
  /** Its present name, written out as a safeguard. */
  current_name: Schema.NonEmptyString,
  new_name: AppName
})

export interface RenameApp extends Schema.Schema.Type<typeof RenameApp> {}

/**
 * What to restart.
 *
 * @category schemas
 */
export const RestartApp = Schema.Struct({
  /** Types of containers (`web`) or containers (`web-1`), at least one; all containers when left out. */
  scope: Schema.optional(
    Schema.Array(Schema.NonEmptyString).pipe(Schema.minItems(1, { description: "left out or a list of at least one" }))
  )
})

export interface RestartApp extends Schema.Schema.Type<typeof RestartApp> {}
