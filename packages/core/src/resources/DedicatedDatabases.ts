/**
 * Databases with dedicated resources, which belong to a project instead of an app, and their networks. For what all
 * databases have in common see `Databases`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef, RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import type * as Poll from "../client/internal/poll.js"
import { body } from "../client/internal/requestBody.js"
import * as SharedPolling from "../client/internal/sharedPolling.js"
import type { ResponseDecoder } from "../client/ResponseDecoder.js"
import * as Decode from "../client/ResponseDecoder.js"
import { isNotFound, type ScalingoError } from "../client/ScalingoError.js"
import type { WaitOptions, WaitTimeout } from "../client/Wait.js"
import { lazy, struct } from "../internal/lazySchema.js"
import type { Database } from "../schema/Database.js"
import { Owner } from "../schema/Owner.js"
import { Json, nullish, openEnum, optionalTimestamp } from "../schema/ScalingoSchema.js"
import { callDatabase } from "./internal/databaseClient.js"
import { listOrBare } from "./internal/decoders.js"
import { getDatabase } from "./internal/getDatabase.js"

const databaseFields = {
  /** Also the id of the underlying app. */
  id: Schema.String,
  /** Also the name of the underlying app. */
  name: Schema.String,
  project_id: Schema.String,
  technology: openEnum("postgresql-ng"),
  /** The name of the plan. */
  plan: Schema.String
}

/**
 * The addon of a database with dedicated resources, in lists.
 *
 * @category schemas
 */
export const DedicatedDatabaseAddon = struct(() => ({
  id: Schema.String,
  app_id: nullish(Schema.String),
  resource_id: nullish(Schema.String),
  status: nullish(openEnum("running", "provisioning", "suspended")),
  provisioned_at: optionalTimestamp,
  deprovisioned_at: optionalTimestamp,
  hds_resource: nullish(Schema.Boolean),
  plan: nullish(Schema.Struct({
    id: nullish(Schema.String),
    name: nullish(Schema.String),
    display_name: nullish(Schema.String),
    description: nullish(Schema.String),
    hds_available: nullish(Schema.Boolean)
  })),
  addon_provider: nullish(Schema.Struct({
    id: nullish(Schema.String),
    name: nullish(Schema.String),
    logo_url: nullish(Schema.String)
  }))
}))

export interface DedicatedDatabaseAddon extends Schema.Schema.Type<typeof DedicatedDatabaseAddon> {}

const optionalAddon = lazy(() => nullish(DedicatedDatabaseAddon))

/**
 * The underlying app of a database with dedicated resources, in lists.
 *
 * @category schemas
 */
export const DashboardDatabaseApp = struct(() => ({
  id: nullish(Schema.String),
  /** `ap-…` */
  uuid: nullish(Schema.String),
  name: nullish(Schema.String),
  parent_app_id: nullish(Schema.String),
  region: nullish(Schema.String),
  status: nullish(Schema.String),
  created_at: optionalTimestamp,
  last_deployed_at: optionalTimestamp,
  /** Whether the app follows the rules for health data (the French HDS certification). */
  hds_resource: nullish(Schema.Boolean),
  project: nullish(Schema.Struct({
    id: nullish(Schema.String),
    name: nullish(Schema.String)
  })),
  owner: nullish(Owner),
  addon_updated_at: optionalTimestamp,
  dedicated_database: nullish(Schema.Boolean),
  addon: optionalAddon,
  database: nullish(Schema.Struct(databaseFields))
}))

export interface DashboardDatabaseApp extends Schema.Schema.Type<typeof DashboardDatabaseApp> {}

const optionalApp = lazy(() => nullish(DashboardDatabaseApp))

/**
 * A database with dedicated resources.
 *
 * @category schemas
 */
export const DedicatedDatabase = struct(() => ({
  ...databaseFields,
  /** Only where the platform returns it: in lists with `dashboard`. */
  app: optionalApp,
  /** Only where the platform returns it: in lists with `dashboard`. */
  addon: optionalAddon,
  /** Only the Go client has this field. It is not decoded; `await` and `Databases.get` return a `Database`. */
  database: nullish(Json)
}))

export interface DedicatedDatabase extends Schema.Schema.Type<typeof DedicatedDatabase> {}

/**
 * A database with its app and its addon, on the wire. The library decodes it to a {@link DedicatedDatabase}.
 *
 * @category schemas
 */
export const DedicatedDatabaseDashboardItem = struct(() => ({
  app: optionalApp,
  addon: optionalAddon,
  database: Schema.Struct(databaseFields)
}))

export interface DedicatedDatabaseDashboardItem extends Schema.Schema.Type<typeof DedicatedDatabaseDashboardItem> {}

