/**
 * The versions of the database technologies.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { lazy, struct } from "../../internal/lazySchema.js"
import { nullish, Timestamp } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"

/**
 * A plugin that a version can load.
 *
 * @category schemas
 */
export const DatabaseTypeVersionPlugin = struct(() => ({
  id: nullish(Schema.String),
  feature_name: nullish(Schema.String),
  install_name: nullish(Schema.String),
  display_name: nullish(Schema.String),
  description: nullish(Schema.String)
}))

export interface DatabaseTypeVersionPlugin extends Schema.Schema.Type<typeof DatabaseTypeVersionPlugin> {}

/**
 * The target version of an upgrade. Only `id` is always present.
 *
 * @category schemas
 */
export const NextDatabaseTypeVersion = struct(() => ({
  id: Schema.String,
  major: nullish(Schema.Number),
  minor: nullish(Schema.Number),
  patch: nullish(Schema.Number),
  build: nullish(Schema.Number)
}))

export interface NextDatabaseTypeVersion extends Schema.Schema.Type<typeof NextDatabaseTypeVersion> {}

/** The documentation and the Go client have the version here, the JavaScript client only its id. */
const NextUpgrade = lazy(() =>
  Schema.Union(
    NextDatabaseTypeVersion,
    Schema.transform(Schema.String, Schema.typeSchema(NextDatabaseTypeVersion), {
      strict: true,
      decode: (id) => ({ id }),
      encode: ({ id }) => id
    })
  )
)

/**
 * A version: 12.6.0-1 is `major` 12, `minor` 6, `patch` 0 and `build` 1.
 *
 * @category schemas
 */
export const DatabaseTypeVersion = struct(() => ({
  id: Schema.String,
  database_type_id: Schema.String,
  created_at: Timestamp,
  updated_at: Timestamp,
  features: nullish(Schema.Array(Schema.String)),
  /** `null` on the last version. */
  next_upgrade: nullish(NextUpgrade),
  /** The plugins, or only their names. */
  allowed_plugins: nullish(Schema.Array(Schema.Union(DatabaseTypeVersionPlugin, Schema.String))),
  major: Schema.Number,
  minor: Schema.Number,
  patch: Schema.Number,
  build: Schema.Number
}))

export interface DatabaseTypeVersion extends Schema.Schema.Type<typeof DatabaseTypeVersion> {}

/**
 * The methods of {@link DatabaseTypeVersions}.
 *
 * @category models
 */
export interface DatabaseTypeVersionsService {
  /**
   * One version: `GET /database_type_versions/:versionId`. Its id is the `version_id` or `next_version_id` of a
   * database. A version belongs to no database, but the API requires the token of one: any database of the account
   * works.
   */
  readonly get: (database: DatabaseRef, versionId: string) => Effect.Effect<DatabaseTypeVersion, ScalingoError>
}

/**
 * The versions of the database technologies.
 *
 * @category tags
 */
export class DatabaseTypeVersions extends Context.Tag("@effect-scalingo/core/DatabaseTypeVersions")<
  DatabaseTypeVersions,
  DatabaseTypeVersionsService
>() {}

const get = endpoint(
  "DatabaseTypeVersions.get",
  "GET /database_type_versions/:versionId",
  Decode.root("database_type_version", DatabaseTypeVersion)
)

export const make: Effect.Effect<DatabaseTypeVersionsService, never, DatabaseApi> = Effect.map(
  DatabaseApi,
  (api) =>
    DatabaseTypeVersions.of({
      get: (database, versionId) => callDatabase(api, database, get, { path: { versionId } })
    })
)

export const layer: Layer.Layer<DatabaseTypeVersions, never, DatabaseApi> = Layer.effect(DatabaseTypeVersions, make)
