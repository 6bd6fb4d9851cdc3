/**
 * The database technologies.
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
import { struct } from "../../internal/lazySchema.js"
import { nullish, optionalTimestamp } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"

/**
 * A database technology: PostgreSQL, Redis …
 *
 * @category schemas
 */
export const DatabaseType = struct(() => ({
  id: Schema.String,
  name: nullish(Schema.String),
  logo_url: nullish(Schema.String),
  short_description: nullish(Schema.String),
  description: nullish(Schema.String),
  created_at: optionalTimestamp,
  updated_at: optionalTimestamp
}))

export interface DatabaseType extends Schema.Schema.Type<typeof DatabaseType> {}

/**
 * The methods of {@link DatabaseTypes}. A type belongs to no database, but the API requires the token of one: any
 * database of the account works.
 *
 * @category models
 */
export interface DatabaseTypesService {
  /**
   * All technologies: `GET /database_types`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly list: (database: DatabaseRef) => Effect.Effect<ReadonlyArray<DatabaseType>, ScalingoError>

  /**
   * One technology: `GET /database_types/:typeId`. Its id is the `type_id` of a database.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly get: (database: DatabaseRef, typeId: string) => Effect.Effect<DatabaseType, ScalingoError>
}

/**
 * The database technologies.
 *
 * @category tags
 */
export class DatabaseTypes
  extends Context.Tag("@effect-scalingo/core/DatabaseTypes")<DatabaseTypes, DatabaseTypesService>()
{}

const list = endpoint("DatabaseTypes.list", "GET /database_types", Decode.list("database_types", DatabaseType))
const get = endpoint("DatabaseTypes.get", "GET /database_types/:typeId", Decode.root("database_type", DatabaseType))

export const make: Effect.Effect<DatabaseTypesService, never, DatabaseApi> = Effect.map(
  DatabaseApi,
  (api) =>
    DatabaseTypes.of({
      list: (database) => callDatabase(api, database, list, {}),
      get: (database, typeId) => callDatabase(api, database, get, { path: { typeId } })
    })
)

export const layer: Layer.Layer<DatabaseTypes, never, DatabaseApi> = Layer.effect(DatabaseTypes, make)