/**
 * The access to a new database.
 *
 * @category schemas
 */
export const DatabasePostProvisioningConfiguration = struct(() => ({
  /** Allows all apps of the region to connect. */
  regional_network_access: Schema.optional(Schema.Boolean),
  /** The ids of the apps that get the connection string as a variable. */
  app_ids: Schema.optional(Schema.Array(Schema.NonEmptyString))
}))

export interface DatabasePostProvisioningConfiguration
  extends Schema.Schema.Type<typeof DatabasePostProvisioningConfiguration>
{}

/**
 * The fields of a new database.
 *
 * @category schemas
 */
export const CreateDedicatedDatabase = struct(() => ({
  /** 6 to 48 lowercase letters, digits and hyphens. */
  name: Schema.String.pipe(
    Schema.pattern(/^[a-z0-9-]{6,48}$/, {
      message: () => "Expected 6 to 48 lowercase letters, digits and hyphens"
    })
  ),
  technology: openEnum("postgresql-ng"),
  /** The name of the plan, such as `postgresql-dr-starter-4096`. */
  plan: Schema.NonEmptyString,
  /** The default project if omitted. */
  project_id: Schema.optional(Schema.NonEmptyString),
  /** Whether to follow the rules for health data (the French HDS certification). */
  hds_resource: Schema.optional(Schema.Boolean),
  post_provisioning_configuration: Schema.optional(DatabasePostProvisioningConfiguration),
  /** The IP range of its network, at least a /25. Only the Go client has it. */
  ip_range: Schema.optional(Schema.NonEmptyString)
}))

export interface CreateDedicatedDatabase extends Schema.Schema.Type<typeof CreateDedicatedDatabase> {}

/**
 * A network endpoint of a database.
 *
 * @category schemas
 */
export const DatabaseEndpoint = struct(() => ({
  id: nullish(Schema.String),
  database_id: nullish(Schema.String),
  hostname: nullish(Schema.String),
  port: nullish(Schema.Number),
  type: nullish(openEnum("public-rw", "private-peering-rw"))
}))

export interface DatabaseEndpoint extends Schema.Schema.Type<typeof DatabaseEndpoint> {}

/**
 * A peering between the network of a database and your own Outscale network.
 *
 * @category schemas
 */
export const DatabaseNetPeering = struct(() => ({
  id: Schema.String,
  database_id: nullish(Schema.String),
  status: nullish(openEnum("active", "deleted")),
  outscale_net_peering_id: nullish(Schema.String),
  outscale_source_net_id: nullish(Schema.String),
  outscale_source_net_ip_range: nullish(Schema.String),
  outscale_source_account_id: nullish(Schema.String),
  created_at: optionalTimestamp,
  updated_at: optionalTimestamp
}))

export interface DatabaseNetPeering extends Schema.Schema.Type<typeof DatabaseNetPeering> {}

/**
 * The Outscale network of a database.
 *
 * @category schemas
 */
export const DatabaseNetworkConfiguration = struct(() => ({
  outscale_account_id: nullish(Schema.String),
  outscale_net_id: nullish(Schema.String),
  ip_range: nullish(Schema.String)
}))

export interface DatabaseNetworkConfiguration extends Schema.Schema.Type<typeof DatabaseNetworkConfiguration> {}

/**
 * A running database in its three representations. `ref.app` is the id of the database, which is also the id of its
 * underlying app: unlike the name, it stays when the app is renamed.
 *
 * @category models
 */
export interface RunningDatabase {
  readonly dedicated: DedicatedDatabase
  /** The reference for the methods of `Databases`, `DatabaseBackups` … */
  readonly ref: DatabaseRef
  readonly database: Database
}

/**
 * The methods of {@link DedicatedDatabases}. `database` is the name or the id. To delete a database, call `Apps.delete`
 * with its name.
 *
 * @category models
 */
export interface DedicatedDatabasesService {
  /**
   * The databases with dedicated resources: `GET /databases`. With `dashboard` each has its app and its addon.
   */
  readonly list: (
    options?: { readonly dashboard?: boolean | undefined }
  ) => Effect.Effect<ReadonlyArray<DedicatedDatabase>, ScalingoError>

  /**
   * One database: `GET /databases/:database`. May fail with `NotFound` for a while after the creation.
   */
  readonly get: (database: string) => Effect.Effect<DedicatedDatabase, ScalingoError>

  /**
   * Creates a database: `POST /databases`. It takes some minutes until the database is running: see `await`.
   *
   * ```ts
   * yield* databases.create({ name: "my-database", technology: "postgresql-ng", plan: "postgresql-dr-starter-4096" })
   * const { ref } = yield* databases.await("my-database")
   * ```
   */
  readonly create: (database: CreateDedicatedDatabase) => Effect.Effect<DedicatedDatabase, ScalingoError>

