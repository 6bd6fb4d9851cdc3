/**
 * The users of a database and their passwords.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import { body } from "../../client/internal/requestBody.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { lazy, struct } from "../../internal/lazySchema.js"
import { nullish, openEnum, Secret, SecretInput } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"
import { eitherList, rootOrBare } from "../internal/decoders.js"
import { secretText } from "../internal/secret.js"

/**
 * The attributes of a user in the database system.
 *
 * @category schemas
 */
export const DbmsAttributes = struct(() => ({
  /** How PostgreSQL stores the password. */
  password_encryption: nullish(openEnum("SCRAM-SHA-256", "MD5")),
  anonymizer_enabled: nullish(Schema.Boolean)
}))

export interface DbmsAttributes extends Schema.Schema.Type<typeof DbmsAttributes> {}

/**
 * A user of a database.
 *
 * @category schemas
 */
export const DatabaseUser = struct(() => ({
  name: Schema.String,
  read_only: Schema.Boolean,
  /** Whether it belongs to the platform; it then cannot be changed. */
  protected: Schema.Boolean,
  /** Only present in the response to a creation or a reset. */
  password: nullish(Secret),
  dbms_attributes: nullish(DbmsAttributes)
}))

export interface DatabaseUser extends Schema.Schema.Type<typeof DatabaseUser> {}

const passwordLength = { min: 24, max: 64 }

const Password = lazy(() =>
  SecretInput.pipe(
    Schema.filter(
      (password) => {
        const { length } = secretText(password)
        return length >= passwordLength.min && length <= passwordLength.max
      },
      { message: () => `Expected ${passwordLength.min} to ${passwordLength.max} characters` }
    )
  )
)

/**
 * A new user.
 *
 * @category schemas
 */
export const CreateDatabaseUser = struct(() => ({
  /** 6 to 32 characters. */
  name: Schema.String.pipe(Schema.minLength(6), Schema.maxLength(32)),
  read_only: Schema.Boolean,
  /** 24 to 64 characters. If omitted, the platform generates one and returns it. */
  password: Schema.optional(Password)
}))

export interface CreateDatabaseUser extends Schema.Schema.Type<typeof CreateDatabaseUser> {}

/**
 * The fields of a user that can be changed.
 *
 * @category schemas
 */
export const UpdateDatabaseUser = struct(() => ({
  /** 24 to 64 characters. */
  password: Password
}))

export interface UpdateDatabaseUser extends Schema.Schema.Type<typeof UpdateDatabaseUser> {}

/**
 * The methods of {@link DatabaseUsers}.
 *
 * @category models
 */
export interface DatabaseUsersService {
  /**
   * The users of a database, without their passwords: `GET /databases/:databaseId/users`.
   */
  readonly list: (database: DatabaseRef) => Effect.Effect<ReadonlyArray<DatabaseUser>, ScalingoError>

  /**
   * Creates a user: `POST /databases/:databaseId/users`. Only this response has the password when the platform
   * generates it.
   */
  readonly create: (database: DatabaseRef, user: CreateDatabaseUser) => Effect.Effect<DatabaseUser, ScalingoError>

  /**
   * Changes the password of a user: `PATCH /databases/:databaseId/users/:username`.
   */
  readonly update: (
    database: DatabaseRef,
    username: string,
    changes: UpdateDatabaseUser
  ) => Effect.Effect<DatabaseUser, ScalingoError>

  /**
   * Gives a user a new generated password, which only this response has:
   * `POST /databases/:databaseId/users/:username/reset_password`.
   */
  readonly resetPassword: (database: DatabaseRef, username: string) => Effect.Effect<DatabaseUser, ScalingoError>

  /**
   * Deletes a user: `DELETE /databases/:databaseId/users/:username`.
   */
  readonly delete: (database: DatabaseRef, username: string) => Effect.Effect<void, ScalingoError>
}

/**
 * The users of a database.
 *
 * @category tags
 */
export class DatabaseUsers
  extends Context.Tag("@effect-scalingo/core/DatabaseUsers")<DatabaseUsers, DatabaseUsersService>()
{}

/** The documentation shows the user without a root key, the official clients read it below one. */
const user = rootOrBare("database_user", DatabaseUser)

// The wire also requires the id of the database and a confirmation of the password.
const CreateBody = struct(() => ({
  database_id: Schema.String,
  name: CreateDatabaseUser.fields.name,
  read_only: Schema.Boolean,
  password: Schema.NullOr(Password),
  password_confirmation: Schema.NullOr(Password)
}))
const UpdateBody = struct(() => ({
  database_id: Schema.String,
  password: Password,
  password_confirmation: Password
}))

const list = endpoint(
  "DatabaseUsers.list",
  "GET /databases/:databaseId/users",
  eitherList("database-users", "database_users", DatabaseUser)
)
const create = endpoint("DatabaseUsers.create", "POST /databases/:databaseId/users", user, {
  body: body(CreateBody, "database_user")
})
const update = endpoint("DatabaseUsers.update", "PATCH /databases/:databaseId/users/:username", user, {
  body: body(UpdateBody, "database_user")
})
const resetPassword = endpoint(
  "DatabaseUsers.resetPassword",
  "POST /databases/:databaseId/users/:username/reset_password",
  user
)
const remove = endpoint("DatabaseUsers.delete", "DELETE /databases/:databaseId/users/:username", Decode.empty)

export const make: Effect.Effect<DatabaseUsersService, never, DatabaseApi> = Effect.map(
  DatabaseApi,
  (api) =>
    DatabaseUsers.of({
      list: (database) => callDatabase(api, database, list, {}),
      create: (database, user) =>
        callDatabase(api, database, create, {
          body: {
            database_id: database.addonId,
            name: user.name,
            read_only: user.read_only,
            password: user.password ?? null,
            password_confirmation: user.password ?? null
          }
        }),
      update: (database, username, changes) =>
        callDatabase(api, database, update, {
          path: { username },
          body: { database_id: database.addonId, password: changes.password, password_confirmation: changes.password }
        }),
      resetPassword: (database, username) => callDatabase(api, database, resetPassword, { path: { username } }),
      delete: (database, username) => callDatabase(api, database, remove, { path: { username } })
    })
)

export const layer: Layer.Layer<DatabaseUsers, never, DatabaseApi> = Layer.effect(DatabaseUsers, make)