  /**
   * The reference for the methods of `Databases`, `DatabaseBackups` …, from the addon of the database:
   * `GET /apps/:database/addons`. `None` until the addon is provisioned. `app` is the given name or id: the database is
   * also its underlying app.
   */
  readonly getRef: (database: string) => Effect.Effect<Option.Option<DatabaseRef>, ScalingoError>

  /**
   * Waits until a database is running, 40 minutes by default. Fails with `WaitTimeout` after the timeout, but not while
   * the database does not exist yet. There is no failure of the database: the platform has no status for it. The module
   * `Wait` says how waits poll. From three waits in a region on, the list tells which ones to read.
   */
  readonly await: (
    database: string,
    options?: WaitOptions
  ) => Effect.Effect<RunningDatabase, ScalingoError | WaitTimeout<Database>>

  /**
   * The network endpoints of a database: `GET /databases/:database/endpoints`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client, as a preview
   */
  readonly listEndpoints: (database: string) => Effect.Effect<ReadonlyArray<DatabaseEndpoint>, ScalingoError>

  /**
   * Creates a peering between the network of a database and your own Outscale network:
   * `POST /databases/:database/net_peerings`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client, as a preview
   */
  readonly createNetPeering: (
    database: string,
    outscaleNetPeeringId: string
  ) => Effect.Effect<DatabaseNetPeering, ScalingoError>

  /**
   * The peerings of a database's network: `GET /databases/:database/net_peerings`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client, as a preview
   */
  readonly listNetPeerings: (database: string) => Effect.Effect<ReadonlyArray<DatabaseNetPeering>, ScalingoError>

  /**
   * One peering of a database's network: `GET /databases/:database/net_peerings/:netPeeringId`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client, as a preview
   */
  readonly getNetPeering: (database: string, netPeeringId: string) => Effect.Effect<DatabaseNetPeering, ScalingoError>

  /**
   * Deletes a peering of a database's network: `DELETE /databases/:database/net_peerings/:netPeeringId`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client, as a preview
   */
  readonly deleteNetPeering: (database: string, netPeeringId: string) => Effect.Effect<void, ScalingoError>

  /**
   * The Outscale network of a database: `GET /databases/:database/network_configuration`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client, as a preview
   */
  readonly networkConfiguration: (database: string) => Effect.Effect<DatabaseNetworkConfiguration, ScalingoError>
}

/**
 * Databases with dedicated resources.
 *
 * @category tags
 */
export class DedicatedDatabases extends Context.Tag("@effect-scalingo/core/DedicatedDatabases")<
  DedicatedDatabases,
  DedicatedDatabasesService
>() {}

/** The documentation shows the database alone, the official clients read it next to its app and addon. */
const AnyForm = lazy(() =>
  Schema.Union(
    DedicatedDatabase,
    Schema.transform(DedicatedDatabaseDashboardItem, Schema.typeSchema(DedicatedDatabase), {
      strict: true,
      decode: ({ database, ...others }) => ({ ...database, ...others }),
      encode: ({ addon, app, ...database }) => ({ app, addon, database })
    })
  )
)

const appAndAddon = Decode.json(struct(() => ({ app: optionalApp, addon: optionalAddon })))

/** The app and the addon may be next to the root key. */
const one: ResponseDecoder<DedicatedDatabase> = Decode.transform(
  Decode.root("database", AnyForm),
  (database, response) => Either.map(appAndAddon.decode(response), (others) => ({ ...database, ...others }))
)

const netPeering = Decode.root("net_peering", DatabaseNetPeering)

const list = endpoint("DedicatedDatabases.list", "GET /databases", listOrBare("databases", AnyForm))
const get = endpoint("DedicatedDatabases.get", "GET /databases/:database", one)
const create = endpoint("DedicatedDatabases.create", "POST /databases", one, {
  body: body(CreateDedicatedDatabase, "database")
})
const addons = endpoint(
  "DedicatedDatabases.getRef",
  "GET /apps/:database/addons",
  Decode.list("addons", DedicatedDatabaseAddon)
)
const getState = { ...getDatabase, name: "DedicatedDatabases.await" }
const listEndpoints = endpoint(
  "DedicatedDatabases.listEndpoints",
  "GET /databases/:database/endpoints",
  Decode.list("endpoints", DatabaseEndpoint)
)
const createNetPeering = endpoint(
  "DedicatedDatabases.createNetPeering",
  "POST /databases/:database/net_peerings",
  netPeering,
  { body: body(struct(() => ({ outscale_net_peering_id: Schema.NonEmptyString }))) }
)
const listNetPeerings = endpoint(
  "DedicatedDatabases.listNetPeerings",
  "GET /databases/:database/net_peerings",
  Decode.list("net_peerings", DatabaseNetPeering)
)
const getNetPeering = endpoint(
  "DedicatedDatabases.getNetPeering",
  "GET /databases/:database/net_peerings/:netPeeringId",
  netPeering
)
const deleteNetPeering = endpoint(
  "DedicatedDatabases.deleteNetPeering",
  "DELETE /databases/:database/net_peerings/:netPeeringId",
  Decode.empty
)
const networkConfiguration = endpoint(
  "DedicatedDatabases.networkConfiguration",
  "GET /databases/:database/network_configuration",
  Decode.root("network_configuration", DatabaseNetworkConfiguration)
)

/** Which databases have no addon that runs yet. */
const busyDatabases = (databases: ReadonlyArray<DedicatedDatabase>): SharedPolling.IsBusy =>
  SharedPolling.busyIds(databases.flatMap(({ addon, id, name }) => addon?.status === "running" ? [] : [id, name]))

type DatabaseState =
  | { readonly isRunning: false; readonly status: string; readonly database?: Database | undefined }
  | { readonly isRunning: true; readonly status: string; readonly database: Database; readonly view: RunningDatabase }

export const make: Effect.Effect<DedicatedDatabasesService, never, RegionalApi | DatabaseApi> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const databaseApi = yield* DatabaseApi
  const polling = yield* SharedPolling.make

  const getRef = (database: string): Effect.Effect<Option.Option<DatabaseRef>, ScalingoError> =>
    Effect.map(
      call(api, addons, { path: { database } }),
      ([addon]) => Option.map(Option.fromNullable(addon), ({ id }) => ({ app: database, addonId: id }))
    )

  const find = (name: string) =>
    Effect.flatMap(
      call(api, get, { path: { database: name } }),
      (dedicated) => Effect.map(getRef(dedicated.id), Option.map((ref) => ({ dedicated, ref })))
    )

  /** Reads the database, then its addon, then its state. Each of them may not exist yet. */
  const readState = (name: string): Effect.Effect<Effect.Effect<DatabaseState, ScalingoError>> =>
    Effect.map(Ref.make(Option.none<Omit<RunningDatabase, "database">>()), (known) =>
      Effect.gen(function*() {
        const before = yield* Ref.get(known)
        const found = Option.isSome(before) ? before : yield* Effect.tap(find(name), (found) => Ref.set(known, found))
        if (Option.isNone(found)) return { status: "without an addon", isRunning: false } as const
        const { ref } = found.value
        const database = yield* callDatabase(databaseApi, ref, getState, {})
        const { status } = database
        return status === "running"
          ? { status, isRunning: true, database, view: { ...found.value, database } } as const
          : { status, isRunning: false, database } as const
      }).pipe(
        Effect.catchIf(isNotFound, () => Effect.succeed({ status: "not found", isRunning: false } as const))
      ))

  return DedicatedDatabases.of({
    list: (options) => call(api, list, { query: { dashboard: options?.dashboard } }),
    get: (database) => call(api, get, { path: { database } }),
    create: (database) => call(api, create, { body: database }),
    getRef,
    await: (database, options) =>
      readState(database).pipe(
        Effect.flatMap((read) =>
          polling.settle({
            subject: `database ${database}`,
            read,
            outcome: (state: DatabaseState) => Either.right(state.isRunning),
            seen: (state): Poll.Seen<Database> => ({ status: state.status, last: state.database }),
            options,
            defaultTimeout: "40 minutes",
            list: Effect.map(call(api, list, { query: { dashboard: true } }), busyDatabases),
            id: database
          })
        ),
        Effect.flatMap((state) =>
          state.isRunning
            ? Effect.succeed(state.view)
            : Effect.dieMessage("the wait for a database ended before it runs")
        )
      ),
    listEndpoints: (database) => call(api, listEndpoints, { path: { database } }),
    createNetPeering: (database, outscaleNetPeeringId) =>
      call(api, createNetPeering, { path: { database }, body: { outscale_net_peering_id: outscaleNetPeeringId } }),
    listNetPeerings: (database) => call(api, listNetPeerings, { path: { database } }),
    getNetPeering: (database, netPeeringId) => call(api, getNetPeering, { path: { database, netPeeringId } }),
    deleteNetPeering: (database, netPeeringId) => call(api, deleteNetPeering, { path: { database, netPeeringId } }),
    networkConfiguration: (database) => call(api, networkConfiguration, { path: { database } })
  })
})

export const layer: Layer.Layer<DedicatedDatabases, never, RegionalApi | DatabaseApi> = Layer.effect(
  DedicatedDatabases,
  make
)
